"""U.S. Immigration and Customs Enforcement: the Detention Statistics workbooks.

Sheet names, the number of header lines, columns and which tables there are differ from year to
year.  Tables are found by their headings; what is required and not found is one clear error, what
is optional and not found is listed in :attr:`IceWorkbook.not_found`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from thinwalls.errors import InputError
from thinwalls.sources.ice_monthly import read_monthly
from thinwalls.sources.workbook import Row, Sheet, header_row, number_of, open_workbook, text_of

_REQUIRED = {
    "name": r"(facility )?name|facility",
    "city": r"(facility )?city",
    "state": r"(facility )?state",
    "level_a": r"level a",
    "level_b": r"level b",
    "level_c": r"level c",
    "level_d": r"level d",
}
_OPTIONAL = {
    "address": r"(facility )?(street )?address",
    "zip": r"zip( ?code)?|postal code",
    "area_of_responsibility": r"aor|area of responsibility|field office",
    "kind": r"type[ -]*detailed|facility type( detailed)?|type",
    "held": r"male ?/ ?female|gender",
    "length_of_stay_days": r"(fy ?\d+ )?(alos|average length of stay)",
    "male_convicted": r"male crim(inal)?",
    "male_other": r"male non[ -]?crim(inal)?",
    "female_convicted": r"female crim(inal)?",
    "female_other": r"female non[ -]?crim(inal)?",
    "threat_1": r"ice threat level 1",
    "threat_2": r"ice threat level 2",
    "threat_3": r"ice threat level 3",
    "threat_none": r"no ice threat level",
    "mandatory": r"mandatory",
    "guaranteed_minimum": r"guaranteed minimum",
}
_NAMES = {
    "name": "Name",
    "city": "City",
    "state": "State",
    "level_a": "Level A",
    "level_b": "Level B",
    "level_c": "Level C",
    "level_d": "Level D",
}
_NEEDED_FOR_CLASSES = ("threat_1", "threat_2", "threat_3", "threat_none")
_TEXTS = ("name", "address", "city", "state", "zip", "area_of_responsibility", "kind", "held")

STATES = frozenset(
    [
        "AL",
        "AK",
        "AZ",
        "AR",
        "CA",
        "CO",
        "CT",
        "DE",
        "DC",
        "FL",
        "GA",
        "HI",
        "ID",
        "IL",
        "IN",
        "IA",
        "KS",
        "KY",
        "LA",
        "ME",
        "MD",
        "MA",
        "MI",
        "MN",
        "MS",
        "MO",
        "MT",
        "NE",
        "NV",
        "NH",
        "NJ",
        "NM",
        "NY",
        "NC",
        "ND",
        "OH",
        "OK",
        "OR",
        "PA",
        "RI",
        "SC",
        "SD",
        "TN",
        "TX",
        "UT",
        "VT",
        "VA",
        "WA",
        "WV",
        "WI",
        "WY",
        "AS",
        "GU",
        "MP",
        "PR",
        "VI",
        "CU",
    ]
)
"""Postal codes of states and territories, and CU for Guantánamo Bay."""


@dataclass(frozen=True)
class IceWorkbook:
    """What one workbook says.

    ``facilities``: one row per facility as published; ``monthly`` and ``totals``: the tables of
    the same names of a system; ``through``: last day that the workbook covers; ``not_found``:
    optional columns and tables that are not in it.
    """

    file: str
    fiscal_year: int
    through: date
    facilities: pd.DataFrame
    monthly: pd.DataFrame
    totals: pd.DataFrame
    not_found: tuple[str, ...]


def read_ice_workbook(path: str | Path) -> IceWorkbook:
    """Read a Detention Statistics workbook of any year.

    Raises
    ------
    InputError
        When the file cannot be read, or a required table or column is not in it.
    """
    sheets = open_workbook(path)
    sheet, row, columns = _find_facilities(sheets)
    not_found = [
        f"column {_OPTIONAL[key]!r} of {sheet.where}" for key in _OPTIONAL if key not in columns
    ]
    fiscal_year = _fiscal_year(sheet, row, sheets)
    through = _through(sheets, fiscal_year)
    facilities = _read_facilities(sheet, row, columns)
    monthly, totals, missing = read_monthly(sheets, fiscal_year, through)
    return IceWorkbook(
        Path(path).name,
        fiscal_year,
        through,
        facilities,
        monthly,
        totals,
        tuple(not_found + missing),
    )


def _find_facilities(sheets: list[Sheet]) -> tuple[Sheet, int, dict[str, int]]:
    named = [sheet for sheet in sheets if re.search(r"facilit", sheet.name, re.IGNORECASE)]
    others = [sheet for sheet in sheets if sheet not in named]
    for sheet in named + others:
        found = header_row(sheet, _REQUIRED.values())
        if found:
            row, by_pattern = found
            columns = {key: by_pattern[pattern] for key, pattern in _REQUIRED.items()}
            for key, pattern in _OPTIONAL.items():
                column = _column(sheet.rows[row], pattern)
                if column is not None and column not in columns.values():
                    columns[key] = column
            return sheet, row, columns
    workbook = sheets[0].workbook
    if not named:
        listed = ", ".join(repr(sheet.name.strip()) for sheet in sheets)
        raise InputError(f"no sheet with the facilities; there is {listed}", where=workbook)
    raise _missing_columns(named[0])


def _missing_columns(sheet: Sheet) -> InputError:
    best: tuple[int, list[str]] = (0, list(_NAMES.values()))
    for row in sheet.rows:
        absent = [
            _NAMES[key] for key, pattern in _REQUIRED.items() if _column(row, pattern) is None
        ]
        if len(_REQUIRED) - len(absent) > best[0]:
            best = (len(_REQUIRED) - len(absent), absent)
    plural = "columns are" if len(best[1]) > 1 else "column is"
    return InputError(
        f"{plural} missing in the facility table", where=sheet.where, field=", ".join(best[1])
    )


def _column(row: Row, pattern: str) -> int | None:
    compiled = re.compile(rf"(?:{pattern})\Z", re.IGNORECASE)
    for j, cell in enumerate(row):
        if cell not in ("", None) and compiled.match(text_of(cell)):
            return j
    return None


def _fiscal_year(sheet: Sheet, row: int, sheets: list[Sheet]) -> int:
    texts = [text_of(cell) for line in sheet.rows[max(0, row - 4) : row + 1] for cell in line]
    texts += [sheet.name] + [other.name for other in sheets]
    for text in texts:
        found = re.search(r"FY ?'?(20\d\d|\d\d)\b", text, re.IGNORECASE)
        if found:
            year = int(found.group(1))
            return year if year > 100 else 2000 + year
    raise InputError(
        "no fiscal year (FYnn) in the headings of the facility table", where=sheet.where
    )


def _through(sheets: list[Sheet], fiscal_year: int) -> date:
    """Last day covered: as the footnotes say, else the run date, never after the fiscal year."""
    found: list[date] = []
    run: list[date] = []
    for sheet in sheets:
        for _, _, text in sheet.cells():
            if len(text) < 10 or "/20" not in text:
                continue
            if re.search(r"detention data|average daily population", text, re.IGNORECASE):
                for match in re.finditer(
                    r"(?:updated|filtered) through (\d+)/(\d+)/(20\d\d)", text
                ):
                    found.append(_date(match))
            for match in re.finditer(r"\(IIDS\),? *(\d+)/(\d+)/(20\d\d)", text):
                run.append(_date(match))
    end = date(fiscal_year, 9, 30)
    inside = [day for day in found or run if date(fiscal_year - 1, 10, 1) <= day]
    return min(end, max(inside)) if inside else end


def _date(match: re.Match[str]) -> date:
    month, day, year = (int(part) for part in match.groups())
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _read_facilities(sheet: Sheet, row: int, columns: dict[str, int]) -> pd.DataFrame:
    levels = [columns[key] for key in ("level_a", "level_b", "level_c", "level_d")]
    records = []
    for i, line in enumerate(sheet.rows[row + 1 :], start=row + 2):
        name = text_of(line[columns["name"]])
        state = text_of(line[columns["state"]]).upper()
        numbers = [number_of(line[j]) for j in levels]
        if not name or (not state and all(number is None for number in numbers)):
            continue  # a blank line or a note under the table
        if state not in STATES:
            raise InputError(
                "must be the postal code of a state",
                where=f"{sheet.where}, row {i}",
                field="State",
                value=state,
            )
        record: dict[str, object] = {"row": i}
        for key in (*_REQUIRED, *_OPTIONAL):
            cell = line[columns[key]] if key in columns else None
            record[key] = text_of(cell) if key in _TEXTS else number_of(cell)
        record["state"] = state
        for key, value in record.items():
            if key not in _TEXTS and isinstance(value, float) and value < 0:
                raise InputError(
                    "must not be negative", where=f"{sheet.where}, row {i}", field=key, value=value
                )
        records.append(record)
    if not records:
        raise InputError("the facility table has no rows", where=sheet.where)
    frame = pd.DataFrame.from_records(records).set_index("row")
    frame["zip"] = frame["zip"].map(lambda text: text.split("-")[0].zfill(5) if text else None)
    levels_named = ["level_a", "level_b", "level_c", "level_d"]
    numeric = [name for name in frame.columns if name not in _TEXTS]
    frame[numeric] = frame[numeric].apply(pd.to_numeric)
    frame["population_average"] = frame[levels_named].fillna(0.0).sum(axis=1)
    return frame
