"""The three workloads as engine inputs (exact numbers: ../shared/bench/README.md).

SEIR with death, daily steps, 180 days, latent 4 days, infectious 7 days, 0.5 % of those who leave
the infectious stage die.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine import (
    NONE,
    Attendance,
    Cells,
    Exits,
    Inputs,
    OutputSpec,
    Rates,
    Settings,
    Stages,
    no_counts,
    no_exits,
    no_programmes,
    no_triggers,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float = NDArray[np.float64]
    Int = NDArray[np.int64]
    Index = NDArray[np.int32]

DAYS = 180
LATENT, INFECTIOUS, DYING = 4.0, 7.0, 0.005
CONTACT = np.array([[0.35, 0.05, 0.0], [0.10, 0.15, 0.10], [0.002, 0.01, 0.12]])
"""[susceptible, infectious] of detained people, staff, community, per day"""
MOVED, RELEASED = 0.01, 0.02
QUIET = 0.4
"""multiplies contact in the near-idle version of W1, where outbreaks end by themselves"""
AGES = np.array([0.02, 0.18, 0.28, 0.22, 0.15, 0.09, 0.04, 0.02])


@dataclass(frozen=True)
class Places:
    """W1: head counts, transfer destinations and seeded places."""

    detained: Int
    staff: Int
    community: Int
    to: Int
    """[K, 8]"""
    seeded: Int


def places(k: int) -> Places:
    """The draw of the workload definition, number for number."""
    random = np.random.default_rng(12345)
    detained = np.clip(np.round(random.lognormal(np.log(150), 1.3, k)), 5, 8000)
    staff = (0.3 * detained.astype(np.int32) + 5).astype(np.int64)
    community = np.clip(np.round(random.lognormal(np.log(30000), 1.2, k)), 500, 2_000_000)
    to = random.integers(0, k, (k, 8)).astype(np.int64)
    seeded = random.permutation(k)[: max(5, k // 200)].astype(np.int64)
    return Places(detained.astype(np.int64), staff, community.astype(np.int64), to, seeded)


def _graph(
    dwell: list[float], infectiousness: list[float], branches: list[tuple[int, int, float]]
) -> Stages:
    """Stages from S over a chain to R and, last, D."""
    n = len(dwell)
    return Stages(
        dwell_days=np.array(dwell),
        infectiousness=np.array(infectiousness),
        present=np.array([1.0] * (n - 1) + [0.0]),
        alive=np.array([True] * (n - 1) + [False]),
        branch_from=np.array([b[0] for b in branches], np.int32),
        branch_to=np.array([b[1] for b in branches], np.int32),
        branch_probability=np.array([[b[2] for b in branches]]),
        susceptible=0,
        infected=1,
        resource=np.full(n, NONE, np.int32),
        overflow=np.full(n, NONE, np.int32),
    )


def seird() -> Stages:
    """S, E, I, R, D."""
    return _graph(
        [np.inf, LATENT, INFECTIOUS, np.inf, np.inf],
        [0, 0, 1, 0, 0],
        [(1, 2, 1.0), (2, 3, 1 - DYING), (2, 4, DYING)],
    )


def _staged() -> Stages:
    """W2: latent 5 days (sd 2.7) in two stages, infectious 8 days (sd 2.8) in four.

    In daily steps a stage lasts a geometric number of days; its mean m is reached with a dwell
    time of -1 / log(1 - 1 / m).
    """
    latent, infectious = (-1 / np.log1p(-1 / m) for m in (2.5, 2.0))
    chain = [(s, s + 1, 1.0) for s in range(1, 6)]
    return _graph(
        [np.inf, latent, latent, *[infectious] * 4, np.inf, np.inf],
        [0, 0, 0, 1, 1, 1, 1, 0, 0],
        [*chain, (6, 7, 1 - DYING), (6, 8, DYING)],
    )


def _assemble(
    stages: Stages,
    people: Int,
    settings: Settings,
    attendance: Attendance,
    exits: Exits,
    output: Index,
    every_days: int,
) -> Inputs:
    n_cells, n_stages = people.shape
    n_settings = settings.transmission.size
    infected = np.zeros((1, n_stages, n_stages), np.bool_)
    infected[0, 0, 1] = True
    return Inputs(
        step_days=1.0,
        n_steps=DAYS,
        people=people,
        cells=Cells(
            key=np.arange(1, n_cells + 1, dtype=np.uint64),
            severity_row=np.zeros(n_cells, np.int32),
            susceptibility=np.ones(n_cells),
            infectivity=np.ones(n_cells),
            region=np.full(n_cells, NONE, np.int32),
            output=output,
        ),
        settings=settings,
        attendance=attendance,
        stages=stages,
        exits=exits,
        counts=no_counts(),
        programmes=no_programmes(),
        triggers=no_triggers(),
        rates=Rates(
            period_of_step=np.zeros(DAYS, np.int32),
            multiplier=np.ones((1, n_settings)),
            hazard_per_day=np.zeros((1, n_settings)),
            profile=np.ones((1, 1)),
            stage_weight=stages.alive[None, :].astype(np.float64),
            capacity=np.zeros((1, 0, 0)),
        ),
        outputs=OutputSpec(
            int(output.max()) + 1, every_days, infected, np.zeros((0, n_stages)), 0, False
        ),
    )


def country(k: int, kind: str, every_days: int = 1) -> Inputs:
    """W1: k places of detained people, staff and a community, with transfers and turnover.

    Args:
        k: places.
        kind: "dense" (every community seeded), "sparse" (0.5 % of places seeded) or "quiet" (the
            same, with so little contact that outbreaks end by themselves).
        every_days: interval of the record; one row per cell.
    """
    given = places(k)
    people = np.zeros((k, 3, 5), np.int64)
    people[:, :, 0] = np.stack([given.detained, given.staff, given.community], axis=1)
    if kind == "dense":
        cases = given.community // 1000 + 1
        people[:, 2, 0] -= 2 * cases
        people[:, 2, 1] = people[:, 2, 2] = cases
    people[given.seeded, 0, 0] -= 3
    people[given.seeded, 0, 2] += 3
    cells = 3 * k
    settings = Settings(
        transmission=np.full(k, QUIET if kind == "quiet" else 1.0),
        crowding_exponent=np.zeros(k),
        reference_present=np.ones(k),
        kind=np.zeros(k, np.int32),
        contact=CONTACT[None].copy(),
        normalise_by_role=np.array([True]),
    )
    attendance = Attendance(
        start=np.arange(cells + 1, dtype=np.int64),
        setting=np.repeat(np.arange(k, dtype=np.int32), 3),
        role=np.tile(np.arange(3, dtype=np.int32), k),
        activity=np.ones(cells),
        presence=np.ones(cells),
    )
    return _assemble(
        seird(),
        people.reshape(cells, 5),
        settings,
        attendance,
        _turnover(given),
        np.arange(cells, dtype=np.int32),
        every_days,
    )


def _turnover(given: Places) -> Exits:
    """People who move every day.

    1 % of detained people move to one of 8 places, 2 % of the others are released, and 2 % of the
    initial number are taken from the community.
    """
    k = given.detained.size
    leave = -np.log((1 - MOVED) * (1 - RELEASED))
    moving = leave * MOVED / (MOVED + (1 - MOVED) * RELEASED)
    home = 3 * np.arange(k)
    to = np.concatenate([3 * given.to, home[:, None] + 2, home[:, None]], axis=1)
    arrest = -np.log1p(-RELEASED * given.detained / given.community)
    hazard = np.concatenate(
        [np.full((k, 8), moving / 8), np.full((k, 1), leave - moving), arrest[:, None]], axis=1
    )
    count = np.tile([9, 0, 1], k)
    return Exits(
        start=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        to=to.ravel().astype(np.int32),
        hazard_per_day=hazard.ravel(),
        profile=np.zeros(10 * k, np.int32),
        movement=np.full(10 * k, NONE, np.int32),
        stage_weight=np.zeros(10 * k, np.int32),
    )


def facility(every_days: int = 1) -> Inputs:
    """W2: 3,000 detained people in 60 units, 800 staff in 3 shifts.

    Units mix at 0.30 a day.  In the shared spaces, people are told apart by the shift that guards
    them: everybody meets detained people at 0.10 a day, staff meet their shift at 0.15, detained
    people meet staff at 0.08, other shifts half as much.
    """
    units, unit, staff = 60, 50, 800
    shift = np.array([267, 267, 266])
    contact = np.zeros((2, 6, 6))
    contact[0, 0, 0] = 1.0
    contact[1, :, :3] = 0.10 / 3
    for s in range(3):
        for other in range(3):
            near = 1.0 if s == other else 0.5
            contact[1, s, 3 + other] = 0.08 * near * shift[other] / staff
        contact[1, 3 + s, 3 + s] = 0.15 * shift[s] / (staff / 3)
    stages = _staged()
    people = np.zeros((units + 3, 9), np.int64)
    people[:units, 0] = unit
    people[units:, 0] = shift
    people[: 5 * 12 : 12, 0] -= 1
    people[: 5 * 12 : 12, 3] += 1
    setting = np.zeros(2 * units + 3, np.int32)
    setting[: 2 * units : 2] = 1 + np.arange(units)
    role = np.zeros(2 * units + 3, np.int32)
    role[1 : 2 * units : 2] = np.arange(units) % 3
    role[2 * units :] = 3 + np.arange(3)
    rows = np.array([2] * units + [1] * 3)
    return _assemble(
        stages,
        people,
        Settings(
            transmission=np.array([1.0] + [0.30] * units),
            crowding_exponent=np.zeros(units + 1),
            reference_present=np.ones(units + 1),
            kind=np.array([1] + [0] * units, np.int32),
            contact=contact,
            normalise_by_role=np.array([True, True]),
        ),
        Attendance(
            start=np.concatenate([[0], np.cumsum(rows)]).astype(np.int64),
            setting=setting,
            role=role,
            activity=np.ones(setting.size),
            presence=np.ones(setting.size),
        ),
        no_exits(units + 3),
        np.arange(units + 3, dtype=np.int32),
        every_days,
    )


def ages(every_days: int = 1) -> Inputs:
    """W3: one facility, 8 age bands of detained people and of staff, 16 x 16 contacts."""
    detained = np.arange(16) < 8
    people = np.zeros((16, 5), np.int64)
    people[:, 0] = (np.where(detained, 3000, 800) * np.tile(AGES, 2)).astype(np.int64)
    people[2:7, 0] -= 1
    people[2:7, 2] += 1
    together = detained[:, None] == detained[None, :]
    strength = np.where(together, np.where(detained, 0.30, 0.15)[:, None], 0.07)
    same_age = np.arange(16)[:, None] % 8 == np.arange(16)[None, :] % 8
    contact = strength * np.tile(AGES, 2)[None, :] * (1 + 0.5 * same_age)
    return _assemble(
        seird(),
        people,
        Settings(
            np.ones(1), np.zeros(1), np.ones(1), np.zeros(1, np.int32), contact[None],
            np.array([True]),
        ),
        Attendance(
            np.arange(17, dtype=np.int64), np.zeros(16, np.int32), np.arange(16, dtype=np.int32),
            np.ones(16), np.ones(16),
        ),
        no_exits(16),
        np.arange(16, dtype=np.int32),
        every_days,
    )  # fmt: skip
