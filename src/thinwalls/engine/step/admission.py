"""Step 5: who needs a hospital unit, and who gets one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.tuple_references import apart
from thinwalls.engine.step.event_draws import ADMISSION, event, take
from thinwalls.engine.step.progression import shift

if TYPE_CHECKING:
    from thinwalls.common import Key
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Sheet, State


@kernel
def _in_order(plan: Plan, state: State, streams: Key, n_requests: int, q: int) -> None:
    """Put first who asks for a resource of which there is too little, sorted by the streams of
    their cells, then by stages (Shell sort).

    They come in the order of the cells and of the draws, which are made for many cells at a time.
    Both depend on which other cells a run has, and the lot must not.
    """
    apart()
    resource = plan.graph.resource
    region = plan.people.region
    stages = resource.shape[0]
    cells = state.request_cell
    origins = state.request_from
    rows = state.request_row
    people = state.request_people
    wanted = state.region_wanted
    free = state.region_free
    n_short = 0
    for at in range(n_requests):
        r = region[cells[at]]
        if resource[rows[at]] == q and free[r] < wanted[r]:
            cells[n_short], cells[at] = cells[at], cells[n_short]
            origins[n_short], origins[at] = origins[at], origins[n_short]
            rows[n_short], rows[at] = rows[at], rows[n_short]
            people[n_short], people[at] = people[at], people[n_short]
            n_short += 1
    # Gaps 1, 4, 9, 20, 46 ... (Tokuda 1992, "An improved Shellsort").
    gap = 1
    while gap * 9 < n_short * 4:
        gap = gap * 9 // 4 + 2
    while gap > 0:
        for at in range(gap, n_short):
            cell = cells[at]
            origin = origins[at]
            row = rows[at]
            n = people[at]
            stream = streams[cell]
            way = origin * stages + row
            to = at
            while to >= gap:
                before = to - gap
                other = streams[cells[before]]
                if other < stream:
                    break
                if other == stream and origins[before] * stages + rows[before] <= way:
                    break
                cells[to] = cells[before]
                origins[to] = origins[before]
                rows[to] = rows[before]
                people[to] = people[before]
                to = before
            cells[to] = cell
            origins[to] = origin
            rows[to] = row
            people[to] = n
        gap = 0 if gap == 1 else max(1, (gap - 1) * 4 // 9)


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
            short = False
            for r in range(regions):
                room = max(capacity[r, q] - state.in_use[r, q], 0.0)
                free[r] = min(room if mean else np.floor(room), wanted[r])
                sheet.overflowed[interval, r, q] += wanted[r] - free[r]
                short = short or free[r] < wanted[r]
            if short:
                _in_order(plan, state, streams, n_requests, q)
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
