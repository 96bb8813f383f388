"""Small systems for the tests of the engine."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

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
    no_counts,
    no_exits,
    no_programmes,
    no_triggers,
    run,
)

ARRAYS = (
    "flow", "stock", "moved", "arrived", "moved_infected", "force", "resource_in_use", "overflowed",
)  # fmt: skip


def f(*values: float) -> Any:
    return np.array(values, dtype=np.float64)


def i32(*values: int) -> Any:
    return np.array(values, dtype=np.int32)


def i64(*values: int) -> Any:
    return np.array(values, dtype=np.int64)


def checksum(inputs: Inputs) -> str:
    """Of all that a run of either mode gives."""
    total = hashlib.sha256()
    for mode in ("stochastic", "mean_field"):
        output = run(inputs, seed=3, draw=1, mode=mode, check=True)
        for name in (*ARRAYS, "final"):
            total.update(np.ascontiguousarray(getattr(output, name)).tobytes())
    return total.hexdigest()


def seir(latent: float = 4.0, infectious: float = 7.0, dying: float = 0.01) -> Stages:
    """S, E, I, R, D."""
    return Stages(
        dwell_days=f(np.inf, latent, infectious, np.inf, np.inf),
        infectiousness=f(0, 0, 1, 0, 0),
        present=f(1, 1, 1, 1, 0),
        alive=np.array([True, True, True, True, False]),
        branch_from=i32(1, 2, 2),
        branch_to=i32(2, 3, 4),
        branch_probability=np.array([[1.0, 1.0 - dying, dying]]),
        susceptible=0,
        infected=1,
        resource=np.full(5, NONE, np.int32),
        overflow=np.full(5, NONE, np.int32),
    )


def start(*susceptible: int, infectious: int = 0) -> np.ndarray:
    people = np.zeros((len(susceptible), 5), np.int64)
    people[:, 0] = susceptible
    people[0, 2] = infectious
    return people


def permuted(inputs, order):
    """The same system with its cells in another order, keys and all."""
    back = np.argsort(order)

    def rows(first):
        parts = [np.arange(first[i], first[i + 1]) for i in order]
        return np.concatenate(parts), np.concatenate(([0], np.cumsum(np.diff(first)[order])))

    cells, exits, counts = inputs.cells, inputs.exits, inputs.counts
    own, own_start = rows(inputs.attendance.start)
    out, out_start = rows(exits.start)
    where = back.astype(np.int32)
    return replace(
        inputs,
        people=inputs.people[order],
        cells=Cells(
            *(
                None if getattr(cells, name) is None else getattr(cells, name)[order]
                for name in cells.__slots__
            )
        ),
        attendance=replace(
            inputs.attendance,
            start=own_start,
            **{
                name: getattr(inputs.attendance, name)[own]
                for name in ("setting", "role", "activity", "presence")
            },
        ),
        exits=Exits(
            out_start,
            where[exits.to[out]],
            *(
                getattr(exits, name)[out]
                for name in ("hazard_per_day", "profile", "movement", "stage_weight")
            ),
        ),
        counts=replace(
            counts,
            pool_cell=where[counts.pool_cell],
            pool_to=np.where(counts.pool_to < 0, NONE, where[counts.pool_to]).astype(np.int32),
            fan_cell=where[counts.fan_cell],
        ),
        programmes=replace(inputs.programmes, cell=where[inputs.programmes.cell]),
    )


def system(
    people: Any,
    stages: Stages | None = None,
    *,
    beta: float = 0.5,
    n_steps: int = 100,
    step_days: float = 0.25,
    setting_of: Any = None,
    every_days: int = 1,
    n_movements: int = 1,
    **changes: Any,
) -> Inputs:
    """Cells that each attend one setting (all of them setting 0 by default)."""
    people = np.asarray(people)
    stages = seir() if stages is None else stages
    n_cells, n_stages = people.shape
    setting = (
        np.zeros(n_cells, np.int32) if setting_of is None else np.asarray(setting_of, np.int32)
    )
    n_settings = int(setting.max()) + 1
    flow = np.zeros((2, n_stages, n_stages), np.bool_)
    flow[0, stages.susceptible, stages.infected] = True
    flow[1, :, ~stages.alive] = True
    inputs = Inputs(
        step_days=step_days,
        n_steps=n_steps,
        people=people,
        cells=Cells(
            key=np.arange(n_cells, dtype=np.uint64) + np.uint64(11),
            severity_row=np.zeros(n_cells, np.int32),
            susceptibility=np.ones(n_cells),
            infectivity=np.ones(n_cells),
            region=np.full(n_cells, NONE, np.int32),
            output=np.arange(n_cells, dtype=np.int32),
        ),
        settings=Settings(
            transmission=np.full(n_settings, beta),
            crowding_exponent=np.zeros(n_settings),
            reference_present=np.ones(n_settings),
            kind=np.zeros(n_settings, np.int32),
            contact=np.ones((1, 1, 1)),
            normalise_by_role=np.array([False]),
        ),
        attendance=Attendance(
            np.arange(n_cells + 1, dtype=np.int64),
            setting,
            np.zeros(n_cells, np.int32),
            np.ones(n_cells),
            np.ones(n_cells),
        ),
        stages=stages,
        exits=no_exits(n_cells),
        counts=no_counts(),
        programmes=no_programmes(),
        triggers=no_triggers(),
        rates=Rates(
            period_of_step=np.zeros(n_steps, np.int32),
            multiplier=np.ones((1, n_settings)),
            hazard_per_day=np.zeros((1, n_settings)),
            profile=np.ones((1, 1)),
            stage_weight=stages.alive[None, :].astype(np.float64),
            capacity=np.zeros((1, 0, 0)),
        ),
        outputs=OutputSpec(n_cells, every_days, flow, np.eye(n_stages), n_movements, True),
    )
    return replace(inputs, **changes)


def twisted(*, weighted: bool = False) -> Inputs:
    """Four cells with everything at once: hospital, both kinds of movement, limits, fans."""
    stages = Stages(
        dwell_days=f(np.inf, 3, 5, 8, 6, 4, np.inf, np.inf),
        infectiousness=f(0, 0, 1, 0, 0, 0, 0, 0),
        present=f(1, 1, 1, 0, 0, 1, 1, 0),
        alive=np.array([True] * 7 + [False]),
        branch_from=i32(1, 2, 2, 3, 3, 4, 4, 5, 5),
        branch_to=i32(2, 6, 3, 4, 6, 6, 7, 6, 7),
        branch_probability=np.array([[1, 0.7, 0.3, 0.4, 0.6, 0.5, 0.5, 0.1, 0.9]]),
        susceptible=0,
        infected=1,
        resource=i32(-1, -1, -1, 0, 1, -1, -1, -1),
        overflow=i32(-1, -1, -1, 5, 5, -1, -1, -1),
    )
    people = np.zeros((4, 8), np.int64)
    people[:, 0] = [800, 600, 50, 0]
    people[0, 2] = 10
    base = system(people, stages, n_steps=300, setting_of=[0, 0, 1, 1], n_movements=3, beta=0.6)
    row = int(weighted)
    weight = np.array([[1, 1, 1, 1, 1, 1, 1, 0], [1, 0.5, 0.2, 1, 1, 1, 2.0, 0]])
    return replace(
        base,
        cells=replace(base.cells, region=i32(0, 0, 0, 0)),
        exits=Exits(
            i64(0, 2, 2, 3, 3), i32(1, 2, 3), f(0.02, 0.01, 0.05), i32(0, 1, 0), i32(0, 0, 1),
            i32(0, row, 0),
        ),
        counts=Counts(
            f(3.3, 60.0, 1.0), i32(0, 0, 0), i32(2, 2, 2), i32(row, row, 0), i64(0, 2, 4, 5),
            i32(0, 1, 0, 1, 3), f(1, 1, 1 + row, 1, 1), i32(2, -1, -1, 3, -1), i64(0, 2, 4, 5),
            i32(2, 3, 3, 0, 0), f(1, 1, 2, 1, 1),
        ),
        programmes=Programmes(
            i64(0, 4, 5), i32(0, 1, 2, 3, 0), i32(2, 0), i32(6, 6), f(0.1, 0.05), i32(0, 0),
            i32(0, -1), f(30),
        ),
        rates=replace(
            base.rates,
            stage_weight=weight,
            capacity=np.array([[[20.0, 5.0]]]),
            profile=np.ones((1, 2)),
            hazard_per_day=np.full((1, 2), 1e-4),
        ),
    )  # fmt: skip


def random_system(rng: np.random.Generator, n_stages: int, n_cells: int) -> Inputs:
    """Random stage graph, cells, movements, hospitals and programmes."""
    last = n_stages - 1
    origin, to, probability = [], [], []
    for s in range(1, last):
        targets = sorted({s + 1, int(rng.integers(s + 1, n_stages))})
        share = rng.dirichlet(np.ones(len(targets)), 2)
        for at, target in enumerate(targets):
            origin.append(s)
            to.append(target)
            probability.append(share[:, at])
    dwell = np.r_[np.inf, rng.uniform(0.1, 6, last - 1), np.inf]
    beds = np.full(n_stages, NONE, np.int32)
    overflow = np.full(n_stages, NONE, np.int32)
    if last > 3:
        beds[last - 1] = 0
        overflow[last - 1] = last
    alive = np.ones(n_stages, np.bool_)
    alive[last] = bool(rng.integers(2))
    stages = Stages(
        dwell, np.r_[0.0, rng.uniform(0, 1, last - 1), 0.0], np.where(alive, 1.0, 0.0), alive,
        np.array(origin, np.int32), np.array(to, np.int32), np.array(probability).T, 0, 1, beds,
        overflow,
    )  # fmt: skip
    people = rng.integers(0, 60, (n_cells, n_stages)) * rng.integers(0, 2, (n_cells, n_stages))
    people[:, 0] += rng.integers(0, 400, n_cells)
    where = rng.integers(0, max(1, n_cells // 2), n_cells)
    where[0] = max(0, n_cells // 2 - 1)
    base = system(
        people, stages, n_steps=int(rng.integers(1, 60)), setting_of=where, n_movements=2,
        beta=float(rng.uniform(0, 1.5)),
    )  # fmt: skip
    lengths = rng.integers(0, 4, n_cells)
    n_exits = int(lengths.sum())
    n_rows = int(rng.integers(0, 4))
    pools = rng.integers(1, n_cells + 1, n_rows)
    fans = rng.integers(1, 4, n_rows)
    pool = [rng.permutation(n_cells)[:size] for size in pools]
    n_pool, n_fan = int(pools.sum()), int(fans.sum())
    weights = np.vstack([alive * 1.0, rng.uniform(0, 2, n_stages) * alive])
    settings_ = replace(
        base.settings, crowding_exponent=rng.uniform(0, 1, base.settings.kind.shape[0]),
        reference_present=rng.uniform(50, 500, base.settings.kind.shape[0]),
    )  # fmt: skip
    return replace(
        base,
        cells=replace(
            base.cells,
            key=rng.permutation(1_000)[:n_cells].astype(np.uint64),
            severity_row=rng.integers(0, 2, n_cells).astype(np.int32),
            susceptibility=rng.uniform(0, 2, n_cells),
            region=rng.integers(-1, 2, n_cells).astype(np.int32),
        ),
        settings=settings_,
        exits=Exits(
            np.r_[0, np.cumsum(lengths)].astype(np.int64),
            rng.integers(0, n_cells, n_exits).astype(np.int32), rng.uniform(0, 0.5, n_exits),
            np.zeros(n_exits, np.int32), rng.integers(0, 2, n_exits).astype(np.int32),
            rng.integers(0, 2, n_exits).astype(np.int32),
        ),
        counts=Counts(
            rng.uniform(0, 60, n_rows), np.zeros(n_rows, np.int32), np.zeros(n_rows, np.int32),
            rng.integers(0, 2, n_rows).astype(np.int32),
            np.r_[0, np.cumsum(pools)].astype(np.int64),
            np.concatenate([*pool, np.zeros(0, np.int64)]).astype(np.int32),
            rng.uniform(0.1, 2, n_pool), rng.integers(-1, n_cells, n_pool).astype(np.int32),
            np.r_[0, np.cumsum(fans)].astype(np.int64),
            rng.integers(0, n_cells, n_fan).astype(np.int32), rng.uniform(0.1, 1, n_fan),
        ),
        programmes=no_programmes() if rng.integers(2) else Programmes(
            np.array([0, n_cells]), np.arange(n_cells, dtype=np.int32), np.zeros(1, np.int32),
            np.full(1, 2, np.int32), np.full(1, 0.2), np.zeros(1, np.int32), np.zeros(1, np.int32),
            np.full(1, 40.0),
        ),
        rates=replace(
            base.rates, stage_weight=weights, capacity=rng.uniform(0, 30, (1, 2, 1)),
            hazard_per_day=rng.uniform(0, 1e-2, base.rates.hazard_per_day.shape),
        ),
    )  # fmt: skip
