"""The comparison by group of people, and outcomes beyond infections, admissions and deaths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from thinwalls.reporting.language.names import (
    GROUP_NOTES,
    capitalized,
    group_name,
    outcome_name,
    scenario_name,
    scenario_title,
)
from thinwalls.reporting.report.document import Block, Column, Fold, Heading, Row, Table, Text
from thinwalls.reporting.report.tables.cells import comparison_cell, overload_deaths
from thinwalls.results import COMPARED

if TYPE_CHECKING:
    import pandas as pd

    from thinwalls.reporting.language.words import Words
    from thinwalls.reporting.report.answers import Answers

GROUPS = ("followed", "detained", "staff", "residents")
OUTCOMES = ("infections", "cases", "admissions", "deaths")
FURTHER = tuple((one.reported_for, total.name) for one, total in COMPARED if one.reported_for)
"""Group and outcome of the columns of the further table; deaths from want of beds follow."""


def group_table(answers: Answers, group: str) -> Table:
    """What every scenario leads to for one group of people."""
    words, comparison = answers.words, answers.comparison
    rows = []
    for scenario in dict.fromkeys(comparison.table["scenario"]):
        found = [comparison.row(scenario, group, outcome) for outcome in OUTCOMES]
        base = scenario == answers.baseline
        people = words.people(found[0]["population_at_risk"], short=True)
        cells = (comparison_cell(words, row, paired=not base) for row in found)
        rows.append(Row(scenario_title(words, scenario), (people, *cells)))
    columns = (
        Column(words.say("scenario")),
        Column(words.say("people at risk"), align="end"),
        *(Column(outcome_name(words, outcome)) for outcome in OUTCOMES),
    )
    return Table(columns, tuple(rows))


def group_title(words: Words, group: str) -> str:
    """The name of a group as a heading."""
    return capitalized(group_name(words, group))


def group_blocks(answers: Answers, role: Literal["plain", "note"] = "plain") -> tuple[Block, ...]:
    """One table per group of people, the first one open; how to read them is a ``role`` text."""
    words = answers.words
    legend = words.say(
        "First line of a cell: the number and its interval. Second line: difference against "
        "{baseline}, taken within each simulated future, and its interval.",
        baseline=scenario_name(words, answers.baseline),
    )
    return (
        Heading(words.say("The numbers, by group of people")),
        Text(legend, role),
        *(
            Fold(
                group_title(words, group),
                (Text(words.say(GROUP_NOTES[group]), "note"), group_table(answers, group)),
                open=n == 0,
            )
            for n, group in enumerate(GROUPS)
        ),
    )


def people_at_risk(words: Words, group: str, row: pd.Series[float]) -> str:
    """How many a group has."""
    return words.say(
        "{group}: {people} people at risk",
        group=group_title(words, group),
        people=words.people(row["population_at_risk"], short=True),
    )


def further_blocks(answers: Answers) -> tuple[Block, ...]:
    """What the tables by group leave out; outcomes that a result does not hold are left out."""
    words, comparison = answers.words, answers.comparison
    table = comparison.table
    known = set(zip(table["group"], table["outcome"], strict=True))
    chosen = [one for one in FURTHER if one in known]
    overload = answers.flat.table
    overload = overload[overload["beds"] == "icu"].set_index("scenario")
    rows = []
    for scenario in dict.fromkeys(table["scenario"]):
        found = [comparison.row(scenario, *one) for one in chosen]
        found.append(overload_deaths(overload.loc[scenario]))
        paired = scenario != answers.baseline
        cells = tuple(comparison_cell(words, row, paired=paired) for row in found)
        rows.append(Row(scenario_title(words, str(scenario)), cells))
    first = {group: comparison.row(answers.baseline, group, outcome) for group, outcome in chosen}
    people = "; ".join(people_at_risk(words, group, row) for group, row in first.items())
    heads = (
        words.say("scenario"),
        *(outcome_name(words, outcome) for _, outcome in chosen),
        words.say("deaths expected from want of beds"),
    )
    shown = Table(tuple(Column(head) for head in heads), tuple(rows))
    return (Fold(words.say("Further outcomes"), (Text(f"{people}.", "note"), shown)),)
