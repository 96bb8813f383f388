"""Step 3: who is infected, from the same snapshot as all else in the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.chance import INFECTION, chance, count_lot, event, hazard_behind, put
from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import any_in, drop, holds, natural
from thinwalls.engine.numba_support.tuple_references import apart
from thinwalls.engine.pressure import expose
from thinwalls.engine.random.counter_based import uniform_of

if TYPE_CHECKING:
    from thinwalls.common.array_types import Key
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Sheet, State

_NOBODY = 1e-9
"""Weight of a cell without susceptible people in the mean force of infection of its row."""


@kernel
def infection(
    plan: Plan,
    state: State,
    sheet: Sheet,
    streams: Key,
    step: int,
    mean: bool,
    n_living: int,
    n_stirring: int,
) -> int:
    """Draw the newly infected of every cell into ``state.infected``; nobody moves yet.

    Returns the number of cells in ``state.active``.
    """
    apart()
    susceptibility = plan.people.susceptibility
    output = plan.people.output
    start = plan.mixing.start
    setting = plan.mixing.setting
    role = plan.mixing.role
    exposure = plan.mixing.activity
    moving = plan.graph.moving
    susceptible = plan.graph.susceptible
    dt = plan.ledger.step_days
    recorded = plan.ledger.force
    x = state.x
    held = state.held
    lit = state.lit
    pressed = state.force
    linear = plan.ledger.linear
    most = state.lot_cell.shape[0]
    size = 0
    n_active = 0
    looked_at = state.living
    n_looked_at = n_living
    if n_living < 0:
        looked_at = state.exposed
        n_looked_at = expose(plan, state, n_stirring)
    for at in range(n_looked_at):
        i = natural(looked_at[at])
        force = 0.0
        for row in range(natural(start[i]), start[i + 1]):
            m = natural(setting[row])
            if lit[m]:
                force += exposure[row] * pressed[m, natural(role[row])]
        newly = 0.0
        drawn = False
        if force > 0.0 or recorded:
            force *= susceptibility[i]
            n = 0.0
            if holds(held, i, susceptible):
                n = x[i, susceptible]
                if n <= 0.0:
                    drop(held, i, susceptible)
            if recorded and output[i] >= 0:
                weight = max(n, 0.0) + _NOBODY
                sheet.force_people[output[i]] += weight
                sheet.force_sum[output[i]] += weight * force
            if force > 0.0 and n > 0.0:
                hazard = force * dt
                if mean:
                    newly = n * chance(hazard, linear)
                else:
                    u = uniform_of(streams[i], step, event(INFECTION, 0, 0))
                    # Mostly nobody is infected, which needs no exponential.
                    if linear or u >= 1.0 - n * hazard:
                        p = chance(hazard, linear)
                        put(state, size, i, susceptible, n, p, hazard_behind(p, hazard, linear), u)
                        size += 1
                        drawn = True
        state.infected[i] = newly
        if size == most:
            _count_infected(state, size)
            size = 0
        state.active[n_active] = i
        n_active += drawn or newly > 0.0 or any_in(held, i, moving)
    _count_infected(state, size)
    return n_active


@kernel
def _count_infected(state: State, size: int) -> None:
    """How many of the lot are infected."""
    apart()
    count_lot(state, size)
    for j in range(size):
        state.infected[state.lot_cell[j]] = state.lot[4, j]
