"""One run: conservation, permutation, shared noise, mixing, what is recorded."""

from __future__ import annotations

import inspect
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from support.systems import ARRAYS, f, i32, i64, permuted, seir, start, system, twisted
from thinwalls.engine import (
    NONE,
    Exits,
    OutputSpec,
    Stages,
    run,
    run_ensemble,
    step_order,
)
from thinwalls.engine.step.kernel import _run_steps


@pytest.mark.parametrize("mode", ["stochastic", "mean_field"])
@pytest.mark.parametrize("weights", ["plain", "weighted"])
def test_invariants_hold_after_every_step(mode, weights):
    inputs = twisted(weighted=weights == "weighted")
    for draw in range(5):
        output = run(inputs, seed=3, draw=draw, mode=mode, check=True)
        assert output.final.sum() == pytest.approx(inputs.people.sum(), rel=1e-12)
        if mode == "stochastic":
            assert (output.resource_in_use <= inputs.rates.capacity[0]).all()


@pytest.mark.parametrize("weights", ["plain", "weighted"])
def test_permuting_cells_permutes_the_result_bit_for_bit(weights):
    inputs = twisted(weighted=weights == "weighted")
    order = np.array([2, 0, 3, 1])
    for draw in range(20):
        plain = run(inputs, seed=1, draw=draw)
        other = run(permuted(inputs, order), seed=1, draw=draw)
        for name in ARRAYS:
            np.testing.assert_array_equal(getattr(plain, name), getattr(other, name))
        np.testing.assert_array_equal(plain.final[order], other.final)


def test_a_run_is_a_function_of_its_arguments_and_changes_nothing():
    inputs = twisted()
    before = inputs.people.copy()
    one = run(inputs, seed=5, draw=2**63 + 9)
    two = run(inputs, seed=5, draw=2**63 + 9)
    for name in (*ARRAYS, "final"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    np.testing.assert_array_equal(inputs.people, before)
    assert not np.array_equal(one.final, run(inputs, seed=5, draw=1).final)


def test_no_contact_no_infection_and_no_movement_no_change_of_place():
    inputs = system(start(500, 300, infectious=9), beta=0.0)
    output = run(inputs, seed=1, draw=0, check=True)
    assert output.flow[:, :, 0].sum() == 0
    assert output.force.sum() == 0
    np.testing.assert_array_equal(output.final.sum(axis=1), inputs.people.sum(axis=1))


def test_mean_of_draws_of_a_large_population_is_the_mean_field():
    inputs = system(start(200_000, infectious=2_000), n_steps=200)
    draws = np.array(
        [output.stock[-1, 0] for _, output in run_ensemble(lambda _: inputs, range(60), seed=7)]
    )
    expected = run(inputs, seed=7, draw=0, mode="mean_field").stock[-1, 0]
    error = draws.std(axis=0, ddof=1) / np.sqrt(len(draws))
    # 5 standard errors for each of 5 stages, plus the O(1) bias of a nonlinear mean.
    assert (np.abs(draws.mean(axis=0) - expected) < 5 * error + 2.0).all()


def test_splitting_a_cell_in_two_halves_changes_nothing_in_distribution():
    whole = system(start(600, infectious=6), n_steps=160)
    halves = system(np.array([[300, 0, 3, 0, 0], [300, 0, 3, 0, 0]]), n_steps=160)
    n = 600
    one = [o.flow[:, :, 0].sum() for _, o in run_ensemble(lambda _: whole, range(n), seed=1)]
    two = [o.flow[:, :, 0].sum() for _, o in run_ensemble(lambda _: halves, range(n), seed=2)]
    assert stats.ks_2samp(one, two).pvalue > 1e-4


def test_scenarios_of_one_draw_share_their_noise():
    def total(beta, draw):
        inputs = system(start(5_000, infectious=20), beta=beta, n_steps=120)
        return run(inputs, seed=4, draw=draw).flow[:, 0, 0].sum()

    n = 40
    base = np.array([total(0.4, draw) for draw in range(n)])
    same = np.array([total(0.404, draw) for draw in range(n)])
    other = np.array([total(0.404, draw + n) for draw in range(n)])
    assert (same - base).std(ddof=1) < 0.5 * (other - base).std(ddof=1)


def test_series_of_settings_equal_periods():
    inputs = system(start(3_000, infectious=30), n_steps=40)
    wave = 1 + 0.5 * np.sin(np.arange(40) / 5)
    periods = replace(
        inputs,
        rates=replace(
            inputs.rates,
            period_of_step=np.arange(40, dtype=np.int32),
            multiplier=wave[:, None],
            hazard_per_day=np.full((40, 1), 1e-3),
            profile=np.ones((40, 1)),
            capacity=np.zeros((40, 0, 0)),
        ),
    )
    series = replace(
        inputs,
        rates=replace(
            inputs.rates,
            series_setting=i32(0),
            series_multiplier=wave[:, None],
            series_hazard_per_day=np.full((40, 1), 1e-3),
        ),
    )
    np.testing.assert_array_equal(
        run(periods, seed=1, draw=0).flow, run(series, seed=1, draw=0).flow
    )


@pytest.mark.parametrize("rho", [0.0, 0.5, 1.0])
def test_crowding_exponent(rho):
    def force(people):
        inputs = system(start(people, infectious=people // 10), n_steps=1)
        settings = replace(inputs.settings, crowding_exponent=f(rho), reference_present=f(2_200.0))
        return run(replace(inputs, settings=settings), seed=1, draw=0).force[0, 0]

    assert force(1_000) / force(2_000) == pytest.approx(0.5**rho, rel=1e-12)


def test_recorded_intervals_add_up():
    inputs = system(start(800, infectious=8), n_steps=90)
    daily = run(inputs, seed=1, draw=0)
    weekly = run(replace(inputs, outputs=replace(inputs.outputs, every_days=7)), seed=1, draw=0)
    assert daily.flow.shape[0] == 23
    assert weekly.flow.shape[0] == 4
    np.testing.assert_array_equal(daily.flow.sum(axis=0), weekly.flow.sum(axis=0))
    np.testing.assert_array_equal(daily.stock[[6, 13, 20, 22]], weekly.stock)
    assert weekly.force[0, 0] == pytest.approx(daily.force[:7, 0].mean(), rel=1e-12)


def test_entries_split_the_newly_infected():
    stages = replace(seir(), entry=i32(1, 2), entry_probability=np.array([[0.25, 0.75]]))
    inputs = system(start(100_000, infectious=2_000), stages, n_steps=1)
    flow = np.zeros((2, 5, 5), np.bool_)
    flow[0, 0, 1] = flow[1, 0, 2] = True
    record = OutputSpec(1, 1, flow, np.zeros((0, 5)), 1, False)
    output = run(replace(inputs, outputs=record), seed=1, draw=0, check=True)
    total = output.flow.sum()
    share = output.flow[0, 0, 0] / total
    assert abs(share - 0.25) < 5 * np.sqrt(0.25 * 0.75 / total)


def test_the_printed_order_is_the_order_of_the_kernel():
    lines = inspect.getsource(_run_steps.py_func).splitlines()
    calls = [line.strip().split(" = ")[-1].split("(")[0] for line in lines]
    names = [part.name for part in step_order()]
    assert [call for call in calls if call in names] == names


def test_more_stages_than_bits_of_a_word():
    n = 150
    dwell = np.full(n, 0.1)
    dwell[[0, n - 1]] = np.inf
    stages = Stages(
        dwell, np.r_[np.zeros(100), np.ones(49), 0.0], np.ones(n), np.ones(n, np.bool_),
        np.arange(1, n - 1, dtype=np.int32), np.arange(2, n, dtype=np.int32), np.ones((1, n - 2)),
        0, 1, np.full(n, NONE, np.int32), np.full(n, NONE, np.int32),
    )  # fmt: skip
    people = np.zeros((2, n), np.int64)
    people[:, 0] = 400
    people[0, 110] = 20
    inputs = system(people, stages, beta=1.0, n_steps=200)
    exits = Exits(i64(0, 1, 2), i32(1, 0), f(0.1, 0.1), i32(0, 0), i32(0, 0), i32(0, 0))
    output = run(replace(inputs, exits=exits), seed=1, draw=0, check=True)
    assert output.final[:, n - 1].sum() > 100
