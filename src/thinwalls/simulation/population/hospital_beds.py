"""Hospital beds of the regions: how many there are, and how many a normal year leaves free."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.simulation.shared_types.quantity_library import mixing_quantities
from thinwalls.system import OUTSIDE, miles_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.drawn_effects import BedEffect
    from thinwalls.system import System


LARGE_ICU = 100
"""Intensive-care beds from which a county's hospitals take patients of smaller ones."""


def hospital_regions(system: System) -> pd.Series:
    """Hospital region of every county: the county whose hospitals stand for it.

    A county uses the hospitals that the system names for it; those with fewer than
    :data:`LARGE_ICU` intensive-care beds share patients with the nearest that have more, if these
    are within reach (``mixing.hospital_reach_miles``).  The outside is a region of its own.
    """
    counties = system.counties
    reach = mixing_quantities()["mixing.hospital_reach_miles"].central
    own = counties["hospital_fips"].astype(str)
    hosts = counties.loc[sorted(set(own) - {OUTSIDE})]
    large = hosts[hosts["icu_beds"] >= LARGE_ICU]
    small = hosts[hosts["icu_beds"] < LARGE_ICU]
    goal = {str(code): str(code) for code in [*hosts.index, OUTSIDE]}
    if len(large) and len(small):
        miles = miles_between(
            small["latitude"], small["longitude"], large["latitude"], large["longitude"]
        )
        nearest = miles.argmin(axis=1)
        for row, code in enumerate(small.index):
            if miles[row, nearest[row]] <= reach:
                goal[str(code)] = str(large.index[nearest[row]])
    return own.map(goal)


def local_regions(layout: Layout) -> NDArray[np.int64]:
    """Numbers of the hospital regions that are places: all but the rest of the country."""
    regions = np.arange(len(layout.regions))
    return np.flatnonzero(regions != layout.county_region[layout.outside])


def county_beds(layout: Layout) -> Float:
    """[N, resources] staffed beds of each county: wards, intensive care."""
    counties = layout.system.counties.loc[list(layout.county_fips)]
    wards = (counties["acute_beds"] - counties["icu_beds"]).clip(lower=0.0)
    return np.stack([wards.to_numpy(np.float64), counties["icu_beds"].to_numpy(np.float64)], axis=1)


def region_beds(layout: Layout) -> Float:
    """[R, resources] staffed beds."""
    return _by_region(layout, county_beds(layout))


OCCUPANCIES = ("bed_occupancy", "icu_occupancy")


def occupancy(layout: Layout) -> Float:
    """[N, resources] share of the staffed beds of each county in use in a normal year."""
    counties = layout.system.counties.loc[list(layout.county_fips)]
    return np.asarray(counties[list(OCCUPANCIES)].to_numpy(dtype=np.float64))


def free_beds(layout: Layout, in_use: Float | None = None, staffed: Float | None = None) -> Float:
    """[R, resources] staffed beds that a normal year leaves free for this epidemic.

    ``in_use`` [N, resources]: shares in use, those of the system unless given; ``staffed``: what
    :func:`county_beds` gives, where it is at hand.
    """
    free = 1.0 - (occupancy(layout) if in_use is None else in_use)
    beds = county_beds(layout) if staffed is None else staffed
    return np.asarray(np.floor(_by_region(layout, beds * free)))


def added_beds(layout: Layout, effects: Sequence[BedEffect], days: int) -> Float:
    """[days, R, resources] further whole beds."""
    added = np.zeros((days, len(layout.regions), 2))
    for effect in effects:
        share = np.array([effect.more_beds, effect.more_icu])
        beds = _by_region(layout, county_beds(layout) * share * effect.counties[:, None])
        added += effect.in_force[:, None, None] * beds
    return np.asarray(np.floor(added))


def use_of_free_beds(beds: float, free: float, above: float) -> float:
    """Share of the free beds in use when a share ``above`` of all beds is."""
    return max((above * beds - (beds - free)) / free, 0.0) if free > 0 else 0.0


def _by_region(layout: Layout, of_county: Float) -> Float:
    total = np.zeros((len(layout.regions), of_county.shape[1]))
    np.add.at(total, layout.county_region, of_county)
    return total
