"""Step 2: people who are put into a stage, as an outbreak begins (docs/model.md, section 2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.stage_sets import add_member
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.random.counter_based import uniform_of
from thinwalls.engine.step.event_draws import ALL, SEED, SEED_PART, event
from thinwalls.engine.step.movement.people_on_the_way import count_movement, take_out

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


@kernel
def seeds(
    plan: Plan,
    state: State,
    outputs: Outputs,
    step: int,
    interval: int,
    mean_field: bool,
    first: int,
) -> int:
    """Do the rows of this step, the first of which is ``first``; returns that of a later step."""
    never_inlined()
    row = first
    while row < plan.seeds.step.shape[0] and plan.seeds.step[row] == step:
        if mean_field:
            _put_expected(plan, state, outputs, interval, row)
        else:
            _put_one_by_one(plan, state, outputs, step, interval, row)
        row += 1
    return row


@inlined
def _weigh_pool(plan: Plan, state: State, row: int) -> float:
    """Weight of the susceptible people of every cell of a pool; returns their sum."""
    rows = plan.seeds
    total = 0.0
    for entry in range(rows.pool_start[row], rows.pool_start[row + 1]):
        people = max(state.people[rows.pool_cell[entry], plan.graph.susceptible], 0.0)
        part = rows.pool_weight[entry] * people
        state.choice_weights[entry - rows.pool_start[row]] = part
        total += part
    return total


@kernel
def _put_one_by_one(
    plan: Plan, state: State, outputs: Outputs, step: int, interval: int, row: int
) -> None:
    """Draw people one after another, each in proportion to weights among those who are left.

    The j-th person has the j-th random number, so one person more does not change the others.
    """
    never_inlined()
    rows = plan.seeds
    first = rows.pool_start[row]
    last = rows.pool_start[row + 1] - 1
    stream = state.seed_stream[row]
    asked = rows.people[row]
    whole = int(np.floor(asked))
    if asked > whole:
        whole += uniform_of(stream, step, event(SEED_PART, ALL, 0)) < asked - whole
    for person in range(whole):
        # Anew for every person: the one before may have been the last of a cell.
        total = _weigh_pool(plan, state, row)
        if total <= 0.0:
            return
        target = uniform_of(stream, step, event(SEED, ALL, person)) * total
        chosen = -1
        for entry in range(first, last + 1):
            part = state.choice_weights[entry - first]
            if part > 0.0:
                chosen = entry
                if target < part:
                    break
                target -= part
        _put(plan, state, outputs, interval, row, chosen, 1.0)


@kernel
def _put_expected(plan: Plan, state: State, outputs: Outputs, interval: int, row: int) -> None:
    """The mean field: of every cell in proportion to weight, up to everybody."""
    never_inlined()
    rows = plan.seeds
    first = rows.pool_start[row]
    left = rows.people[row]
    # Each turn but the last takes everybody of at least one cell.
    for _ in range(first, rows.pool_start[row + 1]):
        total = _weigh_pool(plan, state, row)
        if total <= 0.0 or left <= 0.0:
            return
        share = left / total
        for entry in range(first, rows.pool_start[row + 1]):
            people = max(state.people[rows.pool_cell[entry], plan.graph.susceptible], 0.0)
            taken = min(people, share * state.choice_weights[entry - first])
            if taken > 0.0:
                _put(plan, state, outputs, interval, row, entry, taken)
                left -= taken


@inlined
def _put(
    plan: Plan, state: State, outputs: Outputs, interval: int, row: int, entry: int, people: float
) -> None:
    """Put people of one entry of a pool into the stage, in their cell or another."""
    rows = plan.seeds
    cell, to, stage = rows.pool_cell[entry], rows.pool_to[entry], rows.stage[row]
    susceptible = plan.graph.susceptible
    take_out(plan, state, cell, susceptible, people)
    state.people[to, stage] += people
    state.people_present[to] += people * plan.graph.present[stage]
    add_member(state.stages_held, to, stage)
    outputs.seeded[to] += people
    if outputs.stage_moves.shape[0] > 0:
        outputs.stage_moves[susceptible, stage] += people
    if rows.movement[row] >= 0 and to != cell:
        count_movement(plan, outputs, interval, cell, stage, to, rows.movement[row], people)
