"""Where results go: everything is written beside its place first and moved there when whole."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from thinwalls.common import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def output_directory(out: Path) -> Iterator[Path]:
    """Give a staging directory; on success its entries replace those of the same name in ``out``.

    The staging directory is made at once, so a place that cannot be written to is known before
    any work is done; on failure or interruption it is removed and ``out`` is as it was.

    Raises
    ------
    InputError
        When ``out`` is a file, or cannot be made or written to.
    """
    if out.exists() and not out.is_dir():
        raise InputError("is a file; give a directory", field="--out", value=str(out))
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".thinwalls-", dir=out))
    except OSError as problem:
        raise InputError(
            "cannot be written to ({reason})",
            field="--out",
            value=str(out),
            reason=problem.strerror,
        ) from None
    try:
        yield staging
        for entry in sorted(staging.iterdir()):
            target = out / entry.name
            if target.is_dir():
                shutil.rmtree(target)
            entry.replace(target)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        for folder in made:
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()
        raise
    shutil.rmtree(staging, ignore_errors=True)
