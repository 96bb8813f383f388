"""Counties: residents by age, centre, intensive-care beds (U.S. Census Bureau, KHN)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.sources.comparisons import counties_of_states
from thinwalls.sources.publisher import Compared, FileRead, Publisher
from thinwalls.sources.reading.csv_tables import numbers_of, read_csv
from thinwalls.sources.reading.odd import Oddity, there_twice

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.sources.reading.kind_of_file import GivenFile
    from thinwalls.system import System


def read_counties(path: str | Path) -> pd.DataFrame:
    """Residents by age, centre and intensive-care beds of every county; index ``fips``.

    Raises
    ------
    InputError
        When the file cannot be read, a column is missing or a value is not a number.
    """
    numeric = ("population", "age_0_17", "age_18_64", "age_65_plus", "lat", "lon", "icu_beds")
    frame = read_csv(path, ("fips", "county", "state", *numeric))
    made = pd.DataFrame({"fips": frame["fips"].str.zfill(5), "state": frame["state"]})
    # The file lost one letter to an encoding error.
    made["name"] = frame["county"].str.replace("Do?a", "Doña", regex=False)
    for name in numeric:
        made[{"lat": "latitude", "lon": "longitude"}.get(name, name)] = numbers_of(
            frame, name, str(path)
        )
    for name in ("population", "age_0_17", "age_18_64", "age_65_plus"):
        made[name] = made[name].astype("int64")
    return made.set_index("fips")


class CensusCounties(Publisher):
    """The table of counties."""

    name = "census_counties"

    def recognise(self, file: GivenFile) -> bool:
        """A table with residents and intensive-care beds by county code."""
        return {"fips", "icu_beds", "population"} <= set(file.columns)

    def read(self, path: Path) -> FileRead:
        """Counties; see :func:`read_counties`."""
        return FileRead(self.facts.title, {"counties": read_counties(path)})

    def problems(self, read: FileRead) -> list[Oddity]:
        """Codes that are there twice, ages that do not add up, names that lost a letter."""
        table = read.tables["counties"]
        odd = there_twice(table.index.to_series(), "fips")
        bands = table[["age_0_17", "age_18_64", "age_65_plus"]].sum(axis=1)
        odd += [
            Oddity(f"county {fips}", "population", table["population"][fips],
                   f"ages add up to {bands[fips]}")
            for fips in table.index[bands != table["population"]]
        ]  # fmt: skip
        lost = table["name"].str.contains("?", regex=False)
        odd += [
            Oddity(f"county {fips}", "county", table["name"][fips], "a letter is lost")
            for fips in table.index[lost]
        ]
        return odd

    def totals(self, system: System) -> list[Compared]:
        """Residents of the states."""
        states = counties_of_states(system)
        if states is None:
            return []
        published = self.facts.published["residents"]
        ours = float(states["population"].sum())
        why = "equal by construction"
        return [Compared("residents of the states", ours, published.value, published.source, why)]


PUBLISHER = CensusCounties()
