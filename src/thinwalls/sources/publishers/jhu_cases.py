"""Reported cases by county and day (Johns Hopkins University, CSSE)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Message
from thinwalls.sources.comparisons import counties_of_states
from thinwalls.sources.publisher import Compared, FileRead, Publisher
from thinwalls.sources.reading.csv_tables import read_csv
from thinwalls.sources.reading.odd import Oddity, there_twice

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.sources.reading.kind_of_file import GivenFile
    from thinwalls.system import System

STATE_RATE_FROM = 10_000
"""A county of more residents than this with no case at all until the end was reported elsewhere."""


def is_day(column: str) -> bool:
    """Whether a column is named as a day, YYYY-MM-DD."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d", column) is not None


def read_cases(path: str | Path) -> pd.DataFrame:
    """Cumulative reported cases; index ``fips``, one column per day (YYYY-MM-DD), as published.

    Raises
    ------
    InputError
        When the file cannot be read or a value is not a whole number.
    """
    frame = read_csv(path, ("fips",)).set_index("fips")
    frame.index = frame.index.str.zfill(5)
    days = [name for name in frame.columns if is_day(name)]
    if not days:
        raise InputError("no columns named YYYY-MM-DD", where=str(path))
    made = frame[sorted(days)].apply(pd.to_numeric, errors="coerce")
    if made.isna().to_numpy().any():
        row = made.index[made.isna().any(axis=1)][0]
        raise InputError(
            "must be whole numbers", where=Message("{file}, county {county}", file=path, county=row)
        )
    counts: pd.DataFrame = made.astype("int64")
    return counts


def never_falling(cumulative: pd.DataFrame) -> pd.DataFrame:
    """Cumulative counts that never fall: a later, lower total corrects the days before it."""
    values = cumulative.to_numpy()
    corrected = np.minimum.accumulate(values[:, ::-1], axis=1)[:, ::-1]
    return pd.DataFrame(corrected, index=cumulative.index, columns=cumulative.columns)


def complete_cases(cases: pd.DataFrame, counties: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Cases of every county in ``counties``, never falling, and where each county's come from.

    Counties with more than :data:`STATE_RATE_FROM` residents and not one case are not counties
    without cases: their state reports them for districts (Utah) or together (Dukes and
    Nantucket), which the record by county leaves out.  They get the cases per resident of the
    other counties of their state ("state rate").
    """
    made = never_falling(cases.reindex(counties.index, fill_value=0))
    record = pd.Series("recorded", index=counties.index)
    silent = (made.iloc[:, -1] == 0) & (counties["population"] > STATE_RATE_FROM)
    for fips in counties.index[silent]:
        state = counties.loc[fips, "state"]
        others = counties.index[(counties["state"] == state) & ~silent]
        if not len(others):
            continue
        rate = made.loc[others].sum(axis=0) / counties.loc[others, "population"].sum()
        made.loc[fips] = np.floor(rate * counties.loc[fips, "population"]).astype("int64")
        record[fips] = "state rate"
    return made, record


class JhuCases(Publisher):
    """Cumulative cases by county."""

    name = "jhu_cases"

    def recognise(self, file: GivenFile) -> bool:
        """A table by county code whose columns are days."""
        return "fips" in file.columns and any(is_day(name) for name in file.columns)

    def read(self, path: Path) -> FileRead:
        """Cases as published; see :func:`read_cases`."""
        return FileRead(self.facts.title, {"cases": read_cases(path)})

    def problems(self, read: FileRead) -> list[Oddity]:
        """Cumulative cases that fall, counties that never have one."""
        table = read.tables["cases"]
        odd = there_twice(table.index.to_series(), "fips")
        falls = (table.diff(axis=1) < 0).to_numpy()
        days, counties = int(falls.sum()), int(falls.any(axis=1).sum())
        if days:
            text = f"cumulative cases fall on {days} days in {counties} counties"
            odd.append(Oddity("file", "cases", days, text))
        silent = int((table.iloc[:, -1] == 0).sum())
        if silent:
            text = f"{silent} counties without a case until the last day"
            odd.append(Oddity("file", "cases", silent, text))
        return odd

    def totals(self, system: System) -> list[Compared]:
        """Cases of the states until the last day of the record."""
        states = counties_of_states(system)
        if states is None or not len(system.cases):
            return []
        published = self.facts.published["cases"]
        last = system.cases.columns[-1]
        inside = system.cases.index.isin(states.index)
        ours = float(system.cases.loc[inside, last].sum())
        why = (
            "more by the counties that the record leaves out and that get their state's rate "
            "(Utah's districts; Dukes and Nantucket); where such counties are in the rest of the "
            "country too"
        )
        what = f"reported cases until {last}"
        return [Compared(what, ours, published.value, published.source, why)]


PUBLISHER = JhuCases()
