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
    without_lowest,
)
from thinwalls.engine.chance import (
    ADMISSION,
    BRANCH,
    ENTRY,
    INFECTION,
    LEAVE,
    chance,
    count_of,
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
    from thinwalls.engine.layout import Key, Plan, Sheet, State

_NOBODY = 1e-9
"""Weight of a cell without susceptible people in the mean force of infection of its row."""


@kernel
def infection(
    plan: Plan, state: State, sheet: Sheet, streams: Key, step: int, mean: bool, n_living: int
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
    n_active = 0
    for at in range(n_living):
        i = state.living[at]
        n = 0.0
        if holds(held, i, susceptible):
            n = x[i, susceptible]
            if n <= 0.0:
                drop(held, i, susceptible)
        newly = 0.0
        if n > 0.0 or recorded:
            force = 0.0
            for row in range(start[i], start[i + 1]):
                m = setting[row]
                if lit[m]:
                    force += exposure[row] * pressed[m, role[row]]
            force *= susceptibility[i]
            if recorded and output[i] >= 0:
                weight = max(n, 0.0) + _NOBODY
                sheet.force_people[output[i]] += weight
                sheet.force_sum[output[i]] += weight * force
            if force > 0.0 and n > 0.0:
                newly = _newly(n, force * dt, plan.ledger.linear, mean, streams[i], step)
        state.infected[i] = newly
        state.active[n_active] = i
        n_active += newly > 0.0 or any_in(held, i, moving)
    return n_active


@inlined
def _newly(
    n: float, hazard: float, linear: bool, mean: bool, stream: np.uint64, step: int
) -> float:
    """How many of n susceptible people are infected; mostly none, which needs no exponential."""
    u = 0.0
    if not mean:
        u = uniform_of(stream, step, event(INFECTION, 0, 0))
        if not linear and u < 1.0 - n * hazard:
            return 0.0
    p = chance(hazard, linear)
    if mean:
        return n * p
    return count_of(n, p, hazard_behind(p, hazard, linear), u)


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
    graph = plan.graph
    moving = graph.moving
    leave = graph.leave
    leave_hazard = graph.leave_hazard
    susceptible = graph.susceptible
    infected = state.infected
    arriving = state.stage_people
    came = state.came
    held = state.held
    x = state.x
    n_requests = 0
    for at in range(n_active):
        i = state.active[at]
        newly = infected[i]
        stream = streams[i]
        for w in range(held.shape[1]):
            word = held[i, w] & moving[w]
            while word != NONE:
                s = (w << 6) + lowest(word)
                word = without_lowest(word)
                n = x[i, s]
                if n <= 0.0:
                    drop(held, i, s)
                    continue
                if s == susceptible:
                    n -= newly
                what = event(LEAVE, s, 0)
                k = happen(n, leave[s], leave_hazard[s], mean, stream, step, what)
                if k > 0.0:
                    n_requests = _leave(
                        plan,
                        state,
                        sheet,
                        stream,
                        step,
                        interval,
                        mean,
                        i,
                        s,
                        k,
                        n_requests,
                    )
        if newly > 0.0:
            _enter(plan, state, sheet, stream, step, interval, mean, i, newly)
        for w in range(held.shape[1]):
            word = came[0, w]
            came[0, w] = NONE
            held[i, w] |= word
            while word != NONE:
                s = (w << 6) + lowest(word)
                word = without_lowest(word)
                x[i, s] += arriving[s]
                arriving[s] = 0.0
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
    n_requests: int,
) -> int:
    """Send k people who leave a stage along its branches; returns the number of requests."""
    apart()
    graph = plan.graph
    course = plan.people.course[i]
    has_region = plan.people.region[i] >= 0
    last = graph.branch_start[s + 1] - 1
    for b in range(graph.branch_start[s], last + 1):
        part = k
        if b < last:
            share = graph.branch_share[course, b]
            part = draw(k, share, mean, stream, step, event(BRANCH, s, b))
        if part <= 0.0:
            continue
        k -= part
        to = graph.branch_to[b]
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
) -> None:
    """Spread the newly infected over the entry stages."""
    apart()
    graph = plan.graph
    last = graph.entry.shape[0] - 1
    for at in range(last + 1):
        part = newly
        if at < last:
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
