"""What actions do inside facilities: contact, isolation, tests, quarantine on arrival, visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.policy import everyone
from thinwalls.simulation.measures.scenario_builder import Work
from thinwalls.simulation.population.cell_variants import (
    APART,
    VACCINATED,
    VACCINATED_APART,
    with_variants,
)
from thinwalls.simulation.population.layout import outputs_of
from thinwalls.simulation.shared_types.compiled_scenario import (
    Gate,
    InPlaces,
    MoreExits,
    Rule,
    TestsDone,
)
from thinwalls.simulation.shared_types.drawn_effects import ContactEffect, ProgrammeRule
from thinwalls.simulation.shared_types.flow_tables import ExitRows, FlowTable
from thinwalls.simulation.shared_types.movement_classes import TEST_OUT, WITHIN
from thinwalls.simulation.shared_types.quantity_library import measure_quantities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from thinwalls.policy import Action, Factor, GateTests, Hazard, InsideAction, Selector, Tested
    from thinwalls.simulation.shared_types.drawn_effects import Mask

INFECTED = "EPAI"


class InsideBuilder(Work):
    """The part of a scenario's builder for what is done inside facilities."""

    @property
    def has_units(self) -> bool:
        """Whether the system is housed in units."""
        return self.layout.housing.n_units > 0

    def measured(self, name: str) -> str:
        """Draw a number that comes with the program (``measures.toml``); its name."""
        self.quantities[name] = measure_quantities()[name]
        return name

    def multiply_contact(
        self,
        action: InsideAction,
        factor: Factor,
        *,
        who: Selector | None = None,
        between_units: bool = False,
    ) -> None:
        """Multiply contact inside facilities: of everybody, or between the people meant."""
        where, series = self.facilities(action.facilities), self.strength(action)
        meant = None if who is None else self.cells(who)
        self.inside.append(ContactEffect(where, series, factor, meant, between=between_units))

    def isolate(
        self,
        action: InsideAction,
        hazard: Hazard,
        *,
        compartments: str,
        who: Selector = everyone,
        tested: Tested | None = None,
    ) -> None:
        """Find infected detained people and isolate them, where there is room."""
        where, meant = self.facilities(action.facilities), self.cells(who)
        cells = self.detained_by_facility(where, meant, action)
        self._find(action, cells, compartments, hazard, tested, limited=True)
        self.isolating.append(InPlaces(self._detained(where), self.strength(action)))

    def _detained(self, where: Mask) -> dict[int, NDArray[np.int32]]:
        """Cells of everybody detained in some facilities."""
        of = self.layout.facility_of
        return {
            f: np.flatnonzero(of == f).astype(np.int32) for f in map(int, np.flatnonzero(where))
        }

    def limit_isolation(self, action: InsideAction, places_per_100: float) -> None:
        """Let there be so many places for isolation per 100 people at the start."""
        where = self.facilities(action.facilities)
        self.limiting.append(InPlaces(self._detained(where), self.in_force(action)))
        for f in map(int, np.flatnonzero(where)):
            places = self.places_per_100.get(f, np.inf)
            self.places_per_100[f] = min(places, places_per_100)

    def keep_staff_home(
        self,
        action: InsideAction,
        hazard: Hazard,
        *,
        compartments: str,
        tested: Tested | None = None,
    ) -> None:
        """Find infected staff, who stay at home until they have recovered."""
        cells = self._staff(action)
        self._find(action, cells, compartments, hazard, tested, limited=False)
        self.isolating.append(InPlaces(cells, self.strength(action)))
        self.staff_home.append(InPlaces(cells, np.ceil(self.strength(action))))

    def _find(
        self,
        action: InsideAction,
        cells: Mapping[int, NDArray[np.int32]],
        compartments: str,
        hazard: Hazard,
        tested: Tested | None,
        *,
        limited: bool,
    ) -> None:
        strength = self.strength(action)
        rule = ProgrammeRule(action.do, cells, compartments, hazard, strength, limited)
        self.rules.append(Rule(rule))
        if tested is not None:
            per_day = strength * tested.share / tested.every_days
            self.tests.append(TestsDone(outputs_of(self.layout, cells), per_day))

    def _staff(self, action: InsideAction) -> Mapping[int, NDArray[np.int32]]:
        """Staff cells of the facilities meant."""
        layout = self.layout
        chosen = self.facilities(action.facilities)
        found = {}
        for f in np.flatnonzero(chosen):
            cells = layout.staff[layout.staff_facility == f]
            if len(cells):
                found[int(f)] = with_variants(layout.variants, cells)
        if not found:
            raise InputError("means no facility with staff", field=f"{action.do}.facilities")
        return found

    def quarantine_arrivals(
        self, action: InsideAction, *, days: float, alone: bool, found: Hazard | None
    ) -> None:
        """Keep people who arrive apart first; with ``found`` the infected are isolated there.

        They go to a variant of their cell that meets only staff, or staff and others in
        quarantine, and leave it after ``days`` on average (an exponential time).
        """
        layout = self.layout
        strength = self.strength(action)
        chosen = np.flatnonzero(self.facilities(action.facilities))
        rows, quarantined = ExitRows(), {}
        out = WITHIN if found is None else TEST_OUT
        for f in map(int, chosen):
            if f in self.quarantine:
                raise InputError(
                    "two quarantines on arrival in one facility", field=f"{action.do}.facilities"
                )
            self.quarantine[f] = strength
            if not alone:
                self.together.add(f)
            cells = layout.arrivals_of(f)
            for to, source in ((0, APART), (VACCINATED, VACCINATED_APART)):
                rows.add(
                    layout.variants[source, cells], layout.variants[to, cells], 1.0 / days, out
                )
            apart = layout.variants[[APART, VACCINATED_APART]][:, cells].ravel()
            quarantined[f] = apart[apart >= 0].astype(np.int32)
        self.more_exits.append(MoreExits(FlowTable.from_rows(rows), np.ones(self.days)))
        if found is None:
            return
        everyday = np.ones(self.days)
        rule = ProgrammeRule(action.do, quarantined, INFECTED, found, everyday, False)
        self.rules.append(Rule(rule))
        where = self.facilities(action.facilities)
        self.isolating.append(InPlaces(self._detained(where), strength))

    def test_at_gates(
        self,
        action: Action,
        tests: GateTests,
        *,
        sensitivity: Mapping[str, str],
        uptake: float,
        delay_days: float,
        counted: bool = True,
    ) -> None:
        """Test people who are moved; :mod:`~thinwalls.simulation.measures.gate_tests` lays rows.

        Raises
        ------
        InputError
            If another action tests people who are moved, too.
        """
        if self.gate is not None:
            raise InputError(
                "a scenario has one action that screens or tests people when they are moved",
                field=action.do,
            )
        self.gate = Gate(
            movements=tests.movements,
            who=self.cells(tests.who),
            sensitivity=sensitivity,
            uptake=uptake,
            delay_days=delay_days,
            in_force=self.in_force(action),
            counted=counted,
        )

    def set_visits(self, action: InsideAction, share: float) -> None:
        """Let a share of the usual visits take place."""
        where, strength = self.facilities(action.facilities), self.strength(action)[:, None]
        was = self.visits[:, where]
        self.visits[:, where] = was + strength * (share - was)
