"""Movements of one run: by hazard, by number, in balance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from support.systems import f, i32, i64, seir, start, system
from thinwalls.engine import (
    Counts,
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
