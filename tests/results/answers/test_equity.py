"""Who carries the burden."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import thinwalls.results as room
from support.synthetic import with_ages
from thinwalls.common.errors import InputError, RunError
from thinwalls.results import (
    compare,
    counted_by_age,
    equity,
    equity_by_age,
)


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


@pytest.mark.slow
def test_ages_are_saved_and_looked_over(many, tmp_path):
    counted = with_ages(many)
    counted.save(str(tmp_path / "r.zarr"))
    again = room.load_results(tmp_path / "r.zarr")
    np.testing.assert_array_equal(again.ages["infections"], counted.ages["infections"])
    assert again.checksum == many.checksum
    with pytest.raises(RunError, match="ages has no variable 'deaths'"):
        dataclasses.replace(counted, ages=counted.ages.drop_vars("deaths"))


@pytest.mark.parametrize("ratio", [0.0, -1.0, float("nan"), float("inf")])
def test_a_risk_that_is_none_is_refused(many, ratio):
    place = str(many.places.index[0])
    shares = pd.DataFrame({"a": [0.5], "b": [0.5]}, index=[place])
    with pytest.raises(InputError, match="must be finite numbers above 0, for a, b"):
        equity(many, shares, weights={"a": ratio})


def test_who_is_moved_counts_once(many):
    facilities = many.places.index[many.places["kind"] == "facility"]
    shares = pd.DataFrame({"a": 0.5, "b": 0.5}, index=facilities)
    totals = many.totals.copy(deep=True)
    ever = totals["people_ever"]
    # Everybody is moved once: the places have twice the people of the whole.
    ever.loc[{"group": "detained", "place": facilities}] = (
        ever.sel(group="detained", place=facilities) * 2
    )
    moved = dataclasses.replace(many, totals=totals)
    found = equity(moved, shares).table
    whole = compare(many).table
    whole = whole[(whole["group"] == "detained") & (whole["outcome"] == "infections")]
    people = found.groupby("scenario")["population_at_risk"].sum()
    for row in whole.to_dict("records"):
        assert people[row["scenario"]] == pytest.approx(row["population_at_risk"], rel=1e-3)
