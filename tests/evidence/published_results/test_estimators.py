"""What the simulated studies estimate with, against closed forms and known truths."""

from __future__ import annotations

import numpy as np
import pytest

from thinwalls.common.errors import RunError
from thinwalls.engine import generation_interval
from thinwalls.evidence.published_results.estimators import hazard_ratio, poisson_regression
from thinwalls.evidence.published_results.papers import chin, irvine, malloy
from thinwalls.evidence.published_results.papers.parts.recidiviz_rt import (
    estimate,
    shortest,
    smoothed,
)
from thinwalls.evidence.published_results.small_systems import seir


def test_poisson_regression_of_two_groups_is_the_ratio_of_rates() -> None:
    counts = np.array([3.0, 5.0, 20.0, 12.0])
    exposure = np.array([10.0, 30.0, 20.0, 44.0])
    group = np.array([[0.0], [0.0], [1.0], [1.0]])
    intercept, slope = poisson_regression(counts, group, exposure)
    assert intercept == pytest.approx(np.log(8 / 40), abs=1e-9)
    assert slope == pytest.approx(np.log((32 / 64) / (8 / 40)), abs=1e-9)


def test_poisson_regression_finds_the_coefficients_that_made_the_counts() -> None:
    random = np.random.default_rng(1)
    x = random.normal(size=(4000, 2))
    exposure = random.uniform(10, 1000, 4000)
    counts = random.poisson(exposure * np.exp(-3 + x @ [0.3, -0.2])).astype(np.float64)
    found = poisson_regression(counts, x, exposure)
    # Standard error of each is below 1 / sqrt(total count) = 0.003.
    assert found == pytest.approx([-3.0, 0.3, -0.2], abs=4 / np.sqrt(counts.sum()))


def test_poisson_regression_needs_events() -> None:
    with pytest.raises(RunError, match="events"):
        poisson_regression(np.zeros(3), np.ones((3, 1)), np.ones(3))


def test_hazard_ratio_of_constant_hazards() -> None:
    """Two groups of 100,000 with hazards 0.01 and 0.025 a day."""
    random = np.random.default_rng(2)
    at_risk, events = [], []
    left = np.array([100_000, 100_000])
    for _ in range(100):
        new = random.binomial(left, [0.01, 0.025])
        at_risk.append(left)
        events.append(new)
        left = left - new
    d = np.array(events, np.float64)
    found = hazard_ratio(d, np.array(at_risk, np.float64))
    error = found * np.sqrt((1 / d.sum(axis=0)).sum())
    assert abs(found - 2.5) < 4 * error
    with pytest.raises(RunError, match="first group"):
        hazard_ratio(np.array([[0.0, 1.0]]), np.array([[5.0, 5.0]]))


@pytest.mark.slow
def test_equal_housing_gives_a_hazard_ratio_of_one() -> None:
    prisons = [chin.Prison(3.0, 3.0, 0.3, 0.5)] * chin.PRISONS
    found = np.array([chin.study(prisons, 3, draw) for draw in range(8)], np.float64)
    assert abs(found.mean() - 1) < 4 * found.std(ddof=1) / np.sqrt(8)


@pytest.mark.slow
def test_one_common_pool_gives_the_ratio_of_rates() -> None:
    """With all contact in common the force differs by the ratio of rates on every day."""
    prisons = [chin.Prison(5.0, 2.0, 1.0, 0.5)] * chin.PRISONS
    found = np.array([chin.study(prisons, 3, draw) for draw in range(8)], np.float64)
    # Infections of a step are 1 - exp(-hazard), a day has two steps: the ratio is a little lower.
    assert abs(found.mean() - 2.5) < 4 * found.std(ddof=1) / np.sqrt(8) + 0.1


def test_people_at_risk_add_up() -> None:
    events, at_risk = chin.observed(chin.Prison(6.0, 2.0, 0.3, 0.5), 1, 0)
    assert at_risk[0].sum() == chin.PEOPLE - chin.SEEDS
    assert (at_risk[:-1] - events[:-1] == at_risk[1:]).all()


def test_renewal_of_a_known_series() -> None:
    """Infections made by the renewal equation itself give R back exactly."""
    interval, _ = generation_interval(seir(12.0, 28.0), 1.0, tail=1e-6)
    series = [float(malloy.SEEDS)]
    for step in range(1, 60):
        reach = min(step, len(interval))
        pressure = interval[:reach] @ np.array(series[step - reach : step])[::-1]
        series.append(2.0 * pressure * (1 - sum(series) / malloy.PEOPLE))
    caused, pressure = malloy.renewed(np.array(series[1:]), interval)
    assert caused / pressure == pytest.approx(2.0, abs=1e-9)


def test_reproduction_is_a_ratio_of_sums() -> None:
    r, error = malloy.reproduction([(2.0, 1.0), (0.0, 1.0), (10.0, 4.0)])
    assert r == pytest.approx(2.0)
    assert error == pytest.approx(np.sqrt(0.0 + 4.0 + 4.0) / 6)


def test_smoothing_and_the_shortest_interval() -> None:
    assert smoothed(np.full(9, 3.0)) == pytest.approx(np.full(9, 3.0))
    density = np.zeros(1201)
    density[[99, 100, 101]] = (0.03, 0.94, 0.03)
    low, high = shortest(density)
    assert high - low <= 0.011
    assert low <= 1.0 <= high


def test_gaps_of_a_week_bring_rt_towards_one() -> None:
    daily, weekly = (estimate((30, 50, 90, 150), gap).middle[-1] for gap in (1.0, 7.0))
    assert 1 < weekly < daily


def test_a_facility_of_few_people_has_few_seeds() -> None:
    people = np.array([3.0, 500.0])
    infected, peak = irvine.outbreaks(people, 0.0, irvine.MAIN, 0.5, 10.0, 3, 1)
    assert (infected[:, 0] == 1.0).all()
    assert infected[:, 1] == pytest.approx(5 / 500)
    assert (peak <= 5).all()
