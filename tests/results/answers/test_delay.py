"""What waiting costs."""

from __future__ import annotations

import numpy as np
import pytest

from support.synthetic import replaced
from thinwalls.common.errors import InputError
from thinwalls.results import (
    delay,
)


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


def test_the_ratio_is_taken_within_each_draw(many):
    starts = {0: "what happened", 7: "soap and sanitizer only"}
    row = delay(many, starts).table.iloc[1]
    found = many.totals["infections"].sel(place="all", group="followed")
    values = found.sel(scenario=starts[7]).values / found.sel(scenario=starts[0]).values
    assert row["ratio"] == pytest.approx(np.median(values))
    assert row["ratio_low"] == pytest.approx(np.quantile(values, 0.05))


@pytest.mark.parametrize("asked", [{"group": "x"}, {"outcome": "x"}])
def test_what_no_result_has_is_refused(many, asked):
    with pytest.raises(InputError, match="must be one of"):
        delay(many, {0: "what happened", 7: "soap and sanitizer only"}, **asked)
