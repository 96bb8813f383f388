"""Years of life lost."""

from __future__ import annotations

import dataclasses

import pytest

from thinwalls.common.errors import InputError
from thinwalls.results import (
    compare,
    life_table,
)


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
