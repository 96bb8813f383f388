"""Whether a file can be read, and what is odd in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.common import InputError
from thinwalls.sources.own_table.read_table import FIELDS, load_user_system
from thinwalls.sources.publishers.aclu_movements import Movements, read_movements
from thinwalls.sources.publishers.counties_hospitals_cases import (
    read_cases,
    read_counties,
    read_csv,
    read_hospitals,
)
from thinwalls.sources.publishers.hifld import read_hifld
from thinwalls.sources.publishers.ice_workbook import read_ice_workbook
from thinwalls.sources.publishers.workbook import open_workbook, text_of
from thinwalls.sources.shapes import read_shapes
from thinwalls.system import miles_between

if TYPE_CHECKING:
    from thinwalls.sources.publishers.aclu_movements import Movements

FAR_FROM_COUNTY_MILES = 130.0
"""Outside Alaska and Guantánamo no facility of the packaged systems is farther from the middle of
its county."""

BOXES: dict[str, tuple[float, float, float, float]] = {
    "AK": (51.0, 71.6, -180.0, -129.0),
    "HI": (18.5, 28.6, -178.5, -154.5),
    "PR": (17.6, 18.7, -68.0, -65.1),
    "VI": (17.5, 18.6, -65.2, -64.4),
    "GU": (13.1, 13.8, 144.5, 145.1),
    "MP": (14.0, 20.7, 144.7, 146.2),
}
"""South, north, west and east of the states and territories that are not among the 48."""

_FORTY_EIGHT = (24.3, 49.5, -125.0, -66.8)

FAR_FROM_STATE = 2.5
"""Degrees beyond the counties of its state from which on a place is outside the state."""


@dataclass(frozen=True)
class Report:
    """What a file is, how much is in it, and what is odd: one row per oddity."""

    file: str
    what: str
    rows: int
    odd: pd.DataFrame
    """Columns ``where, field, value, problem``."""

    @property
    def ok(self) -> bool:
        """Whether nothing is odd."""
        return not len(self.odd)


def check(path: str | Path) -> Report:
    """Say what a file is and what is odd in it.

    Knows ICE's workbooks, HIFLD's shapefile, the county, hospital and case tables, and a system
    of one's own.

    Raises
    ------
    InputError
        When the file cannot be read, or is none of these.
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix == ".zip":
        return _hifld(file)
    if suffix in (".xlsx", ".xls", ".xlsm", ".ods"):
        return _own(file) if _is_own(file) else _ice(file)
    frame = read_csv(file, ())
    columns = set(frame.columns)
    if {"fips", "icu_beds", "population"} <= columns:
        return _counties(file)
    if "Staffed ICU Beds" in columns and "fips_code" in columns:
        hospitals = read_hospitals(file)
        odd = _outside(hospitals, "bed_occupancy", 0.0, 1.0) + _outside(
            hospitals, "icu_occupancy", 0.0, 1.0
        )
        odd += _twice(hospitals.index.to_series(), "fips_code")
        return _report(file, "hospital beds by county", len(hospitals), odd)
    if "fips" in columns and any(len(name) == 10 and name[4] == "-" for name in columns):
        return _cases(file)
    if "name" in {name.strip().casefold() for name in columns} and columns & set(FIELDS):
        return _own(file)
    if "Detention Center" in columns:
        return _moves(file, read_movements(file.parent))
    raise InputError(
        "is none of: ICE workbook, HIFLD shapefile, counties, hospital beds, cases, moves, "
        "a system of one's own",
        where=str(path),
    )


def _is_own(file: Path) -> bool:
    """Whether the first line of a workbook is that of the table of a system of one's own."""
    rows = (row for row in open_workbook(file)[0].rows if any(text_of(cell) for cell in row))
    head = {text_of(cell).casefold() for cell in next(rows, [])} - {""}
    return "name" in head and head <= set(FIELDS)


def _own(file: Path) -> Report:
    system = load_user_system(file)
    table, odd = system.facilities, _people(system.facilities, "population_start")
    middle = system.counties.loc[table["county_fips"]]
    for n, (place, row) in enumerate(table.iterrows()):
        county = middle.iloc[[n]]
        miles = float(
            miles_between(
                row["latitude"], row["longitude"], county["latitude"], county["longitude"]
            )[0, 0]
        )
        if miles > FAR_FROM_COUNTY_MILES:
            at = f"{row['latitude']:.3f}, {row['longitude']:.3f}"
            text = f"{miles:.0f} miles from the middle of {county['name'].iloc[0]}, {row['state']}"
            odd.append((str(place), "coordinates", at, text))
    return _report(file, "a system of one's own", len(table), odd)


def _report(file: Path, what: str, rows: int, odd: list[tuple[str, str, object, str]]) -> Report:
    frame = pd.DataFrame(odd, columns=["where", "field", "value", "problem"])
    return Report(str(file), what, rows, frame)


def _ice(file: Path) -> Report:
    book = read_ice_workbook(file)
    rows = book.facilities
    odd: list[tuple[str, str, object, str]] = [
        ("workbook", "", "", f"not found: {missing}") for missing in book.not_found
    ]
    named = rows.assign(
        key=rows["name"].str.upper() + ", " + rows["city"].str.upper() + ", " + rows["state"]
    )
    odd += _twice(named["key"], "name")
    levels = rows[["level_a", "level_b", "level_c", "level_d"]].sum(axis=1)
    threats = rows[["threat_1", "threat_2", "threat_3", "threat_none"]].sum(axis=1)
    differs = (levels - threats).abs() > 0.01 * levels.clip(lower=1)
    sums = pd.DataFrame({"name": rows["name"], "levels": levels, "threats": threats})
    for number, row in sums[differs].iterrows():
        text = f"levels A to D add up to {row['levels']:.1f}, threat levels to {row['threats']:.1f}"
        odd.append((f"row {number}, {row['name']}", "threat levels", row["threats"], text))
    long = rows[(rows["length_of_stay_days"] > 730) & (rows["population_average"] >= 1)]
    for number, row in long.iterrows():
        odd.append(
            (
                f"row {number}, {row['name']}",
                "ALOS",
                row["length_of_stay_days"],
                "more than two years",
            )
        )
    full = rows[rows["population_average"] > 2 * rows["guaranteed_minimum"]]
    for number, row in full.iterrows():
        odd.append(
            (f"row {number}, {row['name']}", "Guaranteed Minimum", row["guaranteed_minimum"],
             f"{row['population_average']:.0f} people on average, more than twice as many")
        )  # fmt: skip
    for number, row in rows[rows["zip"].isna()].iterrows():
        odd.append((f"row {number}, {row['name']}", "Zip", "", "missing"))
    counted = book.monthly[
        (book.monthly["series"] == "book_ins") & (book.monthly["category"] == "total")
    ]
    wide = counted.pivot_table(index="month", columns="agency", values="value")
    for month, row in wide.iterrows():
        parts = row.drop("total").sum()
        if parts != row["total"]:
            odd.append(
                (f"month {month}", "book-ins", row["total"], f"agencies add up to {parts:.0f}")
            )
    what = f"ICE Detention Statistics FY{book.fiscal_year} through {book.through}"
    return _report(file, what, len(rows), odd)


def _hifld(file: Path) -> Report:
    raw = read_shapes(file)
    table = read_hifld(file)
    odd: list[tuple[str, str, object, str]] = []
    for field in ("POPULATION", "CAPACITY"):
        coded = int((raw[field].str.strip() == "-999").sum())
        if coded:
            odd.append((f"{coded} rows", field, -999, "code for missing, read as missing"))
    odd += _twice(table["hifld_id"], "FACILITYID")
    crowded = table[(table["population"] > 2 * table["capacity"]) & (table["capacity"] > 0)]
    for number, row in crowded.iterrows():
        problem = f"more than twice the capacity of {row['capacity']:.0f}"
        odd.append((f"row {number}, {row['name']}", "POPULATION", row["population"], problem))
    odd += _misplaced(table)
    dates = pd.to_datetime(table["source_date"], errors="coerce")
    wrong = table["source_date"].notna() & (
        dates.isna() | (dates.dt.year < 1990) | (dates.dt.year > 2100)
    )
    for number, row in table[wrong].iterrows():
        odd.append(
            (f"row {number}, {row['name']}", "SOURCEDATE", row["source_date"], "impossible date")
        )
    return _report(file, "HIFLD Prison Boundaries", len(table), odd)


def _misplaced(table: pd.DataFrame) -> list[tuple[str, str, object, str]]:
    """Places outside the country, or far from where most places of their state are."""
    odd: list[tuple[str, str, object, str]] = []
    middle = table.groupby("state")[["latitude", "longitude"]].median()
    spread = (table[["latitude", "longitude"]] - middle.loc[table["state"]].to_numpy()).abs()
    usual = spread.groupby(table["state"]).quantile(0.99)
    far = (spread > usual.loc[table["state"]].to_numpy() + FAR_FROM_STATE).any(axis=1)
    for (number, row), away in zip(table.iterrows(), far, strict=True):
        south, north, west, east = BOXES.get(str(row["state"]), _FORTY_EIGHT)
        inside = south <= row["latitude"] <= north and west <= row["longitude"] <= east
        if not inside or away:
            text = f"{row['latitude']:.3f}, {row['longitude']:.3f}"
            odd.append(
                (f"row {number}, {row['name']}", "coordinates", text, f"outside {row['state']}")
            )
    return odd


def _counties(file: Path) -> Report:
    table = read_counties(file)
    odd = _twice(table.index.to_series(), "fips")
    bands = table[["age_0_17", "age_18_64", "age_65_plus"]].sum(axis=1)
    for fips in table.index[bands != table["population"]]:
        odd.append(
            (
                f"county {fips}",
                "population",
                table["population"][fips],
                f"ages add up to {bands[fips]}",
            )
        )
    lost = table["name"].str.contains("?", regex=False)
    for fips in table.index[lost]:
        odd.append((f"county {fips}", "county", table["name"][fips], "a letter is lost"))
    return _report(file, "counties", len(table), odd)


def _cases(file: Path) -> Report:
    table = read_cases(file)
    odd = _twice(table.index.to_series(), "fips")
    falls = table.diff(axis=1) < 0
    if falls.to_numpy().any():
        text = (
            f"cumulative cases fall on {int(falls.to_numpy().sum())} days in "
            f"{int(falls.any(axis=1).sum())} counties"
        )
        odd.append(("file", "cases", int(falls.to_numpy().sum()), text))
    silent = int((table.iloc[:, -1] == 0).sum())
    if silent:
        odd.append(
            ("file", "cases", silent, f"{silent} counties without a case until the last day")
        )
    return _report(file, "cumulative cases by county", len(table), odd)


def _moves(file: Path, moves: Movements) -> Report:
    odd: list[tuple[str, str, object, str]] = []
    if moves.self_moves:
        text = "moves from a place to itself, left out"
        odd.append(("matrix", "moves", moves.self_moves, text))
    stateless = moves.places.index[moves.places["state"] == ""]
    if len(stateless):
        text = f"places without a state, {stateless[0]} first"
        odd.append(("codes", "state", len(stateless), text))
    return _report(file, "counted moves between places", len(moves.places), odd)


def _twice(keys: pd.Series, field: str) -> list[tuple[str, str, object, str]]:
    repeated = keys[keys.duplicated()]
    return [(f"row {number}", field, key, "is there twice") for number, key in repeated.items()]


def _outside(
    table: pd.DataFrame, field: str, low: float, high: float
) -> list[tuple[str, str, object, str]]:
    bad = table[(table[field] < low) | (table[field] > high)]
    return [
        (f"row {key}", field, row[field], f"not between {low:g} and {high:g}")
        for key, row in bad.iterrows()
    ]


def _people(table: pd.DataFrame, field: str) -> list[tuple[str, str, object, str]]:
    crowded = table[table[field] > 2 * table["capacity"]]
    return [
        (str(key), field, row[field], f"more than twice the capacity of {row['capacity']:.0f}")
        for key, row in crowded.iterrows()
    ]
