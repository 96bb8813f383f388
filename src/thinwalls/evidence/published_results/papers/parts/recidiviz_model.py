"""The Recidiviz model as inputs alone, with its defects as switches.

Source: Recidiviz covid19-dashboard (GPL-3) at d7f1551, src/infection-model/seir.tsx, written anew
from its equations.

How the model becomes inputs: explicit Euler with a step of a day (``linear``); the dead stay
present, because the model divides by everybody; a bracket's exposure is its activity; hospital
stages per bracket, because the two exits compete at rates that depend on the bracket.  A release
takes susceptible people only and still counts them in the denominator on the day of release: it
moves them into a cell that is present and not exposed, and a day later out of the system.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine import Stages, run
from thinwalls.evidence.published_results.small_systems import (
    Draft,
    Group,
    Plan,
    Pool,
    Way,
    compile_plan,
    stage_graph,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.common import Float


D_E, D_I, D_M, D_V, D_R, D_D = 2.0, 4.1, 9.9, 2.9, 22.0, 8.3
"""Days: exposed, infectious, mild, before hospital, in hospital (survivors), (who die)."""
SEVERE = np.array([0.2605, 0.0205, 0.1755, 0.2475, 0.2530, 0.3605, 0.4460, 0.5080, 0.2605])
DEATH = np.array([0.026, 0.0, 0.0015, 0.0065, 0.020, 0.038, 0.074, 0.1885, 0.026])
FATAL = DEATH / SEVERE
SPREAD = {"low": (2.4, 3.0), "moderate": (3.0, 5.0), "high": (3.7, 7.0)}
FLOORS = (0.8, 1.7)
"""R in an empty place, cells and dormitories (no source is given in the program)."""
TURNOVER = 0.0879
SPLIT = (0.293, 0.439, 0.052, 0.216)
"""I, M, V, H of active cases."""
CUMULATIVE_SPLIT = (0.611, 0.231, 0.054, 0.043, 0.057, 0.004)
"""I, M, V, H, Rm, Rs of all cases: the start that the shipped program never reaches."""
RECOVERED_SPLIT = (0.856, 0.144)
STAFF = 8
BRACKETS = 9
DAYS = 89
COMPARTMENTS = ("S", "E", "I", "M", "V", "H", "Rm", "Rs", "F")


@dataclass(frozen=True)
class Scenario:
    """What the user of the program enters; people, cases, ... by bracket, the last is staff."""

    people: tuple[float, ...]
    cases: tuple[float, ...]
    category: str = "high"
    dormitory_share: float = 0.15
    turnover: float = 0.0
    capacity: float | None = None
    rt: float | None = None
    recovered: tuple[float, ...] = (0,) * BRACKETS
    dead: tuple[float, ...] = (0,) * BRACKETS
    releases: tuple[tuple[int, float], ...] = ()
    """(day, people)"""


@dataclass(frozen=True)
class Defects:
    """What the program does and should not; all on is the program as it was."""

    competing_exits: bool = True
    """off: who dies is settled on admission"""
    cumulative_start_unreachable: bool = True
    """off: without recoveries, all cases are split as the program meant to"""
    release_of_susceptible_only: bool = True
    """off: people of every stage but the dead are released alike"""
    release_leaves_crowding: bool = True
    """off: R falls as releases empty the place"""
    dead_counted: bool = True
    """off: the dead are no longer in the denominator"""


AS_IT_WAS = Defects()


def nine(detained: float, staff: float) -> tuple[float, ...]:
    """Detained people without age, and staff."""
    return (detained, 0, 0, 0, 0, 0, 0, 0, staff)


SCENARIOS = {
    "A": Scenario(nine(1000, 200), nine(10, 2)),
    "B": Scenario(nine(1000, 200), nine(10, 2), "moderate", dormitory_share=0.5, capacity=1250.0),
    "C": Scenario(nine(1000, 200), nine(10, 2), releases=((10, 150.0), (20, 150.0))),
    "D": Scenario(
        (0, 20, 400, 250, 180, 90, 40, 20, 200), (0, 0, 4, 3, 2, 1, 0, 0, 2), "low", turnover=1.0
    ),
    "E": Scenario(nine(1000, 200), nine(60, 12), rt=1.3, recovered=nine(30, 6), dead=nine(2, 0)),
}


def spread(scenario: Scenario, occupied: float) -> tuple[float, float]:
    """R in cells and in dormitories at an occupancy."""
    if scenario.rt is not None:
        return scenario.rt, scenario.rt
    cells, dormitories = (
        r - (1 - occupied) * (r - floor)
        for r, floor in zip(SPREAD[scenario.category], FLOORS, strict=True)
    )
    return cells, dormitories


def occupancy(scenario: Scenario, released: float = 0.0) -> float:
    """Detained people per place, 1 when the capacity is not given."""
    if not scenario.capacity:
        return 1.0
    return (sum(scenario.people[:STAFF]) - released) / scenario.capacity


def exposure(scenario: Scenario) -> Float:
    """[9] lambda per day of each bracket; staff as if everybody lived in cells."""
    cells, dormitories = spread(scenario, occupancy(scenario))
    p = scenario.dormitory_share
    rate = np.full(BRACKETS, ((1 - p) * cells + p * dormitories) / D_I)
    rate[STAFF] = cells / D_I
    return rate


def initial(scenario: Scenario, defects: Defects = AS_IT_WAS) -> Float:
    """[9, 9] bracket by compartment S E I M V H Rm Rs F on day 0."""
    people = np.array(scenario.people, np.float64)
    people[:STAFF] *= 1 + scenario.turnover * TURNOVER
    cases, recovered, dead = (
        np.array(part, np.float64) for part in (scenario.cases, scenario.recovered, scenario.dead)
    )
    untouched = people - cases
    if defects.cumulative_start_unreachable or recovered.any() or dead.any():
        active = np.maximum(cases - recovered - dead, 0)
        later = [share * active for share in SPLIT]
        later += [share * recovered for share in RECOVERED_SPLIT]
    else:
        later = [share * cases for share in CUMULATIVE_SPLIT]
    exposed = np.minimum(later[0] * D_E / D_I, untouched)
    return np.stack([untouched - exposed, exposed, *later, dead], axis=1)


S, E, I, M, V, MILD, SEVERE_R, F, FIRST_H = range(9)  # noqa: E741
H_RECOVER, H_DIE = FIRST_H, FIRST_H + 1
"""Hospital stages when who dies is settled on admission."""


def _stages(defects: Defects) -> Stages:
    same = [1.0] * BRACKETS
    branches: list[tuple[int, int, Sequence[float]]] = [
        (E, I, same),
        (I, M, list(1 - SEVERE)),
        (I, V, list(SEVERE)),
        (M, MILD, same),
    ]
    if defects.competing_exits:
        leave = FATAL / D_D + (1 - FATAL) / D_R
        stay = list(1 / leave)
        for k in range(BRACKETS):
            dying = FATAL[k] / D_D / leave[k]
            branches += [
                (V, FIRST_H + k, [1.0 if course == k else 0.0 for course in range(BRACKETS)]),
                (FIRST_H + k, F, [dying] * BRACKETS),
                (FIRST_H + k, SEVERE_R, [1 - dying] * BRACKETS),
            ]
    else:
        stay = [D_R, D_D]
        branches += [
            (V, H_RECOVER, list(1 - FATAL)),
            (V, H_DIE, list(FATAL)),
            (H_RECOVER, SEVERE_R, same),
            (H_DIE, F, same),
        ]
    never = np.inf
    dwell = [never, D_E, D_I, D_M, D_V, never, never, never, *stay]
    present = [1.0] * len(dwell)
    present[F] = float(defects.dead_counted)
    return stage_graph(
        dwell,
        [0, 0, 1] + [0] * (len(dwell) - 3),
        sorted(branches, key=lambda branch: branch[0]),
        present=present,
    )


def _people(start: Float, bracket: int, n_stages: int, defects: Defects) -> Float:
    """[stages] people of one bracket on day 0."""
    people = np.zeros(n_stages)
    people[[S, E, I, M, V]] = start[bracket, :5]
    people[[MILD, SEVERE_R, F]] = start[bracket, 6:]
    if defects.competing_exits:
        people[FIRST_H + bracket] = start[bracket, 5]
    else:
        # Of those there on day 0, as many will die as of those who come in.
        people[H_DIE] = start[bracket, 5] * FATAL[bracket]
        people[H_RECOVER] = start[bracket, 5] - people[H_DIE]
    return people


def course(scenario: Scenario, defects: Defects = AS_IT_WAS) -> tuple[Float, Float]:
    """[90, 9, 9] and [90] people by day, bracket and compartment, and N, from the engine."""
    stages = _stages(defects)
    n_stages = stages.dwell_days.size
    start = initial(scenario, defects)
    cells, dormitories = spread(scenario, occupancy(scenario))
    p = scenario.dormitory_share
    groups = []
    for k in range(BRACKETS):
        share = p if k != STAFF else 0.0
        where = [(0, 0, (1 - share) * cells / D_I, 1.0), (1, 0, share * dormitories / D_I, 1.0)]
        groups.append(Group(tuple(_people(start, k, n_stages, defects)), where, course=k))
    leaving, gone = BRACKETS, BRACKETS + 1
    nobody = (0.0,) * n_stages
    groups.append(Group(nobody, [(0, 0, 0.0, 1.0), (1, 0, 0.0, 1.0)]))
    groups.append(Group(nobody, []))
    profiles = np.zeros((DAYS, 2))
    profiles[:, 0] = 1.0
    for day, n in scenario.releases:
        profiles[day - 2, 1] = n
    released = [1.0] * n_stages
    if defects.release_of_susceptible_only:
        released = [1.0] + [0.0] * (n_stages - 1)
    inputs = compile_plan(
        Plan(
            stages=stages,
            groups=groups,
            pools=[Pool(1.0), Pool(1.0)],
            days=DAYS,
            step_days=1.0,
            ways=[Way(leaving, gone, 1.0)],
            drafts=[Draft(range(STAFF), leaving, 1.0, weight=1, profile=1)],
            stage_weights=[[0.0 if s == F else released[s] for s in range(n_stages)]],
            profiles=profiles,
            linear=True,
            integer=False,
        )
    )
    if not defects.release_leaves_crowding:
        inputs = replace(inputs, rates=replace(inputs.rates, multiplier=_less_crowding(scenario)))
    stock = run(inputs, seed=0, draw=0, mode="mean_field", check=True).stock
    brackets = stock[:, :BRACKETS]
    hospital = brackets[:, :, FIRST_H:].sum(axis=2)
    x = np.concatenate(
        [brackets[:, :, :5], hospital[:, :, None], brackets[:, :, [MILD, SEVERE_R, F]]], axis=2
    )
    total = stock[:, :BRACKETS].sum(axis=(1, 2))
    return np.concatenate([start[None], x]), np.concatenate([[start.sum()], total])


def _less_crowding(scenario: Scenario) -> Float:
    """[steps, 2] R in cells and dormitories over those of day 0, as releases empty the place."""
    at_start = spread(scenario, occupancy(scenario))
    out = np.ones((DAYS, 2))
    for step in range(DAYS):
        gone = sum(n for day, n in scenario.releases if day <= step + 1)
        now = spread(scenario, occupancy(scenario, gone))
        out[step] = [now[pool] / at_start[pool] for pool in range(2)]
    return out
