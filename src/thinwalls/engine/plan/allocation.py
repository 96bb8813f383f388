"""The arrays that a run writes: its state and its outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.engine.contract.inputs import NOBODY_SUSCEPTIBLE
from thinwalls.engine.numba_support.stage_sets import words_of
from thinwalls.engine.plan.make_plan import n_intervals
from thinwalls.engine.plan.state import BLOCK_BITS, Outputs, Reset, State
from thinwalls.engine.random.quantile_samplers import UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.engine.contract.inputs import Inputs
    from thinwalls.engine.plan.plan_arrays import Plan


_LINE: Final = 64
"""Arrays begin at multiples of so many bytes, a line of the cache."""

_BATCH: Final = 256
"""Binomial draws that are made together, a little more than half of the first cache."""


def state_of(inputs: Inputs, plan: Plan, people: Float) -> State:
    """State at the start of a run, without random streams; ``people`` in the order of the plan."""
    n_cells, n_stages = people.shape
    n_settings = plan.mixing.transmission.shape[0]
    roles = plan.mixing.contact.shape[1]
    n_groups = plan.programme_groups.stage.shape[0]
    n_drafts = plan.drafts.key.shape[0]
    n_triggers = plan.triggers.threshold.shape[0]
    days = inputs.n_steps // plan.schedule.steps_per_day + 2
    x = people.copy()
    # A cell can ask at most once along every branch to a limited stage.
    limited = (plan.graph.resource >= 0) & (plan.graph.overflow >= 0)
    n_ways = int(limited[plan.graph.branch_to].sum())
    n_requests = max(n_cells * n_ways, plan.programme_groups.row.shape[0], 1)
    longest = max(
        _longest(plan.exit_groups.group_start),
        _longest(plan.drafts.pool_start) * n_stages,
        _longest(plan.drafts.fan_start),
        _longest(plan.seeds.pool_start),
        _longest(plan.programme_groups.member_start),
        1,
    )
    regions, resources = plan.schedule.capacity.shape[1:]
    in_use = np.zeros((regions, resources))
    resident = plan.cells.region >= 0
    for stage in np.flatnonzero(plan.graph.resource >= 0):
        resource = plan.graph.resource[stage]
        np.add.at(in_use[:, resource], plan.cells.region[resident], x[resident, stage])
    return State(
        people=x,
        people_present=x @ plan.graph.present,
        stages_held=words_of(x > 0),
        occupied_cells=np.zeros(n_cells, np.int64),
        active_disease_cells=np.zeros(n_cells, np.int64),
        cells_to_expose=np.zeros(n_cells, np.int64),
        cells_to_expose_bits=words_of(np.zeros((1, n_cells), np.bool_)),
        cells_to_progress=np.zeros(n_cells, np.int64),
        newly_infected=np.zeros(n_cells),
        susceptible_arriving=np.zeros(n_cells),
        others_arriving=np.zeros((n_cells, n_stages)),
        stages_arriving=words_of(np.zeros((n_cells, n_stages), np.bool_)),
        arrival_blocks=np.zeros((n_cells >> BLOCK_BITS) + 1, np.bool_),
        arrival_cells=words_of(np.zeros((1, n_cells), np.bool_)),
        force_of_infection=np.zeros((n_settings, roles)),
        infectious_activity=np.zeros((n_settings, roles)),
        # -1: nobody infectious there yet.
        activity_present=np.full((n_settings, roles), -1.0),
        infectious_settings=np.zeros(n_settings, np.int64),
        n_infectious_settings=np.zeros(1, np.int64),
        has_force=np.zeros(n_settings, np.bool_),
        crowding_memo=np.full((n_settings, 2), -1.0),
        resource_in_use=in_use,
        transmission_multiplier=np.ones(n_settings),
        external_hazard=np.zeros(n_settings),
        profile_in_force=np.ones(plan.schedule.profile.shape[1]),
        trigger_multiplier=np.ones(n_settings),
        # Runs write to them only where triggers have rows of attendance.
        activity=_own(plan.mixing.activity, plan),
        presence=_own(plan.mixing.presence, plan),
        exit_probability=np.zeros(n_cells),
        exit_hazard=np.zeros(n_cells),
        cells_with_exits=np.zeros(n_cells, np.int64),
        n_cells_with_exits=np.zeros(1, np.int64),
        exit_groups_in_force=np.zeros(plan.exit_groups.total_hazard.shape[0], np.int64),
        exit_hazard_sum=np.zeros(plan.exit_groups.total_hazard.shape[0]),
        n_exit_groups=np.zeros(n_cells, np.int64),
        n_exit_rows=np.zeros(n_cells, np.int64),
        single_exit_row=np.zeros(n_cells, np.int64),
        stages_exit_alike=np.zeros(n_cells, np.bool_),
        programme_probability=np.zeros(n_groups),
        programme_hazard=np.zeros(n_groups),
        programme_hazard_sum=np.zeros(plan.programme_groups.row.shape[0]),
        request_cell=np.zeros(n_requests, np.int64),
        request_target=np.zeros(n_requests, np.int64),
        request_origin=np.zeros(n_requests, np.int64),
        request_people=np.zeros(n_requests),
        row_stage_people=np.zeros(n_stages),
        output_stage_people=np.zeros((plan.output_plan.daily_row.shape[0], n_stages)),
        trigger_daily_count=np.zeros((n_triggers, days)),
        trigger_on=np.zeros((n_triggers, days), np.bool_),
        trigger_holds=np.zeros((n_triggers, days), np.bool_),
        trigger_began=np.zeros(n_triggers, np.int64),
        trigger_taken=np.zeros(n_triggers, np.bool_),
        changed_triggers=np.zeros(n_triggers, np.int64),
        trigger_stream=np.zeros(n_triggers, np.uint64),
        trigger_total=np.zeros(n_triggers),
        force_weight=_force_shares(plan, people),
        cell_stream=np.zeros(n_cells, np.uint64),
        draft_stream=np.zeros(n_drafts, np.uint64),
        seed_stream=np.zeros(plan.seeds.key.shape[0], np.uint64),
        draft_people=np.zeros(n_drafts),
        drafts_in_force=np.zeros(n_drafts, np.int64),
        binomial_batch=np.zeros((5, _BATCH + n_stages)),
        batch_cell=np.zeros(_BATCH + n_stages, np.int64),
        batch_stage=np.zeros(_BATCH + n_stages, np.int64),
        branch_batch=np.full((5, _BATCH + n_stages + 1), UNKNOWN),
        branch_complement=np.zeros(_BATCH + n_stages + 1, np.bool_),
        branch_cell=np.zeros(_BATCH + n_stages + 1, np.int64),
        branch_stage=np.zeros(_BATCH + n_stages + 1, np.int64),
        choice_weights=np.zeros(longest),
        people_by_destination=np.zeros(longest),
        limit_room=np.zeros(plan.programme_groups.limit_people.shape[0]),
        limit_requests=np.zeros(plan.programme_groups.limit_people.shape[0]),
        region_demand=np.zeros(regions),
        region_available=np.zeros(regions),
        recounted_use=np.zeros((regions, resources)),
    )


def _own(values: Float, plan: Plan) -> Float:
    return values.copy() if plan.triggers.row.shape[0] else values


def _force_shares(plan: Plan, people: Float) -> Float:
    """[O] share of an output in its daily row by people susceptible at the start."""
    daily = plan.output_plan.daily_row
    recorded = plan.cells.output >= 0
    susceptible = np.bincount(
        plan.cells.output[recorded],
        weights=people[recorded, plan.graph.susceptible],
        minlength=daily.shape[0],
    )
    # In a row where nobody is susceptible at the start all outputs count the same.
    weight = np.where(daily >= 0, np.maximum(susceptible, NOBODY_SUSCEPTIBLE), 0.0)
    of_row = np.bincount(daily[daily >= 0], weights=weight[daily >= 0])
    return np.asarray(weight / of_row[daily] if of_row.size else weight)


def _longest(start: NDArray[np.int64]) -> int:
    return int(np.diff(start).max(initial=0))


def for_one_draw(state: State) -> tuple[State, Reset]:
    """A state that is used for one draw."""
    return state, Reset(np.zeros(0, np.uint64), np.zeros(0, np.uint64))


def for_several_draws(state: State) -> tuple[State, Reset]:
    """The same state with all its arrays in one piece of memory, and a copy of that."""
    # Lengths in words of 8 bytes, each rounded up to whole lines of the cache.
    words = [-(-array.nbytes // _LINE) * (_LINE // 8) for array in state]
    now = np.zeros(sum(words), np.uint64)
    parts = []
    at = 0
    for array, length in zip(state, words, strict=True):
        part = now[at : at + length].view(array.dtype)[: array.size].reshape(array.shape)
        part[...] = array
        parts.append(part)
        at += length
    return State(*parts), Reset(now, now.copy())


def outputs_of(inputs: Inputs, n_draws: int, check: bool) -> Outputs:
    """Empty outputs of some draws, the draw as first index of every array."""
    record = inputs.outputs
    intervals = n_intervals(inputs)
    outputs = record.n_outputs
    rows = record.n_rows
    flows, stocks, movements = record.flow.shape[0], record.stock.shape[0], record.n_movements
    forced = outputs if record.force else 0
    checked = inputs.stages.dwell_days.shape[0] if check else 0
    regions, resources = inputs.rates.capacity.shape[1:]

    def empty(*shape: int) -> Float:
        return np.zeros((n_draws, *shape))

    return Outputs(
        flow=empty(intervals, rows, flows),
        stock=empty(intervals, rows, stocks),
        moved=empty(intervals, rows, movements),
        arrived=empty(intervals, rows, movements),
        moved_infected=empty(intervals, rows, movements),
        force=empty(intervals, rows if record.force else 0),
        force_sum=empty(forced),
        force_people=empty(forced),
        resource_in_use=empty(intervals, regions, resources),
        overflowed=empty(intervals, regions, resources),
        flow_total=empty(outputs, flows),
        stock_total=empty(outputs, stocks),
        moved_total=empty(outputs, movements),
        arrived_total=empty(outputs, movements),
        moved_infected_total=empty(outputs, movements),
        seeded=empty(inputs.cells.key.shape[0]),
        trigger_days=empty(inputs.triggers.threshold.shape[0]),
        trigger_people=empty(inputs.triggers.output.shape[0]),
        stage_moves=empty(checked, checked),
    )
