"""Step 7, second part: movements by number, people drawn from a pool without replacement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import NONE, holds, lowest, without_lowest
from thinwalls.engine.numba_support.tuple_references import apart
from thinwalls.engine.random.counter_based import stream as stream_of, uniform_of
from thinwalls.engine.step.event_draws import (
    ALL,
    DRAFT,
    DRAFT_PERSON,
    DRAFT_POOL,
    DRAFT_THIN,
    FAN,
    ORDER,
    draw,
    event,
    reached,
    spread,
    take,
)
from thinwalls.engine.step.exits_by_hazard import stage_at
from thinwalls.engine.step.people_on_the_way import remove, send

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Sheet, State

_FEW = 8.0
"""Up to so many people are drawn one by one (exact for any weights); more by stage and cell."""


@kernel
def drafts(plan: Plan, state: State, sheet: Sheet, step: int, interval: int, mean: bool) -> None:
    """Do the movements by number that fall into this step.

    Rows may compete for people who are too few.  They are done in an order that is drawn by lot
    (an affine permutation: any row is as likely as another to be first, and to come before any
    other), so that the order of rows in the table does not matter.
    """
    apart()
    rows = plan.drafts
    n_live = 0
    for n in range(rows.people.shape[0]):
        asked = rows.people[n] * state.profile[rows.profile[n]]
        if asked <= 0.0:
            continue
        if not mean:
            whole = np.floor(asked)
            u = uniform_of(state.draft_stream[n], step, event(DRAFT, 0, 0))
            asked = whole + 1.0 if u < asked - whole else whole
        if asked > 0.0:
            state.draft_people[n] = asked
            state.draft_live[n_live] = n
            n_live += 1
    if n_live == 0:
        return
    stride = 1
    at = 0
    if not mean and n_live > 1:
        stream = state.draft_stream[0]
        at = int(uniform_of(stream, step, event(ORDER, 0, 0)) * n_live)
        stride = 1 + int(uniform_of(stream, step, event(ORDER, 0, 1)) * (n_live - 1))
        while not _coprime(stride, n_live):
            stride = stride - 1 if stride > 1 else n_live - 1
    for _ in range(n_live):
        row = state.draft_live[at]
        at += stride
        if at >= n_live:
            at -= n_live
        n_people = state.draft_people[row]
        if mean:
            _expected(plan, state, sheet, interval, row, n_people)
            continue
        only = _only_entry(plan, state, row)
        if only >= 0:
            _from_one_cell(plan, state, sheet, step, interval, row, only, n_people)
        elif n_people <= _FEW:
            _one_by_one(plan, state, sheet, step, interval, row, int(n_people))
        else:
            _many(plan, state, sheet, step, interval, row, n_people)


@kernel
def _coprime(a: int, b: int) -> bool:
    while b != 0:
        a, b = b, a % b
    return a == 1


@kernel
def _only_entry(plan: Plan, state: State, row: int) -> int:
    """The entry of a pool in which anybody is, if it is one and all of them are alike; else -1."""
    apart()
    rows = plan.drafts
    if not rows.plain[row]:
        return -1
    found = -1
    for entry in range(rows.pool_start[row], rows.pool_start[row + 1]):
        if rows.pool_weight[entry] > 0.0 and state.present[rows.pool_cell[entry]] > 0.0:
            if found >= 0:
                return -1
            found = entry
    return found


@kernel
def _entry_weight(plan: Plan, state: State, row: int, entry: int) -> float:
    """Weight of all people of one cell of a pool."""
    apart()
    rows = plan.drafts
    i = rows.pool_cell[entry]
    if rows.plain[row]:
        return float(rows.pool_weight[entry] * state.present[i])
    part = 0.0
    weight = rows.weight[row]
    for w in range(state.held.shape[1]):
        word = state.held[i, w]
        while word != NONE:
            s = (w << 6) + lowest(word)
            word = without_lowest(word)
            part += plan.schedule.stage_weight[weight, s] * state.x[i, s]
    return float(part * rows.pool_weight[entry])


@kernel
def _one_by_one(
    plan: Plan,
    state: State,
    sheet: Sheet,
    step: int,
    interval: int,
    row: int,
    n_people: int,
) -> None:
    """Draw people one after another, each in proportion to weights among those who are left."""
    apart()
    rows = plan.drafts
    weight = rows.weight[row]
    first = rows.pool_start[row]
    last = rows.pool_start[row + 1] - 1
    stream = state.draft_stream[row]
    total = 0.0
    for entry in range(first, last + 1):
        part = _entry_weight(plan, state, row, entry)
        state.choices[entry - first] = part
        total += part
    for person in range(n_people):
        if total <= 0.0:
            return
        target = uniform_of(stream, step, event(DRAFT_PERSON, ALL, person)) * total
        entry = first
        while entry < last and target >= state.choices[entry - first]:
            target -= state.choices[entry - first]
            entry += 1
        i = rows.pool_cell[entry]
        by = rows.pool_weight[entry]
        found = -1
        s = plan.graph.susceptible
        if target < by * plan.schedule.stage_weight[weight, s] * state.x[i, s]:
            found = s
        else:
            target -= by * plan.schedule.stage_weight[weight, s] * state.x[i, s]
            found = stage_at(state, i, target / by, plan.schedule.stage_weight[weight], s)
        if found < 0:
            return
        remove(plan, state, i, found, 1.0)
        step_down = by * plan.schedule.stage_weight[weight, found]
        state.choices[entry - first] -= step_down
        total -= step_down
        to = rows.pool_to[entry]
        if to < 0:
            u = uniform_of(stream, step, event(FAN, ALL, person))
            fan = reached(rows.fan_reach, rows.fan_start[row], rows.fan_start[row + 1] - 1, u)
            to = rows.fan_cell[fan]
        send(plan, state, sheet, interval, i, found, to, rows.movement[row], 1.0)


@kernel
def _from_one_cell(
    plan: Plan,
    state: State,
    sheet: Sheet,
    step: int,
    interval: int,
    row: int,
    entry: int,
    n_people: float,
) -> None:
    """Draw people from the only cell of a pool with people, who are alike if they are present."""
    apart()
    i = plan.drafts.pool_cell[entry]
    stream = state.draft_stream[row]
    susceptible = plan.graph.susceptible
    pool = state.present[i]
    asked = min(n_people, pool)
    for w in range(state.held.shape[1]):
        word = state.held[i, w]
        while word != NONE and asked > 0.0:
            s = (w << 6) + lowest(word)
            word = without_lowest(word)
            n = state.x[i, s]
            if n <= 0.0 or s == susceptible or plan.graph.present[s] <= 0.0:
                continue
            pool -= n
            k = take(n, pool, asked, False, stream, step, event(DRAFT_POOL, s, 0))
            if k > 0.0:
                asked -= k
                remove(plan, state, i, s, k)
                _deliver(plan, state, sheet, step, interval, False, row, entry, s, k, stream)
    if asked > 0.0:
        remove(plan, state, i, susceptible, asked)
        _deliver(plan, state, sheet, step, interval, False, row, entry, susceptible, asked, stream)


@kernel
def _many(
    plan: Plan,
    state: State,
    sheet: Sheet,
    step: int,
    interval: int,
    row: int,
    n_people: float,
) -> None:
    """Draw many people at once, by cell and stage.

    People of unequal weight are first thinned in proportion to it, then drawn alike; when the
    thinned pool is too small, all of it goes and the rest is drawn from what is left.
    """
    apart()
    rows = plan.drafts
    x = state.x
    n_stages = x.shape[1]
    weight = rows.weight[row]
    first = rows.pool_start[row]
    last = rows.pool_start[row + 1]
    stream = state.draft_stream[row]
    most = 0.0
    for entry in range(first, last):
        i = rows.pool_cell[entry]
        for s in range(n_stages):
            if holds(state.held, i, s) and x[i, s] > 0.0:
                p = rows.pool_weight[entry] * plan.schedule.stage_weight[weight, s]
                most = max(most, p)
    if most <= 0.0:
        return
    for turn in range(2):
        pool = 0.0
        for entry in range(first, last):
            i = rows.pool_cell[entry]
            own = stream_of(stream, plan.people.key[i])
            for s in range(n_stages):
                n = x[i, s]
                if n > 0.0:
                    p = rows.pool_weight[entry] * plan.schedule.stage_weight[weight, s] / most
                    if p <= 0.0:
                        n = 0.0
                    elif p < 1.0 and turn == 0:
                        n = draw(n, p, False, own, step, event(DRAFT_THIN, s, 0))
                state.choices[(entry - first) * n_stages + s] = n
                pool += n
        asked = min(n_people, pool)
        n_people -= asked
        for entry in range(first, last):
            i = rows.pool_cell[entry]
            own = stream_of(stream, plan.people.key[i])
            for s in range(n_stages - 1, -1, -1):
                n = state.choices[(entry - first) * n_stages + s]
                if n <= 0.0 or asked <= 0.0:
                    continue
                pool -= n
                k = take(n, pool, asked, False, own, step, event(DRAFT_POOL, s, turn))
                asked -= k
                if k > 0.0:
                    remove(plan, state, i, s, k)
                    _deliver(plan, state, sheet, step, interval, False, row, entry, s, k, own)
        if n_people <= 0.0:
            return


@kernel
def _deliver(
    plan: Plan,
    state: State,
    sheet: Sheet,
    step: int,
    interval: int,
    mean: bool,
    row: int,
    entry: int,
    s: int,
    k: float,
    stream: np.uint64,
) -> None:
    """Send people of one cell and stage to their own destination or along the fan."""
    apart()
    rows = plan.drafts
    i = rows.pool_cell[entry]
    movement = rows.movement[row]
    if rows.pool_to[entry] >= 0:
        send(plan, state, sheet, interval, i, s, rows.pool_to[entry], movement, k)
        return
    first = rows.fan_start[row]
    count = rows.fan_start[row + 1] - first
    spread(k, rows.fan_reach, first, count, mean, stream, step, FAN, s, state.chosen)
    for j in range(count):
        if state.chosen[j] > 0.0:
            to = rows.fan_cell[first + j]
            send(plan, state, sheet, interval, i, s, to, movement, state.chosen[j])


@kernel
def _expected(
    plan: Plan, state: State, sheet: Sheet, interval: int, row: int, n_people: float
) -> None:
    """The mean field: everybody in the pool leaves in proportion to weight, up to everybody."""
    apart()
    rows = plan.drafts
    weight = rows.weight[row]
    total = 0.0
    for entry in range(rows.pool_start[row], rows.pool_start[row + 1]):
        total += _entry_weight(plan, state, row, entry)
    if total <= 0.0:
        return
    for entry in range(rows.pool_start[row], rows.pool_start[row + 1]):
        i = rows.pool_cell[entry]
        by = n_people * rows.pool_weight[entry] / total
        for s in range(state.x.shape[1]):
            n = state.x[i, s]
            k = min(n, by * plan.schedule.stage_weight[weight, s] * n)
            if k > 0.0:
                remove(plan, state, i, s, k)
                _deliver(
                    plan,
                    state,
                    sheet,
                    0,
                    interval,
                    True,
                    row,
                    entry,
                    s,
                    k,
                    np.uint64(0),
                )
