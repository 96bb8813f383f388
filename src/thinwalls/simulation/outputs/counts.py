"""What an outcome over a whole run is: from the engine's record, or by a function of its own.

:data:`COUNTS` has the functions that outcomes declared as ``counted`` name.

Tests of people inside are not events of the engine (who is tested and negative stays as they
are), so their number is the expected one: people of the outputs at the end of each day who are
not known to be infected, in hospital or dead, times the tests per person and day in force.  Where a
test is of some people only, output rows are divided so that theirs are apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.simulation.outputs.daily_rows import row_of_output
from thinwalls.simulation.outputs.what_is_recorded import CASES, FLOWS, STOCKS, TESTABLE
from thinwalls.simulation.shared_types.movement_classes import (
    ARREST,
    AWAY,
    COURSE_GIVEN,
    DOSE_WASTED,
    GATE_TEST,
    REMOVAL,
    REMOVED_AFTER_TEST,
    SEEN_OTHERS,
    SEEN_SUSCEPTIBLE,
    TEST_OUT,
    TRANSFER,
    WITHIN,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.engine import Inputs, Output
    from thinwalls.policy import Scenario
    from thinwalls.results import Measure
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.outputs.daily_rows import Selection
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario
    from thinwalls.simulation.shared_types.drawn_effects import Attributes, Condition


@dataclass(frozen=True)
class OneRun:
    """What is known of one run: a draw of a compiled scenario, and what the engine made of it."""

    inputs: Inputs
    output: Output
    draw: Draw
    compiled: CompiledScenario

    def by_output(self, people: NDArray[np.number]) -> Float:
        """[O] sums of numbers that are by cell."""
        n_outputs = self.inputs.outputs.n_outputs
        summed = np.bincount(self.inputs.cells.output, weights=people, minlength=n_outputs)
        return np.asarray(summed, dtype=np.float64)

    @cached_property
    def people_start(self) -> Float:
        """[O] people on the first day."""
        return self.by_output(self.inputs.people.sum(axis=1))

    @cached_property
    def deaths(self) -> Float:
        """[C] people who died."""
        dead = ~self.inputs.stages.alive
        return np.asarray((self.output.final - self.inputs.people)[:, dead].sum(axis=1))

    @cached_property
    def years_per_death(self) -> Float:
        """[C] years ahead of those who die."""
        return self.draw.years_per_death[self.inputs.cells.severity_row]

    def total(self, measure: Measure, rows: Selection) -> Float:
        """[selected] people of a flow, days of a stock, or a count, over the whole run."""
        if measure.how == "counted":
            return COUNTS[measure.what](self, rows)
        if measure in FLOWS:
            by_output = self.output.flow_total[:, FLOWS.index(measure)]
        else:
            by_output = self.output.stock_total[:, STOCKS.index(measure)]
        return np.asarray(rows.members @ by_output)


def joined(by_class: Float) -> Float:
    """[..., movements] numbers by class, both kinds of transfer and of removal in one."""
    made = by_class.copy()
    made[..., TRANSFER] += made[..., AWAY]
    made[..., REMOVAL] += made[..., REMOVED_AFTER_TEST]
    return made


def with_tested_apart(
    layout: Layout, attributes: Attributes, scenarios: Sequence[Scenario]
) -> Layout:
    """The layout, with output rows divided where a scenario tests some of their people only."""
    code = layout.cells["output"].to_numpy(dtype=np.int64)
    for scenario in scenarios:
        for action in scenario.actions:
            who = action.tested_apart()
            if who is not None:
                code = np.unique(code * 2 + who.mask(attributes), return_inverse=True)[1]
    if code.max() + 1 == len(layout.outputs):
        return layout
    first = np.unique(code, return_index=True)[1]
    was = layout.cells["output"].to_numpy()[first]
    outputs = layout.outputs.iloc[was].reset_index(drop=True)
    return replace(layout, cells=layout.cells.assign(output=code), outputs=outputs)


def tests_by_output(
    compiled: CompiledScenario,
    output: Output,
    daily: NDArray[np.integer],
) -> Float:
    """Tests done, by output.

    Parameters
    ----------
    compiled
        The scenario.
    output
        What the engine made of it.
    daily
        [O] rows of the daily record; those of the outputs that tests or their conditions look at
        must be rows of one output.

    Returns
    -------
    numpy.ndarray
        [O] tests; NaN when a condition on hospital beds decides about them.
    """
    gate = compiled.gate
    uptake = gate.uptake if gate is not None and gate.counted else 0.0
    moved = output.moved_total
    tests = uptake * (moved[:, GATE_TEST] + moved[:, REMOVED_AFTER_TEST]) + moved[:, TEST_OUT]
    present = output.stock[:, :, TESTABLE]
    for one in compiled.tests:
        series = one.per_person_day
        if one.mark is not None:
            condition = compiled.switches[one.mark].condition
            if condition.region >= 0:
                return np.full_like(tests, np.nan)
            series = series * _days_on(condition, output.flow[:, daily[condition.outputs], CASES])
        for rows in one.outputs.values():
            tests[rows] += series @ present[:, daily[rows]]
    first = 0
    for switches in compiled.unit_switches:
        outputs = switches.watched(switches.rows)[1]
        people = output.trigger_people[first : first + len(outputs)]
        np.add.at(tests, outputs, people * switches.tests_per_person_day)
        first += len(outputs)
    return np.asarray(tests, dtype=np.float64)


def _staff_excluded_days(run: OneRun, rows: Selection) -> Float:
    """Days of staff who stay away after exposure: the share without proof while a trigger is on."""
    output, daily = run.output, row_of_output(run.inputs.outputs)
    days = np.zeros(run.inputs.outputs.n_outputs)
    for one in run.compiled.away:
        condition = run.compiled.switches[one.mark].condition
        on = _days_on(condition, output.flow[:, daily[condition.outputs], CASES])
        present = output.stock[:, daily[one.outputs], TESTABLE]
        days[one.outputs] += run.draw.values[one.share] * ((one.in_force * on) @ present)
    return np.asarray(rows.members @ days)


def _days_on(condition: Condition, cases: Float) -> NDArray[np.bool_]:
    """[D] days on which a trigger is on, by the rule of the engine; ``cases`` [D, outputs]."""
    by_day = cases.sum(axis=1)
    window = np.convolve(by_day, np.ones(condition.window_days))[: len(by_day)]
    on = np.zeros(len(by_day), dtype=bool)
    for day in np.flatnonzero(window >= condition.threshold):
        begin = day + 1 + condition.delay_days
        on[begin : begin + condition.duration_days] = True
    return on


def _years_lost(run: OneRun, rows: Selection) -> Float:
    """Deaths times the years ahead of those who die."""
    return np.asarray(rows.members @ run.by_output(run.deaths * run.years_per_death))


def _people_start(run: OneRun, rows: Selection) -> Float:
    """People on the first day."""
    return np.asarray(rows.members @ run.people_start)


def _people_ever(run: OneRun, rows: Selection) -> Float:
    """People on the first day and all who arrived."""
    return _people_start(run, rows) + _arrivals(run.output, rows)


def _arrivals(output: Output, rows: Selection) -> Float:
    """People who joined a place and group; moves within it are no arrivals."""
    arrived = rows.members @ joined(output.arrived_total)[:, :WITHIN]
    total = np.asarray(arrived.sum(axis=1))
    whole = rows.whole_system
    total[whole & rows.of_group("followed", "everyone", "residents", "staff")] = 0.0
    # Of those transferred in, the ones who came from another place here are no arrivals.
    detained = np.flatnonzero(whole & rows.of_group("detained"))
    inside = (rows.members @ output.moved_total[:, TRANSFER])[detained]
    total[detained] = arrived[detained, ARREST] + arrived[detained, TRANSFER] - inside
    return total


def _infected_removed(run: OneRun, rows: Selection) -> Float:
    """People removed from the country while infected."""
    return np.asarray(rows.members @ joined(run.output.moved_infected_total)[:, REMOVAL])


def _infected_transferred(run: OneRun, rows: Selection) -> Float:
    """Infected people transferred out of a place, or of the system."""
    gone = run.output.moved_infected_total
    out, away = rows.members @ joined(gone)[:, TRANSFER], rows.members @ gone[:, AWAY]
    return np.where(rows.whole_system, away, out)


def _tests(run: OneRun, rows: Selection) -> Float:
    """Tests done."""
    daily = row_of_output(run.inputs.outputs)
    return np.asarray(rows.members @ tests_by_output(run.compiled, run.output, daily))


def _vaccine_courses(run: OneRun, rows: Selection) -> Float:
    """Vaccine courses given."""
    given = run.output.moved_total[:, COURSE_GIVEN]
    if run.compiled.intake is not None:
        taken = run.draw.values[run.compiled.intake[0]]
        given = given + taken * run.output.moved_total[:, SEEN_SUSCEPTIBLE]
    return np.asarray(rows.members @ given) + _doses_wasted(run, rows)


def _doses_wasted(run: OneRun, rows: Selection) -> Float:
    """Vaccine courses given to people who were immune or infected already."""
    wasted = run.output.moved_total[:, DOSE_WASTED]
    if run.compiled.intake is not None:
        uptake, known = run.compiled.intake
        taken = run.draw.values[uptake] * (1.0 - known)
        wasted = wasted + taken * run.output.moved_total[:, SEEN_OTHERS]
    return np.asarray(rows.members @ wasted)


def _index_cases(run: OneRun, rows: Selection) -> Float:
    """People who were infected without anybody having infected them."""
    return np.asarray(rows.members @ run.by_output(run.output.seeded))


COUNTS: dict[str, Callable[[OneRun, Selection], Float]] = {
    "years_lost": _years_lost,
    "people_start": _people_start,
    "people_ever": _people_ever,
    "infected_removed": _infected_removed,
    "infected_transferred": _infected_transferred,
    "tests": _tests,
    "vaccine_courses": _vaccine_courses,
    "index_cases": _index_cases,
    "doses_wasted": _doses_wasted,
    "staff_excluded_days": _staff_excluded_days,
}
"""Numbers of a run that the engine does not sum up itself, for each row of a selection."""
