"""From a system's tables to cells, places and settings: everything that no draw changes.

A detained person is in one cell by facility, age band, medical vulnerability, custody class and
cohort (there on the first day, or arrested later); the cohort is carried along by transfers,
releases and removals, so the people detained on the first day can be followed to wherever they
are.  Staff have one cell per facility and home county, residents one per county,
with the severity of the county's own ages.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.simulation.population.cell_variants import with_variants
from thinwalls.simulation.population.housing_units import IN_NO_UNIT, Housing

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from thinwalls.simulation.population.severity_rows import SeverityRow
    from thinwalls.system import System

REMOVED = "removed"
"""Place of people who left the country; nobody is infected there by this model."""
ALL = "all"
"""Place label of sums over the whole system."""
COHORTS = ("start", "later")
STAFF_AGES = (18, 64)
RESIDENT_AGES = ((0, 17), (18, 64), (65, 100))
"""Age bands of the county table."""
RESIDENT_COLUMNS = ("age_0_17", "age_18_64", "age_65_plus")
OLDEST = 100
NOT_DETAINED = -1


@dataclass(frozen=True)
class DetainedClass:
    """One combination of strata of detained people."""

    age_low: int
    age_high: int
    vulnerable: bool
    custody_class: str


def parse_age_band(text: str) -> tuple[int, int]:
    """``"18-49"`` -> (18, 49); ``"65+"`` -> (65, 100)."""
    if text.endswith("+"):
        return int(text[:-1]), OLDEST
    low, _, high = text.partition("-")
    return int(low), int(high)


def age_band_text(low: int, high: int) -> str:
    """(18, 49) -> ``"18-49"``; (65, 100) -> ``"65+"``."""
    return f"{low}+" if high == OLDEST else f"{low}-{high}"


def largest_remainder(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers in proportion to ``weights`` that add up to ``total``."""
    if total == 0 or weights.sum() <= 0:
        return np.zeros(weights.shape, dtype=np.int64)
    share = weights / weights.sum() * total
    whole: NDArray[np.int64] = np.floor(share).astype(np.int64)
    rest = total - int(whole.sum())
    order = np.argsort(-(share - whole), kind="stable")
    whole[order[:rest]] += 1
    return whole


def cell_key(*parts: object) -> int:
    """Identity of a cell in the random streams: the same in every scenario and system."""
    text = "|".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True)
class Inside:
    """Cells of detained people in a line."""

    cell: NDArray[np.int64]
    facility: NDArray[np.int64]
    cohort: NDArray[np.int64]
    detained_class: NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """Index arrays of one system.

    ``F`` facilities, ``N`` counties (the last is the outside), ``D`` detained classes, ``V`` person
    classes (age band x vulnerable).
    """

    system: System
    facility_ids: tuple[str, ...]
    county_fips: tuple[str, ...]
    detained_classes: tuple[DetainedClass, ...]
    composition: NDArray[np.float64]
    """[F, D] expected composition of the people of each facility"""
    person_class_of: NDArray[np.int32]
    """[D] person class of a detained class."""
    cells: pd.DataFrame
    """One row per cell, in the order of ``key``: place, group, cohort, home, age_low, age_high,
    vulnerable, custody_class, facility_id, state, kind, people, course, region, vaccinated,
    variant (see :mod:`~thinwalls.simulation.population.cell_variants`), base (its ordinary cell),
    unit (its number within the facility, -1 in none), output."""
    detained: NDArray[np.int32]
    """[F, cohort, D] cell index, -1 where a facility holds nobody of a class; where a facility has
    housing units, the cells of people who are in none."""
    housing: Housing
    """Cells of people in units."""
    released: NDArray[np.int32]
    """[N, cohort, V] cell index, -1 where nobody can be released to."""
    removed: NDArray[np.int32]
    """[cohort, V] cell index."""
    residents: NDArray[np.int32]
    """[N] cell index."""
    staff: NDArray[np.int32]
    """[rows of system.staff] cell index."""
    staff_facility: NDArray[np.int32]
    staff_county: NDArray[np.int32]
    facility_county: NDArray[np.int32]
    """[F] index of the county."""
    variants: NDArray[np.int32]
    """[variants, C] the vaccinated twin of an ordinary cell and the twin kept apart, or -1."""
    courses: tuple[SeverityRow, ...]
    """Detained people by person class, the same people once they are out, staff, one for the
    residents of each county, then those of variants."""
    first_county_course: int
    regions: tuple[str, ...]
    """County FIPS codes of the hospital regions."""
    county_region: NDArray[np.int32]
    """[N] hospital region of each county"""
    outputs: pd.DataFrame
    """One row per output of the engine: place, group, cohort, and unit where it is recorded."""

    @cached_property
    def keys(self) -> NDArray[np.uint64]:
        """[C] identities for the random numbers."""
        return self.cells["key"].to_numpy(dtype=np.uint64)

    @cached_property
    def facility_of(self) -> NDArray[np.int32]:
        """[C] facility in which the people of a cell are detained, -1 for other people."""
        found = np.full(len(self.cells), NOT_DETAINED, dtype=np.int32)
        for f in range(self.n_facilities):
            found[with_variants(self.variants, self.cells_of(f))] = f
        return found

    @cached_property
    def unit_of(self) -> NDArray[np.int32]:
        """[C] housing unit of the people of a cell, counted over all facilities, -1 for others."""
        found = np.full(len(self.cells), IN_NO_UNIT, dtype=np.int32)
        for variant in range(len(self.variants)):
            variants = self.variants[variant, self.housing.cell]
            found[variants[variants >= 0]] = self.housing.unit[variants >= 0]
        return found

    @cached_property
    def held(self) -> NDArray[np.float64]:
        """[F, D] people detained at the start."""
        people = self.cells["people"].to_numpy(dtype=np.float64)
        held = np.where(self.detained >= 0, people[self.detained], 0.0).sum(axis=1)
        units = self.housing
        np.add.at(held, (units.facility, units.detained_class), people[units.cell])
        return np.asarray(held)

    @cached_property
    def inside(self) -> Inside:
        """Ordinary cells of detained people, by facility, cohort and class, units last."""
        units = self.housing
        facility, cohort, detained_class = np.nonzero(self.detained >= 0)
        columns: list[tuple[NDArray[np.integer], NDArray[np.integer]]] = [
            (facility, units.facility),
            (cohort, units.cohort),
            (detained_class, units.detained_class),
            (self.detained[facility, cohort, detained_class], units.cell),
            (np.full(len(facility), IN_NO_UNIT), units.unit),
        ]
        joined = [np.concatenate(pair).astype(np.int64) for pair in columns]
        where, when, what, cell, unit = joined
        order = np.lexsort((unit, what, when, where))
        return Inside(*(one[order] for one in (cell, where, when, what)))

    @cached_property
    def residents_by_age(self) -> NDArray[np.float64]:
        """[N, bands] residents of each county in the bands of :data:`RESIDENT_AGES`."""
        counties = self.system.counties.loc[list(self.county_fips), list(RESIDENT_COLUMNS)]
        return np.asarray(counties.to_numpy(dtype=np.float64))

    @cached_property
    def county_states(self) -> tuple[str, ...]:
        """[N] state of each county."""
        states = self.system.counties.loc[list(self.county_fips), "state"]
        return tuple(str(state) for state in states)

    @cached_property
    def county_population(self) -> NDArray[np.float64]:
        """[N] residents of each county."""
        people = self.system.counties.loc[list(self.county_fips), "population"]
        return np.asarray(people.to_numpy(dtype=np.float64))

    @cached_property
    def dormitory_share(self) -> NDArray[np.float64]:
        """[F] share of people in dormitories, NaN where it is not known."""
        share = self.system.facilities["dormitory_share"].reindex(list(self.facility_ids))
        return np.asarray(share.to_numpy(dtype=np.float64))

    @cached_property
    def one_cell(self) -> NDArray[np.int32]:
        """[F] one cell of detained people of each facility."""
        return np.asarray(self.detained.max(axis=(1, 2)), dtype=np.int32)

    def cells_of(self, facility: int) -> NDArray[np.int32]:
        """Ordinary cells of the people detained in a facility."""
        units = self.housing.cell[self.housing.facility == facility]
        return np.concatenate([self.arrivals_of(facility), units])

    def arrivals_of(self, facility: int) -> NDArray[np.int32]:
        """Cells in which people who come to a facility arrive: those of people in no unit."""
        cells = self.detained[facility]
        return np.asarray(cells[cells >= 0], dtype=np.int32)

    @property
    def n_facilities(self) -> int:
        """Number of facilities."""
        return len(self.facility_ids)

    @property
    def outside(self) -> int:
        """Index of the outside among the counties."""
        return len(self.county_fips) - 1


def outputs_of(
    layout: Layout, cells: Mapping[int, NDArray[np.integer]]
) -> dict[int, NDArray[np.int64]]:
    """Output rows of cells, by facility."""
    row = layout.cells["output"].to_numpy(dtype=np.int64)
    return {f: np.unique(row[members]) for f, members in cells.items()}
