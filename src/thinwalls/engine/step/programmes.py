"""Step 7: programmes (detection, isolation, vaccination), from the snapshot after progression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import shares_any
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.step.disease.stage_changes import change_stage
from thinwalls.engine.step.event_draws import (
    PROGRAMME,
    PROGRAMME_ROW,
    ROOM,
    event,
    hazard_behind,
    probability_of,
    sample_by_hazard,
    sample_from_pool,
    spread_people,
)

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


@kernel
def update_programmes(plan: Plan, state: State) -> None:
    """Chances of all programme groups at the profiles now in force."""
    never_inlined()
    for group in range(plan.programme_groups.stage.shape[0]):
        update_programme(plan, state, group)


@kernel
def update_programme(plan: Plan, state: State, group: int) -> None:
    """Chances of a programme group at the profiles now in force."""
    never_inlined()
    groups = plan.programme_groups
    hazard = 0.0
    for position in range(groups.member_start[group], groups.member_start[group + 1]):
        row = groups.row[position]
        # Per day. Rows of one cell and stage compete: hazards add up, and the running sums
        # split those who are reached.
        hazard += groups.hazard[row] * state.profile_in_force[groups.profile[row]]
        state.programme_hazard_sum[position] = hazard
    # From per day to per step.
    hazard *= plan.schedule.step_days
    probability = probability_of(hazard, plan.schedule.linear)
    state.programme_probability[group] = probability
    state.programme_hazard[group] = hazard_behind(probability, hazard, plan.schedule.linear)


@kernel
def programmes(
    plan: Plan, state: State, outputs: Outputs, step: int, interval: int, mean_field: bool
) -> None:
    """Draw who is reached, share out what room there is by lot, then move everybody at once."""
    never_inlined()
    groups = plan.programme_groups
    n_requests = 0
    for cell in groups.cells:
        # Without people in an active stage, a cell matters only to programmes that reach a stage at
        # rest, such as susceptible or recovered people.
        if not (
            groups.has_resting_stage[cell]
            or shares_any(state.stages_held, cell, plan.graph.active_stages)
        ):
            continue
        for group in range(groups.group_start[cell], groups.group_start[cell + 1]):
            people = state.people[cell, groups.stage[group]]
            if people <= 0.0 or state.programme_probability[group] <= 0.0:
                continue
            n_requests = _request_programmes(
                plan, state, step, mean_field, cell, group, people, n_requests
            )
    if n_requests == 0:
        return
    if groups.limit_people.shape[0] > 0:
        _share_room(plan, state, step, mean_field, n_requests)
    for position in range(n_requests):
        if state.request_people[position] > 0.0:
            change_stage(
                plan,
                state,
                outputs,
                interval,
                state.request_cell[position],
                state.request_origin[position],
                groups.to[state.request_target[position]],
                state.request_people[position],
            )


@kernel
def _request_programmes(
    plan: Plan,
    state: State,
    step: int,
    mean_field: bool,
    cell: int,
    group: int,
    people: float,
    n_requests: int,
) -> int:
    """Draw the people of one cell and stage whom programmes reach, and split them over rows."""
    never_inlined()
    groups = plan.programme_groups
    stage = groups.stage[group]
    stream = state.cell_stream[cell]
    event_number = event(PROGRAMME, stage, 0)
    hazard = state.programme_hazard[group]
    reached = sample_by_hazard(
        people, state.programme_probability[group], hazard, mean_field, stream, step, event_number
    )
    if reached <= 0.0:
        return n_requests
    first = groups.member_start[group]
    count = groups.member_start[group + 1] - first
    # One row takes everybody, without a random number.
    if count == 1:
        state.people_by_destination[0] = reached
    else:
        spread_people(
            reached,
            state.programme_hazard_sum,
            first,
            count,
            mean_field,
            stream,
            step,
            PROGRAMME_ROW,
            stage,
            state.people_by_destination,
        )
    for position in range(count):
        if state.people_by_destination[position] > 0.0:
            state.request_cell[n_requests] = cell
            state.request_target[n_requests] = groups.row[first + position]
            state.request_origin[n_requests] = stage
            state.request_people[n_requests] = state.people_by_destination[position]
            n_requests += 1
    return n_requests


@kernel
def _share_room(plan: Plan, state: State, step: int, mean_field: bool, n_requests: int) -> None:
    """Cut requests down to the room under each limit; who gets it is drawn by lot."""
    never_inlined()
    groups = plan.programme_groups
    room = state.limit_room
    asked = state.limit_requests
    for limit in range(room.shape[0]):
        room[limit] = groups.limit_people[limit]
        asked[limit] = 0.0
    for position in range(groups.counted_limit.shape[0]):
        # People who are in the places under a limit already take up room.
        room[groups.counted_limit[position]] -= state.people[
            groups.counted_cell[position], groups.counted_stage[position]
        ]
    for position in range(n_requests):
        limit = groups.limit[state.request_target[position]]
        if limit >= 0:
            asked[limit] += state.request_people[position]
    for limit in range(room.shape[0]):
        # Room may be a fraction of a person, or negative when more are there than the limit; a
        # person needs a whole place.
        unused = max(room[limit] if mean_field else np.floor(room[limit]), 0.0)
        room[limit] = min(unused, asked[limit])
    for position in range(n_requests):
        row = state.request_target[position]
        limit = groups.limit[row]
        if limit >= 0:
            asking = state.request_people[position]
            cell = state.request_cell[position]
            event_number = event(ROOM, state.request_origin[position], row)
            # Requests are served one after another out of an urn: this request against all that are
            # still to come. So every person has the same chance.
            asked[limit] -= asking
            granted = sample_from_pool(
                asking,
                asked[limit],
                room[limit],
                mean_field,
                state.cell_stream[cell],
                step,
                event_number,
            )
            room[limit] -= granted
            state.request_people[position] = granted
