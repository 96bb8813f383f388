"""Publishers' files, when they are there, and small workbooks made for a test."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

FILES = {
    2019: "FY19-detentionstats.xlsx",
    2020: "FY20-detentionstats.xlsx",
    2022: "FY22-detentionStats.xlsx",
    2024: "FY24_detentionStats.xlsx",
    2025: "FY25_detentionStats05232025.xlsx",
}
"""ICE's yearly workbooks."""
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not (SHARED / "ice").is_dir():
        pytest.skip(f"publishers' files are not at {SHARED}")
    return SHARED


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _cell(value: object, row: int, column: int) -> str:
    at = f"{_letters(column)}{row + 1}"
    if isinstance(value, (int, float)):
        return f'<c r="{at}"><v>{value}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def _row(row: list[object], number: int) -> str:
    cells = [_cell(v, number, c) for c, v in enumerate(row) if v not in ("", None)]
    return f'<row r="{number + 1}">{"".join(cells)}</row>'


def _links(entries: list[tuple[str, str]]) -> str:
    body = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(entries, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{body}</Relationships>'


def write_workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """A minimal xlsx file; cells are numbers or text."""
    types = [
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>',
        '<Default Extension="xml" ContentType="application/xml"/>',
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>',
    ]
    names = []
    for i, name in enumerate(sheets, 1):
        part = f"/xl/worksheets/sheet{i}.xml"
        types.append(f'<Override PartName="{part}" ContentType="{_TYPE}.worksheet+xml"/>')
        names.append(f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>')
    files = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        + "".join(types)
        + "</Types>",
        "_rels/.rels": _links([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(names)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _links(
            [("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)]
        ),
    }
    for i, rows in enumerate(sheets.values(), 1):
        body = "".join(_row(row, number) for number, row in enumerate(rows))
        files[f"xl/worksheets/sheet{i}.xml"] = (
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'
        )
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path
