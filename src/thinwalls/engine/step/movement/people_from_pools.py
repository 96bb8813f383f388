"""People drawn from the pool of a movement by number, without replacement, and sent off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import (
    NONE,
    has_member,
    lowest_bit,
    without_lowest_bit,
)
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.random.counter_based import stream as stream_of, uniform_of
from thinwalls.engine.step.event_draws import (
    ALL,
    DRAFT_PERSON,
    DRAFT_POOL,
    DRAFT_THIN,
    FAN,
    event,
    row_at,
    sample_count,
    sample_from_pool,
    spread_people,
)
from thinwalls.engine.step.movement.changed_on_the_way import send_changed
from thinwalls.engine.step.movement.exit_destinations import stage_at
from thinwalls.engine.step.movement.people_on_the_way import take_out

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


@kernel
def _entry_weight(plan: Plan, state: State, row: int, entry: int) -> float:
    """Weight of all people of one cell of a pool."""
    never_inlined()
    rows = plan.drafts
    cell = rows.pool_cell[entry]
    if rows.by_presence[row]:
        return float(rows.pool_weight[entry] * state.people_present[cell])
    part = 0.0
    stage_weight = rows.stage_weight[row]
    for word_index in range(state.stages_held.shape[1]):
        word = state.stages_held[cell, word_index]
        while word != NONE:
            stage = (word_index << 6) + lowest_bit(word)
            word = without_lowest_bit(word)
            part += plan.schedule.stage_weight[stage_weight, stage] * state.people[cell, stage]
    return float(part * rows.pool_weight[entry])


@kernel
def draw_one_by_one(
    plan: Plan,
    state: State,
    outputs: Outputs,
    step: int,
    interval: int,
    row: int,
    n_people: int,
) -> None:
    """Draw people one after another, each in proportion to weights among those who are left."""
    never_inlined()
    rows = plan.drafts
    stage_weight = rows.stage_weight[row]
    first = rows.pool_start[row]
    last = rows.pool_start[row + 1] - 1
    stream = state.draft_stream[row]
    total = 0.0
    for entry in range(first, last + 1):
        part = _entry_weight(plan, state, row, entry)
        state.choice_weights[entry - first] = part
        total += part
    for person in range(n_people):
        if total <= 0.0:
            return
        target = uniform_of(stream, step, event(DRAFT_PERSON, ALL, person)) * total
        entry = first
        # A point on the line of all weights: first its cell, then its stage.
        while entry < last and target >= state.choice_weights[entry - first]:
            target -= state.choice_weights[entry - first]
            entry += 1
        cell = rows.pool_cell[entry]
        cell_weight = rows.pool_weight[entry]
        stage = -1
        susceptible = plan.graph.susceptible
        if (
            target
            < cell_weight
            * plan.schedule.stage_weight[stage_weight, susceptible]
            * state.people[cell, susceptible]
        ):
            stage = susceptible
        else:
            target -= (
                cell_weight
                * plan.schedule.stage_weight[stage_weight, susceptible]
                * state.people[cell, susceptible]
            )
            stage = stage_at(
                state,
                cell,
                # stage_at knows weights of stages only.
                target / cell_weight,
                plan.schedule.stage_weight[stage_weight],
                susceptible,
            )
        # Rounding left a weight without people behind it.
        if stage < 0:
            return
        take_out(plan, state, cell, stage, 1.0)
        weight_taken = cell_weight * plan.schedule.stage_weight[stage_weight, stage]
        state.choice_weights[entry - first] -= weight_taken
        total -= weight_taken
        destination = rows.pool_to[entry]
        # -1: no destination of its own, so the fan of the row decides.
        if destination < 0:
            uniform = uniform_of(stream, step, event(FAN, ALL, person))
            fan_row = row_at(
                rows.fan_weight_sum, rows.fan_start[row], rows.fan_start[row + 1] - 1, uniform
            )
            destination = rows.fan_cell[fan_row]
        send_changed(
            plan,
            state,
            outputs,
            step,
            interval,
            False,
            row,
            cell,
            stage,
            destination,
            1.0,
            stream,
            person,
        )


@kernel
def draw_from_one_cell(
    plan: Plan,
    state: State,
    outputs: Outputs,
    step: int,
    interval: int,
    row: int,
    entry: int,
    n_people: float,
) -> None:
    """Draw people from the only cell of a pool with people, who are alike if they are present."""
    never_inlined()
    cell = plan.drafts.pool_cell[entry]
    stream = state.draft_stream[row]
    susceptible = plan.graph.susceptible
    pool = state.people_present[cell]
    asked = min(n_people, pool)
    for word_index in range(state.stages_held.shape[1]):
        word = state.stages_held[cell, word_index]
        while word != NONE and asked > 0.0:
            stage = (word_index << 6) + lowest_bit(word)
            word = without_lowest_bit(word)
            people = state.people[cell, stage]
            if people <= 0.0 or stage == susceptible or plan.graph.present[stage] <= 0.0:
                continue
            # An urn without putting back; susceptible people, the most, are the rest.
            pool -= people
            taken = sample_from_pool(
                people, pool, asked, False, stream, step, event(DRAFT_POOL, stage, 0)
            )
            if taken > 0.0:
                asked -= taken
                take_out(plan, state, cell, stage, taken)
                _deliver(
                    plan, state, outputs, step, interval, False, row, entry, stage, taken, stream, 0
                )
    if asked > 0.0:
        take_out(plan, state, cell, susceptible, asked)
        _deliver(
            plan, state, outputs, step, interval, False, row, entry, susceptible, asked, stream, 0
        )


@kernel
def draw_many(
    plan: Plan,
    state: State,
    outputs: Outputs,
    step: int,
    interval: int,
    row: int,
    n_people: float,
) -> None:
    """Draw many people at once, by cell and stage.

    People of unequal weight are first thinned in proportion to it, then drawn alike; when the
    thinned pool is too small, all of it goes and the rest is drawn from what is left.
    """
    never_inlined()
    rows = plan.drafts
    people = state.people
    n_stages = people.shape[1]
    stage_weight = rows.stage_weight[row]
    first = rows.pool_start[row]
    last = rows.pool_start[row + 1]
    stream = state.draft_stream[row]
    largest_weight = 0.0
    for entry in range(first, last):
        cell = rows.pool_cell[entry]
        for stage in range(n_stages):
            if has_member(state.stages_held, cell, stage) and people[cell, stage] > 0.0:
                share = rows.pool_weight[entry] * plan.schedule.stage_weight[stage_weight, stage]
                largest_weight = max(largest_weight, share)
    if largest_weight <= 0.0:
        return
    for turn in range(2):
        pool = 0.0
        for entry in range(first, last):
            cell = rows.pool_cell[entry]
            # A stream of row and cell: which other cells are in the pool does not matter.
            cell_stream = stream_of(stream, plan.cells.key[cell])
            for stage in range(n_stages):
                candidates = people[cell, stage]
                if candidates > 0.0:
                    share = (
                        rows.pool_weight[entry]
                        * plan.schedule.stage_weight[stage_weight, stage]
                        / largest_weight
                    )
                    if share <= 0.0:
                        candidates = 0.0
                    # In the second turn all who are left may be taken.
                    elif share < 1.0 and turn == 0:
                        candidates = sample_count(
                            candidates, share, False, cell_stream, step, event(DRAFT_THIN, stage, 0)
                        )
                state.choice_weights[(entry - first) * n_stages + stage] = candidates
                pool += candidates
        asked = min(n_people, pool)
        n_people -= asked
        for entry in range(first, last):
            cell = rows.pool_cell[entry]
            cell_stream = stream_of(stream, plan.cells.key[cell])
            for stage in range(n_stages - 1, -1, -1):
                candidates = state.choice_weights[(entry - first) * n_stages + stage]
                if candidates <= 0.0 or asked <= 0.0:
                    continue
                pool -= candidates
                taken = sample_from_pool(
                    candidates,
                    pool,
                    asked,
                    False,
                    cell_stream,
                    step,
                    event(DRAFT_POOL, stage, turn),
                )
                asked -= taken
                if taken > 0.0:
                    take_out(plan, state, cell, stage, taken)
                    _deliver(
                        plan,
                        state,
                        outputs,
                        step,
                        interval,
                        False,
                        row,
                        entry,
                        stage,
                        taken,
                        cell_stream,
                        turn,
                    )
        if n_people <= 0.0:
            return


@kernel
def _deliver(
    plan: Plan,
    state: State,
    outputs: Outputs,
    step: int,
    interval: int,
    mean_field: bool,
    row: int,
    entry: int,
    stage: int,
    people: float,
    stream: np.uint64,
    turn: int,
) -> None:
    """Send people of one cell and stage to their own destination or along the fan."""
    never_inlined()
    rows = plan.drafts
    cell = rows.pool_cell[entry]
    if rows.pool_to[entry] >= 0:
        send_changed(
            plan,
            state,
            outputs,
            step,
            interval,
            mean_field,
            row,
            cell,
            stage,
            rows.pool_to[entry],
            people,
            stream,
            turn,
        )
        return
    first = rows.fan_start[row]
    count = rows.fan_start[row + 1] - first
    spread_people(
        people,
        rows.fan_weight_sum,
        first,
        count,
        mean_field,
        stream,
        step,
        FAN,
        stage,
        state.people_by_destination,
    )
    for position in range(count):
        if state.people_by_destination[position] > 0.0:
            # Two turns of at most 2**16 destinations: every draw has a number of its own.
            send_changed(
                plan,
                state,
                outputs,
                step,
                interval,
                mean_field,
                row,
                cell,
                stage,
                rows.fan_cell[first + position],
                state.people_by_destination[position],
                stream,
                2 * position + turn,
            )


@kernel
def draft_expected(
    plan: Plan, state: State, outputs: Outputs, interval: int, row: int, n_people: float
) -> None:
    """The mean field: everybody in the pool leaves in proportion to weight, up to everybody."""
    never_inlined()
    rows = plan.drafts
    stage_weight = rows.stage_weight[row]
    total = 0.0
    for entry in range(rows.pool_start[row], rows.pool_start[row + 1]):
        total += _entry_weight(plan, state, row, entry)
    if total <= 0.0:
        return
    for entry in range(rows.pool_start[row], rows.pool_start[row + 1]):
        cell = rows.pool_cell[entry]
        # Taken per person and unit of stage weight.
        weight_share = n_people * rows.pool_weight[entry] / total
        for stage in range(state.people.shape[1]):
            people = state.people[cell, stage]
            taken = min(
                people, weight_share * plan.schedule.stage_weight[stage_weight, stage] * people
            )
            if taken > 0.0:
                take_out(plan, state, cell, stage, taken)
                _deliver(
                    plan,
                    state,
                    outputs,
                    0,
                    interval,
                    True,
                    row,
                    entry,
                    stage,
                    taken,
                    np.uint64(0),
                    0,
                )
