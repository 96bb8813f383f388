"""Who carries it: infections and deaths of the people followed, by age, as cells of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thinwalls.reporting.language.names import capitalized, outcome_name, scenario_name
from thinwalls.reporting.report.parts.tables import Cell
from thinwalls.results import counted_by_age, equity_by_age

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thinwalls.reporting.language.words import Words
    from thinwalls.results import Results

GROUP = "followed"
OUTCOMES = ("infections", "deaths")


@dataclass(frozen=True)
class AgeTable:
    """One outcome per 1,000 people of each age: a column per band, a row per scenario."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def age_tables(words: Words, results: Results, baseline: str) -> tuple[AgeTable, ...]:
    """Tables of what the run counted by age; none where it was not counted."""
    return tuple(
        _table(words, results, baseline, outcome)
        for outcome in OUTCOMES
        if counted_by_age(results, GROUP, outcome)
    )


def _told(words: Words, row: Mapping[Any, Any], name: str) -> tuple[str, str]:
    """A value and its interval."""
    low, high = (words.value(row[f"{name}_{end}"]) for end in ("low", "high"))
    return words.value(row[name]), words.say("{low} to {high}", low=low, high=high)


def _table(words: Words, results: Results, baseline: str, outcome: str) -> AgeTable:
    found = equity_by_age(results, baseline, group=GROUP, outcome=outcome).table
    found = found[found["population_at_risk"] > 0]
    first = found[found["scenario"] == baseline]
    heads = tuple(
        words.say("aged {ages}, {count} people", ages=band, count=words.people(people))
        for band, people in zip(first["category"], first["population_at_risk"], strict=True)
    )
    rows = []
    for scenario in results.scenarios:
        cells = []
        for row in found[found["scenario"] == scenario].to_dict("records"):
            value, span = _told(words, row, "rate_per_1000")
            change = ("", "") if scenario == baseline else _told(words, row, "rate_difference")
            cells.append(Cell(value, span, *change))
        rows.append((capitalized(scenario_name(words, scenario)), tuple(cells)))
    return AgeTable(capitalized(outcome_name(words, outcome)), heads, tuple(rows))
