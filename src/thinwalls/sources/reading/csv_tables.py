"""Tables in CSV files: read as text, columns and numbers checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Message

RENAMED = {"46113": "46102", "51515": "51019", "02270": "02158"}
"""Counties under a code no longer used: Shannon SD, Bedford city VA, Wade Hampton AK."""


def read_csv(path: str | Path, columns: tuple[str, ...], rows: int | None = None) -> pd.DataFrame:
    """Read a CSV file as text and check that ``columns`` are there.

    Parameters
    ----------
    path
        The file.
    columns
        Names that have to be among its columns.
    rows
        Rows to read; all when not given.

    Returns
    -------
    pandas.DataFrame
        The table; every cell is text, an empty one is empty text.

    Raises
    ------
    InputError
        When the file is missing, a directory, empty, not text, or lacks a column.
    """
    file = Path(path)
    where = str(path)
    if file.is_dir():
        raise InputError("is a directory, a CSV file is needed", where=where)
    if not file.exists():
        raise InputError("there is no such file", where=where)
    try:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False, nrows=rows)
    except pd.errors.EmptyDataError as error:
        raise InputError("the file is empty", where=where) from error
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        raise InputError("is not a CSV file that can be read", where=where) from error
    for name in columns:
        if name not in frame.columns:
            raise InputError("column is missing", where=where, field=name)
    return frame


def numbers_of(frame: pd.DataFrame, name: str, where: str) -> pd.Series:
    """Numbers of a column of text, missing where it is empty.

    Raises
    ------
    InputError
        When a cell is neither empty nor a number; names file, line, column and cell.
    """
    text = frame[name].str.strip()
    numbers = pd.to_numeric(text, errors="coerce")
    bad = numbers.isna() & (text != "")
    if bad.any():
        row = int(np.flatnonzero(bad.to_numpy())[0]) + 2
        raise InputError(
            "must be a number",
            where=Message("{file}, line {line}", file=where, line=row),
            field=name,
            value=text[bad].iloc[0],
        )
    return numbers
