"""Hospitals: staffed beds, intensive-care beds and shares in use by county (CovidCareMap)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.sources.comparisons import counties_of_states
from thinwalls.sources.publisher import Compared, FileRead, Publisher
from thinwalls.sources.reading.csv_tables import RENAMED, numbers_of, read_csv
from thinwalls.sources.reading.odd import Oddity, out_of_bounds, there_twice

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.sources.reading.kind_of_file import GivenFile
    from thinwalls.system import System


def read_hospitals(path: str | Path) -> pd.DataFrame:
    """Staffed beds, intensive-care beds and their occupancy by county; index ``fips``.

    Raises
    ------
    InputError
        When the file cannot be read, a column is missing or a value is not a number.
    """
    names = {
        "Staffed All Beds": "acute_beds",
        "Staffed ICU Beds": "staffed_icu_beds",
        "All Bed Occupancy Rate": "bed_occupancy",
        "ICU Bed Occupancy Rate": "icu_occupancy",
    }
    frame = read_csv(path, ("fips_code", *names))
    made = pd.DataFrame({"fips": frame["fips_code"].str.zfill(5).replace(RENAMED)})
    for theirs, ours in names.items():
        made[ours] = numbers_of(frame, theirs, str(path))
    if made["fips"].duplicated().any():  # renamed counties join the one that holds their people now
        made = made.groupby("fips", as_index=False).agg(
            {
                "acute_beds": "sum",
                "staffed_icu_beds": "sum",
                "bed_occupancy": "mean",
                "icu_occupancy": "mean",
            }
        )
    return made.set_index("fips")[
        ["acute_beds", "staffed_icu_beds", "bed_occupancy", "icu_occupancy"]
    ]


class CovidCareMap(Publisher):
    """The capacity of hospitals by county."""

    name = "covidcaremap"

    def recognise(self, file: GivenFile) -> bool:
        """A table with staffed beds by county code."""
        return {"fips_code", "Staffed ICU Beds"} <= set(file.columns)

    def read(self, path: Path) -> FileRead:
        """Hospital beds by county; see :func:`read_hospitals`."""
        return FileRead(self.facts.title, {"hospitals": read_hospitals(path)})

    def problems(self, read: FileRead) -> list[Oddity]:
        """Shares in use that are no shares, codes that are there twice."""
        table = read.tables["hospitals"]
        odd = out_of_bounds(table, "bed_occupancy", 0.0, 1.0)
        odd += out_of_bounds(table, "icu_occupancy", 0.0, 1.0)
        return odd + there_twice(table.index.to_series(), "fips_code")

    def totals(self, system: System) -> list[Compared]:
        """Intensive-care beds of the states."""
        states = counties_of_states(system)
        if states is None:
            return []
        published = self.facts.published["icu_beds"]
        why = (
            "ours are Kaiser Health News' (74,787 in 1,476 counties, less 533 in two that are "
            "taken for errors), from cost reports, without hospitals that file none"
        )
        ours = float(states["icu_beds"].sum())
        what = "intensive-care beds of the states"
        return [Compared(what, ours, published.value, published.source, why)]


PUBLISHER = CovidCareMap()
