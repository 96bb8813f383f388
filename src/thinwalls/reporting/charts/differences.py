"""Paired differences as a forest plot: one panel per group of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.reporting.charts.figure import Figure, Panel, PlainTable, finish
from thinwalls.reporting.charts.forest import ForestRow, color_of_difference, forest, forest_height
from thinwalls.reporting.language.names import (
    capitalized,
    group_name,
    outcome_name,
    scenario_name,
    scenario_title,
    share_of_draws,
)

if TYPE_CHECKING:
    import pandas as pd

    from thinwalls.reporting.language.words import Words
    from thinwalls.results import Comparison

GROUPS = ("followed", "staff", "residents")


def differences_figure(
    words: Words, comparison: Comparison, *, outcome: str = "infections"
) -> Figure:
    """Difference against the baseline with its interval, per scenario and group."""
    table = comparison.table
    chosen = table[(table["outcome"] == outcome) & (table["scenario"] != comparison.baseline)]
    panels = []
    rows: list[tuple[str, ...]] = []
    name = outcome_name(words, outcome)
    for group in GROUPS:
        here = chosen[chosen["group"] == group]
        label = capitalized(group_name(words, group))
        described = words.say(
            "Difference in {outcome} against {baseline}: {group}.",
            outcome=name,
            baseline=scenario_name(words, comparison.baseline),
            group=label,
        )
        lines = _lines(words, here)
        chart = forest(
            words,
            lines,
            title=words.say("difference in {outcome}", outcome=name),
            value_title=words.say("difference"),
            number_format="+,.0f",
        )
        spec = finish(chart, description=described, height=forest_height(lines))
        panels.append(Panel(label, spec))
        rows += [_row(words, row, comparison.draws) for _, row in here.iterrows()]
    return Figure(
        f"differences_{outcome}",
        words.say("What each scenario changes: {outcome}", outcome=name),
        words.say(
            "Difference against {baseline}, taken within each simulated future. Dot: the middle; "
            "line: 9 of 10 futures; grey where it crosses zero. Left of zero: fewer. Each panel "
            "has its own scale.",
            baseline=scenario_name(words, comparison.baseline),
        ),
        tuple(panels),
        PlainTable(
            (
                words.say("scenario"),
                words.say("group"),
                words.say("people at risk"),
                capitalized(name),
                words.say("difference"),
                words.say("9 of 10"),
                words.say("fewer in"),
            ),
            tuple(rows),
        ),
        static_width=360,
    )


def _row(words: Words, row: pd.Series[float], draws: int) -> tuple[str, ...]:
    return (
        scenario_name(words, str(row["scenario"])),
        group_name(words, str(row["group"])),
        words.people(row["population_at_risk"]),
        words.about(row["median"]),
        words.signed(row["difference"]),
        words.say(
            "{low} to {high}",
            low=words.signed(row["difference_low"]),
            high=words.signed(row["difference_high"]),
        ),
        share_of_draws(words, row["probability_lower"], draws),
    )


def _lines(words: Words, rows: pd.DataFrame) -> list[ForestRow]:
    return [
        ForestRow(
            label=scenario_title(words, str(row["scenario"])),
            value=row["difference"],
            low=row["difference_low"],
            high=row["difference_high"],
            color=color_of_difference(row["difference_low"], row["difference_high"]),
        )
        for row in rows.to_dict("records")
    ]
