"""The counties of the United States with residents, hospitals and cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.sources.publishers.census_counties import read_counties
from thinwalls.sources.publishers.covidcaremap import read_hospitals
from thinwalls.sources.publishers.jhu_cases import complete_cases, read_cases
from thinwalls.system import OUTSIDE, assumed, hospital_county

if TYPE_CHECKING:
    from pathlib import Path

TERRITORY_ROWS = {
    "66010": ("Guam", "GU", 153_836, 13.4443, 144.7937),
    "69000": ("Northern Mariana Islands", "MP", 47_329, 15.1850, 145.7467),
    "72000": ("Puerto Rico", "PR", 3_285_874, 18.2208, -66.5901),
    "78000": ("U.S. Virgin Islands", "VI", 87_146, 17.7300, -64.7350),
}
"""Territories with a facility: name, postal code, residents (2020 Census), centre."""

MOST_ICU_PER_RESIDENT = 0.005
"""No county has more intensive-care beds per resident but two (27 and 8 per 1,000, in counties with
25 and 27 beds in all), which are taken for errors; the next has 3 per 1,000."""

AGES = ["age_0_17", "age_18_64", "age_65_plus"]


@dataclass(frozen=True)
class World:
    """Every county with its hospitals, and the cases by county and by state."""

    counties: pd.DataFrame
    cases: pd.DataFrame
    cases_by_state: pd.DataFrame


def read_world(shared: Path) -> World:
    """Read counties, hospitals and cases from the folder of publishers' files.

    Raises
    ------
    InputError
        When a file cannot be read.
    """
    counties = read_counties(shared / "counties" / "counties.csv")
    hospitals = read_hospitals(
        shared / "hospitals" / "us_healthcare_capacity-county-CovidCareMap.csv"
    )
    cases = read_cases(shared / "counties" / "jhu_cumulative_cases_2020-01-22_2020-09-13.csv")
    completed, record = complete_cases(cases, counties)
    counties["case_record"] = record
    counties = pd.concat([counties, _territories(counties)])
    counties = _with_hospitals(counties, hospitals)
    counties.index.name = "fips"
    states = counties.loc[completed.index, "state"]
    by_state = completed.groupby(states).sum()
    by_state.index.name = "state"
    completed.index.name = "fips"
    return World(counties, completed, by_state)


def _territories(counties: pd.DataFrame) -> pd.DataFrame:
    shares = counties[AGES].sum() / counties["population"].sum()
    rows = {}
    for fips, (name, state, people, latitude, longitude) in TERRITORY_ROWS.items():
        young, old = round(shares["age_0_17"] * people), round(shares["age_65_plus"] * people)
        rows[fips] = {
            "name": name,
            "state": state,
            "population": people,
            "age_0_17": young,
            "age_18_64": people - young - old,
            "age_65_plus": old,
            "latitude": latitude,
            "longitude": longitude,
            "icu_beds": np.nan,
            "case_record": "none",
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _with_hospitals(counties: pd.DataFrame, hospitals: pd.DataFrame) -> pd.DataFrame:
    territory = hospitals.index.str[:2].map({fips[:2]: fips for fips in TERRITORY_ROWS})
    grouped = hospitals[territory.notna()].groupby(territory[territory.notna()])
    beds = grouped[["acute_beds", "staffed_icu_beds"]].sum()
    everywhere = pd.concat([hospitals[territory.isna()], beds])
    made = counties.join(everywhere, how="left")
    likely = made["icu_beds"] <= MOST_ICU_PER_RESIDENT * made["population"]
    made["icu_beds"] = made["icu_beds"].where(likely, made["staffed_icu_beds"]).fillna(0.0)
    made["acute_beds"] = np.fmax(made["acute_beds"].fillna(0.0), made["icu_beds"])
    for column in ("bed_occupancy", "icu_occupancy"):
        made[f"{column}_known"] = made[column].notna()
        made[column] = made[column].fillna(assumed(column))
    made["hospital_fips"] = hospital_county(made)
    return made.drop(columns="staffed_icu_beds")


def with_outside(world: World, included: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counties ``included`` and one row for all others, and the cases of the same places."""
    inside = world.counties.loc[included]
    rest = world.counties[
        ~world.counties.index.isin(included) & ~world.counties.index.isin(TERRITORY_ROWS)
    ]
    row = {column: int(rest[column].sum()) for column in ("population", *AGES)}
    weights = rest["population"].to_numpy(dtype=np.float64)
    middle = weights if weights.sum() > 0 else np.ones(len(rest))
    outside = pd.DataFrame(
        {
            "name": "rest of the United States",
            "state": "US",
            **row,
            "latitude": np.average(rest["latitude"], weights=middle) if len(rest) else 39.8,
            "longitude": np.average(rest["longitude"], weights=middle) if len(rest) else -98.6,
            "acute_beds": rest["acute_beds"].sum(),
            "icu_beds": rest["icu_beds"].sum(),
            "bed_occupancy": _mean(rest, "bed_occupancy", "acute_beds"),
            "icu_occupancy": _mean(rest, "icu_occupancy", "icu_beds"),
            "hospital_fips": OUTSIDE,
            "case_record": "recorded",
        },
        index=pd.Index([OUTSIDE], name="fips"),
    )
    counties = pd.concat([inside, outside])
    counties.index.name = "fips"
    days = world.cases.columns
    cases = world.cases.reindex(included).fillna(0)
    cases.loc[OUTSIDE] = world.cases.loc[world.cases.index.isin(rest.index)].sum(axis=0)
    cases.index.name = "fips"
    return counties, cases[days].astype("int32")


ABROAD = ("abroad", 126_014_024, 23.6, -102.5)
"""Stands for where people arrested at the border come from: residents of Mexico (2020 census,
INEGI), middle of the country."""


def with_abroad(world: World) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All counties, one row for everywhere outside the country, and the cases of these places."""
    everyone = world.counties[~world.counties.index.isin(TERRITORY_ROWS)]
    name, people, latitude, longitude = ABROAD
    shares = everyone[AGES].sum() / everyone["population"].sum()
    young, old = round(shares["age_0_17"] * people), round(shares["age_65_plus"] * people)
    outside = pd.DataFrame(
        {
            "name": name,
            "state": "US",
            "population": people,
            "age_0_17": young,
            "age_18_64": people - young - old,
            "age_65_plus": old,
            "latitude": latitude,
            "longitude": longitude,
            "acute_beds": 0.0,
            "icu_beds": 0.0,
            "bed_occupancy": assumed("bed_occupancy"),
            "icu_occupancy": assumed("icu_occupancy"),
            "hospital_fips": OUTSIDE,
            "case_record": "state rate",
        },
        index=pd.Index([OUTSIDE], name="fips"),
    )
    counties = pd.concat([world.counties, outside])
    counties.index.name = "fips"
    cases = world.cases.reindex(world.counties.index).fillna(0)
    rate = world.cases.sum(axis=0) / everyone["population"].sum()
    cases.loc[OUTSIDE] = np.floor(rate * people)
    cases.index.name = "fips"
    return counties, cases.astype("int32")


def _mean(rest: pd.DataFrame, column: str, weight: str) -> float:
    beds = rest[weight].sum()
    return float((rest[column] * rest[weight]).sum() / beds) if beds > 0 else assumed(column)
