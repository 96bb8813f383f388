"""Step 6: programmes (detection, isolation, vaccination), from the snapshot after progression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import any_in
from thinwalls.engine.numba_support.tuple_references import apart
from thinwalls.engine.step.event_draws import (
    PROGRAMME,
    PROGRAMME_ROW,
    ROOM,
    chance,
    event,
    happen,
    hazard_behind,
    spread,
    take,
)
from thinwalls.engine.step.progression import shift

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Sheet, State


@kernel
def set_programmes(plan: Plan, state: State) -> None:
    """Chances of the programme groups at the profiles now in force."""
    apart()
    care = plan.care
    for group in range(care.stage.shape[0]):
        hazard = 0.0
        for at in range(care.group_start[group], care.group_start[group + 1]):
            row = care.row[at]
            hazard += care.hazard[row] * state.profile[care.profile[row]]
            state.care_reach[at] = hazard
        hazard *= plan.ledger.step_days
        p = chance(hazard, plan.ledger.linear)
        state.care_leave[group] = p
        state.care_hazard[group] = hazard_behind(p, hazard, plan.ledger.linear)


@kernel
def programmes(
    plan: Plan, state: State, sheet: Sheet, step: int, interval: int, mean: bool
) -> None:
    """Draw who is reached, share out what room there is by lot, then move everybody at once."""
    apart()
    care = plan.care
    n_requests = 0
    for i in care.cells:
        if not (care.has_still[i] or any_in(state.held, i, plan.graph.moving)):
            continue
        for group in range(care.start[i], care.start[i + 1]):
            n = state.x[i, care.stage[group]]
            if n <= 0.0 or state.care_leave[group] <= 0.0:
                continue
            n_requests = _ask(plan, state, step, mean, i, group, n, n_requests)
    if n_requests == 0:
        return
    if care.limit_people.shape[0] > 0:
        _share_room(plan, state, step, mean, n_requests)
    for at in range(n_requests):
        if state.request_people[at] > 0.0:
            shift(
                plan,
                state,
                sheet,
                interval,
                state.request_cell[at],
                state.request_from[at],
                care.to[state.request_row[at]],
                state.request_people[at],
            )


@kernel
def _ask(
    plan: Plan,
    state: State,
    step: int,
    mean: bool,
    i: int,
    group: int,
    n: float,
    n_requests: int,
) -> int:
    """Draw the people of one cell and stage whom programmes reach, and split them over rows."""
    apart()
    care = plan.care
    s = care.stage[group]
    stream = state.cell_stream[i]
    what = event(PROGRAMME, s, 0)
    hazard = state.care_hazard[group]
    k = happen(n, state.care_leave[group], hazard, mean, stream, step, what)
    if k <= 0.0:
        return n_requests
    first = care.group_start[group]
    count = care.group_start[group + 1] - first
    if count == 1:
        state.chosen[0] = k
    else:
        spread(
            k,
            state.care_reach,
            first,
            count,
            mean,
            stream,
            step,
            PROGRAMME_ROW,
            s,
            state.chosen,
        )
    for j in range(count):
        if state.chosen[j] > 0.0:
            state.request_cell[n_requests] = i
            state.request_row[n_requests] = care.row[first + j]
            state.request_from[n_requests] = s
            state.request_people[n_requests] = state.chosen[j]
            n_requests += 1
    return n_requests


@kernel
def _share_room(plan: Plan, state: State, step: int, mean: bool, n_requests: int) -> None:
    """Cut requests down to the room under each limit; who gets it is drawn by lot."""
    apart()
    care = plan.care
    room = state.room
    asked = state.asked
    for limit in range(room.shape[0]):
        room[limit] = care.limit_people[limit]
        asked[limit] = 0.0
    for at in range(care.place_limit.shape[0]):
        room[care.place_limit[at]] -= state.x[care.place_cell[at], care.place_stage[at]]
    for at in range(n_requests):
        limit = care.limit[state.request_row[at]]
        if limit >= 0:
            asked[limit] += state.request_people[at]
    for limit in range(room.shape[0]):
        left = max(room[limit] if mean else np.floor(room[limit]), 0.0)
        room[limit] = min(left, asked[limit])
    for at in range(n_requests):
        row = state.request_row[at]
        limit = care.limit[row]
        if limit >= 0:
            n = state.request_people[at]
            i = state.request_cell[at]
            what = event(ROOM, state.request_from[at], row)
            asked[limit] -= n
            granted = take(n, asked[limit], room[limit], mean, state.cell_stream[i], step, what)
            room[limit] -= granted
            state.request_people[at] = granted
