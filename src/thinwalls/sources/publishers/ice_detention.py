"""U.S. Immigration and Customs Enforcement: the Detention Statistics workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.sources.comparisons import by_month, total_of
from thinwalls.sources.packaged.county_of_facility import FIELD_OFFICE
from thinwalls.sources.packaged.packaged_ground import placed_by_packaged
from thinwalls.sources.publisher import Compared, FileRead, Publisher
from thinwalls.sources.reading.ice_workbook import GROUPS, IceWorkbook, read_ice_workbook
from thinwalls.sources.reading.odd import Oddity, there_twice
from thinwalls.system import CLASSES_OF

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.sources.reading.kind_of_file import GivenFile
    from thinwalls.system import System

LONG_STAY_DAYS = 730
"""A mean stay of more days than this is odd where somebody is held."""


class IceDetention(Publisher):
    """One workbook a fiscal year."""

    name = "ice_detention"

    def recognise(self, file: GivenFile) -> bool:
        """Any workbook: sheets and headings change from year to year."""
        return file.is_workbook

    def read(self, path: Path) -> FileRead:
        """Facilities, monthly tables and totals of the year; see :func:`read_ice_workbook`."""
        book = read_ice_workbook(path)
        tables = {"facilities": book.facilities, "monthly": book.monthly, "totals": book.totals}
        return FileRead(
            f"{self.facts.title} FY{book.fiscal_year} through {book.through}",
            tables,
            tuple(Oddity("workbook", "", "", f"not found: {part}") for part in book.not_found)
            + book.noticed,
            _sums(book),
        )

    def problems(self, read: FileRead) -> list[Oddity]:
        """Facilities twice or not placed, sums that differ, long stays, crowding, agencies."""
        rows = read.tables["facilities"]
        named = rows["name"].str.upper() + ", " + rows["city"].str.upper() + ", " + rows["state"]
        return [
            *there_twice(named, "name"),
            *_places(rows),
            *_rows(rows),
            *_agencies(read.tables["monthly"]),
        ]

    def totals(self, system: System) -> list[Compared]:
        """People held, book-ins by agency and the share released."""
        if not len(system.monthly):
            return []
        return [*_people(system), *_book_ins(system), *_released(system)]


def _sums(book: IceWorkbook) -> dict[str, float]:
    """People of the facilities in the three ways they are split, and the workbook's own total."""
    rows = book.facilities
    sums = {
        f"people, sum of {what}": float(rows[list(group)].fillna(0.0).to_numpy().sum())
        for what, group in GROUPS.items()
    }
    own = book.totals[
        (book.totals["series"] == "average_daily_population")
        & (book.totals["agency"] == "total")
        & (book.totals["category"] == "total")
    ]
    if len(own):
        sums["people, the workbook's own average of the year"] = float(own["value"].iloc[0])
    return sums


def _places(rows: pd.DataFrame) -> list[Oddity]:
    """Facilities that no county is found for: a system is built without them."""
    placed = placed_by_packaged(rows)
    odd: list[Oddity] = []
    for row in placed.index:
        place = f"row {row}, {rows['name'][row]}"
        how, people = placed["placed_by"][row], rows["population_average"][row]
        if pd.isna(placed["county_fips"][row]):
            text = f"cannot be placed in a county: kept out, with {people:.1f} people"
            odd.append(Oddity(place, "Zip", rows["zip"][row], text))
        elif how == FIELD_OFFICE:
            text = f"placed at the seat of its field office, with {people:.1f} people"
            odd.append(Oddity(place, "Zip", rows["zip"][row], text))
    return odd


def _rows(rows: pd.DataFrame) -> list[Oddity]:
    """What is odd in single rows of the list of facilities."""
    odd = []
    levels = rows[["level_a", "level_b", "level_c", "level_d"]].sum(axis=1)
    threats = rows[["threat_1", "threat_2", "threat_3", "threat_none"]].sum(axis=1)
    differs = (levels - threats).abs() > 0.01 * levels.clip(lower=1)
    for row in rows.index[differs]:
        text = f"levels A to D add up to {levels[row]:.1f}, threat levels to {threats[row]:.1f}"
        odd.append(Oddity(f"row {row}, {rows['name'][row]}", "threat levels", threats[row], text))
    people, stay = rows["population_average"], rows["length_of_stay_days"]
    for row in rows.index[(stay > LONG_STAY_DAYS) & (people >= 1)]:
        place = f"row {row}, {rows['name'][row]}"
        odd.append(Oddity(place, "ALOS", stay[row], "more than two years"))
    beds = rows["guaranteed_minimum"]
    for row in rows.index[people > 2 * beds]:
        text = f"{people[row]:.0f} people on average, more than twice as many"
        place = f"row {row}, {rows['name'][row]}"
        odd.append(Oddity(place, "Guaranteed Minimum", beds[row], text))
    for row in rows.index[rows["zip"].isna()]:
        odd.append(Oddity(f"row {row}, {rows['name'][row]}", "Zip", "", "missing"))
    return odd


def _agencies(monthly: pd.DataFrame) -> list[Oddity]:
    """Months whose book-ins by agency do not add up to the total."""
    counted = monthly[(monthly["series"] == "book_ins") & (monthly["category"] == "total")]
    wide = counted.pivot_table(index="month", columns="agency", values="value")
    odd = []
    for month, row in wide.iterrows():
        parts = row.drop("total").sum()
        if parts != row["total"]:
            text = f"agencies add up to {parts:.0f}"
            odd.append(Oddity(f"month {month}", "book-ins", row["total"], text))
    return odd


def _people(system: System) -> list[Compared]:
    month = system.start_date[:7]
    ice = system.population["custody_class"].isin(CLASSES_OF["ice"])
    average = float(system.population.loc[ice, "people_average"].sum())
    start = float(system.population.loc[ice, "people_start"].sum())
    published = total_of(system, "average_daily_population", "total")
    rows = []
    if published is not None:
        rows.append(
            Compared(
                "immigration detention: average daily population of the year, sum of facilities",
                average,
                published,
                "ICE, table by agency",
                "the facility list leaves out places like hold rooms, hospitals and hotels, "
                "and was drawn on another day",
            )
        )
    rows.append(
        Compared(
            f"immigration detention: people on {system.start_date}",
            start,
            float(by_month(system, "average_daily_population", "total")[month]),
            f"ICE, average of {month}",
            "the first day against the mean of its month: the daily curve rises or falls "
            "within the month; all people are laid on the listed facilities",
        )
    )
    return rows


def _book_ins(system: System) -> list[Compared]:
    month = system.start_date[:7]
    days = pd.Period(month, freq="M").days_in_month
    flows = system.flows[(system.flows["custody"] == "ice") & (system.flows["flow"] == "book_in")]
    return [
        Compared(
            f"immigration detention: book-ins by {agency} in {month}",
            float(flows.loc[flows["detail"] == agency, "people_per_day"].sum()) * days,
            float(by_month(system, "book_ins", agency)[month]),
            "ICE, book-ins by arresting agency",
            "equal by construction",
        )
        for agency in ("CBP", "ICE")
    ]


def _released(system: System) -> list[Compared]:
    released = total_of(system, "releases", "total")
    if released is None:
        return []
    removed = total_of(system, "releases", "Release to Remove")
    leaving = system.flows[(system.flows["custody"] == "ice") & (system.flows["flow"] != "book_in")]
    of_release = leaving.loc[leaving["flow"] == "release", "people_per_day"].sum()
    ours = float(of_release / leaving["people_per_day"].sum())
    what = "immigration detention: released, share of those who leave"
    if removed is not None:
        return [
            Compared(
                what,
                ours,
                1 - removed / released,
                "ICE, final book-outs other than for removal / all final book-outs",
                "from the same table: nobody is released from staging facilities, more elsewhere",
            )
        ]
    return [
        Compared(
            what,
            ours,
            released / by_month(system, "book_ins", "total").sum(),
            "ICE, final releases / book-ins of the year",
            "ours is of those who left: book-ins plus the fall (or less the rise) of the year",
        )
    ]


PUBLISHER = IceDetention()
