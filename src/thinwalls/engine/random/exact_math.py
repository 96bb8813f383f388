"""Elementary functions made of IEEE operations only, so that every machine gives the same bits.

The mathematical library of a platform may differ from another in the last bit, and one bit in a
threshold is one person in a count.  Tables are computed with exact decimal arithmetic at import.
Error bounds are stated per function and tested against 50-digit arithmetic.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.engine.numba_support.decorators import compiled, inlined

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PARTS: Final = 64
"""The exponential is tabulated at this many points per halving."""

with localcontext() as _context:
    _context.prec = 50
    _LN2 = Decimal(2).ln()
    _HALVES: Final[NDArray[np.float64]] = np.array(
        [float(Decimal(2) ** (-Decimal(j) / _PARTS)) for j in range(_PARTS + 1)]
    )
    """2**(-j / 64)"""
    _LOST: Final[NDArray[np.float64]] = np.array(
        [float(1 - Decimal(2) ** (-Decimal(j) / _PARTS)) for j in range(_PARTS + 1)]
    )
    """1 - 2**(-j / 64), rounded once"""
    _PER_STEP: Final = float(_PARTS / _LN2)
    # The high part has 32 significant bits: j times it is exact for every j below 2**21.
    _STEP_HIGH: Final = float(int(_LN2 / _PARTS * 2**38)) / 2.0**38
    _STEP_LOW: Final = float(_LN2 / _PARTS - Decimal(_STEP_HIGH))
    _LN2_HIGH: Final = float(int(_LN2 * 2**32)) / 2.0**32
    _LN2_LOW: Final = float(_LN2 - Decimal(_LN2_HIGH))

CENTRAL: Final = 0.425
"""Half-width of the range of u around 1/2 in which the normal quantile is one rational function."""
_LARGEST: Final = 708.0
"""Beyond this, exp(-x) counts as 0 (it is below 3.4e-308)."""
_ROOT_HALF: Final = 0.7071067811865476
_MANTISSA: Final = 0x000FFFFFFFFFFFFF
_HALF_BITS: Final = 0x3FE0000000000000


@compiled
def _lost_in(r: float) -> float:
    """1 - exp(-r) for abs(r) <= ln 2 / 128: Taylor to the sixth order, truncated below 2**-64."""
    r2 = r * r
    return r - r2 * ((0.5 - r * (1.0 / 6.0)) + r2 * ((1.0 / 24.0 - r * (1.0 / 120.0)) + r2 / 720.0))


@compiled
def exp_neg(x: float) -> float:
    """exp(-x) for x >= 0; 0 beyond 708.  Relative error below 4e-16."""
    if x > _LARGEST:
        return 0.0
    # exp(-x) = 2**-(j / 64) exp(-r), with abs(r) at most ln 2 / 128.
    j = int(x * _PER_STEP + 0.5)
    # In two parts, of which the first product is exact: r keeps all its digits.
    r = (x - j * _STEP_HIGH) - j * _STEP_LOW
    part = _HALVES[j & (_PARTS - 1)]
    # 2**-(j // 64), put together from the bits of its exponent.
    scale = np.int64((1023 - (j >> 6)) << 52).view(np.float64)
    return float((part - part * _lost_in(r)) * scale)


@compiled
def one_minus_exp(x: float) -> float:
    """1 - exp(-x) for x >= 0, accurate for small x: relative error below 4e-16."""
    j = int(min(x, _LARGEST) * _PER_STEP + 0.5)
    # Above ln 2 the result is about 1/2 or more: subtracting costs no digits.
    if j > _PARTS:
        return 1.0 - exp_neg(x)
    r = (x - j * _STEP_HIGH) - j * _STEP_LOW
    return float(_LOST[j] + _HALVES[j] * _lost_in(r))


@compiled
def _two_atanh(s: float) -> float:
    """2 atanh(s) for abs(s) <= 0.172: odd Taylor series to s**23, truncated below 1e-18."""
    z = s * s
    z2 = z * z
    z4 = z2 * z2
    low = (2.0 / 3.0 + z * (2.0 / 5.0)) + z2 * (2.0 / 7.0 + z * (2.0 / 9.0))
    middle = (2.0 / 11.0 + z * (2.0 / 13.0)) + z2 * (2.0 / 15.0 + z * (2.0 / 17.0))
    high = (2.0 / 19.0 + z * (2.0 / 21.0)) + z2 * (2.0 / 23.0)
    return 2.0 * s + s * z * (low + z4 * (middle + z4 * high))


@compiled
def log(x: float) -> float:
    """Natural logarithm of a normal number x > 0.

    Relative error below 4e-16 outside (0.7, 1.42), where the absolute error is below 1e-16
    times abs(x - 1) plus the rounding of the result.
    """
    bits = np.float64(x).view(np.int64)
    # x = m 2**exponent with m in [1/2, 1), read off the bits.
    exponent = (bits >> 52) - 1022
    m = np.int64((bits & _MANTISSA) | _HALF_BITS).view(np.float64)
    # m within [root 1/2, root 2) is nearest to 1, where the series is short.
    if m < _ROOT_HALF:
        m = m + m
        exponent -= 1
    f = m - 1.0
    # log m = 2 atanh((m - 1) / (m + 1)); the large part is added last.
    return exponent * _LN2_HIGH + (_two_atanh(f / (2.0 + f)) + exponent * _LN2_LOW)


@compiled
def hazard_of(p: float) -> float:
    """-log(1 - p) for 0 <= p < 1, accurate for small p: relative error below 8e-16."""
    if p < 0.25:
        # -log(1 - p) = 2 atanh(p / (2 - p)), without forming 1 - p.
        return _two_atanh(p / (2.0 - p))
    return -log(1.0 - p)


@inlined
def normal_quantile_central(q: float) -> float:
    """:func:`normal_quantile` at 1/2 + q for abs(q) <= :data:`CENTRAL`; no branches."""
    r = 0.180625 - q * q
    r2 = r * r
    r4 = r2 * r2
    a = (3.3871328727963666080e0 + r * 1.3314166789178437745e2) + r2 * (
        1.9715909503065514427e3 + r * 1.3731693765509461125e4
    )
    b = (4.5921953931549871457e4 + r * 6.7265770927008700853e4) + r2 * (
        3.3430575583588128105e4 + r * 2.5090809287301226727e3
    )
    c = (1.0 + r * 4.2313330701600911252e1) + r2 * (
        6.8718700749205790830e2 + r * 5.3941960214247511077e3
    )
    d = (2.1213794301586595867e4 + r * 3.9307895800092710610e4) + r2 * (
        2.8729085735721942674e4 + r * 5.2264952788528545610e3
    )
    return q * (a + r4 * b) / (c + r4 * d)


@compiled
def normal_quantile(u: float) -> float:
    """Quantile of the standard normal distribution, for 0 < u < 1.

    Wichura 1988, "Algorithm AS 241: the percentage points of the normal distribution", Applied
    Statistics 37:477-484, routine PPND16.  Relative error below 2e-15 for 1e-300 < u < 1 - 2**-53.
    """
    q = u - 0.5
    if abs(q) <= CENTRAL:
        return normal_quantile_central(q)
    return _normal_tail(u if q < 0.0 else 1.0 - u, -1.0 if q < 0.0 else 1.0)


@compiled
def _normal_tail(tail: float, sign: float) -> float:
    """Quantile at tail probability ``tail`` < 0.075 (AS 241, the two outer ranges)."""
    # Coefficients of AS 241: up to r = 5 a tail of exp(-25), beyond it the outer one.
    r = float(np.sqrt(-log(tail)))
    if r <= 5.0:
        r = r - 1.6
        r2 = r * r
        r4 = r2 * r2
        a = (1.42343711074968357734e0 + r * 4.63033784615654529590e0) + r2 * (
            5.76949722146069140550e0 + r * 3.64784832476320460504e0
        )
        b = (1.27045825245236838258e0 + r * 2.41780725177450611770e-1) + r2 * (
            2.27238449892691845833e-2 + r * 7.74545014278341407640e-4
        )
        c = (1.0 + r * 2.05319162663775882187e0) + r2 * (
            1.67638483018380384940e0 + r * 6.89767334985100004550e-1
        )
        d = (1.48103976427480074590e-1 + r * 1.51986665636164571966e-2) + r2 * (
            5.47593808499534494600e-4 + r * 1.05075007164441684324e-9
        )
    else:
        r = r - 5.0
        r2 = r * r
        r4 = r2 * r2
        a = (6.65790464350110377720e0 + r * 5.46378491116411436990e0) + r2 * (
            1.78482653991729133580e0 + r * 2.96560571828504891230e-1
        )
        b = (2.65321895265761230930e-2 + r * 1.24266094738807843860e-3) + r2 * (
            2.71155556874348757815e-5 + r * 2.01033439929228813265e-7
        )
        c = (1.0 + r * 5.99832206555887937690e-1) + r2 * (
            1.36929880922735805310e-1 + r * 1.48753612908506148525e-2
        )
        d = (7.86869131145613259100e-4 + r * 1.84631831751005468180e-5) + r2 * (
            1.42151175831644588870e-7 + r * 2.04426310338993978564e-15
        )
    return sign * (a + r4 * b) / (c + r4 * d)
