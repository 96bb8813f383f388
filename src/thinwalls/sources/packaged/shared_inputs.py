"""What all packaged systems stand on: the world, places, ids of facilities, counted moves."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from thinwalls.common import InputError
from thinwalls.sources.packaged.all_counties import World, read_world
from thinwalls.sources.packaged.county_of_facility import mend_places, read_hospital_places
from thinwalls.sources.publishers.aclu_movements import (
    MatchedMoves,
    match_places,
    moves_between,
    read_movements,
)
from thinwalls.sources.publishers.daily_population import read_daily
from thinwalls.sources.publishers.hifld import read_hifld
from thinwalls.sources.reading.facility_names import Registry
from thinwalls.sources.reading.ice_workbook import IceWorkbook, read_ice_workbook

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class IceYear:
    """One packaged system of immigration detention: its workbook and its first day."""

    name: str
    fiscal_year: int
    file: str
    start_date: str
    counted: bool = False
    """Whether people of the first day are those of the daily counts, where there are any."""


YEARS = (
    IceYear("ice-2020", 2020, "FY20-detentionstats.xlsx", "2020-03-20"),
    IceYear("ice-2019", 2019, "FY19-detentionstats.xlsx", "2019-04-01"),
    IceYear("ice-2022", 2022, "FY22-detentionStats.xlsx", "2022-04-01"),
    IceYear("ice-2024", 2024, "FY24_detentionStats.xlsx", "2024-04-01"),
    IceYear("ice-2025", 2025, "FY25_detentionStats05232025.xlsx", "2025-04-01"),
)
"""The packaged years, in the order in which facilities get their ids (2020 first)."""


TODAY = IceYear("ice-2026", 2026, "FY26_detentionStats_04092026.xlsx", "2026-02-01")
"""The newest packaged system: people by the daily counts, flows by the workbook."""
DAILY = "ice_daily_population_2022-10_2026-03.parquet"
COUNTED = (2024, 2025)
"""Fiscal years in which moves were counted."""


class Ground:
    """What all systems share: the world, places, ids of facilities, counted moves."""

    def __init__(self, shared: Path) -> None:
        self.shared = shared
        self.world: World = read_world(shared)
        self.hifld = mend_places(
            read_hifld(shared / "hifld" / "prison_boundaries.zip"), self.world.counties
        )
        self.hospitals = read_hospital_places(
            shared / "hospitals" / "us_healthcare_capacity-facility-CovidCareMap.csv",
            self.world.counties,
        )
        self.movements = read_movements(shared / "movements")
        self.registry = Registry()
        self.books: dict[int, IceWorkbook] = {}
        self.ids: dict[int, list[str]] = {}
        for year in YEARS:
            path = shared / "ice" / year.file
            if path.exists():
                book = read_ice_workbook(path)
                self.books[year.fiscal_year] = book
                self.ids[year.fiscal_year] = self.registry.identify(
                    book.facilities, str(year.fiscal_year)
                )

    @cached_property
    def daily(self) -> pd.DataFrame | None:
        """Daily counts by facility; None where the file is not there."""
        path = self.shared / "daily" / DAILY
        return read_daily(path) if path.exists() else None

    def apart(self) -> Ground:
        """The same, to which a workbook may be added without touching this one."""
        other = copy(self)
        other.registry = Registry(list(self.registry.known))
        other.books, other.ids = dict(self.books), dict(self.ids)
        return other

    def moves_between(self, ids: list[str]) -> MatchedMoves:
        """Counted moves between facilities."""
        matches = match_places(self.movements.places, self.registry, set(ids))
        return moves_between(self.movements, matches, ids)

    def stays_when_counted(self) -> list[pd.Series]:
        """Stays per day by facility in each of the fiscal years in which moves were counted."""
        then = []
        for year in COUNTED:
            if year in self.books:
                rows = self.books[year].facilities
                then.append(stays_per_day(rows.set_axis(self.ids[year])))
        return then


def stays_per_day(rows: pd.DataFrame) -> pd.Series:
    """Stays that begin per day: people on average over the mean stay."""
    days = rows["length_of_stay_days"]
    return rows["population_average"] / days.where(days > 0)


def year_of_workbook(ground: Ground, path: Path, start_date: str | None) -> IceYear:
    """Add a workbook that is not packaged; its first day is ``start_date``.

    Without one it is the first day of the last whole month that the workbook covers.

    Raises
    ------
    InputError
        When the workbook cannot be read, or does not cover the day.
    """
    book = read_ice_workbook(path)
    whole = book.monthly.loc[~book.monthly["partial"], "month"]
    months = sorted(set(whole)) or sorted(set(book.monthly["month"]))
    day = start_date or f"{months[-1]}-01"
    if not re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", day) or day[:7] not in months:
        raise InputError(
            "must be a day (YYYY-MM-DD) from {first} to {last}",
            where=str(path),
            field="start_date",
            value=day,
            first=months[0],
            last=months[-1],
        )
    name = Path(path).stem.casefold()
    ids = ground.registry.identify(book.facilities, name)
    ground.books[book.fiscal_year] = book
    ground.ids[book.fiscal_year] = ids
    return IceYear(name, book.fiscal_year, Path(path).name, day, counted=True)
