"""What the checked mode compares a run with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.plan.state import Invariants

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Bool, Float
    from thinwalls.engine.contract.inputs import Inputs
    from thinwalls.engine.plan.plan_arrays import Plan


def invariants_of(inputs: Inputs, plan: Plan, people: Float, check: bool) -> Invariants:
    """What has to hold for these inputs; next to nothing when it is not going to be checked."""
    if not check:
        return Invariants(False, 0.0, np.zeros(0), np.zeros(0, np.bool_))
    resources = inputs.rates.capacity.shape[2]
    edges = _edges(inputs)
    once = [_once(edges, plan.graph.resource, q, plan.graph.susceptible) for q in range(resources)]
    return Invariants(True, float(people.sum()), people.sum(axis=0), np.array(once, np.bool_))


def _edges(inputs: Inputs) -> Bool:
    """[S, S] moves from stage to stage that can happen, infection left out."""
    stages = inputs.stages
    n = stages.dwell_days.shape[0]
    edges = np.zeros((n, n), np.bool_)
    used = (stages.branch_probability > 0).any(axis=0)
    edges[stages.branch_from[used], stages.branch_to[used]] = True
    # Who is turned away goes to the overflow stage, and from one overflow to the next.
    for _ in range(n):
        for to in np.flatnonzero(stages.overflow >= 0):
            edges[:, stages.overflow[to]] |= edges[:, to]
    edges[inputs.programmes.stage_from, inputs.programmes.stage_to] = True
    return edges


def _once(edges: Bool, resource: NDArray[np.int64], q: int, susceptible: int) -> bool:
    """Whether nobody can come to need resource q or a higher one twice in one stay or infection.

    A stay is time in resource q - 1 or higher; for q = 0 it is the time since an infection.
    """
    inside = resource >= q
    outside = ~inside & (resource >= q - 1)
    if q == 0:
        outside[susceptible] = False
    reached = outside & edges[inside].any(axis=0)
    for _ in range(resource.shape[0]):
        reached |= outside & edges[reached].any(axis=0)
    return not bool(edges[np.ix_(reached, inside)].any())
