"""Hypergeometric sampler: the exact quantile, monotone, unbiased; see the binomial one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import special, stats

from support.sampling import (
    Float,
    central_and_tail_uniforms,
    hypergeometrics,
    keyed,
    uniforms,
)
from thinwalls.engine.random import quantile_samplers as samplers


def hypergeometric_tails(good: int, bad: int, draws: int) -> tuple[int, Float, Float]:
    """First count considered, P(X < count) and P(X >= count) for every count within 14 standard
    deviations, from log-gamma differences, each tail summed from its own end."""
    total = good + bad
    mean = draws * good / total
    reach = 14 * math.sqrt(mean * bad / total * (total - draws) / max(total - 1, 1)) + 40
    first = max(0, draws - bad, int(mean - reach))
    k = np.arange(first, min(good, draws, int(mean + reach)) + 1)
    steps = np.log((good - k[:-1]) * (draws - k[:-1] + 0.0)) - np.log(
        (k[:-1] + 1.0) * (bad - draws + k[:-1] + 1)
    )
    shape = np.concatenate([[0.0], np.cumsum(steps)])
    chance = np.exp(shape - shape.max())
    chance /= chance.sum()
    below = np.concatenate([[0.0], np.cumsum(chance)])
    above = np.concatenate([np.cumsum(chance[::-1])[::-1], [0.0]])
    return first, below, above


@pytest.mark.slow
@pytest.mark.parametrize("good", [1, 3, 20, 100, 1000, 50_000, 10**6])
@pytest.mark.parametrize("bad", [1, 2, 30, 500, 20_000, 10**8])
def test_hypergeometric_is_the_exact_quantile(good: int, bad: int) -> None:
    for draws in (1, 2, 17, 90, 1000, 30_000, (good + bad) // 2, good + bad - 1):
        if draws > good + bad:
            continue
        u = central_and_tail_uniforms(150, seed=draws % 991)
        k = np.asarray(hypergeometrics(good, bad, draws, u))
        first, below, above = hypergeometric_tails(good, bad, draws)
        at = k - first
        low = u < 0.5
        rest = 1.0 - u
        slack = 1e-6
        assert np.all(below[at][low] < u[low] * (1 + slack))
        assert np.all(below[at + 1][low] >= u[low] * (1 - slack))
        assert np.all(above[at + 1][~low] <= rest[~low] * (1 + slack))
        assert np.all(above[at][~low] > rest[~low] * (1 - slack))
        assert k.min() >= max(0, draws - bad)
        assert k.max() <= min(good, draws)


@pytest.mark.parametrize("total", [50, 80, 150, 400, 1000, 5000, 20_000, 10**6, 10**8])
def test_error_bound_of_the_hypergeometric_expansion(total: int) -> None:
    """At every count, for all shares up to a half, the real-valued quantile is within its bound."""
    shares = (0.5, 0.4, 0.25, 0.1, 0.03, 0.01, 1e-3, 1e-4, 1e-5)
    for good in {int(total * share) for share in shares}:
        for draws in {int(total * share) for share in shares}:
            bad = total - good
            variance = draws * good / total * bad / total * (total - draws) / (total - 1)
            if variance < 5:
                continue
            first, below, above = hypergeometric_tails(good, bad, draws)
            inside = (below[1:] > 1e-6) & (above[1:] > 1e-6)
            z = np.where(below[1:] < 0.5, special.ndtri(below[1:]), -special.ndtri(above[1:]))[
                inside
            ]
            counts = first + np.flatnonzero(inside)
            step = max(1, counts.size // 400)
            for k, at in zip(counts[::step].tolist(), z[::step].tolist(), strict=True):
                if abs(at) <= 4.0:
                    x, bound = samplers.hypergeometric_expansion(good, bad, draws, at)
                    assert abs(x - (k + 0.5)) < bound


@pytest.mark.parametrize(
    ("good", "bad", "draws"),
    [
        (10, 490, 50),
        (100, 400, 60),
        (400, 100, 60),
        (300, 200, 450),
        (50_000, 450_000, 100),
        (7, 9, 8),
    ],
)
def test_hypergeometric_goodness_of_fit(good: int, bad: int, draws: int) -> None:
    u = np.asarray(keyed(200_000, 23))
    k = np.asarray(hypergeometrics(good, bad, draws, u))
    values = np.arange(max(0, draws - bad), min(good, draws) + 1)
    chance = stats.hypergeom(good + bad, good, draws).pmf(values)
    counts = np.bincount(k - values[0], minlength=values.size)
    kept = chance * u.size > 10
    observed = np.append(counts[kept], counts[~kept].sum())
    expected = np.append(chance[kept], 1 - chance[kept].sum()) * u.size
    if expected[-1] < 5:
        observed[0] += observed[-1]
        expected[0] += expected[-1]
        observed, expected = observed[:-1], expected[:-1]
    expected *= observed.sum() / expected.sum()
    assert stats.chisquare(observed, expected).pvalue > 1e-4
    mean = draws * good / (good + bad)
    total = good + bad
    variance = mean * bad / total * (total - draws) / (total - 1)
    assert abs(k.mean() - mean) < 4.5 * math.sqrt(variance / u.size)


people = st.one_of(st.integers(0, 60), st.integers(0, 5000), st.integers(0, 10**6))


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(people, people, people, st.integers(0, 50), uniforms)
def test_hypergeometric_is_monotone(good: int, bad: int, draws: int, extra: int, u: float) -> None:
    k = samplers.hypergeometric(good, bad, draws, u)
    assert max(0, min(draws, good + bad) - bad) <= k <= min(good, draws)
    assert k <= samplers.hypergeometric(good + extra, bad, draws, u)
    assert k <= samplers.hypergeometric(good, bad, draws + extra, u)
    assert k >= samplers.hypergeometric(good, bad + extra, draws, u)
