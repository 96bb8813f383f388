"""Binomial sampler: the exact quantile, monotone, unbiased.

The reference is scipy's distribution function (Boost's incomplete beta), whose tail probabilities
keep their relative accuracy; scipy's own quantile function is not used beyond the central range
because it works on 1 - u and cannot resolve the upper tail.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st
from scipy import special, stats

from support.sampling import (
    CHANCES,
    EXTREME_CHANCES,
    EXTREME_SIZES,
    SIZES,
    assert_is_quantile,
    binomials,
    binomials_by_hazard,
    central_and_tail_uniforms,
    chances,
    keyed,
    on_grid,
    sizes,
    uniforms,
)
from thinwalls.engine.numba_support.decorators import standalone
from thinwalls.engine.random import quantile_samplers as samplers


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("p", CHANCES)
def test_binomial_is_the_exact_quantile(n: int, p: float) -> None:
    u = central_and_tail_uniforms(3000, seed=n % 1000)
    k = np.asarray(binomials(n, p, u))
    law = stats.binom(n, p)
    assert_is_quantile(k, u, law.cdf(k - 1), law.cdf(k), law.sf(k - 1), law.sf(k))
    assert k.max() <= n


@pytest.mark.parametrize("variance", [5, 6, 8, 10, 15, 30, 100, 1000, 10_000])
@pytest.mark.parametrize("p", [0.5, 0.4, 0.3, 0.2, 0.1, 0.03, 0.01, 1e-4, 1e-8])
def test_error_bound_of_the_expansion(variance: int, p: float) -> None:
    """At every count the real-valued quantile is within its stated bound of k + 1/2."""
    n = math.ceil(variance / (p * (1 - p)))
    spread = math.sqrt(n * p * (1 - p))
    k = np.arange(max(0, int(n * p - 5 * spread)), min(n - 1, int(n * p + 5 * spread)) + 1)
    law = stats.binom(n, p)
    below, above = law.cdf(k), law.sf(k)
    z = np.where(below < 0.5, special.ndtri(below), -special.ndtri(above))
    for i in np.flatnonzero(np.abs(z) <= 4.5):
        x, bound = samplers.expansion(n, p, float(z[i]))
        assert abs(x - (k[i] + 0.5)) < bound


GRID = [
    (5, 0.3), (12, 0.5), (50, 0.02), (100, 0.05), (100, 0.06), (400, 0.013), (60, 0.5), (300, 0.9),
    (20_000, 0.001), (100_000, 0.4), (10**9, 2e-9), (10**9, 1e-7), (10**9, 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("n", "p"), GRID)
def test_binomial_goodness_of_fit(n: int, p: float) -> None:
    """Chi-square over 30 cells of nearly equal probability, 400,000 keyed uniforms."""
    u = np.asarray(keyed(400_000, n % 977))
    k = np.asarray(binomials(n, p, u))
    law = stats.binom(n, p)
    edges = np.unique(law.ppf(np.linspace(0, 1, 31)[1:-1]))
    chance = np.diff(np.concatenate([[0.0], law.cdf(edges), [1.0]]))
    counts = np.bincount(np.searchsorted(edges, k), minlength=edges.size + 1)
    kept = chance * u.size > 5
    observed = np.append(counts[kept], counts[~kept].sum())
    expected = np.append(chance[kept], chance[~kept].sum()) * u.size
    if expected[-1] < 5:
        observed[0] += observed[-1]
        expected[0] += expected[-1]
        observed, expected = observed[:-1], expected[:-1]
    assert stats.chisquare(observed, expected).pvalue > 1e-4


@pytest.mark.parametrize(("n", "p"), GRID)
def test_binomial_moments(n: int, p: float) -> None:
    """Mean and variance within 4.5 standard errors; no Sheppard surplus of 1/12."""
    u = np.asarray(keyed(1_000_000, 3 + n % 977))
    k = np.asarray(binomials(n, p, u)).astype(np.float64)
    variance = n * p * (1 - p)
    excess = (1 - 6 * p * (1 - p)) / variance
    assert abs(k.mean() - n * p) < 4.5 * math.sqrt(variance / u.size)
    assert abs(k.var() / variance - 1) < 4.5 * math.sqrt((2 + excess) / u.size)


@pytest.mark.parametrize("n", EXTREME_SIZES)
@pytest.mark.parametrize("p", EXTREME_CHANCES)
def test_binomial_at_the_ends(n: int, p: float) -> None:
    u = central_and_tail_uniforms(4000, seed=4)
    k = np.asarray(binomials(n, p, u))
    if n == 0 or p == 0.0:
        assert not k.any()
    elif p == 1.0:
        assert np.all(k == n)
    else:
        law = stats.binom(n, p)
        assert_is_quantile(k, u, law.cdf(k - 1), law.cdf(k), law.sf(k - 1), law.sf(k))
    assert samplers.binomial(-3, p, 0.5) == 0
    assert samplers.binomial(n, -0.1, 0.5) == 0
    assert samplers.binomial(n, 1.5, 0.5) == n


@pytest.mark.slow
@settings(max_examples=2000, deadline=None)
@given(sizes, sizes, chances, uniforms)
@example(19, 20, 0.5, 0.5 + 2.0**-53)
@example(100, 101, 0.0527, 0.999)
def test_binomial_rises_with_n(n: int, more: int, p: float, u: float) -> None:
    n, more = sorted((n, more))
    assert samplers.binomial(n, p, u) <= samplers.binomial(more, p, u)
    assert samplers.binomial(n, p, u) <= samplers.binomial(n + 1, p, u)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None)
@given(sizes, chances, chances, uniforms)
def test_binomial_rises_with_p(n: int, p: float, more: float, u: float) -> None:
    p, more = sorted((p, more))
    assert samplers.binomial(n, p, u) <= samplers.binomial(n, more, u)
    assert samplers.binomial(n, p, u) <= samplers.binomial(n, min(1.0, p * 1.01), u)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(sizes, chances, uniforms, uniforms)
def test_binomial_rises_with_u(n: int, p: float, u: float, more: float) -> None:
    u, more = sorted((u, more))
    assert samplers.binomial(n, p, u) <= samplers.binomial(n, p, more)


@standalone
def falls(u, chance, first, last):  # type: ignore[no-untyped-def]
    """Number of n at which the count is smaller than at n - 1, over all u and p."""
    wrong = 0
    for i in range(u.size):
        for j in range(chance.size):
            before = 0
            for n in range(first, last):
                now = samplers.binomial(n, chance[j], u[i])
                wrong += now < before
                before = now
    return wrong


@standalone
def falls_in_p(u, size, chance):  # type: ignore[no-untyped-def]
    wrong = 0
    for i in range(u.size):
        for j in range(size.size):
            before = 0
            for c in range(chance.size):
                now = samplers.binomial(size[j], chance[c], u[i])
                wrong += now < before
                before = now
    return wrong


@pytest.mark.slow
def test_no_fall_across_the_switch_between_methods() -> None:
    """Every n and a fine grid of p around variance 5, where summing gives way to the expansion."""
    u = central_and_tail_uniforms(400, seed=9)
    chance = np.concatenate([np.linspace(0.005, 0.995, 67), [0.5]])
    assert falls(u, chance, 0, 120) == 0
    size = np.array([20, 21, 40, 100, 500, 5000, 10**6])
    for n in size:
        at = 0.5 * (1 - math.sqrt(1 - 20 / n)) if n > 20 else 0.5
        assert falls_in_p(u, np.array([n]), at * np.linspace(0.98, 1.02, 400)) == 0
    assert falls_in_p(u, size, np.linspace(0.0, 1.0, 1001)) == 0


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(sizes, st.floats(0, 40), uniforms)
def test_hazard_and_probability_agree(n: int, hazard: float, u: float) -> None:
    p = samplers.one_minus_exp(hazard)
    by_hazard = samplers.binomial_hazard(n, hazard, u)
    assert samplers.binomial_given(n, p, hazard, u) == by_hazard
    if hazard < 20:
        assert abs(by_hazard - samplers.binomial(n, p, u)) <= 1


@pytest.mark.parametrize(
    ("n", "hazard"), [(50, 0.02), (100, 0.06), (400, 0.2), (300, 2.3), (10**9, 1e-9)]
)
def test_hazard_gives_the_same_count(n: int, hazard: float) -> None:
    u = np.asarray(keyed(100_000, 17))
    k = np.asarray(binomials_by_hazard(n, hazard, u))
    assert np.array_equal(k, np.asarray(binomials(n, -math.expm1(-hazard), u)))


def test_many_at_once_are_those_of_one_at_a_time() -> None:
    n, hazard, u = (
        grid.ravel()
        for grid in np.meshgrid(
            np.array([0, 1, 3, 10, 40, 150, 1000, 30_000, 10**6, 10**9], np.float64),
            np.r_[0.0, 10.0 ** np.arange(-12, 0), 0.2, 0.4, np.log(2), 0.7, 2.0, 40.0, 800.0],
            # Both sides of where the normal quantile changes its formula, and the far tails.
            np.array(
                [on_grid(c) for c in np.r_[0.0, 1e-9, 0.001, np.linspace(0.01, 0.99, 99), 0.999, 1]]
                + [0.075 - 2.0**-53, 0.075 + 2.0**-53, 0.925 - 2.0**-53, 0.925 + 2.0**-53]
            ),
            indexing="ij",
        )
    )
    p = np.array([samplers.one_minus_exp(h) for h in hazard])
    many = np.full(n.size + 1, -7.0)
    samplers.binomial_many(n, p, hazard, u, many, n.size)
    one = [samplers.binomial_given(int(n[j]), p[j], hazard[j], u[j]) for j in range(n.size)]
    np.testing.assert_array_equal(many[:-1], one)
    assert many[-1] == -7.0
    assert np.unique(many).size > 1000


def test_hazard_at_the_ends() -> None:
    assert samplers.binomial_hazard(0, 1.0, 0.5) == 0
    assert samplers.binomial_hazard(10, 0.0, 0.5) == 0
    assert samplers.binomial_hazard(10, 1e6, 0.5) == 10
