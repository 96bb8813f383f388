"""What a publisher is here: its facts in a TOML file, and the code that reads its files.

A publisher is a module of ``sources/publishers`` with a TOML file of the same name beside it.  The
module defines ``PUBLISHER``; :func:`all_publishers` finds it.  Checking a file, downloading,
reconciling, citing and the page on data go through that list and know no publisher by name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

import pandas as pd

from thinwalls.common import InputError, TypedRecord, parse_toml, read_as
from thinwalls.sources.reading.download import Download

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.sources.reading.kind_of_file import GivenFile
    from thinwalls.sources.reading.odd import Oddity
    from thinwalls.system import System

PLACE = "thinwalls.sources.publishers"
SOURCE_COLUMNS = ("publisher", "title", "file", "address", "date", "licence", "attribution")
"""Columns of the table ``sources`` of a system."""


class Citation(TypedRecord):
    """One source id: what it is, its terms and how to credit it."""

    id: str
    publisher: str
    title: str
    address: str
    licence: str
    """Terms, in the publisher's words where there are any."""
    packaging: Literal["files", "figures", "derived", "nothing"]
    """What of it may be in the package: its files (or cuts of them), figures out of them,
    only what is worked out from them, or nothing."""
    attribution: str
    file: str | None = None
    date: str | None = None

    def of_edition(self, file: str, date: str, **names: object) -> Citation:
        """The citation of one edition of a file that comes out again and again.

        Parameters
        ----------
        file, date
            File name and last day of the edition.
        **names
            What stands in braces in ``id``, ``title`` and ``attribution``.
        """
        texts = {name: getattr(self, name).format(**names) for name in
                 ("id", "title", "attribution")}  # fmt: skip
        return self.model_copy(update={**texts, "file": file, "date": date})


class OfferedFile(TypedRecord):
    """A file of a publisher: where it lies below the folder of downloads, and where it is from."""

    name: str
    key: str | None = None
    """What ``thinwalls data fetch`` calls it; without one it has no address of its own."""
    address: str | None = None
    sha256: str | None = None


class PublishedNumber(TypedRecord):
    """A number that a publisher gives and ours are held against."""

    value: float
    unit: str
    source: str


class Facts(TypedRecord):
    """The TOML file of a publisher."""

    title: str
    """What its files are, in a few words."""
    order: int
    """Where it stands in lists: smaller is further up."""
    citations: tuple[Citation, ...]
    files: tuple[OfferedFile, ...] = ()
    published: Mapping[str, PublishedNumber] = {}


@dataclass(frozen=True)
class FileRead:
    """What a publisher's file says."""

    what: str
    """Title of the file, with its edition where it has one."""
    tables: Mapping[str, pd.DataFrame]
    """By name; the first is the one whose rows are counted."""
    noticed: tuple[Oddity, ...] = ()
    """What reading already showed: codes for missing, parts that are not there."""
    counted: Mapping[str, float] = field(default_factory=dict)
    """Sums that should agree, by what they are of."""


class Compared(NamedTuple):
    """One of our totals beside a published one."""

    what: str
    ours: float
    published: float
    published_by: str
    why: str
    """Why they differ."""


class Publisher(ABC):
    """Everything that is done with the files of one publisher."""

    name: ClassVar[str]
    """Of its module and its TOML file."""

    @cached_property
    def facts(self) -> Facts:
        """The publisher's TOML file."""
        return facts_of(self.name)

    @abstractmethod
    def recognise(self, file: GivenFile) -> bool:
        """Whether a file is one of this publisher's, by its kind and its columns."""

    @abstractmethod
    def read(self, path: Path) -> FileRead:
        """Tables of a file that :meth:`recognise` knows.

        Raises
        ------
        InputError
            When the file cannot be read; names file, field, value and what is allowed.
        """

    def problems(self, read: FileRead) -> list[Oddity]:
        """What is odd in the tables, for ``thinwalls data check``."""
        del read
        return []

    def totals(self, system: System) -> list[Compared]:
        """Our totals of a system beside those published, for ``thinwalls data reconcile``."""
        del system
        return []


def facts_of(name: str) -> Facts:
    """The TOML file of a publisher.

    Raises
    ------
    InputError
        When it is not valid; names file, field, value and what is allowed.
    """
    path = files(PLACE) / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    return read_as(Facts, parse_toml(text, path.name), where=path.name)


@cache
def all_publishers() -> tuple[Publisher, ...]:
    """Every publisher: a module with a TOML file beside it, in the order that the files give.

    Raises
    ------
    InputError
        When two publishers give the same source id or the same key of a file.
    """
    texts = (one.name for one in files(PLACE).iterdir() if one.name.endswith(".toml"))
    names = sorted(name.removesuffix(".toml") for name in texts)
    found: list[Publisher] = [import_module(f"{PLACE}.{name}").PUBLISHER for name in names]
    for part in ("id", "key"):
        taken: set[str] = set()
        for one in found:
            entries = one.facts.citations if part == "id" else one.facts.files
            for given in (getattr(entry, part) for entry in entries):
                if given is not None and given in taken:
                    place = one.name + ".toml"
                    raise InputError("is there twice", where=place, field=part, value=given)
                taken.add(given)
    return tuple(sorted(found, key=lambda one: (one.facts.order, one.name)))


def citation(source_id: str) -> Citation:
    """The citation of a source id.

    Raises
    ------
    KeyError
        When no publisher has it.
    """
    return {one.id: one for each in all_publishers() for one in each.facts.citations}[source_id]


def source_table(citations: list[Citation]) -> pd.DataFrame:
    """Rows of the table ``sources`` of a system: index ``source_id``, :data:`SOURCE_COLUMNS`."""
    rows = {one.id: [getattr(one, name) for name in SOURCE_COLUMNS] for one in citations}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(SOURCE_COLUMNS))
    frame.index.name = "source_id"
    return frame


def offered_files() -> dict[str, Download]:
    """Files with an address of their own, by key, with the checksum of what was used here.

    A publisher may replace a file under the same address: then the checksum differs, and the
    message says so.
    """
    return {
        one.key: Download(one.name, one.address, one.sha256)
        for each in all_publishers()
        for one in each.facts.files
        if one.key is not None and one.address is not None
    }
