"""Actions inside facilities: contact, isolation, screening, tests, quarantine on arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.simulation.population.cell_variants import (
    APART,
    VACCINATED,
    VACCINATED_APART,
    with_twins,
)
from thinwalls.simulation.population.layout import outputs_of
from thinwalls.simulation.shared_types.compiled_scenario import Gate, MoreExits, Rule, TestsDone
from thinwalls.simulation.shared_types.drawn_effects import ContactEffect, ProgrammeRule
from thinwalls.simulation.shared_types.flow_tables import ExitRows, FlowTable
from thinwalls.simulation.shared_types.movement_classes import TEST_OUT, WITHIN
from thinwalls.simulation.shared_types.quantity_library import measure_quantities

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.policy import (
        Action,
        Cohorting,
        Distancing,
        GateTesting,
        Hygiene,
        InsideAction,
        IntakeQuarantine,
        Isolation,
        Masks,
        SingleCells,
        StaffSickPay,
        StaffTesting,
        SymptomScreening,
        Testing,
    )
    from thinwalls.simulation.measures.scenario_builder import Work
    from thinwalls.simulation.shared_types.drawn_effects import Values

SYMPTOMS = "I"
INFECTED = "EPAI"
SHARED_SPACES = "mixing.shared_spaces_share"
_POINTS_PER_SHARE = 10.0
"""Steps of ten percentage points in a share of 1."""
_NEVER = 1e-9
"""Least share missed by a test: who is found at once is found within a step."""


def _names(action: Action) -> dict[str, str]:
    return {key: f"effect.{name}" for key, name in action.effect_names().items()}


def hygiene_or_distancing(work: Work, action: Hygiene | Distancing) -> None:
    """Contact inside is multiplied by ``1 - effect x adherence x strength``."""
    name, adherence = _names(action)["effect"], action.adherence

    def factor(values: Values, strength: Float) -> Float:
        return 1.0 - values[name] * adherence * strength

    effect = ContactEffect(work.facilities(action.facilities), work.strength(action), factor)
    work.inside.append(effect)


def masks(work: Work, action: Masks) -> None:
    """Contact between two who wear masks is multiplied by ``1 - effect x wearing x strength``."""
    names = _names(action)

    def factor(values: Values, strength: Float) -> Float:
        return 1.0 - values[names["effect"]] * values[names["wearing"]] * strength

    where, who = work.facilities(action.facilities), work.cells(action.who)
    work.inside.append(ContactEffect(where, work.strength(action), factor, who))


def single_cells(work: Work, action: SingleCells) -> None:
    """Contact is multiplied by ``1 - effect`` for every ten points more people in single cells."""
    name, steps = _names(action)["effect"], _POINTS_PER_SHARE * action.added_share

    def factor(values: Values, strength: Float) -> Float:
        return np.asarray((1.0 - values[name]) ** (steps * strength), dtype=np.float64)

    effect = ContactEffect(work.facilities(action.facilities), work.strength(action), factor)
    work.inside.append(effect)


def cohorting(work: Work, action: Cohorting) -> None:
    """Contact between housing units falls by the effect.

    Where the system has units, contact in the spaces that they share is multiplied.  Else the
    part of contact that is between units is an uncertain share, the same everywhere, and that an
    outbreak in one unit uses up the people there is not seen.
    """
    name = _names(action)["effect"]
    if work.layout.housing.n_units:

        def shared(values: Values, strength: Float) -> Float:
            return 1.0 - values[name] * strength

        where, series = work.facilities(action.facilities), work.strength(action)
        work.inside.append(ContactEffect(where, series, shared, between=True))
        return
    work.quantities[SHARED_SPACES] = measure_quantities()[SHARED_SPACES]

    def factor(values: Values, strength: Float) -> Float:
        return 1.0 - values[SHARED_SPACES] * values[name] * strength

    effect = ContactEffect(work.facilities(action.facilities), work.strength(action), factor)
    work.inside.append(effect)


def _found_with_symptoms(found: float, delay_days: float, ill_days: float) -> float:
    """Hazard of being isolated while ill: a share ``found``, ``delay_days`` after symptoms begin.

    With mean days ill ``D`` it is ``f / ((1 - f) D + d)``: without delay a share ``f`` is found
    before symptoms end, and at ``f = 1`` the mean time to isolation is ``d``.
    """
    return found / max((1.0 - found) * ill_days + delay_days, _NEVER)


def isolation(work: Work, action: Isolation) -> None:
    """People with symptoms are found and moved to isolated stages, while there is room."""
    names = _names(action)

    def hazard(values: Values, _: str, days: float) -> float:
        return _found_with_symptoms(values[names["found"]], values[names["delay_days"]], days)

    where = work.facilities(action.facilities)
    if action.places_per_100 is not None:
        for f in np.flatnonzero(where):
            places = work.places_per_100.get(int(f), np.inf)
            work.places_per_100[int(f)] = min(places, action.places_per_100)
    anybody = np.ones(len(work.layout.cells), dtype=bool)
    cells = work.detained_by_facility(where, anybody, action)
    rule = ProgrammeRule(action.do, cells, SYMPTOMS, hazard, work.strength(action), True)
    work.rules.append(Rule(rule))


def symptom_screening(work: Work, action: SymptomScreening) -> None:
    """A share of the people with symptoms is found at every screening."""
    name, interval = _names(action)["sensitivity"], action.interval_days

    def hazard(values: Values, _: str, days: float) -> float:
        del days
        return float(-np.log(max(1.0 - values[name], _NEVER)) / interval)

    where, who = work.facilities(action.facilities), work.cells(action.who)
    cells = work.detained_by_facility(where, who, action)
    rule = ProgrammeRule(action.do, cells, SYMPTOMS, hazard, work.strength(action), True)
    work.rules.append(Rule(rule))


def _sensitivity(action: Testing | StaffTesting | GateTesting) -> Mapping[str, str]:
    """Quantity with the share that a test finds, by compartment."""
    names = _names(action)
    return {
        "E": names["exposed"],
        "P": names["presymptomatic"],
        "A": names["infectious"],
        "I": names["infectious"],
    }


def gate_testing(work: Work, action: GateTesting) -> None:
    """People who are moved are tested; the rows are laid by :mod:`thinwalls.simulation.measures.gate_tests`."""
    work.gate = Gate(
        movements=action.movements,
        who=work.cells(action.who),
        sensitivity=_sensitivity(action),
        uptake=action.uptake,
        delay_days=action.delay_days,
        in_force=work.in_force(action),
    )


def _test_hazard(action: Testing | StaffTesting) -> Callable[[Values, str, float], float]:
    """Mean time to isolation: interval over (sensitivity x uptake), and the delay."""
    by_compartment = _sensitivity(action)
    interval, delay, uptake = action.interval_days, action.delay_days, action.uptake

    def hazard(values: Values, compartment: str, days: float) -> float:
        del days
        found = values[by_compartment[compartment]] * uptake
        return 0.0 if found == 0 else 1.0 / (interval / found + delay)

    return hazard


def testing(work: Work, action: Testing) -> None:
    """Infected people are found by tests of everybody."""
    where, who = work.facilities(action.facilities), work.cells(action.who)
    cells = work.detained_by_facility(where, who, action)
    hazard, strength = _test_hazard(action), work.strength(action)
    rule = ProgrammeRule(action.do, cells, INFECTED, hazard, strength, True)
    work.rules.append(Rule(rule))
    _count(work, action, cells)


def _count(
    work: Work, action: Testing | StaffTesting, cells: Mapping[int, NDArray[np.int32]]
) -> None:
    per_day = work.strength(action) * action.uptake / action.interval_days
    work.tests.append(TestsDone(outputs_of(work.layout, cells), per_day))


def _staff(work: Work, action: InsideAction) -> Mapping[int, NDArray[np.int32]]:
    """Staff cells of the facilities meant; those isolated go home until they have recovered."""
    layout = work.layout
    chosen = work.facilities(action.facilities)
    found = {}
    for f in np.flatnonzero(chosen):
        cells = layout.staff[layout.staff_facility == f]
        if len(cells):
            found[int(f)] = with_twins(layout.twins, cells)
    if not found:
        raise InputError("means no facility with staff", field=f"{action.do}.facilities")
    work.staff_stay_home = True
    return found


def staff_testing(work: Work, action: StaffTesting) -> None:
    """Infected staff are found by tests and stay at home."""
    cells = _staff(work, action)
    hazard, strength = _test_hazard(action), work.strength(action)
    rule = ProgrammeRule(action.do, cells, INFECTED, hazard, strength, False)
    work.rules.append(Rule(rule))
    _count(work, action, cells)


def staff_sick_pay(work: Work, action: StaffSickPay) -> None:
    """A share of staff with symptoms stays at home from the day after they begin."""
    name = _names(action)["stay_home"]

    def hazard(values: Values, _: str, days: float) -> float:
        return _found_with_symptoms(values[name], 1.0, days)

    cells, strength = _staff(work, action), work.strength(action)
    work.rules.append(Rule(ProgrammeRule(action.do, cells, SYMPTOMS, hazard, strength, False)))


def intake_quarantine(work: Work, action: IntakeQuarantine) -> None:
    """Arrivals go to a twin cell that meets only staff, or staff and others in quarantine.

    They leave it after ``days`` on average (an exponential time); with ``test_out`` infected
    people there are isolated at the hazard under which a share ``missed`` of those infected on
    arrival leaves first.
    """
    layout = work.layout
    strength = work.strength(action)
    chosen = np.flatnonzero(work.facilities(action.facilities))
    rows, quarantined = ExitRows(), {}
    out = TEST_OUT if action.test_out else WITHIN
    for f in map(int, chosen):
        if f in work.quarantine:
            raise InputError(
                "two quarantines on arrival in one facility", field=f"{action.do}.facilities"
            )
        work.quarantine[f] = strength
        if not action.alone:
            work.together.add(f)
        cells = layout.arrivals_of(f)
        for to, source in ((0, APART), (VACCINATED, VACCINATED_APART)):
            rows.add(layout.twins[source, cells], layout.twins[to, cells], 1.0 / action.days, out)
        apart = layout.twins[[APART, VACCINATED_APART]][:, cells].ravel()
        quarantined[f] = apart[apart >= 0].astype(np.int32)
    work.more_exits.append(MoreExits(FlowTable.from_rows(rows), np.ones(work.days)))
    if not action.test_out:
        return
    missed, days = _names(action)["missed"], action.days

    def hazard(values: Values, _: str, ill_days: float) -> float:
        del ill_days
        return (1.0 / max(values[missed], _NEVER) - 1.0) / days

    everyday = np.ones(work.days)
    rule = ProgrammeRule(action.do, quarantined, INFECTED, hazard, everyday, False)
    work.rules.append(Rule(rule))
