"""Exact quantiles of counts by adding up probabilities: the slow path of the samplers.

A point probability comes from the saddle-point form of Loader 2000, "Fast and accurate
computation of binomial probabilities", which keeps its relative accuracy for any n.  The tail that
is smaller is summed outwards until its terms no longer matter, and the answer is reached by
additions alone, so nothing is lost to cancellation.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from math import factorial
from typing import Final

import numpy as np

from thinwalls.engine.numba_support.decorators import compiled
from thinwalls.engine.random.exact_math import exp_neg, hazard_of, log

with localcontext() as _context:
    _context.prec = 50
    _PI = Decimal("3.14159265358979323846264338327950288419716939937511")
    _STIRLING: Final = np.array(
        [0.0]
        + [
            float(Decimal(factorial(k)).ln() - (2 * _PI * k).ln() / 2 - k * Decimal(k).ln() + k)
            for k in range(1, 17)
        ]
    )
    """log k! minus Stirling's formula, k = 1 .. 16"""
    _TWO_PI: Final = float(2 * _PI)

_NEGLIGIBLE: Final = 1e-17
"""Terms below this share of a tail end the sum."""


@compiled
def _stirling_error(n: float) -> float:
    """Value of log n! minus Stirling's formula (asymptotic series beyond 16: error below 1e-16)."""
    if n <= 16.0:
        return float(_STIRLING[int(n)])
    z = 1.0 / (n * n)
    return (
        1.0 / 12.0 - z * (1.0 / 360.0 - z * (1.0 / 1260.0 - z * (1.0 / 1680.0 - z / 1188.0)))
    ) / n


@compiled
def _deviance(k: float, mean: float) -> float:
    """Value of k log(k / mean) + mean - k, without cancellation near k = mean."""
    difference = k - mean
    if abs(difference) >= 0.1 * (k + mean):
        return k * log(k / mean) - difference
    # Loader's series in v; every term is far smaller than the one before.
    v = difference / (k + mean)
    total = difference * v
    term = 2.0 * k * v
    v2 = v * v
    for j in range(1, 40):
        term *= v2
        following = total + term / (2 * j + 1)
        if following == total:
            break
        total = following
    return total


@compiled
def binomial_probability(k: int, n: int, p: float) -> float:
    """P(X = k) for X ~ Binomial(n, p), 0 < p < 1; relative error below 1e-12 for n <= 1e9."""
    if k < 0 or k > n:
        return 0.0
    q = 1.0 - p
    if k == 0:
        return exp_neg(n * hazard_of(p))
    if k == n:
        return exp_neg(n * hazard_of(q)) if p < 0.5 else exp_neg(-n * log(p))
    x = float(k)
    y = float(n - k)
    # log P = -exponent, but for the root below: Stirling errors and deviances of Loader.
    exponent = (
        _stirling_error(x)
        + _stirling_error(y)
        - _stirling_error(float(n))
        + _deviance(x, n * p)
        + _deviance(y, n * q)
    )
    return float(np.sqrt(n / (_TWO_PI * x * y))) * exp_neg(max(exponent, 0.0))


@compiled
def _binomial_lower(k: int, n: int, p: float) -> float:
    """P(X <= k), meant for k below the mean."""
    term = binomial_probability(k, n, p)
    total = term
    odds = (1.0 - p) / p
    while k > 0 and term > _NEGLIGIBLE * total:
        # P(X = k - 1) from P(X = k).
        term *= odds * k / (n - k + 1)
        total += term
        k -= 1
    return total


@compiled
def _binomial_upper(k: int, n: int, p: float) -> float:
    """P(X > k), meant for k above the mean."""
    k += 1
    term = binomial_probability(k, n, p)
    total = term
    odds = p / (1.0 - p)
    while k < n and term > _NEGLIGIBLE * total:
        k += 1
        term *= odds * (n - k + 1) / k
        total += term
    return total


@compiled
def binomial_quantile(n: int, p: float, u: float, guess: int) -> int:
    """Smallest k with P(X <= k) >= u for X ~ Binomial(n, p), 0 < p < 1, starting near ``guess``.

    Exact up to the rounding of the tail probability (relative error below 1e-12).  The time grows
    with the standard deviation of X and with the distance of the guess.
    """
    jump = 2
    # The smaller tail is added up: the lower one here.
    if u < 0.5:
        k = min(guess, n) - 1
        below = 0.0
        while k >= 0:
            below = _binomial_lower(k, n, p)
            if below < u:
                break
            # Twice as far each time, until the answer is surely above.
            k -= jump
            jump *= 2
        if k < 0:
            k = -1
            below = 0.0
        while below < u and k < n:
            k += 1
            below += binomial_probability(k, n, p)
        return k
    # The upper tail: k is the answer once P(X > k - 1) exceeds 1 - u.
    rest = 1.0 - u
    k = max(guess, 0) + 1
    above = 0.0
    while k < n:
        above = _binomial_upper(k, n, p)
        if above <= rest:
            break
        k += jump
        jump *= 2
    if k >= n:
        k = n
        above = 0.0
    while k > 0:
        above += binomial_probability(k, n, p)
        if above > rest:
            break
        k -= 1
    return k


@compiled
def hypergeometric_probability(k: int, good: int, bad: int, draws: int) -> float:
    """P(X = k): k of ``good`` among ``draws`` taken without replacement; relative error < 1e-11.

    Loader 2000: the ratio of three binomial probabilities at p = draws / (good + bad).
    """
    if k < max(0, draws - bad) or k > min(draws, good):
        return 0.0
    total = good + bad
    if draws == total:
        return 1.0
    if draws == 0:
        return 1.0
    p = draws / total
    return (
        binomial_probability(k, good, p)
        * binomial_probability(draws - k, bad, p)
        / binomial_probability(draws, total, p)
    )


@compiled
def _hypergeometric_lower(k: int, good: int, bad: int, draws: int) -> float:
    """P(X <= k), meant for k below the mean."""
    term = hypergeometric_probability(k, good, bad, draws)
    total = term
    while k > 0 and term > _NEGLIGIBLE * total:
        term *= (float(k) * (bad - draws + k)) / (float(good - k + 1) * (draws - k + 1))
        total += term
        k -= 1
    return total


@compiled
def _hypergeometric_upper(k: int, good: int, bad: int, draws: int) -> float:
    """P(X > k), meant for k above the mean."""
    k += 1
    term = hypergeometric_probability(k, good, bad, draws)
    total = term
    most = min(good, draws)
    while k < most and term > _NEGLIGIBLE * total:
        term *= (float(good - k) * (draws - k)) / (float(k + 1) * (bad - draws + k + 1))
        k += 1
        total += term
    return total


@compiled
def hypergeometric_quantile(good: int, bad: int, draws: int, u: float, guess: int) -> int:
    """Smallest k with P(X <= k) >= u, X hypergeometric, starting near ``guess``.

    Exact up to the rounding of the tail probability (relative error below 1e-11).
    """
    least = max(0, draws - bad)
    most = min(draws, good)
    jump = 2
    if u < 0.5:
        k = min(guess, most) - 1
        below = 0.0
        while k >= least:
            below = _hypergeometric_lower(k, good, bad, draws)
            if below < u:
                break
            k -= jump
            jump *= 2
        if k < least:
            k = least - 1
            below = 0.0
        while below < u and k < most:
            k += 1
            below += hypergeometric_probability(k, good, bad, draws)
        return k
    rest = 1.0 - u
    k = max(guess, least) + 1
    above = 0.0
    while k < most:
        above = _hypergeometric_upper(k, good, bad, draws)
        if above <= rest:
            break
        k += jump
        jump *= 2
    if k >= most:
        k = most
        above = 0.0
    while k > least:
        above += hypergeometric_probability(k, good, bad, draws)
        if above > rest:
            break
        k -= 1
    return k
