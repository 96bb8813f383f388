"""Step 7, second part: movements by number, people drawn from a pool without replacement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.chance import (
    DRAFT,
    DRAFT_PERSON,
    DRAFT_POOL,
    DRAFT_THIN,
    FAN,
    ORDER,
    draw,
    event,
    spread,
    take,
)
from thinwalls.engine.jit import kernel
from thinwalls.engine.movement import remove, send
from thinwalls.engine.rng import stream as stream_of
from thinwalls.engine.rng import uniform_of

if TYPE_CHECKING:
    from thinwalls.engine.layout import Plan, Sheet, State

_FEW = 12.0
"""Up to so many people are drawn one by one (exact for any weights); more by stage and cell."""
_ALL = 511
"""In place of a stage in the number of an event."""


@kernel
def drafts(plan: Plan, state: State, sheet: Sheet, step: int, interval: int, mean: bool) -> None:
    """Do the movements by number that fall into this step.

    When rows compete for people who are too few, they are done in an order drawn by lot, so that
    the order of rows in the table never matters.
    """
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
            state.draft_order[n_live] = n
            n_live += 1
    if not mean and _scarce(plan, state, n_live):
        _shuffle(state, step, n_live)
    for at in range(n_live):
        row = state.draft_order[at]
        n_people = state.draft_people[row]
        if mean:
            _expected(plan, state, sheet, interval, row, n_people)
        elif n_people <= _FEW:
            _one_by_one(plan, state, sheet, step, interval, row, n_people)
        else:
            _many(plan, state, sheet, step, interval, row, n_people)


@kernel
def _scarce(plan: Plan, state: State, n_live: int) -> bool:
    """Whether some cell could be asked for more people than it has."""
    rows = plan.drafts
    susceptible = plan.graph.susceptible
    for at in range(n_live):
        row = state.draft_order[at]
        for entry in range(rows.pool_start[row], rows.pool_start[row + 1]):
            state.wanted[rows.pool_cell[entry]] += state.draft_people[row]
    scarce = False
    for at in range(n_live):
        row = state.draft_order[at]
        for entry in range(rows.pool_start[row], rows.pool_start[row + 1]):
            i = rows.pool_cell[entry]
            if state.wanted[i] > state.x[i, susceptible]:
                movable = 0.0
                for s in range(state.x.shape[1]):
                    if plan.schedule.stage_weight[rows.weight[row], s] > 0.0:
                        movable += state.x[i, s]
                scarce = scarce or state.wanted[i] > movable
    for at in range(n_live):
        row = state.draft_order[at]
        for entry in range(rows.pool_start[row], rows.pool_start[row + 1]):
            state.wanted[rows.pool_cell[entry]] = 0.0
    return scarce


@kernel
def _shuffle(state: State, step: int, n_live: int) -> None:
    """Put the rows in an order drawn by lot: every place is drawn among the rows that are left."""
    order = state.draft_order
    for at in range(n_live - 1):
        best = at
        lowest = 2.0
        for other in range(at, n_live):
            u = uniform_of(state.draft_stream[order[other]], step, event(ORDER, 0, 0))
            if u < lowest:
                lowest = u
                best = other
        row = order[at]
        order[at] = order[best]
        order[best] = row


@kernel
def _pool(plan: Plan, state: State, row: int) -> float:
    """Fill ``state.choices`` with the weight of each pool entry; returns their sum."""
    rows = plan.drafts
    graph = plan.graph
    weight = plan.schedule.stage_weight[rows.weight[row]]
    first = rows.pool_start[row]
    total = 0.0
    for entry in range(first, rows.pool_start[row + 1]):
        i = rows.pool_cell[entry]
        part = 0.0
        for s in graph.still:
            part += weight[s] * state.x[i, s]
        if state.active[i]:
            for s in graph.moving:
                part += weight[s] * state.x[i, s]
        part *= rows.pool_weight[entry]
        state.choices[entry - first] = part
        total += part
    return total


@kernel
def _one_by_one(
    plan: Plan, state: State, sheet: Sheet, step: int, interval: int, row: int, n_people: float
) -> None:
    """Draw people one after another, each in proportion to weights among those who are left."""
    rows = plan.drafts
    weight = plan.schedule.stage_weight[rows.weight[row]]
    first = rows.pool_start[row]
    last = rows.pool_start[row + 1] - 1
    stream = state.draft_stream[row]
    total = _pool(plan, state, row)
    for person in range(int(n_people)):
        if total <= 0.0:
            return
        target = uniform_of(stream, step, event(DRAFT_PERSON, _ALL, person)) * total
        entry = first
        while entry < last and target >= state.choices[entry - first]:
            target -= state.choices[entry - first]
            entry += 1
        i = rows.pool_cell[entry]
        by = rows.pool_weight[entry]
        found = -1
        for s in range(state.x.shape[1]):
            part = by * weight[s] * state.x[i, s]
            if part > 0.0:
                found = s
                if target < part:
                    break
                target -= part
        if found < 0:
            total = _pool(plan, state, row)
            continue
        remove(plan, state, i, found, 1.0)
        state.choices[entry - first] -= by * weight[found]
        total -= by * weight[found]
        to = rows.pool_to[entry]
        if to < 0:
            to = _fan_one(plan, state, step, row, person)
        send(plan, state, sheet, interval, i, found, to, rows.movement[row], 1.0)


@kernel
def _fan_one(plan: Plan, state: State, step: int, row: int, person: int) -> int:
    """Destination of one person from the fan of a row."""
    rows = plan.drafts
    first = rows.fan_start[row]
    last = rows.fan_start[row + 1] - 1
    if first == last:
        return int(rows.fan_cell[first])
    total = 0.0
    for at in range(first, last + 1):
        total += rows.fan_weight[at]
    u = uniform_of(state.draft_stream[row], step, event(FAN, _ALL, person))
    target = u * total
    at = first
    while at < last and target >= rows.fan_weight[at]:
        target -= rows.fan_weight[at]
        at += 1
    while rows.fan_weight[at] <= 0.0:
        at -= 1
    return int(rows.fan_cell[at])


@kernel
def _many(
    plan: Plan, state: State, sheet: Sheet, step: int, interval: int, row: int, n_people: float
) -> None:
    """Draw many people at once, by cell and stage.

    People of unequal weight are first thinned in proportion to it, then drawn alike; when the
    thinned pool is too small, all of it goes and the rest is drawn from what is left.
    """
    rows = plan.drafts
    n_stages = state.x.shape[1]
    weight = plan.schedule.stage_weight[rows.weight[row]]
    first = rows.pool_start[row]
    last = rows.pool_start[row + 1]
    most = 0.0
    for entry in range(first, last):
        for s in range(n_stages):
            if state.x[rows.pool_cell[entry], s] > 0.0:
                most = max(most, rows.pool_weight[entry] * weight[s])
    if most <= 0.0:
        return
    for turn in range(2):
        pool = 0.0
        for entry in range(first, last):
            i = rows.pool_cell[entry]
            own = stream_of(state.draft_stream[row], plan.people.key[i])
            for s in range(n_stages):
                p = rows.pool_weight[entry] * weight[s] / most
                n = state.x[i, s] if p > 0.0 else 0.0
                if p < 1.0 and turn == 0:
                    n = draw(n, p, False, own, step, event(DRAFT_THIN, s, 0))
                state.choices[(entry - first) * n_stages + s] = n
                pool += n
        asked = min(n_people, pool)
        n_people -= asked
        for entry in range(first, last):
            i = rows.pool_cell[entry]
            own = stream_of(state.draft_stream[row], plan.people.key[i])
            for s in range(n_stages):
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
    rows = plan.drafts
    i = rows.pool_cell[entry]
    movement = rows.movement[row]
    if rows.pool_to[entry] >= 0:
        send(plan, state, sheet, interval, i, s, rows.pool_to[entry], movement, k)
        return
    first = rows.fan_start[row]
    count = rows.fan_start[row + 1] - first
    total = 0.0
    for j in range(count):
        total += rows.fan_weight[first + j]
        state.chosen[j] = 0.0
    weights = rows.fan_weight[first : first + count]
    spread(k, weights, count, total, mean, stream, step, FAN, s, state.chosen)
    for j in range(count):
        if state.chosen[j] > 0.0:
            to = rows.fan_cell[first + j]
            send(plan, state, sheet, interval, i, s, to, movement, state.chosen[j])


@kernel
def _expected(
    plan: Plan, state: State, sheet: Sheet, interval: int, row: int, n_people: float
) -> None:
    """The mean field: everybody in the pool leaves in proportion to weight, up to everybody."""
    rows = plan.drafts
    weight = plan.schedule.stage_weight[rows.weight[row]]
    total = _pool(plan, state, row)
    if total <= 0.0:
        return
    for entry in range(rows.pool_start[row], rows.pool_start[row + 1]):
        i = rows.pool_cell[entry]
        for s in range(state.x.shape[1]):
            n = state.x[i, s]
            k = min(n, n_people * rows.pool_weight[entry] * weight[s] * n / total)
            if k > 0.0:
                remove(plan, state, i, s, k)
                _deliver(plan, state, sheet, 0, interval, True, row, entry, s, k, np.uint64(0))
