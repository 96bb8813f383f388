"""What must hold after every step (the checked mode)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.engine.bits import holds
from thinwalls.engine.jit import kernel
from thinwalls.engine.reference import apart

if TYPE_CHECKING:
    from thinwalls.engine.layout import Plan, State

PROBLEMS: Final = {
    1: "a negative number of people",
    2: "a fraction of a person",
    3: "people were created or lost",
    4: "the tally of people present is wrong",
    5: "a stage with people in it is taken for empty",
    6: "the tally of a hospital resource is wrong",
    7: "people are still on the way",
}
_RELATIVE: Final = 1e-9
"""Rounding allowed in the mean field, relative to all people."""


@kernel
def check_step(plan: Plan, state: State, mean: bool, total: float) -> tuple[int, int, int]:
    """(problem, cell, stage), problem 0 when all is well."""
    apart()
    graph = plan.graph
    slack = _RELATIVE * max(total, 1.0) if mean else 0.0
    people = 0.0
    used = state.counted_use
    used[:] = 0.0
    for i in range(state.x.shape[0]):
        if state.coming[i] != 0.0:
            return 7, i, graph.susceptible
        present = 0.0
        for s in range(state.x.shape[1]):
            n = state.x[i, s]
            people += n
            present += n * graph.present[s]
            if not n >= -slack:
                return 1, i, s
            if not mean and n != np.floor(n):
                return 2, i, s
            if n > 0.0 and not holds(state.held, i, s):
                return 5, i, s
            if state.arriving[i, s] != 0.0:
                return 7, i, s
            if plan.people.region[i] >= 0 and graph.resource[s] >= 0:
                used[plan.people.region[i], graph.resource[s]] += n
        if abs(present - state.present[i]) > _RELATIVE * max(total, 1.0):
            return 4, i, 0
    if abs(people - total) > slack:
        return 3, 0, 0
    for r in range(used.shape[0]):
        for q in range(used.shape[1]):
            if abs(used[r, q] - state.in_use[r, q]) > slack:
                return 6, r, q
    return 0, 0, 0
