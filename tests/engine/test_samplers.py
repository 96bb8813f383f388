"""Quantile-coupled samplers: exact, unbiased, monotone, and the same bits everywhere.

The reference is scipy's distribution function (Boost's incomplete beta), whose tail probabilities
keep their relative accuracy; scipy's own quantile function is not used beyond the central range
because it works on 1 - u and cannot resolve the upper tail.
"""

from __future__ import annotations

import math
import platform
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special, stats

from thinwalls.engine import rng, samplers
from thinwalls.engine.jit import standalone

Float = NDArray[np.float64]
Int = NDArray[np.int64]

SIZES = (1, 2, 5, 19, 20, 21, 33, 100, 1000, 30_000, 1_000_000, 10**9)
CHANCES = (1e-12, 1e-9, 1e-6, 1e-4, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999, 1 - 1e-12)
EXTREME_SIZES = (0, 1, 10**9)
EXTREME_CHANCES = (0.0, 1e-12, 0.5, 1 - 1e-12, 1.0)


def on_grid(u: float) -> float:
    """Nearest value that the generator can give: an odd multiple of 2**-53."""
    return (min(math.floor(u * 2.0**52), 2**52 - 1) + 0.5) * 2.0**-52


uniforms = st.one_of(
    st.integers(0, 2**52 - 1).map(lambda k: (k + 0.5) * 2.0**-52),
    st.floats(0, 16).map(lambda e: on_grid(10.0**-e)),
    st.floats(0, 16).map(lambda e: 1.0 - on_grid(10.0**-e)),
)
sizes = st.one_of(st.integers(0, 60), st.integers(0, 10**4), st.integers(0, 10**9))
chances = st.one_of(
    st.sampled_from(EXTREME_CHANCES),
    st.floats(0, 1),
    st.floats(0, 13).map(lambda e: 10.0**-e),
)


@standalone
def binomials(n, p, u):  # type: ignore[no-untyped-def]
    out = np.empty(u.size, np.int64)
    for i in range(u.size):
        out[i] = samplers.binomial(n, p, u[i])
    return out


@standalone
def binomials_by_hazard(n, hazard, u):  # type: ignore[no-untyped-def]
    out = np.empty(u.size, np.int64)
    for i in range(u.size):
        out[i] = samplers.binomial_hazard(n, hazard, u[i])
    return out


@standalone
def hypergeometrics(good, bad, draws, u):  # type: ignore[no-untyped-def]
    out = np.empty(u.size, np.int64)
    for i in range(u.size):
        out[i] = samplers.hypergeometric(good, bad, draws, u[i])
    return out


@standalone
def keyed(count, draw):  # type: ignore[no-untyped-def]
    stream = rng.stream(rng.key(np.uint64(5), np.uint64(draw)), np.uint64(0))
    out = np.empty(count)
    for i in range(count):
        out[i] = rng.uniform_of(stream, i, 0)
    return out


def central_and_tail_uniforms(count: int, seed: int) -> Float:
    random = np.random.default_rng(seed)
    tails = np.array([on_grid(u) for u in 10.0 ** -random.uniform(0, 15.5, count // 4)])
    return np.concatenate([np.asarray(keyed(count, seed)), tails, 1.0 - tails])


def assert_is_quantile(
    k: Int, u: Float, below: Float, at: Float, above_less: Float, above: Float
) -> None:
    """k is the smallest count with P(X <= k) >= u, to a relative error of 1e-9 in the tail.

    ``below`` = P(X <= k - 1), ``at`` = P(X <= k), ``above_less`` = P(X > k - 1),
    ``above`` = P(X > k).
    """
    low = u < 0.5
    slack = 1e-9
    assert np.all(below[low] < u[low] * (1 + slack))
    assert np.all(at[low] >= u[low] * (1 - slack))
    high = ~low
    rest = 1.0 - u
    assert np.all(above[high] <= rest[high] * (1 + slack))
    assert np.all(above_less[high] > rest[high] * (1 - slack))
    assert k.min() >= 0


# --- elementary functions against 50-digit arithmetic -------------------------------------------


def relative_error(value: float, exact: Decimal) -> float:
    return float(abs(Decimal(value) - exact) / abs(exact))


def arguments(low: float, high: float, count: int = 4000) -> Float:
    return np.asarray(
        np.exp(np.random.default_rng(1).uniform(math.log(low), math.log(high), count))
    )


def test_exp_neg_and_one_minus_exp() -> None:
    with localcontext() as context:
        context.prec = 50
        for x in np.concatenate([arguments(1e-300, 1e-6), arguments(1e-6, 700)]):
            exact = (-Decimal(float(x))).exp()
            assert relative_error(samplers.exp_neg(x), exact) < 4e-16
            lost = 1 - exact if x > 1e-30 else Decimal(float(x))
            assert relative_error(samplers.one_minus_exp(x), lost) < 4e-16
    assert samplers.exp_neg(0.0) == 1.0
    assert samplers.exp_neg(709.0) == 0.0
    assert samplers.one_minus_exp(0.0) == 0.0
    assert samplers.one_minus_exp(1e9) == 1.0


def test_log() -> None:
    with localcontext() as context:
        context.prec = 50
        for x in np.concatenate([arguments(1e-300, 1e300), arguments(0.5, 2.0)]):
            exact = Decimal(float(x)).ln()
            assert abs(Decimal(samplers.log(x)) - exact) <= Decimal("4e-16") * abs(exact)
    assert samplers.log(1.0) == 0.0


def test_hazard_of_inverts_one_minus_exp() -> None:
    with localcontext() as context:
        context.prec = 50
        for p in np.concatenate([arguments(1e-18, 0.999), 1 - arguments(1e-15, 0.5)]):
            exact = -(1 - Decimal(float(p))).ln()
            assert relative_error(samplers.hazard_of(p), exact) < 8e-16


def normal_probability(z: float) -> Decimal:
    """P(Z <= z) for z <= 0 by the Taylor series of erf (Abramowitz and Stegun 26.2.10)."""
    with localcontext() as context:
        context.prec = 80
        x = Decimal(-z)
        term = total = x
        k = 0
        while abs(term) > Decimal(10) ** -70:
            k += 1
            term *= -x * x / (2 * k)
            total += term / (2 * k + 1)
        pi = Decimal(
            "3.14159265358979323846264338327950288419716939937510582097494459230781640628621"
        )
        return Decimal(1) / 2 - total / (2 * pi).sqrt()


def test_normal_quantile() -> None:
    """AS 241: relative error below 2e-15, measured as (P(z) - u) / (z * density)."""
    for u in np.concatenate([arguments(2.0**-53, 0.4999, 400), [1e-300**0.1, 0.074999, 0.075001]]):
        z = samplers.normal_quantile(u)
        density = Decimal(math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi))
        error = (normal_probability(z) - Decimal(float(u))) / density / Decimal(z)
        assert abs(float(error)) < 2e-15
    for u in (2.0**-53, 1e-9, 0.01, 0.2, 0.4):
        grid = on_grid(u)
        assert samplers.normal_quantile(1.0 - grid) == -samplers.normal_quantile(grid)
    assert samplers.normal_quantile(0.5) == 0.0


# --- binomial ------------------------------------------------------------------------------------


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


@settings(max_examples=2000, deadline=None)
@given(sizes, sizes, chances, uniforms)
@example(19, 20, 0.5, 0.5 + 2.0**-53)
@example(100, 101, 0.0527, 0.999)
def test_binomial_rises_with_n(n: int, more: int, p: float, u: float) -> None:
    n, more = sorted((n, more))
    assert samplers.binomial(n, p, u) <= samplers.binomial(more, p, u)
    assert samplers.binomial(n, p, u) <= samplers.binomial(n + 1, p, u)


@settings(max_examples=2000, deadline=None)
@given(sizes, chances, chances, uniforms)
def test_binomial_rises_with_p(n: int, p: float, more: float, u: float) -> None:
    p, more = sorted((p, more))
    assert samplers.binomial(n, p, u) <= samplers.binomial(n, more, u)
    assert samplers.binomial(n, p, u) <= samplers.binomial(n, min(1.0, p * 1.01), u)


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


# --- hypergeometric ------------------------------------------------------------------------------


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


@settings(max_examples=1000, deadline=None)
@given(people, people, people, st.integers(0, 50), uniforms)
def test_hypergeometric_is_monotone(good: int, bad: int, draws: int, extra: int, u: float) -> None:
    k = samplers.hypergeometric(good, bad, draws, u)
    assert max(0, min(draws, good + bad) - bad) <= k <= min(good, draws)
    assert k <= samplers.hypergeometric(good + extra, bad, draws, u)
    assert k <= samplers.hypergeometric(good, bad, draws + extra, u)
    assert k >= samplers.hypergeometric(good, bad + extra, draws, u)


# --- bits ----------------------------------------------------------------------------------------


def test_golden_counts() -> None:
    """A digest over all paths of all samplers: the bits may never change by accident."""
    u = np.asarray(keyed(2000, 31))
    digest = 0
    for n in SIZES:
        for p in CHANCES:
            digest = (digest * 31 + int(np.asarray(binomials(n, p, u)).sum())) % 2**61
    for good, bad, draws in ((10, 490, 50), (400, 100, 60), (50_000, 450_000, 100)):
        digest = (digest * 31 + int(np.asarray(hypergeometrics(good, bad, draws, u)).sum())) % 2**61
    assert digest == 1818439162040829419
    assert samplers.normal_quantile(0.01).hex() == "-0x1.29c5c4630ff0fp+1"
    assert samplers.exp_neg(1.2345).hex() == "0x1.29f6b7bfe469dp-2"
    assert samplers.log(1.2345).hex() == "0x1.af71abe30f48fp-3"


def test_compiled_code_fuses_nothing_and_calls_no_mathematical_library() -> None:
    @standalone
    def every(n, p, u):  # type: ignore[no-untyped-def]
        return (
            samplers.binomial(n, p, u)
            + samplers.binomial_hazard(n, p, u)
            + samplers.hypergeometric(n, n, n, u)
        )

    @standalone
    def many(n, k):  # type: ignore[no-untyped-def]
        samplers.binomial_many(n, n, n, n, k, n.size)

    every(10, 0.3, 0.4)
    many(np.full(8, 0.4), np.zeros(8))
    assembly = "\n".join([*every.inspect_asm().values(), *many.inspect_asm().values()])
    fused = ("fmadd", "fmsub", "fnmadd", "fmla", "fmls")
    assert not [word for word in fused if word in assembly], platform.machine()
    library = [
        f"{name}" for name in ("exp", "log", "log1p", "expm1", "pow") if f"@{name}@" in assembly
    ]
    assert not library
    code = "\n".join([*every.inspect_llvm().values(), *many.inspect_llvm().values()])
    for flag in (
        " fast ",
        " contract ",
        " reassoc ",
        "@llvm.exp",
        "@llvm.log",
        "@llvm.pow",
        "@llvm.fma",
    ):
        assert flag not in code
