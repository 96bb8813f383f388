"""A saved run as commands take it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from thinwalls.common import RunError, ThinwallsError
from thinwalls.pathogens import load_pathogen
from thinwalls.runs import load_record, recorded_request
from thinwalls.system import load_system

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.system import System

RECORD = "record.json"
"""Beside the results of a run: what was asked."""


def used_by(results: Results, saved: Path) -> tuple[System, Pathogen]:
    """The system and the pathogen of a result, from the record beside it or by their names.

    Raises
    ------
    InputError
        When a table of the user's own is not where the record says, nor beside it.
    """
    beside = saved.parent / RECORD
    if beside.is_file() and load_record(beside).numbers.checksum == results.checksum:
        request = recorded_request(load_record(beside), beside)
        return request.system.load(), load_pathogen(request.pathogen)
    # A part of a system is named after it, as in ice-2020:state:LA.
    system = load_system(str(results.provenance["system_name"]).partition(":")[0])
    return system, load_pathogen(str(results.provenance["pathogen_name"]))


@contextmanager
def saved_already(results: Path) -> Iterator[None]:
    """Say of whatever fails in the block that the results are kept.

    Raises
    ------
    RunError
        For every failure but an interruption.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise RunError("stopped; the results are kept", where=str(results)) from None
    except ThinwallsError as problem:
        raise RunError(
            "the results are kept, the report could not be written: {problem}",
            where=str(results),
            problem=problem,
        ) from problem
    except Exception as problem:
        raise RunError(
            "the results are kept, the report could not be written: {problem}",
            where=str(results),
            problem=f"{type(problem).__name__}: {problem}",
        ) from problem
