"""Steps 3 to 5: infection, progression and hospital admission, from the same snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.bits import (
    NONE,
    add,
    any_in,
    drop,
    holds,
    lowest,
    natural,
    without_lowest,
)
from thinwalls.engine.chance import (
    ADMISSION,
    BRANCH,
    ENTRY,
    INFECTION,
    LEAVE,
    chance,
    count_lot,
    draw,
    event,
    hazard_behind,
    put,
    put_fork,
    take,
)
from thinwalls.engine.jit import inlined, kernel
from thinwalls.engine.pressure import expose
from thinwalls.engine.reference import apart
from thinwalls.engine.rng import uniform_of
from thinwalls.engine.samplers import CENTRAL_FROM, binomial_many

if TYPE_CHECKING:
    from thinwalls.engine.layout import Key, Plan, Sheet, State

_NOBODY = 1e-9
"""Weight of a cell without susceptible people in the mean force of infection of its row."""


@kernel
def infection(
    plan: Plan,
    state: State,
    sheet: Sheet,
    streams: Key,
    step: int,
    mean: bool,
    n_living: int,
    n_stirring: int,
) -> int:
    """Draw the newly infected of every cell into ``state.infected``; nobody moves yet.

    Returns the number of cells in ``state.active``.
    """
    apart()
    susceptibility = plan.people.susceptibility
    output = plan.people.output
    start = plan.mixing.start
    setting = plan.mixing.setting
    role = plan.mixing.role
    exposure = plan.mixing.activity
    moving = plan.graph.moving
    susceptible = plan.graph.susceptible
    dt = plan.ledger.step_days
    recorded = plan.ledger.force
    x = state.x
    held = state.held
    lit = state.lit
    pressed = state.force
    linear = plan.ledger.linear
    most = state.lot_cell.shape[0]
    size = 0
    n_active = 0
    looked_at = state.living
    n_looked_at = n_living
    if not recorded:
        n_exposed = expose(plan, state, n_stirring)
        if n_exposed >= 0:
            looked_at = state.exposed
            n_looked_at = n_exposed
    for at in range(n_looked_at):
        i = natural(looked_at[at])
        force = 0.0
        for row in range(natural(start[i]), start[i + 1]):
            m = natural(setting[row])
            if lit[m]:
                force += exposure[row] * pressed[m, natural(role[row])]
        newly = 0.0
        drawn = False
        if force > 0.0 or recorded:
            force *= susceptibility[i]
            n = 0.0
            if holds(held, i, susceptible):
                n = x[i, susceptible]
                if n <= 0.0:
                    drop(held, i, susceptible)
            if recorded and output[i] >= 0:
                weight = max(n, 0.0) + _NOBODY
                sheet.force_people[output[i]] += weight
                sheet.force_sum[output[i]] += weight * force
            if force > 0.0 and n > 0.0:
                hazard = force * dt
                if mean:
                    newly = n * chance(hazard, linear)
                else:
                    u = uniform_of(streams[i], step, event(INFECTION, 0, 0))
                    # Mostly nobody is infected, which needs no exponential.
                    if linear or u >= 1.0 - n * hazard:
                        p = chance(hazard, linear)
                        put(state, size, i, susceptible, n, p, hazard_behind(p, hazard, linear), u)
                        size += 1
                        drawn = True
        state.infected[i] = newly
        if size == most:
            _count_infected(state, size)
            size = 0
        state.active[n_active] = i
        n_active += drawn or newly > 0.0 or any_in(held, i, moving)
    _count_infected(state, size)
    return n_active


@kernel
def _count_infected(state: State, size: int) -> None:
    """How many of the lot are infected."""
    apart()
    count_lot(state, size)
    for j in range(size):
        state.infected[state.lot_cell[j]] = state.lot[4, j]


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
    """Make the draws of the lot and move the people of active cells ``begin`` to ``end``."""
    apart()
    arriving = state.stage_people
    active = state.active
    infected = state.infected
    lot_cell = state.lot_cell
    lot_stage = state.lot_stage
    course = plan.people.course
    here = state.present
    came = state.came
    x = state.x
    lot = state.lot
    following = plan.graph.next
    present = plan.graph.present
    branch_start = plan.graph.branch_start
    branch_share = plan.graph.branch_share
    entry_share = plan.graph.entry_share
    usual = plan.graph.usual
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
                # Mostly nobody takes a rare way.
                if u < 1.0 - k * p:
                    to = usual[s]
            if to >= 0:
                x[i, s] -= k
                arriving[to] += k
                add(came, 0, to)
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
            arriving[enters] += newly
            add(came, 0, enters)
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
        _settle(state, i)
        if forked + x.shape[1] >= state.fork.shape[1]:
            n_requests = _fork(plan, state, sheet, streams, step, interval, forked, n_requests)
            forked = 0
    return _fork(plan, state, sheet, streams, step, interval, forked, n_requests)


@inlined
def _settle(state: State, i: int) -> None:
    """People who went to other stages of a cell are there."""
    x = state.x
    arriving = state.stage_people
    for w in range(state.held.shape[1]):
        word = state.came[0, w]
        state.came[0, w] = NONE
        state.held[i, w] |= word
        while word != NONE:
            s = natural((w << 6) + lowest(word))
            word = without_lowest(word)
            x[i, s] += arriving[s]
            arriving[s] = 0.0


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
        _settle(state, i)
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
            _depart(plan, state, i, s, to, part)
            note(plan, sheet, interval, i, s, to, part)
        if k <= 0.0:
            break
    return n_requests


@kernel
def _depart(plan: Plan, state: State, i: int, s: int, to: int, part: float) -> None:
    """Take people out of a stage on their way to another; they arrive when all have left."""
    graph = plan.graph
    state.x[i, s] -= part
    state.stage_people[to] += part
    add(state.came, 0, to)
    state.present[i] += part * (graph.present[to] - graph.present[s])
    region = plan.people.region[i]
    if region >= 0:
        if graph.resource[s] >= 0:
            state.in_use[region, graph.resource[s]] -= part
        if graph.resource[to] >= 0:
            state.in_use[region, graph.resource[to]] += part


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
        _depart(plan, state, i, graph.susceptible, to, part)
        note(plan, sheet, interval, i, graph.susceptible, to, part)


@kernel
def admission(
    plan: Plan,
    state: State,
    sheet: Sheet,
    streams: Key,
    step: int,
    interval: int,
    mean: bool,
    n_requests: int,
) -> None:
    """Give free units to those who need them; when there are too few, by lot.

    Resources are handled from the last to the first, so that people turned away from one can
    ask for a lesser one.
    """
    apart()
    graph = plan.graph
    regions, resources = state.in_use.shape
    if n_requests > 0:
        capacity = plan.schedule.capacity[plan.schedule.period[step]]
        wanted = state.region_wanted
        free = state.region_free
        for q in range(resources - 1, -1, -1):
            wanted[:] = 0.0
            for at in range(n_requests):
                if graph.resource[state.request_row[at]] == q:
                    wanted[plan.people.region[state.request_cell[at]]] += state.request_people[at]
            for r in range(regions):
                room = max(capacity[r, q] - state.in_use[r, q], 0.0)
                free[r] = min(room if mean else np.floor(room), wanted[r])
                sheet.overflowed[interval, r, q] += wanted[r] - free[r]
            for at in range(n_requests):
                to = state.request_row[at]
                if graph.resource[to] != q:
                    continue
                i = state.request_cell[at]
                s = state.request_from[at]
                n = state.request_people[at]
                r = plan.people.region[i]
                what = event(ADMISSION, s, to)
                admitted = take(n, wanted[r] - n, free[r], mean, streams[i], step, what)
                wanted[r] -= n
                free[r] -= admitted
                if admitted > 0.0:
                    shift(plan, state, sheet, interval, i, s, to, admitted)
                if n - admitted > 0.0:
                    instead = graph.overflow[to]
                    lesser = graph.resource[instead]
                    if lesser >= 0 and graph.overflow[instead] >= 0 and lesser != graph.resource[s]:
                        state.request_row[at] = instead
                        state.request_people[at] = n - admitted
                    else:
                        shift(plan, state, sheet, interval, i, s, instead, n - admitted)
    for r in range(regions):
        for q in range(resources):
            most = sheet.in_use[interval, r, q]
            sheet.in_use[interval, r, q] = max(most, state.in_use[r, q])
