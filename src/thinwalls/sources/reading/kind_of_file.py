"""What can be told of a file without reading it: its kind, its columns, what is in an archive."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from thinwalls.common import InputError
from thinwalls.sources.reading.csv_tables import read_csv

WORKBOOKS = frozenset([".xlsx", ".xls", ".xlsm", ".ods"])


@dataclass(frozen=True)
class GivenFile:
    """A file that somebody has: what publishers recognise theirs by."""

    path: Path
    suffix: str
    """In small letters, with its point."""
    columns: tuple[str, ...] = ()
    """Of a CSV or Parquet table."""
    members: tuple[str, ...] = ()
    """Names in a ZIP archive."""

    @property
    def is_workbook(self) -> bool:
        """Whether it is a workbook of Excel or OpenDocument."""
        return self.suffix in WORKBOOKS


def look_at(path: str | Path) -> GivenFile:
    """Tell the kind of a file by its name, and its columns or members.

    Raises
    ------
    InputError
        When an archive or a table cannot be opened.
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix in WORKBOOKS:
        return GivenFile(file, suffix)
    if suffix == ".zip":
        return GivenFile(file, suffix, members=members_of(file))
    if suffix == ".parquet":
        return GivenFile(file, suffix, columns=_parquet_columns(file))
    return GivenFile(file, suffix, columns=tuple(read_csv(file, (), rows=0).columns))


def members_of(path: str | Path) -> tuple[str, ...]:
    """Names of the files in a ZIP archive.

    Raises
    ------
    InputError
        When there is no such file, it is a directory, or it is not an archive.
    """
    file = Path(path)
    if file.is_dir():
        raise InputError("is a directory, a zipped shapefile is needed", where=str(path))
    if not file.exists():
        raise InputError("there is no such file", where=str(path))
    try:
        with zipfile.ZipFile(file) as archive:
            return tuple(archive.namelist())
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError("is not a ZIP archive that can be read", where=str(path)) from error


def _parquet_columns(file: Path) -> tuple[str, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return tuple(pq.read_schema(file).names)
    except FileNotFoundError as error:
        raise InputError("there is no such file", where=str(file)) from error
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError("is not a Parquet file that can be read", where=str(file)) from error
