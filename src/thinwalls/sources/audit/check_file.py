"""Whether a file can be read, and what is odd in it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.common import InputError
from thinwalls.sources.own_table.read_table import FIELDS, load_user_system
from thinwalls.sources.publisher import all_publishers
from thinwalls.sources.reading.kind_of_file import GivenFile, look_at
from thinwalls.sources.reading.odd import Oddity, crowded
from thinwalls.sources.reading.workbook import open_workbook, text_of
from thinwalls.system import miles_between

if TYPE_CHECKING:
    from pathlib import Path

FAR_FROM_COUNTY_MILES = 130.0
"""Outside Alaska and Guantánamo no facility of the packaged systems is farther from the middle of
its county."""


@dataclass(frozen=True)
class Report:
    """What a file is, how much is in it, and what is odd: one row per oddity."""

    file: str
    what: str
    rows: int
    odd: pd.DataFrame
    """Columns ``where, field, value, problem``."""
    counted: Mapping[str, float] = field(default_factory=dict)
    """Sums that should agree, by what they are of."""

    @property
    def ok(self) -> bool:
        """Whether nothing is odd."""
        return not len(self.odd)


def check_file(path: str | Path) -> Report:
    """Say what a file is and what is odd in it.

    Knows the files of every publisher, and a system of one's own.

    Raises
    ------
    InputError
        When the file cannot be read, or is none of these.
    """
    file = look_at(path)
    if _is_own(file):
        return _own(file.path)
    for publisher in all_publishers():
        if publisher.recognise(file):
            read = publisher.read(file.path)
            odd = [*read.noticed, *publisher.problems(read)]
            rows = len(next(iter(read.tables.values())))
            return _report(file.path, read.what, rows, odd, read.counted)
    names = ", ".join(one.facts.title for one in all_publishers() if one.facts.files)
    raise InputError("is none of: {names}, a system of one's own", where=str(path), names=names)


def check(path: str | Path) -> Report:
    """Do what :func:`check_file` does, under its name of before.

    .. deprecated:: 0.2
       Use :func:`check_file`.
    """
    warnings.warn("check is now called check_file", DeprecationWarning, stacklevel=2)
    return check_file(path)


def _is_own(file: GivenFile) -> bool:
    """Whether it is the table of a system of one's own, by its first line."""
    if file.is_workbook:
        rows = open_workbook(file.path)[0].rows
        first = next((row for row in rows if any(text_of(cell) for cell in row)), [])
        head = {text_of(cell).casefold() for cell in first} - {""}
        return "name" in head and head <= set(FIELDS)
    names = {name.strip().casefold() for name in file.columns}
    return "name" in names and bool(set(file.columns) & set(FIELDS))


def _own(file: Path) -> Report:
    system = load_user_system(file)
    table = system.facilities
    odd = crowded(table, "population_start", "population_start")
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
            odd.append(Oddity(str(place), "coordinates", at, text))
    return _report(file, "a system of one's own", len(table), odd)


def _report(
    file: Path,
    what: str,
    rows: int,
    odd: list[Oddity],
    counted: Mapping[str, float] | None = None,
) -> Report:
    frame = pd.DataFrame(odd, columns=["where", "field", "value", "problem"])
    return Report(str(file), what, rows, frame, counted or {})
