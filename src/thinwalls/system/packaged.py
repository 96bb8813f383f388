"""Systems on disk: the packaged snapshots, and how they are written.

A folder holds one Parquet file per table and ``system.json`` with the checksum of each.  Tables are
checked before they are written.  A folder whose checksums hold, written under the same schemas, is
read without checking every value again; any other is checked in full.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from thinwalls.common import InputError
from thinwalls.system.model.parts import around, in_states, of_kinds, only
from thinwalls.system.model.system import System
from thinwalls.system.packaged_tables import (
    _BY_DAY,
    _HEAD,
    _about,
    _frame,
    _table,
    packaged_directory,
)
from thinwalls.system.tables.tables import IMMUNITY, SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Sequence

from thinwalls.common import Message

_FORMAT = 2
_TABLES = (*SCHEMAS, *_BY_DAY, "left_out")
_WHERE_THERE_ARE = ("units", "immunity")
"""Written only for systems that have rows of them."""
_TEXTS = ("name", "title", "description", "start_date", "record_first", "record_last")


def _names() -> list[str]:
    return sorted(path.parent.name for path in packaged_directory().glob("*/system.json"))


def list_systems() -> pd.DataFrame:
    """Return the packaged systems: index ``name``; title, start date, facilities, people."""
    records = []
    for name in _names():
        about = _about(packaged_directory() / name)
        records.append(
            {key: about[key] for key in ("name", "title", "start_date", "facilities", "people")}
        )
    columns = ["name", "title", "start_date", "facilities", "people"]
    return pd.DataFrame(records, columns=columns).set_index("name")


def newest_record() -> str:
    """Last day of the newest record of flows that is packaged (YYYY-MM-DD)."""
    return max(str(_about(packaged_directory() / name)["record_last"]) for name in _names())


def load_system(name: str, *, folders: bool = True) -> System:
    """Load a packaged system by name, for example ``ice-2020``, or a part of one by its name.

    A path of a folder that :func:`write_system` (``thinwalls data build-system``) wrote is a name,
    too.

    A part is named as its methods name it: ``us:state:LA+MS``, ``us:kinds:jail``,
    ``us:only:ID+ID``, ``us:around:ID:50``; ``us:hold-rooms`` has the hold rooms of ICE's offices.

    Without ``folders`` only packaged names are taken, as from a visitor of a page.

    Raises
    ------
    InputError
        When there is no such system; the message lists those there are and the nearest.
    """
    known = _names()
    whole, *parts = name.split(":")
    if folders and whole and whole not in known and Path(whole).is_dir():
        return by_name(read_system(Path(whole)), parts)
    if parts and whole in known:
        return by_name(load_system(whole), parts)
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.3)
        problem = Message("there is {names}", names=", ".join(known))
        if close:
            hint = Message("did you mean {name}?", name=close[0])
            problem = Message("there is {names}; {hint}", names=", ".join(known), hint=hint)
        raise InputError.of(problem, field="system", value=name)
    return read_system(packaged_directory() / name)


def read_system(folder: Path) -> System:
    """Read a system from a folder written by :func:`write_system`.

    Raises
    ------
    InputError
        When the folder or one of its files is missing or broken.
    """
    about = _about(folder)
    if about.get("format") != _FORMAT:
        raise InputError(
            "must be {format}",
            where=str(folder / _HEAD),
            field="format",
            value=about.get("format"),
            format=_FORMAT,
        )
    values: dict[str, Any] = {key: about[key] for key in _TEXTS}
    sums: dict[str, str] = about.get("sha256", {})
    as_written = about.get("schemas") == _schemas_digest()
    optional = [one for one in _WHERE_THERE_ARE if (folder / f"{one}.parquet").exists()]
    for table in (*_TABLES, *optional):
        path = folder / f"{table}.parquet"
        try:
            content = path.read_bytes()
            values[table] = _frame(content)
        except (OSError, pa.ArrowException) as error:
            raise InputError(
                "cannot be read ({reason})", where=str(path), reason=type(error).__name__
            ) from error
        as_written = as_written and sums.get(table) == hashlib.sha256(content).hexdigest()
    return System.as_checked(**values) if as_written else System(**values)


def _schemas_digest() -> str:
    """What the tables were checked against: changes with any column, type or allowed value."""
    return hashlib.sha256(repr((SCHEMAS, IMMUNITY)).encode()).hexdigest()


def write_system(system: System, folder: Path) -> None:
    """Write a system into ``folder`` (created), one Parquet file per table.

    The bytes depend on the tables only.
    """
    folder.mkdir(parents=True, exist_ok=True)
    about: dict[str, Any] = {"format": _FORMAT, **{key: getattr(system, key) for key in _TEXTS}}
    about["facilities"] = len(system.facilities)
    about["people"] = int(system.facilities["population_start"].sum())
    about["schemas"] = _schemas_digest()
    about["sha256"] = {}
    further = [one for one in _WHERE_THERE_ARE if len(getattr(system, one))]
    for one in set(_WHERE_THERE_ARE) - set(further):
        (folder / f"{one}.parquet").unlink(missing_ok=True)
    for table in (*_TABLES, *further):
        sink = pa.BufferOutputStream()
        pq.write_table(
            _table(table, getattr(system, table)), sink, compression="zstd", compression_level=19
        )
        content = sink.getvalue().to_pybytes()
        (folder / f"{table}.parquet").write_bytes(content)
        about["sha256"][table] = hashlib.sha256(content).hexdigest()
    (folder / _HEAD).write_text(
        json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )


def by_name(system: System, words: Sequence[str]) -> System:
    """The part that the words after the system's name mean, as :func:`part` names them."""
    makers = {"state": in_states, "kinds": of_kinds, "only": only}
    left = list(words)
    while left:
        how = left.pop(0)
        if how == "hold-rooms":
            system = system.with_hold_rooms()
        elif how == "around" and len(left) >= 2:
            middle, miles = left.pop(0), left.pop(0)
            try:
                system = around(system, middle, float(miles))
            except ValueError:
                raise InputError("must be a number", field="miles", value=miles) from None
        elif how == "only" and len(left) >= 3 and left[1] == "beside":
            system = only(system, left[0].split("+"), left[2].split("+"))
            left = left[3:]
        elif how in makers and left:
            system = makers[how](system, left.pop(0).split("+"))
        else:
            raise InputError(
                "must be state:XX+YY, kinds:K, only:ID+ID, only:ID+ID:beside:FIPS+FIPS, "
                "around:ID:MILES or hold-rooms",
                field="part",
                value=":".join([how, *left]),
            )
    return system
