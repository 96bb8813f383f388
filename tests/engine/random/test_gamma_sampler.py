"""Gamma numbers against scipy's distribution, and that they rise with what they are made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import gamma as distribution

from thinwalls.engine.random.gamma_sampler import gamma

N = 20_000
SHAPES = (0.01, 0.05, 0.3, 1.0, 3.0, 7.99, 8.0, 30.0, 1e4)
inside = st.floats(1e-12, 1 - 1e-12)


def numbers(shape: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    uniform = np.random.default_rng(3).random((N, 4))
    return np.array([gamma(shape, *row) for row in uniform])


@pytest.mark.parametrize("shape", SHAPES)
def test_the_distribution_is_that_of_scipy(shape: float) -> None:
    """Differences of the distribution function within 4 of its standard errors (at most half of
    the root of N) and what the normal cube leaves: 0.001."""
    found = np.sort(numbers(shape))
    # Below this nothing is told apart from 0.
    seen = found > 1e-6
    share = (np.arange(N) + 0.5) / N
    difference = np.abs(distribution.cdf(found[seen], shape) - share[seen])
    assert difference.max() < 4 * 0.5 / np.sqrt(N) + 1e-3
    assert distribution.cdf(1e-6, shape) == pytest.approx(1 - seen.mean(), abs=2 / np.sqrt(N))


@pytest.mark.parametrize("shape", SHAPES)
def test_mean_and_variance(shape: float) -> None:
    found = numbers(shape)
    assert abs(found.mean() - shape) < 4 * np.sqrt(shape / N) + 1e-4 * shape
    # The fourth central moment of a gamma distribution is 3 a (a + 2).
    error = np.sqrt((3 * shape * (shape + 2) - shape**2) / N)
    assert abs(found.var() - shape) < 4 * error + 2e-3 * shape


@given(st.floats(1e-3, 100), inside, inside, inside, inside, st.floats(1.0, 1.5))
def test_they_rise_with_every_number(
    shape: float, u: float, first: float, second: float, third: float, more: float
) -> None:
    given_numbers = (u, first, second, third)
    was = gamma(shape, *given_numbers)
    assert was >= 0.0
    for position in range(4):
        raised = list(given_numbers)
        raised[position] += (1.0 - raised[position]) * (more - 1.0)
        assert gamma(shape, *raised) >= was * (1 - 1e-12)
    if shape * more < 8 or shape >= 8:
        assert gamma(shape * more, *given_numbers) >= was * (1 - 1e-12)
