from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from support.synthetic import make_results
from thinwalls.results import doubts
from thinwalls.results.answers.doubts import influences


@pytest.fixture(scope="module")
def many():
    return make_results(draws=80, days=60, facilities=3, counties=2)


def test_sign_shares_are_those_of_the_paired_draws(many):
    scenario = many.scenarios[1]
    total = many.totals["infections"].sel(place="all", group="followed")
    change = (total.sel(scenario=scenario) - total.sel(scenario=many.scenarios[0])).values
    found = doubts(many, scenario)
    assert found.probability_lower == np.mean(change < 0)
    assert found.opposite_share == pytest.approx(1 - np.mean(change < 0))


def test_the_parameter_that_decides_is_found(many):
    soap = doubts(many, "soap and sanitizer only")
    assert soap.influences[0].parameter == "soap_effect"
    assert soap.influences[0].correlation < -0.5


def test_noise_is_not_called_an_influence(many):
    rng = np.random.default_rng(5)
    named = [len(influences(many, rng.normal(size=many.draws))) for _ in range(40)]
    assert np.mean([number > 0 for number in named]) < 0.2


def with_force(results, scenario, factor):
    """The same result with the baseline's force of infection times a factor per draw."""
    dataset = results.dataset.copy(deep=True)
    at = {"place": "all", "group": "detained"}
    base = dataset["force_of_infection"].sel(scenario="nothing changes", **at).values
    dataset["force_of_infection"].loc[{"scenario": scenario, **at}] = base * factor[:, None]
    return dataclasses.replace(results, dataset=dataset)


def test_crossing_is_found_where_it_was_put(many):
    exponent = many.parameters["crowding_exponent"].values
    scenario = "arrests and transfers stop"
    found = doubts(with_force(many, scenario, np.exp(0.4 - exponent)), scenario)
    assert found.crossing.at == pytest.approx(0.4, abs=1e-4)
    assert not found.crossing.helps_below
    assert found.crossing.helps_share == np.mean(exponent > 0.4)
    assert found.crossing.days == many.days


def test_days_without_people_inside_are_not_compared(many):
    scenario = "arrests stop, everyone released over 30 days"
    people = many.dataset["people"].sel(scenario=scenario, place="all", group="detained")
    inside = (people >= 0.05 * people.isel(date=0)).sum("date")
    exponent = many.parameters["crowding_exponent"].values
    changed = with_force(many, scenario, np.exp(0.4 - exponent))
    assert doubts(changed, scenario).crossing.days == int(inside.median()) < many.days


def test_no_crossing_outside_what_was_tried(many):
    scenario = "arrests and transfers stop"
    factor = np.exp(-3 - 0.1 * many.parameters["crowding_exponent"].values)
    found = doubts(with_force(many, scenario, factor), scenario)
    assert found.crossing.at is None
    assert found.crossing.helps_share == 1.0


def test_without_the_exponent_or_with_few_draws_there_is_no_crossing(many, small):
    parameters = many.parameters.drop_vars("crowding_exponent")
    without = dataclasses.replace(many, parameters=parameters)
    assert doubts(without, many.scenarios[1]).crossing is None
    few = make_results(draws=4, days=20, facilities=2, counties=2, scenarios=2)
    assert doubts(few, few.scenarios[1]).crossing is None
    assert doubts(few, few.scenarios[1]).influences == ()


def test_an_epidemic_that_is_not_over_is_told(many):
    dataset = many.dataset.copy(deep=True)
    dataset["prevalence"][:] = 5.0
    assert (
        doubts(dataclasses.replace(many, dataset=dataset), many.scenarios[1]).infected_at_end == 1
    )
