"""Small systems written as engine inputs: a few cells, settings and ways between them.

Published models that the public face cannot express are written with these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine import (
    NONE,
    Attendance,
    Cells,
    Counts,
    Exits,
    Inputs,
    OutputSpec,
    Programmes,
    Rates,
    Settings,
    Stages,
    no_triggers,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float, Int


@dataclass(frozen=True)
class Group:
    """One cell: people by stage, settings attended as (setting, role, activity, presence)."""

    people: Sequence[float]
    attends: Sequence[tuple[int, int, float, float]] = ((0, 0, 1.0, 1.0),)
    course: int = 0
    susceptibility: float = 1.0


@dataclass(frozen=True)
class Pool:
    """One setting."""

    transmission: float
    exponent: float = 0.0
    reference: float = 1.0
    kind: int = 0


@dataclass(frozen=True)
class Way:
    """A movement by hazard from cell to cell."""

    origin: int
    to: int
    hazard_per_day: float
    movement: int = 0
    weight: int = 0


@dataclass(frozen=True)
class Change:
    """A change of stage by hazard in one cell (a programme)."""

    cell: int
    stage_from: int
    stage_to: int
    hazard_per_day: float


@dataclass(frozen=True)
class Draft:
    """A movement by number out of cells, all with weight 1, to one cell."""

    pool: Sequence[int]
    to: int
    people_per_day: float
    movement: int = 0
    weight: int = 0
    profile: int = 0


@dataclass(frozen=True)
class Plan:
    """Everything of a small system."""

    stages: Stages
    groups: Sequence[Group]
    pools: Sequence[Pool]
    days: float
    step_days: float
    contact: Sequence[Sequence[Sequence[float]]] = (((1.0,),),)
    by_role: bool = False
    ways: Sequence[Way] = ()
    changes: Sequence[Change] = ()
    drafts: Sequence[Draft] = ()
    flows: Sequence[tuple[int, int]] = ((0, 1),)
    stage_weights: Sequence[Sequence[float]] = field(default_factory=list)
    """rows after row 0 (all ones)"""
    profiles: Float | None = None
    """[steps, F] multipliers per step; column 0 must be ones"""
    every_days: int = 1
    movements: int = 1
    linear: bool = False
    integer: bool = True


def stage_graph(
    dwell: Sequence[float],
    infectiousness: Sequence[float],
    branches: Sequence[tuple[int, int, Sequence[float]]],
    *,
    infected: int = 1,
    present: Sequence[float] | None = None,
    alive: Sequence[bool] | None = None,
) -> Stages:
    """Stages from branches (from, to, probability per course)."""
    n = len(dwell)
    courses = len(branches[0][2])
    probability = np.array([list(branch[2]) for branch in branches], np.float64)
    return Stages(
        dwell_days=np.array(dwell, np.float64),
        infectiousness=np.array(infectiousness, np.float64),
        present=np.ones(n) if present is None else np.array(present, np.float64),
        alive=np.ones(n, np.bool_) if alive is None else np.array(alive),
        branch_from=np.array([branch[0] for branch in branches], np.int32),
        branch_to=np.array([branch[1] for branch in branches], np.int32),
        branch_probability=np.ascontiguousarray(probability.T.reshape(courses, len(branches))),
        susceptible=0,
        infected=infected,
        resource=np.full(n, NONE, np.int32),
        overflow=np.full(n, NONE, np.int32),
    )


def sir(infectious_days: float) -> Stages:
    """S, I, R."""
    return stage_graph([np.inf, infectious_days, np.inf], [0, 1, 0], [(1, 2, [1.0])])


def seir(latent_days: float, infectious_days: float) -> Stages:
    """S, E, I, R."""
    return stage_graph(
        [np.inf, latent_days, infectious_days, np.inf],
        [0, 0, 1, 0],
        [(1, 2, [1.0]), (2, 3, [1.0])],
    )


def _starts(counts: Sequence[int]) -> Int:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _index(values: Sequence[int]) -> NDArray[np.int32]:
    return np.array(values, np.int32)


def _attendance(plan: Plan) -> Attendance:
    rows = [row for group in plan.groups for row in group.attends]
    return Attendance(
        start=_starts([len(group.attends) for group in plan.groups]),
        setting=_index([row[0] for row in rows]),
        role=_index([row[1] for row in rows]),
        activity=np.array([row[2] for row in rows], np.float64),
        presence=np.array([row[3] for row in rows], np.float64),
    )


def _exits(plan: Plan) -> Exits:
    ways = sorted(plan.ways, key=lambda way: way.origin)
    return Exits(
        start=_starts([sum(w.origin == i for w in ways) for i in range(len(plan.groups))]),
        to=_index([way.to for way in ways]),
        hazard_per_day=np.array([way.hazard_per_day for way in ways], np.float64),
        profile=_index([0] * len(ways)),
        movement=_index([way.movement for way in ways]),
        stage_weight=_index([way.weight for way in ways]),
    )


def _counts(plan: Plan) -> Counts:
    drafts = plan.drafts
    pool = [cell for draft in drafts for cell in draft.pool]
    return Counts(
        people_per_day=np.array([draft.people_per_day for draft in drafts], np.float64),
        profile=_index([draft.profile for draft in drafts]),
        movement=_index([draft.movement for draft in drafts]),
        stage_weight=_index([draft.weight for draft in drafts]),
        pool_start=_starts([len(draft.pool) for draft in drafts]),
        pool_cell=_index(pool),
        pool_weight=np.ones(len(pool)),
        pool_to=_index([draft.to for draft in drafts for _ in draft.pool]),
        fan_start=np.zeros(len(drafts) + 1, np.int64),
        fan_cell=_index([]),
        fan_weight=np.zeros(0),
    )


def _programmes(plan: Plan) -> Programmes:
    changes = plan.changes
    return Programmes(
        cell_start=np.arange(len(changes) + 1, dtype=np.int64),
        cell=_index([change.cell for change in changes]),
        stage_from=_index([change.stage_from for change in changes]),
        stage_to=_index([change.stage_to for change in changes]),
        hazard_per_day=np.array([change.hazard_per_day for change in changes], np.float64),
        profile=_index([0] * len(changes)),
        limit=_index([NONE] * len(changes)),
        limit_people=np.zeros(0),
    )


def compile_plan(plan: Plan) -> Inputs:
    """Engine inputs of a small system; every group is an output row of its own."""
    n_cells, n_stages = len(plan.groups), plan.stages.dwell_days.size
    n_steps = round(plan.days / plan.step_days)
    n_pools = len(plan.pools)
    people = np.array([list(group.people) for group in plan.groups], np.float64)
    weights = [[1.0] * n_stages, *[list(row) for row in plan.stage_weights]]
    profiles = np.ones((1, 1)) if plan.profiles is None else plan.profiles
    n_periods = profiles.shape[0]
    flow = np.zeros((len(plan.flows), n_stages, n_stages), np.bool_)
    for v, (origin, to) in enumerate(plan.flows):
        flow[v, origin, to] = True
    return Inputs(
        step_days=plan.step_days,
        n_steps=n_steps,
        people=people.astype(np.int64) if plan.integer else people,  # type: ignore[arg-type]
        cells=Cells(
            key=np.arange(1, n_cells + 1, dtype=np.uint64),
            severity_row=_index([group.course for group in plan.groups]),
            susceptibility=np.array([group.susceptibility for group in plan.groups], np.float64),
            infectivity=np.ones(n_cells),
            region=np.full(n_cells, NONE, np.int32),
            output=np.arange(n_cells, dtype=np.int32),
        ),
        settings=Settings(
            transmission=np.array([pool.transmission for pool in plan.pools], np.float64),
            crowding_exponent=np.array([pool.exponent for pool in plan.pools], np.float64),
            reference_present=np.array([pool.reference for pool in plan.pools], np.float64),
            kind=_index([pool.kind for pool in plan.pools]),
            contact=np.array(plan.contact, np.float64),
            normalise_by_role=np.full(len(plan.contact), plan.by_role),
        ),
        attendance=_attendance(plan),
        stages=plan.stages,
        exits=_exits(plan),
        counts=_counts(plan),
        programmes=_programmes(plan),
        triggers=no_triggers(),
        rates=Rates(
            period_of_step=(
                np.zeros(n_steps, np.int32)
                if n_periods == 1
                else np.arange(n_steps, dtype=np.int32)
            ),
            multiplier=np.ones((n_periods, n_pools)),
            hazard_per_day=np.zeros((n_periods, n_pools)),
            profile=np.ascontiguousarray(profiles, np.float64),
            stage_weight=np.array(weights, np.float64) * plan.stages.alive,
            capacity=np.zeros((n_periods, 0, 0)),
        ),
        outputs=OutputSpec(n_cells, plan.every_days, flow, np.eye(n_stages), plan.movements, False),
        linear=plan.linear,
    )
