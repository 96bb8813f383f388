"""Who carries the burden: rates, ratios, shares, and what each scenario takes away, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thinwalls.reporting.language.names import capitalized, group_name, outcome_name, scenario_name
from thinwalls.reporting.language.words import mark
from thinwalls.reporting.report.parts.one_person import ratio_cell
from thinwalls.reporting.report.parts.tables import CardRow, Cards, Cell
from thinwalls.results import counted_by_age, equity_by_age

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thinwalls.reporting.language.words import Words
    from thinwalls.results import Equity, Results

_BY = {
    "age": mark("by age"),
    "vulnerable": mark("by conditions that raise the risk"),
    "custody_class": mark("by custody class"),
    "sex": mark("by sex"),
    "race_ethnicity": mark("by race and ethnicity"),
    "citizenship": mark("by citizenship"),
}
_CATEGORIES = {
    "men": mark("men"),
    "women": mark("women"),
    "vulnerable": mark("with a condition"),
    "not vulnerable": mark("without a condition"),
    "threat_none": mark("no threat level"),
    "threat_1": mark("threat level 1"),
    "threat_2": mark("threat level 2"),
    "threat_3": mark("threat level 3"),
    "Mexico": mark("Mexico"),
    "Guatemala, Honduras, El Salvador": mark("Guatemala, Honduras, El Salvador"),
    "other countries": mark("other countries"),
}
AGES = ("infections", "deaths")


@dataclass(frozen=True)
class BurdenPart:
    """One outcome by one characteristic: as it is, and what each scenario takes away."""

    title: str
    detail: str
    carried: Cards
    removed: Cards | None


def age_burdens(results: Results, baseline: str, group: str = "followed") -> list[Equity]:
    """What the run counted by age."""
    return [
        equity_by_age(results, baseline, group=group, outcome=outcome)
        for outcome in AGES
        if counted_by_age(results, group, outcome)
    ]


def burden_parts(words: Words, burdens: Sequence[Equity]) -> tuple[BurdenPart, ...]:
    """One part per outcome and characteristic."""
    return tuple(_part(words, one) for one in burdens)


def _part(words: Words, found: Equity) -> BurdenPart:
    rows = found.table[found.table["population_at_risk"] > 0].to_dict("records")
    first = [row for row in rows if row["scenario"] == found.baseline]
    others = [name for name in dict.fromkeys(found.table["scenario"]) if name != found.baseline]
    by = words.say(_BY[found.by]) if found.by in _BY else words.say("by shares given")
    return BurdenPart(
        title=words.say(
            "{outcome} {by}: {group}",
            outcome=capitalized(outcome_name(words, found.outcome)),
            by=by,
            group=group_name(words, found.group),
        ),
        detail=_detail(words, found),
        carried=_carried(words, found, first),
        removed=_removed(words, rows, others, first) if others else None,
    )


def _detail(words: Words, found: Equity) -> str:
    if found.by == "age":
        return words.say("Counted by the run: every person is followed with their age band.")
    said = words.tell(found.detail)
    covered = words.say(
        "{percent} of the outcome is in the places for which shares are known.",
        percent=words.percent(found.covered_share),
    )
    source = words.say("Source: {source}.", source=found.source) if found.source else ""
    return " ".join(part for part in (said, covered, source) if part)


def _category(words: Words, row: Mapping[Any, Any]) -> str:
    name = str(row["category"])
    return words.say(_CATEGORIES.get(name, name))


def _carried(words: Words, found: Equity, first: Sequence[Mapping[Any, Any]]) -> Cards:
    rows = [
        CardRow(
            capitalized(_category(words, row)),
            (
                words.people(row["population_at_risk"]),
                words.percent(row["population_share"]),
                _percent(words, row, "burden_share"),
                Cell(
                    words.value(row["rate_per_1000"], digits=2),
                    words.say(
                        "{low} to {high}",
                        low=words.value(row["rate_per_1000_low"], digits=2),
                        high=words.value(row["rate_per_1000_high"], digits=2),
                    ),
                ),
                "–" if row["category"] == found.reference else ratio_cell(words, row, "rate_ratio"),
            ),
        )
        for row in first
    ]
    heads = (
        words.say("people at risk"),
        words.say("share of the people"),
        words.say("share of the burden"),
        words.say("of 1,000"),
        words.say(
            "ratio to {reference}",
            reference=_category(words, {"category": found.reference}),
        ),
    )
    return Cards(heads, tuple(rows))


def _removed(
    words: Words,
    rows: Sequence[Mapping[Any, Any]],
    scenarios: Sequence[str],
    first: Sequence[Mapping[Any, Any]],
) -> Cards:
    table = {(row["scenario"], row["category"]): row for row in rows}
    lines = []
    for scenario in scenarios:
        cells = [
            _percent(words, table[scenario, row["category"]], "removed_share")
            if (scenario, row["category"]) in table
            else "–"
            for row in first
        ]
        lines.append(CardRow(capitalized(scenario_name(words, scenario)), tuple(cells)))
    return Cards(tuple(_category(words, row) for row in first), tuple(lines))


def _percent(words: Words, row: Mapping[Any, Any], name: str) -> Cell:
    middle, low, high = (words.percent(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    return Cell(middle, words.say("{low} to {high}", low=low, high=high))
