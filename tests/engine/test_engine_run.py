"""One run: conservation, permutation, shared noise, movements, hospitals, programmes, triggers."""

from __future__ import annotations

import inspect
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from systems import f, i32, i64, seir, system, twisted

from thinwalls.engine import (
    NONE,
    Cells,
    Counts,
    Exits,
    Programmes,
    Record,
    Stages,
    Triggers,
    run,
    run_ensemble,
    step_order,
)
from thinwalls.engine.kernel import _steps

ARRAYS = (
    "flow", "stock", "moved", "arrived", "moved_infected", "force", "resource_in_use", "overflowed",
)  # fmt: skip


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
        cells=Cells(*(getattr(cells, name)[order] for name in cells.__slots__)),
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


def moving(people, hazard, *, infectious=0, n_steps=1, step_days=1.0):
    base = system(start(people, 0, infectious=infectious), beta=0.0, n_steps=n_steps,
                  step_days=step_days, stages=seir(1e9, 1e9))  # fmt: skip
    exits = Exits(i64(0, 1, 1), i32(1), f(hazard), i32(0), i32(0), i32(0))
    return replace(base, exits=exits)


def test_people_who_leave_are_a_fair_sample_of_the_cell():
    n, p = 1_500, 1 - np.exp(-0.5)
    inputs = moving(40, 0.5, infectious=10)
    moved = np.array([run(inputs, seed=1, draw=d).final[1, [0, 2]] for d in range(n)])
    for count, people in zip(moved.T, (40, 10), strict=True):
        expected = stats.binom(people, p)
        observed = np.bincount(count.astype(int), minlength=people + 1)
        low, high = int(expected.ppf(0.01)), int(expected.ppf(0.99))
        cells = np.concatenate(
            ([observed[: low + 1].sum()], observed[low + 1 : high], [observed[high:].sum()])
        )
        chances = np.concatenate(
            ([expected.cdf(low)], expected.pmf(np.arange(low + 1, high)), [expected.sf(high - 1)])
        )
        assert stats.chisquare(cells, chances * n).pvalue > 1e-4
    assert abs(np.corrcoef(moved.T)[0, 1]) < 5 / np.sqrt(n)


def drafting(n_people, asked, *, infectious=0, weight=(1.0, 1.0), stages=None):
    people = np.zeros((3, 5), np.int64)
    people[0, 0], people[1, 0], people[0, 2] = n_people[0], n_people[1], infectious
    base = system(people, seir(1e9, 1e9), beta=0.0, n_steps=1, step_days=1.0)
    counts = Counts(
        f(asked), i32(0), i32(0), i32(0), i64(0, 2), i32(0, 1), f(*weight), i32(2, 2), i64(0, 0),
        i32(), f(),
    )  # fmt: skip
    return replace(base, counts=counts)


@pytest.mark.parametrize("asked", [6.0, 40.0])
def test_those_taken_by_number_are_hypergeometric(asked):
    n = 1_500
    inputs = drafting((60, 40), asked, infectious=20)
    taken = np.array([run(inputs, seed=2, draw=d).final[2] for d in range(n)])
    assert (taken.sum(axis=1) == asked).all()
    expected = stats.hypergeom(120, 20, int(asked))
    values = np.arange(0, int(asked) + 1)
    observed = np.bincount(taken[:, 2].astype(int), minlength=values.size)
    chances = expected.pmf(values) * n
    keep = chances >= 5
    observed = np.append(observed[keep], observed[~keep].sum())
    chances = np.append(chances[keep], chances[~keep].sum())
    if chances[-1] < 1e-6:
        observed, chances = observed[:-1], chances[:-1]
    assert stats.chisquare(observed, chances).pvalue > 1e-4


def test_fractions_of_a_person_are_drawn_not_rounded():
    inputs = drafting((500, 500), 0.25)
    n = 2_000
    taken = [run(inputs, seed=2, draw=d).final[2].sum() for d in range(n)]
    assert set(taken) == {0.0, 1.0}
    assert abs(np.mean(taken) - 0.25) < 5 * np.sqrt(0.25 * 0.75 / n)


def test_nothing_moves_from_an_empty_place_and_no_more_than_there_are():
    assert run(drafting((0, 0), 50.0), seed=1, draw=0, check=True).final[2].sum() == 0
    output = run(drafting((3, 2), 50.0), seed=1, draw=0, check=True)
    assert output.final[2].sum() == 5
    assert output.moved.sum() == output.arrived.sum() == 5


def test_the_order_of_rows_does_not_matter_when_people_are_too_few():
    people = np.zeros((4, 5), np.int64)
    people[0, 0] = 2
    base = system(people, beta=0.0, n_steps=1, step_days=1.0)
    counts = Counts(
        f(2, 2, 2), i32(0, 0, 0), i32(0, 0, 0), i32(0, 0, 0), i64(0, 1, 2, 3), i32(0, 0, 0),
        f(1, 1, 1), i32(1, 2, 3), i64(0, 0, 0, 0), i32(), f(),
    )  # fmt: skip
    inputs = replace(base, counts=counts)
    n = 1_800
    got = np.array([run(inputs, seed=1, draw=d).final[1:, 0] for d in range(n)])
    assert stats.chisquare((got == 2).sum(axis=0)).pvalue > 1e-4


def test_flows_in_balance_keep_expected_people_for_ten_years():
    hazard = 0.05
    people = start(200, 1_000)
    base = system(people, beta=0.0, n_steps=3_650, step_days=1.0, every_days=365)
    exits = Exits(i64(0, 1, 2), i32(1, 0), f(hazard, hazard / 5), i32(0, 0), i32(0, 0), i32(0, 0))
    inputs = replace(base, exits=exits)
    n = 100
    last = np.array([run(inputs, seed=1, draw=d).stock[-1, 0].sum() for d in range(n)])
    p = (1 - np.exp(-hazard / 5)) / (2 - np.exp(-hazard) - np.exp(-hazard / 5))
    sd = np.sqrt(1_200 * p * (1 - p))
    assert abs(last.mean() - 1_200 * p) < 5 * sd / np.sqrt(n)


def hospital(beds, sick=200):
    stages = Stages(
        dwell_days=f(np.inf, 2.0, 5.0, 5.0, np.inf, np.inf),
        infectiousness=f(0, 1, 0, 0, 0, 0),
        present=f(1, 1, 0, 1, 1, 0),
        alive=np.array([True] * 5 + [False]),
        branch_from=i32(1, 1, 2, 3),
        branch_to=i32(2, 4, 4, 5),
        branch_probability=np.array([[0.5, 0.5, 1.0, 1.0]]),
        susceptible=0,
        infected=1,
        resource=i32(-1, -1, 0, -1, -1, -1),
        overflow=i32(-1, -1, 3, -1, -1, -1),
    )
    people = np.zeros((2, 6), np.int64)
    people[:, 1] = sick
    base = system(people, stages, beta=0.0, n_steps=80)
    return replace(
        base,
        cells=replace(base.cells, region=i32(0, 0)),
        rates=replace(base.rates, capacity=np.array([[[float(beds)]]])),
    )


@pytest.mark.parametrize("mode", ["stochastic", "mean_field"])
def test_a_hospital_is_never_over_its_capacity(mode):
    output = run(hospital(15), seed=1, draw=0, mode=mode, check=True)
    assert output.resource_in_use.max() <= 15 + 1e-9
    assert output.overflowed.sum() > 50
    assert output.flow[:, :, 1].sum() == pytest.approx(output.final[:, 5].sum())
    free = run(hospital(10_000), seed=1, draw=0, mode=mode, check=True)
    assert free.overflowed.sum() == 0


def test_who_gets_a_bed_does_not_depend_on_the_order_of_cells():
    n = 400
    turned_away = np.array(
        [run(hospital(15), seed=1, draw=d).final[:, [3, 5]].sum(axis=1) for d in range(n)]
    )
    difference = turned_away[:, 0] - turned_away[:, 1]
    assert abs(difference.mean()) < 5 * difference.std(ddof=1) / np.sqrt(n)


def test_programmes_keep_to_their_limit():
    people = np.zeros((2, 5), np.int64)
    people[:, 0] = 400
    base = system(people, beta=0.0, n_steps=60)
    programmes = Programmes(i64(0, 2), i32(0, 1), i32(0), i32(3), f(0.3), i32(0), i32(0), f(50.0))
    output = run(replace(base, programmes=programmes), seed=1, draw=0, check=True)
    assert output.final[:, 3].sum() == 50
    free = replace(programmes, limit=i32(NONE), limit_people=f())
    output = run(replace(base, programmes=free), seed=1, draw=0, check=True)
    assert output.final[:, 3].sum() > 700


def test_a_trigger_works_from_the_day_after_its_threshold():
    inputs = system(start(5_000, infectious=100), n_steps=120)
    triggers = Triggers(
        i32(0), i64(0, 1), i32(0), i32(NONE), i32(NONE), f(30.0), i32(1), i32(1000), i32(2),
        i32(NONE), f(1.0), i64(0, 1), i32(0), f(0.0),
    )  # fmt: skip
    output = run(replace(inputs, triggers=triggers), seed=1, draw=0, check=True)
    daily = output.flow[:, 0, 0]
    first = int(np.flatnonzero(daily >= 30)[0])
    assert (daily[first + 1 : first + 3] > 0).all()
    assert daily[first + 3 :].sum() == 0
    same = run(inputs, seed=1, draw=0).flow[: first + 3, 0, 0]
    np.testing.assert_array_equal(daily[: first + 3], same)


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
    weekly = run(replace(inputs, record=replace(inputs.record, every_days=7)), seed=1, draw=0)
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
    record = Record(1, 1, flow, np.zeros((0, 5)), 1, False)
    output = run(replace(inputs, record=record), seed=1, draw=0, check=True)
    total = output.flow.sum()
    share = output.flow[0, 0, 0] / total
    assert abs(share - 0.25) < 5 * np.sqrt(0.25 * 0.75 / total)


def test_the_printed_order_is_the_order_of_the_kernel():
    lines = inspect.getsource(_steps.py_func).splitlines()
    calls = [line.strip().split(" = ")[-1].split("(")[0] for line in lines]
    names = [part.name for part in step_order()]
    assert [call for call in calls if call in names] == names


def test_the_dead_and_people_in_hospital_are_not_moved():
    inputs = hospital(1_000)
    people = np.zeros((2, 6), np.int64)
    people[0] = [10, 0, 20, 0, 0, 30]
    exits = Exits(i64(0, 1, 1), i32(1), f(50.0), i32(0), i32(0), i32(0))
    one = replace(
        inputs, people=people, exits=exits, n_steps=1,
        rates=replace(inputs.rates, period_of_step=i32(0),
                      stage_weight=np.ones((1, 6))),
    )  # fmt: skip
    output = run(one, seed=1, draw=0, check=True)
    assert output.final[0, 5] == 30
    assert output.final[1, 2] == 0
    assert output.final[1, 0] == 10


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
