"""What facilities do in a housing unit in which a case was found.

Every unit has triggers of its own, on from the day after a case was found among the people who
live there; a facility that is not divided into units is one unit.  Nothing is moved between cells:
the triggers multiply contact and attendance, or the programmes of the people there.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.simulation.measures.scenario_builder import Work
from thinwalls.simulation.population.layout import cell_key
from thinwalls.simulation.shared_types.compiled_scenario import Rule
from thinwalls.simulation.shared_types.drawn_effects import (
    ProgrammeRule,
    UnitPlaces,
    UnitSwitches,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.policy import Action, Hazard, Selector, UnitTests


class UnitBuilder(Work):
    """The part of a scenario's builder for what follows cases in a housing unit."""

    def lock_units(
        self, action: Action, where: Selector, *, days: int, between: str, within: str
    ) -> None:
        """Lower contact of a unit, within it and with others, for so long after a case there."""
        places = self._units(action, where)
        in_force = self.days_in_force(action)
        self.unit_switches.append(
            UnitSwitches(
                places,
                days,
                in_force.start,
                in_force.stop,
                self._marks(len(places.unit)),
                between=between,
                within=within,
            )
        )

    def test_units(
        self, action: Action, where: Selector, hazard: Hazard, compartments: str, tests: UnitTests
    ) -> None:
        """Test everybody in a unit once, with some chance, when a case was found there."""
        places = self._units(action, where)
        in_force = self.days_in_force(action)
        first_mark = self._marks(len(places.unit))
        everyday = np.ones(self.days)
        for at, cells in enumerate(self._cells(places)):
            of_facility = {int(places.facility[at]): cells}
            rule = ProgrammeRule(action.do, of_facility, compartments, hazard, everyday, True)
            self.rules.append(Rule(rule, first_mark - at))
        dates = [self.first + dt.timedelta(days=day) for day in range(self.days)]
        self.unit_switches.append(
            UnitSwitches(
                places,
                tests.again_after_days,
                in_force.start,
                in_force.stop,
                first_mark,
                chance=lambda values: tests.chance(values, dates),
                first_days=tests.within_days,
                tests_per_person_day=1.0 / tests.within_days,
            )
        )

    def _marks(self, n: int) -> int:
        """The first of so many marks."""
        first = -1 - self.n_unit_marks
        self.n_unit_marks += n
        return first

    def _units(self, action: Action, where: Selector) -> UnitPlaces:
        """The units of facilities, and the facilities that are one."""
        layout = self.layout
        chosen = self.facilities(where)
        housing = layout.housing
        divided = np.isin(np.arange(layout.n_facilities), housing.facilities)
        units = np.flatnonzero(chosen[housing.unit_facility])
        whole = np.flatnonzero(chosen & ~divided)
        if not len(units) + len(whole):
            raise InputError("means no facility", field=f"{action.do}.facilities")
        within = units - np.searchsorted(housing.unit_facility, housing.unit_facility[units])
        facility = np.concatenate([housing.unit_facility[units], whole]).astype(np.int64)
        number = np.concatenate([within, np.full(len(whole), -1)])
        outputs = layout.outputs[layout.outputs["group"] == "detained"]
        of_place: dict[tuple[str, int], list[int]] = {}
        of_facility: dict[str, list[int]] = {}
        for row, place, unit in zip(outputs.index, outputs["place"], outputs["unit"], strict=True):
            of_place.setdefault((place, unit), []).append(int(row))
            of_facility.setdefault(place, []).append(int(row))
        rows, keys = list[list[int]](), list[int]()
        for f, unit in zip(facility, number, strict=True):
            name = layout.facility_ids[f]
            rows.append(of_facility[name] if unit < 0 else of_place.get((name, unit), []))
            keys.append(int(cell_key(action.do, name, int(unit))))
        return UnitPlaces(
            facility=facility,
            unit=np.concatenate([units, np.full(len(whole), -1)]).astype(np.int64),
            key=np.array(keys, dtype=np.uint64),
            output_start=np.concatenate([[0], np.cumsum([len(one) for one in rows])]),
            output=np.array([row for one in rows for row in one], dtype=np.int64),
        )

    def _cells(self, places: UnitPlaces) -> list[NDArray[np.int32]]:
        """Cells of the people who live in each place, variants and all."""
        layout = self.layout
        units, facilities = _by_number(layout.unit_of), _by_number(layout.facility_of)
        return [
            units.get(int(unit), _NOBODY) if unit >= 0 else facilities.get(int(f), _NOBODY)
            for f, unit in zip(places.facility, places.unit, strict=True)
        ]


_NOBODY = np.zeros(0, dtype=np.int32)


def _by_number(number: NDArray[np.int32]) -> dict[int, NDArray[np.int32]]:
    """Cells by the number that each has; cells with a number below 0 are left out."""
    order = np.argsort(number, kind="stable").astype(np.int32)
    found, first = np.unique(number[order], return_index=True)
    parts = np.split(order, first[1:])
    return {int(one): cells for one, cells in zip(found, parts, strict=True) if one >= 0}
