from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from thinwalls.common.errors import InputError
from thinwalls.results import compare, summary
from thinwalls.results.answers.outcomes import outcomes
from thinwalls.results.data.intervals import interval


def reordered(results, order):
    return dataclasses.replace(
        results,
        dataset=results.dataset.isel(draw=order),
        totals=results.totals.isel(draw=order),
        hospitals=results.hospitals.isel(draw=order),
        parameters=results.parameters.isel(draw=order),
    )


def test_baseline_against_itself_is_exactly_nothing(results):
    for baseline in results.scenarios:
        table = compare(results, baseline).table
        own = table[table["scenario"] == baseline]
        for column in ("difference", "difference_low", "difference_high", "difference_mean"):
            assert (own[column] == 0).all()
        assert (own["probability_equal"] == 1).all()
        assert (own["ratio"].dropna() == 1).all()


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(order=st.permutations(list(range(12))))
def test_the_order_of_draws_does_not_matter(small, order):
    table = compare(small).table
    other = compare(reordered(small, order)).table
    numbers = table.select_dtypes("number")
    np.testing.assert_allclose(
        numbers.to_numpy(), other[numbers.columns].to_numpy(), rtol=1e-12, equal_nan=True
    )


def test_differences_are_taken_within_each_draw(results):
    scenario = results.scenarios[5]
    total = results.totals["infections"].sel(place="all", group="followed")
    change = (total.sel(scenario=scenario) - total.sel(scenario=results.scenarios[0])).values
    row = compare(results).row(scenario, "followed", "infections")
    assert row["difference"] == pytest.approx(np.median(change))
    assert row["difference_low"] == pytest.approx(np.quantile(change, 0.05))
    assert row["probability_lower"] == np.mean(change < 0)


def test_swapping_baseline_and_scenario_turns_the_sign(results):
    a, b = results.scenarios[0], results.scenarios[3]
    there = compare(results, a).row(b, "staff", "infections")
    back = compare(results, b).row(a, "staff", "infections")
    assert back["difference"] == pytest.approx(-there["difference"])
    assert back["difference_low"] == pytest.approx(-there["difference_high"])
    assert back["probability_lower"] == there["probability_higher"]


def test_probabilities_add_up_and_intervals_are_ordered(results):
    table = summary(results)
    total = table["probability_lower"] + table["probability_higher"] + table["probability_equal"]
    np.testing.assert_allclose(total, 1.0)
    assert (table["low"] <= table["median"]).all()
    assert (table["median"] <= table["high"]).all()
    assert (table["difference_low"] <= table["difference_high"]).all()


def test_every_row_has_the_population_at_risk(results):
    table = summary(results)
    assert table["population_at_risk"].notna().all()
    followed = table[table["group"] == "followed"]
    start = results.totals["people_start"].sel(place="all", group="followed").values
    assert set(followed["population_at_risk"]) == {float(np.median(start))}


def test_totals_agree_with_the_daily_series(results):
    for outcome, series in (("infections", "new_infections"), ("deaths", "deaths")):
        total = results.totals[outcome].sel(place="all")
        summed = results.dataset[series].sel(place="all").sum("date")
        np.testing.assert_allclose(
            total.values, summed.transpose(*total.dims).values, rtol=1e-6, atol=0.5
        )


def test_a_facility_has_counted_outcomes_only(results):
    table = compare(results, place="f000").table
    assert set(table["outcome"]) == {
        "infections",
        "cases",
        "admissions",
        "icu_admissions",
        "deaths",
    }
    assert "peak_icu" in outcomes(results)


def test_ratio_without_any_baseline_event_is_missing(small):
    totals = small.totals.copy(deep=True)
    totals["deaths"].loc[{"scenario": "nothing changes"}] = 0
    table = compare(dataclasses.replace(small, totals=totals))
    row = table.row(small.scenarios[1], "followed", "deaths")
    assert np.isnan(row["ratio"])
    assert table.to_dict()["rows"][0]["unit"] == "people"
    assert all(record["ratio"] == record["ratio"] for record in table.to_dict()["rows"])


def test_one_draw_has_no_width(small):
    one = reordered(small, [0])
    table = compare(one).table
    assert (table["low"] == table["high"]).all()
    assert table["difference_error"].isna().all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"baseline": "x"}, "no such scenario"),
        ({"place": "x"}, "no such place"),
        ({"level": 1.0}, "between 0 and 1"),
        ({"groups": ("x",)}, "must be one of detained"),
    ],
)
def test_bad_arguments_are_named(small, arguments, said):
    with pytest.raises(InputError, match=said):
        compare(small, **arguments)


def test_unknown_row_is_an_input_error(small):
    with pytest.raises(InputError, match="no such row"):
        compare(small).row("nothing changes", "detained", "happiness")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.floats(0.1, 0.99))
def test_interval_holds_the_median_and_ignores_missing_values(values, level):
    low, median, high = interval(np.array(values), level)
    assert low <= median <= high
    with_missing = interval(np.array([*values, np.nan]), level)
    np.testing.assert_array_equal(with_missing, [low, median, high])


def test_interval_of_nothing_is_missing():
    assert np.isnan(interval(np.array([np.nan, np.nan]), 0.9)).all()
    mixed = interval(np.array([[1.0, np.nan], [3.0, 5.0], [2.0, np.nan]]), 0.9)
    assert mixed[1].tolist() == [2.0, 5.0]


def test_a_state_is_the_sum_of_its_places(results):
    states = results.places["state"]
    state = str(states.iloc[0])
    places = list(results.places.index[states == state])
    whole = compare(results, place=state).row(results.scenarios[1], "detained", "infections")
    parts = results.totals["infections"].sel(
        scenario=results.scenarios[1], group="detained", place=places
    )
    assert whole["mean"] == pytest.approx(float(parts.sum("place").mean()), rel=1e-6)
    assert whole["population_at_risk"] > 0
    with pytest.raises(InputError, match="no such place or state"):
        compare(results, place="ZZ")
