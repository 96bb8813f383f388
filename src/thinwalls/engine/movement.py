"""Step 7, first part: movements by hazard, and what all movements share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.bits import NONE, add, anything, lowest, without_lowest
from thinwalls.engine.chance import (
    ALL,
    EXIT,
    EXIT_ROW,
    chance,
    event,
    happen,
    hazard_behind,
    reached,
    spread,
    take,
)
from thinwalls.engine.jit import inlined, kernel
from thinwalls.engine.reference import apart
from thinwalls.engine.rng import uniform_of

if TYPE_CHECKING:
    from thinwalls.engine.layout import Float, Plan, Sheet, State

NOBODY = -1
SEVERAL = -2
_FEW = 8.0
"""Up to so many people who leave a cell are drawn one by one; more by stage."""


@kernel
def set_exits(plan: Plan, state: State) -> None:
    """Chances of leaving by hazard at the profiles now in force, at a stage weight of 1."""
    apart()
    hazards = plan.hazards
    linear = plan.ledger.linear
    for i in hazards.cells:
        total = 0.0
        for row in range(hazards.start[i], hazards.start[i + 1]):
            total += hazards.hazard[row] * state.profile[hazards.profile[row]]
            state.exit_reach[row] = total
        total *= plan.ledger.step_days
        p = chance(total, linear)
        state.leave[i] = p
        state.leave_hazard[i] = hazard_behind(p, total, linear)


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
    apart()
    state.arriving[to, s] += n
    if state.expected[to] != s:
        state.expected[to] = s if state.expected[to] == NOBODY else SEVERAL
    if movement < 0:
        return
    output = plan.people.output[i]
    if output >= 0:
        sheet.moved[interval, output, movement] += n
        if plan.graph.infected[s]:
            sheet.moved_infected[interval, output, movement] += n
    output = plan.people.output[to]
    if output >= 0:
        sheet.arrived[interval, output, movement] += n


@inlined
def remove(plan: Plan, state: State, i: int, s: int, n: float) -> None:
    """Take people of a stage out of a cell."""
    state.x[i, s] -= n
    state.present[i] -= n * plan.graph.present[s]


@kernel
def exits(plan: Plan, state: State, sheet: Sheet, step: int, interval: int, mean: bool) -> None:
    """Movements by hazard: who leaves each cell, and where each goes."""
    apart()
    weights = plan.schedule.stage_weight
    hazards = plan.hazards
    x = state.x
    for i in hazards.cells:
        hazard = state.leave_hazard[i]
        if hazard <= 0.0 or not anything(state.held, i):
            continue
        stream = state.cell_stream[i]
        p = state.leave[i]
        if hazards.plain[i] and not mean:
            k = happen(state.present[i], p, hazard, False, stream, step, event(EXIT, ALL, 0))
            if k > 0.0:
                _exits_together(plan, state, sheet, step, interval, i, k)
            continue
        uniform = hazards.uniform[i]
        row = hazards.weight[hazards.start[i]]
        for w in range(state.held.shape[1]):
            word = state.held[i, w]
            while word != NONE:
                s = (w << 6) + lowest(word)
                word = without_lowest(word)
                if not uniform or (weights[row, s] != 1.0 and weights[row, s] != 0.0):
                    _exits_weighted(plan, state, sheet, step, interval, mean, i, s)
                elif weights[row, s] == 1.0:
                    k = happen(x[i, s], p, hazard, mean, stream, step, event(EXIT, s, 0))
                    if k > 0.0:
                        _dispatch(plan, state, sheet, step, interval, mean, i, s, k, 0)


@kernel
def _exits_together(
    plan: Plan, state: State, sheet: Sheet, step: int, interval: int, i: int, k: float
) -> None:
    """Draw the stages of k people who leave a cell, all people present being alike."""
    apart()
    stream = state.cell_stream[i]
    susceptible = plan.graph.susceptible
    if k <= _FEW:
        only = plan.hazards.start[i + 1] - plan.hazards.start[i] == 1
        together = 0.0
        for person in range(int(k)):
            u = uniform_of(stream, step, event(EXIT, ALL, 1 + person))
            target = u * (state.present[i] - together)
            healthy = state.x[i, susceptible] - together
            if target < healthy:
                if only:
                    together += 1.0
                else:
                    _dispatch(
                        plan, state, sheet, step, interval, False, i, susceptible, 1.0, person
                    )
                continue
            s = stage_at(state, i, target - healthy, plan.graph.present, susceptible)
            if s >= 0:
                _dispatch(plan, state, sheet, step, interval, False, i, s, 1.0, person)
        if together > 0.0:
            _dispatch(plan, state, sheet, step, interval, False, i, susceptible, together, 0)
        return
    pool = state.present[i]
    for w in range(state.held.shape[1]):
        word = state.held[i, w]
        while word != NONE and k > 0.0:
            s = (w << 6) + lowest(word)
            word = without_lowest(word)
            n = state.x[i, s]
            if n <= 0.0 or s == susceptible or plan.graph.present[s] <= 0.0:
                continue
            pool -= n
            part = take(n, pool, k, False, stream, step, event(EXIT, s, 0))
            if part > 0.0:
                k -= part
                _dispatch(plan, state, sheet, step, interval, False, i, s, part, 0)
    if k > 0.0:
        _dispatch(plan, state, sheet, step, interval, False, i, susceptible, k, 0)


@kernel
def stage_at(state: State, i: int, target: float, weight: Float, skipped: int) -> int:
    """Stage of the person at ``target`` on the line of a cell's people, one stage left out.

    When rounding leads beyond the end of the line, it is the last person; -1 if there is nobody.
    """
    apart()
    found = -1
    for w in range(state.held.shape[1]):
        word = state.held[i, w]
        while word != NONE:
            s = (w << 6) + lowest(word)
            word = without_lowest(word)
            part = weight[s] * state.x[i, s]
            if part > 0.0 and s != skipped:
                found = s
                if target < part:
                    return found
                target -= part
    if found < 0 and weight[skipped] * state.x[i, skipped] > 0.0:
        return skipped
    return found


@kernel
def _dispatch(
    plan: Plan,
    state: State,
    sheet: Sheet,
    step: int,
    interval: int,
    mean: bool,
    i: int,
    s: int,
    n: float,
    person: int,
) -> None:
    """Send people of one stage of a cell along its rows, all of the same stage weight.

    ``person`` tells apart the random numbers of people who are sent one by one.
    """
    apart()
    hazards = plan.hazards
    remove(plan, state, i, s, n)
    first = hazards.start[i]
    count = hazards.start[i + 1] - first
    if count == 1:
        send(
            plan,
            state,
            sheet,
            interval,
            i,
            s,
            hazards.to[first],
            hazards.movement[first],
            n,
        )
        return
    stream = state.cell_stream[i]
    if n == 1.0 and not mean:
        u = uniform_of(stream, step, event(EXIT_ROW, s, person))
        row = reached(state.exit_reach, first, first + count - 1, u)
        send(
            plan,
            state,
            sheet,
            interval,
            i,
            s,
            hazards.to[row],
            hazards.movement[row],
            1.0,
        )
        return
    spread(n, state.exit_reach, first, count, mean, stream, step, EXIT_ROW, s, state.chosen)
    for j in range(count):
        k = state.chosen[j]
        if k > 0.0:
            row = first + j
            send(
                plan,
                state,
                sheet,
                interval,
                i,
                s,
                hazards.to[row],
                hazards.movement[row],
                k,
            )


@kernel
def _exits_weighted(
    plan: Plan,
    state: State,
    sheet: Sheet,
    step: int,
    interval: int,
    mean: bool,
    i: int,
    s: int,
) -> None:
    """Movements by hazard of one stage of a cell whose rows weigh the stages differently."""
    apart()
    hazards = plan.hazards
    linear = plan.ledger.linear
    first = hazards.start[i]
    count = hazards.start[i + 1] - first
    total = 0.0
    for j in range(count):
        row = first + j
        hazard = hazards.hazard[row] * state.profile[hazards.profile[row]]
        total += hazard * plan.schedule.stage_weight[hazards.weight[row], s]
        state.choices[j] = total
    if total <= 0.0:
        return
    stream = state.cell_stream[i]
    total *= plan.ledger.step_days
    p = chance(total, linear)
    total = hazard_behind(p, total, linear)
    n = happen(state.x[i, s], p, total, mean, stream, step, event(EXIT, s, 0))
    if n <= 0.0:
        return
    remove(plan, state, i, s, n)
    spread(n, state.choices, 0, count, mean, stream, step, EXIT_ROW, s, state.chosen)
    for j in range(count):
        k = state.chosen[j]
        if k > 0.0:
            row = first + j
            send(
                plan,
                state,
                sheet,
                interval,
                i,
                s,
                hazards.to[row],
                hazards.movement[row],
                k,
            )


@kernel
def arrive(plan: Plan, state: State) -> None:
    """Everybody on the way arrives."""
    apart()
    for i in range(state.expected.shape[0]):
        only = state.expected[i]
        if only == NOBODY:
            continue
        state.expected[i] = NOBODY
        if only >= 0:
            _arrive_in(plan, state, i, only)
            continue
        for s in range(state.x.shape[1]):
            if state.arriving[i, s] > 0.0:
                _arrive_in(plan, state, i, s)


@inlined
def _arrive_in(plan: Plan, state: State, i: int, s: int) -> None:
    n = state.arriving[i, s]
    state.arriving[i, s] = 0.0
    state.x[i, s] += n
    state.present[i] += n * plan.graph.present[s]
    add(state.held, i, s)
