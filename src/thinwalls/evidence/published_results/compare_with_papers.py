"""``validate``: every published result beside ours, with a verdict that was settled before."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from thinwalls.common import InputError, RunError
from thinwalls.evidence.published_results.paper_files import PAPERS, Paper, PublishedRow, load_paper

Verdict = Literal["pass", "fail", "shown", "not run"]
VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "shown", "not run")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work an experiment may do."""

    quick: bool = False
    """a part of the rows with fewer draws: the others are reported as not run"""
    seed: int = 1
    times: int = 1
    """factor on the number of draws, to see whether verdicts hold"""

    def draws(self, full: int, quick: int) -> int:
        """How many draws to make."""
        return quick if self.quick else full * self.times


@dataclass(frozen=True, slots=True)
class Found:
    """Our value of a published quantity."""

    value: float
    standard_error: float = 0.0
    """of the value, from the number of draws; 0 where nothing is drawn"""
    low: float | None = None
    high: float | None = None
    """interval over draws or parameters, where there is one; the note says which"""
    note: str = ""


Experiment = Callable[[Effort], Iterator[tuple[str, Found]]]


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One published value beside ours."""

    group: str
    key: str
    paper: str
    quantity: str
    line: str
    unit: str
    tag: str
    published: float | None
    published_low: float | None
    published_high: float | None
    ours: float | None
    standard_error: float | None
    ours_low: float | None
    ours_high: float | None
    allowed_low: float | None
    allowed_high: float | None
    tolerance: str
    """the reason of the tolerance; empty where the row is shown, not judged"""
    verdict: Verdict
    note: str
    why: str = ""
    """why it fails; empty where it does not, or where no reason was found"""

    @property
    def beyond(self) -> float:
        """How far the nearest allowed value is from ours, or our interval from the published one.

        0 where nothing is judged or it passes.
        """
        if self.ours is None or self.published is None or self.verdict != "fail":
            return 0.0
        if self.allowed_low is None and self.allowed_high is None:
            at, low, high = self.published, self.ours_low, self.ours_high
        else:
            at, low, high = self.ours, self.allowed_low, self.allowed_high
        below = 0.0 if low is None else low - at
        above = 0.0 if high is None else at - high
        return max(below, above, 0.0)

    @property
    def strain(self) -> float:
        """Distance between published and ours over the distance allowed; above 1 fails.

        Not a number where nothing is judged.
        """
        if self.ours is None or self.published is None or not self.tolerance:
            return math.nan
        if self.allowed_low is None and self.allowed_high is None:
            start, ends = self.ours, (self.ours_low, self.ours_high)
            upward = self.published >= self.ours
        else:
            start, ends = self.published, (self.allowed_low, self.allowed_high)
            upward = self.ours >= self.published
        end = ends[1] if upward else ends[0]
        if end is None:
            return 0.0
        room = abs(end - start)
        return abs(self.ours - self.published) / room if room > 0 else math.inf


@dataclass(frozen=True, slots=True)
class TableLine:
    """Rows that a short table shows as one."""

    group: str
    paper: str
    text: str
    rows: tuple[ComparedRow, ...]

    def count(self, verdict: Verdict) -> int:
        """How many of the rows have a verdict."""
        return sum(row.verdict == verdict for row in self.rows)

    @property
    def worst(self) -> ComparedRow:
        """The row that uses most of what it is allowed."""
        return max(self.rows, key=lambda row: -1.0 if math.isnan(row.strain) else row.strain)


@dataclass(frozen=True, slots=True)
class Validation:
    """All rows, and what could not be checked."""

    rows: tuple[ComparedRow, ...]
    papers: tuple[Paper, ...]
    effort: Effort

    def count(self, verdict: Verdict) -> int:
        """How many rows have a verdict."""
        return sum(row.verdict == verdict for row in self.rows)

    @property
    def lines(self) -> tuple[TableLine, ...]:
        """Rows gathered into lines, in the order of the files."""
        gathered: dict[tuple[str, str], list[ComparedRow]] = {}
        for row in self.rows:
            gathered.setdefault((row.group, row.line or row.quantity), []).append(row)
        return tuple(
            TableLine(group, rows[0].paper, text, tuple(rows))
            for (group, text), rows in gathered.items()
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain types, as JSON knows them."""
        return {
            "quick": self.effort.quick,
            "seed": self.effort.seed,
            "times": self.effort.times,
            "counts": {verdict: self.count(verdict) for verdict in VERDICTS},
            "papers": [
                {"group": one.name, "paper": one.paper, "citation": one.citation}
                | {"expressed": one.expressed}
                for one in self.papers
            ],
            "rows": [asdict(row) for row in self.rows],
            "unchecked": [
                {"group": one.name, "paper": one.paper}
                | {"quantity": left.quantity, "reason": left.reason}
                for one in self.papers
                for left in one.unchecked
            ],
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Validation:
        """What :meth:`as_dict` gave.

        Raises
        ------
        InputError
            When it is something else, or of another version.
        """
        try:
            return cls(
                tuple(ComparedRow(**row) for row in content["rows"]),
                tuple(load_paper(one["group"]) for one in content["papers"]),
                Effort(content["quick"], content["seed"], content["times"]),
            )
        except (KeyError, TypeError):
            raise InputError(
                "is not the JSON of thinwalls validate of this version", field="file"
            ) from None


COLUMNS = tuple(field.name for field in fields(ComparedRow))


def changed_verdicts(found: Validation, other: Validation) -> dict[str, Any]:
    """Verdicts of ``found`` beside those of a run with another seed or number of draws.

    ``seed, times`` of the other run, ``compared`` rows, and ``changed``: rows with another verdict.
    """
    before = {(row.group, row.key): row.verdict for row in found.rows}
    both = [row for row in other.rows if (row.group, row.key) in before]
    return {
        "seed": other.effort.seed,
        "times": other.effort.times,
        "compared": len(both),
        "changed": [
            {"group": row.group, "key": row.key, "verdict": before[row.group, row.key]}
            | {"then": row.verdict}
            for row in both
            if row.verdict != before[row.group, row.key]
        ],
    }


def validate(
    only: Sequence[str] = (),
    *,
    quick: bool = False,
    seed: int = 1,
    times: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Validation:
    """Work out every published result that can be, and compare.

    Parameters
    ----------
    only
        Names of papers (default: all of :data:`PAPERS`).
    quick
        Fewer draws and a part of the rows; the others have the verdict ``"not run"``.
    seed
        Of the stochastic experiments.
    times
        Factor on the number of draws.
    progress
        Called with the number of rows that are done.

    Raises
    ------
    InputError
        When a name is not a paper.
    """
    papers = [load_paper(name) for name in dict.fromkeys(only or PAPERS)]
    if times < 1:
        raise InputError("must be at least 1", field="times", value=times)
    effort = Effort(quick, seed, times)
    rows: list[ComparedRow] = []
    done = 0
    for paper in papers:
        found: dict[str, Found] = {}
        for key, one in _experiment(paper.name)(effort):
            found[key] = one
            done += 1
            if progress is not None:
                progress(done)
        known = {row.key for row in paper.rows}
        extra = sorted(set(found) - known)
        missing = sorted(known - set(found))
        if extra or (missing and not quick):
            raise RunError(
                "rows without a counterpart: {names}",
                where=str(paper.name),
                names=extra or missing,
            )
        rows += [compared(paper, row, found.get(row.key)) for row in paper.rows]
    return Validation(tuple(rows), tuple(papers), effort)


def number_of_rows(only: Sequence[str] = ()) -> int:
    """How many rows the papers have, for a progress bar."""
    return sum(len(load_paper(name).rows) for name in dict.fromkeys(only or PAPERS))


def compared(paper: Paper, row: PublishedRow, found: Found | None) -> ComparedRow:
    """One row with its verdict."""
    rule = None if row.tolerance is None else paper.tolerance[row.tolerance]
    low = high = None
    verdict: Verdict = "shown"
    if found is None:
        verdict = "not run"
    elif rule is not None and rule.inside_ours:
        verdict = "pass" if _inside(row.value, found) else "fail"
    elif rule is not None:
        low, high = rule.allowed(row.value, found.standard_error)
        verdict = "pass" if low <= found.value <= high else "fail"
    return ComparedRow(
        group=paper.name,
        key=row.key,
        paper=paper.paper,
        quantity=row.quantity,
        line=row.line,
        unit=row.unit,
        tag=row.tag,
        published=row.value,
        published_low=row.low,
        published_high=row.high,
        ours=None if found is None else found.value,
        standard_error=None if found is None else found.standard_error,
        ours_low=None if found is None else found.low,
        ours_high=None if found is None else found.high,
        allowed_low=_finite(low),
        allowed_high=_finite(high),
        tolerance="" if rule is None else rule.reason,
        verdict=verdict,
        note=" ".join(part for part in (row.note, found.note if found else "") if part),
        why=paper.why(row.key) if verdict == "fail" else "",
    )


def _inside(published: float | None, found: Found) -> bool:
    """Whether the published value is inside the interval that we state."""
    if published is None or found.low is None or found.high is None:
        raise RunError("a comparison with our interval needs a published value and an interval")
    return found.low <= published <= found.high


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _experiment(name: str) -> Experiment:
    module = importlib.import_module(f"thinwalls.evidence.published_results.papers.{name}")
    experiment: Experiment = module.experiment
    return experiment
