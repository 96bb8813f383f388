"""Step 7, first part: movements by hazard, and what all movements share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.bits import NONE, add, lowest, without_lowest
from thinwalls.engine.chance import (
    ALL,
    EXIT,
    EXIT_ROW,
    PER_PERSON,
    SPLIT,
    chance,
    draw,
    event,
    happen,
    hazard_behind,
    take,
)
from thinwalls.engine.jit import inlined, kernel
from thinwalls.engine.reference import apart
from thinwalls.engine.rng import uniform_of

if TYPE_CHECKING:
    from thinwalls.engine.layout import Float, Hazards, Plan, Sheet, State

_FEW = 8.0
"""Up to so many people who leave a cell are drawn one by one; more by stage."""


@kernel
def set_exits(plan: Plan, state: State) -> None:
    """Chances of leaving by hazard at the profiles now in force, at a stage weight of 1."""
    apart()
    hazards = plan.hazards
    linear = plan.ledger.linear
    for i in range(state.leave.shape[0]):
        total = 0.0
        for g in range(hazards.start[i], hazards.start[i + 1]):
            total += hazards.total[g] * state.profile[hazards.profile[g]]
            state.exit_reach[g] = total
        if total > 0.0:
            total *= plan.ledger.step_days
            p = chance(total, linear)
            state.leave[i] = p
            state.leave_hazard[i] = hazard_behind(p, total, linear)
        else:
            state.leave[i] = 0.0
            state.leave_hazard[i] = 0.0


@inlined
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
    if s == plan.graph.susceptible:
        state.coming[to] += n
        add(state.reached, 0, to)
    else:
        state.arriving[to, s] += n
        add(state.bound, to, s)
        add(state.reached, 1, to)
    if movement >= 0:
        _count(plan, sheet, interval, i, s, to, movement, n)


@kernel
def _count(
    plan: Plan, sheet: Sheet, interval: int, i: int, s: int, to: int, movement: int, n: float
) -> None:
    """Record people who move."""
    apart()
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
def exits(
    plan: Plan, state: State, sheet: Sheet, step: int, interval: int, mean: bool, n_living: int
) -> None:
    """Movements by hazard: who leaves each cell, and where each goes."""
    apart()
    hazards = plan.hazards
    for at in range(n_living):
        i = state.living[at]
        hazard = state.leave_hazard[i]
        if hazard <= 0.0:
            continue
        if hazards.plain[i] and not mean:
            p = state.leave[i]
            stream = state.cell_stream[i]
            k = happen(state.present[i], p, hazard, False, stream, step, event(EXIT, ALL, 0))
            if k > 0.0:
                _exits_together(plan, state, sheet, step, interval, i, k)
            continue
        for w in range(state.held.shape[1]):
            word = state.held[i, w]
            while word != NONE:
                s = (w << 6) + lowest(word)
                word = without_lowest(word)
                _exits_of_stage(plan, state, sheet, step, interval, mean, i, s)


@kernel
def _exits_together(
    plan: Plan, state: State, sheet: Sheet, step: int, interval: int, i: int, k: float
) -> None:
    """Draw the stages of k people who leave a cell, all people present being alike."""
    apart()
    stream = state.cell_stream[i]
    susceptible = plan.graph.susceptible
    reach = state.exit_reach
    begin = plan.hazards.start[i]
    pool = state.present[i]
    if state.x[i, susceptible] == pool:
        _dispatch(plan, state, sheet, step, interval, False, i, susceptible, k, reach, begin, 0)
        return
    if k <= _FEW:
        for person in range(int(k)):
            u = uniform_of(stream, step, event(EXIT, ALL, 1 + person))
            target = u * state.present[i]
            healthy = state.x[i, susceptible]
            s = susceptible
            if target >= healthy:
                s = stage_at(state, i, target - healthy, plan.graph.present, susceptible)
            if s >= 0:
                _dispatch(
                    plan, state, sheet, step, interval, False, i, s, 1.0, reach, begin, person
                )
        return
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
                _dispatch(plan, state, sheet, step, interval, False, i, s, part, reach, begin, 0)
    if k > 0.0:
        _dispatch(plan, state, sheet, step, interval, False, i, susceptible, k, reach, begin, 0)


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
def _exits_of_stage(
    plan: Plan, state: State, sheet: Sheet, step: int, interval: int, mean: bool, i: int, s: int
) -> None:
    """Movements by hazard of one stage of a cell, each group of rows with its stage weight."""
    apart()
    hazards = plan.hazards
    begin = hazards.start[i]
    total = 0.0
    for g in range(begin, hazards.start[i + 1]):
        hazard = hazards.total[g] * state.profile[hazards.profile[g]]
        total += hazard * plan.schedule.stage_weight[hazards.weight[g], s]
        state.choices[g - begin] = total
    if total <= 0.0:
        return
    linear = plan.ledger.linear
    total *= plan.ledger.step_days
    p = chance(total, linear)
    total = hazard_behind(p, total, linear)
    stream = state.cell_stream[i]
    n = happen(state.x[i, s], p, total, mean, stream, step, event(EXIT, s, 0))
    if n > 0.0:
        _dispatch(plan, state, sheet, step, interval, mean, i, s, n, state.choices, 0, 0)


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
    reach: Float,
    begin: int,
    person: int,
) -> None:
    """Send people of one stage of a cell along its rows.

    ``reach[begin:]`` are the hazards of the groups of the cell, added up.  Up to a number per row
    people choose one by one, the j-th by the j-th random number from ``person`` on, so that one
    more does not change where the others go; more are split by binomials.
    """
    apart()
    hazards = plan.hazards
    remove(plan, state, i, s, n)
    group = hazards.start[i]
    first = hazards.first[group]
    count = hazards.first[hazards.start[i + 1]] - first
    to = hazards.to
    movement = hazards.movement
    if count == 1:
        send(plan, state, sheet, interval, i, s, to[first], movement[first], n)
        return
    groups = hazards.start[i + 1] - group
    stream = state.cell_stream[i]
    if n <= PER_PERSON * count and not mean:
        for j in range(person, person + int(n)):
            u = uniform_of(stream, step, event(EXIT_ROW, s, j))
            row = _row(hazards, group, groups, reach, begin, u)
            send(plan, state, sheet, interval, i, s, to[row], movement[row], 1.0)
        return
    total = reach[begin + groups - 1]
    left = n
    before = 0.0
    for j in range(groups):
        weight = reach[begin + j] - before
        before = reach[begin + j]
        if weight <= 0.0:
            continue
        scale = weight / hazards.total[group + j]
        after = total - (before - weight)
        done = 0.0
        for row in range(hazards.first[group + j], hazards.first[group + j + 1]):
            hazard = (hazards.reach[row] - done) * scale
            done = hazards.reach[row]
            if mean:
                k = n * hazard / total
            else:
                share = min(hazard / after, 1.0)
                last = before >= total and row + 1 == hazards.first[group + j + 1]
                what = event(EXIT_ROW, s, SPLIT + row - first)
                k = left if last else draw(left, share, False, stream, step, what)
                left -= k
                after -= hazard
            if k > 0.0:
                send(plan, state, sheet, interval, i, s, to[row], movement[row], k)


@inlined
def _row(hazards: Hazards, group: int, groups: int, reach: Float, begin: int, u: float) -> int:
    """The row at u of the way along all rows of a cell."""
    j = 0
    target = u * hazards.total[group]
    if groups > 1:
        total = reach[begin + groups - 1]
        target = u * total
        while j < groups - 1 and target >= reach[begin + j] and reach[begin + j] < total:
            j += 1
        before = reach[begin + j - 1] if j > 0 else 0.0
        target = (target - before) * (hazards.total[group + j] / (reach[begin + j] - before))
    g = group + j
    first = hazards.first[g]
    last = hazards.first[g + 1] - 1
    row = hazards.guide[min(first + int(target * hazards.per_slot[g]), last)]
    while row < last and target >= hazards.reach[row]:
        row += 1
    return row


@kernel
def arrive(plan: Plan, state: State) -> None:
    """Everybody on the way arrives."""
    apart()
    reached = state.reached
    susceptible = plan.graph.susceptible
    present = plan.graph.present
    for w in range(reached.shape[1]):
        word = reached[0, w]
        reached[0, w] = NONE
        while word != NONE:
            i = (w << 6) + lowest(word)
            word = without_lowest(word)
            n = state.coming[i]
            state.coming[i] = 0.0
            state.x[i, susceptible] += n
            state.present[i] += n * present[susceptible]
            add(state.held, i, susceptible)
        word = reached[1, w]
        reached[1, w] = NONE
        while word != NONE:
            i = (w << 6) + lowest(word)
            word = without_lowest(word)
            for v in range(state.bound.shape[1]):
                stages = state.bound[i, v]
                state.bound[i, v] = NONE
                state.held[i, v] |= stages
                while stages != NONE:
                    s = (v << 6) + lowest(stages)
                    stages = without_lowest(stages)
                    n = state.arriving[i, s]
                    state.arriving[i, s] = 0.0
                    state.x[i, s] += n
                    state.present[i] += n * present[s]
