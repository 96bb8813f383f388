"""What a run is counted for beside the disease: tests, vaccine courses, infections carried away.

Tests of people inside are not events of the engine (who is tested and negative stays as they
are), so their number is the expected one: people of the outputs at the end of each day who are
not isolated, in hospital or dead, times the tests per person and day in force.  Where a test is
of some people only, output rows are divided so that theirs are apart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.simulation.shared_types.movement_classes import (
    AWAY,
    GATE_TEST,
    REMOVAL,
    REMOVED_AFTER_TEST,
    TEST_OUT,
    TRANSFER,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.engine import Output
    from thinwalls.policy import Scenario
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario
    from thinwalls.simulation.shared_types.drawn_effects import Attributes, Condition


def joined(by_class: Float) -> Float:
    """[..., movements] numbers by class of movement, with the two kinds of transfer and of removal
    in one."""
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
    testable: int,
    cases: int,
) -> Float:
    """[O] tests done; NaN when a condition on hospital beds decides about them.

    :param daily: [O] rows of the daily record; those of the outputs that tests or their conditions
        look at must be rows of one output.
    :param testable: column of the record's stocks with the people who would be tested.
    :param cases: column of the record's flows with new cases.
    """
    uptake = 0.0 if compiled.gate is None else compiled.gate.uptake
    moved = output.moved_total
    tests = uptake * (moved[:, GATE_TEST] + moved[:, REMOVED_AFTER_TEST]) + moved[:, TEST_OUT]
    present = output.stock[:, :, testable]
    for one in compiled.tests:
        series = one.per_person_day
        if one.mark is not None:
            condition = compiled.switches[one.mark].condition
            if condition.region >= 0:
                return np.full_like(tests, np.nan)
            series = series * _days_on(condition, output.flow[:, daily[condition.outputs], cases])
        for rows in one.outputs.values():
            tests[rows] += series @ present[:, daily[rows]]
    return np.asarray(tests, dtype=np.float64)


def _days_on(condition: Condition, cases: Float) -> NDArray[np.bool_]:
    """[D] days on which a trigger is on, by the rule of the engine; ``cases`` [D, outputs]."""
    by_day = cases.sum(axis=1)
    window = np.convolve(by_day, np.ones(condition.window_days))[: len(by_day)]
    on = np.zeros(len(by_day), dtype=bool)
    for day in np.flatnonzero(window >= condition.threshold):
        begin = day + 1 + condition.delay_days
        on[begin : begin + condition.duration_days] = True
    return on


def leaving_infected(output: Output) -> tuple[Float, Float, Float]:
    """[O] infected people removed, transferred out of a place, and out of the system."""
    gone = output.moved_infected_total
    whole = joined(gone)
    return whole[:, REMOVAL], whole[:, TRANSFER], gone[:, AWAY]
