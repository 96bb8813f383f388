"""Hold rooms of ICE's offices: where they are, and which places their people go on to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.sources.movements import match_places
from thinwalls.system.rules import hospital_county

if TYPE_CHECKING:
    from thinwalls.sources.ground import Ground
    from thinwalls.system.model import System

DAYS_COUNTED = 473.0
"""Days from mid-November 2023 to the end of February 2025, in which moves were counted."""
MOST_SHARE = 0.95
_NOT_A_CITY = re.compile(
    r"hold(ing|room)?|room|rm|dist(rict)?|(sub)?office|field|fo|dro|ero|sub|custody|case|do|fed"
    r"|bldg|service|staging|airport|processing|center|ctr|intl",
    re.IGNORECASE,
)
BY_HAND = {
    "IWAHOLD": ("MESA", "04013"),  # Arizona Removal Operations Coordination Center
    "KROHOLD": ("MIAMI", "12086"),
    "MLJHOLD": ("MOUNT LAUREL", "34005"),
    "MTGHOLD": ("CONROE", "48339"),  # at the Montgomery Processing Center
    "NYCHOLD": ("NEW YORK", "36061"),
    "PHIHOLD": ("PHILADELPHIA", "42101"),
    "SMAHOLD": ("SANTA MARIA", "06083"),
    "SPMHOLD": ("FORT SNELLING", "27053"),
    "WASHOLD": ("CHANTILLY", "51059"),
}
"""City and county of large rooms whose names do not begin with a city, or with another one."""


def hold_rooms(ground: Ground, years: list[System]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rooms and moves.

    ``years``: immigration detention of the fiscal years in which moves were counted.  Rooms are
    the places whose code ends in HOLD; those whose name holds no city of their state, and those
    from which nobody was counted on to a place of these years, are left out.  Of a room's people
    the share who came from nowhere else was booked in there; ``share`` of a place's book-ins by ICE
    came by way of the room (all rooms together at most :data:`MOST_SHARE`).
    """
    places, counts = ground.movements.places, ground.movements.counts
    booked = pd.concat([_booked_by_ice(one) for one in years], axis=1).mean(axis=1)
    matches = match_places(places, ground.registry, set(booked.index))
    number = {name: i for i, name in enumerate(places.index)}
    goal = {number[name]: facility for name, facility in matches.items()}
    cities = _cities(ground)
    hospitals = hospital_county(ground.world.counties)
    rooms, moves = [], []
    for name, row in places.iterrows():
        code, state = str(row["code"]), str(row["state"])
        if not code.endswith("HOLD") or name in matches:
            continue
        found = _city(str(name), state, cities)
        if code in BY_HAND:
            city, fips = BY_HAND[code]
            counties = ground.world.counties
            state = str(counties["state"][fips])
            middle = float(counties["latitude"][fips]), float(counties["longitude"][fips])
            found = city, fips, *middle
        i = number[str(name)]
        left, came = counts[i].sum(), counts[:, i].sum()
        if found is None or left <= came:
            continue
        first = 1.0 - came / left
        onward: dict[str, float] = {}
        for j, facility in goal.items():
            if counts[i, j] > 0:
                onward[facility] = onward.get(facility, 0.0) + counts[i, j] * first / DAYS_COUNTED
        rows = [
            (code, facility, per_day / booked[facility])
            for facility, per_day in onward.items()
            if booked[facility] > 0
        ]
        if not rows:
            continue
        city, fips, latitude, longitude = found
        rooms.append(
            (code, str(name), city, state, fips, latitude, longitude, hospitals[fips], left)
        )
        moves += rows
    table = pd.DataFrame(
        rooms,
        columns=[
            "code",
            "name",
            "city",
            "state",
            "county_fips",
            "latitude",
            "longitude",
            "hospital_fips",
            "people_counted",
        ],
    )
    shares = pd.DataFrame(moves, columns=["code", "facility_id", "share"])
    whole = shares.groupby("facility_id")["share"].transform("sum")
    shares["share"] *= np.minimum(1.0, MOST_SHARE / whole)
    return table.set_index("code"), shares


def _booked_by_ice(system: System) -> pd.Series:
    flows = system.flows
    rows = flows[(flows["flow"] == "book_in") & (flows["detail"] == "ICE")]
    return rows.set_index("facility_id")["people_per_day"]


def _cities(ground: Ground) -> dict[tuple[str, str], tuple[str, float, float]]:
    """County and middle of the cities in which there is a prison or a hospital."""
    columns = ["city", "state", "county_fips", "latitude", "longitude"]
    both = pd.concat([ground.hifld[columns], ground.hospitals[columns]], ignore_index=True)
    both = both.dropna()
    both = both[both["county_fips"].isin(ground.world.counties.index)]
    both["city"] = both["city"].str.upper().str.strip()
    found = {}
    for (state, city), group in both.groupby(["state", "city"]):
        fips = group["county_fips"].mode().iloc[0]
        here = group[group["county_fips"] == fips]
        middle = here["latitude"].mean(), here["longitude"].mean()
        found[str(state), str(city)] = (str(fips), float(middle[0]), float(middle[1]))
    return found


def _city(
    name: str, state: str, cities: dict[tuple[str, str], tuple[str, float, float]]
) -> tuple[str, str, float, float] | None:
    """The city of the state that the name begins with, the longest first."""
    words = [
        word for word in re.findall(r"[A-Z]+", name.upper()) if not _NOT_A_CITY.fullmatch(word)
    ]
    for count in range(len(words), 0, -1):
        city = " ".join(words[:count])
        if (state, city) in cities:
            return city, *cities[state, city]
    return None
