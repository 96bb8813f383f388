"""Measles in a shelter in Chicago in 2024: reported cases by day, people by age."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.sources.publisher import Compared, FileRead, Publisher
from thinwalls.sources.reading.csv_tables import numbers_of, read_csv
from thinwalls.sources.reading.odd import Oddity, there_twice

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.sources.reading.kind_of_file import GivenFile
    from thinwalls.system import System

SYSTEM = "chicago-2024"
"""Name of the packaged system that is made of its figures."""
_DAY, _ALL, _NEW = "date", "observed_cases", "incident_observed_cases"


class ChicagoShelter(Publisher):
    """One row per day: cases so far, new cases."""

    name = "chicago_shelter"

    def recognise(self, file: GivenFile) -> bool:
        """A table with cumulative and new cases by day."""
        return {_DAY, _ALL, _NEW} <= set(file.columns)

    def read(self, path: Path) -> FileRead:
        """Cases by day; index ``date``.

        Raises
        ------
        InputError
            When the file cannot be read or a count is no number.
        """
        table = read_csv(path, (_DAY, _ALL, _NEW))
        for column in (_ALL, _NEW):
            table[column] = numbers_of(table, column, str(path))
        return FileRead(self.facts.title, {"cases": table.set_index(_DAY)})

    def problems(self, read: FileRead) -> list[Oddity]:
        """Days that are there twice, and totals that the new cases do not add up to."""
        table = read.tables["cases"]
        odd = there_twice(table.index.to_series(), _DAY)
        for day, so_far, added in zip(table.index, table[_ALL], table[_NEW].cumsum(), strict=True):
            if so_far != added:
                problem = f"the new cases add up to {added:.0f}"
                return [*odd, Oddity(f"row {day}", _ALL, so_far, problem)]
        return odd

    def totals(self, system: System) -> list[Compared]:
        """People in the shelter."""
        if system.name != SYSTEM:
            return []
        published = self.facts.published["people"]
        ours = float(system.facilities["population_start"].sum())
        return [
            Compared(published.unit, ours, published.value, published.source, "the same figure")
        ]


PUBLISHER = ChicagoShelter()
