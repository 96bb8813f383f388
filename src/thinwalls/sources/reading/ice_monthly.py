"""The month-by-month tables of ICE's workbooks, found by their titles."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.common import InputError
from thinwalls.sources.reading.workbook import Row, Sheet, heading_of, number_of, text_of

if TYPE_CHECKING:
    from datetime import date

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_TOTALS = ("total", "fy overall", "fytd", "ytd")


@dataclass(frozen=True)
class _Wanted:
    """A table: its title (pattern), what it holds, whether rows are nested under a group row."""

    series: str
    title: str
    words: str
    required: bool
    nested: bool = False


_TABLES = (
    _Wanted(
        "book_ins",
        r"initial book[- ]?ins by arresting agency and month",
        "Initial Book-Ins by Arresting Agency and Month",
        required=True,
    ),
    _Wanted(
        "average_daily_population",
        r"average daily population by arresting agency",
        "Average Daily Population by Arresting Agency",
        required=True,
        nested=True,
    ),
    _Wanted(
        "average_daily_population_by_type",
        r"average daily population by (facility type and )?month",
        "Average Daily Population by Facility Type and Month",
        required=False,
    ),
    _Wanted(
        "length_of_stay",
        r"average length of stay by arresting agency",
        "Average Length of Stay by Arresting Agency",
        required=False,
        nested=True,
    ),
    _Wanted(
        "length_of_stay_by_type",
        r"average length of stay by facility type and month",
        "Average Length of Stay by Facility Type and Month",
        required=False,
    ),
    _Wanted(
        "releases",
        r"final (releases|book[- ]?outs) by release reason",
        "Final Releases (or Book Outs) by Release Reason",
        required=False,
    ),
    _Wanted("removals", r"^ICE removals", "ICE Removals", required=False),
    _Wanted(
        "final_releases_by_type",
        r"final (releases by facility type|book[- ]?outs ?:)",
        "Final Releases by Facility Type",
        required=False,
    ),
    _Wanted(
        "book_ins_by_type",
        r"initial book[- ]?ins by (facility type and )?criminality",
        "Initial Book-Ins by Facility Type and Criminality",
        required=False,
    ),
    _Wanted(
        "currently_detained",
        r"currently detained by criminality",
        "Currently Detained by Criminality and Arresting Agency",
        required=False,
    ),
)


def read_monthly(
    sheets: list[Sheet], fiscal_year: int, through: date
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Read the monthly tables and the totals of the fiscal year; list what was not found.

    Raises
    ------
    InputError
        When the tables of book-ins or of the average daily population are not there.
    """
    months: list[dict[str, object]] = []
    totals: list[dict[str, object]] = []
    missing: list[str] = []
    workbook = sheets[0].workbook
    for wanted in _TABLES:
        titles = [(sheet, place) for sheet in sheets for place in sheet.titles(wanted.title)]
        # A note can be worded like a title; a title has a table under it.
        found = next((one for one in titles if _has_numbers(*one)), titles[0] if titles else None)
        if found is None:
            if wanted.required:
                listed = ", ".join(repr(sheet.name.strip()) for sheet in sheets)
                raise InputError(
                    "no table titled {title} in any sheet (there is {names})",
                    where=workbook,
                    title=repr(wanted.words),
                    names=listed,
                )
            missing.append(f"table {wanted.words!r}")
            continue
        sheet, (row, column) = found
        _read_table(sheet, row, column, wanted, fiscal_year, months, totals)
    monthly = pd.DataFrame.from_records(
        months, columns=["month", "series", "agency", "category", "value"]
    )
    last = f"{through.year:04d}-{through.month:02d}"
    monthly = monthly[monthly["month"] <= last].reset_index(drop=True)
    over = through.day == calendar.monthrange(through.year, through.month)[1]
    monthly["partial"] = (monthly["month"] == last) & (not over)
    return monthly, pd.DataFrame.from_records(totals), missing


def _read_table(
    sheet: Sheet,
    row: int,
    column: int,
    wanted: _Wanted,
    fiscal_year: int,
    months: list[dict[str, object]],
    totals: list[dict[str, object]],
) -> None:
    right = _right_edge(sheet.rows[row], column)
    header = next(
        (
            i
            for i in range(row + 1, min(row + 5, len(sheet.rows)))
            if _filled(sheet.rows[i], column, right)
        ),
        None,
    )
    if header is None:
        raise InputError(
            "the table titled {title} has no header",
            where=sheet.where,
            title=repr(text_of(sheet.rows[row][column])),
        )
    heads = {
        j: heading_of(sheet.rows[header][j])
        for j in range(column, right)
        if heading_of(sheet.rows[header][j]) and (j > column or wanted.series == "removals")
    }
    criminality = next((j for j, text in heads.items() if text.casefold() == "criminality"), None)
    values = {j: text for j, text in heads.items() if j not in (criminality, column)}
    agency, category = "total", "total"
    for line in sheet.rows[header + 1 :]:
        if not _filled(line, column, right):
            break
        label = text_of(line[column])
        if wanted.nested:
            group = re.match(r"(.*?) ?average\b", label, re.IGNORECASE)
            if group:
                agency, category = group.group(1).strip(), "total"
                if agency.casefold() in ("", *_TOTALS):
                    agency = "total"
            else:
                category = label
        else:
            if label:
                agency = "total" if label.casefold() == "total" else label
            category = text_of(line[criminality]) if criminality is not None else "total"
        for j, head in values.items():
            number = number_of(line[j])
            if number is None:
                continue
            record: dict[str, object] = {"series": wanted.series, "agency": agency}
            record["category"] = "total" if category.casefold() in ("", "total") else category
            record["value"] = number
            month = _month(head)
            if month:
                year = fiscal_year - 1 if month >= 10 else fiscal_year
                months.append({"month": f"{year:04d}-{month:02d}", **record})
            else:
                if head.casefold() not in (*_TOTALS, "removals") and record["category"] == "total":
                    record["category"] = head
                if wanted.series == "currently_detained":
                    record["agency"], record["category"] = record["category"], record["agency"]
                    if str(record["agency"]).startswith("Percent"):
                        continue
                totals.append({"fiscal_year": fiscal_year, **record})


def _has_numbers(sheet: Sheet, place: tuple[int, int]) -> bool:
    row, column = place
    right = _right_edge(sheet.rows[row], column)
    below = sheet.rows[row + 1 : row + 6]
    return any(number_of(cell) is not None for line in below for cell in line[column + 1 : right])


def _month(head: str) -> int | None:
    """Month that a heading names: Oct, October, Oct-24, 2024-10-01; else None."""
    dated = re.match(r"20\d\d-(\d\d)-\d\d", head)
    if dated:
        return int(dated.group(1))
    return _MONTHS.get(head.casefold()[:3]) if len(head) <= 9 else None


def _right_edge(row: Row, column: int) -> int:
    for j in range(column + 1, len(row)):
        if text_of(row[j]):
            return j
    return len(row)


def _filled(row: Row, left: int, right: int) -> bool:
    return any(text_of(cell) for cell in row[left:right])
