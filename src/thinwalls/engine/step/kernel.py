"""Runs: the steps in the order that :func:`step_order` prints, draw after draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.tuple_references import apart, refer
from thinwalls.engine.plan.state import Sheet
from thinwalls.engine.random.counter_based import key, stream
from thinwalls.engine.step.admission import admission
from thinwalls.engine.step.exits_by_hazard import exits
from thinwalls.engine.step.force_of_infection import infection, muster, pressure
from thinwalls.engine.step.invariants import check_step
from thinwalls.engine.step.movements_by_number import drafts
from thinwalls.engine.step.people_on_the_way import arrive
from thinwalls.engine.step.policies import policies
from thinwalls.engine.step.programmes import programmes
from thinwalls.engine.step.progression import progression
from thinwalls.engine.step.recording import record

if TYPE_CHECKING:
    import numpy as np

    from thinwalls.common import Float, Key
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Audit, Reset, State


@kernel
def simulate(
    plan: Plan,
    state: State,
    reset: Reset,
    sheets: Sheet,
    final: Float,
    seed: np.uint64,
    draws: Key,
    n_steps: int,
    mean: bool,
    audit: Audit,
) -> tuple[int, int, int, int, int]:
    """Run all steps of some draws of the same inputs.

    Args:
        plan: what is run.
        state: at the start; it is used for one draw after another.
        reset: how it becomes what it was at the start.
        sheets: empty records; the first index of every array is the draw.
        final: [draws, C, S] people at the end are written here.
        seed: of the whole experiment.
        draws: [draws] number of each draw.
        n_steps, mean: as in the inputs.
        audit: what is checked after every step.

    Returns:
        (problem, draw, step, cell, stage); problem 0 means none was found.
    """
    of_plan = refer(plan)
    of_state = refer(state)
    for draw in range(draws.shape[0]):
        random_key = key(seed, draws[draw])
        if draw > 0:
            for word in range(reset.start.shape[0]):
                reset.now[word] = reset.start[word]
        for i in range(plan.people.key.shape[0]):
            state.cell_stream[i] = stream(random_key, plan.people.key[i])
        for row in range(plan.drafts.key.shape[0]):
            state.draft_stream[row] = stream(random_key, plan.drafts.key[row])
        sheet = Sheet(
            sheets.flow[draw],
            sheets.stock[draw],
            sheets.moved[draw],
            sheets.arrived[draw],
            sheets.moved_infected[draw],
            sheets.force[draw],
            sheets.force_sum[draw],
            sheets.force_people[draw],
            sheets.in_use[draw],
            sheets.overflowed[draw],
            sheets.flow_total[draw],
            sheets.stock_total[draw],
            sheets.moved_total[draw],
            sheets.arrived_total[draw],
            sheets.moved_infected_total[draw],
            sheets.moves[draw],
        )
        problem, step, cell, stage = _steps(
            of_plan, of_state, refer(sheet), n_steps, mean, refer(audit)
        )
        if problem != 0:
            return problem, draw, step, cell, stage
        for i in range(final.shape[1]):
            for s in range(final.shape[2]):
                final[draw, i, s] = state.x[i, s]
    return 0, 0, 0, 0, 0


@kernel
def _steps(
    plan: Plan,
    state: State,
    sheet: Sheet,
    n_steps: int,
    mean: bool,
    audit: Audit,
) -> tuple[int, int, int, int]:
    apart()
    moves = plan.hazards.to.shape[0] > 0 or plan.drafts.people.shape[0] > 0
    n_living = -1
    for step in range(n_steps):
        interval = step // plan.ledger.steps
        policies(plan, state, step)
        n_living, n_stirring = muster(plan, state, n_living >= 0)
        n_living = pressure(plan, state, n_living, n_stirring)
        n_active = infection(
            plan, state, sheet, state.cell_stream, step, mean, n_living, n_stirring
        )
        n_requests = progression(
            plan, state, sheet, state.cell_stream, step, interval, mean, n_active
        )
        admission(plan, state, sheet, state.cell_stream, step, interval, mean, n_requests)
        programmes(plan, state, sheet, step, interval, mean)
        if moves:
            exits(plan, state, sheet, step, interval, mean, n_living)
            drafts(plan, state, sheet, step, interval, mean)
            arrive(plan, state)
        record(plan, state, sheet, step, n_steps, interval)
        if audit.on:
            problem, cell, stage = check_step(plan, state, sheet, audit, mean)
            if problem != 0:
                return problem, step, cell, stage
    return 0, 0, 0, 0
