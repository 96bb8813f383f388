"""Downloads from publishers: checked, resumed, cached; never run unasked."""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from thinwalls.common import InputError, Message, RunError

TIMEOUT_SECONDS = 30.0
ATTEMPTS = 3
_BLOCK = 1 << 16

Progress = Callable[[int, int | None], None]
"""Called with the bytes there are and the bytes there will be (None when not told)."""


@dataclass(frozen=True)
class Download:
    """A publisher's file: where it is, what it is called here, its checksum when known."""

    name: str
    address: str
    sha256: str | None = None


def cache_folder() -> Path:
    """Folder for downloads: ``THINWALLS_CACHE``, else the user's cache folder."""
    given = os.environ.get("THINWALLS_CACHE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "thinwalls"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal text."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def fetch(
    download: Download,
    folder: Path | None = None,
    *,
    timeout: float = TIMEOUT_SECONDS,
    attempts: int = ATTEMPTS,
    progress: Progress | None = None,
) -> Path:
    """Download a file into the cache, or return it when it is there and its checksum is right.

    What an interrupted download left (``.part``) is continued when the server can; the file gets
    its name only when it is complete and its checksum is right.

    Raises
    ------
    InputError
        When the address is not http or https.
    RunError
        When there is no connection, the server answers with an error, what it sends stays
        incomplete, or the checksum is wrong (the message says which).
    """
    if urlsplit(download.address).scheme not in ("http", "https"):
        raise InputError(
            "must begin with http:// or https://", field="address", value=download.address
        )
    target = (folder or cache_folder()) / download.name
    if target.is_file() and (download.sha256 is None or sha256_of(target) == download.sha256):
        return target
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if download.sha256 is None:  # nothing would tell whether it is a part of the same file
            part.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(
            "cannot be written ({reason})", where=str(target.parent), reason=error.strerror
        ) from error
    left = part.exists()
    got = _whole(download, part, timeout, attempts, progress)
    if left and got != download.sha256:  # what was left may be of an older file: once from new
        part.unlink()
        got = _whole(download, part, timeout, attempts, progress)
    if download.sha256 is not None and got != download.sha256:
        part.unlink()
        raise RunError(
            "the checksum is wrong (SHA-256 {found}..., expected {expected}...): the "
            "file has changed or is damaged",
            where=str(download.address),
            found=got[:12],
            expected=download.sha256[:12],
        )
    part.replace(target)
    return target


def _whole(
    download: Download, part: Path, timeout: float, attempts: int, progress: Progress | None
) -> str:
    """Download until it is complete; returns its checksum.  Raises when it stays incomplete."""
    problem: Message | None = None
    for _ in range(max(1, attempts)):
        problem = _once(download.address, part, timeout, progress)
        if problem is None:
            return sha256_of(part)
    assert problem is not None
    raise RunError.of(problem, where=download.address)


def _once(address: str, part: Path, timeout: float, progress: Progress | None) -> Message | None:
    """One attempt; returns what went wrong, or None.

    Raises
    ------
    RunError
        When trying again cannot help.
    """
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(address, headers={"User-Agent": "thinwalls"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            resumed = have > 0 and answer.status == 206
            whole = _whole_size(answer, have if resumed else 0)
            done = have if resumed else 0
            with part.open("ab" if resumed else "wb") as stream:
                while block := answer.read(_BLOCK):
                    stream.write(block)
                    done += len(block)
                    if progress is not None:
                        progress(done, whole)
            if whole is not None and done < whole:
                return Message(
                    "the connection broke off after {done} of {whole} bytes", done=done, whole=whole
                )
            return None
    except urllib.error.HTTPError as error:
        error.close()
        said = Message(
            "the server answered {code} {reason}",
            code=error.code,
            reason=" ".join(str(error.reason).split()),
        )
        if error.code == 416 and have:  # the part is complete or longer than the file
            part.unlink()
            return Message("the server could not continue the download")
        if error.code >= 500:
            return said
        raise RunError.of(said, where=address) from error
    except TimeoutError:
        return Message("no answer for {timeout} seconds", timeout=f"{timeout:g}")
    except http.client.IncompleteRead as error:
        return Message(
            "the connection broke off after {done} bytes", done=have + len(error.partial)
        )
    except urllib.error.URLError as error:
        reason = error.reason
        if isinstance(reason, TimeoutError):
            return Message("no answer for {timeout} seconds", timeout=f"{timeout:g}")
        return Message(
            "no connection ({reason}); thinwalls works offline without it, the "
            "packaged data is there",
            reason=reason,
        )
    except (http.client.HTTPException, OSError) as error:
        return Message("the connection broke off ({reason})", reason=type(error).__name__)


def _whole_size(answer: http.client.HTTPResponse, have: int) -> int | None:
    length = answer.headers.get("Content-Length")
    return have + int(length) if length is not None and length.isdigit() else None
