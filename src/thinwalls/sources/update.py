"""A newer workbook becomes a system: downloaded, built, compared, put in place whole."""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from thinwalls.common import InputError, RunError
from thinwalls.sources.build_packaged import system_from_workbook
from thinwalls.sources.reading.download import Download, fetch, sha256_of
from thinwalls.system import read_system, write_system

if TYPE_CHECKING:
    from thinwalls.system import System

PAGE = "https://www.ice.gov/detain/detention-management"
"""The publisher's page that links to the newest workbook."""
ADDRESS_VARIABLE = "THINWALLS_UPDATE_ADDRESS"
ORIGIN = "origin.json"
"""Beside the tables of a system: which file it was built from."""
_BEGINNINGS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""First bytes of xlsx and ods, and of xls."""
_LINK = re.compile(r"""href\s*=\s*["']?([^"'\s>]+\.(?:xlsx|xls|ods))\b""", re.IGNORECASE)
_NAME = re.compile(r"FY_?(\d\d(?:\d\d)?)\D", re.IGNORECASE)
_DATE = re.compile(r"(\d\d)(\d\d)(20\d\d)")


@dataclass(frozen=True)
class Change:
    """One thing that is different: what, before, now."""

    what: str
    before: str
    now: str


@dataclass(frozen=True)
class Update:
    """What an update found."""

    address: str
    file: str
    sha256: str
    folder: Path
    is_new: bool
    """Whether a system was built: no when it was built from the same file before."""
    changes: tuple[Change, ...]


def build_system(
    workbook: str | Path,
    out: str | Path,
    start_date: str | None = None,
    shared_dir: str | Path | None = None,
) -> System:
    """Build a system from a workbook into the folder ``out``, which holds it whole or as before.

    Parameters
    ----------
    workbook
        A Detention Statistics workbook of any edition.
    out
        Folder; it is made, or replaced when it holds a system.
    start_date
        First day; the first of the last whole month of the workbook when not given.
    shared_dir
        Publishers' files; what is packaged when not given.

    Raises
    ------
    InputError
        When the workbook cannot be read, does not cover the day, or ``out`` is something else.
    RunError
        When ``out`` cannot be written.
    """
    target = _target(out)
    system = replace(system_from_workbook(workbook, shared_dir, start_date), name=target.name)
    _put(system, target, {"file": Path(workbook).name, "sha256": sha256_of(Path(workbook))})
    return system


def update(out: str | Path, address: str | None = None, start_date: str | None = None) -> Update:
    """Download the newest workbook and build it into ``out``; what is there stays if that fails.

    Parameters
    ----------
    out
        Folder of the system.
    address
        A workbook, or a page that links to workbooks, of which the newest is taken;
        ``THINWALLS_UPDATE_ADDRESS`` when not given, else the publisher's page.
    start_date
        As of :func:`build_system`.

    Raises
    ------
    InputError
        When what was downloaded cannot become a system, or is older than what is there.
    RunError
        When there is no connection, or ``out`` cannot be written.
    """
    wanted = address or os.environ.get(ADDRESS_VARIABLE) or PAGE
    target = _target(out)
    with tempfile.TemporaryDirectory(prefix="thinwalls-") as made:
        found, path = _download(wanted, Path(made))
        checksum = sha256_of(path)
        before = read_system(target) if (target / "system.json").is_file() else None
        if before is not None and _origin(target).get("sha256") == checksum:
            return Update(found, path.name, checksum, target, False, ())
        system = replace(system_from_workbook(path, None, start_date), name=target.name)
        if before is not None and system.record_last < before.record_last:
            raise InputError(
                "covers the days to {day}; what is there covers those to {there}",
                where=found,
                day=system.record_last,
                there=before.record_last,
            )
        _put(system, target, {"address": found, "file": path.name, "sha256": checksum})
    return Update(found, path.name, checksum, target, True, changes_between(before, system))


def changes_between(before: System | None, now: System) -> tuple[Change, ...]:
    """What is different between two systems: last day, people, places that came and went."""
    people = int(now.facilities["population_start"].sum())
    if before is None:
        return (
            Change("last day of the data", "none", now.record_last),
            Change("facilities", "0", str(len(now.facilities))),
            Change("people", "0", f"{people:,}"),
        )
    were = before.facilities["population_start"]
    are = now.facilities["population_start"]
    found = [
        Change("last day of the data", before.record_last, now.record_last),
        Change("first day", before.start_date, now.start_date),
        Change("facilities", str(len(were)), str(len(are))),
        Change("people", f"{int(were.sum()):,}", f"{people:,}"),
    ]
    both = were.to_frame("were").join(are.to_frame("are"), how="outer").fillna(0).astype("int64")
    names = now.facilities["name"].combine_first(before.facilities["name"])
    order = (both["are"] - both["were"]).abs().sort_values(ascending=False, kind="stable").index
    found += [
        Change(f"{names[place]} ({place})", f"{both['were'][place]:,}", f"{both['are'][place]:,}")
        for place in order
    ]
    return tuple(one for one in found if one.before != one.now)


def newest_link(page: str, address: str) -> str | None:
    """The address of the newest workbook that a page links to: last fiscal year, last date."""
    best: tuple[tuple[int, str], str] | None = None
    for link in _LINK.findall(page):
        whole = urljoin(address, unescape(link))
        name = unquote(urlsplit(whole).path).rsplit("/", 1)[-1]
        year, day = _NAME.search(name), _DATE.search(name)
        if year is None or "detention" not in name.casefold():
            continue
        dated = f"{day.group(3)}-{day.group(1)}-{day.group(2)}" if day else ""
        key = (int(year.group(1)) % 100, dated)
        if best is None or key > best[0]:
            best = (key, whole)
    return None if best is None else best[1]


def _download(address: str, folder: Path) -> tuple[str, Path]:
    """Address and place of the workbook that an address is, or that its page links to last."""
    path = fetch(Download(_file_name(address), address), folder)
    if path.read_bytes()[:4] in _BEGINNINGS:
        return address, path
    text = path.read_bytes().decode("utf-8", errors="replace")
    link = newest_link(text, address)
    if link is None:
        raise InputError(
            "is neither a workbook nor a page with a link to one (FYnn ... detention ... .xlsx)",
            where=address,
        )
    path = fetch(Download(_file_name(link), link), folder / "linked")
    if path.read_bytes()[:4] not in _BEGINNINGS:
        raise InputError("is not a workbook that can be read (xlsx, xls, ods)", where=link)
    return link, path


def _file_name(address: str) -> str:
    name = re.sub(r"[^\w.-]+", "_", unquote(urlsplit(address).path).rsplit("/", 1)[-1])
    return name or "download"


def _target(out: str | Path) -> Path:
    """The folder to write, absolute: new, empty, or a system."""
    target = Path(out).absolute()
    if target.exists() and not target.is_dir():
        raise InputError("is a file, a directory is needed", where=str(out))
    if target.is_dir() and any(target.iterdir()) and not (target / "system.json").is_file():
        raise InputError("holds something else than a system: name another folder", where=str(out))
    return target


def _origin(folder: Path) -> dict[str, str]:
    try:
        content: dict[str, str] = json.loads((folder / ORIGIN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content


def _put(system: System, target: Path, origin: dict[str, str]) -> None:
    """Write a system beside its place, then put it there: nobody sees half of it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as made:
            new, old = Path(made) / "new", Path(made) / "old"
            write_system(system, new)
            text = json.dumps(origin, indent=1, ensure_ascii=False) + "\n"
            (new / ORIGIN).write_text(text, encoding="utf-8", newline="\n")
            if target.exists():
                target.rename(old)
            try:
                new.rename(target)
            except OSError:
                if old.exists():
                    old.rename(target)
                raise
    except OSError as error:
        raise RunError(
            "cannot be written ({reason})", where=str(target), reason=error.strerror
        ) from error
