"""``verify``: repeat a run from its record and compare it bit for bit."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from thinwalls.common import InputError, Message
from thinwalls.results import load_results, summary_bytes
from thinwalls.runs.run_record import (
    BY_SCENARIO,
    CHECKSUM,
    Numbers,
    RunRecord,
    file_sha256,
    load_record,
    numbers_of,
    other_data,
)
from thinwalls.simulation import list_priors

if TYPE_CHECKING:
    from collections.abc import Callable

    from thinwalls.results import Results
    from thinwalls.runs.run_request import RunRequest

Kind = Literal["record", "version", "name", "data", "numbers"]
HARMLESS: tuple[Kind, ...] = ("version", "name")
"""Differences that matter only if the numbers differ."""
WORDS = {
    "dataset": "the daily series",
    "totals": "the totals",
    "hospitals": "the numbers of hospital beds",
    "parameters": "the drawn parameters",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as recorded."""

    kind: Kind
    what: str
    recorded: str
    now: str
    text: str
    """the difference in plain words"""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a repeated run showed."""

    record: RunRecord
    numbers: Numbers
    """of the repeated run"""
    differences: tuple[Difference, ...]
    unchecked: tuple[str, ...] = ()
    """files beside the record about which nothing is said"""

    @property
    def same_numbers(self) -> bool:
        """Whether every number is the same to the last bit."""
        return self.numbers.checksum == self.record.numbers.checksum

    @property
    def verified(self) -> bool:
        """Same numbers from the same data by an untouched record; versions may differ."""
        return self.same_numbers and all(one.kind in HARMLESS for one in self.differences)

    def as_dict(self) -> dict[str, Any]:
        """Plain types, as JSON knows them."""
        return {
            "verified": self.verified,
            "same_numbers": self.same_numbers,
            "recorded_checksum": self.record.numbers.checksum,
            "checksum": self.numbers.checksum,
            "differences": [asdict(one) for one in self.differences],
            "unchecked": list(self.unchecked),
        }


def verify(
    path: str | Path,
    *,
    system: str | None = None,
    pathogen: str | None = None,
    priors: str | None = None,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Verification:
    """Repeat the run of a record and compare every number.

    Parameters
    ----------
    path
        The ``record.json``.
    system, pathogen, priors
        Where the user's own files are now, if not where they were and not beside the record.
    threads, progress
        As of :func:`thinwalls.simulate`.

    Raises
    ------
    InputError
        When the record cannot be read, or something that it names is not there.
    """
    record = load_record(path)
    request = recorded_request(record, path, system=system, pathogen=pathogen, priors=priors)
    system_file, pathogen_file = request.system.name, request.pathogen
    results = request.run(threads=threads, progress=progress, command=f"thinwalls verify {path}")
    numbers = numbers_of(results, record.numbers.further)
    made = results.provenance
    differences = [
        *_touched(record),
        *_versions(record, dict(made["versions"])),
        *_data(record, made, system_file, pathogen_file),
        *_numbers(record.numbers, numbers),
        *_beside(record, Path(path).parent / "results.zarr"),
        *_summary_beside(results, Path(path).parent / "summary.csv"),
    ]
    report = Path(path).parent / "report.html"
    unchecked = (str(report),) if report.exists() else ()
    return Verification(record, numbers, tuple(differences), unchecked)


def recorded_request(
    record: RunRecord,
    path: str | Path,
    *,
    system: str | None = None,
    pathogen: str | None = None,
    priors: str | None = None,
) -> RunRequest:
    """What a record asks for, with the user's own files where they are now.

    Parameters
    ----------
    record, path
        The record and its file.
    system, pathogen, priors
        As of :func:`verify`.

    Raises
    ------
    InputError
        As :func:`located`.
    """
    named = record.system.named.name
    system_file = located(named, record.system.file_sha256, system, path, "--system")
    pathogen_file = located(
        record.pathogen.name, record.pathogen.file_sha256, pathogen, path, "--pathogen"
    )
    return record.request.with_system_and_pathogen(system_file, pathogen_file).with_options(
        priors=_priors(record, path, priors)
    )


def located(name: str, sha256: str | None, given: str | None, record: str | Path, flag: str) -> str:
    """Where a file is now: as given, as recorded, or beside the record.

    A packaged name (no ``sha256``) stays what it is.

    Raises
    ------
    InputError
        When the file is not there, or a file is given for something packaged.
    """
    if sha256 is None:
        if given is not None:
            raise InputError(
                "the run used the packaged {name}, no file", field=flag, value=given, name=name
            )
        return name
    if given is not None:
        return given
    beside = Path(record).parent / Path(name).name
    places = [place for place in (Path(name), beside) if place.is_file()]
    for place in places:
        if file_sha256(place) == sha256:
            return str(place)
    if places:
        return str(places[0])
    raise InputError(
        "is not there; give its place with {flag}",
        where=str(record),
        field="file",
        value=name,
        flag=flag,
    )


def _priors(record: RunRecord, path: str | Path, given: str | None) -> str | None:
    """Name of the priors, or where their file is now."""
    if record.priors is None or record.priors in list_priors():
        if given is not None:
            used = record.priors or Message("the usual priors")
            raise InputError(
                "the run used {used}, no file", field="--priors", value=given, used=used
            )
        return record.priors
    return located(record.priors, record.data.get("priors_checksum", ""), given, path, "--priors")


def _touched(record: RunRecord) -> list[Difference]:
    now = record.sealed()
    if now == record.seal:
        return []
    text = "The record was changed after it was written: its seal does not fit its contents."
    return [Difference("record", "seal", record.seal, now, text)]


def _versions(record: RunRecord, now: dict[str, str]) -> list[Difference]:
    return [
        Difference(
            "version",
            name,
            record.versions.get(name, "none"),
            now.get(name, "none"),
            f"Made with {name} {record.versions.get(name, 'none')}, "
            f"repeated with {now.get(name, 'none')}.",
        )
        for name in sorted({*record.versions, *now})
        if record.versions.get(name) != now.get(name)
    ]


def _data(record: RunRecord, made: Any, system_file: str, pathogen_file: str) -> list[Difference]:
    out = []
    for what, file, recorded in (
        ("system file", system_file, record.system.file_sha256),
        ("pathogen file", pathogen_file, record.pathogen.file_sha256),
    ):
        if recorded is not None and (now := file_sha256(file)) != recorded:
            text = f"The {what} {file} is not the one that was used."
            out.append(Difference("data", what, recorded, now, text))
    pairs = (
        ("system", record.system.named.name, record.system.checksum, made["system_checksum"]),
        ("pathogen", record.pathogen.name, record.pathogen.checksum, made["pathogen_checksum"]),
    )
    changed = bool(out)
    for what, name, before, now in pairs:
        if before == now:
            continue
        kind: Kind = "data"
        text = f"The {what} {name} holds other values than it did."
        renamed = Path(name).name != Path(system_file).name
        if what == "system" and record.system.named.is_file and renamed and not changed:
            kind = "name"
            text = f"The file {name} is called {system_file} now, with the same contents."
        out.append(Difference(kind, what, before, now, text))
    now_used = other_data(made)
    for name in sorted({*record.data, *now_used}):
        before, now = record.data.get(name, "none"), now_used.get(name, "none")
        if before != now:
            what = name.removesuffix(CHECKSUM)
            text = f"The {what} of the run hold other values than they did."
            out.append(Difference("data", what, before, now, text))
    return out


def _numbers(recorded: Numbers, now: Numbers) -> list[Difference]:
    if recorded == now:
        return []
    out = [
        Difference("numbers", part, recorded.parts.get(part, "none"), value, text)
        for part, value in now.parts.items()
        if recorded.parts.get(part) != value
        for text in [f"{WORDS[part].capitalize()} differ: {_where(part, recorded, now)}."]
    ]
    if recorded.checksum != now.checksum:
        text = "The numbers are not those that were recorded."
        out.insert(0, Difference("numbers", "all", recorded.checksum, now.checksum, text))
    return out or [
        Difference("numbers", "scenarios", "", "", "Checksums by scenario are not those recorded.")
    ]


def _beside(record: RunRecord, saved: Path) -> list[Difference]:
    """Whether the result that lies beside the record is the one recorded."""
    if not saved.is_dir():
        return []
    try:
        now = load_results(str(saved)).checksum
    except InputError as problem:
        now = problem.problem
    if now == record.numbers.checksum:
        return []
    text = f"The saved {saved} is not the result that was recorded."
    return [Difference("numbers", "saved result", record.numbers.checksum, now, text)]


def _summary_beside(results: Results, saved: Path) -> list[Difference]:
    """Whether the summary that lies beside the record is that of the repeated run.

    The record does not say against which scenario it compares, so any will do.
    """
    if not saved.is_file():
        return []
    there = saved.read_bytes()
    if any(summary_bytes(results, baseline=name) == there for name in results.scenarios):
        return []
    text = f"The saved {saved} is not the summary of the run that was recorded."
    return [Difference("numbers", "summary", "", "", text)]


def _where(part: str, recorded: Numbers, now: Numbers) -> str:
    if part not in BY_SCENARIO:
        return "in every scenario"
    names = [
        name
        for name, parts in now.scenarios.items()
        if recorded.scenarios.get(name, {}).get(part) != parts[part]
    ]
    if len(names) == len(now.scenarios) > 1:
        return "in every scenario"
    return "in " + ", ".join(repr(name) for name in names) if names else "in no single scenario"
