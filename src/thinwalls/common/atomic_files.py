"""Writing files and directories whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from thinwalls.common.errors import InputError, RunError

if TYPE_CHECKING:
    from collections.abc import Iterator


def _explain(error: OSError, path: Path) -> RunError:
    if isinstance(error, PermissionError):
        return RunError("no permission to write here", where=str(path))
    if isinstance(error, FileNotFoundError):
        return RunError(
            "the directory {parent} does not exist", where=str(path), parent=path.parent
        )
    return RunError("cannot be written: {reason}", where=str(path), reason=error.strerror or error)


def _ready(path: Path) -> None:
    if not path.name:
        raise InputError("must name a file", field="path", value=str(path))
    if path.parent.exists() and not path.parent.is_dir():
        raise InputError("{parent} is a file, not a directory", where=str(path), parent=path.parent)


def check_target(path: str | Path) -> Path:
    """``path`` as a file that could be written; raises what :func:`write_bytes` would raise.

    To be called before long work whose result goes there.
    """
    target = Path(path)
    _ready(target)
    if target.is_dir():
        raise InputError("is a directory; a file name is needed", where=str(target))
    if not target.parent.exists():
        raise _explain(FileNotFoundError(), target)
    if not os.access(target.parent, os.W_OK):
        raise _explain(PermissionError(), target)
    return target


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write ``content`` to ``path`` whole or not at all; an existing file is replaced.

    Raises
    ------
    InputError
        When a directory is in the way.
    RunError
        When the file cannot be written.
    """
    target = check_target(path)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        raise _explain(error, target) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return target


@contextmanager
def whole_directory(path: str | Path, *, replace: bool) -> Iterator[Path]:
    """A fresh directory to fill; it becomes ``path`` when the block ends without an error.

    With ``replace`` an existing directory is swapped out last, so it stays whole until then.
    """
    target = Path(path)
    _ready(target)
    if target.is_file():
        raise InputError("is a file; a directory name is needed", where=str(target))
    if target.exists() and not replace:
        raise InputError("already exists; remove it or choose another name", where=str(target))
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    try:
        partial.mkdir()
    except OSError as error:
        raise _explain(error, target) from error
    try:
        yield partial
        if target.exists():
            target.rename(old)
        try:
            partial.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    except OSError as error:
        raise _explain(error, target) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
