"""What must hold after every step (the checked mode)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.common import Message
from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.stage_sets import has_member
from thinwalls.engine.numba_support.tuple_references import never_inlined

if TYPE_CHECKING:
    from thinwalls.common import Float, Index
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Invariants, Outputs, State

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
    plan: Plan, state: State, outputs: Outputs, invariants: Invariants, mean_field: bool
) -> tuple[int, int, int]:
    """(problem, cell, stage), problem 0 when all is well."""
    never_inlined()
    graph = plan.graph
    total = invariants.total_people
    slack = _RELATIVE * max(total, 1.0) if mean_field else 0.0
    people = 0.0
    recounted = state.recounted_use
    recounted[:] = 0.0
    for cell in range(state.people.shape[0]):
        if state.susceptible_arriving[cell] != 0.0:
            return 7, cell, graph.susceptible
        present = 0.0
        for stage in range(state.people.shape[1]):
            count = state.people[cell, stage]
            people += count
            present += count * graph.present[stage]
            if not count >= -slack:
                return 1, cell, stage
            if not mean_field and count != np.floor(count):
                return 2, cell, stage
            if count > 0.0 and not has_member(state.stages_held, cell, stage):
                return 5, cell, stage
            if state.others_arriving[cell, stage] != 0.0:
                return 7, cell, stage
            if plan.cells.region[cell] >= 0 and graph.resource[stage] >= 0:
                recounted[plan.cells.region[cell], graph.resource[stage]] += count
        if abs(present - state.people_present[cell]) > _RELATIVE * max(total, 1.0):
            return 4, cell, 0
    if abs(people - total) > slack:
        return 3, 0, 0
    for region in range(recounted.shape[0]):
        for resource in range(recounted.shape[1]):
            if abs(recounted[region, resource] - state.resource_in_use[region, resource]) > slack:
                return 6, region, resource
    for stage in range(state.people.shape[1]):
        expected = invariants.initial_people[stage]
        for other in range(state.people.shape[1]):
            expected += outputs.stage_moves[other, stage] - outputs.stage_moves[stage, other]
        found = 0.0
        for cell in range(state.people.shape[0]):
            found += state.people[cell, stage]
        if abs(found - expected) > slack:
            return 8, 0, stage
    return _check_admissions(plan, outputs, invariants, slack)


@kernel
def _check_admissions(
    plan: Plan, outputs: Outputs, invariants: Invariants, slack: float
) -> tuple[int, int, int]:
    """Admissions do not exceed infections, nor those to one resource those to the one below."""
    never_inlined()
    graph = plan.graph
    n_stages = graph.resource.shape[0]
    for resource in range(invariants.needed_once.shape[0]):
        admitted = 0.0
        possible = 0.0
        for stage in range(n_stages):
            if resource == 0:
                # Programmes may lead out of the susceptible stage too, as infections do.
                possible += outputs.stage_moves[graph.susceptible, stage]
            if stage != graph.susceptible and graph.resource[stage] >= resource - 1:
                possible += invariants.initial_people[stage]
            for target in range(n_stages):
                admitted += _admissions(
                    graph.resource, outputs.stage_moves, stage, target, resource
                )
                if resource > 0:
                    possible += _admissions(
                        graph.resource, outputs.stage_moves, stage, target, resource - 1
                    )
        if invariants.needed_once[resource] and admitted > possible + slack:
            return 9 if resource == 0 else 10, 0, 0
    return 0, 0, 0


@inlined
def _admissions(
    resource_of_stage: Index, stage_moves: Float, stage: int, target: int, resource: int
) -> float:
    """People who went from stage to stage and so came to need resource q or a higher one."""
    if resource_of_stage[stage] < resource and resource_of_stage[target] >= resource:
        return float(stage_moves[stage, target])
    return 0.0
