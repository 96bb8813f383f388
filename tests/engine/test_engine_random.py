"""Properties of random systems."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings, strategies as st
from systems import ARRAYS, permuted, system

from thinwalls.engine import (
    NONE,
    Counts,
    Exits,
    Inputs,
    Programmes,
    Stages,
    no_programmes,
    run,
    run_ensemble,
)


@st.composite
def systems(draw: st.DrawFn) -> Inputs:
    """Random stage graphs, cells, movements, hospitals and programmes."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_stages = draw(st.integers(4, 9))
    n_cells = draw(st.integers(2, 6))
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
            course=rng.integers(0, 2, n_cells).astype(np.int32),
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


@settings(max_examples=60)
@given(systems(), st.integers(0, 2**64 - 1))
def test_invariants_of_random_systems(inputs, seed):
    for mode in ("stochastic", "mean_field"):
        output = run(inputs, seed=seed, draw=0, mode=mode, check=True)
        np.testing.assert_allclose(output.moved.sum(), output.arrived.sum(), rtol=1e-9)
        assert (output.moved_infected <= output.moved + 1e-9).all()
        slack = 0.0 if mode == "stochastic" else 1e-9
        start = np.zeros((2, 1))
        beds = np.flatnonzero(inputs.stages.resource == 0)
        for region in range(2):
            start[region] = inputs.people[inputs.cells.region == region][:, beds].sum()
        assert (
            output.resource_in_use.max(axis=0)
            <= np.maximum(inputs.rates.capacity[0], start) * (1 + slack) + slack
        ).all()


@settings(max_examples=40)
@given(systems(), st.integers(0, 2**64 - 1), st.randoms(use_true_random=False))
def test_permuting_cells_of_random_systems(inputs, seed, random):
    order = np.array(random.sample(range(inputs.people.shape[0]), inputs.people.shape[0]))
    plain = run(inputs, seed=seed, draw=1)
    other = run(permuted(inputs, order), seed=seed, draw=1)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(plain, name), getattr(other, name))
    np.testing.assert_array_equal(plain.final[order], other.final)


@settings(max_examples=20)
@given(systems(), st.integers(0, 1_000))
def test_threads_never_change_a_bit_of_random_systems(inputs, seed):
    one = [output.final for _, output in run_ensemble(lambda _: inputs, range(4), seed=seed)]
    two = run_ensemble(lambda _: inputs, range(4), seed=seed, threads=2)
    for a, (_, b) in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b.final)


@settings(max_examples=20)
@given(systems(), st.integers(0, 1_000))
def test_without_contact_and_introductions_nobody_is_infected(inputs, seed):
    quiet = replace(
        inputs,
        settings=replace(inputs.settings, transmission=np.zeros_like(inputs.settings.transmission)),
        rates=replace(inputs.rates, hazard_per_day=np.zeros_like(inputs.rates.hazard_per_day)),
    )
    output = run(quiet, seed=seed, draw=0, check=True)
    assert output.flow[:, :, 0].sum() == 0
    assert output.force.sum() == 0
