"""Building a :class:`~thinwalls.simulation.population.layout.Layout` from a system's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Message
from thinwalls.pathogens import PersonClass
from thinwalls.simulation.population.cell_variants import (
    NOTHING,
    ORDINARY,
    Needs,
    add_variants,
    variant_table,
)
from thinwalls.simulation.population.composition import (
    age_bands_held,
    composition_weights,
    person_classes,
)
from thinwalls.simulation.population.hospital_beds import hospital_regions
from thinwalls.simulation.population.housing_units import (
    IN_NO_UNIT,
    Housing,
    divide,
    nobody_in_units,
    number_of_units,
)
from thinwalls.simulation.population.layout import (
    COHORTS,
    OLDEST,
    REMOVED,
    STAFF_AGES,
    DetainedClass,
    Layout,
    cell_key,
    largest_remainder,
)
from thinwalls.simulation.population.severity_rows import SeverityRow, SeverityRows
from thinwalls.system import CLASSES_OF, OUTSIDE, System

if TYPE_CHECKING:
    from numpy.typing import NDArray

_IDENTITY = [
    "place",
    "group",
    "cohort",
    "home",
    "age_low",
    "age_high",
    "vulnerable",
    "custody_class",
]
_COLUMNS = [*_IDENTITY, "facility_id", "state", "kind", "people", "course", "region", "unit"]


class _Builder:
    """Collects the cells of one system, kind by kind."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.facilities = system.facilities[~system.facilities["near_empty"]]
        self.facility_ids = tuple(str(name) for name in self.facilities.index)
        self.fips = (*(str(code) for code in system.counties.index if code != OUTSIDE), OUTSIDE)
        self.county = {code: n for n, code in enumerate(self.fips)}
        self.persons = person_classes(system)
        custody = sorted({str(name) for name in system.population["custody_class"]})
        self.classes = tuple(
            DetainedClass(*person, name) for person in self.persons for name in custody
        )
        counties = system.counties.loc[list(self.fips)]
        hospital = hospital_regions(system).loc[list(self.fips)].tolist()
        self.regions = tuple(sorted(set(hospital)))
        self.region = [self.regions.index(code) for code in hospital]
        self.state = counties["state"].astype(str).tolist()
        self.courses = (
            *(SeverityRow(PersonClass(*one, delayed_care=True), held=True) for one in self.persons),
            *(SeverityRow(PersonClass(*one), held=True) for one in self.persons),
            SeverityRow(PersonClass(*STAFF_AGES, None)),
            *(SeverityRow(PersonClass(0, OLDEST, None), n) for n in range(len(self.fips))),
        )
        self.rows: list[tuple[object, ...]] = []
        self.housed: list[tuple[int, int, int, int, int, int, float]] = []
        """per cell of a unit: cell, hall, facility, cohort, class, unit, share"""
        self.unit_facility: list[int] = []

    def add(self, *row: object, unit: int = IN_NO_UNIT) -> int:
        """Add a cell with the values of ``_COLUMNS``; returns its number."""
        self.rows.append((*row, unit))
        return len(self.rows) - 1

    def county_of_facility(self) -> NDArray[np.int32]:
        """[F] index of the county of each facility."""
        for facility_id, code in self.facilities["county_fips"].items():
            if code not in self.county:
                raise InputError(
                    "is not among the system's counties",
                    where=Message(
                        "system {name}, facility {facility}",
                        name=self.system.name,
                        facility=facility_id,
                    ),
                    field="county_fips",
                    value=code,
                )
        return np.array(
            [self.county[str(code)] for code in self.facilities["county_fips"]], dtype=np.int32
        )

    def detained(self, weights: NDArray[np.float64]) -> NDArray[np.int32]:
        """[F, cohort, D] cells of detained people; those there at the start are in cohort 0."""
        made = np.full(
            (len(self.facility_ids), len(COHORTS), len(self.classes)), -1, dtype=np.int32
        )
        person = {one: index for index, one in enumerate(self.persons)}
        held = self.facilities["population_start"].to_numpy(dtype=np.int64)
        homes = self.county_of_facility()
        states = self.facilities["state"].astype(str).tolist()
        kinds = self.facilities["kind"].astype(str).tolist()
        custodies = self.facilities["custody"].astype(str).tolist()
        bands = age_bands_held(self.system, self.facility_ids)
        sizes = self.system.units["unit_people"]
        for f, facility_id in enumerate(self.facility_ids):
            people = largest_remainder(weights[f], int(held[f]))
            n_units = number_of_units(int(held[f]), float(sizes.get(facility_id, 0.0)))
            in_units, shares = divide(people, [one.custody_class for one in self.classes], n_units)
            first = len(self.unit_facility)
            if n_units > 1:
                self.unit_facility += [f] * n_units
            home = int(homes[f])
            names = {name for part in custodies[f].split(",") for name in CLASSES_OF[part.strip()]}
            ages_here = bands[facility_id]
            for c, cohort in enumerate(COHORTS):
                for d, one in enumerate(self.classes):
                    if (
                        one.custody_class not in names
                        or (one.age_low, one.age_high) not in ages_here
                    ):
                        continue
                    ages = (one.age_low, one.age_high, one.vulnerable)
                    who = (facility_id, "detained", cohort, self.fips[home], *ages)
                    where = (one.custody_class, facility_id, states[f], kinds[f])
                    rest = (person[ages], self.region[home])
                    there = int(people[d]) if c == 0 and n_units == 1 else 0
                    made[f, c, d] = hall = self.add(*who, *where, there, *rest)
                    if n_units == 1:
                        continue
                    for unit in np.flatnonzero(shares[:, d]):
                        there = int(in_units[unit, d]) if c == 0 else 0
                        cell = self.add(*who, *where, there, *rest, unit=int(unit))
                        share = float(shares[unit, d])
                        self.housed.append((cell, hall, f, c, d, first + int(unit), share))
        return made

    def housing(self) -> Housing:
        """Cells of people in units, after :meth:`detained`."""
        if not self.housed:
            return nobody_in_units()
        names = ("cell", "hall", "facility", "cohort", "detained_class", "unit")
        columns = list(zip(*self.housed, strict=True))
        numbers = {
            name: np.array(column, dtype=np.int32)
            for name, column in zip(names, columns[:-1], strict=True)
        }
        return Housing(
            **numbers,
            share=np.array(columns[-1], dtype=np.float64),
            unit_facility=np.array(self.unit_facility, dtype=np.int32),
        )

    def released(self) -> NDArray[np.int32]:
        """[N, cohort, V] cells of people released to each county, -1 where nobody can be."""
        made = np.full((len(self.fips), len(COHORTS), len(self.persons)), -1, dtype=np.int32)
        catchment = self.system.catchment
        goals = catchment[catchment["flow"] == "release"]
        outside = len(self.fips) - 1
        bands = age_bands_held(self.system, self.facility_ids)
        # Only ages that a place holds from which people are released to the county.
        ages: dict[int, set[tuple[int, int]]] = {outside: set()}
        homes = zip(self.facility_ids, self.county_of_facility().tolist(), strict=True)
        places = zip(goals["facility_id"], goals["county_fips"], strict=True)
        there = [(str(place), self.county.get(str(code), outside)) for place, code in places]
        for facility_id, n in [*homes, *there]:
            if facility_id in bands:
                ages.setdefault(n, set()).update(bands[facility_id])
                ages[outside] |= bands[facility_id]
        for n in sorted(ages):
            for c, cohort in enumerate(COHORTS):
                for v, (low, high, _) in enumerate(self.persons):
                    if (low, high) not in ages[n]:
                        continue
                    made[n, c, v] = self._after_detention(
                        self.fips[n], "released", cohort, v, self.state[n], self.region[n]
                    )
        return made

    def removed(self) -> NDArray[np.int32]:
        """[cohort, V] cells of people removed from the country."""
        return np.array(
            [
                [
                    self._after_detention(REMOVED, "removed", cohort, v, "", -1)
                    for v in range(len(self.persons))
                ]
                for cohort in COHORTS
            ],
            dtype=np.int32,
        )

    def _after_detention(
        self, place: str, group: str, cohort: str, v: int, state: str, region: int
    ) -> int:
        course = len(self.persons) + v
        return self.add(
            place, group, cohort, place, *self.persons[v], "", "", state, "", 0, course, region
        )

    def staff(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Cells, facilities and home counties of staff, one entry per row of the staff table."""
        number = {facility_id: f for f, facility_id in enumerate(self.facility_ids)}
        table = self.system.staff
        cells, facilities, counties = [], [], []
        states = self.facilities["state"].astype(str).tolist()
        kinds = self.facilities["kind"].astype(str).tolist()
        for facility_id, code, people in zip(
            table["facility_id"], table["county_fips"], table["people"], strict=True
        ):
            f = number.get(facility_id)
            if f is None:
                continue
            n = self.county.get(code, len(self.fips) - 1)
            cells.append(
                self.add(
                    facility_id,
                    "staff",
                    "",
                    self.fips[n],
                    *STAFF_AGES,
                    False,
                    "",
                    facility_id,
                    states[f],
                    kinds[f],
                    int(people),
                    2 * len(self.persons),
                    self.region[n],
                )
            )
            facilities.append(f)
            counties.append(n)
        index = (np.array(values, dtype=np.int32) for values in (cells, facilities, counties))
        return tuple(index)  # type: ignore[return-value]

    def residents(self, staff_of_county: NDArray[np.int64]) -> NDArray[np.int32]:
        """[N] cells of residents who are not staff, each with a course of its own age mix."""
        population = self.system.counties.loc[list(self.fips), "population"].to_numpy(
            dtype=np.int64
        )
        people = np.maximum(population - staff_of_county, 0)
        first_course = 2 * len(self.persons) + 1
        return np.array(
            [
                self.add(
                    code,
                    "residents",
                    "",
                    code,
                    0,
                    OLDEST,
                    False,
                    "",
                    "",
                    self.state[n],
                    "",
                    int(people[n]),
                    first_course + n,
                    self.region[n],
                )
                for n, code in enumerate(self.fips)
            ],
            dtype=np.int32,
        )


def build_layout(system: System, needs: Needs = NOTHING) -> Layout:
    """Lay out the cells of a system, with the variants that a run needs.

    Raises
    ------
    InputError
        When a facility's county is not in the system.
    """
    builder = _Builder(system)
    weights = composition_weights(system, builder.facility_ids, builder.classes)
    detained, released, removed = builder.detained(weights), builder.released(), builder.removed()
    staff, staff_facility, staff_county = builder.staff()
    people_at = _COLUMNS.index("people")
    staff_people = np.array([builder.rows[cell][people_at] for cell in staff], dtype=np.int64)
    of_county = np.bincount(staff_county, weights=staff_people, minlength=len(builder.fips))
    residents = builder.residents(of_county.astype(np.int64))

    courses = SeverityRows(builder.courses)
    cells = add_variants(pd.DataFrame(builder.rows, columns=_COLUMNS), courses, needs)
    cells["key"] = [
        cell_key(
            *row, *((variant,) if variant else ()), *(("unit", unit) if unit != IN_NO_UNIT else ())
        )
        for row, variant, unit in zip(
            cells[_IDENTITY].itertuples(index=False, name=None),
            cells["variant"],
            cells["unit"],
            strict=True,
        )
    ]
    # The engine keeps cells in the order of their keys; being in it saves sorting in every run.
    order = np.argsort(cells["key"].to_numpy(dtype=np.uint64), kind="stable")
    cells = cells.iloc[order].reset_index(drop=True)
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    cells["base"] = place[cells["base"]]
    ordinary = cells[cells["variant"] == ORDINARY]
    by = ["place", "group", "cohort", *(["unit"] if needs.record_units else [])]
    outputs = ordinary[by].drop_duplicates(ignore_index=True)
    row_of = {name: row for row, name in enumerate(outputs.itertuples(index=False, name=None))}
    cells["output"] = [row_of[name] for name in cells[by].itertuples(index=False, name=None)]
    person = {one: v for v, one in enumerate(builder.persons)}
    person_class = [person[one.age_low, one.age_high, one.vulnerable] for one in builder.classes]
    return Layout(
        system=system,
        facility_ids=builder.facility_ids,
        county_fips=builder.fips,
        detained_classes=builder.classes,
        composition=weights,
        person_class_of=np.array(person_class, dtype=np.int32),
        cells=cells,
        detained=np.where(detained >= 0, place[detained], -1),
        housing=builder.housing().moved(place),
        released=np.where(released >= 0, place[released], -1),
        removed=place[removed],
        residents=place[residents],
        staff=place[staff],
        staff_facility=staff_facility,
        staff_county=staff_county,
        facility_county=builder.county_of_facility(),
        variants=variant_table(cells["variant"].to_numpy(), cells["base"].to_numpy()),
        courses=courses.all,
        first_county_course=2 * len(builder.persons) + 1,
        regions=builder.regions,
        county_region=np.array(builder.region, dtype=np.int32),
        outputs=outputs,
    )
