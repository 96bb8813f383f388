"""Many draws at once: where the vectorised loop decides, it decides as the ordinary function."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from thinwalls.engine.random import quantile_samplers as samplers
from thinwalls.engine.random.exact_math import CENTRAL, one_minus_exp


@pytest.mark.parametrize("p", [0.5, 0.45, 0.3, 0.2, 0.1, 0.05, 0.03, 0.01, 1e-3, 1e-5, 1e-8])
def test_error_bound_of_the_expansion_at_small_variance(p: float) -> None:
    """In the central 85 % the bound holds from :data:`samplers.CENTRAL_FROM` on."""
    compared = 0
    lowest = samplers.CENTRAL_FROM
    sizes = np.unique(np.ceil(np.geomspace(lowest, 6.0, 40) / (p * (1 - p))).astype(np.int64))
    for n in sizes.tolist():
        law = stats.binom(n, p)
        k = np.arange(0, int(n * p + 3 * np.sqrt(n * p)) + 3)
        below = law.cdf(k)
        for i in np.flatnonzero(np.abs(below - 0.5) <= CENTRAL):
            x, bound = samplers.expansion(n, p, float(special.ndtri(below[i])))
            assert abs(x - (k[i] + 0.5)) < bound
            compared += 1
    assert compared > 20


@pytest.mark.slow
@pytest.mark.parametrize("large", [0.0, 0.1, 0.6, 1.0])
@pytest.mark.parametrize("known", [True, False])
def test_many_draws_are_single_draws(large: float, known: bool) -> None:
    """Whatever share of the draws has the variance for the loop, with and without a hazard."""
    random = np.random.default_rng(int(10 * large) + known)
    size = 4000
    n = np.floor(random.uniform(1, 12, size))
    n[random.uniform(size=size) < large] *= 50
    hazard = random.choice([1e-4, 0.02, 0.11, 0.3, 0.68, 1.5], size)
    p = np.array([one_minus_exp(h) for h in hazard])
    u = (random.integers(0, 2**52, size) + 0.5) * 2.0**-52
    many = np.empty(size)
    given = hazard if known else np.full(size, samplers.UNKNOWN)
    samplers.binomial_many(n, p, given, u, many, size)
    expected = [
        samplers.binomial_given(int(n[j]), p[j], hazard[j], u[j])
        if known
        else samplers.binomial(int(n[j]), p[j], u[j])
        for j in range(size)
    ]
    assert many.tolist() == expected
