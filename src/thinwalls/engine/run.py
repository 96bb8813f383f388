"""One run of one scenario of one draw."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thinwalls.engine.checks import PROBLEMS
from thinwalls.engine.errors import EngineError
from thinwalls.engine.inputs import Inputs, Output
from thinwalls.engine.kernel import simulate
from thinwalls.engine.layout import Plan, Sheet, State
from thinwalls.engine.plan import n_intervals, order_of_cells, plan_of
from thinwalls.engine.streams import key_of, stream_of_each, uniforms_of
from thinwalls.engine.validate import validate
from thinwalls.errors import RunError

Float = NDArray[np.float64]
Mode = Literal["stochastic", "mean_field"]

MODES = ("stochastic", "mean_field")
_LARGEST = 2**64


class StepPart(NamedTuple):
    """One part of a step."""

    name: str
    what: str


def step_order() -> tuple[StepPart, ...]:
    """The parts of one step, in the order in which they are done."""
    return (
        StepPart("policies", "which multipliers, movements and programmes are in force"),
        StepPart("pressure", "force of infection of every setting, from one snapshot"),
        StepPart("infection", "who is infected in this step"),
        StepPart("progression", "who leaves a stage of the disease, and along which branch"),
        StepPart("admission", "hospital demand against free units; above them, overflow stages"),
        StepPart("programmes", "detection, isolation, vaccination, within their limits"),
        StepPart("exits", "movements by hazard"),
        StepPart("drafts", "movements by number, out of the people who are left"),
        StepPart("arrive", "everybody who moved arrives"),
        StepPart("record", "flows, stocks, force of infection; triggers read them"),
    )


def check_draw(seed: int, draw: int) -> None:
    """Raise :class:`EngineError` unless both are integers in [0, 2**64)."""
    for name, value in (("seed", seed), ("draw", draw)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise EngineError(name, "must be an integer", value=value)
        if not 0 <= value < _LARGEST:
            raise EngineError(name, "must be at least 0 and below 2**64", value=value)


def uniforms(seed: int, draw: int, stream: int, n: int) -> Float:
    """Vector of n keyed uniform numbers in (0, 1), for callers that draw what a run starts from.

    Args:
        seed, draw: as for :func:`run`; the numbers differ from those that a run uses.
        stream: which vector, 0 <= stream < 2**64.
        n: how many, below 2**31.
    """
    check_draw(seed, draw)
    return uniforms_of(key_of(seed, draw), np.uint64(stream), n)


def run(
    inputs: Inputs,
    *,
    seed: int,
    draw: int,
    mode: Mode = "stochastic",
    check: bool = False,
) -> Output:
    """Run one scenario of one draw.

    The result is a pure function of the arguments: the same bits on every machine, whatever the
    number of threads.  Inputs are never changed.

    Args:
        inputs: what to run.
        seed: of the whole experiment.
        draw: number of the draw; scenarios of one draw share their noise cell by cell.
        mode: "stochastic" (integer people, binomial draws) or "mean_field" (expectations).
        check: verify conservation and the other invariants of the model after every step.

    Raises:
        EngineError: an input cannot be used.
        RunError: with ``check``, an invariant is broken.
    """
    check_draw(seed, draw)
    if mode not in MODES:
        raise EngineError("mode", f"must be one of {', '.join(MODES)}", value=mode)
    validate(inputs, mode)
    return run_validated(inputs, seed, draw, mode, check)


def run_validated(inputs: Inputs, seed: int, draw: int, mode: Mode, check: bool) -> Output:
    """:func:`run` without looking at the inputs again."""
    order = order_of_cells(inputs.cells)
    plan = plan_of(inputs, order)
    random_key = key_of(seed, draw)
    people = np.ascontiguousarray(inputs.people, dtype=np.float64)
    state = _state(inputs, plan, people if order is None else people[order], random_key)
    sheet = _sheet(inputs)
    total = float(people.sum())
    problem, step, cell, stage = simulate(
        plan, state, sheet, inputs.n_steps, mode == "mean_field", check, total
    )
    if problem:
        position = cell if order is None else int(order[cell])
        raise RunError(f"step {step}, cell {position}, stage {stage}: {PROBLEMS[problem]}")
    final = state.x
    if order is not None:
        final = np.empty_like(state.x)
        final[order] = state.x
    return Output(
        flow=sheet.flow,
        stock=sheet.stock,
        moved=sheet.moved,
        arrived=sheet.arrived,
        force=sheet.force,
        moved_infected=sheet.moved_infected,
        resource_in_use=sheet.in_use,
        overflowed=sheet.overflowed,
        final=final,
    )


def _state(inputs: Inputs, plan: Plan, people: Float, random_key: np.uint64) -> State:
    n_cells, n_stages = people.shape
    n_settings = plan.mixing.transmission.shape[0]
    roles = plan.mixing.contact.shape[1]
    n_groups = plan.care.stage.shape[0]
    n_drafts = plan.drafts.key.shape[0]
    n_triggers = plan.signals.threshold.shape[0]
    days = inputs.n_steps // plan.ledger.steps_per_day + 2
    x = people.copy()
    limited = (plan.graph.resource >= 0) & (plan.graph.overflow >= 0)
    n_ways = int(limited[plan.graph.branch_to].sum())
    n_requests = max(n_cells * n_ways, plan.care.row.shape[0], 1)
    longest = max(
        _longest(plan.hazards.start),
        _longest(plan.drafts.pool_start) * n_stages,
        _longest(plan.drafts.fan_start),
        _longest(plan.care.group_start),
        1,
    )
    regions, resources = plan.schedule.capacity.shape[1:]
    in_use = np.zeros((regions, resources))
    resident = plan.people.region >= 0
    for stage in np.flatnonzero(plan.graph.resource >= 0):
        resource = plan.graph.resource[stage]
        np.add.at(in_use[:, resource], plan.people.region[resident], x[resident, stage])
    return State(
        x=x,
        present=x @ plan.graph.present,
        active=np.asarray((x[:, plan.graph.moving] > 0).any(axis=1)),
        occupied=np.asarray((x > 0).any(axis=1)),
        infected=np.zeros(n_cells),
        arriving=np.zeros((n_cells, n_stages)),
        expected=np.full(n_cells, -1, np.int32),
        force=np.zeros((n_settings, roles)),
        source=np.zeros((n_settings, roles)),
        lit=np.zeros(n_settings, np.bool_),
        crowd=np.full((n_settings, 2), -1.0),
        in_use=in_use,
        multiplier=np.ones(n_settings),
        hazard=np.zeros(n_settings),
        profile=np.ones(plan.schedule.profile.shape[1]),
        setting_trigger=np.ones(n_settings),
        leave=np.zeros(n_cells),
        leave_hazard=np.zeros(n_cells),
        exit_reach=np.zeros(plan.hazards.to.shape[0]),
        care_leave=np.zeros(n_groups),
        care_hazard=np.zeros(n_groups),
        care_reach=np.zeros(plan.care.row.shape[0]),
        request_cell=np.zeros(n_requests, np.int32),
        request_row=np.zeros(n_requests, np.int32),
        request_from=np.zeros(n_requests, np.int32),
        request_people=np.zeros(n_requests),
        row_people=np.zeros(roles),
        stage_people=np.zeros(n_stages),
        trigger_day=np.zeros((n_triggers, days)),
        trigger_on=np.zeros((n_triggers, days), np.bool_),
        trigger_seen=np.zeros(n_triggers),
        cell_stream=stream_of_each(random_key, plan.people.key),
        draft_stream=stream_of_each(random_key, plan.drafts.key),
        draft_people=np.zeros(n_drafts),
        draft_live=np.zeros(n_drafts, np.int64),
        choices=np.zeros(longest),
        chosen=np.zeros(longest),
        room=np.zeros(plan.care.limit_people.shape[0]),
        asked=np.zeros(plan.care.limit_people.shape[0]),
        region_wanted=np.zeros(regions),
        region_free=np.zeros(regions),
        counted_use=np.zeros((regions, resources)),
    )


def _longest(start: NDArray[np.int64]) -> int:
    return int(np.diff(start).max(initial=0))


def _sheet(inputs: Inputs) -> Sheet:
    record = inputs.record
    intervals = n_intervals(inputs)
    outputs = record.n_outputs
    forced = (intervals, outputs if record.force else 0)
    regions, resources = inputs.rates.capacity.shape[1:]
    return Sheet(
        flow=np.zeros((intervals, outputs, record.flow.shape[0])),
        stock=np.zeros((intervals, outputs, record.stock.shape[0])),
        moved=np.zeros((intervals, outputs, record.n_movements)),
        arrived=np.zeros((intervals, outputs, record.n_movements)),
        moved_infected=np.zeros((intervals, outputs, record.n_movements)),
        force=np.zeros(forced),
        force_sum=np.zeros(forced[1]),
        force_people=np.zeros(forced[1]),
        in_use=np.zeros((intervals, regions, resources)),
        overflowed=np.zeros((intervals, regions, resources)),
    )
