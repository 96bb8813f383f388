"""Actions on counties, hospitals, medical care and vaccines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
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
    from thinwalls.policy import CommunityDistancing, HospitalSurge, MedicalCare, Vaccination
    from thinwalls.simulation.measures.scenario_builder import Work
    from thinwalls.simulation.shared_types.drawn_effects import Mask, Values


def community_distancing(work: Work, action: CommunityDistancing) -> None:
    """Contact in counties is multiplied by ``1 - effect x adherence``."""
    name, adherence = f"effect.{action.effect_names()['effect']}", action.adherence
    strength = work.in_force(action)
    if action.ramp_days:
        since = np.arange(work.days) - work.days_in_force(action).start + 1
        strength = strength * np.clip(since / action.ramp_days, 0.0, 1.0)

    def factor(values: Values, strength: Float) -> Float:
        return 1.0 - values[name] * adherence * strength

    work.outside.append(ContactEffect(_counties(work, action), strength, factor))


def hospital_surge(work: Work, action: HospitalSurge) -> None:
    """More beds in counties, as shares of all the beds they have."""
    counties = _counties(work, action)
    work.beds.append(BedEffect(counties, work.in_force(action), action.more_beds, action.more_icu))


def _counties(work: Work, action: CommunityDistancing | HospitalSurge) -> Mask:
    chosen = work.counties(action.states)
    if not chosen.any():
        raise InputError("means no county of the system", field=f"{action.do}.states")
    return chosen


def medical_care(work: Work, action: MedicalCare) -> None:
    """The people meant have the course of their own care for the whole run."""
    meant = work.cells(action.who)
    if not meant.any():
        raise InputError("means nobody in the system", field=f"{action.do}.who")
    already = work.changed_course
    if already is not None and (meant & already).any():
        raise InputError(
            "two actions on medical care mean the same people", field=f"{action.do}.who"
        )
    work.changed_course = meant if already is None else meant | already
    for course in np.unique(work.course[meant]):
        known = work.courses[int(course)]
        person = replace(known.person, treated_share=action.treated_share, delayed_care=action.late)
        changed = work.courses.index(replace(known, person=person))
        work.course[meant & (work.course == course)] = changed


def vaccination(work: Work, action: Vaccination) -> None:
    """Susceptible and recovered people move to the vaccinated twin of their cell.

    The entries of the order are offered the vaccine one after the other, each for as many days as
    ``uptake`` of those who are there on the first day need at ``people_per_day``; within that
    time the people there take it evenly.  So coverage never exceeds the uptake, and where people
    leave, fewer doses are given.  People who are infected when it is their turn have no use of it
    any more.
    """
    layout = work.layout
    group = layout.cells["group"].to_numpy()
    reachable = np.isin(group, ("detained", "staff"))
    offered = np.zeros(len(group), dtype=bool)
    waves: list[tuple[Mask, float]] = []
    people = layout.cells["people"].to_numpy(dtype=np.float64)
    for index, who in enumerate(action.order):
        meant = work.cells(who)
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
            cells, goals = layout.twins[source], layout.twins[to]
            chosen = (cells >= 0) & (goals >= 0) & wave[np.maximum(cells, 0)]
            rows.add(cells[chosen], goals[chosen], 1.0, COURSE_GIVEN, WELL)
        if rows.cell and sum(map(len, rows.cell)):
            before = [held for _, held in waves[: number + 1]]
            series = _wave(work, action, before)
            work.more_exits.append(MoreExits(FlowTable.from_rows(rows), series))


def _wave(work: Work, action: Vaccination, held: list[float]) -> Callable[[Values], Float]:
    """Hazard of the last of some waves; protection begins after the delay."""
    name = f"effect.{action.effect_names()['uptake']}"
    chosen, days = work.days_in_force(action), work.days
    rate, delay = action.people_per_day, float(action.delay_days)

    def hazard(values: Values) -> Float:
        uptake = values[name]
        begin = chosen.start + uptake * sum(held[:-1]) / rate + delay
        over = max(uptake * held[-1] / rate, 1.0)
        return even_hazard(uptake, over, begin, chosen.stop + delay, days)

    return hazard
