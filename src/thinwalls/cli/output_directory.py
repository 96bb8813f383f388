"""Where results go: everything is written beside its place first and moved there when whole.

What a command wrote into a directory is listed there (:data:`LISTED`), so a later run replaces all
of an earlier one and nothing that somebody else put there.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from thinwalls.common import InputError, write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LISTED = ".thinwalls.json"
"""File with the names of all entries that this program wrote into a directory."""
_STAGING, _OLD = ".thinwalls-new-", ".thinwalls-old-"
_RECORD = "record.json"
_OF_A_RUN = (_RECORD, "results.zarr", "summary.csv", "report.html")
"""What versions without :data:`LISTED` wrote beside a record."""


@contextmanager
def output_directory(
    out: Path, writes: Sequence[str] = (), *, later: Sequence[str] = ()
) -> Iterator[Path]:
    """Give a staging directory; on success its entries replace all that an earlier run wrote.

    The staging directory is made at once, so a place that cannot be written to is known before
    any work is done; on failure or interruption it is removed and ``out`` is as it was.  Killed
    while entries are moved, ``out`` has some of one run, never of two.

    Parameters
    ----------
    out
        Where to write; made if it is not there.
    writes
        Names known beforehand, so that what is in their way is refused before the work.
    later
        Names that will be written after the block; those of an earlier run go with its others.

    Raises
    ------
    InputError
        When ``out`` is a file, cannot be made or written to, or holds something of such a name
        that this program did not write.
    """
    if out.exists() and not out.is_dir():
        raise InputError("is a file; give a directory", field="--out", value=str(out))
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(out)
        staging = Path(tempfile.mkdtemp(prefix=f"{_STAGING}{os.getpid()}-", dir=out))
    except OSError as problem:
        raise InputError(
            "cannot be written to ({reason})",
            field="--out",
            value=str(out),
            reason=problem.strerror,
        ) from None
    try:
        _refuse_others(out, [*writes, *later])
        if any((out / name).exists() for name in _ours(out)):
            click.echo(f"{out}: what an earlier run wrote here is replaced.", err=True)
        yield staging
        _commit(staging, out, later)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        for folder in made:
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()
        raise
    shutil.rmtree(staging, ignore_errors=True)


def _commit(staging: Path, out: Path, later: Sequence[str]) -> None:
    """Move what earlier runs wrote away, all of it, and only then the new entries in."""
    new = sorted(entry.name for entry in staging.iterdir())
    _refuse_others(out, [*new, *later])
    old = sorted(_ours(out))
    # First, so that whatever happens between, every entry of either run is known as ours.
    _list(out, [*old, *new, *later])
    away = Path(tempfile.mkdtemp(prefix=f"{_OLD}{os.getpid()}-", dir=out))
    for name in old:
        with suppress(FileNotFoundError):
            (out / name).replace(away / name)
    for name in new:
        (staging / name).replace(out / name)
    _list(out, [*new, *later])
    shutil.rmtree(away, ignore_errors=True)


def _list(out: Path, names: Sequence[str]) -> None:
    content = {"made_by": "thinwalls", "entries": sorted(set(names))}
    write_bytes(out / LISTED, json.dumps(content, indent=1).encode())


def _ours(out: Path) -> frozenset[str]:
    """Names of the entries of a directory that this program wrote."""
    try:
        entries = json.loads((out / LISTED).read_bytes())["entries"]
        return frozenset(str(name) for name in entries if Path(str(name)).name == str(name))
    except (OSError, ValueError, TypeError, LookupError):
        pass
    try:
        sealed = "seal" in json.loads((out / _RECORD).read_bytes())
    except (OSError, ValueError, TypeError):
        sealed = False
    return frozenset(_OF_A_RUN if sealed else ())


def _refuse_others(out: Path, names: Sequence[str]) -> None:
    ours = _ours(out)
    for name in names:
        if (out / name).exists() and name not in ours:
            raise InputError(
                "holds {name}, which this program did not write; choose another directory",
                field="--out",
                value=str(out),
                name=name,
            )


def _remove_leftovers(out: Path) -> None:
    """Remove what runs left behind that were killed: nobody can work in there any more."""
    for entry in out.glob(".thinwalls-*-*-*"):
        number = entry.name.split("-")[2]
        if entry.is_dir() and number.isdigit() and not _alive(int(number)):
            shutil.rmtree(entry, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
