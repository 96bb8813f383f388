"""Step 4: who is infected, given the force of every setting (docs/model.md, sections 2 and 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import (
    NONE,
    add_member,
    drop_member,
    has_member,
    lowest_bit,
    natural_index,
    shares_any,
    without_lowest_bit,
)
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.plan.state import BATCH_COUNT
from thinwalls.engine.random.counter_based import uniform_of
from thinwalls.engine.step.event_draws import (
    INFECTION,
    add_to_batch,
    draw_batch,
    event,
    hazard_behind,
    probability_of,
)

if TYPE_CHECKING:
    from thinwalls.common import Key
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


@kernel
def list_cells_to_expose(plan: Plan, state: State, n_active: int) -> int:
    """Put cells that :func:`infection` has to look at into ``state.cells_to_expose``, in order.

    Returns their number.
    """
    never_inlined()
    # A set of bits holds a cell once, whatever number of settings it attends, and gives the cells
    # back in order.
    has_force = state.has_force
    bits = state.cells_to_expose_bits
    cells_to_expose = state.cells_to_expose
    attending_start = plan.mixing.attending_start
    attending_cell = plan.mixing.attending_cell
    for setting in range(has_force.shape[0]):
        if has_force[setting]:
            for position in range(attending_start[setting], attending_start[setting + 1]):
                add_member(bits, 0, attending_cell[position])
    for position in range(n_active):
        add_member(bits, 0, state.active_disease_cells[position])
    n_cells = 0
    for word_index in range(bits.shape[1]):
        word = bits[0, word_index]
        bits[0, word_index] = NONE
        while word != NONE:
            cells_to_expose[n_cells] = (word_index << 6) + lowest_bit(word)
            word = without_lowest_bit(word)
            n_cells += 1
    return n_cells


_NOBODY = 1e-9
"""Weight of a cell without susceptible people in the mean force of infection of its row."""


@kernel
def infection(
    plan: Plan,
    state: State,
    outputs: Outputs,
    streams: Key,
    step: int,
    mean_field: bool,
    n_occupied: int,
    n_active: int,
) -> int:
    """Draw the newly infected of every cell into ``state.newly_infected``; nobody moves.

    With lambda_i of docs/model.md, section 2, the number is Binomial(X_iS, 1 - exp(-lambda_i dt)).
    Returns the number of cells in ``state.cells_to_progress``.
    """
    never_inlined()
    susceptibility = plan.cells.susceptibility
    output_of_cell = plan.cells.output
    row_start = plan.mixing.row_start
    setting_of_row = plan.mixing.setting
    role_of_row = plan.mixing.role
    exposure = state.activity
    active_stages = plan.graph.active_stages
    susceptible = plan.graph.susceptible
    step_days = plan.schedule.step_days
    keeps_force = plan.output_plan.keeps_force
    people = state.people
    stages_held = state.stages_held
    has_force = state.has_force
    force_by_role = state.force_of_infection
    linear = plan.schedule.linear
    batch_length = state.batch_cell.shape[0]
    n_batch = 0
    n_to_progress = 0
    # A cell that is not looked at has no force or nobody in it. Either list leads to the same
    # draws.
    looked_at = state.occupied_cells
    n_looked_at = n_occupied
    if n_occupied < 0:
        looked_at = state.cells_to_expose
        n_looked_at = list_cells_to_expose(plan, state, n_active)
    for position in range(n_looked_at):
        cell = natural_index(looked_at[position])
        force = 0.0
        for row in range(natural_index(row_start[cell]), row_start[cell + 1]):
            setting = natural_index(setting_of_row[row])
            if has_force[setting]:
                # a_im times what stands in brackets in docs/model.md, section 2; per day.
                force += exposure[row] * force_by_role[setting, natural_index(role_of_row[row])]
        newly_infected = 0.0
        drawn = False
        if force > 0.0 or keeps_force:
            # With sigma_i it is lambda_i, per day.
            force *= susceptibility[cell]
            n_susceptible = 0.0
            if has_member(stages_held, cell, susceptible):
                n_susceptible = people[cell, susceptible]
                # A set may name a stage that became empty; it is mended where that is seen.
                if n_susceptible <= 0.0:
                    drop_member(stages_held, cell, susceptible)
            if keeps_force and output_of_cell[cell] >= 0:
                # Where nobody is susceptible the small weight still gives the force of the place.
                weight = max(n_susceptible, 0.0) + _NOBODY
                outputs.force_people[output_of_cell[cell]] += weight
                outputs.force_sum[output_of_cell[cell]] += weight * force
            if force > 0.0 and n_susceptible > 0.0:
                hazard = force * step_days
                if mean_field:
                    newly_infected = n_susceptible * probability_of(hazard, linear)
                else:
                    uniform = uniform_of(streams[cell], step, event(INFECTION, 0, 0))
                    # Mostly nobody is infected, which needs no exponential.
                    if linear or uniform >= 1.0 - n_susceptible * hazard:
                        probability = probability_of(hazard, linear)
                        add_to_batch(
                            state,
                            n_batch,
                            cell,
                            susceptible,
                            n_susceptible,
                            probability,
                            hazard_behind(probability, hazard, linear),
                            uniform,
                        )
                        n_batch += 1
                        drawn = True
        # 0 for whoever waits in the batch; _count_infected writes over it.
        state.newly_infected[cell] = newly_infected
        if n_batch == batch_length:
            _count_infected(state, n_batch)
            n_batch = 0
        # Without a branch: a cell in which nothing can happen is written over by the next.
        state.cells_to_progress[n_to_progress] = cell
        n_to_progress += (
            drawn or newly_infected > 0.0 or shares_any(stages_held, cell, active_stages)
        )
    _count_infected(state, n_batch)
    return n_to_progress


@kernel
def _count_infected(state: State, n_batch: int) -> None:
    """How many of the batch are infected."""
    never_inlined()
    draw_batch(state, n_batch)
    for entry in range(n_batch):
        state.newly_infected[state.batch_cell[entry]] = state.binomial_batch[BATCH_COUNT, entry]
