"""Infections and deaths of the people followed, by age, where the run counted them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.reporting.language.names import capitalized, outcome_name, scenario_title
from thinwalls.reporting.report.document import Block, Cell, Column, Heading, Row, Table, Text
from thinwalls.reporting.report.tables.cells import interval_cell
from thinwalls.results import counted_by_age, equity_by_age

if TYPE_CHECKING:
    from thinwalls.reporting.report.answers import Answers
    from thinwalls.results import Equity

GROUP = "followed"
OUTCOMES = ("infections", "deaths")


def by_age(answers: Answers) -> list[Equity]:
    """What the run counted by age; nothing where it did not."""
    return [
        equity_by_age(answers.results, answers.baseline, group=GROUP, outcome=outcome)
        for outcome in OUTCOMES
        if counted_by_age(answers.results, GROUP, outcome)
    ]


def age_blocks(answers: Answers) -> tuple[Block, ...]:
    """One outcome per 1,000 people of each age: a column per band, a row per scenario."""
    words, found = answers.words, by_age(answers)
    if not found:
        return ()
    blocks: list[Block] = [
        Heading(words.say("By age")),
        Text(
            words.say(
                "Per 1,000 people of each age who were detained on the first day, wherever they "
                "are later. Ages of people held are not published; they are assumed, alike in "
                "nearly all places. Infection does not depend on age here, illness and death do."
            ),
            "note",
        ),
    ]
    for one in found:
        blocks += [Heading(capitalized(outcome_name(words, one.outcome)), 4), _table(answers, one)]
    return tuple(blocks)


def _table(answers: Answers, counted: Equity) -> Table:
    words = answers.words
    found = counted.table[counted.table["population_at_risk"] > 0]
    first = found[found["scenario"] == answers.baseline]
    bands = (
        words.say("aged {ages}, {count} people", ages=band, count=words.people(people))
        for band, people in zip(first["category"], first["population_at_risk"], strict=True)
    )
    rows = []
    for scenario in answers.results.scenarios:
        cells = []
        for row in found[found["scenario"] == scenario].to_dict("records"):
            cell = interval_cell(words, row, "rate_per_1000", words.value)
            if scenario != answers.baseline:
                change = interval_cell(words, row, "rate_difference", words.value)
                cell = Cell(cell.value, cell.range, change.value, change.range)
            cells.append(cell)
        rows.append(Row(scenario_title(words, scenario), tuple(cells)))
    heads = (words.say("scenario"), *bands)
    return Table(tuple(Column(head) for head in heads), tuple(rows))
