"""Oddities that the publishers' own files do not have today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from thinwalls.sources import FileRead, all_publishers

if TYPE_CHECKING:
    from collections.abc import Mapping

OF = {one.name: one for one in all_publishers()}


@dataclass(frozen=True)
class Given:
    publisher: str
    tables: Mapping[str, pd.DataFrame]
    problem: str


def workbook(**changes: object) -> dict[str, pd.DataFrame]:
    row: dict[str, object] = {"name": "A JAIL", "city": "LUMPKIN", "state": "GA", "zip": "31815",
        "address": "", "area_of_responsibility": "ATL",
        "level_a": 10.0, "level_b": 0.0, "level_c": 0.0, "level_d": 0.0, "threat_1": 10.0,
        "threat_2": 0.0, "threat_3": 0.0, "threat_none": 0.0, "population_average": 10.0,
        "length_of_stay_days": 20.0, "guaranteed_minimum": np.nan}  # fmt: skip
    months = pd.DataFrame(
        [["2025-01", "book_ins", agency, "total", value]
         for agency, value in (("ICE", 1.0), ("CBP", 2.0), ("total", changes.pop("total", 3.0)))],
        columns=["month", "series", "agency", "category", "value"],
    )  # fmt: skip
    return {"facilities": pd.DataFrame([row | changes]), "monthly": months}


def counties(**changes: object) -> dict[str, pd.DataFrame]:
    row = {"name": "A County", "population": 3, "age_0_17": 1, "age_18_64": 1, "age_65_plus": 1}
    return {"counties": pd.DataFrame([row | changes], index=["01001"])}


def hospitals(**changes: object) -> dict[str, pd.DataFrame]:
    row = {"bed_occupancy": 0.5, "icu_occupancy": 0.5}
    return {"hospitals": pd.DataFrame([row | changes], index=["01001"])}


@pytest.mark.parametrize(
    "given",
    [
        Given("ice_detention", workbook(threat_1=5.0),
              "levels A to D add up to 10.0, threat levels to 5.0"),
        Given("ice_detention", workbook(length_of_stay_days=800.0), "more than two years"),
        Given("ice_detention", workbook(guaranteed_minimum=4.0),
              "10 people on average, more than twice as many"),
        Given("ice_detention", workbook(zip=None), "missing"),
        Given("ice_detention", workbook(total=5.0), "agencies add up to 3"),
        Given("census_counties", counties(age_0_17=2), "ages add up to 4"),
        Given("census_counties", counties(name="Do?a"), "a letter is lost"),
        Given("covidcaremap", hospitals(bed_occupancy=1.5), "not between 0 and 1"),
        Given("aclu_movements", {"places": pd.DataFrame({"state": [""]}, index=["A JAIL"])},
              "places without a state, A JAIL first"),
    ],
    ids=lambda given: given.problem,
)  # fmt: skip
def test_what_is_odd_is_told(given: Given) -> None:
    found = OF[given.publisher].problems(FileRead("a file", given.tables))
    assert [one.problem for one in found] == [given.problem]


@pytest.mark.parametrize(
    ("publisher", "tables"),
    [("ice_detention", workbook()), ("census_counties", counties()), ("covidcaremap", hospitals())],
)
def test_what_is_in_order_has_nothing_odd(
    publisher: str, tables: Mapping[str, pd.DataFrame]
) -> None:
    assert OF[publisher].problems(FileRead("a file", tables)) == []
