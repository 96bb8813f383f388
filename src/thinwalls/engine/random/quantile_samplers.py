"""Samplers that are the inverse distribution function: one uniform number, one count.

At a fixed uniform the count never falls when n or p rises, so two scenarios of one draw that
differ a little get counts that differ a little.  Where others approximate the quantile, this
module approximates *and knows when the approximation decides*: a third-order Cornish-Fisher
expansion gives a real number whose distance from the next integer boundary is compared with a
bound on the expansion's error; only if it is closer than that (1.4 % of draws at variance 5, 0.5 %
at 10, 0.02 % at 100) are the probabilities added up (Giles 2016, "Algorithm 955: approximation of
the inverse Poisson cumulative distribution function", ACM TOMS 42:7, does this for Poisson).  The
result is the exact quantile everywhere, so there is no seam between methods at which monotonicity
could break.
docs/samplers.md derives the bound and gives the measurements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.engine.numba_support.decorators import compiled, inlined, kernel
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.random.exact_math import (
    CENTRAL,
    exp_neg,
    hazard_of,
    log,
    normal_quantile,
    normal_quantile_central,
    one_minus_exp,
)
from thinwalls.engine.random.exact_quantiles import (
    binomial_quantile,
    hypergeometric_probability,
    hypergeometric_quantile,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "binomial",
    "binomial_given",
    "binomial_hazard",
    "binomial_many",
    "exp_neg",
    "expansion",
    "hazard_of",
    "hypergeometric",
    "hypergeometric_expansion",
    "log",
    "normal_quantile",
    "one_minus_exp",
]

MANY: Final = 5.0
"""Variance from which on the expansion is used; below it, probabilities are added from 0 on."""
CENTRAL_FROM: Final = 0.6
"""Variance from which on the error bound holds in the central 85 % (and is tested there)."""
_WORTH: Final = 4
"""The loop for several at a time is worth it when one in so many has the variance for it."""
_SURE: Final = 1.0 - 1e-9
"""Above this uniform, adding upwards from 0 would lose the tail to rounding."""
_WIDEST: Final = 4.5
"""The error bound of the expansion is used (and tested) for normal quantiles up to this."""
_WIDEST_DRAWN: Final = 4.0
"""The same for draws without replacement."""
UNKNOWN: Final = -1.0
"""In place of the hazard of a draw that has a probability only."""
_LARGEST_VARIANCE: Final = 1e9
"""Above this variance the expansion is not checked; it is within 1 of the exact quantile."""
_RECIPROCAL: Final = np.array([0.0] + [1.0 / k for k in range(1, 130)])


@compiled
def _sum_upwards(n: int, p: float, none: float, u: float) -> int:
    """Quantile by adding probabilities from 0, given ``none`` = P(X = 0); small variance.

    Four and then eight at a time, counted without branches: a mispredicted exit costs more than
    the additions.
    """
    odds = p / (1.0 - p)
    trials = float(n)
    term = none
    total = none
    k = 0
    for j in range(4):
        k += u > total
        # At k = n the factor is 0, and so are all terms after it.
        term *= (odds * (trials - j)) * _RECIPROCAL[j + 1]
        total += term
    if k < 4:
        return min(k, n)
    while True:
        count = 0
        for j in range(8):
            count += u > total
            term *= (odds * (trials - (k + j))) * _RECIPROCAL[k + j + 1]
            total += term
        k += count
        if count < 8 or k >= 120:
            return min(k, n)


@inlined
def expansion(n: float, p: float, z: float) -> tuple[float, float]:
    """Binomial quantile as a real number, from the normal quantile z, and a bound on its error.

    Third-order Cornish-Fisher expansion of the smooth distribution that agrees with the binomial
    at k + 1/2 (cumulants with Sheppard's corrections): if P(X <= k) is the normal probability of
    z, the value is k + 1/2 up to the bound, for n p (1 - p) >= 5 and abs(z) <= 4.5.
    """
    mean = n * p
    pq = p * (1.0 - p)
    variance = n * pq
    sd = float(np.sqrt(variance))
    inverse = 1.0 / variance
    # q - p, the d of docs/samplers.md.
    skew = 1.0 - 2.0 * p
    z2 = z * z
    second = z * (
        (1.0 - 6.0 * pq) * (z2 - 3.0) * (1.0 / 24.0)
        - (1.0 - 4.0 * pq) * (2.0 * z2 - 5.0) * (1.0 / 36.0)
        - 1.0 / 24.0
    )
    third = (
        (1.0 - 12.0 * pq) * ((z2 - 6.0) * z2 + 3.0) * (1.0 / 120.0)
        - (1.0 - 6.0 * pq) * ((z2 - 5.0) * z2 + 2.0) * (1.0 / 24.0)
        + (1.0 - 4.0 * pq) * ((12.0 * z2 - 53.0) * z2 + 17.0) * (1.0 / 324.0)
        + (z2 - 1.0) * (1.0 / 72.0)
    )
    x = mean + (
        sd * z + skew * ((z2 - 1.0) * (1.0 / 6.0) + third * inverse) + second * (sd * inverse)
    )
    truncated = (0.04 + 0.006 * z2 * z2 * abs(z)) * (sd * inverse * inverse)
    return x, truncated + 1e-15 * (mean + sd)


@compiled
def _expand(n: int, p: float, u: float) -> int:
    """Quantile from the expansion, settled exactly when a boundary is closer than its error."""
    z = normal_quantile(u)
    x, bound = expansion(n, p, z)
    x = x + 0.5
    k = np.floor(x)
    part = x - k
    if abs(z) <= _WIDEST and part > bound and part < 1.0 - bound:
        return int(k)
    if n * p * (1.0 - p) > _LARGEST_VARIANCE:
        return max(0, min(n, int(k)))
    return binomial_quantile(n, p, u, int(k))


@compiled
def binomial(n: int, p: float, u: float) -> int:
    """Quantile of Binomial(n, p) at u: smallest k with P(X <= k) >= u.

    Parameters
    ----------
    n
        Trials; 0 or less gives 0.  At most 2**53.
    p
        Chance per trial; 0 or less gives 0, 1 or more gives n.
    u
        Uniform number, 0 < u < 1, a multiple of 2**-53 (for others, 1 - u is rounded first when p >
        1/2).

    Monotone in n, p and u.  Exact up to a relative error of 1e-12 in the tail probability that
    decides, as long as n p (1 - p) <= 1e9; beyond that within 1 of the exact quantile.
    """
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - _lower_half(n, 1.0 - p, 1.0 - u)
    return _lower_half(n, p, u)


@compiled
def _lower_half(n: int, p: float, u: float) -> int:
    """:func:`binomial` for 0 < p <= 1/2."""
    mean = n * p
    # (1 - p)**n >= 1 - n p, so this is exact and spares the exponential.
    if u < 1.0 - mean:
        return 0
    variance = mean * (1.0 - p)
    if variance >= MANY:
        return _expand(n, p, u)
    if u > _SURE:
        return binomial_quantile(n, p, u, int(mean))
    return _sum_upwards(n, p, exp_neg(n * hazard_of(p)), u)


@compiled
def binomial_hazard(n: int, hazard: float, u: float) -> int:
    """:func:`binomial` at p = 1 - exp(-hazard), without the logarithm that p alone would need.

    Parameters
    ----------
    n
        People at risk; 0 or less gives 0.
    hazard
        Accumulated hazard (rate times time), 0 or less gives 0.
    u
        Uniform number, 0 < u < 1.
    """
    if n <= 0 or hazard <= 0.0 or u < 1.0 - n * hazard:
        return 0
    return binomial_given(n, one_minus_exp(hazard), hazard, u)


@compiled
def binomial_given(n: int, p: float, hazard: float, u: float) -> int:
    """:func:`binomial_hazard` where p = :func:`one_minus_exp` (hazard) is known already.

    For hazards that many draws share: the exponential is computed once.
    """
    if n <= 0 or hazard <= 0.0:
        return 0
    mean = n * hazard
    if u < 1.0 - mean:
        return 0
    if p > 0.5:
        q = exp_neg(hazard)
        return n if q <= 0.0 else n - _lower_half(n, q, 1.0 - u)
    variance = n * p * (1.0 - p)
    if variance >= MANY:
        return _expand(n, p, u)
    if u > _SURE:
        return binomial_quantile(n, p, u, int(n * p))
    return _sum_upwards(n, p, exp_neg(mean), u)


@kernel
def binomial_many(
    n: NDArray[np.float64],
    p: NDArray[np.float64],
    hazard: NDArray[np.float64],
    u: NDArray[np.float64],
    k: NDArray[np.float64],
    size: int,
) -> None:
    """:func:`binomial_given` for the first ``size`` of many, bit for bit; fills ``k[:size]``.

    Where a hazard is :data:`UNKNOWN`, the count is that of :func:`binomial`.  The first loop has
    no branches, so that the compiler does it for several at a time.  It decides where the quantile
    of the central 85 % is further from a boundary than its error; whoever is left (-1) gets the
    ordinary function.  Where few have the variance for it, all get the ordinary function.
    """
    never_inlined()
    many = 0
    for j in range(size):
        many += n[j] * p[j] * (1.0 - p[j]) >= CENTRAL_FROM
    if many * _WORTH < size:
        for j in range(size):
            k[j] = _one(n[j], p[j], hazard[j], u[j])
        return
    for j in range(size):
        q = u[j] - 0.5
        x, bound = expansion(n[j], p[j], normal_quantile_central(q))
        x = x + 0.5
        count = np.floor(x)
        part = x - count
        sure = (
            (abs(q) <= CENTRAL)
            & (p[j] <= 0.5)
            & (n[j] * p[j] * (1.0 - p[j]) >= CENTRAL_FROM)
            & (part > bound)
            & (part < 1.0 - bound)
        )
        k[j] = count if sure else -1.0
    for j in range(size):
        if k[j] < 0.0:
            k[j] = _one(n[j], p[j], hazard[j], u[j])


@inlined
def _one(n: float, p: float, hazard: float, u: float) -> float:
    if hazard < 0.0:
        return float(binomial(int(n), p, u))
    return float(binomial_given(int(n), p, hazard, u))


@compiled
def hypergeometric(good: int, bad: int, draws: int, u: float) -> int:
    """Quantile of the number of ``good`` among ``draws`` people taken without replacement.

    Parameters
    ----------
    good
        People of the kind counted; 0 or less gives 0.
    bad
        All others.
    draws
        People taken; more than there are counts as all of them.
    u
        Uniform number, 0 < u < 1.

    Monotone: rises with good, draws and u, falls with bad.  Exact up to a relative error of 1e-11
    in the tail probability that decides, for good + bad <= 1e9.
    """
    if good <= 0 or draws <= 0:
        return 0
    if bad <= 0:
        return min(draws, good)
    if draws >= good + bad:
        return good
    # The number is symmetric in good and draws, and mirrored in good and bad, taken and left:
    # reduce to at most half of the people in both.
    total = good + bad
    left = total - draws
    if 2 * draws > total:
        if 2 * good > total:
            return draws - bad + _few_of_few(bad, good, left, u)
        return good - _few_of_few(good, bad, left, 1.0 - u)
    if 2 * good > total:
        return draws - _few_of_few(bad, good, draws, 1.0 - u)
    return _few_of_few(good, bad, draws, u)


@compiled
def _few_of_few(good: int, bad: int, draws: int, u: float) -> int:
    """:func:`hypergeometric` where good and draws are at most half of all people."""
    if draws < good:
        good, draws, bad = draws, good, good + bad - draws
    total = float(good + bad)
    share = draws / total
    mean = good * share
    if u < 1.0 - mean:
        return 0
    variance = mean * (1.0 - share) * bad / (total - 1.0)
    if variance < MANY and u <= _SURE:
        return _sum_hypergeometric(good, bad, draws, u)
    z = normal_quantile(u)
    x, bound = hypergeometric_expansion(good, bad, draws, z)
    x = x + 0.5
    k = np.floor(x)
    part = x - k
    if abs(z) <= _WIDEST_DRAWN and part > bound and part < 1.0 - bound:
        return int(k)
    return hypergeometric_quantile(good, bad, draws, u, int(max(0.0, min(k, good))))


@compiled
def hypergeometric_expansion(good: int, bad: int, draws: int, z: float) -> tuple[float, float]:
    """Hypergeometric quantile as a real number, and a bound on its error.

    As :func:`expansion`, to second order.  The bound holds for a variance of at least 5, abs(z) <=
    4 and good and draws at most half of all people.
    """
    total = float(good + bad)
    taken = float(draws)
    left = total - taken
    mean = taken * good / total
    variance = mean * bad * left / (total * (total - 1.0))
    skew = (total - 2.0 * good) * (total - 2.0 * taken) / (total * (total - 2.0))
    inside = float(good) * bad
    # variance times excess kurtosis, every factor divided by the total to stay in range
    excess = (
        (1.0 + 1.0 / total - 6.0 * (inside / total / total) - 6.0 * (taken * left / total / total))
        + 6.0
        * (inside / total / total)
        * (taken * left / total / (total - 1.0))
        * (5.0 - 6.0 / total)
    ) / ((1.0 - 2.0 / total) * (1.0 - 3.0 / total))
    z2 = z * z
    sd = float(np.sqrt(variance))
    x = mean + (
        sd * z
        + skew * ((z2 - 1.0) * (1.0 / 6.0))
        + z * (excess * (z2 - 3.0) / 24.0 - skew * skew * (2.0 * z2 - 5.0) / 36.0 - 1.0 / 24.0) / sd
    )
    return x, (0.06 + 0.015 * z2 * z2) / variance + 4e-15 * (mean + sd)


@compiled
def _sum_hypergeometric(good: int, bad: int, draws: int, u: float) -> int:
    """Quantile by adding probabilities from 0 upwards; good <= draws."""
    if good <= 32:
        term = 1.0
        for i in range(good):
            term *= float(bad + good - draws - i) / float(bad + good - i)
    else:
        term = hypergeometric_probability(0, good, bad, draws)
    total = term
    k = 0
    while u > total and k < good:
        term *= (float(good - k) * (draws - k)) / (float(k + 1) * (bad - draws + k + 1))
        k += 1
        total += term
    return k
