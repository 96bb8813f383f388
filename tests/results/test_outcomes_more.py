from __future__ import annotations

import dataclasses
import importlib
import types

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import make_results, with_ages

import thinwalls.results as room
from thinwalls.errors import InputError, RunError
from thinwalls.results import (
    compare,
    cost,
    counted_by_age,
    delay,
    equity,
    equity_by_age,
    flip_value,
    life_table,
    load_prices,
    sensitivity,
    with_values,
)


@pytest.fixture(scope="module")
def many():
    return make_results(draws=120, days=40, facilities=4, counties=3)


def test_public_names_are_never_modules():
    importlib.import_module("thinwalls.results.comparison")
    importlib.import_module("thinwalls.results.store")

    for name in room.__all__:
        assert not isinstance(getattr(room, name), types.ModuleType), name
    with pytest.raises(AttributeError):
        _ = room.nothing


def replaced(results, changes):
    """The same result with infections of everyone followed set per scenario."""
    totals = results.totals.astype(float).copy(deep=True)
    for scenario, values in changes.items():
        at = {"scenario": scenario, "place": "all", "group": "followed"}
        totals["infections"].loc[at] = values
    return dataclasses.replace(results, totals=totals)


# ---- waiting


def test_delay_counts_what_each_week_costs(many):
    names = many.scenarios
    start = np.linspace(100, 200, many.draws)
    results = replaced(
        many, {names[0]: start + 1000, names[1]: start, names[2]: start + 70, names[3]: start + 210}
    )
    table = delay(results, {0: names[1], 7: names[2], 21: names[3]}).table.set_index("days")
    assert table.loc[0, "later"] == 0
    assert table.loc[7, "later"] == pytest.approx(70)
    assert table.loc[7, "per_week"] == pytest.approx(70)
    assert table.loc[21, "per_week"] == pytest.approx(70)
    assert table.loc[21, "lost_share"] == pytest.approx(0.21)
    assert table.loc[21, "probability_worse"] == 1
    assert table.loc[0, "population_at_risk"] == 37_000


def test_delay_without_any_benefit_has_no_lost_share(many):
    names = many.scenarios
    results = replaced(many, {names[0]: 5.0, names[1]: 5.0, names[2]: 5.0})
    table = delay(results, {0: names[1], 7: names[2]}).table
    assert table["lost_share"].isna().all()
    assert (table["later"] == 0).all()


@pytest.mark.parametrize(
    ("scenarios", "said"),
    [
        ({0: "what happened"}, "at least two"),
        ({-1: "a", 3: "b"}, "at least two"),
        ({0: "x", 7: "what happened"}, "no such scenario"),
    ],
)
def test_bad_delays_are_named(many, scenarios, said):
    with pytest.raises(InputError, match=said):
        delay(many, scenarios)


# ---- money


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
        ("[x", "is not TOML"),
    ],
)
def test_a_price_file_that_does_not_fit_is_named(tmp_path, text, said):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        load_prices(path)
    assert "mine.toml" in str(caught.value)
    with pytest.raises(InputError, match="cannot be read"):
        load_prices(tmp_path / "nowhere.toml")


def test_bad_cost_arguments_are_named(many):
    with pytest.raises(InputError, match="supervised_share"):
        cost(many, supervised_share=1.3)
    with pytest.raises(InputError, match="no such price"):
        with_values(load_prices(), {"gold": 1.0})
    with pytest.raises(InputError, match="one number per scenario and draw"):
        cost(many, quantities={"tests": np.zeros(3)})


# ---- what decides


def test_the_deciding_parameter_comes_first(many):
    decided = many.parameters["soap_effect"].values
    chance = np.random.default_rng(0).normal(0, 0.01, many.draws)
    results = replaced(many, {"nothing changes": 0.0, "what happened": -(decided**2) + chance})
    found = sensitivity(results, "what happened")
    assert found.table.loc[0, "parameter"] == "soap_effect"
    assert found.table.loc[0, "first_order"] > 0.7
    assert found.table.loc[0, "rank_correlation"] < -0.8
    assert bool(found.table.loc[0, "above_noise"])
    assert found.table["above_noise"].sum() <= 2


def test_sensitivity_is_the_same_again_and_leaves_the_global_generator_alone(many):
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    first = sensitivity(many, "soap and sanitizer only").table
    pd.testing.assert_frame_equal(first, sensitivity(many, "soap and sanitizer only").table)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_sensitivity_refuses_too_little(many, small):
    with pytest.raises(InputError, match="at least 40"):
        sensitivity(small, small.scenarios[1])
    with pytest.raises(InputError, match="nothing varies"):
        sensitivity(many, "nothing changes")


def test_the_value_at_which_the_sign_flips_is_found(many):
    exponent = many.parameters["crowding_exponent"].values
    chance = np.random.default_rng(1).normal(0, 20, many.draws)
    results = replaced(
        many, {"nothing changes": 1000.0, "what happened": 1000 + 400 * (0.6 - exponent) + chance}
    )
    found = flip_value(results, "crowding_exponent", "what happened")
    assert found.at == pytest.approx(0.6, abs=0.05)
    assert found.low <= found.at <= found.high
    assert found.above < 0 < found.below


def test_no_flip_when_the_sign_never_changes(many):
    exponent = many.parameters["crowding_exponent"].values
    results = replaced(many, {"nothing changes": 1000.0, "what happened": 900 - exponent})
    found = flip_value(results, "crowding_exponent", "what happened")
    assert found.at is found.low is found.high is None
    assert found.below < 0
    assert found.above < 0
    with pytest.raises(InputError, match="no such parameter; there are r_dormitory"):
        flip_value(results, "x", "what happened")


# ---- who carries it


def composition(**places):
    return pd.DataFrame.from_dict(places, orient="index", columns=["a", "b"])


def test_where_people_are_the_same_everyone_has_the_same_rate(many):
    shares = composition(f000=[0.3, 0.7], f001=[0.3, 0.7], f002=[0.3, 0.7], f003=[0.3, 0.7])
    found = equity(many, shares)
    np.testing.assert_allclose(found.table["rate_ratio"], 1.0)
    np.testing.assert_allclose(
        found.table["burden_share"], found.table["population_share"], rtol=1e-9
    )
    assert found.covered_share == pytest.approx(1.0)


def test_burden_is_spread_and_kept(many):
    shares = composition(f000=[1.0, 0.0], f001=[0.0, 1.0])
    found = equity(many, shares).table.set_index(["scenario", "category"])
    total = many.totals["infections"].sel(group="detained", scenario="nothing changes")
    assert found.loc[("nothing changes", "a"), "burden"] == float(total.sel(place="f000").median())
    assert found.loc[("nothing changes", "a"), "removed"] == 0
    removed = found.loc[("arrests stop, everyone released over 30 days", "b"), "removed_share"]
    assert 0.5 < removed <= 1


def test_weights_shift_the_burden_but_not_its_sum(many):
    shares = composition(f000=[0.5, 0.5])
    plain = equity(many, shares).table
    weighted = equity(many, shares, weights={"b": 3.0}).table
    first = weighted[weighted["scenario"] == "nothing changes"].set_index("category")
    assert first.loc["b", "burden"] == pytest.approx(3 * first.loc["a", "burden"])
    assert first.loc["b", "rate_ratio"] == pytest.approx(3.0)
    assert first["burden"].sum() == pytest.approx(
        plain[plain["scenario"] == "nothing changes"]["burden"].sum()
    )


@pytest.mark.parametrize(
    ("shares", "arguments", "said"),
    [
        (composition(zzz=[0.5, 0.5]), {}, "no such place"),
        (composition(f000=[0.5, 0.9]), {}, "add up to 1"),
        (composition(f000=[-0.5, 1.5]), {}, "add up to 1"),
        (composition(f000=[0.5, np.nan]), {}, "add up to 1"),
        (composition(f000=[0.5, 0.5]), {"reference": "x"}, "no such category"),
        (composition(f000=[0.5, 0.5]), {"weights": {"a": 0.0}}, "above 0"),
        (composition(f000=[0.5, 0.5]).iloc[:0], {}, "at least one place"),
        (composition(f000=[0.5, 0.5]), {"outcome": "harm"}, "must be one of"),
        (composition(f000=[0.5, 0.5]), {"group": "nobody"}, "must be one of"),
    ],
)
def test_bad_composition_is_named(many, shares, arguments, said):
    with pytest.raises(InputError, match=said):
        equity(many, shares, **arguments)


def test_ages_are_read_from_what_was_counted(many):
    counted = with_ages(many)
    assert counted_by_age(counted, "detained", "infections")
    assert not counted_by_age(counted, "followed", "infections")
    assert not counted_by_age(many, "detained", "infections")
    found = equity_by_age(counted, group="detained")
    table = found.table.set_index(["scenario", "category"])
    assert table.loc[("nothing changes", "50+"), "rate_per_1000"] == pytest.approx(400.0)
    assert table.loc[("nothing changes", "50+"), "rate_ratio"] == pytest.approx(4.0)
    assert table.loc[(counted.scenarios[1], "50+"), "removed"] == pytest.approx(20.0)
    assert found.covered_share == 1.0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"group": "followed"}, "was not counted by age"),
        ({"group": "staff"}, "was not counted by age"),
        ({"group": "nobody"}, "must be one of"),
        ({"group": "detained", "outcome": "harm"}, "must be one of"),
        ({"group": "detained", "reference": "90+"}, "no such category"),
    ],
)
def test_ages_that_were_not_counted_are_refused(many, arguments, said):
    with pytest.raises(InputError, match=said):
        equity_by_age(with_ages(many), **arguments)


def test_the_summary_has_rows_by_age(many, tmp_path):
    room.write_summary(with_ages(many), tmp_path / "summary.csv")
    table = pd.read_csv(tmp_path / "summary.csv")
    whole = room.compare(many).table
    assert len(table[table["age"] == "all"]) == len(whole)
    row = table.query(
        "age == '50+' and group == 'detained' and outcome == 'infections' and scenario == "
        f"{many.scenarios[1]!r}"
    )
    assert len(row) == 1
    assert row["median"].item() == 20.0
    assert row["difference"].item() == -20.0
    assert row["population_at_risk"].item() == 100.0
    assert set(table[table["age"] != "all"]["outcome"]) == {"infections", "deaths"}


def test_ages_are_saved_and_looked_over(many, tmp_path):
    counted = with_ages(many)
    counted.save(str(tmp_path / "r.zarr"))
    again = room.load_results(tmp_path / "r.zarr")
    np.testing.assert_array_equal(again.ages["infections"], counted.ages["infections"])
    assert again.checksum == many.checksum
    with pytest.raises(RunError, match="ages has no variable 'deaths'"):
        dataclasses.replace(counted, ages=counted.ages.drop_vars("deaths"))


# ---- years of life


def test_life_table_has_the_published_values_and_falls():
    table = life_table()
    for age, years in ((0, 78.8), (45, 36.3), (65, 19.6), (75, 12.4), (100, 2.2), (120, 2.2)):
        assert table.remaining(age) == years
    assert table.mean_remaining(60, 70) == pytest.approx(19.7, abs=0.1)
    assert "Arias" in table.source
    with pytest.raises(InputError):
        table.remaining(-1)
    with pytest.raises(InputError):
        table.mean_remaining(70, 60)


def test_years_lost_are_compared_when_they_were_counted(small):
    assert "years_lost" not in set(compare(small).table["outcome"])
    totals = small.totals.copy(deep=True)
    totals["years_lost"] = totals["deaths"] * 20
    row = compare(dataclasses.replace(small, totals=totals)).row(
        "nothing changes", "everyone", "years_lost"
    )
    assert row["unit"] == "years"
