"""Step 5: who leaves a stage of the disease (docs/model.md, sections 1.3 and 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.stage_sets import (
    NONE,
    add_member,
    drop_member,
    lowest_bit,
    natural_index,
    without_lowest_bit,
)
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.plan.state import (
    BATCH_COUNT,
    BATCH_PEOPLE,
    BATCH_PROBABILITY,
)
from thinwalls.engine.random.counter_based import uniform_of
from thinwalls.engine.random.quantile_samplers import CENTRAL_FROM
from thinwalls.engine.step.disease.branches import draw_branches, enter_stages, follow_branches
from thinwalls.engine.step.disease.stage_changes import count_flow
from thinwalls.engine.step.event_draws import (
    BRANCH,
    ENTRY,
    LEAVE,
    add_to_batch,
    add_to_branch_batch,
    draw_batch,
    event,
)

if TYPE_CHECKING:
    import numpy as np

    from thinwalls.common import Key
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


@kernel
def progression(
    plan: Plan,
    state: State,
    outputs: Outputs,
    streams: Key,
    step: int,
    interval: int,
    mean_field: bool,
    n_active: int,
) -> int:
    """Move everybody whose time in a stage is over, and the newly infected.

    People who need a hospital resource become requests (their number is returned) and stay
    where they were until :func:`admission`.
    """
    never_inlined()
    n_requests = 0
    # A cell adds at most one entry per stage: up to this size a whole cell still fits.
    most = state.batch_cell.shape[0] - plan.graph.leave_probability.shape[0]
    first = 0
    n_batch = 0
    for position in range(n_active):
        if n_batch > most:
            n_requests = _move_batch(
                plan,
                state,
                outputs,
                streams,
                step,
                interval,
                mean_field,
                first,
                position,
                n_batch,
                n_requests,
            )
            first = position
            n_batch = 0
        cell = natural_index(state.cells_to_progress[position])
        n_batch = _who_may_leave(plan, state, streams[cell], step, mean_field, cell, n_batch)
    return _move_batch(
        plan,
        state,
        outputs,
        streams,
        step,
        interval,
        mean_field,
        first,
        n_active,
        n_batch,
        n_requests,
    )


@inlined
def _who_may_leave(
    plan: Plan,
    state: State,
    stream: np.uint64,
    step: int,
    mean_field: bool,
    cell: int,
    n_batch: int,
) -> int:
    """Put the stages of a cell that somebody may leave into the batch; returns its size."""
    stages_held = state.stages_held
    active_stages = plan.graph.active_stages
    leave_probability = plan.graph.leave_probability
    leave_hazard = plan.graph.leave_hazard
    susceptible = plan.graph.susceptible
    people = state.people
    for word_index in range(stages_held.shape[1]):
        word = stages_held[cell, word_index] & active_stages[word_index]
        while word != NONE:
            stage = natural_index((word_index << 6) + lowest_bit(word))
            word = without_lowest_bit(word)
            people_in_stage = people[cell, stage]
            if people_in_stage <= 0.0:
                drop_member(stages_held, cell, stage)
                continue
            if stage == susceptible:
                # The newly infected move last, but are spoken for: they cannot leave by another way
                # too.
                people_in_stage -= state.newly_infected[cell]
                if people_in_stage <= 0.0:
                    continue
            uniform = 1.0
            if not mean_field:
                uniform = uniform_of(stream, step, event(LEAVE, stage, 0))
            add_to_batch(
                state,
                n_batch,
                cell,
                stage,
                people_in_stage,
                leave_probability[stage],
                leave_hazard[stage],
                uniform,
            )
            # Without a branch: whoever nothing happens to is written over by the next.
            n_batch += mean_field or uniform >= 1.0 - people_in_stage * leave_hazard[stage]
    return n_batch


@kernel
def _move_batch(
    plan: Plan,
    state: State,
    outputs: Outputs,
    streams: Key,
    step: int,
    interval: int,
    mean_field: bool,
    first: int,
    end: int,
    n_batch: int,
    n_requests: int,
) -> int:
    """Draw the batch and move people of ``cells_to_progress`` from ``first`` up to ``end``.

    How many leave every stage is drawn before anybody moves, so people may arrive at once.
    """
    never_inlined()
    active = state.cells_to_progress
    newly_infected = state.newly_infected
    batch_cell = state.batch_cell
    batch_stage = state.batch_stage
    severity_row = plan.cells.severity_row
    people_present = state.people_present
    stages_held = state.stages_held
    people = state.people
    batch = state.binomial_batch
    only_target = plan.graph.only_target
    present = plan.graph.present
    branch_start = plan.graph.branch_start
    branch_share = plan.graph.branch_share
    entry_share = plan.graph.entry_share
    second_target = plan.graph.second_target
    first_target = plan.graph.first_target
    entry_stage = natural_index(plan.graph.entry[0]) if plan.graph.single_entry else -1
    susceptible = natural_index(plan.graph.susceptible)
    if mean_field:
        for entry in range(n_batch):
            batch[BATCH_COUNT, entry] = batch[BATCH_PEOPLE, entry] * batch[BATCH_PROBABILITY, entry]
    else:
        draw_batch(state, n_batch)
    n_branch = 0
    entry = 0
    for position in range(first, end):
        cell = natural_index(active[position])
        newly = newly_infected[cell]
        stream = streams[cell]
        while entry < n_batch and batch_cell[entry] == cell:
            stage = natural_index(batch_stage[entry])
            leavers = batch[BATCH_COUNT, entry]
            entry += 1
            if leavers <= 0.0:
                continue
            # -1: several ways, or one that takes up or frees a resource.
            target = only_target[stage]
            probability = 0.0
            uniform = 0.0
            if target < 0 and not mean_field:
                first_branch = natural_index(branch_start[stage])
                probability = branch_share[natural_index(severity_row[cell]), first_branch]
                uniform = uniform_of(stream, step, event(BRANCH, stage, first_branch))
                # Mostly nobody takes a rare way: the conditions are those under which the draw
                # would be none or all.
                if uniform < 1.0 - leavers * probability:
                    target = second_target[stage]
                elif probability > 0.5 and 1.0 - uniform < 1.0 - leavers * (1.0 - probability):
                    target = first_target[stage]
            if target >= 0:
                people[cell, stage] -= leavers
                people[cell, target] += leavers
                add_member(stages_held, cell, target)
                if present[target] != present[stage]:
                    people_present[cell] += leavers * (present[target] - present[stage])
                count_flow(plan, outputs, interval, cell, stage, target, leavers)
            # Enough variance for the loop that does many at once. One at a time gives the same
            # count, as the uniform number is the same. In the mean field the probability is 0 here.
            elif leavers * probability * (1.0 - probability) >= CENTRAL_FROM:
                n_branch = add_to_branch_batch(
                    state, n_branch, cell, stage, leavers, probability, uniform
                )
            else:
                n_requests = follow_branches(
                    plan,
                    state,
                    outputs,
                    stream,
                    step,
                    interval,
                    mean_field,
                    cell,
                    stage,
                    leavers,
                    -1.0,
                    n_requests,
                )
        if newly > 0.0 and entry_stage >= 0:
            people[cell, susceptible] -= newly
            people[cell, entry_stage] += newly
            add_member(stages_held, cell, entry_stage)
            if present[entry_stage] != present[susceptible]:
                people_present[cell] += newly * (present[entry_stage] - present[susceptible])
            count_flow(plan, outputs, interval, cell, susceptible, entry_stage, newly)
        elif newly > 0.0:
            probability = entry_share[natural_index(severity_row[cell]), 0]
            if not mean_field and newly * probability * (1.0 - probability) >= CENTRAL_FROM:
                uniform = uniform_of(stream, step, event(ENTRY, 0, 0))
                n_branch = add_to_branch_batch(
                    state, n_branch, cell, -1, newly, probability, uniform
                )
            else:
                enter_stages(
                    plan, state, outputs, stream, step, interval, mean_field, cell, newly, -1.0
                )
        if n_branch + people.shape[1] >= state.branch_batch.shape[1]:
            n_requests = draw_branches(
                plan, state, outputs, streams, step, interval, n_branch, n_requests
            )
            n_branch = 0
    return draw_branches(plan, state, outputs, streams, step, interval, n_branch, n_requests)
