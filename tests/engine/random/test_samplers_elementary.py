"""Elementary functions of the samplers against 50-digit arithmetic."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from support.sampling import (
    Float,
    on_grid,
)
from thinwalls.engine.random import quantile_samplers as samplers


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


@pytest.mark.slow
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
