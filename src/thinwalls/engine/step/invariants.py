"""What must hold after every step (the checked mode)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.common import Message
from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.stage_sets import holds
from thinwalls.engine.numba_support.tuple_references import apart

if TYPE_CHECKING:
    from thinwalls.common import Float, Index
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Audit, Sheet, State

PROBLEMS: Final = {
    1: Message("a negative number of people"),
    2: Message("a fraction of a person"),
    3: Message("people were created or lost"),
    4: Message("the tally of people present is wrong"),
    5: Message("a stage with people in it is taken for empty"),
    6: Message("the tally of a hospital resource is wrong"),
    7: Message("people are still on the way"),
    8: Message("people in a stage are not those at the start, plus who came, minus who left"),
    9: Message("more admissions than infections"),
    10: Message("more admissions to a higher resource (intensive care) than to the one below"),
}
_RELATIVE: Final = 1e-9
"""Rounding allowed in the mean field, relative to all people."""


@kernel
def check_step(
    plan: Plan, state: State, sheet: Sheet, audit: Audit, mean: bool
) -> tuple[int, int, int]:
    """(problem, cell, stage), problem 0 when all is well."""
    apart()
    graph = plan.graph
    total = audit.people
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
    for s in range(state.x.shape[1]):
        expected = audit.began[s]
        for other in range(state.x.shape[1]):
            expected += sheet.moves[other, s] - sheet.moves[s, other]
        found = 0.0
        for i in range(state.x.shape[0]):
            found += state.x[i, s]
        if abs(found - expected) > slack:
            return 8, 0, s
    return _check_admissions(plan, sheet, audit, slack)


@kernel
def _check_admissions(plan: Plan, sheet: Sheet, audit: Audit, slack: float) -> tuple[int, int, int]:
    """Admissions do not exceed infections, nor those to one resource those to the one below."""
    apart()
    graph = plan.graph
    n_stages = graph.resource.shape[0]
    for q in range(audit.once.shape[0]):
        admitted = 0.0
        possible = 0.0
        for s in range(n_stages):
            if q == 0:
                # Programmes may lead out of the susceptible stage too, as infections do.
                possible += sheet.moves[graph.susceptible, s]
            if s != graph.susceptible and graph.resource[s] >= q - 1:
                possible += audit.began[s]
            for to in range(n_stages):
                admitted += _entries(graph.resource, sheet.moves, s, to, q)
                if q > 0:
                    possible += _entries(graph.resource, sheet.moves, s, to, q - 1)
        if audit.once[q] and admitted > possible + slack:
            return 9 if q == 0 else 10, 0, 0
    return 0, 0, 0


@inlined
def _entries(resource: Index, moves: Float, s: int, to: int, q: int) -> float:
    """People who went from stage to stage and so came to need resource q or a higher one."""
    if resource[s] < q and resource[to] >= q:
        return float(moves[s, to])
    return 0.0
