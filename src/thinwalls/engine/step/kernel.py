"""Runs: the steps in the order that :func:`step_order` prints, draw after draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.tuple_references import by_reference, never_inlined
from thinwalls.engine.plan.state import Outputs
from thinwalls.engine.random.counter_based import key, stream
from thinwalls.engine.step.disease.admission import admission
from thinwalls.engine.step.disease.force_of_infection import list_active_cells, pressure
from thinwalls.engine.step.disease.infection import infection
from thinwalls.engine.step.disease.progression import progression
from thinwalls.engine.step.invariants import check_step
from thinwalls.engine.step.movement.exits_by_hazard import exits
from thinwalls.engine.step.movement.movements_by_number import drafts
from thinwalls.engine.step.movement.people_on_the_way import arrive
from thinwalls.engine.step.policies import policies
from thinwalls.engine.step.programmes import programmes
from thinwalls.engine.step.recording import keep_outputs
from thinwalls.engine.step.seeds import seeds

if TYPE_CHECKING:
    import numpy as np

    from thinwalls.common import Float, Key
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Invariants, Reset, State


@kernel
def simulate(
    plan: Plan,
    state: State,
    reset: Reset,
    outputs_by_draw: Outputs,
    final: Float,
    seed: np.uint64,
    draws: Key,
    n_steps: int,
    mean_field: bool,
    invariants: Invariants,
) -> tuple[int, int, int, int, int]:
    """Run all steps of some draws of the same inputs.

    Parameters
    ----------
    plan
        What is run.
    state
        At the start; it is used for one draw after another.
    reset
        How it becomes what it was at the start.
    outputs_by_draw
        Empty; the first index of every array is the draw.
    final
        [draws, C, S] people at the end are written here.
    seed
        Of the whole experiment.
    draws
        [draws] number of each draw.
    n_steps, mean_field
        As in the inputs.
    invariants
        What is checked after every step.

    Returns
    -------
    (problem, draw, step, cell, stage); problem 0 means none was found.
    """
    plan_reference = by_reference(plan)
    state_reference = by_reference(state)
    for draw in range(draws.shape[0]):
        random_key = key(seed, draws[draw])
        # All arrays of the state are one piece of memory: one copy makes it what it was.
        if draw > 0:
            for word in range(reset.start.shape[0]):
                reset.now[word] = reset.start[word]
        # A stream follows from the key of a cell, not from its place in a table (docs/model.md,
        # section 4.1).
        for cell in range(plan.cells.key.shape[0]):
            state.cell_stream[cell] = stream(random_key, plan.cells.key[cell])
        for row in range(plan.drafts.key.shape[0]):
            state.draft_stream[row] = stream(random_key, plan.drafts.key[row])
        for row in range(plan.seeds.key.shape[0]):
            state.seed_stream[row] = stream(random_key, plan.seeds.key[row])
        for trigger in range(plan.triggers.key.shape[0]):
            state.trigger_stream[trigger] = stream(random_key, plan.triggers.key[trigger])
        outputs = Outputs(
            outputs_by_draw.flow[draw],
            outputs_by_draw.stock[draw],
            outputs_by_draw.moved[draw],
            outputs_by_draw.arrived[draw],
            outputs_by_draw.moved_infected[draw],
            outputs_by_draw.force[draw],
            outputs_by_draw.force_sum[draw],
            outputs_by_draw.force_people[draw],
            outputs_by_draw.resource_in_use[draw],
            outputs_by_draw.overflowed[draw],
            outputs_by_draw.flow_total[draw],
            outputs_by_draw.stock_total[draw],
            outputs_by_draw.moved_total[draw],
            outputs_by_draw.arrived_total[draw],
            outputs_by_draw.moved_infected_total[draw],
            outputs_by_draw.seeded[draw],
            outputs_by_draw.trigger_days[draw],
            outputs_by_draw.trigger_people[draw],
            outputs_by_draw.stage_moves[draw],
        )
        problem, problem_step, problem_cell, problem_stage = _run_steps(
            plan_reference,
            state_reference,
            by_reference(outputs),
            n_steps,
            mean_field,
            by_reference(invariants),
        )
        if problem != 0:
            return problem, draw, problem_step, problem_cell, problem_stage
        for cell in range(final.shape[1]):
            for stage in range(final.shape[2]):
                final[draw, cell, stage] = state.people[cell, stage]
    return 0, 0, 0, 0, 0


@kernel
def _run_steps(
    plan: Plan,
    state: State,
    outputs: Outputs,
    n_steps: int,
    mean_field: bool,
    invariants: Invariants,
) -> tuple[int, int, int, int]:
    never_inlined()
    has_movements = plan.exit_groups.to.shape[0] > 0 or plan.drafts.people_per_step.shape[0] > 0
    # -1: occupied cells are not listed. A step lists them at once if the step before needed them;
    # pressure() lists them later where that guess was wrong.
    n_occupied = -1
    n_seeds = plan.seeds.step.shape[0]
    next_seed = 0
    for step in range(n_steps):
        interval = step // plan.output_plan.steps_per_interval
        # The order is that of docs/model.md, section 3.
        policies(plan, state, step)
        if next_seed < n_seeds and plan.seeds.step[next_seed] == step:
            next_seed = seeds(plan, state, outputs, step, interval, mean_field, next_seed)
        n_occupied, n_active = list_active_cells(plan, state, n_occupied >= 0)
        n_occupied = pressure(plan, state, step, mean_field, n_occupied, n_active)
        n_to_progress = infection(
            plan, state, outputs, state.cell_stream, step, mean_field, n_occupied, n_active
        )
        n_requests = progression(
            plan, state, outputs, state.cell_stream, step, interval, mean_field, n_to_progress
        )
        admission(plan, state, outputs, state.cell_stream, step, interval, mean_field, n_requests)
        programmes(plan, state, outputs, step, interval, mean_field)
        if has_movements:
            # Whoever leaves a cell here is in none until arrive(), so nobody moves twice in a step.
            exits(plan, state, outputs, step, interval, mean_field, n_occupied)
            drafts(plan, state, outputs, step, interval, mean_field)
            arrive(plan, state)
        keep_outputs(plan, state, outputs, step, n_steps, interval)
        if invariants.on:
            problem, cell, stage = check_step(plan, state, outputs, invariants, mean_field)
            if problem != 0:
                return problem, step, cell, stage
    return 0, 0, 0, 0
