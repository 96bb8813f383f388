"""Scores against independent formulas."""

from __future__ import annotations

import itertools
import sys

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from thinwalls.common.errors import InputError
from thinwalls.evidence.hindcast.fit.scoring import (
    LEVELS,
    covered,
    crps,
    growth_extrapolation,
    last_value,
    weighted_interval_score,
)


@pytest.fixture(scope="module")
def normal_draws() -> np.ndarray:
    """Equally likely quantiles of N(3, 2)."""
    return norm(3.0, 2.0).ppf((np.arange(20_000) + 0.5) / 20_000)


@pytest.mark.parametrize("observed", [-4.0, 2.5, 3.0, 9.0])
def test_crps_of_a_normal_forecast_is_its_closed_form(
    normal_draws: np.ndarray, observed: float
) -> None:
    z = (observed - 3.0) / 2.0
    exact = 2.0 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert crps(normal_draws, np.array(observed)) == pytest.approx(exact, rel=1e-3)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=12),
    st.floats(-60, 60),
)
def test_crps_is_the_integral_of_the_squared_difference_of_distributions(
    values: list[float], observed: float
) -> None:
    draws = np.array(values)
    edges = np.sort(np.append(draws, observed))
    total = 0.0
    for low, high in itertools.pairwise(edges):
        middle = (low + high) / 2
        total += (np.mean(draws <= middle) - float(observed <= middle)) ** 2 * (high - low)
    assert crps(draws, np.array(observed)) == pytest.approx(total, abs=1e-9)


def test_scores_are_those_of_the_formulas_that_the_packaged_report_was_made_with() -> None:
    """Printed by own formulas, before scoringrules did it: three observations, five draws."""
    draws = np.array(
        [[0, 3, 120], [2, 8, 95], [5, 1, 143], [1, 2, 88], [7, 4, 131]], dtype=np.float64
    )
    observed = np.array([3.0, 9.0, 100.0])
    close = {"rtol": 1e-13}
    np.testing.assert_allclose(crps(draws, observed), [0.96, 4.12, 10.52], **close)
    np.testing.assert_allclose(
        weighted_interval_score(draws, observed),
        [0.6553304347826088, 4.233956521739131, 8.510426086956523],
        **close,
    )
    np.testing.assert_allclose(
        weighted_interval_score(draws, observed, (0.5, 0.9)), [0.728, 4.24, 8.624], **close
    )


def test_weighted_interval_score_is_the_weighted_sum_of_interval_scores() -> None:
    """Bracher et al. 2021, equation 1 and the weights below it."""
    random = np.random.default_rng(1)
    draws, observed = random.gamma(2.0, 3.0, (500, 7)), random.gamma(2.0, 3.0, 7)
    total = np.abs(observed - np.median(draws, axis=0)) / 2.0
    for level in LEVELS:
        low, high = np.quantile(draws, ((1 - level) / 2, (1 + level) / 2), axis=0)
        outside = np.maximum(low - observed, 0.0) + np.maximum(observed - high, 0.0)
        total += (1.0 - level) / 2.0 * (high - low + 2.0 / (1.0 - level) * outside)
    expected = total / (len(LEVELS) + 0.5)
    np.testing.assert_allclose(weighted_interval_score(draws, observed), expected, rtol=1e-12)


def test_without_scoringrules_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "scoringrules", None)
    with pytest.raises(InputError, match="needs scoringrules: pip install"):
        crps(np.zeros((2, 3)), np.zeros(3))


def test_weighted_interval_score_is_the_mean_pinball_loss_of_its_quantiles() -> None:
    """Bracher et al. 2021: twice the mean pinball loss over the 2 K + 1 quantiles."""
    random = np.random.default_rng(2)
    draws, observed = random.normal(size=(400, 5)), np.linspace(-3, 3, 5)
    alpha = 1.0 - np.array(LEVELS)
    total = np.zeros(5)
    for share in [*(alpha / 2), 0.5, *(1 - alpha / 2)]:
        quantile = np.quantile(draws, share, axis=0)
        total += np.where(observed >= quantile, share, share - 1) * (observed - quantile)
    expected = 2.0 * total / (2 * len(LEVELS) + 1)
    np.testing.assert_allclose(weighted_interval_score(draws, observed), expected, rtol=1e-12)


@pytest.mark.slow
def test_weighted_interval_score_is_near_crps_for_many_levels(normal_draws: np.ndarray) -> None:
    levels = tuple(np.linspace(0.01, 0.99, 99))
    observed = np.array(4.0)
    score = weighted_interval_score(normal_draws[::10], observed, levels)
    # WIS is the quadrature of twice the pinball loss, the CRPS its integral over all quantiles.
    pinball = quad(
        lambda q: 2.0 * (norm(3.0, 2.0).ppf(q) - 4.0) * (float(norm(3.0, 2.0).ppf(q) >= 4.0) - q),
        0.0,
        1.0,
        limit=200,
    )[0]
    assert float(score) == pytest.approx(pinball, rel=0.03)


@pytest.mark.slow
def test_coverage_of_a_true_forecast_is_its_level() -> None:
    random = np.random.default_rng(3)
    n = 4_000
    inside = covered(random.normal(size=(999, n)), random.normal(size=n), 0.5)
    # Three standard errors of a binomial share.
    assert inside.mean() == pytest.approx(0.5, abs=3 * np.sqrt(0.25 / n))


def test_last_value_carries_the_median_on_and_widens() -> None:
    history = np.array([[10.0, 14.0, 9.0, 12.0, 20.0], [0.0, 0.0, 0.0, 0.0, 0.0]])
    draws = last_value(history, 6, 4_000, seed=1)
    assert draws.shape == (4_000, 2, 6)
    assert np.median(draws[:, 0, 0]) == pytest.approx(20.0, abs=5.0)
    assert np.all(np.diff(draws[:, 0].std(axis=0)) > 0)
    assert not draws[:, 1].any()
    assert set(np.unique(draws[:, 0, 0])) <= {20 + c for c in (4, -4, 5, -5, 3, -3, 8, -8)}


def test_growth_extrapolation_follows_an_exponential_exactly() -> None:
    history = np.expm1(0.2 * np.arange(1, 9))
    draws = growth_extrapolation(history, 3, 5, seed=1)
    np.testing.assert_allclose(draws, np.expm1(0.2 * np.array([[9, 10, 11]] * 5)), rtol=1e-9)


def test_growth_extrapolation_stays_finite() -> None:
    draws = growth_extrapolation(np.array([1.0, 10.0, 100.0, 1e3, 1e4]), 60, 3, seed=1)
    assert np.all(np.isfinite(draws))
    assert draws.max() <= 1e7 * (1 + 1e-9)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="without the draws"):
        crps(np.zeros((3, 2)), np.zeros(3))
    with pytest.raises(InputError, match="at least one draw"):
        crps(np.zeros((0, 2)), np.zeros(2))
