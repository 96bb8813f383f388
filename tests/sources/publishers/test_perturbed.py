"""The five workbooks, changed as publishers change them: read the same, or what lacks is told.

Every change is made to the cells of a real workbook; what is read has to be what the unchanged one
gives.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from thinwalls.common.errors import InputError
from thinwalls.sources.reading import ice_workbook as ice
from thinwalls.sources.reading.workbook import Row, Sheet, open_workbook, text_of

from ..conftest import FILES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from thinwalls.sources.reading.ice_workbook import IceWorkbook

pytestmark = pytest.mark.slow

HEADINGS = re.compile(
    r"name|city|state|level [a-d]|(no )?ice threat level.*|(fe)?male .*crim.*|aor|address|zip"
    r"|type detailed|.*alos.*|mandatory|guaranteed minimum",
    re.IGNORECASE,
)
Change = "Callable[[list[Sheet]], list[Sheet]]"


@pytest.fixture(scope="module")
def books(publishers_files: Path) -> dict[int, tuple[list[Sheet], IceWorkbook]]:
    """Sheets and content of every workbook."""
    return {
        year: (
            open_workbook(publishers_files / "ice" / name),
            ice.read_ice_workbook(publishers_files / "ice" / name),
        )
        for year, name in FILES.items()
    }


def each_row(change: Callable[[Row], Row]) -> Callable[[list[Sheet]], list[Sheet]]:
    """The change of every row of every sheet."""
    return lambda sheets: [replace(one, rows=[change(row) for row in one.rows]) for one in sheets]


def each_text(change: Callable[[str], str]) -> Callable[[list[Sheet]], list[Sheet]]:
    """The change of every cell that is text."""
    return each_row(lambda row: [change(cell) if isinstance(cell, str) else cell for cell in row])


def moved(sheets: list[Sheet]) -> list[Sheet]:
    """Every table three rows down and two columns to the right."""
    made = []
    for sheet in sheets:
        width = len(sheet.rows[0]) + 2 if sheet.rows else 0
        rows = [["", "", *row] for row in sheet.rows]
        made.append(replace(sheet, rows=[[""] * width] * 3 + rows))
    return made


def in_headings(change: Callable[[str], str]) -> Callable[[list[Sheet]], list[Sheet]]:
    """The change of headings of the facility table, wherever such words stand alone in a cell."""
    return each_text(lambda text: change(text) if HEADINGS.fullmatch(text_of(text)) else text)


def facility_rows(sheet: Sheet) -> tuple[int, int]:
    """Row of the headings and last row of the facility table."""
    head = next(
        i
        for i, row in enumerate(sheet.rows)
        if {"city", "state"} <= {text_of(cell).casefold() for cell in row}
    )
    return head, len(sheet.rows)


def in_facilities(change: Callable[[list[Row], int], list[Row]]) -> Callable[..., list[Sheet]]:
    """The change of the rows of the sheet of facilities; the number is the row of headings."""

    def made(sheets: list[Sheet]) -> list[Sheet]:
        return [
            replace(sheet, rows=change([list(row) for row in sheet.rows], facility_rows(sheet)[0]))
            if re.search("facilit", sheet.name, re.IGNORECASE)
            else sheet
            for sheet in sheets
        ]

    return made


def backwards(rows: list[Row], head: int) -> list[Row]:
    return [row if i < head else row[::-1] for i, row in enumerate(rows)]


def extra_column(rows: list[Row], head: int) -> list[Row]:
    made = []
    for i, row in enumerate(rows):
        new = "Risk Class" if i == head else ("x" if i > head and text_of(row[0]) else "")
        made.append([*row[:3], new, *row[3:]])
    return made


def blank_lines(rows: list[Row], head: int) -> list[Row]:
    width = len(rows[0])
    return [*rows[: head + 1], [""] * width, *rows[head + 1 : head + 5], [""] * width,
            *rows[head + 5 :]]  # fmt: skip


def notes_under(rows: list[Row], _: int) -> list[Row]:
    blank = [""] * (len(rows[0]) - 1)
    notes = (
        "* Data are subject to change.",
        "ICE National Docket data from ICE Integrated Decision",
    )
    return [*rows, ["", *blank], *([note, *blank] for note in notes)]


def totals_under(rows: list[Row], head: int) -> list[Row]:
    numbers = [99999.0] * len(rows[head])
    numbers[0] = "Grand Total"
    return [*rows, numbers]


def sums_by_office(rows: list[Row], head: int) -> list[Row]:
    numbers = [1234.0] * len(rows[head])
    heading = [text_of(cell).casefold() for cell in rows[head]]
    for column in ("address", "city", "state", "zip", "aor"):
        numbers[heading.index(column)] = ""
    numbers[heading.index("name")] = "Atlanta Sub-Total"
    return [*rows[: head + 8], numbers, *rows[head + 8 :]]


def numbers_as_text(rows: list[Row], head: int) -> list[Row]:
    return [
        row if i <= head else [f" {c:,.10f} " if isinstance(c, float) else c for c in row]
        for i, row in enumerate(rows)
    ]


def inspections(rows: list[Row], head: int) -> list[Row]:
    """The columns on inspections that other years have, in front of the counts."""
    names = ("Last Inspection Type", "Last Inspection End Date", "Pending FY21 Inspection",
             "Last Inspection Standard", "Last Final Rating")  # fmt: skip
    made = []
    for i, row in enumerate(rows):
        there = i > head and bool(text_of(row[0]))
        new = list(names) if i == head else ["ODO", 44000.0, "", "PBNDS 2011", "Pass"]
        made.append([*row[:4], *(new if there or i == head else [""] * 5), *row[4:]])
    return made


def notes_above(rows: list[Row], head: int) -> list[Row]:
    blank = [""] * (len(rows[0]) - 1)
    notes = (
        "ICE Enforcement and Removal Operations Data, this fiscal year to date",
        "This list is limited to facilities that have a population count of greater than or "
        "equal to 1 as of the date of the report, by Name, City and State.",
    )
    return [*rows[:head], *([note, *blank] for note in notes), *rows[head:]]


def sheets_of_other_months(pattern: str) -> Callable[[list[Sheet]], list[Sheet]]:
    """Sheets named as in other workbooks of the series, with {} for the year."""

    def made(sheets: list[Sheet]) -> list[Sheet]:
        result = []
        for one in sheets:
            kind = re.match(r"\s*(ATD|Detention|Facilities)", one.name)
            year = re.search(r"(\d\d)\s*(YTD)?\s*$", one.name)
            name = pattern.format(kind[1], year[1]) if kind and year else one.name
            result.append(replace(one, name=name))
        return result

    return made


READ_THE_SAME: dict[str, Callable[[list[Sheet]], list[Sheet]]] = {
    "moved": moved,
    "other sheet order": lambda sheets: sheets[::-1],
    "spaces and line breaks in headings": in_headings(
        lambda text: f" {text.replace(' ', chr(10))} "
    ),
    "capitals": in_headings(str.upper),
    "small letters": in_headings(str.lower),
    "marks of footnotes": in_headings(lambda text: f"{text}*"),
    "numbers of footnotes": in_headings(lambda text: f"{text} (1)"),
    "raised footnotes": in_headings(lambda text: f"{text}\u00b2"),
    "columns backwards": in_facilities(backwards),
    "a column more": in_facilities(extra_column),
    "blank lines": in_facilities(blank_lines),
    "notes under the table": in_facilities(notes_under),
    "a sum under the table": in_facilities(totals_under),
    "sums by field office": in_facilities(sums_by_office),
    "numbers as text": in_facilities(numbers_as_text),
    "columns on inspections": in_facilities(inspections),
    "notes above the table": in_facilities(notes_above),
    "sheets of a month": sheets_of_other_months("{} FY{} YTD"),
    "sheets of a whole year": sheets_of_other_months("{} EOFY{}"),
    "sheets with the year in full": sheets_of_other_months(" {} FY 20{}"),
    "spaces at the ends": each_text(lambda text: f"  {text}  "),
    "longer headings": in_headings(
        lambda text: {
            "name": "Facility Name",
            "zip": "Zip Code",
            "aor": "Area of Responsibility",
            "address": "Street Address",
        }.get(text_of(text).casefold(), text)
    ),
    "non-breaking spaces": each_text(lambda text: text.replace(" ", "\u00a0")),
    "curly dashes": each_text(lambda text: text.replace("-", "\u2013")),
    "sheets named otherwise": lambda sheets: [
        replace(one, name=f"Sheet{i} {'FY' + one.name.split('FY')[1] if 'FY' in one.name else ''}")
        for i, one in enumerate(sheets)
    ],
    "a sheet more in front": lambda sheets: [
        Sheet(sheets[0].workbook, "Read me", [["Facility", "State"], ["", ""], ["Name", "City"]]),
        *sheets,
    ],
}


def read(
    monkeypatch: pytest.MonkeyPatch, sheets: list[Sheet], name: str = "changed.xlsx"
) -> IceWorkbook:
    """What the adapter makes of these sheets."""
    monkeypatch.setattr(ice, "open_workbook", lambda _: sheets)
    return ice.read_ice_workbook(name)


@pytest.mark.parametrize("year", list(FILES))
@pytest.mark.parametrize("change", list(READ_THE_SAME))
def test_read_the_same(
    books: dict[int, tuple[list[Sheet], IceWorkbook]],
    monkeypatch: pytest.MonkeyPatch,
    year: int,
    change: str,
) -> None:
    sheets, expected = books[year]
    found = read(monkeypatch, READ_THE_SAME[change](sheets))
    assert found.fiscal_year == year
    assert found.through == expected.through
    assert found.not_found == expected.not_found or change == "sheets named otherwise"
    numbers = expected.facilities.select_dtypes("number").columns
    pd.testing.assert_frame_equal(
        found.facilities[numbers].reset_index(drop=True),
        expected.facilities[numbers].reset_index(drop=True),
    )
    keys = ["month", "series", "agency", "category"]
    pd.testing.assert_frame_equal(
        found.monthly.sort_values(keys).reset_index(drop=True),
        expected.monthly.sort_values(keys).reset_index(drop=True),
    )
    assert found.monthly["value"].sum() == pytest.approx(expected.monthly["value"].sum())
    assert found.totals["value"].sum() == pytest.approx(expected.totals["value"].sum())


def without(pattern: str) -> Callable[[list[Sheet]], list[Sheet]]:
    """Without the sheets whose name fits."""
    return lambda sheets: [one for one in sheets if not re.search(pattern, one.name, re.I)]


def replaced_once(old: str, new: str) -> Callable[[list[Sheet]], list[Sheet]]:
    """The first cell that has ``old`` has ``new`` instead."""

    def made(sheets: list[Sheet]) -> list[Sheet]:
        done = False
        result = []
        for sheet in sheets:
            rows = []
            for row in sheet.rows:
                cells = []
                for cell in row:
                    if not done and isinstance(cell, str) and old in cell:
                        cells.append(cell.replace(old, new))
                        done = True
                    else:
                        cells.append(cell)
                rows.append(cells)
            result.append(replace(sheet, rows=rows))
        assert done
        return result

    return made


@pytest.mark.parametrize("year", list(FILES))
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            without(r"^detention"),
            "no table titled 'Initial Book-Ins by Arresting Agency and Month'",
        ),
        (without(r"^facilit"), "no sheet with the facilities; there is"),
        (in_headings(lambda text: "Town" if text.casefold() == "city" else text), "City"),
        (each_text(lambda text: text.replace("Book-Ins", "Intakes")), "no table titled"),
        (each_text(lambda text: re.sub(r"Average Daily", "Mean", text)), "no table titled"),
        (lambda sheets: [replace(one, rows=one.rows[:3]) for one in sheets], "acilit"),
    ],
)
def test_what_is_not_there_is_told(
    books: dict[int, tuple[list[Sheet], IceWorkbook]],
    monkeypatch: pytest.MonkeyPatch,
    year: int,
    change: Callable[[list[Sheet]], list[Sheet]],
    message: str,
) -> None:
    with pytest.raises(InputError, match=message):
        read(monkeypatch, change(books[year][0]))


@pytest.mark.parametrize("year", list(FILES))
def test_one_wrong_year_is_outvoted(
    books: dict[int, tuple[list[Sheet], IceWorkbook]], monkeypatch: pytest.MonkeyPatch, year: int
) -> None:
    sheets, expected = books[year]
    short = f"FY{year % 100}"
    old = (
        short
        if any(short in str(c) for s in sheets for row in s.rows for c in row)
        else f"FY{year}"
    )
    found = read(monkeypatch, replaced_once(old, "FY2002" if len(old) > 4 else "FY02")(sheets))
    assert found.fiscal_year == year
    assert found.monthly["month"].tolist() == expected.monthly["month"].tolist()


@pytest.mark.parametrize("year", list(FILES))
def test_without_a_last_day_the_book_ins_tell_it(
    books: dict[int, tuple[list[Sheet], IceWorkbook]], monkeypatch: pytest.MonkeyPatch, year: int
) -> None:
    sheets, expected = books[year]
    found = read(monkeypatch, each_text(lambda text: re.sub(r"/20\d\d", "/20xx", text))(sheets))
    assert found.through.strftime("%Y-%m") == expected.through.strftime("%Y-%m")
    assert any("last day of the data" in one for one in found.not_found)
    assert len(found.monthly) == len(expected.monthly)


def test_a_count_that_is_no_number_is_named(
    books: dict[int, tuple[list[Sheet], IceWorkbook]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(rows: list[Row], head: int) -> list[Row]:
        column = [text_of(cell) for cell in rows[head]].index("Level B")
        rows[head + 3][column] = "redacted"
        return rows

    message = r"sheet 'Facilities FY25', row \d+: Level B = 'redacted': must be a num"
    with pytest.raises(InputError, match=message):
        read(monkeypatch, in_facilities(change)(books[2025][0]))


@pytest.mark.parametrize("column", ["ALOS", "AOR", "Zip"])
def test_an_optional_column_that_is_not_there_is_listed(
    books: dict[int, tuple[list[Sheet], IceWorkbook]],
    monkeypatch: pytest.MonkeyPatch,
    column: str,
) -> None:
    sheets, expected = books[2025]

    def renamed(text: str) -> str:
        return "Other" if column.casefold() in text.casefold() else text

    found = read(monkeypatch, in_headings(renamed)(sheets))
    assert any(column in one for one in found.not_found)
    people = found.facilities["population_average"].sum()
    assert people == pytest.approx(expected.facilities["population_average"].sum())
