"""Step 7, first part: movements by hazard, and what all movements share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.chance import EXIT, EXIT_ROW, chance, draw, event, spread
from thinwalls.engine.jit import kernel

if TYPE_CHECKING:
    from thinwalls.engine.layout import Plan, Sheet, State


@kernel
def set_exits(plan: Plan, state: State) -> None:
    """Chances of leaving by hazard at the profiles now in force, at a stage weight of 1."""
    hazards = plan.hazards
    for i in hazards.cells:
        total = 0.0
        for row in range(hazards.start[i], hazards.start[i + 1]):
            total += hazards.hazard[row] * state.profile[hazards.profile[row]]
        state.leave_hazard[i] = total
        state.leave[i] = chance(total * plan.ledger.step_days, plan.ledger.linear)


@kernel
def send(
    plan: Plan,
    state: State,
    sheet: Sheet,
    interval: int,
    i: int,
    s: int,
    to: int,
    movement: int,
    n: float,
) -> None:
    """People of a stage are on their way from a cell to another, where they arrive at the end."""
    people = plan.people
    state.arriving[to, s] += n
    state.expected[to] = True
    if people.output[i] >= 0:
        sheet.moved[interval, people.output[i], movement] += n
        if plan.graph.infected[s]:
            sheet.moved_infected[interval, people.output[i], movement] += n
    if people.output[to] >= 0:
        sheet.arrived[interval, people.output[to], movement] += n


@kernel
def remove(plan: Plan, state: State, i: int, s: int, n: float) -> None:
    """Take people of a stage out of a cell."""
    state.x[i, s] -= n
    state.present[i] -= n * plan.graph.present[s]


@kernel
def exits(plan: Plan, state: State, sheet: Sheet, step: int, interval: int, mean: bool) -> None:
    """Movements by hazard: who leaves each cell, and where each goes."""
    graph = plan.graph
    for i in plan.hazards.cells:
        if state.leave_hazard[i] <= 0.0:
            continue
        for s in graph.still:
            if state.x[i, s] > 0.0:
                _exits_of(plan, state, sheet, step, interval, mean, i, s)
        if state.active[i]:
            for s in graph.moving:
                if state.x[i, s] > 0.0:
                    _exits_of(plan, state, sheet, step, interval, mean, i, s)


@kernel
def _exits_of(
    plan: Plan,
    state: State,
    sheet: Sheet,
    step: int,
    interval: int,
    mean: bool,
    i: int,
    s: int,
) -> None:
    """Movements by hazard of one stage of one cell."""
    hazards = plan.hazards
    weight = plan.schedule.stage_weight
    first = hazards.start[i]
    count = hazards.start[i + 1] - first
    total = state.leave_hazard[i]
    p = state.leave[i]
    if hazards.uniform[i]:
        share = weight[hazards.weight[first], s]
        total *= share
    else:
        share = 0.0
        total = 0.0
        for row in range(first, first + count):
            hazard = hazards.hazard[row] * state.profile[hazards.profile[row]]
            total += hazard * weight[hazards.weight[row], s]
    if total <= 0.0:
        return
    if share != 1.0:
        p = chance(total * plan.ledger.step_days, plan.ledger.linear)
    stream = state.cell_stream[i]
    n = draw(state.x[i, s], p, mean, stream, step, event(EXIT, s, 0))
    if n <= 0.0:
        return
    remove(plan, state, i, s, n)
    if count == 1:
        send(plan, state, sheet, interval, i, s, hazards.to[first], hazards.movement[first], n)
        return
    for j in range(count):
        row = first + j
        hazard = hazards.hazard[row] * state.profile[hazards.profile[row]]
        state.choices[j] = hazard * weight[hazards.weight[row], s]
        state.chosen[j] = 0.0
    spread(n, state.choices, count, total, mean, stream, step, EXIT_ROW, s, state.chosen)
    for j in range(count):
        if state.chosen[j] > 0.0:
            row = first + j
            k = state.chosen[j]
            send(plan, state, sheet, interval, i, s, hazards.to[row], hazards.movement[row], k)


@kernel
def arrive(plan: Plan, state: State) -> None:
    """Everybody on the way arrives."""
    graph = plan.graph
    for i in range(state.expected.shape[0]):
        if not state.expected[i]:
            continue
        state.expected[i] = False
        for s in range(graph.leave.shape[0]):
            n = state.arriving[i, s]
            if n > 0.0:
                state.arriving[i, s] = 0.0
                state.x[i, s] += n
                state.present[i] += n * graph.present[s]
                if graph.is_moving[s]:
                    state.active[i] = True
