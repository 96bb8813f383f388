"""From the contract to the arrays that the kernels read.

Cells are put in the order of their keys, so that sums are always done in the same order and
permuting the cells of a system permutes the results bit for bit.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from thinwalls.engine.inputs import NONE, Attendance, Cells, Inputs, Settings, Stages
from thinwalls.engine.layout import (
    Drafts,
    Graph,
    Hazards,
    Ledger,
    Mixing,
    People,
    Plan,
    Schedule,
    Signals,
)
from thinwalls.engine.plan_programmes import care_of

Float = NDArray[np.float64]
Index = NDArray[np.int32]
Int = NDArray[np.int64]
Scalar = TypeVar("Scalar", bound=np.generic)


def as_kernel(values: NDArray[np.generic], dtype: type[Scalar]) -> NDArray[Scalar]:
    """Contiguous, writable and of one type: what the kernels were compiled for."""
    array = np.ascontiguousarray(values, dtype=dtype)
    return array if array.flags.writeable else array.copy()


def floats(values: NDArray[np.generic]) -> Float:
    """``as_kernel`` for float64."""
    return as_kernel(values, np.float64)


def indices(values: NDArray[np.generic]) -> Index:
    """``as_kernel`` for int32."""
    return as_kernel(values, np.int32)


def order_of_cells(cells: Cells) -> Int | None:
    """Cells in the order of their keys, or None when they are in order already."""
    if bool(np.all(cells.key[1:] > cells.key[:-1])):
        return None
    return np.argsort(cells.key, kind="stable").astype(np.int64)


def plan_of(inputs: Inputs, order: Int | None) -> Plan:
    """Compile validated inputs; ``order`` as returned by :func:`order_of_cells`."""
    n_cells = inputs.cells.key.shape[0]
    place = np.arange(n_cells, dtype=np.int32)
    if order is not None:
        place[order] = np.arange(n_cells, dtype=np.int32)
    graph = graph_of(inputs.stages, inputs.step_days, inputs.linear)
    return Plan(
        graph,
        _people(inputs.cells, order),
        _mixing(inputs.settings, inputs.attendance, order),
        _hazards(inputs, order, place),
        _drafts(inputs, place),
        care_of(inputs.programmes, n_cells, place, graph.is_moving),
        _signals(inputs),
        _schedule(inputs),
        _ledger(inputs),
    )


def graph_of(stages: Stages, step_days: float, linear: bool) -> Graph:
    """The stage graph with its probabilities per step."""
    n = stages.dwell_days.shape[0]
    with np.errstate(divide="ignore"):
        rate = step_days / stages.dwell_days
    leave = np.minimum(rate, 1.0) if linear else -np.expm1(-rate)
    is_moving = (leave > 0) | (stages.infectiousness > 0)
    by_origin = np.argsort(stages.branch_from, kind="stable")
    origin = stages.branch_from[by_origin]
    start = np.searchsorted(origin, np.arange(n + 1)).astype(np.int32)
    probability = floats(stages.branch_probability)[:, by_origin]
    entry = stages.entry
    entry_probability = stages.entry_probability
    courses = probability.shape[0]
    if entry is None or entry_probability is None:
        entry = np.array([stages.infected], np.int32)
        entry_probability = np.ones((courses, 1))
    return Graph(
        floats(leave),
        floats(_hazard_behind(leave) if linear else rate),
        indices(np.flatnonzero(is_moving)),
        indices(np.flatnonzero(~is_moving)),
        as_kernel(is_moving, np.bool_),
        start,
        indices(stages.branch_to[by_origin]),
        _shares(probability, start),
        int(stages.susceptible),
        indices(entry),
        _shares(floats(entry_probability), np.array([0, entry.shape[0]], np.int32)),
        indices(np.flatnonzero(stages.infectiousness > 0)),
        floats(stages.infectiousness),
        floats(stages.present),
        indices(stages.resource),
        indices(stages.overflow),
        infected_stages(stages),
    )


def _hazard_behind(probability: Float) -> Float:
    with np.errstate(divide="ignore"):
        return floats(-np.log1p(-probability))


def infected_stages(stages: Stages) -> NDArray[np.bool_]:
    """[S] stages that are infectious or lead to one that is, without a new infection."""
    infected: NDArray[np.bool_] = stages.infectiousness > 0
    used = (stages.branch_probability > 0).any(axis=0)
    pairs = list(zip(stages.branch_from[used], stages.branch_to[used], strict=True))
    changed = True
    while changed:
        changed = False
        for origin, to in pairs:
            if infected[to] and not infected[origin] and origin != stages.susceptible:
                infected[origin] = True
                changed = True
    return infected


def _shares(probability: Float, start: Index) -> Float:
    """Probability of each branch of a group, given that none before it was taken."""
    share = np.ones_like(probability)
    for first, last in pairwise(start.tolist()):
        left = np.ones(probability.shape[0])
        for branch in range(first, last - 1):
            safe = np.where(left > 0, left, 1.0)
            share[:, branch] = np.clip(probability[:, branch] / safe, 0.0, 1.0)
            left = np.maximum(left - probability[:, branch], 0.0)
            after = probability[:, branch + 1 : last].sum(axis=1)
            share[after <= 0, branch] = 1.0
    return share


def _people(cells: Cells, order: Int | None) -> People:
    def put(values: NDArray[np.generic]) -> NDArray[np.generic]:
        return values if order is None else values[order]

    return People(
        as_kernel(put(cells.key), np.uint64),
        indices(put(cells.course)),
        floats(put(cells.susceptibility)),
        floats(put(cells.infectivity)),
        indices(put(cells.region)),
        indices(put(cells.output)),
    )


def reorder_rows(start: Int, order: Int | None) -> tuple[Int, Int | None]:
    """New row starts and the old row numbers in their new order (None: nothing changes)."""
    if order is None:
        return as_kernel(start, np.int64), None
    lengths = np.diff(start)[order]
    new_start = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    rows = np.repeat(start[:-1][order] - new_start[:-1], lengths) + np.arange(new_start[-1])
    return new_start, rows.astype(np.int64)


def _mixing(settings: Settings, attendance: Attendance, order: Int | None) -> Mixing:
    start, rows = reorder_rows(attendance.start, order)

    def put(values: NDArray[np.generic]) -> NDArray[np.generic]:
        return values if rows is None else values[rows]

    setting = indices(put(attendance.setting))
    role = indices(put(attendance.role))
    presence = floats(put(attendance.presence))
    n_settings = settings.transmission.shape[0]
    cell = np.repeat(np.arange(start.shape[0] - 1, dtype=np.int32), np.diff(start))
    by_setting = np.argsort(setting, kind="stable")
    member_start = np.searchsorted(setting[by_setting], np.arange(n_settings + 1))
    return Mixing(
        start,
        setting,
        role,
        floats(put(attendance.activity)),
        presence,
        member_start.astype(np.int64),
        cell[by_setting],
        role[by_setting],
        presence[by_setting],
        floats(settings.transmission),
        floats(settings.crowding_exponent),
        floats(settings.reference_present),
        indices(settings.kind),
        floats(settings.contact),
        as_kernel(settings.normalise_by_role, np.bool_),
    )


def _hazards(inputs: Inputs, order: Int | None, place: Index) -> Hazards:
    exits = inputs.exits
    start, rows = reorder_rows(exits.start, order)

    def put(values: NDArray[np.generic]) -> NDArray[np.generic]:
        return values if rows is None else values[rows]

    weight = indices(put(exits.stage_weight))
    lengths = np.diff(start)
    cells = np.flatnonzero(lengths > 0)
    uniform = np.ones(lengths.shape[0], np.bool_)
    plain = np.zeros(lengths.shape[0], np.bool_)
    if weight.size:
        first = start[cells]
        low = np.minimum.reduceat(weight, first)
        high = np.maximum.reduceat(weight, first)
        uniform[cells] = low == high
        plain[cells] = uniform[cells] & plain_weights(inputs)[low]
    return Hazards(
        start,
        place[put(exits.to)],
        floats(put(exits.hazard_per_day)),
        indices(put(exits.profile)),
        indices(put(exits.movement)),
        weight,
        indices(cells),
        uniform,
        plain,
    )


def _drafts(inputs: Inputs, place: Index) -> Drafts:
    counts = inputs.counts
    n = counts.people_per_day.shape[0]
    key = np.arange(n, dtype=np.uint64) if counts.key is None else counts.key
    total = np.concatenate(([0.0], np.cumsum(counts.fan_weight)))
    before = np.repeat(total[counts.fan_start[:-1]], np.diff(counts.fan_start))
    return Drafts(
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
        as_kernel(plain_weights(inputs)[counts.stage_weight], np.bool_),
    )


def movable_weight(inputs: Inputs) -> Float:
    """[W, S] stage weights, 0 for the dead and for people in hospital."""
    stages = inputs.stages
    return inputs.rates.stage_weight * (stages.alive & (stages.resource == NONE))


def plain_weights(inputs: Inputs) -> NDArray[np.bool_]:
    """[W] rows of stage weights that are 1 for people who are present and 0 for others."""
    present = inputs.stages.present
    same = (movable_weight(inputs) == present).all(axis=1)
    return np.asarray(same & bool(((present == 0) | (present == 1)).all()))


def _signals(inputs: Inputs) -> Signals:
    triggers = inputs.triggers
    return Signals(
        indices(triggers.variable),
        as_kernel(triggers.output_start, np.int64),
        indices(triggers.output),
        indices(triggers.region),
        indices(triggers.resource),
        floats(triggers.threshold),
        indices(triggers.window_days),
        indices(triggers.duration_days),
        indices(triggers.delay_days),
        indices(triggers.profile),
        floats(triggers.factor),
        as_kernel(triggers.setting_start, np.int64),
        indices(triggers.setting),
        floats(triggers.setting_factor),
    )


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
        np.zeros(0, np.int32) if setting is None else indices(setting),
        _or(multiplier, np.ones((inputs.n_steps, n_series)), no_series, setting),
        _or(hazard, np.zeros((inputs.n_steps, n_series)), no_series, setting),
    )


def _or(values: Float | None, default: Float, empty: Float, setting: Index | None) -> Float:
    if setting is None:
        return empty
    return default if values is None else floats(values)


def _ledger(inputs: Inputs) -> Ledger:
    record = inputs.record
    n_stages = inputs.stages.dwell_days.shape[0]
    variables, origin, to = np.nonzero(record.flow)
    pair = origin * n_stages + to
    by_pair = np.argsort(pair, kind="stable")
    start = np.searchsorted(pair[by_pair], np.arange(n_stages * n_stages + 1))
    return Ledger(
        start.astype(np.int32),
        indices(variables[by_pair]),
        floats(record.stock),
        steps_per_interval(inputs),
        max(1, round(1.0 / inputs.step_days)),
        bool(record.force),
        bool(inputs.linear),
        float(inputs.step_days),
    )


def steps_per_interval(inputs: Inputs) -> int:
    """Steps in one recorded interval."""
    return max(1, round(inputs.record.every_days / inputs.step_days))


def n_intervals(inputs: Inputs) -> int:
    """Recorded intervals; the last one may be shorter."""
    return -(-inputs.n_steps // steps_per_interval(inputs))
