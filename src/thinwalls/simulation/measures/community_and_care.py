"""What actions do in counties and hospitals, to medical care and by vaccines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.simulation.measures.scenario_builder import Work
from thinwalls.simulation.population.cell_variants import (
    APART,
    ORDINARY,
    VACCINATED,
    VACCINATED_APART,
)
from thinwalls.simulation.shared_types.compiled_scenario import MoreExits
from thinwalls.simulation.shared_types.drawn_effects import BedEffect, ContactEffect, even_hazard
from thinwalls.simulation.shared_types.flow_tables import WELL, ExitRows, FlowTable
from thinwalls.simulation.shared_types.movement_classes import COURSE_GIVEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from thinwalls.common import Float
    from thinwalls.policy import Action, Factor, Selector
    from thinwalls.simulation.shared_types.drawn_effects import Mask, Values


class CareBuilder(Work):
    """The part of a scenario's builder for what is done outside, for care and by vaccines."""

    def multiply_contact_outside(
        self, action: Action, factor: Factor, *, states: Selector, ramp_days: float
    ) -> None:
        """Multiply contact in counties."""
        strength = self.in_force(action)
        if ramp_days:
            since = np.arange(self.days) - self.days_in_force(action).start + 1
            strength = strength * np.clip(since / ramp_days, 0.0, 1.0)
        self.outside.append(ContactEffect(self._counties(action, states), strength, factor))

    def add_beds(self, action: Action, *, states: Selector, beds: float, icu: float) -> None:
        """Raise hospital beds in counties by these shares of all they have."""
        counties = self._counties(action, states)
        self.beds.append(BedEffect(counties, self.in_force(action), beds, icu))

    def _counties(self, action: Action, states: Selector) -> Mask:
        chosen = self.counties(states)
        if not chosen.any():
            raise InputError("means no county of the system", field=f"{action.do}.states")
        return chosen

    def set_care(self, action: Action, *, who: Selector, treated_share: float, late: bool) -> None:
        """Give the people meant the course of their own care for the whole run."""
        meant = self.cells(who)
        if not meant.any():
            raise InputError("means nobody in the system", field=f"{action.do}.who")
        already = self.changed_course
        if already is not None and (meant & already).any():
            raise InputError(
                "two actions on medical care mean the same people", field=f"{action.do}.who"
            )
        self.changed_course = meant if already is None else meant | already
        for course in np.unique(self.course[meant]):
            known = self.courses[int(course)]
            person = replace(known.person, treated_share=treated_share, delayed_care=late)
            changed = self.courses.index(replace(known, person=person))
            self.course[meant & (self.course == course)] = changed

    def vaccinate(
        self,
        action: Action,
        *,
        order: tuple[Selector, ...],
        people_per_day: float,
        uptake: str,
        delay_days: float,
    ) -> None:
        """Let susceptible and recovered people move to the vaccinated variant of their cell.

        The entries of the order are offered the vaccine one after the other, each for as many
        days as ``uptake`` of those who are there on the first day need at ``people_per_day``;
        within that time the people there take it evenly.  So coverage never exceeds the uptake,
        and where people leave, fewer doses are given.  People who are infected when it is their
        turn have no use of it any more.
        """
        self.leaky = True
        layout = self.layout
        group = layout.cells["group"].to_numpy()
        reachable = np.isin(group, ("detained", "staff"))
        offered = np.zeros(len(group), dtype=bool)
        waves: list[tuple[Mask, float]] = []
        people = layout.cells["people"].to_numpy(dtype=np.float64)
        for index, who in enumerate(order):
            meant = self.cells(who)
            if (meant & (group == "residents")).any():
                raise InputError(
                    "residents cannot be vaccinated in this version (what people booked in would "
                    'bring along is not followed); add & group("detained") or group("staff")',
                    field=f"{action.do}.order[{index}]",
                    value=str(who),
                )
            wave = meant & reachable & ~offered
            offered |= wave
            waves.append((wave, float(people[wave].sum())))
        if not offered.any():
            raise InputError("means nobody who is detained or staff", field=f"{action.do}.order")
        for number, (wave, _) in enumerate(waves):
            rows = ExitRows()
            for source, to in ((ORDINARY, VACCINATED), (APART, VACCINATED_APART)):
                cells, goals = layout.variants[source], layout.variants[to]
                chosen = (cells >= 0) & (goals >= 0) & wave[np.maximum(cells, 0)]
                rows.add(cells[chosen], goals[chosen], 1.0, COURSE_GIVEN, WELL)
            if rows.cell and sum(map(len, rows.cell)):
                before = [held for _, held in waves[: number + 1]]
                series = self._wave(action, before, people_per_day, uptake, float(delay_days))
                self.more_exits.append(MoreExits(FlowTable.from_rows(rows), series))

    def _wave(
        self, action: Action, held: list[float], rate: float, uptake: str, delay: float
    ) -> Callable[[Values], Float]:
        """Hazard of the last of some waves; protection begins after the delay."""
        chosen, days = self.days_in_force(action), self.days

        def hazard(values: Values) -> Float:
            share = values[uptake]
            begin = chosen.start + share * sum(held[:-1]) / rate + delay
            over = max(share * held[-1] / rate, 1.0)
            return even_hazard(share, over, begin, chosen.stop + delay, days)

        return hazard
