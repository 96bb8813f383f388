"""Who carries it: rates, ratios, shares, and what each scenario takes away, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from thinwalls.reporting.language.names import (
    capitalized,
    group_name,
    outcome_name,
    scenario_name,
    scenario_title,
)
from thinwalls.reporting.language.words import mark
from thinwalls.reporting.report.document import Block, Column, Fold, Heading, Row, Table, Text
from thinwalls.reporting.report.tables.ages import by_age
from thinwalls.reporting.report.tables.cells import interval_cell, ratio_cell, two_digits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thinwalls.reporting.language.words import Words
    from thinwalls.reporting.report.answers import Answers
    from thinwalls.results import Equity

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


def equity_blocks(answers: Answers) -> tuple[Block, ...]:
    """Per outcome and characteristic: how it is, and what each scenario takes away."""
    words = answers.words
    found = [*by_age(answers), *answers.burdens]
    if not found:
        return ()
    missing = words.say(
        "What is missing here is in no public table for the people held. With shares of one’s "
        "own: thinwalls equity RESULTS --composition FILE."
    )
    return (
        Heading(words.say("Who carries it")),
        *(_fold(answers, one) for one in found),
        Text(missing, "note"),
    )


def _fold(answers: Answers, found: Equity) -> Fold:
    words = answers.words
    rows = found.table[found.table["population_at_risk"] > 0].to_dict("records")
    first = [row for row in rows if row["scenario"] == found.baseline]
    others = [name for name in dict.fromkeys(found.table["scenario"]) if name != found.baseline]
    baseline = scenario_name(words, answers.baseline)
    detail = _detail(words, found)
    blocks: list[Block] = [Text(detail, "note")] if detail else []
    blocks += [
        Heading(words.say("In this scenario: {baseline}", baseline=baseline), 4),
        _carried(words, found, first),
    ]
    if others:
        text = words.say("Share of its own burden that a scenario takes away from each group")
        blocks += [Heading(text, 4), _removed(words, rows, others, first)]
    title = words.say(
        "{outcome} {by}: {group}",
        outcome=capitalized(outcome_name(words, found.outcome)),
        by=words.say(_BY[found.by]) if found.by in _BY else words.say("by shares given"),
        group=group_name(words, found.group),
    )
    return Fold(title, tuple(blocks))


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


def _carried(words: Words, found: Equity, first: Sequence[Mapping[Any, Any]]) -> Table:
    rows = [
        Row(
            capitalized(_category(words, row)),
            (
                words.people(row["population_at_risk"]),
                words.percent(row["population_share"]),
                interval_cell(words, row, "burden_share", words.percent),
                interval_cell(words, row, "rate_per_1000", two_digits(words)),
                "–" if row["category"] == found.reference else ratio_cell(words, row, "rate_ratio"),
            ),
        )
        for row in first
    ]
    heads = (
        words.say("who"),
        words.say("people at risk"),
        words.say("share of the people"),
        words.say("share of the burden"),
        words.say("of 1,000"),
        words.say(
            "ratio to {reference}",
            reference=_category(words, {"category": found.reference}),
        ),
    )
    return Table(tuple(Column(head) for head in heads), tuple(rows))


def _removed(
    words: Words,
    rows: Sequence[Mapping[Any, Any]],
    scenarios: Sequence[str],
    first: Sequence[Mapping[Any, Any]],
) -> Table:
    table = {(row["scenario"], row["category"]): row for row in rows}
    lines = []
    for scenario in scenarios:
        cells = [
            interval_cell(words, table[scenario, row["category"]], "removed_share", words.percent)
            if (scenario, row["category"]) in table
            else "–"
            for row in first
        ]
        lines.append(Row(scenario_title(words, scenario), tuple(cells)))
    heads = (words.say("scenario"), *(_category(words, row) for row in first))
    return Table(tuple(Column(head) for head in heads), tuple(lines))
