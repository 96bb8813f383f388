"""U.S. Immigration and Customs Enforcement: the Detention Statistics workbooks.

Sheet names, the number of header lines, columns and which tables there are differ from year to
year.  Tables are found by their headings; what is required and not found is one clear error, what
is optional and not found is listed in :attr:`IceWorkbook.not_found`.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from thinwalls.common import InputError, Message
from thinwalls.sources.places.zip_codes import state_of, zip_text
from thinwalls.sources.reading.ice_monthly import read_monthly
from thinwalls.sources.reading.odd import Oddity
from thinwalls.sources.reading.workbook import (
    MOST_TITLE,
    Row,
    Sheet,
    heading_of,
    number_of,
    open_workbook,
    text_of,
)

_REQUIRED = {
    "name": r"(facility )?name|facility",
    "city": r"(facility )?city",
    "state": r"(facility )?state",
}
_NAMES = {"name": "Name", "city": "City", "state": "State"}
GROUPS = {
    "classification levels A to D": {
        "level_a": r"level a",
        "level_b": r"level b",
        "level_c": r"level c",
        "level_d": r"level d",
    },
    "ICE threat levels": {
        "threat_1": r"ice threat level 1",
        "threat_2": r"ice threat level 2",
        "threat_3": r"ice threat level 3",
        "threat_none": r"no ice threat level",
    },
    "sex and criminality": {
        "male_convicted": r"male crim(inal)?",
        "male_other": r"male non[ -]?crim(inal)?",
        "female_convicted": r"female crim(inal)?",
        "female_other": r"female non[ -]?crim(inal)?",
    },
}
"""Three ways in which the workbooks split the people of a facility; the first that is there gives
their number."""

_OPTIONAL = {
    "address": r"(facility )?(street )?address",
    "zip": r"zip( ?code)?|postal code",
    "area_of_responsibility": r"aor|area of responsibility|field office",
    "kind": r"type[ -]*detailed|facility type( detailed)?|type",
    "held": r"male ?/ ?female|gender",
    "length_of_stay_days": r"(fy ?\d+ )?(alos|average length of stay)",
    "mandatory": r"mandatory",
    "guaranteed_minimum": r"guaranteed minimum",
}
_TITLES = {
    "address": "Address",
    "zip": "Zip",
    "area_of_responsibility": "AOR",
    "kind": "Type Detailed",
    "held": "Male/Female",
    "length_of_stay_days": "ALOS",
    "mandatory": "Mandatory",
    "guaranteed_minimum": "Guaranteed Minimum",
}
_LEVEL_NAMES = {
    "level_a": "Level A",
    "level_b": "Level B",
    "level_c": "Level C",
    "level_d": "Level D",
}
_TEXTS = ("name", "address", "city", "state", "zip", "area_of_responsibility", "kind", "held")

_NO_NUMBER = ("", "-", "--", "N/A", "NA", "#N/A", "*", "NONE", "NULL", "TBD", "#DIV/0!", "#REF!")
"""What stands where there is nobody or nothing is told."""


@dataclass(frozen=True)
class IceWorkbook:
    """What one workbook says.

    ``facilities``: one row per facility as published; ``monthly`` and ``totals``: the tables of
    the same names of a system; ``through``: last day that the workbook covers; ``not_found``:
    optional columns and tables that are not in it; ``noticed``: cells that were filled or not
    understood.  A facility of which no state can be told has an empty one.
    """

    file: str
    fiscal_year: int
    through: date
    facilities: pd.DataFrame
    monthly: pd.DataFrame
    totals: pd.DataFrame
    not_found: tuple[str, ...]
    noticed: tuple[Oddity, ...] = ()


def read_ice_workbook(path: str | Path) -> IceWorkbook:
    """Read a Detention Statistics workbook of any year.

    Raises
    ------
    InputError
        When the file cannot be read, or a required table or column is not in it.
    """
    sheets = open_workbook(path)
    sheet, row, columns = _find_facilities(sheets)
    noticed: list[Oddity] = []
    not_found = [
        f"column {_TITLES[key]!r} of {sheet.where}" for key in _OPTIONAL if key not in columns
    ]
    for what, group in GROUPS.items():
        if not all(key in columns for key in group):
            not_found.append(f"{what} of {sheet.where}")
    fiscal_year = _fiscal_year(sheet, row, sheets)
    through = _through(sheets, fiscal_year)
    facilities = _read_facilities(sheet, row, columns, noticed)
    end = date(fiscal_year, 9, 30)
    monthly, totals, missing = read_monthly(sheets, fiscal_year, through or end)
    if through is None:
        through = _last_month(monthly, fiscal_year)
        monthly = monthly[monthly["month"] <= f"{through:%Y-%m}"].reset_index(drop=True)
        missing.append(f"last day of the data in the notes: {through} taken, from the book-ins")
    return IceWorkbook(
        Path(path).name,
        fiscal_year,
        through,
        facilities,
        monthly,
        totals,
        tuple(not_found + missing),
        tuple(noticed),
    )


def _find_facilities(sheets: list[Sheet]) -> tuple[Sheet, int, dict[str, int]]:
    named = [sheet for sheet in sheets if re.search(r"facilit", sheet.name, re.IGNORECASE)]
    best: tuple[int, Sheet | None, list[str]] = (0, None, [])
    for sheet in named + [sheet for sheet in sheets if sheet not in named]:
        for i in range(len(sheet.rows)):
            columns, absent = _columns(sheet.rows[i])
            if absent:  # headings in two rows, or cells merged over two
                over = sheet.rows[max(0, i - 1)]
                both = [
                    one if text_of(one) else two
                    for one, two in zip(sheet.rows[i], over, strict=True)
                ]
                if not _columns(both)[1]:
                    return sheet, i, _columns(both)[0]
            if not absent:
                return sheet, i, columns
            if len(columns) > max(best[0], 2):
                best = (len(columns), sheet, absent)
    if best[1] is not None:
        problem = Message("column is missing in the facility table")
        if len(best[2]) > 1:
            problem = Message("columns are missing in the facility table")
        raise InputError.of(problem, where=best[1].where, field=", ".join(best[2]))
    listed = ", ".join(repr(sheet.name.strip()) for sheet in sheets)
    if named:
        raise InputError(
            "no row with the headings Name, City, State and Level A to D", where=named[0].where
        )
    raise InputError(
        "no sheet with the facilities; there is {names}", where=sheets[0].workbook, names=listed
    )


def _columns(row: Row) -> tuple[dict[str, int], list[str]]:
    """Columns of a row of headings, and which of the required are not in it."""
    columns: dict[str, int] = {}
    for patterns in (_REQUIRED, *GROUPS.values(), _OPTIONAL):
        for key, pattern in patterns.items():
            column = _column(row, pattern)
            if column is not None and column not in columns.values():
                columns[key] = column
    absent = [_NAMES[key] for key in _REQUIRED if key not in columns]
    levels, *others = GROUPS.values()
    some_level = any(key in columns for key in levels)
    other_group = any(all(key in columns for key in group) for group in others)
    if some_level or not other_group:
        absent += [_LEVEL_NAMES[key] for key in levels if key not in columns]
    return columns, absent


def _column(row: Row, pattern: str) -> int | None:
    compiled = re.compile(rf"(?:{pattern})\Z", re.IGNORECASE)
    for j, cell in enumerate(row):
        if cell not in ("", None) and compiled.match(heading_of(cell)):
            return j
    return None


def _fiscal_year(sheet: Sheet, row: int, sheets: list[Sheet]) -> int:
    """The year that sheet names, titles and headings name most often, so that one may be wrong."""
    near = [text_of(cell) for line in sheet.rows[max(0, row - 4) : row + 1] for cell in line]
    texts = near + [other.name for other in sheets]
    texts += [text for other in sheets for _, _, text in other.cells() if len(text) <= MOST_TITLE]
    years = Counter(
        int(found) % 100
        for text in texts
        for found in re.findall(r"FY ?'?(20\d\d|\d\d)(?!\d)", text, re.IGNORECASE)
    )
    if not years:
        raise InputError(
            "no fiscal year (FYnn) in the headings of the facility table", where=sheet.where
        )
    return 2000 + years.most_common(1)[0][0]


def _through(sheets: list[Sheet], fiscal_year: int) -> date | None:
    """Last day covered: as the footnotes say, else the run date; None when neither is there."""
    found: list[date] = []
    run: list[date] = []
    for sheet in sheets:
        for _, _, text in sheet.cells():
            if len(text) < 10 or "/20" not in text:
                continue
            if re.search(r"detention data|average daily population", text, re.IGNORECASE):
                for match in re.finditer(
                    r"(?:updated|filtered) through (\d\d?)/(\d\d?)/(20\d\d)(?!\d)", text
                ):
                    found.append(_date(match))
            for match in re.finditer(r"\(IIDS\),? *(\d\d?)/(\d\d?)/(20\d\d)(?!\d)", text):
                run.append(_date(match))
    first = date(fiscal_year - 1, 10, 1)
    inside = [day for day in found or run if first <= day]
    return min(date(fiscal_year, 9, 30), max(inside)) if inside else None


def _last_month(monthly: pd.DataFrame, fiscal_year: int) -> date:
    """Last day of the last month with book-ins: months that are to come are printed as 0."""
    there = monthly[(monthly["series"] == "book_ins") & (monthly["value"] > 0)]["month"]
    if there.empty:
        return date(fiscal_year, 9, 30)
    year, month = (int(part) for part in str(there.max()).split("-"))
    return date(year, month, calendar.monthrange(year, month)[1])


def _date(match: re.Match[str]) -> date:
    month, day, year = (int(part) for part in match.groups())
    month, day = min(max(month, 1), 12), max(day, 1)
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _read_facilities(
    sheet: Sheet, row: int, columns: dict[str, int], noticed: list[Oddity]
) -> pd.DataFrame:
    splits = [list(group) for group in GROUPS.values() if all(key in columns for key in group)]
    counted = splits[0]
    records = []
    for i, line in enumerate(sheet.rows[row + 1 :], start=row + 2):
        if not _is_facility(line, columns, counted):
            continue
        record = _record(sheet, row, i, columns, counted)
        place = f"row {i}, {record['name']}"
        written = str(record["state"])
        code = zip_text(str(record["zip"]))
        record["zip"] = code
        record["state"], told_by = state_of(
            written, code, str(record["city"]), str(record["area_of_responsibility"])
        )
        if told_by not in ("state", ""):
            text = f"read as {record['state']}, by the {told_by}"
            noticed.append(Oddity(place, "State", written, text))
        elif not told_by:
            text = "neither ZIP code, city nor field office tells the state"
            noticed.append(Oddity(place, "State", written, text))
        records.append(record)
    if not records:
        raise InputError("the facility table has no rows", where=sheet.where)
    frame = pd.DataFrame.from_records(records).set_index("row")
    frame["zip"] = frame["zip"].astype(object)
    numeric = [name for name in frame.columns if name not in _TEXTS]
    frame[numeric] = frame[numeric].apply(pd.to_numeric)
    frame["population_average"] = frame[counted].fillna(0.0).sum(axis=1)
    return frame


def _is_facility(line: Row, columns: dict[str, int], counted: list[str]) -> bool:
    """Whether a row is a facility: not a blank line, a note, a sum, or the headings once more."""
    name = text_of(line[columns["name"]])
    state = text_of(line[columns["state"]])
    if not name or re.fullmatch(_REQUIRED["name"], heading_of(name), re.IGNORECASE):
        return False
    where = [text_of(line[columns[key]]) for key in ("city", "state", "zip") if key in columns]
    if not any(where) or re.match(r"(grand )?totals?\b", name, re.IGNORECASE):
        return False
    if not state and re.search(r"\b(sub-?)?totals?\b", name, re.IGNORECASE):
        return False
    return bool(state) or any(number_of(line[columns[key]]) is not None for key in counted)


def _record(
    sheet: Sheet, row: int, i: int, columns: dict[str, int], counted: list[str]
) -> dict[str, object]:
    """One facility as published; ``i`` is the row as Excel numbers it."""
    line = sheet.rows[i - 1]
    record: dict[str, object] = {"row": i}
    for key in (*_REQUIRED, *_OPTIONAL, *(key for group in GROUPS.values() for key in group)):
        cell = line[columns[key]] if key in columns else None
        record[key] = text_of(cell) if key in _TEXTS else number_of(cell)
        if key in counted and record[key] is None and text_of(cell).upper() not in _NO_NUMBER:
            raise InputError(
                "must be a number",
                where=Message("{file}, row {row}", file=sheet.where, row=i),
                field=heading_of(sheet.rows[row][columns[key]]),
                value=text_of(cell),
            )
        value = record[key]
        if isinstance(value, float) and value < 0:
            raise InputError(
                "must not be negative",
                where=Message("{file}, row {row}", file=sheet.where, row=i),
                field=key,
                value=value,
            )
    return record
