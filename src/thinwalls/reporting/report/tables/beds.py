"""Most beds needed at once against the beds that are free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.reporting.language.names import scenario_title
from thinwalls.reporting.report.document import Cell, Column, Row, Table
from thinwalls.reporting.report.tables.cells import (
    comparison_cell,
    overload_deaths,
    span,
    spread,
)

if TYPE_CHECKING:
    from typing import Any

    import pandas as pd

    from thinwalls.reporting.language.words import Words
    from thinwalls.reporting.report.answers import Answers


def bed_table(answers: Answers, kind: str = "icu") -> Table:
    """A row per scenario; ``kind`` is ``icu`` or ``hospital``.

    Columns are ``needed``, ``free``, ``peak_day``, ``days_above``, ``flatter``, ``regions``,
    ``enough`` and, with intensive care, ``lost``: deaths from want of beds of both kinds.
    """
    words, table = answers.words, answers.flat.table
    columns = [
        Column(words.say("scenario")),
        Column(words.say("beds needed"), "needed"),
        Column(words.say("beds free"), "free", align="end"),
        Column(words.say("day of the peak"), "peak_day"),
        Column(words.say("days with too few beds in all"), "days_above"),
        Column(words.say("chance of a lower peak"), "flatter"),
        Column(words.say("regions that run out"), "regions"),
        Column(words.say("chance that none runs out"), "enough"),
    ]
    if kind == "icu":
        columns.append(Column(words.say("deaths expected from want of beds"), "lost"))
    rows = []
    for _, row in table[table["beds"] == kind].iterrows():
        cells = _cells(words, row, paired=row["scenario"] != answers.baseline)
        name = scenario_title(words, str(row["scenario"]))
        rows.append(Row(name, cells[: len(columns) - 1]))
    return Table(tuple(columns), tuple(rows))


def _cells(words: Words, row: pd.Series[Any], *, paired: bool) -> tuple[Cell | str, ...]:
    change = ("", "")
    if paired:
        ends = row["peak_difference_low"], row["peak_difference_high"]
        change = words.signed(row["peak_difference"]), spread(words, *ends, signed=True)
    return (
        Cell(words.about(row["peak"]), spread(words, row["peak_low"], row["peak_high"]), *change),
        words.about(row["free"]),
        Cell(
            words.date(row["peak_date"], "medium"),
            span(words, words.day(row["peak_date_low"]), words.day(row["peak_date_high"])),
        ),
        Cell(
            words.number(round(row["days_above"])),
            spread(words, row["days_above_low"], row["days_above_high"]),
        ),
        words.percent(row["probability_flatter"]) if paired else "–",
        words.say(
            "{low} to {high} of {regions}",
            low=words.number(round(row["regions_over_low"])),
            high=words.number(round(row["regions_over_high"])),
            regions=words.number(row["regions"]),
        ),
        words.percent(row["probability_below"]),
        comparison_cell(words, overload_deaths(row), paired=paired),
    )
