"""People who go from stage to stage within a cell: moved, tallied and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.stage_sets import (
    add_member,
)
from thinwalls.engine.numba_support.tuple_references import never_inlined

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


@kernel
def change_stage(
    plan: Plan,
    state: State,
    outputs: Outputs,
    interval: int,
    cell: int,
    origin: int,
    target: int,
    people: float,
) -> None:
    """Move n people of cell i from stage to stage, keep the tallies and record the flow."""
    never_inlined()
    graph = plan.graph
    state.people[cell, origin] -= people
    state.people[cell, target] += people
    state.people_present[cell] += people * (graph.present[target] - graph.present[origin])
    add_member(state.stages_held, cell, target)
    region = plan.cells.region[cell]
    if region >= 0:
        if graph.resource[origin] >= 0:
            state.resource_in_use[region, graph.resource[origin]] -= people
        if graph.resource[target] >= 0:
            state.resource_in_use[region, graph.resource[target]] += people
    count_flow(plan, outputs, interval, cell, origin, target, people)


@inlined
def count_flow(
    plan: Plan, outputs: Outputs, interval: int, cell: int, origin: int, target: int, people: float
) -> None:
    """Record a move from stage to stage."""
    output_plan = plan.output_plan
    stage_pair = origin * plan.graph.leave_probability.shape[0] + target
    if outputs.stage_moves.shape[0] > 0:
        outputs.stage_moves[origin, target] += people
    first = output_plan.flow_start[stage_pair]
    last = output_plan.flow_start[stage_pair + 1]
    output = plan.cells.output[cell]
    if output >= 0 and first < last:
        row = output_plan.daily_row[output]
        for position in range(first, last):
            variable = output_plan.flow_variable[position]
            outputs.flow_total[output, variable] += people
            if row >= 0:
                outputs.flow[interval, row, variable] += people
