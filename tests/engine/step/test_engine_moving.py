"""Movements of one run: by hazard, by number, in balance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from support.systems import f, i32, i64, seir, start, system
from thinwalls.engine import (
    Counts,
    EngineError,
    Exits,
    run,
)


def moving(people, hazard, *, infectious=0, n_steps=1, step_days=1.0):
    base = system(start(people, 0, infectious=infectious), beta=0.0, n_steps=n_steps,
                  step_days=step_days, stages=seir(1e9, 1e9))  # fmt: skip
    exits = Exits(i64(0, 1, 1), i32(1), f(hazard), i32(0), i32(0), i32(0))
    return replace(base, exits=exits)


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


def dosing(
    n_people, asked, *, share, late=0.0, latent=0, immune=0, n_steps=4, by_day=None, pool=(0, 1)
):
    """Doses for those who are in two cells; for a share of the susceptible they work."""
    people = np.zeros((4, 5), np.int64)
    people[0, 0], people[1, 0], people[0, 1], people[1, 3] = *n_people, latent, immune
    base = system(people, seir(1e9, 1e9), beta=0.0, n_steps=n_steps, n_movements=2)
    counts = Counts(
        f(asked), i32(0), i32(0), i32(0), i64(0, 2), i32(*pool), f(1, 1), i32(2, 3), i64(0, 0),
        i32(), f(), at_once=np.array([True]), changed_to=i32(3),
        changed_share=f(share, late, 0, 0, 0)[None, :], movement_of_others=i32(1),
    )  # fmt: skip
    rates = base.rates
    if by_day is not None:
        n = len(by_day)
        rates = replace(
            rates, period_of_step=np.repeat(np.arange(n), 4).astype(np.int32),
            multiplier=np.ones((n, 1)), hazard_per_day=np.zeros((n, 1)),
            profile=np.stack([np.ones(n), f(*by_day)], axis=1), capacity=np.zeros((n, 0, 0)),
        )  # fmt: skip
        counts = replace(counts, profile=i32(1))
    return replace(base, counts=counts, rates=rates)


def test_doses_of_a_day_are_given_at_once_and_exactly():
    inputs = dosing((60, 40), 13.0, share=0.0, n_steps=12, by_day=(0.0, 1.0, 0.0))
    output = run(inputs, seed=1, draw=0, check=True)
    assert output.moved.sum(axis=(1, 2)).tolist() == [0, 13, 0]
    assert run(inputs, seed=1, draw=0).final[2:].sum() == 13
    first_step = replace(inputs, n_steps=5, rates=replace(
        inputs.rates, period_of_step=inputs.rates.period_of_step[:5]))  # fmt: skip
    assert run(first_step, seed=1, draw=0).final[2:].sum() == 13


@pytest.mark.parametrize("asked", [5.0, 60.0])
def test_doses_work_for_a_share_of_the_susceptible_among_those_drawn(asked):
    """The susceptible drawn are hypergeometric, and a binomial part of them is protected."""
    n, share = 400, 0.8
    inputs = dosing((60, 40), asked, share=share, latent=20, immune=80)
    given = [run(inputs, seed=2, draw=d, check=True) for d in range(n)]
    protected = np.array([one.final[2, 3] for one in given])
    susceptible = np.array([one.moved_total[:, 0].sum() for one in given])
    others = np.array([one.moved_total[:, 1].sum() for one in given])
    assert (susceptible + others == asked).all()
    drawn = stats.hypergeom(200, 100, int(asked))
    spread = drawn.std() / np.sqrt(n)
    assert abs(susceptible.mean() - drawn.mean()) < 4 * spread
    # Those of the first cell are 60 of the 200; it has nobody who was immune before.
    mean = asked * 60 / 200 * share
    variance = share**2 * stats.hypergeom(200, 60, int(asked)).var() + mean * (1 - share)
    assert abs(protected.mean() - mean) < 4 * np.sqrt(variance / n)
    assert abs(protected.var() / variance - 1) < 4 * np.sqrt(2 / n)
    assert all(one.final[2:, 0].sum() + one.final[:, 3].sum() - 80 == m
               for one, m in zip(given, susceptible, strict=True))  # fmt: skip


def test_a_dose_that_always_works_leaves_nobody_susceptible_and_without_one_nothing_changes():
    all_of_them = run(dosing((30, 7), 99.0, share=1.0), seed=1, draw=0, check=True)
    assert all_of_them.final[2:, 0].sum() == 0
    assert all_of_them.final[2:, 3].sum() == 37
    mean = run(dosing((60, 40), 50.0, share=0.5), seed=1, draw=0, mode="mean_field", check=True)
    assert mean.final[2:, 3].sum() == pytest.approx(25.0)


def test_a_dose_into_a_fan_changes_the_same_share():
    inputs = dosing((60, 40), 80.0, share=1.0)
    fan = replace(inputs.counts, pool_to=i32(-1, -1), fan_start=i64(0, 2), fan_cell=i32(2, 3),
                  fan_weight=f(1, 1))  # fmt: skip
    output = run(replace(inputs, counts=fan), seed=1, draw=0, check=True)
    assert output.final[2:, 3].sum() == 80
    assert output.final[:2, 0].sum() == 20


def test_a_dose_in_time_also_works_for_people_infected_already():
    """Of 20 latent people all are drawn; for a binomial number of them it works."""
    n = 300
    inputs = dosing((0, 0), 20.0, share=0.5, late=0.3, latent=20)
    given = [run(inputs, seed=4, draw=d, check=True) for d in range(n)]
    cured = np.array([one.final[2, 3] for one in given])
    assert abs(cured.mean() - 6) < 4 * np.sqrt(20 * 0.3 * 0.7 / n)
    # Who was not susceptible is counted apart where it did not work.
    assert all((one.moved_total.sum(axis=0) == (c, 20 - c)).all()
               for one, c in zip(given, cured, strict=True))  # fmt: skip


def test_a_change_without_its_share_is_refused():
    inputs = dosing((9, 0), 5.0, share=0.5)
    counts = replace(inputs.counts, changed_share=None)
    with pytest.raises(EngineError, match=r"changed_share: is needed with counts.changed_to"):
        run(replace(inputs, counts=counts), seed=1, draw=0)
