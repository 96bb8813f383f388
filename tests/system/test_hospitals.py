"""Whom a county's people go to when they need a hospital: one that has wards and intensive care."""

from __future__ import annotations

import pandas as pd
import pytest

from thinwalls.system import OUTSIDE, hospital_county, list_systems
from thinwalls.system.packaged_tables import load_table


@pytest.mark.parametrize("name", list_systems().index)
def test_who_has_intensive_care_has_wards(name: str) -> None:
    """In every packaged system: 15 counties had all their beds in intensive care."""
    counties = load_table(name, "counties")
    used = counties.loc[sorted(set(counties["hospital_fips"]) - {OUTSIDE})]
    assert (used["icu_beds"] > 0).all()
    assert (used["acute_beds"] > used["icu_beds"]).all()
    places = load_table(name, "facilities")
    at_home = places["county_fips"].map(counties["hospital_fips"])
    assert (places["hospital_fips"] == at_home).all()
    # No county has more than one in 200 residents could lie in at once.
    inside = counties.drop(index=OUTSIDE)
    assert (inside["icu_beds"] <= 0.005 * inside["population"]).all()


def test_stewart_goes_to_columbus() -> None:
    """Russell County AL, which is nearer, has 8 beds in one source and no row in the other."""
    for name in ("ice-2020", "us-2020"):
        places = load_table(name, "facilities")
        goal = places["hospital_fips"]["stewart-detention-center-ga"]
        counties = load_table(name, "counties")
        assert counties["name"][goal] == "Muscogee County"


def test_the_nearest_with_wards() -> None:
    """A county of intensive care alone neither keeps its people nor takes others in."""
    counties = pd.DataFrame(
        {
            "latitude": [30.0, 30.1, 30.3, 35.0],
            "longitude": [-90.0] * 4,
            "icu_beds": [0.0, 8.0, 5.0, 50.0],
            "acute_beds": [40.0, 8.0, 60.0, 500.0],
        },
        index=["without", "alone", "both", "far"],
    )
    assert hospital_county(counties).to_dict() == {
        "without": "both",
        "alone": "both",
        "both": "both",
        "far": "far",
    }
