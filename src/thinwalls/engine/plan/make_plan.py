"""From the contract to the arrays that the kernels read.

Cells are put in an order that does not depend on how the caller numbers them, so that sums are
always done in the same order and permuting the cells of a system permutes the results bit for bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from thinwalls.common import Float, Index, Int
from thinwalls.engine.contract.inputs import NONE, Attendance, Cells, Inputs
from thinwalls.engine.numba_support.kernel_arrays import as_kernel, floats, indices, laid_out
from thinwalls.engine.numba_support.memo import Memory
from thinwalls.engine.plan.exit_groups import begin_of, exit_groups_of, reorder_rows
from thinwalls.engine.plan.plan_arrays import (
    CellArrays,
    Drafts,
    ExitGroups,
    Graph,
    Mixing,
    OutputPlan,
    Plan,
    ProgrammeGroups,
    Schedule,
    SeedArrays,
)
from thinwalls.engine.plan.programme_groups import programme_groups_of
from thinwalls.engine.plan.seed_arrays import seed_arrays_of
from thinwalls.engine.plan.stage_graph import graph_of
from thinwalls.engine.plan.trigger_arrays import triggers_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Rows = tuple[Int, Index, Index, Float, Float, Int, Index]

_SIZE: Final = 8
_orders: Final[Memory[Int | None]] = Memory(_SIZE)
_places: Final[Memory[Index]] = Memory(_SIZE)
_graphs: Final[Memory[Graph]] = Memory(_SIZE)
_cell_arrays: Final[Memory[CellArrays]] = Memory(_SIZE)
_attendances: Final[Memory[Rows]] = Memory(_SIZE)
_exit_groups: Final[Memory[ExitGroups]] = Memory(_SIZE)
_drafts_made: Final[Memory[Drafts]] = Memory(_SIZE)
_seeds_made: Final[Memory[SeedArrays]] = Memory(_SIZE)
_programme_groups: Final[Memory[ProgrammeGroups]] = Memory(_SIZE)
_output_plans: Final[Memory[OutputPlan]] = Memory(_SIZE)


def order_of_cells(inputs: Inputs) -> Int | None:
    """Cells in the order of the kernels, or None when they are in that order already.

    Cells without people at the start come last, as most of them stay empty; those of one place
    stand together; within a place the key decides.  So the parts of memory that a step reads are
    few and near each other, and the order does not depend on how the caller numbers cells or
    places.
    """
    cells, attendance = inputs.cells, inputs.attendance
    early = inputs.people.any(axis=1) if cells.early is None else cells.early
    empty = np.asarray(~early)
    return _orders.get(
        (cells.key, attendance.start, attendance.setting),
        empty.tobytes(),
        lambda: _order_of_cells(cells.key, attendance, empty),
    )


def _order_of_cells(
    key: NDArray[np.uint64], attendance: Attendance, empty: NDArray[np.bool_]
) -> Int | None:
    rank = np.empty(key.shape[0], np.int64)
    rank[np.argsort(key, kind="stable")] = np.arange(key.shape[0])
    # A place is known by the lowest key of those who go there, a cell by the lowest of its places.
    cell = np.repeat(np.arange(key.shape[0]), np.diff(attendance.start))
    lowest = np.full(int(attendance.setting.max(initial=-1)) + 1, key.shape[0], np.int64)
    np.minimum.at(lowest, attendance.setting, rank[cell])
    place = rank.copy()
    np.minimum.at(place, cell, lowest[attendance.setting])
    # The last key counts most: cells with people first, then by place, then by key.
    order = np.lexsort((rank, place, empty))
    if bool(np.all(order[1:] > order[:-1])):
        return None
    return order.astype(np.int64)


def plan_of(inputs: Inputs, order: Int | None) -> Plan:
    """Compile checked inputs; ``order`` as returned by :func:`order_of_cells`."""
    cells = inputs.cells
    n_cells = cells.key.shape[0]
    place = _places.get((order,), n_cells, lambda: _place_of(n_cells, order))
    step = (inputs.step_days, inputs.linear)
    weights = plain_weights(inputs)
    begins = begin_of(inputs.rates.profile[inputs.rates.period_of_step])
    graph = _graphs.get(
        (inputs.stages,), step, lambda: graph_of(inputs.stages, inputs.step_days, inputs.linear)
    )
    step_days = inputs.step_days
    people = _cell_arrays.get((cells, order), step_days, lambda: _people(cells, order, step_days))
    exit_groups = _exit_groups.get(
        (inputs.exits, order),
        (weights.tobytes(), begins.tobytes()),
        lambda: exit_groups_of(inputs.exits, weights, begins, order, place),
    )
    programme_groups = _programmes(inputs, order, place, graph)
    return Plan(
        graph,
        people,
        _mixing(inputs, order),
        exit_groups,
        _drafts_made.get(
            (inputs.counts, order),
            (weights.tobytes(), inputs.step_days),
            lambda: _drafts(inputs, weights, place),
        ),
        _seeds_made.get(
            (inputs.seeds, order), n_cells, lambda: seed_arrays_of(inputs.seeds, place)
        ),
        programme_groups,
        triggers_of(inputs, order, exit_groups, programme_groups),
        _schedule(inputs),
        _output_plans.get(
            (inputs.outputs, cells, order),
            (inputs.step_days, inputs.stages.dwell_days.shape[0]),
            lambda: _output_plan(inputs, people.output),
        ),
    )


def _programmes(inputs: Inputs, order: Int | None, place: Index, graph: Graph) -> ProgrammeGroups:
    """Groups of rows, with the hazards of these inputs: draws that share rows differ in them."""
    rows = inputs.programmes
    n_cells = inputs.cells.key.shape[0]
    known = _programme_groups.get(
        (rows.cell_start, rows.cell, rows.stage_from, rows.stage_to, rows.limit, order),
        (n_cells, graph.is_active.tobytes()),
        lambda: programme_groups_of(rows, n_cells, place, graph.is_active),
    )
    return known._replace(
        hazard=floats(rows.hazard_per_day),
        profile=indices(rows.profile),
        limit_people=floats(rows.limit_people),
    )


def _place_of(n_cells: int, order: Int | None) -> Index:
    place = np.arange(n_cells, dtype=np.int64)
    if order is not None:
        place[order] = np.arange(n_cells, dtype=np.int64)
    return place


def _people(cells: Cells, order: Int | None, step_days: float) -> CellArrays:
    def put(values: NDArray[np.generic]) -> NDArray[np.generic]:
        return values if order is None else values[order]

    shape, no_variation = cells.contagion_shape_per_day, np.full(cells.key.shape[0], np.inf)
    return CellArrays(
        as_kernel(put(cells.key), np.uint64),
        indices(put(cells.severity_row)),
        floats(put(cells.susceptibility)),
        floats(put(cells.infectivity)),
        floats(put(no_variation if shape is None else shape * step_days)),
        indices(put(cells.region)),
        indices(put(cells.output)),
        np.full(cells.key.shape[0], NONE, np.int64)
        if cells.found_profile is None
        else indices(put(cells.found_profile)),
    )


def _mixing(inputs: Inputs, order: Int | None) -> Mixing:
    settings = inputs.settings
    n_settings = settings.transmission.shape[0]
    rows = _attendances.get(
        (inputs.attendance, inputs.cells, order),
        n_settings,
        lambda: _attendance(inputs.attendance, order, n_settings),
    )
    return Mixing(
        *rows,
        floats(settings.transmission),
        floats(settings.crowding_exponent),
        floats(settings.reference_present),
        indices(settings.kind),
        floats(settings.contact.transpose(0, 2, 1)),
        as_kernel(settings.normalise_by_role, np.bool_),
    )


def _attendance(attendance: Attendance, order: Int | None, n_settings: int) -> Rows:
    start, rows = reorder_rows(attendance.start, order)

    def put(values: NDArray[np.generic]) -> NDArray[np.generic]:
        return values if rows is None else values[rows]

    setting = indices(put(attendance.setting))
    # Stable: the cells of a setting stay in the order in which a step adds them up.
    by_setting = np.argsort(setting, kind="stable")
    cell = np.repeat(np.arange(start.shape[0] - 1, dtype=np.int64), np.diff(start))
    return (
        start,
        setting,
        indices(put(attendance.role)),
        floats(put(attendance.activity)),
        floats(put(attendance.presence)),
        np.searchsorted(setting[by_setting], np.arange(n_settings + 1)).astype(np.int64),
        cell[by_setting],
    )


def _drafts(inputs: Inputs, weights: NDArray[np.bool_], place: Index) -> Drafts:
    counts = inputs.counts
    n = counts.people_per_day.shape[0]
    key = np.arange(n, dtype=np.uint64) if counts.key is None else counts.key
    total = np.concatenate(([0.0], np.cumsum(counts.fan_weight)))
    # Sums begin anew in every row.
    before = np.repeat(total[counts.fan_start[:-1]], np.diff(counts.fan_start))
    return laid_out(
        Drafts(
            as_kernel(key, np.uint64),
            floats(counts.people_per_day * inputs.step_days),
            indices(counts.profile),
            indices(counts.movement),
            indices(counts.stage_weight),
            as_kernel(counts.pool_start, np.int64),
            place[counts.pool_cell],
            floats(counts.pool_weight),
            indices(np.where(counts.pool_to < 0, NONE, place[np.maximum(counts.pool_to, 0)]))
            if n
            else indices(counts.pool_to),
            as_kernel(counts.fan_start, np.int64),
            place[counts.fan_cell],
            floats(total[1:] - before),
            as_kernel(weights[counts.stage_weight], np.bool_),
            as_kernel(_given(counts.at_once, n, False), np.bool_),
            indices(_given(counts.changed_to, n, NONE)),
            floats(np.zeros((n, 0)) if counts.changed_share is None else counts.changed_share),
            indices(_given(counts.movement_of_others, n, counts.movement)),
        )
    )


def _given(values: NDArray[Any] | None, n: int, otherwise: ArrayLike) -> NDArray[Any]:
    """What is given, or the same for each of n rows."""
    return np.array(np.broadcast_to(otherwise, n)) if values is None else values


def movable_weight(inputs: Inputs) -> Float:
    """[W, S] stage weights, 0 for the dead and for people in hospital."""
    stages = inputs.stages
    movable = stages.alive & (stages.resource == NONE)
    return np.asarray(inputs.rates.stage_weight * movable, np.float64)


def plain_weights(inputs: Inputs) -> NDArray[np.bool_]:
    """[W] rows of stage weights that are 1 for people who are present and 0 for others."""
    present = inputs.stages.present
    same = (movable_weight(inputs) == present).all(axis=1)
    return np.asarray(same & bool(((present == 0) | (present == 1)).all()))


def _schedule(inputs: Inputs) -> Schedule:
    rates = inputs.rates
    no_series = np.zeros((inputs.n_steps, 0))
    setting = rates.series_setting
    multiplier = rates.series_multiplier
    hazard = rates.series_hazard_per_day
    n_series = 0 if setting is None else setting.shape[0]
    return Schedule(
        indices(rates.period_of_step),
        floats(rates.multiplier),
        floats(rates.hazard_per_day),
        floats(rates.profile),
        floats(movable_weight(inputs)),
        floats(rates.capacity),
        np.zeros(0, np.int64) if setting is None else indices(setting),
        _or(multiplier, np.ones((inputs.n_steps, n_series)), no_series, setting),
        _or(hazard, np.zeros((inputs.n_steps, n_series)), no_series, setting),
        max(1, round(1.0 / inputs.step_days)),
        float(inputs.step_days),
        bool(inputs.linear),
    )


def _or(
    values: Float | None, default: Float, empty: Float, setting: NDArray[np.int32] | None
) -> Float:
    if setting is None:
        return empty
    return default if values is None else floats(values)


def _output_plan(inputs: Inputs, output: Index) -> OutputPlan:
    """``output`` of the cells in the order of the kernels."""
    record = inputs.outputs
    n_stages = inputs.stages.dwell_days.shape[0]
    variables, origin, to = np.nonzero(record.flow)
    # Flow variables by pair of stages, as count_flow looks them up.
    pair = origin * n_stages + to
    by_pair = np.argsort(pair, kind="stable")
    start = np.searchsorted(pair[by_pair], np.arange(n_stages * n_stages + 1))
    outputs = np.arange(record.n_outputs)
    daily = indices(outputs if record.daily is None else record.daily)
    recorded = np.flatnonzero(output >= 0)
    by_output = recorded[np.argsort(output[recorded], kind="stable")]
    return laid_out(
        OutputPlan(
            daily,
            start.astype(np.int64),
            indices(variables[by_pair]),
            floats(record.stock.T),
            indices(np.argsort(daily, kind="stable")),
            np.searchsorted(output[by_output], np.arange(record.n_outputs + 1)).astype(np.int64),
            indices(by_output),
            steps_per_interval(inputs),
            bool(record.force),
        )
    )


def steps_per_interval(inputs: Inputs) -> int:
    """Steps in one recorded interval."""
    return max(1, round(inputs.outputs.every_days / inputs.step_days))


def n_intervals(inputs: Inputs) -> int:
    """Recorded intervals; the last one may be shorter."""
    return -(-inputs.n_steps // steps_per_interval(inputs))
