"""Homeland Infrastructure Foundation-Level Data (HIFLD): Prison Boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.common import InputError
from thinwalls.sources.publisher import FileRead, Publisher
from thinwalls.sources.reading.csv_tables import RENAMED
from thinwalls.sources.reading.odd import Oddity, crowded, there_twice
from thinwalls.sources.reading.shapes import read_shapes

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.sources.reading.kind_of_file import GivenFile

_COLUMNS = {
    "FACILITYID": "hifld_id",
    "NAME": "name",
    "ADDRESS": "address",
    "CITY": "city",
    "STATE": "state",
    "ZIP": "zip",
    "TYPE": "kind",
    "STATUS": "status",
    "POPULATION": "population",
    "COUNTY": "county",
    "COUNTYFIPS": "county_fips",
    "SECURELVL": "security",
    "CAPACITY": "capacity",
    "SOURCEDATE": "source_date",
}
CONNECTICUT_REGIONS = tuple(f"09{number}0" for number in range(11, 20))
"""Planning regions, which took the place of Connecticut's counties in 2022."""

CONNECTICUT_TOWNS = {
    "BRIDGEPORT": "09001",
    "DANBURY": "09001",
    "NEWTOWN": "09001",
    "ENFIELD": "09003",
    "HARTFORD": "09003",
    "SUFFIELD": "09003",
    "MIDDLETOWN": "09007",
    "CHESHIRE": "09009",
    "NEW HAVEN": "09009",
    "NIANTIC": "09011",
    "UNCASVILLE": "09011",
    "SOMERS": "09013",
    "BROOKLYN": "09015",
    "PLAINFIELD": "09015",
}
"""County of the Connecticut towns with a facility: the county tables still use counties."""

_NUMBERS = ("population", "capacity", "latitude", "longitude", "hectares")
_MISSING = ("-999", "", "NOT AVAILABLE")

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


def read_hifld(path: str | Path) -> pd.DataFrame:
    """Read every facility; the publisher's -999 and NOT AVAILABLE become missing values.

    Raises
    ------
    InputError
        When the file cannot be read or a column is missing.
    """
    return _facilities(read_shapes(path), str(path))


def _facilities(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    absent = [name for name in _COLUMNS if name not in frame.columns]
    if absent:
        raise InputError("column is missing", where=where, field=absent[0])
    made = frame[[*_COLUMNS, "latitude", "longitude", "hectares"]].rename(columns=_COLUMNS)
    texts = [name for name in made.columns if name not in _NUMBERS]
    for name in texts:
        made[name] = made[name].where(~made[name].isin(_MISSING))
    for name in ("population", "capacity"):
        numbers = pd.to_numeric(made[name], errors="coerce")
        made[name] = numbers.where(numbers >= 0)
    made["county_fips"] = made["county_fips"].replace(RENAMED)
    planning_region = made["county_fips"].isin(CONNECTICUT_REGIONS)
    made.loc[planning_region, "county_fips"] = made.loc[planning_region, "city"].map(
        CONNECTICUT_TOWNS
    )
    return made


class Hifld(Publisher):
    """The outlines of jails and prisons with their attributes."""

    name = "hifld"

    def recognise(self, file: GivenFile) -> bool:
        """An archive with a shapefile."""
        return any(name.lower().endswith((".shp", ".dbf")) for name in file.members)

    def read(self, path: Path) -> FileRead:
        """Facilities; see :func:`read_hifld`."""
        raw = read_shapes(path)
        table = _facilities(raw, str(path))
        coded = {
            field: int((raw[field].str.strip() == _MISSING[0]).sum())
            for field in ("POPULATION", "CAPACITY")
        }
        noticed = tuple(
            Oddity(f"{rows} rows", field, -999, "code for missing, read as missing")
            for field, rows in coded.items()
            if rows
        )
        return FileRead(self.facts.title, {"facilities": table}, noticed)

    def problems(self, read: FileRead) -> list[Oddity]:
        """Numbers that are there twice, crowded and misplaced places, impossible dates."""
        table = read.tables["facilities"]
        odd = there_twice(table["hifld_id"], "FACILITYID")
        odd += crowded(table[table["capacity"] > 0], "population", "POPULATION", "name")
        odd += _misplaced(table)
        dates = pd.to_datetime(table["source_date"], errors="coerce")
        wrong = table["source_date"].notna() & (
            dates.isna() | (dates.dt.year < 1990) | (dates.dt.year > 2100)
        )
        odd += [
            Oddity(f"row {row_key}, {row['name']}", "SOURCEDATE", row["source_date"],
                   "impossible date")
            for row_key, row in table[wrong].iterrows()
        ]  # fmt: skip
        return odd


def _misplaced(table: pd.DataFrame) -> list[Oddity]:
    """Places outside the country, or far from where most places of their state are."""
    odd: list[Oddity] = []
    middle = table.groupby("state")[["latitude", "longitude"]].median()
    spread = (table[["latitude", "longitude"]] - middle.loc[table["state"]].to_numpy()).abs()
    usual = spread.groupby(table["state"]).quantile(0.99)
    far = (spread > usual.loc[table["state"]].to_numpy() + FAR_FROM_STATE).any(axis=1)
    for (number, row), away in zip(table.iterrows(), far, strict=True):
        south, north, west, east = BOXES.get(str(row["state"]), _FORTY_EIGHT)
        inside = south <= row["latitude"] <= north and west <= row["longitude"] <= east
        if not inside or away:
            text = f"{row['latitude']:.3f}, {row['longitude']:.3f}"
            place = f"row {number}, {row['name']}"
            odd.append(Oddity(place, "coordinates", text, f"outside {row['state']}"))
    return odd


PUBLISHER = Hifld()
