"""The record of a run: everything that repeats it, and checksums of what came out."""

from __future__ import annotations

import hashlib
import json
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from thinwalls.common import InputError, TypedRecord, read_as, read_text, write_bytes
from thinwalls.pathogens import list_pathogens
from thinwalls.policy import loads_scenarios
from thinwalls.results import checksum, counted_by_age, first_variables
from thinwalls.runs.run_request import RunRequest
from thinwalls.runs.system_selection import GrownRecord, SystemSelection
from thinwalls.simulation import RunOptions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thinwalls.results import Results

FORMAT = "thinwalls record"
VERSION = 1
CHECKSUM = "_checksum"
PARTS = ("dataset", "totals", "hospitals", "parameters")
BY_SCENARIO = ("dataset", "totals", "hospitals")


class SystemUsed(TypedRecord):
    """Which system, and what it held."""

    named: SystemSelection
    checksum: str
    """of all tables"""
    file_sha256: str | None = None
    """of the user's own file"""


class PathogenUsed(TypedRecord):
    """Which pathogen, and what it held."""

    name: str
    """packaged name, or path of a file"""
    checksum: str
    file_sha256: str | None = None


class Numbers(GrownRecord):
    """Checksums of a result."""

    LATER: ClassVar[tuple[str, ...]] = ("further",)

    checksum: str
    parts: dict[str, str]
    scenarios: dict[str, dict[str, str]]
    """by scenario and part"""
    further: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """by part, variables that are covered besides :func:`thinwalls.results.first_variables`"""


class RunRecord(GrownRecord):
    """The file ``record.json``."""

    LATER: ClassVar[tuple[str, ...]] = ("options",)

    format: str = FORMAT
    version: int = VERSION
    command: str = ""
    system: SystemUsed
    pathogen: PathogenUsed
    scenario_file: str
    """text of the scenario file"""
    start: str
    days: int
    draws: int
    seed: int
    places: tuple[str, ...] = ()
    """ids of places kept day by day"""
    priors: str | None = None
    """packaged name, or path of a file"""
    by_age: bool = False
    """whether every event was counted by age; not part of the seal when it was not"""
    options: dict[str, Any] = Field(default_factory=dict)
    """other options of the run that change numbers and are not as usual"""
    data: dict[str, str] = Field(default_factory=dict)
    """checksums of whatever else went in, for example of priors"""
    versions: dict[str, str]
    machine: dict[str, str] = Field(default_factory=dict)
    numbers: Numbers
    seal: str = ""
    """SHA-256 of everything else in the record"""

    @property
    def request(self) -> RunRequest:
        """What was run.

        Raises
        ------
        InputError
            When this version cannot run it.
        """
        return RunRequest.of_record(self.model_dump(mode="json"))

    def sealed(self) -> str:
        """What the seal has to be."""
        left_out = {"seal"} if self.by_age else {"seal", "by_age"}
        content = self.model_dump(mode="json", exclude=left_out)
        text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def numbers_of(results: Results, further: Mapping[str, tuple[str, ...]] | None = None) -> Numbers:
    """Checksums of a whole result, of each part, and of each scenario in each part.

    Parameters
    ----------
    results
        What a run gave.
    further
        By part, the variables to cover besides those that every result has; all unless given.

    Raises
    ------
    InputError
        When the result does not hold one of them.
    """
    first = first_variables()
    if further is None:
        beyond = {
            part: tuple(name for name in names if name not in first[part])
            for part, names in results.variables.items()
        }
        further = {part: names for part, names in beyond.items() if names}
    results = results.only(
        {part: (*first[part], *further.get(part, ())) for part in results.variables}
    )
    return Numbers(
        further=dict(further),
        checksum=results.checksum,
        parts={part: checksum(getattr(results, part)) for part in PARTS},
        scenarios={
            name: {
                part: checksum(getattr(results, part).sel(scenario=name)) for part in BY_SCENARIO
            }
            for name in results.scenarios
        },
    )


def other_data(provenance: Mapping[str, Any]) -> dict[str, str]:
    """Checksums that a result names besides those of its system and pathogen."""
    return {
        name: str(value)
        for name, value in sorted(provenance.items())
        if name.endswith(CHECKSUM) and name.removesuffix(CHECKSUM) not in ("system", "pathogen")
    }


def make_record(
    results: Results,
    *,
    system: str | SystemSelection,
    pathogen: str,
    places: Sequence[str] = (),
    priors: str | None = None,
    contents: bytes | None = None,
    **part: Any,
) -> RunRecord:
    """The record of a run.

    Parameters
    ----------
    results
        What :func:`thinwalls.simulate` gave.
    system, pathogen
        How they were named: packaged names or paths of files.
    places
        Ids of places kept day by day.
    priors
        Name or file of the priors.
    contents
        Of the system's file, when it was read from memory and lies on no disk.
    part
        What was made of the system, with the fields of
        :class:`~thinwalls.runs.system_selection.SystemSelection`: ``states``, ``around``,
        ``county``, ``facilities``, ``kinds``, ``housing``, ``unit_people``, ``immune``.

    Raises
    ------
    InputError
        When a file cannot be read or there is no such field.
    """
    made = results.provenance
    by_age = counted_by_age(results, "detained", "infections")
    request = RunRequest(
        system=SystemSelection(name=system, **part) if isinstance(system, str) else system,
        pathogen=pathogen,
        scenarios=tuple(loads_scenarios(made["scenario_file"], "scenarios of the results")),
        options=RunOptions.picked(
            {**made, "places": places, "priors": priors, "by_age": by_age},
        ),
    )
    return record_of_run(results, request, contents=contents)


def record_of_run(
    results: Results, request: RunRequest, *, contents: bytes | None = None
) -> RunRecord:
    """The record of a request that was run.

    Parameters
    ----------
    results
        What the run gave; the first day and the number of draws are taken from it.
    request
        How everything was named.
    contents
        Of the system's file, when it was read from memory and lies on no disk.

    Raises
    ------
    InputError
        When a file cannot be read, or the priors have no name.
    """
    made = results.provenance
    ran = request.with_options(start=made["start"], draws=made["draws"])
    record = RunRecord(
        **{
            **ran.to_dict(),
            "scenario_file": made["scenario_file"],
            "system": SystemUsed(
                named=request.system,
                checksum=made["system_checksum"],
                file_sha256=_sha256_of_system(request.system, contents),
            ),
            "pathogen": PathogenUsed(
                name=request.pathogen,
                checksum=made["pathogen_checksum"],
                file_sha256=None
                if request.pathogen in list_pathogens()
                else file_sha256(request.pathogen),
            ),
        },
        command=made["command"],
        data=other_data(made),
        versions=dict(made["versions"]),
        machine={
            "python": platform.python_version(),
            "system": platform.system(),
            "processor": platform.machine(),
        },
        numbers=numbers_of(results),
    )
    return record.model_copy(update={"seal": record.sealed()})


def _sha256_of_system(named: SystemSelection, contents: bytes | None) -> str | None:
    if contents is not None:
        return hashlib.sha256(contents).hexdigest()
    return file_sha256(named.name) if named.is_file else None


def record_bytes(record: RunRecord) -> bytes:
    """The contents of ``record.json``."""
    return (record.model_dump_json(indent=2) + "\n").encode()


def write_record(record: RunRecord, path: str | Path) -> Path:
    """Write ``record.json``, whole or not at all."""
    return write_bytes(path, record_bytes(record))


def load_record(path: str | Path) -> RunRecord:
    """Read ``record.json``.

    Raises
    ------
    InputError
        When the file is not a record, or of another version; the message names the field.
    """
    where = str(path)
    try:
        content = json.loads(read_text(path))
    except json.JSONDecodeError as problem:
        raise InputError("is not JSON: {reason}", where=where, reason=problem) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InputError(
            "is not a {format} (the record.json beside a result)", where=where, format=FORMAT
        )
    if content.get("version") != VERSION:
        raise InputError(
            "this version of thinwalls reads {version}",
            where=where,
            field="version",
            value=content.get("version"),
            version=VERSION,
        )
    return read_as(RunRecord, content, where=where)


def file_sha256(path: str | Path) -> str:
    """SHA-256 of a file's bytes."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError as problem:
        raise InputError(
            "cannot be read ({reason})", where=str(path), reason=problem.strerror
        ) from None
