"""The Recidiviz model as inputs alone: five scenarios, every compartment, to 1e-9.

Source: equations 1.2 to 1.5 and the oracle values 1.9 of ``reference/recidiviz_model.md``
(Recidiviz covid19-dashboard, src/infection-model/seir.tsx).  The reference below is written from
those equations; it is first held against the printed values, then the engine against it.

How the model becomes inputs: explicit Euler with a step of a day (``linear``); the dead stay
present, because the model divides by everybody; a bracket's exposure is its activity; hospital
stages per bracket, because the two exits compete at rates that depend on the bracket.  A release
takes susceptible people only and still counts them in the denominator on the day of release: it
moves them into a cell that is present and not exposed, and a day later out of the system.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from thinwalls.engine import run

from .support import Draft, Group, Plan, Pool, Way, compile_plan, stage_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Float = NDArray[np.float64]

D_E, D_I, D_M, D_V, D_R, D_D = 2.0, 4.1, 9.9, 2.9, 22.0, 8.3
SEVERE = np.array([0.2605, 0.0205, 0.1755, 0.2475, 0.2530, 0.3605, 0.4460, 0.5080, 0.2605])
DEATH = np.array([0.026, 0.0, 0.0015, 0.0065, 0.020, 0.038, 0.074, 0.1885, 0.026])
FATAL = DEATH / SEVERE
SPREAD = {"low": (2.4, 3.0), "moderate": (3.0, 5.0), "high": (3.7, 7.0)}
STAFF = 8


@dataclass(frozen=True)
class Scenario:
    people: tuple[float, ...]
    cases: tuple[float, ...]
    category: str = "high"
    dormitory_share: float = 0.15
    turnover: float = 0.0
    capacity: float | None = None
    rt: float | None = None
    recovered: tuple[float, ...] = (0,) * 9
    dead: tuple[float, ...] = (0,) * 9
    releases: tuple[tuple[int, float], ...] = ()


def nine(detained: float, staff: float) -> tuple[float, ...]:
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

# run, day: N, then S E I M V H Rm Rs F of detained people and of staff (1.9)
PRINTED = {
    ("A", 30): (1200,
        (14.6775, 5.9872, 78.1714, 293.1947, 26.6161, 145.0268, 372.3777, 49.4237, 14.5248),
        (5.1141, 1.7029, 17.6768, 58.9542, 5.6906, 28.2252, 70.6650, 9.2522, 2.7191)),
    ("A", 89): (1200,
        (9.9062, 0, 0, 0.7746, 0, 8.5824, 730.5615, 193.3523, 56.8230),
        (3.6192, 0, 0, 0.1647, 0, 1.7563, 144.8913, 38.3099, 11.2586)),
    ("B", 30): (1200,
        (68.6266, 35.0804, 159.3359, 286.1375, 37.3582, 113.8387, 258.0041, 32.1658, 9.4530),
        (28.5156, 9.4771, 34.1467, 51.8025, 7.2779, 19.4396, 42.5828, 5.2229, 1.5349)),
    ("B", 89): (1200,
        (28.6462, 0, 0.0005, 1.2368, 0.0002, 10.4683, 716.2407, 188.1215, 55.2858),
        (15.0194, 0, 0.0002, 0.2835, 0.0001, 2.1643, 136.3418, 35.6993, 10.4914)),
    ("C", 30): (900,
        (2.8091, 0.7834, 30.0673, 190.1267, 12.8602, 106.8269, 301.7936, 42.3011, 12.4316),
        (5.8075, 1.2489, 15.8260, 58.3530, 5.3769, 28.5780, 72.4579, 9.5463, 2.8055)),
    ("C", 89): (900,
        (2.2215, 0, 0, 0.4315, 0, 5.4320, 514.7374, 136.9347, 40.2428),
        (4.7234, 0, 0, 0.1556, 0, 1.7087, 144.0838, 38.1244, 11.2041)),
    ("D", 30): (1287.9,
        (449.7250, 90.5537, 168.4787, 165.6661, 24.1399, 49.7949, 122.0717, 14.9020, 2.5679),
        (85.3254, 16.4491, 30.3434, 28.7700, 4.7260, 9.5631, 21.2611, 2.7528, 0.8090)),
    ("D", 89): (1287.9,
        (108.0713, 0.0076, 0.0431, 3.9751, 0.0133, 18.3158, 741.1175, 184.8484, 31.5078),
        (21.6291, 0.0015, 0.0083, 0.7209, 0.0028, 3.1491, 131.0094, 33.6033, 9.8755)),
    ("E", 30): (1200,
        (831.4866, 8.8428, 17.1283, 25.4577, 3.0103, 13.5126, 79.6211, 15.6198, 5.3208),
        (166.2465, 1.7680, 3.4247, 5.1070, 0.6019, 2.7374, 16.2098, 3.2141, 0.6907)),
    ("E", 89): (1200,
        (618.3391, 3.5213, 8.3528, 20.1549, 1.6950, 16.3692, 252.9713, 60.1800, 18.4163),
        (123.6301, 0.7041, 1.6700, 4.0298, 0.3389, 3.2743, 50.8862, 12.1499, 3.3168)),
}  # fmt: skip


def exposure(scenario: Scenario) -> Float:
    """[9] lambda per day of each bracket (1.3)."""
    cells, dormitories = SPREAD[scenario.category]
    occupied = 1.0
    if scenario.capacity:
        occupied = sum(scenario.people[:STAFF]) / scenario.capacity
    cells -= (1 - occupied) * (cells - 0.8)
    dormitories -= (1 - occupied) * (dormitories - 1.7)
    if scenario.rt is not None:
        cells = dormitories = scenario.rt
    p = scenario.dormitory_share
    rate = np.full(9, ((1 - p) * cells + p * dormitories) / D_I)
    rate[STAFF] = cells / D_I
    return rate


def initial(scenario: Scenario) -> Float:
    """[9, 9] bracket by compartment S E I M V H Rm Rs F on day 0 (1.4)."""
    people = np.array(scenario.people, np.float64)
    people[:STAFF] *= 1 + scenario.turnover * 0.0879
    cases, recovered, dead = map(np.array, (scenario.cases, scenario.recovered, scenario.dead))
    active = np.maximum(cases - recovered - dead, 0)
    untouched = people - cases
    infectious = 0.293 * active
    exposed = np.minimum(infectious * D_E / D_I, untouched)
    return np.stack(
        [
            untouched - exposed, exposed, infectious, 0.439 * active, 0.052 * active,
            0.216 * active, 0.856 * recovered, 0.144 * recovered, dead.astype(np.float64),
        ],
        axis=1,
    )  # fmt: skip


def reference(scenario: Scenario) -> tuple[Float, Float]:
    """[90, 9, 9] and [90] people by day, bracket, compartment, and N (1.5)."""
    x = initial(scenario)
    total = x.sum()
    rate = exposure(scenario)
    days, totals = [x], [total]
    for t in range(1, 90):
        s, e, i, m, v, h, mild, severe, dead = x.T
        change = -sum(n for day, n in scenario.releases if day == t)
        detained = s[:STAFF].sum()
        s = s + np.where(np.arange(9) < STAFF, change * s / detained if detained > 0 else 0.0, 0.0)
        force = rate * i.sum() * s / total
        infected = np.minimum(s, force)
        died = FATAL * h / D_D
        left = (1 - FATAL) * h / D_R
        x = np.stack(
            [
                np.maximum(s - force, 0), e + infected - e / D_E, i + e / D_E - i / D_I,
                m + (1 - SEVERE) * i / D_I - m / D_M, v + SEVERE * i / D_I - v / D_V,
                h + v / D_V - died - left, mild + m / D_M, severe + left, dead + died,
            ],
            axis=1,
        )  # fmt: skip
        total += change
        days.append(x)
        totals.append(total)
    return np.array(days), np.array(totals)


S, E, I, M, V, MILD, SEVERE_R, F, FIRST_H = range(9)  # noqa: E741


def engine(scenario: Scenario) -> tuple[Float, Float]:
    """The same arrays from the engine."""
    leave = FATAL / D_D + (1 - FATAL) / D_R
    same = [1.0] * 9
    branches: list[tuple[int, int, Sequence[float]]] = [
        (E, I, same),
        (I, M, list(1 - SEVERE)),
        (I, V, list(SEVERE)),
        (M, MILD, same),
    ]
    for k in range(9):
        h = FIRST_H + k
        own = [1.0 if course == k else 0.0 for course in range(9)]
        dying = FATAL[k] / D_D / leave[k]
        branches.append((V, h, own))
        branches.append((h, F, [dying] * 9))
        branches.append((h, SEVERE_R, [1 - dying] * 9))
    never = np.inf
    stages = stage_graph(
        [never, D_E, D_I, D_M, D_V, never, never, never, *(1 / leave)],
        [0, 0, 1] + [0] * 14,
        sorted(branches, key=lambda branch: branch[0]),
    )
    start = initial(scenario)
    rate = exposure(scenario)
    groups = []
    for k in range(9):
        people = np.zeros(17)
        people[[S, E, I, M, V]] = start[k, :5]
        people[FIRST_H + k] = start[k, 5]
        people[[MILD, SEVERE_R, F]] = start[k, 6:]
        groups.append(Group(tuple(people), [(0, 0, rate[k], 1.0)], course=k))
    leaving, gone = 9, 10
    groups.append(Group((0.0,) * 17, [(0, 0, 0.0, 1.0)]))
    groups.append(Group((0.0,) * 17, []))
    profiles = np.zeros((89, 2))
    profiles[:, 0] = 1.0
    for day, n in scenario.releases:
        profiles[day - 2, 1] = n
    inputs = compile_plan(
        Plan(
            stages=stages,
            groups=groups,
            pools=[Pool(1.0)],
            days=89,
            step_days=1.0,
            ways=[Way(leaving, gone, 1.0)],
            drafts=[Draft(range(STAFF), leaving, 1.0, weight=1, profile=1)],
            stage_weights=[[1.0] + [0.0] * 16],
            profiles=profiles,
            linear=True,
            integer=False,
        )
    )
    stock = run(inputs, seed=0, draw=0, mode="mean_field", check=True).stock
    brackets = stock[:, :9]
    hospital = np.stack([brackets[:, k, FIRST_H + k] for k in range(9)], axis=1)
    x = np.concatenate(
        [brackets[:, :, :5], hospital[:, :, None], brackets[:, :, [MILD, SEVERE_R, F]]], axis=2
    )
    return np.concatenate([start[None], x]), np.concatenate(
        [[start.sum()], stock[:, :9].sum(axis=(1, 2))]
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_reference_gives_the_printed_values(name: str) -> None:
    x, total = reference(SCENARIOS[name])
    for (run_name, day), (n, detained, staff) in PRINTED.items():
        if run_name == name:
            assert total[day] == pytest.approx(n, abs=1e-6)
            assert x[day, :STAFF].sum(axis=0) == pytest.approx(np.array(detained), abs=5.1e-5)
            assert x[day, STAFF] == pytest.approx(np.array(staff), abs=5.1e-5)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_engine_gives_the_reference(name: str) -> None:
    expected, total = reference(SCENARIOS[name])
    found, found_total = engine(SCENARIOS[name])
    leaving = np.zeros(90)
    for day, n in SCENARIOS[name].releases:
        leaving[day - 1] += n
    assert found_total + leaving == pytest.approx(total, abs=1e-9)
    # On the eve of a release its people have left their cells already (see above).
    compared = leaving == 0
    assert np.abs(found - expected)[compared].max() < 1e-9
    assert np.abs(found - expected)[:, :, 1:].max() < 1e-9


def test_peaks() -> None:
    """Largest I and H over staff and detained people together, and their days (1.9)."""
    peaks = {
        "A": (349.7219, 21, 175.3418, 32), "B": (280.0328, 25, 159.9314, 36),
        "C": (301.5091, 20, 135.4050, 30), "D": (205.8038, 32, 133.2978, 45),
        "E": (23.0095, 45, 24.7531, 63),
    }  # fmt: skip
    for name, (infectious, day_i, hospital, day_h) in peaks.items():
        x = engine(SCENARIOS[name])[0].sum(axis=1)
        assert x[:, 2].max() == pytest.approx(infectious, abs=5.1e-5)
        assert int(x[:, 2].argmax()) == day_i
        assert x[:, 5].max() == pytest.approx(hospital, abs=5.1e-5)
        assert int(x[:, 5].argmax()) == day_h
