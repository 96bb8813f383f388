"""Step 5, second part: which way those who leave a stage go, and the newly infected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import (
    natural_index,
)
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.plan.state import (
    BATCH_COUNT,
    BATCH_HAZARD,
    BATCH_PEOPLE,
    BATCH_PROBABILITY,
    BATCH_UNIFORM,
)
from thinwalls.engine.random.quantile_samplers import binomial_many
from thinwalls.engine.step.disease.stage_changes import change_stage
from thinwalls.engine.step.event_draws import (
    BRANCH,
    ENTRY,
    event,
    sample_count,
)

if TYPE_CHECKING:
    import numpy as np

    from thinwalls.common import Key
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


@kernel
def draw_branches(
    plan: Plan,
    state: State,
    outputs: Outputs,
    streams: Key,
    step: int,
    interval: int,
    n_branch: int,
    n_requests: int,
) -> int:
    """Draw how many take the first of several ways, for many cells together, and send them all."""
    never_inlined()
    batch = state.branch_batch
    binomial_many(
        batch[BATCH_PEOPLE],
        batch[BATCH_PROBABILITY],
        batch[BATCH_HAZARD],
        batch[BATCH_UNIFORM],
        batch[BATCH_COUNT],
        n_branch,
    )
    for entry in range(n_branch):
        cell = natural_index(state.branch_cell[entry])
        stage = state.branch_stage[entry]
        leavers = batch[BATCH_PEOPLE, entry]
        # Where the first way was the likelier one, those who do not take it were counted.
        first_way = (
            leavers - batch[BATCH_COUNT, entry]
            if state.branch_complement[entry]
            else batch[BATCH_COUNT, entry]
        )
        stream = streams[cell]
        # -1 stands for newly infected people, who enter the graph.
        if stage < 0:
            enter_stages(
                plan, state, outputs, stream, step, interval, False, cell, leavers, first_way
            )
        else:
            n_requests = follow_branches(
                plan,
                state,
                outputs,
                stream,
                step,
                interval,
                False,
                cell,
                stage,
                leavers,
                first_way,
                n_requests,
            )
    return n_requests


@kernel
def follow_branches(
    plan: Plan,
    state: State,
    outputs: Outputs,
    stream: np.uint64,
    step: int,
    interval: int,
    mean_field: bool,
    cell: int,
    stage: int,
    leavers: float,
    first_way: float,
    n_requests: int,
) -> int:
    """Send people who leave a stage along its branches; returns the number of requests.

    ``first_way`` is how many take the first branch, when that was drawn already, else -1.
    """
    never_inlined()
    cell = natural_index(cell)
    stage = natural_index(stage)
    graph = plan.graph
    severity_row = natural_index(plan.cells.severity_row[cell])
    has_region = plan.cells.region[cell] >= 0
    first_branch = natural_index(graph.branch_start[stage])
    last_branch = graph.branch_start[stage + 1] - 1
    for branch in range(first_branch, last_branch + 1):
        # A share is the chance given that no way before was taken, so binomials one after another
        # make a multinomial. The last way takes the rest without a draw.
        part = leavers
        if branch == first_branch and first_way >= 0.0:
            part = first_way
        elif branch < last_branch:
            share = graph.branch_share[severity_row, branch]
            part = sample_count(
                leavers, share, mean_field, stream, step, event(BRANCH, stage, branch)
            )
        if part <= 0.0:
            continue
        leavers -= part
        target = natural_index(graph.branch_to[branch])
        resource = graph.resource[target]
        # People ask for a resource that they do not hold yet, if there is a stage for those who are
        # turned away. Without a region nothing is limited.
        asks = resource >= 0 and resource != graph.resource[stage] and graph.overflow[target] >= 0
        if asks and has_region:
            state.request_cell[n_requests] = cell
            state.request_target[n_requests] = target
            state.request_origin[n_requests] = stage
            state.request_people[n_requests] = part
            n_requests += 1
        else:
            change_stage(plan, state, outputs, interval, cell, stage, target, part)
        if leavers <= 0.0:
            break
    return n_requests


@kernel
def enter_stages(
    plan: Plan,
    state: State,
    outputs: Outputs,
    stream: np.uint64,
    step: int,
    interval: int,
    mean_field: bool,
    cell: int,
    newly: float,
    first_way: float,
) -> None:
    """Spread the newly infected over entry stages; ``first_way`` as in :func:`follow_branches`."""
    never_inlined()
    graph = plan.graph
    last = graph.entry.shape[0] - 1
    for position in range(last + 1):
        # Conditional binomials, as in follow_branches.
        part = newly
        if position == 0 and first_way >= 0.0:
            part = first_way
        elif position < last:
            share = graph.entry_share[plan.cells.severity_row[cell], position]
            part = sample_count(newly, share, mean_field, stream, step, event(ENTRY, 0, position))
        if part <= 0.0:
            continue
        newly -= part
        target = graph.entry[position]
        change_stage(plan, state, outputs, interval, cell, graph.susceptible, target, part)
