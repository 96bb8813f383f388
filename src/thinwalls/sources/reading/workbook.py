"""Workbooks of any publisher: opening them, and finding tables by their headings."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thinwalls.common import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = list[Any]
MOST_TITLE = 140
"""Letters of a title; what is longer is a note."""


_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_NOTE_MARK = re.compile(
    r"(?<=[\w%)])(\s*([*\u2020\u2021\u00a7\u00b9\u00b2\u00b3\u2070-\u2079]+|[(\[]\d{1,2}[)\]]))+\Z"
)
"""Marks of footnotes at the end of a heading: * or a dagger, raised digits, (1) or [1]."""


def text_of(cell: object) -> str:
    """A cell as text: white space and dashes of one kind, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).translate(_DASHES).split())


def heading_of(cell: object) -> str:
    """A cell as the text of a heading: without marks of footnotes."""
    return _NOTE_MARK.sub("", text_of(cell))


def number_of(cell: object) -> float | None:
    """A cell as a number; None for an empty cell, N/A, a dash or text."""
    if isinstance(cell, bool) or cell is None:
        return None
    try:
        number = float(cell if isinstance(cell, (int, float)) else str(cell).replace(",", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name and its rows, all of the same length."""

    workbook: str
    name: str
    rows: list[Row]

    @property
    def where(self) -> str:
        """How an error names this sheet."""
        return f"{self.workbook}, sheet {self.name.strip()!r}"

    def cells(self) -> Iterator[tuple[int, int, str]]:
        """Row, column and text of every cell that is not empty."""
        for i, row in enumerate(self.rows):
            for j, cell in enumerate(row):
                if cell not in ("", None):
                    yield i, j, text_of(cell)

    def titles(self, pattern: str) -> Iterator[tuple[int, int]]:
        """Row and column of every cell that can be the title of a table: not a longer note."""
        wanted = re.compile(pattern, re.IGNORECASE)
        for i, j, text in self.cells():
            if len(text) <= MOST_TITLE and wanted.search(text):
                yield i, j


def open_workbook(path: str | Path) -> list[Sheet]:
    """Read all sheets of an Excel or OpenDocument workbook.

    Raises
    ------
    InputError
        When there is no such file, it is a directory, it is empty, it is not a workbook, or the
        package that reads workbooks is not installed.
    """
    file = Path(path)
    where = str(path)
    if file.is_dir():
        raise InputError("is a directory, a workbook is needed", where=where)
    if not file.exists():
        raise InputError("there is no such file", where=where)
    if file.stat().st_size == 0:
        raise InputError("the file is empty", where=where)
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError as error:
        raise InputError(
            "reading workbooks needs the package python-calamine: install thinwalls again",
            where=where,
        ) from error
    try:
        book = CalamineWorkbook.from_path(str(file))
        sheets = [
            Sheet(file.name, name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(
            "is not a workbook that can be read (xlsx, xls, ods)", where=where
        ) from error
    except BaseException as error:  # the reader's own panics are not Exceptions
        if type(error).__name__ != "PanicException":
            raise
        raise InputError(
            "is not a workbook that can be read (xlsx, xls, ods)", where=where
        ) from error
    if not any(sheet.rows for sheet in sheets):
        raise InputError("the workbook has no cells", where=where)
    return sheets
