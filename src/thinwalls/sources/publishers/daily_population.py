"""Deportation Data Project: people held by ICE at each facility on every day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from thinwalls.common import InputError
from thinwalls.sources.publisher import FileRead, Publisher
from thinwalls.sources.reading.odd import Oddity

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.sources.reading.kind_of_file import GivenFile

_COLUMNS = {
    "detention_facility_code": "code",
    "detention_facility": "name",
    "date": "date",
    "n_detained_at_midnight": "people",
    "n_detained": "people_any_time",
    "n_detained_male": "male",
    "n_detained_female": "female",
    "n_detained_possibly_under_18": "children",
}
"""Columns of the publisher and ours; sexes and children are of those there at any time of a day."""
_RISE = 1.5


def read_daily(path: str | Path) -> pd.DataFrame:
    """Read the counts: ``code, name, date`` (YYYY-MM-DD) and people by :data:`_COLUMNS`.

    ``people`` are those there at midnight.

    Raises
    ------
    InputError
        When the file cannot be read, a column is missing, or a count is negative.
    """
    where = str(path)
    try:
        frame = pd.read_parquet(path)
    except FileNotFoundError as error:
        raise InputError("there is no such file", where=where) from error
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError("is not a Parquet file that can be read", where=where) from error
    for name in _COLUMNS:
        if name not in frame.columns:
            raise InputError("column is missing", where=where, field=name)
    made = frame[list(_COLUMNS)].rename(columns=_COLUMNS)
    made["date"] = pd.to_datetime(made["date"]).dt.strftime("%Y-%m-%d")
    counts = made[["people", "people_any_time", "male", "female", "children"]]
    if (counts < 0).to_numpy().any():
        raise InputError("must not be negative", where=where, field="n_detained")
    return made


class DailyPopulation(Publisher):
    """One table with a row for each facility and day."""

    name = "daily_population"

    def recognise(self, file: GivenFile) -> bool:
        """A table with codes of facilities and people at midnight."""
        return set(_COLUMNS) <= set(file.columns)

    def read(self, path: Path) -> FileRead:
        """The counts, with the most and the last of them; see :func:`read_daily`."""
        table = read_daily(path)
        by_day = table.groupby("date")["people"].sum()
        last = str(by_day.index[-1])
        counted = {f"people at midnight of {by_day.idxmax()}, the most": float(by_day.max())}
        counted[f"people at midnight of {last}"] = float(by_day[last])
        return FileRead(f"{self.facts.title} through {last}", {"days": table}, (), counted)

    def problems(self, read: FileRead) -> list[Oddity]:
        """Days on which the country's count jumps: records that came late, or came twice."""
        by_day = read.tables["days"].groupby("date")["people"].sum()
        before = by_day.shift()
        jumps = by_day.index[(by_day > _RISE * before) | (by_day * _RISE < before)]
        return [
            Oddity(str(day), "people", int(by_day[day]), f"{before[day]:.0f} the day before")
            for day in jumps
        ]


PUBLISHER = DailyPopulation()
