"""Lines of a validation as text: for the terminal and for the page of the documentation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from thinwalls.cli.look.saved_results import number
from thinwalls.evidence import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.evidence import ComparedRow, TableLine

HEADER = ("verdict", "quantity", "published", "ours", "allowed")
EXACT, UNCERTAIN = 6, 3
"""Significant digits of a number that is exact, and of one with an interval or error."""


def digits(value: float | None, significant: int = EXACT) -> str:
    """A number with some significant digits, a dash where there is none."""
    if value is None or math.isnan(value):
        return number(None)
    if abs(value) >= 10**significant:
        return f"{value:.0f}"
    return f"{value:.{significant}g}"


def range_text(low: float | None, high: float | None, significant: int = EXACT) -> str:
    """Ends of a range; an open end is left out."""
    if low is None and high is None:
        return ""
    below, above = digits(low, significant), digits(high, significant)
    if low is None:
        return f"at most {above}"
    return f"at least {below}" if high is None else f"{below} to {above}"


def published_text(row: ComparedRow) -> str:
    """The published value with its interval and tag."""
    if row.published is None:
        return number(None)
    interval = range_text(row.published_low, row.published_high)
    return " ".join(
        part
        for part in (digits(row.published), interval and f"({interval})", row.unit, f"[{row.tag}]")
        if part
    )


def ours_text(row: ComparedRow) -> str:
    """Our value with its interval, or its standard error."""
    if row.ours is None:
        return number(None)
    value = digits(row.ours, UNCERTAIN)
    if interval := range_text(row.ours_low, row.ours_high, UNCERTAIN):
        return f"{value} ({interval})"
    error = row.standard_error
    return f"{value} (s.e. {error:.2g})" if error else digits(row.ours)


def verdict_text(line: TableLine) -> str:
    """The verdict, or how many rows have which."""
    if len(line.rows) == 1:
        return line.rows[0].verdict
    parts = []
    for verdict in VERDICTS:
        count = line.count(verdict)
        if count:
            parts.append(f"{count} {verdict}")
    return ", ".join(parts)


def row_cells(row: ComparedRow, verdict: str, text: str) -> tuple[str, ...]:
    """The cells under :data:`HEADER`."""
    allowed = range_text(row.allowed_low, row.allowed_high)
    return (verdict, text, published_text(row), ours_text(row), allowed)


def line_rows(line: TableLine) -> list[tuple[str, ...]]:
    """A line, and under it each of its rows that failed.

    Of several rows the line shows the one that uses most of what it is allowed.
    """
    if len(line.rows) == 1:
        row = line.rows[0]
        return [row_cells(row, row.verdict, row.quantity)]
    worst = line.worst
    name = worst.key.partition("/")[2]
    which = "worst" if worst.verdict == "fail" else "nearest to failing"
    cells = [row_cells(worst, verdict_text(line), f"{line.text} ({which}: {name})")]
    cells += [
        row_cells(row, "fail", f"  {row.key}")
        for row in line.rows
        if row.verdict == "fail" and row is not worst
    ]
    return cells


def failure_lines(rows: Sequence[ComparedRow]) -> list[tuple[str, str]]:
    """For every reason: the rows that fail for it, each with how much, and the reason."""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        if row.verdict == "fail":
            by_reason.setdefault(row.why or "No reason was found.", []).append(_miss(row))
    return [("; ".join(missed), why) for why, missed in by_reason.items()]


def _miss(row: ComparedRow) -> str:
    """By how much a row fails."""
    assert row.ours is not None
    assert row.published is not None
    unit = f" {row.unit}" if row.unit else ""
    text = (
        f"{row.key}: {digits(row.ours, UNCERTAIN)} where {digits(row.published)}{unit} is published"
    )
    if row.published:
        text += f", {digits(row.ours / row.published, UNCERTAIN)} times"
    return f"{text}, {digits(row.beyond, UNCERTAIN)} beyond what is allowed"


def stability_text(found: dict[str, Any]) -> str:
    """What another run says of the verdicts (:func:`thinwalls.evidence.changed_verdicts`)."""
    times = found["times"]
    more = f" and {times} times the draws" if times > 1 else ""
    made = f"With seed {found['seed']}{more}"
    if not found["changed"]:
        return f"{made} all {found['compared']} verdicts are the same."
    moved = "; ".join(
        f"{one['group']} {one['key']} ({one['verdict']}, then {one['then']})"
        for one in found["changed"]
    )
    same = found["compared"] - len(found["changed"])
    return f"{made} {same} of {found['compared']} verdicts are the same; others are not: {moved}."
