"""Step 6: who needs a hospital resource, and who gets it (docs/model.md, section 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.step.disease.stage_changes import change_stage
from thinwalls.engine.step.event_draws import ADMISSION, event, sample_from_pool

if TYPE_CHECKING:
    from thinwalls.common import Key
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


@kernel
def _sort_short_requests(
    plan: Plan, state: State, streams: Key, n_requests: int, scarce: int
) -> None:
    """Put first who asks for a resource of which there is too little, in an order of their own.

    They are sorted by the streams of their cells, then by stages (Shell sort).

    They come in the order of the cells and of the draws, which are made for many cells at a time.
    Both depend on which other cells a run has, and chance must not.
    """
    never_inlined()
    resource_of_stage = plan.graph.resource
    region_of_cell = plan.cells.region
    n_stages = resource_of_stage.shape[0]
    request_cells = state.request_cell
    origins = state.request_origin
    targets = state.request_target
    people = state.request_people
    demand = state.region_demand
    available = state.region_available
    n_short = 0
    for position in range(n_requests):
        region = region_of_cell[request_cells[position]]
        if resource_of_stage[targets[position]] == scarce and available[region] < demand[region]:
            request_cells[n_short], request_cells[position] = (
                request_cells[position],
                request_cells[n_short],
            )
            origins[n_short], origins[position] = origins[position], origins[n_short]
            targets[n_short], targets[position] = targets[position], targets[n_short]
            people[n_short], people[position] = people[position], people[n_short]
            n_short += 1
    # Gaps 1, 4, 11, 26, 60 ..., each about 9/4 of the one before (the ratio of Tokuda 1992, "An
    # improved Shellsort").
    gap = 1
    while gap * 9 < n_short * 4:
        gap = gap * 9 // 4 + 2
    while gap > 0:
        for position in range(gap, n_short):
            cell = request_cells[position]
            origin = origins[position]
            target = targets[position]
            asking = people[position]
            stream = streams[cell]
            # Stages as one number: people of one cell may ask from several stages.
            order_key = origin * n_stages + target
            slot = position
            while slot >= gap:
                previous = slot - gap
                other_stream = streams[request_cells[previous]]
                if other_stream < stream:
                    break
                if (
                    other_stream == stream
                    and origins[previous] * n_stages + targets[previous] <= order_key
                ):
                    break
                request_cells[slot] = request_cells[previous]
                origins[slot] = origins[previous]
                targets[slot] = targets[previous]
                people[slot] = people[previous]
                slot = previous
            request_cells[slot] = cell
            origins[slot] = origin
            targets[slot] = target
            people[slot] = asking
        # Down the same gaps: the inverse of gap * 9 // 4 + 2.
        gap = 0 if gap == 1 else max(1, (gap - 1) * 4 // 9)


@kernel
def admission(
    plan: Plan,
    state: State,
    outputs: Outputs,
    streams: Key,
    step: int,
    interval: int,
    mean_field: bool,
    n_requests: int,
) -> None:
    """Give free capacity to those who need it; when there is too little, by lot.

    Resources are handled from the last to the first, so that people turned away from one can
    ask for a lesser one.
    """
    never_inlined()
    graph = plan.graph
    n_regions, n_resources = state.resource_in_use.shape
    if n_requests > 0:
        capacity = plan.schedule.capacity[plan.schedule.period[step]]
        demand = state.region_demand
        available = state.region_available
        for resource in range(n_resources - 1, -1, -1):
            demand[:] = 0.0
            for position in range(n_requests):
                if graph.resource[state.request_target[position]] == resource:
                    demand[plan.cells.region[state.request_cell[position]]] += state.request_people[
                        position
                    ]
            is_short = False
            for region in range(n_regions):
                # Where capacity fell below what is in use nobody is admitted, and nobody is sent
                # away.
                unused = max(
                    capacity[region, resource] - state.resource_in_use[region, resource], 0.0
                )
                # A bed takes a whole person, except in the mean field.
                available[region] = min(unused if mean_field else np.floor(unused), demand[region])
                outputs.overflowed[interval, region, resource] += demand[region] - available[region]
                is_short = is_short or available[region] < demand[region]
            # With enough for all, everybody is admitted without a random number, in any order.
            if is_short:
                _sort_short_requests(plan, state, streams, n_requests, resource)
            for position in range(n_requests):
                target = state.request_target[position]
                if graph.resource[target] != resource:
                    continue
                cell = state.request_cell[position]
                origin = state.request_origin[position]
                asking = state.request_people[position]
                region = plan.cells.region[cell]
                event_number = event(ADMISSION, origin, target)
                admitted = sample_from_pool(
                    asking,
                    # An urn without putting back: this request against all that are still to come.
                    demand[region] - asking,
                    available[region],
                    mean_field,
                    streams[cell],
                    step,
                    event_number,
                )
                demand[region] -= asking
                available[region] -= admitted
                if admitted > 0.0:
                    change_stage(plan, state, outputs, interval, cell, origin, target, admitted)
                if asking - admitted > 0.0:
                    overflow_stage = graph.overflow[target]
                    overflow_resource = graph.resource[overflow_stage]
                    # They ask again, for the lesser resource, unless the overflow stage needs none,
                    # has no limit, or is of the resource that they hold already.
                    if (
                        overflow_resource >= 0
                        and graph.overflow[overflow_stage] >= 0
                        and overflow_resource != graph.resource[origin]
                    ):
                        state.request_target[position] = overflow_stage
                        state.request_people[position] = asking - admitted
                    else:
                        change_stage(
                            plan,
                            state,
                            outputs,
                            interval,
                            cell,
                            origin,
                            overflow_stage,
                            asking - admitted,
                        )
    for region in range(n_regions):
        for resource in range(n_resources):
            # The interval keeps its peak.
            largest = outputs.resource_in_use[interval, region, resource]
            outputs.resource_in_use[interval, region, resource] = max(
                largest, state.resource_in_use[region, resource]
            )
