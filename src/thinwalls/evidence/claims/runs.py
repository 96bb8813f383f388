"""Claims tried in one way or in several (more draws, another seed), each experiment run once.

The first draws of a longer run are the draws of a shorter one, bit for bit, so twice the draws and
the usual number come from one run.  What an experiment gave can be kept in a directory; a run that
was interrupted then goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from thinwalls.common import InputError, write_bytes
from thinwalls.evidence.claims.judge import (
    ClaimResult,
    TestResult,
    chosen_claims,
    experiments_needed,
    judge,
    run_experiment,
    try_test,
)
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation import load_priors, pathogen_checksum, versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from thinwalls.evidence.claims.claim_files import Claim, ClaimFile, Experiment
    from thinwalls.results import Results

FEWEST_DRAWS = 10


class Way(NamedTuple):
    """How claims are tried."""

    draws_factor: float = 1.0
    """multiplies the draws of every experiment"""
    seed: int = 1
    fitted: bool = False
    """with the priors that experiments name for this; claims of others are left out"""


USUAL = Way()


@dataclass(frozen=True)
class Run:
    """What one experiment gave: what was run, and its tests by claim."""

    about: Mapping[str, Any]
    """``text, scenarios, draws, days, start`` and the checksums of system, pathogen and results"""
    tests: Mapping[str, tuple[TestResult, ...]]


@dataclass(frozen=True)
class Answer:
    """What was found in one way."""

    claims: Sequence[ClaimResult]
    runs: Mapping[str, Run]
    """by experiment"""
    way: Way


def runs_of(claims: ClaimFile, only: Iterable[str], draws: int | None, ways: Iterable[Way]) -> int:
    """How many (scenario, draw) runs :func:`try_in_ways` makes, for a progress bar."""
    return sum(
        max(_number(one, draws, way) for way in group) * len(one.scenarios)
        for group in _alike(ways)
        for one in _needed(claims, only, group[0]).values()
    )


def try_claims(
    claims: ClaimFile,
    *,
    only: Iterable[str] = (),
    draws: int | None = None,
    way: Way = USUAL,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Answer:
    """Run what the chosen claims need, each experiment once, and judge them.

    Parameters
    ----------
    claims
        As :func:`thinwalls.evidence.load_claims` gives them.
    only
        Ids of claims; all if empty.
    draws
        Replaces the draws of every experiment.
    way
        Seed, factor on the draws, priors.
    threads
        Draws at a time; all cores if not given.
    progress
        Called with the number of (scenario, draw) runs done.
    """
    found = try_in_ways(
        claims, {"": way}, only=only, draws=draws, threads=threads, progress=progress
    )
    return found[""]


def try_in_ways(
    claims: ClaimFile,
    ways: Mapping[str, Way],
    *,
    only: Iterable[str] = (),
    draws: int | None = None,
    threads: int | None = None,
    parts: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Answer]:
    """Answers by the names of the ways; ways that differ in their draws share their runs.

    Parameters
    ----------
    claims, only, draws, threads, progress
        As of :func:`try_claims`.
    ways
        By name.
    parts
        A directory for what each experiment gave; what an earlier run of the same versions,
        claims, draws and seed left there is taken from it.

    Raises
    ------
    InputError
        When ``parts`` cannot be made, or a file in it is not what was written there.
    """
    only = tuple(only)
    _make(parts)
    done = 0
    runs: dict[Way, dict[str, Run]] = {way: {} for way in ways.values()}
    for group in _alike(ways.values()):
        for name, experiment in _needed(claims, only, group[0]).items():
            tested = _tested(chosen_claims(claims, only, group[0].fitted), name)
            numbers = {way: _number(experiment, draws, way) for way in group}
            files = {
                way: None if parts is None else _file(parts, name, experiment, tested, way, number)
                for way, number in numbers.items()
            }
            known = {way: _read(file) for way, file in files.items()}
            longest = max(numbers.values())
            if any(one is None for one in known.values()):
                results = run_experiment(
                    experiment,
                    draws=longest,
                    seed=group[0].seed,
                    fitted=group[0].fitted,
                    threads=threads,
                    progress=_after(done, progress),
                )
                for way, number in numbers.items():
                    made = _run(experiment, tested, first_draws(results, number))
                    known[way] = made
                    _write(files[way], made)
            for way, one in known.items():
                assert one is not None
                runs[way][name] = one
            done += longest * len(experiment.scenarios)
            if progress is not None:
                progress(done)
    return {name: _judged(claims, only, way, runs[way]) for name, way in ways.items()}


def first_draws(results: Results, number: int) -> Results:
    """The first draws of a run: what the run would have given with only so many."""
    if number >= results.draws:
        return results
    chosen = slice(0, number)
    return replace(
        results,
        dataset=results.dataset.isel(draw=chosen),
        totals=results.totals.isel(draw=chosen),
        hospitals=results.hospitals.isel(draw=chosen),
        parameters=results.parameters.isel(draw=chosen),
        ages=None if results.ages is None else results.ages.isel(draw=chosen),
        provenance={**results.provenance, "draws": number},
    )


def _judged(claims: ClaimFile, only: Iterable[str], way: Way, runs: Mapping[str, Run]) -> Answer:
    judged = []
    for claim in chosen_claims(claims, only, way.fitted):
        left = {name: iter(run.tests.get(claim.id, ())) for name, run in runs.items()}
        judged.append(judge(claim, tuple(next(left[test.experiment]) for test in claim.tests)))
    return Answer(judged, runs, way)


def _alike(ways: Iterable[Way]) -> list[list[Way]]:
    """Ways that one run serves."""
    groups: dict[tuple[int, bool], list[Way]] = {}
    for way in dict.fromkeys(ways):
        groups.setdefault((way.seed, way.fitted), []).append(way)
    return list(groups.values())


def _needed(claims: ClaimFile, only: Iterable[str], way: Way) -> dict[str, Experiment]:
    return experiments_needed(claims, [one.id for one in chosen_claims(claims, only, way.fitted)])


def _number(experiment: Experiment, draws: int | None, way: Way) -> int:
    return max(FEWEST_DRAWS, round((draws or experiment.draws) * way.draws_factor))


def _tested(chosen: Iterable[Claim], experiment: str) -> list[Claim]:
    """Claims with the tests of one experiment only; those without one are left out."""
    kept = [
        one.model_copy(update={"tests": tuple(t for t in one.tests if t.experiment == experiment)})
        for one in chosen
    ]
    return [one for one in kept if one.tests]


def _run(experiment: Experiment, claims: Iterable[Claim], results: Results) -> Run:
    pathogen = load_pathogen(experiment.pathogen)
    about = {
        "text": experiment.text,
        "scenarios": list(results.scenarios),
        "draws": results.draws,
        "days": results.days,
        "start": results.provenance["start"],
        "system_checksum": results.provenance["system_checksum"],
        "pathogen_checksum": results.provenance["pathogen_checksum"],
        "results_checksum": results.checksum,
    }
    tests = {
        one.id: tuple(try_test(test, results, pathogen) for test in one.tests) for one in claims
    }
    return Run(about, tests)


def _after(done: int, progress: Callable[[int], None] | None) -> Callable[[int], None] | None:
    if progress is None:
        return None
    return lambda runs: progress(done + runs)


def _make(parts: Path | None) -> None:
    if parts is None:
        return
    try:
        parts.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(
            "cannot be made a directory ({reason})",
            field="parts",
            value=str(parts),
            reason=problem.strerror,
        ) from None


def _file(
    parts: Path,
    name: str,
    experiment: Experiment,
    claims: Iterable[Claim],
    way: Way,
    draws: int,
) -> Path:
    """Where what an experiment gave is kept: the name says everything that can change it."""
    made_with = {
        "experiment": experiment.model_dump(mode="json"),
        "tests": {one.id: [test.model_dump(mode="json") for test in one.tests] for one in claims},
        "draws": draws,
        "seed": way.seed,
        "priors": load_priors(experiment.fitted).checksum
        if way.fitted and experiment.fitted is not None
        else None,
        "system": experiment.selection.load().content_hash,
        "pathogen": pathogen_checksum(load_pathogen(experiment.pathogen)),
        "versions": versions(),
    }
    key = hashlib.sha256(json.dumps(made_with, sort_keys=True).encode()).hexdigest()[:16]
    return parts / f"{name}-{key}.json"


def _write(file: Path | None, run: Run) -> None:
    if file is not None:
        tests = {name: [one.as_dict() for one in each] for name, each in run.tests.items()}
        content = json.dumps({"about": run.about, "tests": tests}, indent=1, allow_nan=False)
        write_bytes(file, (content + "\n").encode())


def _read(file: Path | None) -> Run | None:
    if file is None or not file.is_file():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        tests = {
            name: tuple(TestResult.from_dict(one) for one in each)
            for name, each in content["tests"].items()
        }
        return Run(dict(content["about"]), tests)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            "is not what was written there; delete it to run the experiment again", where=str(file)
        ) from None
