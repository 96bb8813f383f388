"""From a system's tables to cells, places and settings: everything that no draw changes.

A detained person is in one cell by facility, age band, medical vulnerability, custody class and
cohort (there on the first day, or arrested later); the cohort is carried along by transfers,
releases and removals, so the people detained on the first day can be followed to wherever they
are.  Staff have one cell per facility and home county, residents one per county and age band.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thinwalls.errors import InputError
from thinwalls.pathogens import PersonClass
from thinwalls.system import OUTSIDE, System

REMOVED = "removed"
"""Place of people who left the country; nobody is infected there by this model."""
ALL = "all"
"""Place label of sums over the whole system."""
COHORTS = ("start", "later")
STAFF_AGES = (18, 64)
OLDEST = 100


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


def largest_remainder(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers in proportion to ``weights`` that add up to ``total``."""
    if total == 0 or weights.sum() <= 0:
        return np.zeros(weights.shape, dtype=np.int64)
    share = weights / weights.sum() * total
    whole = np.floor(share).astype(np.int64)
    rest = total - int(whole.sum())
    order = np.argsort(-(share - whole), kind="stable")
    whole[order[:rest]] += 1
    return whole


def cell_key(*parts: object) -> int:
    """Identity of a cell in the random streams: the same in every scenario and system."""
    text = "|".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True)
class Layout:
    """Index arrays of one system; ``F`` facilities, ``N`` counties (the last is the outside),
    ``D`` detained classes, ``V`` person classes (age band x vulnerable)."""

    system: System
    facility_ids: tuple[str, ...]
    county_fips: tuple[str, ...]
    detained_classes: tuple[DetainedClass, ...]
    person_class_of: NDArray[np.int32]
    """[D] person class of a detained class."""
    cells: pd.DataFrame
    """One row per cell: place, group, cohort, age_low, age_high, vulnerable, custody_class,
    facility_id, state, kind, people, course, region, output."""
    detained: NDArray[np.int32]
    """[F, cohort, D] cell index."""
    released: NDArray[np.int32]
    """[N, cohort, V] cell index, -1 where nobody can be released to."""
    removed: NDArray[np.int32]
    """[cohort, V] cell index."""
    residents: NDArray[np.int32]
    """[N, 3] cell index by age band."""
    staff: NDArray[np.int32]
    """[rows of system.staff] cell index."""
    staff_facility: NDArray[np.int32]
    staff_county: NDArray[np.int32]
    facility_county: NDArray[np.int32]
    """[F] index of the county."""
    courses: tuple[PersonClass, ...]
    regions: tuple[str, ...]
    """County FIPS codes of the hospital regions."""
    outputs: pd.DataFrame
    """One row per output of the engine: place, group, cohort."""

    @cached_property
    def keys(self) -> NDArray[np.uint64]:
        """[C] identities for the random numbers."""
        columns = ["place", "group", "cohort", "age_low", "age_high", "vulnerable", "custody_class", "home"]
        rows = self.cells[columns].itertuples(index=False, name=None)
        return np.array([cell_key(*row) for row in rows], dtype=np.uint64)

    @property
    def n_facilities(self) -> int:
        """Number of facilities."""
        return len(self.facility_ids)

    @property
    def outside(self) -> int:
        """Index of the outside among the counties."""
        return len(self.county_fips) - 1


def _composition(system: System, facility_id: str) -> pd.DataFrame:
    table = system.composition
    own = table[table["facility_id"] == facility_id]
    return own if len(own) else table[table["facility_id"] == "*"]


def _classes(system: System) -> tuple[tuple[tuple[int, int, bool], ...], tuple[DetainedClass, ...]]:
    bands = sorted({parse_age_band(band) for band in system.composition["age_band"]})
    custody = sorted(system.population["custody_class"].unique())
    persons = tuple((low, high, vulnerable) for low, high in bands for vulnerable in (False, True))
    detained = tuple(
        DetainedClass(low, high, vulnerable, custody_class)
        for low, high, vulnerable in persons
        for custody_class in custody
    )
    return persons, detained


def class_weights(
    system: System, facility_id: str, classes: Sequence[DetainedClass]
) -> NDArray[np.float64]:
    """[D] expected composition of a facility's people (sums to 1, or 0 for an empty facility)."""
    people = system.population[system.population["facility_id"] == facility_id]
    by_class = people.groupby("custody_class")["people_start"].sum()
    composition = _composition(system, facility_id).set_index("age_band")
    share = {parse_age_band(str(band)): row for band, row in composition.iterrows()}
    weights = np.zeros(len(classes))
    for index, one in enumerate(classes):
        row = share.get((one.age_low, one.age_high))
        if row is None:
            continue
        vulnerable = float(row["vulnerable_share"])
        weights[index] = (
            float(by_class.get(one.custody_class, 0.0))
            * float(row["share"])
            * (vulnerable if one.vulnerable else 1.0 - vulnerable)
        )
    total = weights.sum()
    return weights / total if total > 0 else weights


class _Rows:
    """Collects cells row by row."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def add(self, **fields: object) -> int:
        self.rows.append(fields)
        return len(self.rows) - 1


def build_layout(system: System) -> Layout:
    """Lay out the cells of a system.

    Raises :class:`~thinwalls.errors.InputError` when a facility's county is not in the system.
    """
    facilities = system.facilities[~system.facilities["near_empty"]]
    facility_ids = tuple(str(name) for name in facilities.index)
    counties = system.counties
    fips = tuple(str(code) for code in counties.index if code != OUTSIDE) + (OUTSIDE,)
    county_index = {code: index for index, code in enumerate(fips)}
    for facility_id, code in facilities["county_fips"].items():
        if code not in county_index:
            raise InputError(
                "is not among the system's counties",
                where=f"system {system.name}, facility {facility_id}",
                field="county_fips",
                value=code,
            )
    persons, detained_classes = _classes(system)
    person_index = {person: index for index, person in enumerate(persons)}
    person_class_of = np.array(
        [person_index[(one.age_low, one.age_high, one.vulnerable)] for one in detained_classes],
        dtype=np.int32,
    )
    resident_bands = ((0, 17), (18, 64), (65, OLDEST))
    courses = (
        *(PersonClass(*person, delayed_care=True) for person in persons),
        *(PersonClass(*person) for person in persons),
        *(PersonClass(low, high, None) for low, high in resident_bands),
        PersonClass(*STAFF_AGES, None),
    )
    n_person = len(persons)

    hospital = {code: str(counties.at[code, "hospital_fips"]) for code in fips}
    regions = tuple(sorted(set(hospital.values())))
    region_index = {code: index for index, code in enumerate(regions)}

    rows = _Rows()
    detained = np.full((len(facility_ids), len(COHORTS), len(detained_classes)), -1, dtype=np.int32)
    for f, facility_id in enumerate(facility_ids):
        facility = facilities.loc[facility_id]
        county = str(facility["county_fips"])
        weights = class_weights(system, facility_id, detained_classes)
        people = largest_remainder(weights, int(facility["population_start"]))
        for c, cohort in enumerate(COHORTS):
            for d, one in enumerate(detained_classes):
                detained[f, c, d] = rows.add(
                    place=facility_id, group="detained", cohort=cohort, home=county,
                    age_low=one.age_low, age_high=one.age_high, vulnerable=one.vulnerable,
                    custody_class=one.custody_class, facility_id=facility_id,
                    state=str(facility["state"]), kind=str(facility["kind"]),
                    people=int(people[d]) if c == 0 else 0,
                    course=int(person_class_of[d]), region=region_index[hospital[county]],
                )
    facility_county = np.array(
        [county_index[str(code)] for code in facilities["county_fips"]], dtype=np.int32
    )

    def add_free(place: str, group: str, cohort: str, person: int, region: int) -> int:
        low, high, vulnerable = persons[person]
        return rows.add(
            place=place, group=group, cohort=cohort, home=place, age_low=low, age_high=high,
            vulnerable=vulnerable, custody_class="", facility_id="",
            state=str(counties.at[place, "state"]) if place in counties.index else "",
            kind="", people=0, course=n_person + person, region=region,
        )

    released = np.full((len(fips), len(COHORTS), n_person), -1, dtype=np.int32)
    where_released = system.catchment[system.catchment["flow"] == "release"]["county_fips"]
    counties_released = {county_index.get(str(code), len(fips) - 1) for code in where_released}
    for n in sorted({*counties_released, *facility_county.tolist(), len(fips) - 1}):
        for c, cohort in enumerate(COHORTS):
            for v in range(n_person):
                region = region_index[hospital[fips[n]]]
                released[n, c, v] = add_free(fips[n], "released", cohort, v, region)
    removed = np.array(
        [[add_free(REMOVED, "removed", cohort, v, -1) for v in range(n_person)] for cohort in COHORTS],
        dtype=np.int32,
    )

    table = system.staff[system.staff["facility_id"].isin(facility_ids)]
    staff_facility = np.array([facility_ids.index(str(f)) for f in table["facility_id"]], dtype=np.int32)
    staff_county = np.array(
        [county_index.get(str(code), len(fips) - 1) for code in table["county_fips"]], dtype=np.int32
    )
    staff_people = table["people"].to_numpy(dtype=np.int64)
    staff = np.array(
        [
            rows.add(
                place=facility_ids[f], group="staff", cohort="", home=fips[n],
                age_low=STAFF_AGES[0], age_high=STAFF_AGES[1], vulnerable=False, custody_class="",
                facility_id=facility_ids[f], state=str(facilities["state"].iloc[f]),
                kind=str(facilities["kind"].iloc[f]), people=int(people),
                course=len(courses) - 1, region=region_index[hospital[fips[n]]],
            )
            for f, n, people in zip(staff_facility, staff_county, staff_people, strict=True)
        ],
        dtype=np.int32,
    )
    staff_of_county = np.bincount(staff_county, weights=staff_people, minlength=len(fips)).astype(int)
    residents = np.full((len(fips), len(resident_bands)), -1, dtype=np.int32)
    for n, code in enumerate(fips):
        county = counties.loc[code]
        people = county[["age_0_17", "age_18_64", "age_65_plus"]].to_numpy(dtype=np.int64)
        people[1] = max(0, people[1] - staff_of_county[n])
        for b, (low, high) in enumerate(resident_bands):
            residents[n, b] = rows.add(
                place=code, group="residents", cohort="", home=code, age_low=low, age_high=high,
                vulnerable=False, custody_class="", facility_id="", state=str(county["state"]),
                kind="", people=int(people[b]), course=2 * n_person + b,
                region=region_index[hospital[code]],
            )

    cells = pd.DataFrame(rows.rows)
    outputs = cells[["place", "group", "cohort"]].drop_duplicates(ignore_index=True)
    cells["output"] = cells.merge(
        outputs.reset_index(names="row"), on=["place", "group", "cohort"], how="left"
    )["row"].to_numpy(dtype=np.int32)
    return Layout(
        system=system, facility_ids=facility_ids, county_fips=fips,
        detained_classes=detained_classes, person_class_of=person_class_of, cells=cells,
        detained=detained, released=released, removed=removed, residents=residents, staff=staff,
        staff_facility=staff_facility, staff_county=staff_county, facility_county=facility_county,
        courses=courses, regions=regions, outputs=outputs,
    )
