"""Step 9: movements by number (docs/model.md, section 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.random.counter_based import uniform_of
from thinwalls.engine.step.event_draws import (
    DRAFT,
    ORDER,
    event,
)
from thinwalls.engine.step.movement.people_from_pools import (
    draft_expected,
    draw_from_one_cell,
    draw_many,
    draw_one_by_one,
)

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


_ONE_BY_ONE = 8.0
"""Up to so many people are drawn one by one (exact for any weights); more by stage and cell."""
_NOBODY = 1e-3
"""Fewer people than that at once are none."""


@kernel
def drafts(
    plan: Plan, state: State, outputs: Outputs, step: int, interval: int, mean_field: bool
) -> None:
    """Do the movements by number that fall into this step.

    Rows may compete for people who are too few.  They are done in an order that is drawn by lot
    (an affine permutation: any row is as likely as another to be first, and to come before any
    other), so that the order of rows in the table does not matter.
    """
    never_inlined()
    rows = plan.drafts
    n_in_force = 0
    for candidate in range(rows.people_per_step.shape[0]):
        asked = rows.people_per_step[candidate] * state.profile_in_force[rows.profile[candidate]]
        if rows.at_once[candidate]:
            steps_per_day = plan.schedule.steps_per_day
            asked = asked * steps_per_day if step % steps_per_day == 0 else 0.0
            # What a trigger has not switched on has a tiny profile: nobody, not somebody seldom.
            asked = asked if asked >= _NOBODY else 0.0
        if asked <= 0.0:
            continue
        if not mean_field:
            whole = np.floor(asked)
            uniform = uniform_of(state.draft_stream[candidate], step, event(DRAFT, 0, 0))
            # One more with the chance of the fraction: the mean is exactly what was asked.
            asked = whole + 1.0 if uniform < asked - whole else whole
        if asked > 0.0:
            state.draft_people[candidate] = asked
            state.drafts_in_force[n_in_force] = candidate
            n_in_force += 1
    if n_in_force == 0:
        return
    stride = 1
    position = 0
    if not mean_field and n_in_force > 1:
        stream = state.draft_stream[0]
        position = int(uniform_of(stream, step, event(ORDER, 0, 0)) * n_in_force)
        # A stride that shares no factor with the number of rows visits every row once.
        stride = 1 + int(uniform_of(stream, step, event(ORDER, 0, 1)) * (n_in_force - 1))
        while not _coprime(stride, n_in_force):
            stride = stride - 1 if stride > 1 else n_in_force - 1
    for _ in range(n_in_force):
        row = state.drafts_in_force[position]
        position += stride
        if position >= n_in_force:
            position -= n_in_force
        n_people = state.draft_people[row]
        if mean_field:
            draft_expected(plan, state, outputs, interval, row, n_people)
            continue
        only = _only_entry(plan, state, row)
        if only >= 0:
            draw_from_one_cell(plan, state, outputs, step, interval, row, only, n_people)
        elif n_people <= _ONE_BY_ONE:
            draw_one_by_one(plan, state, outputs, step, interval, row, int(n_people))
        else:
            draw_many(plan, state, outputs, step, interval, row, n_people)


@kernel
def _coprime(a: int, b: int) -> bool:
    while b != 0:
        a, b = b, a % b
    return a == 1


@kernel
def _only_entry(plan: Plan, state: State, row: int) -> int:
    """The entry of a pool in which anybody is, if it is one and all of them are alike; else -1."""
    never_inlined()
    rows = plan.drafts
    if not rows.by_presence[row]:
        return -1
    found = -1
    for entry in range(rows.pool_start[row], rows.pool_start[row + 1]):
        if rows.pool_weight[entry] > 0.0 and state.people_present[rows.pool_cell[entry]] > 0.0:
            if found >= 0:
                return -1
            found = entry
    return found
