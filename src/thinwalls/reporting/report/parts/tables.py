"""The comparison as cells of text, for a page and for a terminal alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from thinwalls.reporting.language.names import capitalized, group_name, outcome_name, scenario_name
from thinwalls.results import COMPARED

if TYPE_CHECKING:
    from thinwalls.reporting.language.words import Words
    from thinwalls.results import Comparison, Flattening

GROUPS = ("followed", "detained", "staff", "residents")
OUTCOMES = ("infections", "admissions", "deaths")
FURTHER = tuple((one.reported_for, total.name) for one, total in COMPARED if one.reported_for)
"""Group and outcome of the columns of the further table; deaths from want of beds follow."""


@dataclass(frozen=True)
class Cell:
    """A number with its interval, and below it the difference with its own (empty: none)."""

    value: str
    range: str
    difference: str = ""
    difference_range: str = ""


@dataclass(frozen=True)
class CardRow:
    """A name and its cells; plain text where a cell is one number without an interval."""

    name: str
    cells: tuple[Cell | str, ...]


@dataclass(frozen=True)
class Cards:
    """A table whose rows become cards on a narrow screen; ``heads`` are those of the cells."""

    heads: tuple[str, ...]
    rows: tuple[CardRow, ...]


@dataclass(frozen=True)
class GroupRow:
    """One scenario: people at risk and one cell per outcome."""

    scenario: str
    people: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class GroupTable:
    """One group of people."""

    group: str
    title: str
    rows: tuple[GroupRow, ...]


@dataclass(frozen=True)
class FurtherTable:
    """Outcomes of different groups in one table; ``people`` says how many each group has."""

    heads: tuple[str, ...]
    people: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    """scenario and one cell per outcome"""


@dataclass(frozen=True)
class BedRow:
    """One scenario: most beds needed at once, beds free, and regions that run out."""

    scenario: str
    peak: Cell
    free: str
    date: str
    date_range: str
    regions_over: str
    below: str
    days_above: Cell
    flatter: str
    lost: Cell
    """deaths expected because beds were full, of both kinds"""


def group_tables(words: Words, comparison: Comparison) -> tuple[GroupTable, ...]:
    """One table per group of people."""
    tables = []
    scenarios = list(dict.fromkeys(comparison.table["scenario"]))
    for group in GROUPS:
        rows = []
        for scenario in scenarios:
            found = [comparison.row(scenario, group, outcome) for outcome in OUTCOMES]
            base = scenario == comparison.baseline
            rows.append(
                GroupRow(
                    scenario=capitalized(scenario_name(words, scenario)),
                    people=words.people(found[0]["population_at_risk"], short=True),
                    cells=tuple(comparison_cell(words, row, paired=not base) for row in found),
                )
            )
        title = capitalized(group_name(words, group))
        tables.append(GroupTable(group, title, tuple(rows)))
    return tuple(tables)


def further_table(words: Words, comparison: Comparison, flat: Flattening) -> FurtherTable:
    """What the tables by group leave out; outcomes that a result does not hold are left out."""
    table = comparison.table
    known = set(zip(table["group"], table["outcome"], strict=True))
    chosen = [one for one in FURTHER if one in known]
    overload = flat.table[flat.table["beds"] == "icu"].set_index("scenario")
    rows = []
    for scenario in dict.fromkeys(table["scenario"]):
        base = scenario == comparison.baseline
        found = [comparison.row(scenario, *one) for one in chosen]
        cells = [comparison_cell(words, row, paired=not base) for row in found]
        cells.append(comparison_cell(words, _lost(overload.loc[scenario]), paired=not base))
        rows.append((capitalized(scenario_name(words, str(scenario))), tuple(cells)))
    first = {
        group: comparison.row(comparison.baseline, group, outcome) for group, outcome in chosen
    }
    return FurtherTable(
        heads=(
            *(outcome_name(words, outcome) for _, outcome in chosen),
            words.say("deaths expected from want of beds"),
        ),
        people=tuple(
            words.say(
                "{group}: {people} people at risk",
                group=capitalized(group_name(words, group)),
                people=words.people(row["population_at_risk"], short=True),
            )
            for group, row in first.items()
        ),
        rows=tuple(rows),
    )


def _lost(row: pd.Series[Any]) -> pd.Series[float]:
    """Deaths from want of beds in the form of a row of a comparison."""
    names = {"median": "", "low": "_low", "high": "_high"}
    names |= {f"difference{end}": f"_difference{end}" for end in ("", "_low", "_high")}
    found = {new: row[f"overload_deaths{old}"] for new, old in names.items()}
    return pd.Series(found, dtype=float)


def bed_table(words: Words, flat: Flattening, kind: str = "icu") -> tuple[BedRow, ...]:
    """Most beds needed at once against the beds that are free."""
    rows = []
    for _, row in flat.table[flat.table["beds"] == kind].iterrows():
        base = row["scenario"] == flat.baseline
        difference = "" if base else words.signed(row["peak_difference"])
        rows.append(
            BedRow(
                scenario=capitalized(scenario_name(words, str(row["scenario"]))),
                peak=Cell(
                    words.about(row["peak"]),
                    spread(words, row["peak_low"], row["peak_high"]),
                    difference,
                    difference
                    and spread(
                        words, row["peak_difference_low"], row["peak_difference_high"], signed=True
                    ),
                ),
                free=words.about(row["free"]),
                date=words.date(row["peak_date"], "medium"),
                date_range=words.say(
                    "{low} to {high}",
                    low=words.day(row["peak_date_low"]),
                    high=words.day(row["peak_date_high"]),
                ),
                regions_over=words.say(
                    "{low} to {high} of {regions}",
                    low=words.number(round(row["regions_over_low"])),
                    high=words.number(round(row["regions_over_high"])),
                    regions=words.number(row["regions"]),
                ),
                below=words.percent(row["probability_below"]),
                days_above=Cell(
                    words.number(round(row["days_above"])),
                    spread(words, row["days_above_low"], row["days_above_high"]),
                ),
                flatter="–" if base else words.percent(row["probability_flatter"]),
                lost=comparison_cell(words, _lost(row), paired=not base),
            )
        )
    return tuple(rows)


def bed_cards(words: Words, flat: Flattening, kind: str) -> Cards:
    """:func:`bed_table` as a table; deaths from want of any bed stand with intensive care."""
    icu = kind == "icu"
    heads = [
        words.say("beds needed"),
        words.say("beds free"),
        words.say("day of the peak"),
        words.say("days with too few beds in all"),
        words.say("chance of a lower peak"),
        words.say("regions that run out"),
        words.say("chance that none runs out"),
    ]
    if icu:
        heads.append(words.say("deaths expected from want of beds"))
    rows = []
    for row in bed_table(words, flat, kind):
        cells: list[Cell | str] = [
            row.peak,
            row.free,
            Cell(row.date, row.date_range),
            row.days_above,
            row.flatter,
            row.regions_over,
            row.below,
        ]
        rows.append(CardRow(row.scenario, (*cells, row.lost) if icu else tuple(cells)))
    return Cards(tuple(heads), tuple(rows))


def spread(words: Words, low: float, high: float, *, signed: bool = False) -> str:
    """An interval: low to high."""
    shown = words.signed if signed else words.about
    return words.say("{low} to {high}", low=shown(low, short=True), high=shown(high, short=True))


def comparison_cell(words: Words, row: pd.Series[float], *, paired: bool) -> Cell:
    """A row of a comparison; with its difference when ``paired``."""
    value, limits = words.about(row["median"], short=True), spread(words, row["low"], row["high"])
    if not paired:
        return Cell(value, limits)
    between = spread(words, row["difference_low"], row["difference_high"], signed=True)
    return Cell(value, limits, words.signed(row["difference"], short=True), between)
