"""Ages of those held in the country, and where they come from and go to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.sources.packaged.ice.system import office_catchment
from thinwalls.system import AGE_NUMBERS, CUSTODY_AGES, OUTSIDE, age_rows

if TYPE_CHECKING:
    from thinwalls.system import System

KEPT_SHARE = 0.8
"""Released prisoners go to the largest counties of the state that hold this share of residents."""


def us_composition(ice: System, population: pd.DataFrame, facilities: pd.DataFrame) -> pd.DataFrame:
    """Ages by facility: those of each custody system weighted by the people held there."""
    immigrants = population["custody_class"].str.startswith("threat")
    people = population.groupby("facility_id")["people_average"].sum()
    in_ice = population[immigrants].groupby("facility_id")["people_average"].sum()
    share = (in_ice.reindex(people.index, fill_value=0.0) / people).reindex(facilities.index)
    share = share.fillna(0.0)
    general = ice.composition[ice.composition["facility_id"] == "*"].set_index("age_band")
    first = facilities["custody"].str.split(",").str[0]
    parts = [ice.composition]
    for name in CUSTODY_AGES:
        here = facilities.index[(first == name) & (share < 1)]
        base = age_rows(name).set_index("age_band")
        bands = len(base)
        weight = np.repeat(share[here].to_numpy(), bands)
        frame = pd.DataFrame(
            {"facility_id": np.repeat(here, bands), "age_band": np.tile(base.index, len(here))}
        )
        for column in AGE_NUMBERS:
            theirs = np.tile(general.loc[base.index, column].to_numpy(), len(here))
            frame[column] = (1 - weight) * np.tile(
                base[column].to_numpy(), len(here)
            ) + weight * theirs
        frame["source"] = np.tile(base["source"].to_numpy(), len(here))
        parts.append(frame)
    table = pd.concat(parts, ignore_index=True)
    return table.drop_duplicates(["facility_id", "age_band"], keep="last").reset_index(drop=True)


def us_catchment(
    ice: System, flows: pd.DataFrame, facilities: pd.DataFrame, counties: pd.DataFrame
) -> pd.DataFrame:
    """Jails: the county; prisons: large counties of the state; shared places: both, weighted."""
    rest = flows[(flows["custody"] != "ice") & (flows["flow"] != "removal")]
    rest = rest[["facility_id", "flow", "detail"]].copy()
    at_home = rest["detail"].isin(["local", "jail release"])
    rest["detail"] = rest["detail"].where(rest["flow"] == "book_in", "*")
    rest["state"] = rest["facility_id"].map(facilities["state"])
    home = rest[at_home].copy()
    home["county_fips"] = home["facility_id"].map(facilities["county_fips"])
    home["share"] = 1.0
    columns = ["facility_id", "flow", "detail", "county_fips", "share"]
    frame = pd.concat(
        [home[columns], rest[~at_home].merge(large_counties(counties), on="state")[columns]],
        ignore_index=True,
    )
    frame["source"] = "assumption:catchment"
    theirs = office_catchment(ice.facilities, counties, set(counties.index), KEPT_SHARE)
    released = flows[flows["flow"] == "release"].groupby(["facility_id", "custody"])[
        "people_per_day"
    ]
    people = released.sum().reset_index()
    of_ice = people[people["custody"] == "ice"].set_index("facility_id")["people_per_day"]
    of_ice = of_ice / people.groupby("facility_id")["people_per_day"].sum()[of_ice.index]
    for table, weight in (
        (theirs, theirs["facility_id"].map(of_ice).fillna(1.0)),
        (frame, 1.0 - frame["facility_id"].map(of_ice).fillna(0.0)),
    ):
        table["share"] *= weight.where(table["flow"] == "release", 1.0)
    both = pd.concat([theirs, frame], ignore_index=True)
    keys = ["facility_id", "flow", "detail", "county_fips", "source"]
    both = both.groupby(keys, sort=False)["share"].sum().reset_index()
    return both[both["share"] > 0].reset_index(drop=True)


def large_counties(counties: pd.DataFrame) -> pd.DataFrame:
    """Largest counties of every state that hold :data:`KEPT_SHARE` of its residents."""
    parts = []
    for state, group in counties[counties.index != OUTSIDE].groupby("state"):
        people = group["population"].sort_values(ascending=False, kind="stable")
        kept = people[people.cumsum().shift(fill_value=0) < KEPT_SHARE * people.sum()]
        parts.append(
            pd.DataFrame(
                {"state": state, "county_fips": kept.index, "share": (kept / kept.sum()).to_numpy()}
            )
        )
    return pd.concat(parts, ignore_index=True)
