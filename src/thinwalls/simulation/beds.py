"""Hospital beds of the regions: how many there are, and how many a normal year leaves free."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.simulation.effects import BedEffect
    from thinwalls.simulation.layout import Layout

Float = NDArray[np.float64]


def county_beds(layout: Layout) -> Float:
    """[N, resources] staffed beds of each county: wards, intensive care."""
    counties = layout.system.counties.loc[list(layout.county_fips)]
    wards = (counties["acute_beds"] - counties["icu_beds"]).clip(lower=0.0)
    return np.stack([wards.to_numpy(np.float64), counties["icu_beds"].to_numpy(np.float64)], axis=1)


def region_beds(layout: Layout) -> Float:
    """[R, resources] staffed beds."""
    return _by_region(layout, county_beds(layout))


def free_beds(layout: Layout) -> Float:
    """[R, resources] staffed beds that a normal year leaves free for this epidemic."""
    counties = layout.system.counties.loc[list(layout.county_fips)]
    free = 1.0 - counties[["bed_occupancy", "icu_occupancy"]].to_numpy(dtype=np.float64)
    return np.asarray(np.floor(_by_region(layout, county_beds(layout) * free)))


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
