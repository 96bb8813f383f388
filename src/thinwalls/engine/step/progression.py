"""Step 4: who leaves a stage of the disease, and the way of those newly infected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.stage_sets import (
    NONE,
    add,
    drop,
    lowest,
    natural,
    without_lowest,
)
from thinwalls.engine.numba_support.tuple_references import apart
from thinwalls.engine.random.counter_based import uniform_of
from thinwalls.engine.random.quantile_samplers import CENTRAL_FROM, binomial_many
from thinwalls.engine.step.event_draws import (
    BRANCH,
    ENTRY,
    LEAVE,
    count_lot,
    draw,
    event,
    put,
    put_fork,
)

if TYPE_CHECKING:
    import numpy as np

    from thinwalls.common import Key
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Sheet, State


@kernel
def shift(
    plan: Plan,
    state: State,
    sheet: Sheet,
    interval: int,
    i: int,
    origin: int,
    to: int,
    n: float,
) -> None:
    """Move n people of cell i from stage to stage, keep the tallies and record the flow."""
    apart()
    graph = plan.graph
    state.x[i, origin] -= n
    state.x[i, to] += n
    state.present[i] += n * (graph.present[to] - graph.present[origin])
    add(state.held, i, to)
    region = plan.people.region[i]
    if region >= 0:
        if graph.resource[origin] >= 0:
            state.in_use[region, graph.resource[origin]] -= n
        if graph.resource[to] >= 0:
            state.in_use[region, graph.resource[to]] += n
    note(plan, sheet, interval, i, origin, to, n)


@inlined
def note(plan: Plan, sheet: Sheet, interval: int, i: int, origin: int, to: int, n: float) -> None:
    """Record a move from stage to stage."""
    ledger = plan.ledger
    pair = origin * plan.graph.leave.shape[0] + to
    if sheet.moves.shape[0] > 0:
        sheet.moves[origin, to] += n
    first = ledger.flow_start[pair]
    last = ledger.flow_start[pair + 1]
    output = plan.people.output[i]
    if output >= 0 and first < last:
        row = ledger.daily[output]
        for at in range(first, last):
            variable = ledger.flow_variable[at]
            sheet.flow_total[output, variable] += n
            if row >= 0:
                sheet.flow[interval, row, variable] += n


@kernel
def progression(
    plan: Plan,
    state: State,
    sheet: Sheet,
    streams: Key,
    step: int,
    interval: int,
    mean: bool,
    n_active: int,
) -> int:
    """Move everybody whose time in a stage is over, and the newly infected.

    People who need a hospital resource become requests (their number is returned) and stay
    where they were until :func:`admission`.
    """
    apart()
    n_requests = 0
    most = state.lot_cell.shape[0] - plan.graph.leave.shape[0]
    begin = 0
    size = 0
    for at in range(n_active):
        if size > most:
            n_requests = _progress(
                plan, state, sheet, streams, step, interval, mean, begin, at, size, n_requests
            )
            begin = at
            size = 0
        i = natural(state.active[at])
        size = _who_may_leave(plan, state, streams[i], step, mean, i, size)
    return _progress(
        plan, state, sheet, streams, step, interval, mean, begin, n_active, size, n_requests
    )


@inlined
def _who_may_leave(
    plan: Plan, state: State, stream: np.uint64, step: int, mean: bool, i: int, size: int
) -> int:
    """Put the stages of a cell that somebody may leave into the lot; returns its new size."""
    held = state.held
    moving = plan.graph.moving
    leave = plan.graph.leave
    leave_hazard = plan.graph.leave_hazard
    susceptible = plan.graph.susceptible
    x = state.x
    for w in range(held.shape[1]):
        word = held[i, w] & moving[w]
        while word != NONE:
            s = natural((w << 6) + lowest(word))
            word = without_lowest(word)
            n = x[i, s]
            if n <= 0.0:
                drop(held, i, s)
                continue
            if s == susceptible:
                n -= state.infected[i]
                if n <= 0.0:
                    continue
            u = 1.0
            if not mean:
                u = uniform_of(stream, step, event(LEAVE, s, 0))
            put(state, size, i, s, n, leave[s], leave_hazard[s], u)
            # Without a branch: whoever nothing happens to is written over by the next.
            size += mean or u >= 1.0 - n * leave_hazard[s]
    return size


@kernel
def _progress(
    plan: Plan,
    state: State,
    sheet: Sheet,
    streams: Key,
    step: int,
    interval: int,
    mean: bool,
    begin: int,
    end: int,
    size: int,
    n_requests: int,
) -> int:
    """Make the draws of the lot and move the people of active cells ``begin`` to ``end``.

    How many leave every stage is drawn before anybody moves, so people may arrive at once.
    """
    apart()
    active = state.active
    infected = state.infected
    lot_cell = state.lot_cell
    lot_stage = state.lot_stage
    course = plan.people.course
    here = state.present
    held = state.held
    x = state.x
    lot = state.lot
    following = plan.graph.next
    present = plan.graph.present
    branch_start = plan.graph.branch_start
    branch_share = plan.graph.branch_share
    entry_share = plan.graph.entry_share
    usual = plan.graph.usual
    likely = plan.graph.likely
    enters = natural(plan.graph.entry[0]) if plan.graph.entry_simple else -1
    susceptible = natural(plan.graph.susceptible)
    if mean:
        for j in range(size):
            lot[4, j] = lot[0, j] * lot[1, j]
    else:
        count_lot(state, size)
    forked = 0
    j = 0
    for at in range(begin, end):
        i = natural(active[at])
        newly = infected[i]
        stream = streams[i]
        while j < size and lot_cell[j] == i:
            s = natural(lot_stage[j])
            k = lot[4, j]
            j += 1
            if k <= 0.0:
                continue
            to = following[s]
            p = 0.0
            u = 0.0
            if to < 0 and not mean:
                b = natural(branch_start[s])
                p = branch_share[natural(course[i]), b]
                u = uniform_of(stream, step, event(BRANCH, s, b))
                # Mostly nobody takes a rare way: the conditions are those under which the draw
                # would be none or all.
                if u < 1.0 - k * p:
                    to = usual[s]
                elif p > 0.5 and 1.0 - u < 1.0 - k * (1.0 - p):
                    to = likely[s]
            if to >= 0:
                x[i, s] -= k
                x[i, to] += k
                add(held, i, to)
                if present[to] != present[s]:
                    here[i] += k * (present[to] - present[s])
                note(plan, sheet, interval, i, s, to, k)
            elif k * p * (1.0 - p) >= CENTRAL_FROM:
                forked = put_fork(state, forked, i, s, k, p, u)
            else:
                n_requests = _leave(
                    plan, state, sheet, stream, step, interval, mean, i, s, k, -1.0, n_requests
                )
        if newly > 0.0 and enters >= 0:
            x[i, susceptible] -= newly
            x[i, enters] += newly
            add(held, i, enters)
            if present[enters] != present[susceptible]:
                here[i] += newly * (present[enters] - present[susceptible])
            note(plan, sheet, interval, i, susceptible, enters, newly)
        elif newly > 0.0:
            p = entry_share[natural(course[i]), 0]
            if not mean and newly * p * (1.0 - p) >= CENTRAL_FROM:
                u = uniform_of(stream, step, event(ENTRY, 0, 0))
                forked = put_fork(state, forked, i, -1, newly, p, u)
            else:
                _enter(plan, state, sheet, stream, step, interval, mean, i, newly, -1.0)
        if forked + x.shape[1] >= state.fork.shape[1]:
            n_requests = _fork(plan, state, sheet, streams, step, interval, forked, n_requests)
            forked = 0
    return _fork(plan, state, sheet, streams, step, interval, forked, n_requests)


@kernel
def _fork(
    plan: Plan,
    state: State,
    sheet: Sheet,
    streams: Key,
    step: int,
    interval: int,
    forked: int,
    n_requests: int,
) -> int:
    """Draw how many take the first of several ways, for many cells together, and send them all."""
    apart()
    fork = state.fork
    binomial_many(fork[0], fork[1], fork[2], fork[3], fork[4], forked)
    for j in range(forked):
        i = natural(state.fork_cell[j])
        s = state.fork_stage[j]
        k = fork[0, j]
        first = k - fork[4, j] if state.fork_often[j] else fork[4, j]
        stream = streams[i]
        if s < 0:
            _enter(plan, state, sheet, stream, step, interval, False, i, k, first)
        else:
            n_requests = _leave(
                plan, state, sheet, stream, step, interval, False, i, s, k, first, n_requests
            )
    return n_requests


@kernel
def _leave(
    plan: Plan,
    state: State,
    sheet: Sheet,
    stream: np.uint64,
    step: int,
    interval: int,
    mean: bool,
    i: int,
    s: int,
    k: float,
    first: float,
    n_requests: int,
) -> int:
    """Send k people who leave a stage along its branches; returns the number of requests.

    ``first`` is how many take the first branch, when that was drawn already, else -1.
    """
    apart()
    i = natural(i)
    s = natural(s)
    graph = plan.graph
    course = natural(plan.people.course[i])
    has_region = plan.people.region[i] >= 0
    begin = natural(graph.branch_start[s])
    last = graph.branch_start[s + 1] - 1
    for b in range(begin, last + 1):
        part = k
        if b == begin and first >= 0.0:
            part = first
        elif b < last:
            share = graph.branch_share[course, b]
            part = draw(k, share, mean, stream, step, event(BRANCH, s, b))
        if part <= 0.0:
            continue
        k -= part
        to = natural(graph.branch_to[b])
        wanted = graph.resource[to]
        asks = wanted >= 0 and wanted != graph.resource[s] and graph.overflow[to] >= 0
        if asks and has_region:
            state.request_cell[n_requests] = i
            state.request_row[n_requests] = to
            state.request_from[n_requests] = s
            state.request_people[n_requests] = part
            n_requests += 1
        else:
            shift(plan, state, sheet, interval, i, s, to, part)
        if k <= 0.0:
            break
    return n_requests


@kernel
def _enter(
    plan: Plan,
    state: State,
    sheet: Sheet,
    stream: np.uint64,
    step: int,
    interval: int,
    mean: bool,
    i: int,
    newly: float,
    first: float,
) -> None:
    """Spread the newly infected over the entry stages; ``first`` as for :func:`_leave`."""
    apart()
    graph = plan.graph
    last = graph.entry.shape[0] - 1
    for at in range(last + 1):
        part = newly
        if at == 0 and first >= 0.0:
            part = first
        elif at < last:
            share = graph.entry_share[plan.people.course[i], at]
            part = draw(newly, share, mean, stream, step, event(ENTRY, 0, at))
        if part <= 0.0:
            continue
        newly -= part
        to = graph.entry[at]
        shift(plan, state, sheet, interval, i, graph.susceptible, to, part)
