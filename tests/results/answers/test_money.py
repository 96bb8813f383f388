"""What scenarios cost."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, strategies as st

from thinwalls.common.errors import InputError
from thinwalls.results import (
    compare,
    cost,
    load_prices,
    with_values,
)


def test_every_price_has_source_and_tag_that_may_be_used():
    for price in load_prices().values():
        assert price.source
        assert price.tag in ("seen", "seen-2", "derived")
        assert price.unit.startswith("$")
        assert price.low <= price.value <= price.high


def test_cost_is_price_times_quantity_within_each_draw(many):
    prices = with_values(load_prices(), dict.fromkeys(load_prices(), 10.0))
    found = cost(many, prices=prices)
    totals = many.totals.sel(place="all")
    days = totals["person_days"].sel(group="detained", scenario="what happened")
    row = found.table.set_index(["scenario", "price"]).loc[("what happened", "detention_day")]
    assert row["cost"] == pytest.approx(10 * float(days.median()))
    base = totals["person_days"].sel(group="detained", scenario="nothing changes")
    assert row["difference"] == pytest.approx(10 * float(np.median(days.values - base.values)))
    given = ("test", "antigen_test", "vaccine_course", "vaccine_administration")
    assert found.left_out == given
    assert found.prices["test"].tag == "user"


def test_total_is_the_sum_and_the_baseline_costs_nothing_more(many):
    found = cost(many)
    base = found.table[found.table["scenario"] == "nothing changes"]
    assert (base[["difference", "difference_low", "difference_high"]] == 0).all().all()
    averted = found.averted.set_index("scenario")
    assert np.isnan(averted.loc["nothing changes", "per_infection_averted"])
    assert averted.loc["nothing changes", "cheaper_and_fewer"] == 0
    released = averted.loc["arrests stop, everyone released over 30 days"]
    assert released["cheaper_and_fewer"] > 0.9
    assert released["per_infection_averted"] < 0


def test_antigen_tests_have_a_price_of_their_own(many):
    totals = many.totals.copy(deep=True)
    totals["tests"].loc[{"group": "everyone", "place": "all"}] = 100.0
    kinds = {"nothing changes": [], "soap and sanitizer only": ["antigen"]}
    kinds["what happened"] = ["antigen", "pcr"]
    counted = dataclasses.replace(many, totals=totals, provenance={"test_kinds": kinds})
    prices = with_values(load_prices(), {"test": 50.0, "antigen_test": 5.0})
    table = cost(counted, prices=prices).table.set_index(["scenario", "price"])["cost"]
    for scenario, pcr, antigen in (
        ("nothing changes", 5000, 0),
        ("soap and sanitizer only", 0, 500),
        ("what happened", 5000, 0),
    ):
        assert table[scenario, "test"] == pytest.approx(pcr)
        assert table[scenario, "antigen_test"] == pytest.approx(antigen)


def test_free_tests_change_nothing_and_given_numbers_are_counted(many):
    free = cost(many, prices=with_values(load_prices(), {"test": 0.0}), quantities={"tests": 50.0})
    without = cost(many)
    total = free.table[free.table["price"] == "total"]["cost"].to_numpy()
    np.testing.assert_allclose(total, without.table.query("price == 'total'")["cost"])
    assert "test" not in free.left_out


def test_supervision_is_paid_for_the_share_that_is_supervised(many):
    at = ("what happened", "alternatives_day")
    half = cost(many, supervised_share=0.5).table.set_index(["scenario", "price"]).loc[at]
    whole = cost(many).table.set_index(["scenario", "price"]).loc[at]
    assert half["cost"] == pytest.approx(whole["cost"] / 2)


@given(st.integers(1, 300))
def test_prices_are_drawn_within_their_range_once_per_part(n):
    price = load_prices()["hospital_stay"]
    drawn = price.draw(np.arange(n))
    assert price.low <= drawn.min() <= drawn.max() <= price.high
    np.testing.assert_array_equal(drawn, price.draw(np.arange(n)))
    assert len(np.unique(drawn)) == n


def test_the_mean_price_is_that_of_the_triangle():
    price = load_prices()["detention_day"]
    mean = price.draw(np.arange(2000)).mean()
    assert mean == pytest.approx((price.low + price.value + price.high) / 3, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 3", "x: must be a table"),
        ("[x]\nname = 'a'", r"x.quantity: is missing"),
        (
            "[x]\nname='a'\nquantity='q'\nvalue='3'\nunit='$'\nsource='s'\ntag='t'",
            "must be a number",
        ),
        (
            "[x]\nname='a'\nquantity='q'\nvalue=3\nunit='$'\nsource='s'\ntag='t'\ncolour=1",
            "unknown",
        ),
        (
            "[x]\nname='a'\nquantity='q'\nvalue=3\nlow=5\nhigh=9\nunit='$'\nsource='s'\ntag='t'",
            "in the order low, value, high",
        ),
        ("[x", "is not valid TOML"),
        ("schema = 1", "has no prices"),
        (" ", "is empty"),
    ],
)
def test_a_price_file_that_does_not_fit_is_named(tmp_path, text, said):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        load_prices(path)
    assert "mine.toml" in str(caught.value)
    with pytest.raises(InputError, match="no such file"):
        load_prices(tmp_path / "nowhere.toml")


def test_bad_cost_arguments_are_named(many):
    with pytest.raises(InputError, match="supervised_share"):
        cost(many, supervised_share=1.3)
    with pytest.raises(InputError, match="no such price"):
        with_values(load_prices(), {"gold": 1.0})
    with pytest.raises(InputError, match="one number per scenario and draw"):
        cost(many, quantities={"tests": np.zeros(3)})


def test_dollars_per_infection_have_an_interval_and_people(many):
    found = cost(many)
    row = found.averted.set_index("scenario").loc["what happened"]
    assert row["per_infection_averted_low"] < row["per_infection_averted_high"]
    infections = many.totals["infections"].sel(place="all", group="everyone")
    averted = infections.sel(scenario=found.baseline) - infections.sel(scenario="what happened")
    assert row["infections_averted_in"] == float((averted > 0).mean())
    change = found.total("what happened") - found.total(found.baseline)
    some = averted.values > 0
    each = change[some] / averted.values.astype(float)[some]
    assert row["per_infection_averted_low"] == pytest.approx(np.quantile(each, 0.05))
    people = compare(many).row("what happened", "everyone", "infections")["population_at_risk"]
    assert row["population_at_risk"] == people
