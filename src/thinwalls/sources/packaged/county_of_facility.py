"""In which county a facility is: by HIFLD, ZIP code, city, its name, or a table by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.sources.places.county_names import county_in_name, plain_county
from thinwalls.sources.places.field_offices import office_of
from thinwalls.sources.places.zip_codes import plain_city, zip_codes
from thinwalls.sources.reading.csv_tables import read_csv
from thinwalls.sources.reading.facility_names import likeness, street_of
from thinwalls.system import OUTSIDE

if TYPE_CHECKING:
    from pathlib import Path

BY_HAND: dict[tuple[str, str], str] = {
    ("CA", "SAN YSIDRO"): "06073",  # a district of the city of San Diego
    ("FL", "FPO"): OUTSIDE,  # fleet post office of the naval station at Guantánamo Bay
    ("TX", "TORNILLO"): "48141",  # El Paso County
    ("WA", "SEATAC"): "53033",  # King County
}
"""County of cities in which neither a HIFLD facility nor a hospital gives one, from the U.S. Census
Bureau's list of places; checked one by one."""

COORDINATES_BY_HAND = {("FL", "FPO"): (19.90, -75.10)}
"""Coordinates of places without a county."""

NOT_THE_SAME = {("TX", "EL PASO SOFT SIDED FACILITY")}
"""Facilities that HIFLD does not list although one of its names is alike."""

TERRITORIES = {"PR": "72000", "GU": "66010", "MP": "69000", "VI": "78000"}
"""Territories are one place each: the county tables have none of their counties."""

FIELD_OFFICE = "seat of the field office"
POSTAL = "(postal codes)"
"""Marks what was placed by the list of postal codes."""

ALIKE = 0.62
"""Two names in one ZIP code or city are the same place from this likeness on."""


def read_hospital_places(path: str | Path, counties: pd.DataFrame) -> pd.DataFrame:
    """Hospitals with ZIP code, city, county code and coordinates: they place a ZIP code."""
    frame = read_csv(path, ("City", "State", "Zipcode", "County", "Latitude", "Longitude"))
    keys = {
        (str(row.state), plain_county(str(row.name_))): str(fips)
        for fips, row in counties.rename(columns={"name": "name_"}).iterrows()
    }
    made = pd.DataFrame(
        {
            "city": frame["City"].str.upper().str.strip(),
            "state": frame["State"],
            "zip": frame["Zipcode"].str.zfill(5),
            "latitude": pd.to_numeric(frame["Latitude"], errors="coerce"),
            "longitude": pd.to_numeric(frame["Longitude"], errors="coerce"),
        }
    )
    made["county_fips"] = [
        keys.get((state, plain_county(county)))
        for state, county in zip(frame["State"], frame["County"], strict=True)
    ]
    return made.dropna(subset=["county_fips", "latitude", "longitude"])


def mend_places(hifld: pd.DataFrame, counties: pd.DataFrame) -> pd.DataFrame:
    """HIFLD rows whose outline was drawn in another state, put back into their own.

    Their county is the one that the name tells (``PERKINS COUNTY JAIL``), else the one of most
    other places in the city, else none; their coordinates are the middle of that county.
    """
    state_of = hifld["county_fips"].map(counties["state"])
    wrong = state_of.notna() & (state_of != hifld["state"]) & ~hifld["state"].isin(TERRITORIES)
    made = hifld.copy()
    keys = {
        (str(state), plain_county(str(name))): str(fips)
        for fips, name, state in zip(
            counties.index, counties["name"], counties["state"], strict=True
        )
    }
    for row in hifld.index[wrong]:
        state, name = str(hifld["state"][row]), str(hifld["name"][row])
        fips = keys.get((state, plain_county(name.split(" COUNTY")[0])))
        if fips is None:
            same = (hifld["state"] == state) & (hifld["city"] == hifld["city"][row]) & ~wrong
            others = hifld.loc[same, "county_fips"].mode()
            fips = str(others.iloc[0]) if len(others) else None
        made.loc[row, "county_fips"] = fips
        if fips is not None:
            for column in ("latitude", "longitude"):
                made.loc[row, column] = counties[column][fips]
    return made


def match_hifld(facilities: pd.DataFrame, hifld: pd.DataFrame) -> pd.Series:
    """HIFLD row of every facility (same place), or NA.

    Same state and the same street address, or the same ZIP code or city and a name alike.  Every
    HIFLD row is given once, best likeness first.
    """
    streets = hifld["address"].map(street_of)
    names = hifld["name"].fillna("")
    statuses = hifld["status"].fillna("")
    cities = hifld["city"].fillna("").str.upper()
    pairs: list[tuple[float, object, object]] = []
    for row, facility in facilities.iterrows():
        if (facility["state"], facility["name"]) in NOT_THE_SAME:
            continue
        same_state = hifld["state"] == facility["state"]
        city = str(facility["city"]).upper().strip()
        near = same_state & ((hifld["zip"] == facility["zip"]) | (cities == city))
        street = street_of(facility["address"])
        for other in hifld.index[near]:
            score = likeness(str(facility["name"]), names[other])
            if street and streets[other] == street:
                score += 0.4
            for word in ("JUVENILE", "WOMEN"):
                if (word in names[other]) != (word in str(facility["name"]).upper()):
                    score -= 0.3
            if score >= ALIKE:
                open_now = 0.01 if statuses[other] != "CLOSED" else 0.0
                pairs.append((score + open_now, row, other))
    pairs.sort(key=lambda pair: (-pair[0], str(pair[1]), str(pair[2])))
    matched: dict[object, object] = {}
    used: set[object] = set()
    for _, row, other in pairs:
        if row not in matched and other not in used:
            matched[row] = other
            used.add(other)
    return pd.Series({row: matched.get(row, pd.NA) for row in facilities.index}, dtype="Int64")


def place(
    facilities: pd.DataFrame, hifld: pd.DataFrame, hospitals: pd.DataFrame, counties: pd.DataFrame
) -> pd.DataFrame:
    """County, coordinates and how they were found for every facility.

    ``facilities`` has name, address, city, state, zip.  Returns ``county_fips, latitude,
    longitude, placed_by, hifld_row``; ``county_fips`` is missing where nothing places it.

    In this order: a HIFLD facility; other places of the same ZIP code, of the same city; the table
    by hand; the ZIP code, the city as postal codes are listed; the county that the facility is
    named after; the seat of its field office.
    """
    matched = match_hifld(facilities, hifld)
    known = pd.concat(
        [
            hifld[["city", "state", "zip", "latitude", "longitude", "county_fips"]],
            hospitals[["city", "state", "zip", "latitude", "longitude", "county_fips"]],
        ],
        ignore_index=True,
    ).dropna(subset=["county_fips"])
    known["city"] = known["city"].fillna("").str.upper()
    by_zip = known.groupby(["state", "zip"])
    by_city = known.groupby(["state", "city"])
    records = []
    for (_, facility), hifld_row in zip(facilities.iterrows(), matched, strict=True):
        state, city = str(facility["state"]), str(facility["city"]).upper().strip()
        found: tuple[str | None, float, float, str] = (None, np.nan, np.nan, "not found")
        if not pd.isna(hifld_row):
            there = hifld.loc[hifld_row]
            found = (
                str(there["county_fips"]),
                there["latitude"],
                there["longitude"],
                "HIFLD facility",
            )
        elif (state, facility["zip"]) in by_zip.groups:
            found = _agreed(by_zip.get_group((state, facility["zip"])), "ZIP code")
        elif (state, city) in by_city.groups:
            found = _agreed(by_city.get_group((state, city)), "city")
        elif (state, city) not in BY_HAND:
            found = _further(facility, counties)
        fips, latitude, longitude, how = found
        if (state, city) in BY_HAND and pd.isna(hifld_row):
            fips, how = BY_HAND[(state, city)], "by hand"
            latitude, longitude = COORDINATES_BY_HAND.get((state, city), (latitude, longitude))
        if state in TERRITORIES:
            fips, how = TERRITORIES[state], f"territory, {how}"
        if fips is not None and fips != OUTSIDE and fips not in counties.index:
            fips, how = None, "not found"
        if fips is not None and fips in counties.index and np.isnan(latitude):
            latitude = float(counties["latitude"][fips])
            longitude = float(counties["longitude"][fips])
        records.append((fips, latitude, longitude, how, hifld_row))
    made = pd.DataFrame(
        records,
        columns=["county_fips", "latitude", "longitude", "placed_by", "hifld_row"],
        index=facilities.index,
    )
    return made.astype({"hifld_row": "Int64"})


def _further(facility: pd.Series, counties: pd.DataFrame) -> tuple[str | None, float, float, str]:
    """Where neither a prison nor a hospital is near: postal codes, the name, the field office."""
    table, state = zip_codes(), str(facility["state"])
    code, city = str(facility["zip"]), plain_city(str(facility["city"]))
    if code in table.index and table.loc[code, "state"] == state:
        return _agreed(table.loc[[code]], f"ZIP code {POSTAL}")
    same = table[(table["city"] == city) & (table["state"] == state)]
    if city and len(same):
        return _agreed(same, f"city {POSTAL}")
    fips = county_in_name(str(facility["name"]), state, counties)
    if fips is not None:
        return fips, np.nan, np.nan, "county in the name"
    seat = office_of(facility.get("area_of_responsibility"))
    if seat is not None and seat.state == state:
        return seat.county_fips, np.nan, np.nan, FIELD_OFFICE
    return None, np.nan, np.nan, "not found"


def _agreed(group: pd.DataFrame, how: str) -> tuple[str, float, float, str]:
    """The county that most known places of a ZIP code or city are in, and their middle."""
    counts = group["county_fips"].value_counts()
    best = sorted(counts.index[counts == counts.max()])[0]
    inside = group[group["county_fips"] == best]
    label = how if len(counts) == 1 else f"{how}, most of {len(group)} places"
    return str(best), float(inside["latitude"].median()), float(inside["longitude"].median()), label
