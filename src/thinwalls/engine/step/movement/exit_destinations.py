"""Step 8: where those go who leave a cell by hazard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import (
    NONE,
    lowest_bit,
    natural_index,
    without_lowest_bit,
)
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.random.counter_based import bits_of, second_half, uniform_from
from thinwalls.engine.step.event_draws import (
    EXIT,
    EXIT_ROW,
    PER_PERSON,
    SPLIT,
    event,
    hazard_behind,
    probability_of,
    sample_by_hazard,
    sample_count,
)
from thinwalls.engine.step.movement.people_on_the_way import (
    alias_destination,
    scatter_others,
    scatter_susceptible,
    send,
    take_out,
)

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


@kernel
def stage_at(state: State, cell: int, target: float, weight: Float, skipped: int) -> int:
    """Stage of the person at ``target`` on the line of a cell's people, one stage left out.

    When rounding leads beyond the end of the line, it is the last person; -1 if there is nobody.
    """
    never_inlined()
    cell = natural_index(cell)
    found = -1
    for word_index in range(state.stages_held.shape[1]):
        word = state.stages_held[cell, word_index]
        while word != NONE:
            stage = natural_index((word_index << 6) + lowest_bit(word))
            word = without_lowest_bit(word)
            part = weight[stage] * state.people[cell, stage]
            if part > 0.0 and stage != skipped:
                found = stage
                if target < part:
                    return found
                target -= part
    if found < 0 and weight[skipped] * state.people[cell, skipped] > 0.0:
        return skipped
    return found


@kernel
def exits_of_stage(
    plan: Plan,
    state: State,
    outputs: Outputs,
    step: int,
    interval: int,
    mean_field: bool,
    cell: int,
    stage: int,
) -> None:
    """Movements by hazard of one stage of a cell, each group of rows with its stage weight."""
    never_inlined()
    exit_groups = plan.exit_groups
    first_group = exit_groups.group_start[cell]
    total = 0.0
    for position in range(state.n_exit_groups[cell]):
        group = natural_index(state.exit_groups_in_force[first_group + position])
        hazard = (
            exit_groups.total_hazard[group] * state.profile_in_force[exit_groups.profile[group]]
        )
        # Hazards per day, added up: differences are the weights of groups.
        total += hazard * plan.schedule.stage_weight[exit_groups.stage_weight[group], stage]
        state.choice_weights[position] = total
    if total <= 0.0:
        return
    linear = plan.schedule.linear
    total *= plan.schedule.step_days
    probability = probability_of(total, linear)
    total = hazard_behind(probability, total, linear)
    stream = state.cell_stream[cell]
    leavers = sample_by_hazard(
        state.people[cell, stage],
        probability,
        total,
        mean_field,
        stream,
        step,
        event(EXIT, stage, 0),
    )
    if leavers > 0.0:
        send_along_rows(
            plan,
            state,
            outputs,
            step,
            interval,
            mean_field,
            cell,
            stage,
            leavers,
            state.choice_weights,
            0,
            0,
        )


@kernel
def send_along_rows(
    plan: Plan,
    state: State,
    outputs: Outputs,
    step: int,
    interval: int,
    mean_field: bool,
    cell: int,
    stage: int,
    people: float,
    hazard_sum: Float,
    first_sum: int,
    first_person: int,
) -> None:
    """Send people of one stage of a cell along its rows.

    ``hazard_sum[first_sum:]`` are the hazards of the groups in force, added up.  A few people
    choose one by one (the j-th by the j-th random number from ``first_person`` on, so that one
    more does not change where the others go), more are split by conditional binomials.
    """
    never_inlined()
    cell = natural_index(cell)
    stage = natural_index(stage)
    exit_groups = plan.exit_groups
    take_out(plan, state, cell, stage, people)
    first_slot = natural_index(exit_groups.group_start[cell])
    n_groups = state.n_exit_groups[cell]
    n_rows = state.n_exit_rows[cell]
    stream = state.cell_stream[cell]
    total = hazard_sum[first_sum + n_groups - 1]
    if n_rows == 1:
        group = natural_index(state.exit_groups_in_force[first_slot])
        destination = exit_groups.to[natural_index(exit_groups.first_row[group])]
        send(
            plan,
            state,
            outputs,
            interval,
            cell,
            stage,
            destination,
            exit_groups.movement[group],
            people,
        )
        return
    if people <= PER_PERSON * n_rows and not mean_field:
        # One group that nobody counts: no group to choose, and nothing to record.
        if state.single_exit_row[cell] >= 0:
            first = natural_index(state.single_exit_row[cell])
            if stage == plan.graph.susceptible:
                scatter_susceptible(
                    exit_groups.alias_table,
                    first,
                    n_rows,
                    stream,
                    step,
                    first_person,
                    people,
                    stage,
                    state.susceptible_arriving,
                    state.arrival_blocks,
                )
            else:
                scatter_others(
                    exit_groups.alias_table,
                    first,
                    n_rows,
                    stream,
                    step,
                    first_person,
                    people,
                    stage,
                    state,
                )
            return
        for person in range(first_person, first_person + int(people)):
            # The last 32 bits say where within the group, all others which group.
            bits = bits_of(stream, step, event(EXIT_ROW, stage, person))
            target = uniform_from(bits) * total
            position = 0
            # A sum that has reached the total ends the search: groups after it have no weight.
            while (
                position < n_groups - 1
                and target >= hazard_sum[first_sum + position]
                and hazard_sum[first_sum + position] < total
            ):
                position += 1
            group = natural_index(state.exit_groups_in_force[first_slot + position])
            first = exit_groups.first_row[group]
            n_rows = exit_groups.first_row[group + 1] - first
            destination = alias_destination(
                exit_groups.alias_table, first, n_rows, second_half(bits)
            )
            send(
                plan,
                state,
                outputs,
                interval,
                cell,
                stage,
                destination,
                exit_groups.movement[group],
                1.0,
            )
        return
    people_left = people
    hazard_left = total
    sum_before = 0.0
    row_number = 0
    for position in range(n_groups):
        group = natural_index(state.exit_groups_in_force[first_slot + position])
        weight = hazard_sum[first_sum + position] - sum_before
        sum_before = hazard_sum[first_sum + position]
        end = exit_groups.first_row[group + 1]
        if weight <= 0.0:
            row_number += end - exit_groups.first_row[group]
            continue
        # Profile times stage weight, which the whole group shares.
        scale = weight / exit_groups.total_hazard[group]
        for row in range(exit_groups.first_row[group], end):
            hazard = exit_groups.hazard[row] * scale
            part = people_left
            if mean_field:
                part = people * hazard / total
            elif sum_before < total or row + 1 < end:
                # Chance of this row given none before it; the last row takes the rest.
                share = min(hazard / hazard_left, 1.0)
                event_number = event(EXIT_ROW, stage, SPLIT + row_number)
                part = sample_count(people_left, share, False, stream, step, event_number)
                people_left -= part
                hazard_left -= hazard
            row_number += 1
            if part > 0.0:
                destination, movement = exit_groups.to[row], exit_groups.movement[group]
                send(plan, state, outputs, interval, cell, stage, destination, movement, part)
