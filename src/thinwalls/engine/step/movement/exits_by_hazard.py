"""Step 8: movements by hazard (docs/model.md, section 3.1)."""

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
from thinwalls.engine.plan.state import BATCH_COUNT
from thinwalls.engine.random.counter_based import uniform_of
from thinwalls.engine.step.event_draws import (
    ALL,
    EXIT,
    PER_PERSON,
    add_to_batch,
    draw_batch,
    event,
    hazard_behind,
    probability_of,
    sample_from_pool,
)
from thinwalls.engine.step.movement.exit_destinations import (
    exits_of_stage,
    send_along_rows,
    stage_at,
)
from thinwalls.engine.step.movement.people_on_the_way import (
    scatter_susceptible,
    send_susceptible,
)

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


_ONE_BY_ONE = 8.0
"""Up to so many people who leave a cell are drawn one by one; more by stage."""


@kernel
def update_exits(plan: Plan, state: State, cell: int) -> None:
    """Chances of leaving a cell by hazard at the profiles now in force, at a stage weight of 1.

    Groups without a hazard now are as if they were not there, in every choice that is made later:
    what a policy will do does not show before it begins.
    """
    never_inlined()
    exit_groups = plan.exit_groups
    linear = plan.schedule.linear
    total = 0.0
    first_group = exit_groups.group_start[cell]
    n_groups = 0
    n_rows = 0
    single_row = -1
    alike = True
    group = first_group
    while group < exit_groups.group_start[cell + 1]:
        # A whole stands for groups that differ in their profile alone, while these profiles are
        # equal. Otherwise its members, which follow it, are taken one by one.
        if exit_groups.n_members[group] > 0 and not _stands_for_members(plan, state, group):
            group += 1
        hazard = (
            exit_groups.total_hazard[group] * state.profile_in_force[exit_groups.profile[group]]
        )
        if hazard > 0.0:
            total += hazard
            state.exit_groups_in_force[first_group + n_groups] = group
            state.exit_hazard_sum[first_group + n_groups] = total
            n_rows += exit_groups.first_row[group + 1] - exit_groups.first_row[group]
            # A movement of -1 is not counted by anybody, which allows the shortest way.
            single_row = (
                exit_groups.first_row[group]
                if n_groups == 0 and exit_groups.movement[group] < 0
                else -1
            )
            alike = alike and exit_groups.by_presence[group]
            n_groups += 1
        group += 1 + exit_groups.n_members[group]
    state.n_exit_groups[cell] = n_groups
    state.n_exit_rows[cell] = n_rows
    state.single_exit_row[cell] = single_row
    state.stages_exit_alike[cell] = alike
    if total > 0.0:
        # From per day to per step.
        total *= plan.schedule.step_days
        probability = probability_of(total, linear)
        state.exit_probability[cell] = probability
        state.exit_hazard[cell] = hazard_behind(probability, total, linear)
    else:
        state.exit_probability[cell] = 0.0
        state.exit_hazard[cell] = 0.0


@kernel
def list_cells_with_exits(state: State) -> None:
    """Fill ``state.cells_with_exits``."""
    never_inlined()
    n_leaving = 0
    for cell in range(state.exit_hazard.shape[0]):
        state.cells_with_exits[n_leaving] = cell
        n_leaving += state.exit_hazard[cell] > 0.0
    state.n_cells_with_exits[0] = n_leaving


@kernel
def _stands_for_members(plan: Plan, state: State, whole: int) -> bool:
    """Whether a group stands for its members."""
    never_inlined()
    profile = plan.exit_groups.profile
    for member in range(whole + 1, whole + 1 + plan.exit_groups.n_members[whole]):
        if state.profile_in_force[profile[member]] != state.profile_in_force[profile[whole]]:
            return False
    return True


@kernel
def exits(
    plan: Plan,
    state: State,
    outputs: Outputs,
    step: int,
    interval: int,
    mean_field: bool,
    n_occupied: int,
) -> None:
    """Movements by hazard: who leaves each cell, and where each goes."""
    never_inlined()
    batch_length = state.batch_cell.shape[0]
    n_batch = 0
    looked_at = state.cells_with_exits
    n_looked_at = state.n_cells_with_exits[0]
    # Both lists are in the order of cells; a cell on one of them alone has no hazard or nobody.
    if n_occupied >= 0:
        looked_at = state.occupied_cells
        n_looked_at = n_occupied
    for position in range(n_looked_at):
        cell = natural_index(looked_at[position])
        hazard = state.exit_hazard[cell]
        if hazard <= 0.0:
            continue
        # One draw for the cell, as every stage has the same hazard; who they are comes after.
        if state.stages_exit_alike[cell] and not mean_field:
            people = state.people_present[cell]
            uniform = uniform_of(state.cell_stream[cell], step, event(EXIT, ALL, 0))
            if people > 0.0 and uniform >= 1.0 - people * hazard:
                add_to_batch(
                    state, n_batch, cell, ALL, people, state.exit_probability[cell], hazard, uniform
                )
                n_batch += 1
                if n_batch == batch_length:
                    _exits_of_batch(plan, state, outputs, step, interval, n_batch)
                    n_batch = 0
            continue
        for word_index in range(state.stages_held.shape[1]):
            word = state.stages_held[cell, word_index]
            while word != NONE:
                stage = natural_index((word_index << 6) + lowest_bit(word))
                word = without_lowest_bit(word)
                exits_of_stage(plan, state, outputs, step, interval, mean_field, cell, stage)
    _exits_of_batch(plan, state, outputs, step, interval, n_batch)


@kernel
def _exits_of_batch(
    plan: Plan, state: State, outputs: Outputs, step: int, interval: int, n_batch: int
) -> None:
    """How many leave the cells of the batch, and their moves."""
    never_inlined()
    draw_batch(state, n_batch)
    batch = state.binomial_batch
    batch_cell = state.batch_cell
    people = state.people
    people_present = state.people_present
    streams = state.cell_stream
    susceptible_arriving = state.susceptible_arriving
    arrival_blocks = state.arrival_blocks
    single_row = state.single_exit_row
    n_rows = state.n_exit_rows
    destination_of_row = plan.exit_groups.to
    alias_table = plan.exit_groups.alias_table
    susceptible = natural_index(plan.graph.susceptible)
    weight = plan.graph.present[susceptible]
    for entry in range(n_batch):
        leavers = batch[BATCH_COUNT, entry]
        if leavers <= 0.0:
            continue
        cell = natural_index(batch_cell[entry])
        # Most cells by far: what _exits_together does, without two calls.
        if single_row[cell] >= 0 and people[cell, susceptible] == people_present[cell]:
            row = natural_index(single_row[cell])
            n_choices = n_rows[cell]
            if n_choices == 1:
                people[cell, susceptible] -= leavers
                people_present[cell] -= leavers * weight
                send_susceptible(
                    susceptible_arriving,
                    arrival_blocks,
                    natural_index(destination_of_row[row]),
                    leavers,
                )
                continue
            if leavers <= PER_PERSON * n_choices:
                people[cell, susceptible] -= leavers
                people_present[cell] -= leavers * weight
                scatter_susceptible(
                    alias_table,
                    row,
                    n_choices,
                    streams[cell],
                    step,
                    0,
                    leavers,
                    susceptible,
                    susceptible_arriving,
                    arrival_blocks,
                )
                continue
        _exits_together(plan, state, outputs, step, interval, cell, leavers)


@kernel
def _exits_together(
    plan: Plan, state: State, outputs: Outputs, step: int, interval: int, cell: int, leavers: float
) -> None:
    """Draw the stages of people who leave a cell, all people present being alike."""
    never_inlined()
    cell = natural_index(cell)
    stream = state.cell_stream[cell]
    susceptible = natural_index(plan.graph.susceptible)
    hazard_sum = state.exit_hazard_sum
    first_sum = plan.exit_groups.group_start[cell]
    # People of stages not drawn yet, the susceptible among them.
    pool = state.people_present[cell]
    if state.people[cell, susceptible] == pool:
        send_along_rows(
            plan,
            state,
            outputs,
            step,
            interval,
            False,
            cell,
            susceptible,
            leavers,
            hazard_sum,
            first_sum,
            0,
        )
        return
    if leavers <= _ONE_BY_ONE:
        for person in range(int(leavers)):
            # Number 0 was how many leave.
            uniform = uniform_of(stream, step, event(EXIT, ALL, 1 + person))
            # It shrinks as people are taken out: nobody is drawn twice.
            target = uniform * state.people_present[cell]
            # Susceptible people stand first in line; mostly nobody else need be looked at.
            n_susceptible = state.people[cell, susceptible]
            stage = susceptible
            if target >= n_susceptible:
                stage = stage_at(
                    state, cell, target - n_susceptible, plan.graph.present, susceptible
                )
            if stage >= 0:
                send_along_rows(
                    plan,
                    state,
                    outputs,
                    step,
                    interval,
                    False,
                    cell,
                    stage,
                    1.0,
                    hazard_sum,
                    first_sum,
                    person,
                )
        return
    for word_index in range(state.stages_held.shape[1]):
        word = state.stages_held[cell, word_index]
        while word != NONE and leavers > 0.0:
            stage = natural_index((word_index << 6) + lowest_bit(word))
            word = without_lowest_bit(word)
            people = state.people[cell, stage]
            if people <= 0.0 or stage == susceptible or plan.graph.present[stage] <= 0.0:
                continue
            # An urn without putting back, stage after stage; susceptible people are the rest.
            pool -= people
            part = sample_from_pool(
                people, pool, leavers, False, stream, step, event(EXIT, stage, 0)
            )
            if part > 0.0:
                leavers -= part
                send_along_rows(
                    plan,
                    state,
                    outputs,
                    step,
                    interval,
                    False,
                    cell,
                    stage,
                    part,
                    hazard_sum,
                    first_sum,
                    0,
                )
    if leavers > 0.0:
        send_along_rows(
            plan,
            state,
            outputs,
            step,
            interval,
            False,
            cell,
            susceptible,
            leavers,
            hazard_sum,
            first_sum,
            0,
        )
