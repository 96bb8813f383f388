"""One run: the steps in the order that :func:`step_order` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.care import programmes
from thinwalls.engine.checks import check_step
from thinwalls.engine.disease import admission, infection, progression
from thinwalls.engine.drafts import drafts
from thinwalls.engine.jit import kernel
from thinwalls.engine.movement import arrive, exits
from thinwalls.engine.policies import policies
from thinwalls.engine.pressure import muster, pressure
from thinwalls.engine.recording import record
from thinwalls.engine.reference import apart, refer

if TYPE_CHECKING:
    from thinwalls.engine.layout import Plan, Sheet, State


@kernel
def simulate(
    plan: Plan,
    state: State,
    sheet: Sheet,
    n_steps: int,
    mean: bool,
    check: bool,
    total: float,
) -> tuple[int, int, int, int]:
    """Run all steps.  Returns (problem, step, cell, stage); problem 0 means none was found."""
    return _steps(refer(plan), refer(state), refer(sheet), n_steps, mean, check, total)


@kernel
def _steps(
    plan: Plan,
    state: State,
    sheet: Sheet,
    n_steps: int,
    mean: bool,
    check: bool,
    total: float,
) -> tuple[int, int, int, int]:
    apart()
    for step in range(n_steps):
        interval = step // plan.ledger.steps
        policies(plan, state, step)
        n_living = muster(plan, state)
        pressure(plan, state, n_living)
        n_active = infection(plan, state, sheet, state.cell_stream, step, mean, n_living)
        n_requests = progression(
            plan, state, sheet, state.cell_stream, step, interval, mean, n_active
        )
        admission(plan, state, sheet, state.cell_stream, step, interval, mean, n_requests)
        programmes(plan, state, sheet, step, interval, mean)
        exits(plan, state, sheet, step, interval, mean, n_living)
        drafts(plan, state, sheet, step, interval, mean)
        arrive(plan, state)
        record(plan, state, sheet, step, n_steps, interval)
        if check:
            problem, cell, stage = check_step(plan, state, mean, total)
            if problem != 0:
                return problem, step, cell, stage
    return 0, 0, 0, 0
