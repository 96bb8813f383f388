"""Step 7, first part: movements by hazard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import NONE, lowest, natural, without_lowest
from thinwalls.engine.numba_support.tuple_references import apart
from thinwalls.engine.random.counter_based import bits_of, second_half, uniform_from, uniform_of
from thinwalls.engine.step.event_draws import (
    ALL,
    EXIT,
    EXIT_ROW,
    PER_PERSON,
    SPLIT,
    chance,
    count_lot,
    draw,
    event,
    happen,
    hazard_behind,
    put,
    take,
)
from thinwalls.engine.step.people_on_the_way import (
    destination,
    expect,
    remove,
    scatter,
    scatter_others,
    send,
)

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Sheet, State

_FEW = 8.0
"""Up to so many people who leave a cell are drawn one by one; more by stage."""


@kernel
def set_exits(plan: Plan, state: State) -> None:
    """Chances of leaving by hazard at the profiles now in force, at a stage weight of 1.

    Groups without a hazard now are as if they were not there, in every choice that is made later:
    what a policy will do does not show before it begins.
    """
    apart()
    hazards = plan.hazards
    linear = plan.ledger.linear
    n_leaving = 0
    for i in range(state.leave.shape[0]):
        total = 0.0
        begin = hazards.start[i]
        n_groups = 0
        n_rows = 0
        alone = -1
        alike = True
        g = begin
        while g < hazards.start[i + 1]:
            if hazards.members[g] > 0 and not _stands(plan, state, g):
                g += 1
            hazard = hazards.total[g] * state.profile[hazards.profile[g]]
            if hazard > 0.0:
                total += hazard
                state.exit_group[begin + n_groups] = g
                state.exit_reach[begin + n_groups] = total
                n_rows += hazards.first[g + 1] - hazards.first[g]
                alone = hazards.first[g] if n_groups == 0 and hazards.movement[g] < 0 else -1
                alike = alike and hazards.plain[g]
                n_groups += 1
            g += 1 + hazards.members[g]
        state.n_exit_groups[i] = n_groups
        state.n_exit_rows[i] = n_rows
        state.exit_alone[i] = alone
        state.exit_alike[i] = alike
        if total > 0.0:
            total *= plan.ledger.step_days
            p = chance(total, linear)
            state.leave[i] = p
            state.leave_hazard[i] = hazard_behind(p, total, linear)
            state.leaving[n_leaving] = i
            n_leaving += 1
        else:
            state.leave[i] = 0.0
            state.leave_hazard[i] = 0.0
    state.n_leaving[0] = n_leaving


@kernel
def _stands(plan: Plan, state: State, whole: int) -> bool:
    """Whether a group stands for its members."""
    apart()
    profile = plan.hazards.profile
    for member in range(whole + 1, whole + 1 + plan.hazards.members[whole]):
        if state.profile[profile[member]] != state.profile[profile[whole]]:
            return False
    return True


@kernel
def exits(
    plan: Plan, state: State, sheet: Sheet, step: int, interval: int, mean: bool, n_living: int
) -> None:
    """Movements by hazard: who leaves each cell, and where each goes."""
    apart()
    most = state.lot_cell.shape[0]
    size = 0
    looked_at = state.leaving
    n_looked_at = state.n_leaving[0]
    if n_living >= 0:
        looked_at = state.living
        n_looked_at = n_living
    for at in range(n_looked_at):
        i = natural(looked_at[at])
        hazard = state.leave_hazard[i]
        if hazard <= 0.0:
            continue
        if state.exit_alike[i] and not mean:
            n = state.present[i]
            u = uniform_of(state.cell_stream[i], step, event(EXIT, ALL, 0))
            if n > 0.0 and u >= 1.0 - n * hazard:
                put(state, size, i, ALL, n, state.leave[i], hazard, u)
                size += 1
                if size == most:
                    _exits_of_lot(plan, state, sheet, step, interval, size)
                    size = 0
            continue
        for w in range(state.held.shape[1]):
            word = state.held[i, w]
            while word != NONE:
                s = natural((w << 6) + lowest(word))
                word = without_lowest(word)
                _exits_of_stage(plan, state, sheet, step, interval, mean, i, s)
    _exits_of_lot(plan, state, sheet, step, interval, size)


@kernel
def _exits_of_lot(
    plan: Plan, state: State, sheet: Sheet, step: int, interval: int, size: int
) -> None:
    """How many leave the cells of the lot, and their moves."""
    apart()
    count_lot(state, size)
    lot = state.lot
    lot_cell = state.lot_cell
    x = state.x
    present = state.present
    streams = state.cell_stream
    coming = state.coming
    near = state.near
    alone = state.exit_alone
    n_rows = state.n_exit_rows
    to = plan.hazards.to
    alias = plan.hazards.alias
    susceptible = natural(plan.graph.susceptible)
    weight = plan.graph.present[susceptible]
    for j in range(size):
        k = lot[4, j]
        if k <= 0.0:
            continue
        i = natural(lot_cell[j])
        # Most cells by far: what _exits_together does, without two calls.
        if alone[i] >= 0 and x[i, susceptible] == present[i]:
            row = natural(alone[i])
            count = n_rows[i]
            if count == 1:
                x[i, susceptible] -= k
                present[i] -= k * weight
                expect(coming, near, natural(to[row]), k)
                continue
            if k <= PER_PERSON * count:
                x[i, susceptible] -= k
                present[i] -= k * weight
                scatter(alias, row, count, streams[i], step, 0, k, susceptible, coming, near)
                continue
        _exits_together(plan, state, sheet, step, interval, i, k)


@kernel
def _exits_together(
    plan: Plan, state: State, sheet: Sheet, step: int, interval: int, i: int, k: float
) -> None:
    """Draw the stages of k people who leave a cell, all people present being alike."""
    apart()
    i = natural(i)
    stream = state.cell_stream[i]
    susceptible = natural(plan.graph.susceptible)
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
            s = natural((w << 6) + lowest(word))
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
    i = natural(i)
    found = -1
    for w in range(state.held.shape[1]):
        word = state.held[i, w]
        while word != NONE:
            s = natural((w << 6) + lowest(word))
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
    for at in range(state.n_exit_groups[i]):
        g = natural(state.exit_group[begin + at])
        hazard = hazards.total[g] * state.profile[hazards.profile[g]]
        total += hazard * plan.schedule.stage_weight[hazards.weight[g], s]
        state.choices[at] = total
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

    ``reach[begin:]`` are the hazards of the groups in force, added up.  A few people choose one
    by one (the j-th by the j-th random number from ``person`` on, so that one more does not change
    where the others go), more are split by conditional binomials.
    """
    apart()
    i = natural(i)
    s = natural(s)
    hazards = plan.hazards
    remove(plan, state, i, s, n)
    slot = natural(hazards.start[i])
    groups = state.n_exit_groups[i]
    count = state.n_exit_rows[i]
    stream = state.cell_stream[i]
    total = reach[begin + groups - 1]
    if count == 1:
        group = natural(state.exit_group[slot])
        to = hazards.to[natural(hazards.first[group])]
        send(plan, state, sheet, interval, i, s, to, hazards.movement[group], n)
        return
    if n <= PER_PERSON * count and not mean:
        if state.exit_alone[i] >= 0:
            first = natural(state.exit_alone[i])
            if s == plan.graph.susceptible:
                scatter(
                    hazards.alias,
                    first,
                    count,
                    stream,
                    step,
                    person,
                    n,
                    s,
                    state.coming,
                    state.near,
                )
            else:
                scatter_others(hazards.alias, first, count, stream, step, person, n, s, state)
            return
        for j in range(person, person + int(n)):
            # The last 32 bits say where within the group, all others which group.
            bits = bits_of(stream, step, event(EXIT_ROW, s, j))
            target = uniform_from(bits) * total
            at = 0
            while at < groups - 1 and target >= reach[begin + at] and reach[begin + at] < total:
                at += 1
            group = natural(state.exit_group[slot + at])
            first = hazards.first[group]
            count = hazards.first[group + 1] - first
            to = destination(hazards.alias, first, count, second_half(bits))
            send(plan, state, sheet, interval, i, s, to, hazards.movement[group], 1.0)
        return
    left = n
    after = total
    before = 0.0
    nth = 0
    for at in range(groups):
        group = natural(state.exit_group[slot + at])
        weight = reach[begin + at] - before
        before = reach[begin + at]
        end = hazards.first[group + 1]
        if weight <= 0.0:
            nth += end - hazards.first[group]
            continue
        scale = weight / hazards.total[group]
        for row in range(hazards.first[group], end):
            hazard = hazards.hazard[row] * scale
            k = left
            if mean:
                k = n * hazard / total
            elif before < total or row + 1 < end:
                share = min(hazard / after, 1.0)
                what = event(EXIT_ROW, s, SPLIT + nth)
                k = draw(left, share, False, stream, step, what)
                left -= k
                after -= hazard
            nth += 1
            if k > 0.0:
                to, movement = hazards.to[row], hazards.movement[group]
                send(plan, state, sheet, interval, i, s, to, movement, k)
