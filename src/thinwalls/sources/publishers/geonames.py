"""GeoNames: postal codes of the United States with city, county and coordinates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.sources.places.county_names import plain_county
from thinwalls.sources.places.zip_codes import plain_city
from thinwalls.sources.publisher import FileRead, Publisher
from thinwalls.sources.reading.csv_tables import numbers_of, read_csv
from thinwalls.sources.reading.odd import Oddity, there_twice
from thinwalls.sources.reading.states import STATES
from thinwalls.system import miles_between

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.sources.reading.kind_of_file import GivenFile

_COLUMNS = ("zip", "city", "state_abbr", "county", "lat", "lng")
_CALLED = re.compile(r"^city( and (borough|county))? of | \((city|ca)\)?$", re.IGNORECASE)


def read_zip_codes(path: str | Path, counties: pd.DataFrame) -> pd.DataFrame:
    """Read postal codes and give each the code of its county.

    A county that is not among ``counties`` (Connecticut's planning regions) is the one of the
    state whose middle is nearest.

    Parameters
    ----------
    path
        The file.
    counties
        Index FIPS code; ``name, state, latitude, longitude``.

    Returns
    -------
    pandas.DataFrame
        Index ``zip``; ``city, state, county_fips, latitude, longitude``.

    Raises
    ------
    InputError
        When the file cannot be read or a coordinate is not a number.
    """
    frame = read_csv(path, _COLUMNS)
    frame = frame[frame["state_abbr"].isin(STATES)].drop_duplicates("zip")
    keys = {
        (str(state), plain_county(str(name))): str(fips)
        for fips, name, state in zip(
            counties.index, counties["name"], counties["state"], strict=True
        )
    }
    made = pd.DataFrame(
        {
            "city": frame["city"].map(plain_city).to_numpy(),
            "state": frame["state_abbr"].to_numpy(),
            "latitude": numbers_of(frame, "lat", str(path)).round(2).to_numpy(dtype="float32"),
            "longitude": numbers_of(frame, "lng", str(path)).round(2).to_numpy(dtype="float32"),
        },
        index=pd.Index(frame["zip"].str.zfill(5), name="zip"),
    )
    names = frame["county"].map(lambda name: plain_county(_CALLED.sub("", name)))
    fips = [keys.get(key) for key in zip(frame["state_abbr"], names, strict=True)]
    made["county_fips"] = pd.Series(fips, index=made.index, dtype="str")
    for code in made.index[made["county_fips"].isna()]:
        here = made.loc[code]
        near = counties[counties["state"] == here["state"]]
        if len(near):
            miles = miles_between(
                [here["latitude"]], [here["longitude"]], near["latitude"], near["longitude"]
            )
            made.loc[code, "county_fips"] = str(near.index[int(miles[0].argmin())])
    columns = ["city", "state", "county_fips", "latitude", "longitude"]
    return made[columns].sort_index()


class GeoNames(Publisher):
    """One table of postal codes."""

    name = "geonames"

    def recognise(self, file: GivenFile) -> bool:
        """A table of ZIP codes with county and coordinates."""
        return set(_COLUMNS) <= set(file.columns)

    def read(self, path: Path) -> FileRead:
        """The table as published."""
        return FileRead(self.facts.title, {"zip_codes": read_csv(path, _COLUMNS)})

    def problems(self, read: FileRead) -> list[Oddity]:
        """Codes that are there twice."""
        return there_twice(read.tables["zip_codes"]["zip"], "zip")


PUBLISHER = GeoNames()
