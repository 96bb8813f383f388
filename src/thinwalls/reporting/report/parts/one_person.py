"""One person: staying, moved to another facility, going home; in words, as a chart and a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from thinwalls.reporting.charts import theme
from thinwalls.reporting.charts.figure import Figure, Panel, PlainTable, finish
from thinwalls.reporting.charts.forest import ForestRow, forest, forest_height
from thinwalls.reporting.language.names import capitalized, place_name, scenario_title
from thinwalls.reporting.language.words import mark
from thinwalls.reporting.report.document import (
    Block,
    Cell,
    Column,
    Heading,
    Row,
    Section,
    Sentences,
    Table,
    Text,
)
from thinwalls.reporting.report.parts.headline import between, change, likely
from thinwalls.reporting.report.tables.cells import ratio_cell, span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thinwalls.reporting.language.words import Words
    from thinwalls.reporting.report.answers import Answers
    from thinwalls.results import PersonRisk, Results

_HOME = mark("Going home instead of staying: {change} among 1,000 people like this ({range}).")
_MOVED = mark("Moved instead of staying: {change} among 1,000 people like this ({range}).")
_BASIS = 1_000
_LEVEL = 0.9
_SMALL = 10
_OUTCOMES = {
    "infection": mark("infected"),
    "admission": mark("come to hospital"),
    "death": mark("die"),
}
_WAYS = {
    "stay": mark("stays in {place}"),
    "transfer": mark("is moved to {place}"),
    "release": mark("goes home to {place}"),
}


def section(answers: Answers) -> Section | None:
    """One part per person who was asked about; None when nobody was."""
    if not answers.people:
        return None
    parts = (_part(answers, one, number) for number, one in enumerate(answers.people))
    blocks = tuple(block for part in parts for block in part)
    return Section("person", answers.words.say("One person"), blocks)


def _part(answers: Answers, found: PersonRisk, number: int) -> tuple[Block, ...]:
    """``number`` tells several persons apart."""
    words, results = answers.words, answers.results
    rows = found.table.to_dict("records")
    ways = {way: _way(words, results, way, found.after_days) for way in found.ways}
    who = (
        mark("A person aged {age} with a condition that raises the risk, in {place}")
        if found.vulnerable
        else mark("A person aged {age} without a condition that raises the risk, in {place}")
    )
    title = words.say(who, age=words.number(found.age), place=_place(results, found.facility))
    here = {(row["way"].partition(":")[0], row["outcome"]): row for row in rows}
    legend = words.say(
        "Of 1,000 people like this. First line of a cell: the number and its interval. Second "
        "line: difference against staying, taken within each simulated future, and its interval."
    )
    note = words.say(
        "Scenario: {scenario}. The infection happens within {days} days; hospital and death may "
        "come later, with every bed that is needed free. The average person in that place: who "
        "meets more people has more risk.",
        scenario=scenario_title(words, found.scenario),
        days=words.number(found.days),
    )
    return (
        Heading(title),
        Sentences(tuple(way_sentences(words, here, found.days))),
        _figure(words, rows, ways, title, number),
        _table(words, rows, ways),
        Text(f"{legend} {note}", "note"),
    )


def _place(results: Results, place: str) -> str:
    known = results.places["name"].get(place)
    return place if known is None else place_name(str(known))


def _way(words: Words, results: Results, way: str, after_days: int) -> str:
    kind, _, place = way.partition(": ")
    text = words.say(_WAYS[kind], place=_place(results, place))
    if kind == "stay" or after_days == 0:
        return text
    return words.plural("{way} after {count} day", "{way} after {count} days", after_days, way=text)


def _thousand(words: Words, share: float, *, signed: bool = False) -> str:
    """Of 1,000 people, two significant digits."""
    text = words.value(_BASIS * share, digits=2)
    return f"+{text}" if signed and share > 0 else text


def _span(words: Words, row: Mapping[Any, Any], name: str, *, signed: bool = False) -> str:
    low, high = (_thousand(words, row[f"{name}_{end}"], signed=signed) for end in ("low", "high"))
    return span(words, low, high)


def _figure(
    words: Words,
    rows: Sequence[Mapping[Any, Any]],
    ways: Mapping[str, str],
    title: str,
    number: int,
) -> Figure:
    panels, cells = [], []
    for outcome, text in _OUTCOMES.items():
        name = words.say(text)
        here = [row for row in rows if row["outcome"] == outcome]
        lines = [
            ForestRow(
                label=capitalized(ways[row["way"]]),
                value=_BASIS * row["risk"],
                low=_BASIS * row["risk_low"],
                high=_BASIS * row["risk_high"],
                color=theme.BASELINE if n == 0 else theme.SCENARIO,
            )
            for n, row in enumerate(here)
        ]
        chart = forest(
            words,
            lines,
            title=words.say("of 1,000 people like this"),
            value_title=words.say("middle"),
            number_format=",.2~r",
        )
        described = words.say("{title}. {outcome}.", title=title, outcome=capitalized(name))
        spec = finish(chart, description=described, height=forest_height(lines))
        panels.append(Panel(capitalized(name), spec))
        cells += [
            (
                capitalized(ways[row["way"]]),
                name,
                _thousand(words, row["risk"]),
                _span(words, row, "risk"),
            )
            for row in here
        ]
    return Figure(
        f"person-{number}",
        words.say("Of 1,000 people like this"),
        words.say(
            "Dot: the middle of the simulated futures; line: 9 of 10 of them. Grey: staying. Each "
            "panel has its own scale."
        ),
        tuple(panels),
        PlainTable(
            (
                words.say("what happens"),
                words.say("outcome"),
                words.say("of 1,000"),
                words.say("9 of 10"),
            ),
            tuple(cells),
        ),
        static_width=360,
    )


def _table(words: Words, rows: Sequence[Mapping[Any, Any]], ways: Mapping[str, str]) -> Table:
    heads = [words.say("what happens"), words.say("people at risk there")]
    for text in _OUTCOMES.values():
        heads += [words.say(text), words.say("ratio to staying")]
    lines = []
    for way, name in ways.items():
        here = {row["outcome"]: row for row in rows if row["way"] == way}
        cells: list[Cell | str] = [words.people(here["infection"]["population_at_risk"])]
        for outcome in _OUTCOMES:
            row = here[outcome]
            value = Cell(_thousand(words, row["risk"]), _span(words, row, "risk"))
            if way == next(iter(ways)):
                cells += [value, "–"]
                continue
            cells.append(
                replace(
                    value,
                    difference=_thousand(words, row["difference"], signed=True),
                    difference_range=_span(words, row, "difference", signed=True),
                )
            )
            cells.append(ratio_cell(words, row))
        lines.append(Row(capitalized(name), tuple(cells)))
    return Table(tuple(Column(head) for head in heads), tuple(lines))


def sentences(words: Words, rows: list[dict[str, Any]], days: int) -> list[tuple[str, list[str]]]:
    """What the rows mean, in plain words: per scenario, staying, being moved and going home."""
    found: list[tuple[str, list[str]]] = []
    for scenario in dict.fromkeys(row["scenario"] for row in rows):
        here = {(row["way"], row["outcome"]): row for row in rows if row["scenario"] == scenario}
        said = way_sentences(words, here, days)
        found.append((scenario_title(words, scenario), said))
    return found


def way_sentences(
    words: Words, here: Mapping[tuple[str, str], Mapping[Any, Any]], days: int
) -> list[str]:
    """The rows of one scenario, by way and outcome, in plain words."""
    said = [
        words.say(
            "Staying inside: of 1,000 people like this, {count} catch it within {days} "
            "days ({range}), {admitted} come to hospital ({admitted_range}), {dead} die "
            "({dead_range}).",
            days=words.number(days),
            **_counts(words, here, "stay"),
        )
    ]
    if ("release", "infection") in here:
        said += [
            words.say(
                "Going home: {count} catch it ({range}), {admitted} come to hospital "
                "({admitted_range}), {dead} die ({dead_range}).",
                **_counts(words, here, "release"),
            ),
            _compared(words, here["release", "infection"], _HOME),
        ]
    if ("transfer", "infection") in here:
        said += [
            words.say(
                "Moved to the other facility: {count} catch it ({range}), {admitted} come to "
                "hospital ({admitted_range}), {dead} die ({dead_range}).",
                **_counts(words, here, "transfer"),
            ),
            _compared(words, here["transfer", "infection"], _MOVED),
        ]
    return said


def _counts(
    words: Words, here: Mapping[tuple[str, str], Mapping[Any, Any]], way: str
) -> dict[str, str]:
    values = {}
    for outcome, name in (("infection", "count"), ("admission", "admitted"), ("death", "dead")):
        row = here[way, outcome]
        label = "range" if name == "count" else f"{name}_range"
        values[name] = _of_thousand(words, row["risk"])
        values[label] = _likely(words, _BASIS * row["risk_low"], _BASIS * row["risk_high"])
    return values


def _likely(words: Words, low: float, high: float) -> str:
    """How far a number of 1,000 may be off; small numbers with their decimals."""
    if low >= _SMALL:
        return likely(words, low, high, _LEVEL)
    near, far = (words.value(end, digits=2) for end in (low, high))
    return words.say("likely between {low} and {high}", low=near, high=far)


def _of_thousand(words: Words, share: float) -> str:
    count = _BASIS * share
    if count < 1:
        return words.say("fewer than 1")
    return words.say("about {count}", count=words.about(count))


def _compared(words: Words, row: Mapping[Any, Any], sentence: str) -> str:
    """The difference against staying, of 1,000 people, and how sure its sign is."""
    low, high = row["difference_low"], row["difference_high"]
    text = words.say(
        sentence,
        change=change(words, pd.Series({"difference": _BASIS * row["difference"]}), "infections"),
        range=between(words, _BASIS * low, _BASIS * high),
    )
    if low <= 0 <= high:
        doubt = words.say("Whether it lowers or raises the risk is not sure.")
        return f"{text} {doubt}"
    return text
