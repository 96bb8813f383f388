"""ICE's workbooks: the five years at hand, years not seen, and what goes wrong."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

from support.workbooks import write_workbook
from thinwalls.common.errors import InputError
from thinwalls.sources.packaged.ice.people import cbp_share_of
from thinwalls.sources.reading.ice_workbook import IceWorkbook, read_ice_workbook

from ..conftest import FILES

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("python_calamine") is None, reason="python-calamine is not installed"
)

FACILITIES = [
    "Name", "Address", "City", "State", "Zip", "AOR", "Type Detailed", "Male/Female", "FY23 ALOS",
    "Level A", "Level B", "Level C", "Level D", "Male Crim", "Male Non-Crim", "Female Crim",
    "Female Non-Crim", "ICE Threat Level 1", "ICE Threat Level 2", "ICE Threat Level 3",
    "No ICE Threat Level", "Mandatory", "Guaranteed Minimum",
]  # fmt: skip
MONTHS = ["Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep"]


@pytest.fixture(scope="session")
def whole_books(shared: Path) -> dict[int, IceWorkbook]:
    return {year: read_ice_workbook(shared / "ice" / file) for year, file in FILES.items()}


@pytest.fixture(scope="session")
def books(publishers_files: Path) -> dict[int, IceWorkbook]:
    """The workbooks, or their cuts, which have all of the monthly tables."""
    folder = publishers_files / "ice"
    return {year: read_ice_workbook(folder / file) for year, file in FILES.items()}


def value(
    book: IceWorkbook, month: str, series: str, agency: str, category: str = "total"
) -> float:
    table = book.monthly
    found = table[
        (table["month"] == month)
        & (table["series"] == series)
        & (table["agency"] == agency)
        & (table["category"] == category)
    ]
    assert len(found) == 1
    return float(found["value"].iloc[0])


def test_2020_facilities(whole_books: dict[int, IceWorkbook]) -> None:
    rows = whole_books[2020].facilities
    assert len(rows) == 170
    assert (rows["population_average"] >= 1).sum() == 155
    assert round(rows["population_average"].sum()) == 32_979
    assert rows[["threat_1", "threat_2", "threat_3", "threat_none"]].sum().sum() == pytest.approx(
        rows["population_average"].sum()
    )
    assert whole_books[2020].not_found == ()


def test_2020_months(books: dict[int, IceWorkbook]) -> None:
    book = books[2020]
    assert value(book, "2020-03", "book_ins", "CBP") == 9_211
    assert value(book, "2020-03", "book_ins", "ICE") == 10_175
    assert value(book, "2020-06", "book_ins", "CBP") == 1_585
    assert round(value(book, "2020-03", "average_daily_population", "total")) == 37_688
    assert round(value(book, "2020-09", "average_daily_population", "total")) == 20_227
    totals = book.totals.set_index(["series", "agency", "category"])["value"]
    assert round(totals["average_daily_population", "total", "total"]) == 33_724
    assert totals["releases", "Bonded Out", "total"] == 29_736
    assert totals["releases", "Paroled", "Other Immigration Violator"] == 10_866
    assert totals["removals", "total", "total"] == 185_884
    assert totals["currently_detained", "total", "total"] == 19_068
    agencies = [
        value(book, m, "book_ins", a) for m in ("2019-10", "2020-08") for a in ("ICE", "CBP")
    ]
    assert agencies == [11_425, 13_303, 6_534, 1_740]


def test_agency_from_convictions_agrees_with_the_record(
    whole_books: dict[int, IceWorkbook],
) -> None:
    rows = whole_books[2020].facilities
    share = cbp_share_of(rows, whole_books[2020], "2020-03")
    implied = (share * rows["population_average"]).sum() / rows["population_average"].sum()
    published = value(whole_books[2020], "2020-03", "average_daily_population", "CBP") / value(
        whole_books[2020], "2020-03", "average_daily_population", "total"
    )
    assert implied == pytest.approx(published, abs=0.03)


@pytest.mark.parametrize(("year", "rows"), [(2019, 213), (2022, 130), (2024, 109), (2025, 154)])
def test_facilities_of_other_years(
    whole_books: dict[int, IceWorkbook], year: int, rows: int
) -> None:
    assert len(whole_books[year].facilities) == rows


@pytest.mark.parametrize(
    ("year", "through", "last_month", "march_cbp"),
    [
        (2019, "2019-09-30", "2019-09", 43_427),
        (2022, "2022-09-24", "2022-09", 25_813),
        (2024, "2024-09-30", "2024-09", 14_557),
        (2025, "2025-05-17", "2025-05", 3_801),
    ],
)
def test_other_years(
    books: dict[int, IceWorkbook],
    year: int,
    through: str,
    last_month: str,
    march_cbp: int,
) -> None:
    book = books[year]
    assert book.fiscal_year == year
    assert book.through.isoformat() == through
    assert book.monthly["month"].max() == last_month
    assert value(book, f"{year}-03", "book_ins", "CBP") == march_cbp
    parts = value(book, f"{year}-03", "book_ins", "CBP") + value(
        book, f"{year}-03", "book_ins", "ICE"
    )
    assert value(book, f"{year}-03", "book_ins", "total") == parts


@pytest.mark.parametrize(
    ("year", "partial"), [(2019, []), (2022, ["2022-09"]), (2025, ["2025-05"])]
)
def test_months_that_were_not_over_are_marked(
    books: dict[int, IceWorkbook], year: int, partial: list[str]
) -> None:
    table = books[year].monthly
    assert sorted(set(table.loc[table["partial"], "month"])) == partial


@pytest.mark.parametrize("year", [2022, 2024, 2025])
def test_releases_by_month_and_criminality_add_up(books: dict[int, IceWorkbook], year: int) -> None:
    table = books[year].monthly
    releases = table[(table["series"] == "releases") & (table["agency"] == "Paroled")]
    whole = releases[releases["category"] == "total"].set_index("month")["value"]
    parts = releases[releases["category"] != "total"].groupby("month")["value"].sum()
    assert (whole == parts).all()


def unseen(**changes: object) -> dict[str, list[list[object]]]:
    """A workbook of a year not at hand: other sheets, header lines and column order."""
    row: list[object] = ["SOME JAIL", "1 ROAD", "TOWN", "GA", 31815.0, "ATL", "IGSA", "Male", 30.0]
    row += [10.5, 2, 1, 0.5, 4, 10, 0, 0, 1, 2, 3, 8, 9, "N/A"]
    facilities: list[list[object]] = [
        ["ICE FACILITIES DATA, FY23"], [], [], ["", "Facility Information"], [],
        ["", *FACILITIES[::-1]], ["", *row[::-1]], [], ["", "[1] a note under the table"],
    ]  # fmt: skip
    book_ins = [
        ["ICE Initial Book-Ins by Arresting Agency and Month: FY2023"],
        ["Agency", *MONTHS, "Total"],
    ]
    for name, number in (("Total", 30), ("CBP", 10), ("ICE ", 20)):
        book_ins.append([name, *[number] * 12, number * 12])  # type: ignore[list-item]
    people = [
        ["ICE Average Daily Population by Arresting Agency, Month and Criminality: FY2023"],
        ["Agency", *MONTHS, "FY Overall"],
    ]
    for name, number in (("CBP Average", 4), ("Convicted Criminal", 1), ("Average", 14)):
        people.append([name, *[number] * 12, number])  # type: ignore[list-item]
    sheets: dict[str, list[list[object]]] = {
        "Facilities YTD": facilities,
        "Detention": [["some text"], *book_ins, [], *people],  # type: ignore[list-item]
    }
    sheets.update(changes)  # type: ignore[arg-type]
    return {name: rows for name, rows in sheets.items() if rows is not None}


def test_unseen_layout(tmp_path: Path) -> None:
    book = read_ice_workbook(write_workbook(tmp_path / "FY23.xlsx", unseen()))
    assert book.fiscal_year == 2023
    only = book.facilities.iloc[0]
    assert only["name"] == "SOME JAIL"
    assert only["population_average"] == 14.0
    assert only["zip"] == "31815"
    assert value(book, "2022-10", "book_ins", "ICE") == 20
    assert value(book, "2023-09", "average_daily_population", "CBP", "Convicted Criminal") == 1
    assert any("Removals" in missing for missing in book.not_found)


def test_a_year_without_classification_levels(tmp_path: Path) -> None:
    sheets = unseen()
    rows = sheets["Facilities YTD"]
    rows[5] = ["x" if str(cell).startswith("Level") else cell for cell in rows[5]]
    book = read_ice_workbook(write_workbook(tmp_path / "a.xlsx", sheets))
    assert book.facilities["population_average"].tolist() == [14.0]  # by threat level
    assert any("classification levels" in missing for missing in book.not_found)


def test_sum_row_is_not_a_facility(tmp_path: Path) -> None:
    sheets = unseen()
    total = ["" if cell == "GA" else "Grand Total" if cell == "SOME JAIL" else cell
             for cell in sheets["Facilities YTD"][6]]  # fmt: skip
    sheets["Facilities YTD"].insert(7, total)
    assert len(read_ice_workbook(write_workbook(tmp_path / "a.xlsx", sheets)).facilities) == 1


@pytest.mark.parametrize("style", ["{}ober", "{}-22", "2022-10-01 00:00:00"])
def test_months_in_other_styles(tmp_path: Path, style: str) -> None:
    sheets = unseen()
    for row in sheets["Detention"]:
        if "Oct" in row:
            row[row.index("Oct")] = style.format("Oct")
    book = read_ice_workbook(write_workbook(tmp_path / "a.xlsx", sheets))
    assert value(book, "2022-10", "book_ins", "CBP") == 10


def fails(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_ice_workbook(path)
    message = str(caught.value)
    assert "\n" not in message
    assert path.name in message
    return message


def test_missing_sheet(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", unseen(**{"Facilities YTD": None}))
    assert fails(path).endswith("no sheet with the facilities; there is 'Detention'")


@pytest.mark.parametrize("column", ["Name", "State", "Level C"])
def test_missing_column(tmp_path: Path, column: str) -> None:
    sheets = unseen()
    rows = sheets["Facilities YTD"]
    rows[5] = ["something else" if cell == column else cell for cell in rows[5]]
    message = fails(write_workbook(tmp_path / "a.xlsx", sheets))
    assert f"{column}: column is missing in the facility table" in message


def test_missing_optional_column_is_told(tmp_path: Path) -> None:
    sheets = unseen()
    rows = sheets["Facilities YTD"]
    rows[5] = ["x" if cell == "Mandatory" else cell for cell in rows[5]]
    book = read_ice_workbook(write_workbook(tmp_path / "a.xlsx", sheets))
    assert any("Mandatory" in missing for missing in book.not_found)
    assert book.facilities["mandatory"].isna().all()


def test_missing_table(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", unseen(Detention=[["nothing here"]]))
    assert "no table titled 'Initial Book-Ins by Arresting Agency" in fails(path)


def test_no_rows(tmp_path: Path) -> None:
    sheets = unseen()
    del sheets["Facilities YTD"][6]
    assert fails(write_workbook(tmp_path / "a.xlsx", sheets)).endswith(
        "the facility table has no rows"
    )


@pytest.mark.parametrize(
    ("state", "zip_code", "city", "office", "told"),
    [
        ("Georgia", "31815", "LUMPKIN", "ATL", None),
        ("", "31815", "LUMPKIN", "ATL", "read as GA, by the ZIP code"),
        ("", "", "VALDOSTA", "", "read as GA, by the city"),
        ("??", "", "SPRINGFIELD", "Atlanta", "read as GA, by the city"),
        ("", "", "NOWHERE AT ALL", "ATL", "read as GA, by the field office"),
        ("", "", "NOWHERE AT ALL", "", "neither ZIP code, city nor field office tells the state"),
    ],
)
def test_a_state_that_is_not_there_is_told_by_the_rest(
    tmp_path: Path, state: str, zip_code: str, city: str, office: str, told: str | None
) -> None:
    sheets = unseen()
    heads, row = sheets["Facilities YTD"][5], list(sheets["Facilities YTD"][6])
    given = {"State": state, "Zip": zip_code, "City": city, "AOR": office}
    for name, cell in given.items():
        row[heads.index(name)] = cell
    sheets["Facilities YTD"][6] = row
    book = read_ice_workbook(write_workbook(tmp_path / "a.xlsx", sheets))
    assert [one.problem for one in book.noticed] == ([] if told is None else [told])
    assert book.facilities["state"].tolist() == ["" if told and "neither" in told else "GA"]


def test_headings_in_two_rows(tmp_path: Path) -> None:
    sheets = unseen()
    rows = sheets["Facilities YTD"]
    upper = [cell if str(cell) in ("Name", "City", "State", "Zip") else "" for cell in rows[5]]
    lower = ["" if one else cell for one, cell in zip(upper, rows[5], strict=True)]
    sheets["Facilities YTD"] = [*rows[:5], upper, lower, *rows[6:]]
    book = read_ice_workbook(write_workbook(tmp_path / "a.xlsx", sheets))
    assert book.facilities["zip"].tolist() == ["31815"]
    assert book.facilities["population_average"].tolist() == [14.0]


def test_headings_that_are_repeated_are_no_facility(tmp_path: Path) -> None:
    sheets = unseen()
    rows = sheets["Facilities YTD"]
    sheets["Facilities YTD"] = [*rows[:7], rows[5], rows[6], *rows[7:]]
    assert len(read_ice_workbook(write_workbook(tmp_path / "a.xlsx", sheets)).facilities) == 2


def test_negative_number(tmp_path: Path) -> None:
    sheets = unseen()
    sheets["Facilities YTD"][6] = [
        -3.0 if cell == 10.5 else cell for cell in sheets["Facilities YTD"][6]
    ]
    assert "level_a = -3.0: must not be negative" in fails(
        write_workbook(tmp_path / "a.xlsx", sheets)
    )


def test_no_such_file(tmp_path: Path) -> None:
    assert fails(tmp_path / "gone.xlsx").endswith("there is no such file")


def test_directory(tmp_path: Path) -> None:
    assert fails(tmp_path).endswith("is a directory, a workbook is needed")


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    path.touch()
    assert fails(path).endswith("the file is empty")


@pytest.mark.parametrize("content", [b"name,city\n", b"PK\x03\x04 cut off", b"\x00" * 300])
def test_not_a_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.xlsx"
    path.write_bytes(content)
    assert "is not a workbook that can be read" in fails(path)


def test_cut_off_workbook(tmp_path: Path) -> None:
    whole = write_workbook(tmp_path / "whole.xlsx", unseen()).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    assert "is not a workbook that can be read" in fails(path)


def test_no_cells(tmp_path: Path) -> None:
    assert fails(write_workbook(tmp_path / "a.xlsx", {"Sheet1": []})).endswith(
        "the workbook has no cells"
    )
