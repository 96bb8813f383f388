"""Systems on disk: the packaged snapshots, and how they are written."""

from __future__ import annotations

import difflib
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from thinwalls.errors import InputError
from thinwalls.system.model import System
from thinwalls.system.tables import SCHEMAS

_FORMAT = 1
_UNITS = "units.parquet"
"""Written only for systems that are housed in units."""
_TABLES = (*SCHEMAS, "cases", "cases_by_state", "left_out")
_TEXTS = ("name", "title", "description", "start_date", "record_first", "record_last")


def packaged_directory() -> Path:
    """Folder of the packaged systems."""
    return Path(str(resources.files("thinwalls.system") / "data"))


def list_systems() -> pd.DataFrame:
    """Return the packaged systems: index ``name``; title, start date, facilities, people."""
    records = []
    for path in sorted(packaged_directory().glob("*/system.json")):
        about = json.loads(path.read_text(encoding="utf-8"))
        records.append(
            {key: about[key] for key in ("name", "title", "start_date", "facilities", "people")}
        )
    columns = ["name", "title", "start_date", "facilities", "people"]
    return pd.DataFrame(records, columns=columns).set_index("name")


def load_system(name: str) -> System:
    """Load a packaged system by name, for example ``ice-2020``, or a part of one by its name.

    A part is named as its methods name it: ``us:state:LA+MS``, ``us:kinds:jail``,
    ``us:only:ID+ID``, ``us:around:ID:50``; ``us:hold-rooms`` has the hold rooms of ICE's offices.

    Raises
    ------
    InputError
        When there is no such system; the message lists those there are and the nearest.
    """
    known = list(list_systems().index)
    whole, *parts = name.split(":")
    if parts and whole in known:
        from thinwalls.system.parts import by_name

        return by_name(load_system(whole), parts)
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.3)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise InputError(f"there is {', '.join(known)}{hint}", field="system", value=name)
    return read_system(packaged_directory() / name)


def load_table(name: str, table: str) -> pd.DataFrame:
    """One table of a packaged system, without the others (and without the checks of a system)."""
    return pd.read_parquet(packaged_directory() / name / f"{table}.parquet")


def read_system(folder: Path) -> System:
    """Read a system from a folder written by :func:`write_system`.

    Raises
    ------
    InputError
        When the folder or one of its files is missing or broken.
    """
    head = folder / "system.json"
    try:
        about: dict[str, Any] = json.loads(head.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"not a system ({type(error).__name__})", where=str(head)) from error
    if about.get("format") != _FORMAT:
        raise InputError(
            f"must be {_FORMAT}", where=str(head), field="format", value=about.get("format")
        )
    values: dict[str, Any] = {key: about[key] for key in _TEXTS}
    for table in _TABLES:
        path = folder / f"{table}.parquet"
        try:
            values[table] = pd.read_parquet(path)
        except (OSError, pa.ArrowException) as error:
            raise InputError(f"cannot be read ({type(error).__name__})", where=str(path)) from error
    units = folder / _UNITS
    if units.exists():
        values["units"] = pd.read_parquet(units)
    return System(**values)


def write_system(system: System, folder: Path) -> None:
    """Write a system into ``folder`` (created), one Parquet file per table.

    The bytes depend on the tables only.
    """
    folder.mkdir(parents=True, exist_ok=True)
    about = {"format": _FORMAT, **{key: getattr(system, key) for key in _TEXTS}}
    about["facilities"] = len(system.facilities)
    about["people"] = int(system.facilities["population_start"].sum())
    for table in _TABLES:
        frame: pd.DataFrame = getattr(system, table)
        keep_index = frame.index.name is not None
        schema = pa.Table.from_pandas(frame, preserve_index=keep_index or None)
        pq.write_table(
            schema, folder / f"{table}.parquet", compression="zstd", compression_level=19
        )
    if len(system.units):
        system.units.to_parquet(folder / _UNITS, compression="zstd")
    (folder / "system.json").write_text(
        json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )
