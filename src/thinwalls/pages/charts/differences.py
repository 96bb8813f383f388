"""Paired differences as a forest plot: one panel per group of people."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from thinwalls.pages.charts import theme
from thinwalls.pages.charts.figure import Figure, Panel, Table, finish
from thinwalls.pages.names import capitalized, group_name, outcome_name, scenario_name
from thinwalls.pages.sentences import share_of_draws

if TYPE_CHECKING:
    import pandas as pd

    from thinwalls.pages.words import Words
    from thinwalls.results import Comparison

GROUPS = ("followed", "staff", "residents")
_ROW_HEIGHT = 26
_LINE_HEIGHT = 14
_LABEL_WIDTH = 42
_AXIS_HEIGHT = 40


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
        row = _row_height(words, here)
        height = row * max(len(here), 1) + _AXIS_HEIGHT
        chart = _forest(words, here, outcome, row)
        panels.append(Panel(label, finish(chart, description=described, height=height)))
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
        Table(
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


def _labels(words: Words, rows: pd.DataFrame) -> list[list[str]]:
    names = [capitalized(scenario_name(words, str(name))) for name in rows["scenario"]]
    return [textwrap.wrap(name, _LABEL_WIDTH) for name in names]


def _row_height(words: Words, rows: pd.DataFrame) -> int:
    """Pixels for the longest label and the line under it."""
    lines = max((len(label) for label in _labels(words, rows)), default=1)
    return _ROW_HEIGHT + _LINE_HEIGHT * lines


def _forest(words: Words, rows: pd.DataFrame, outcome: str, row_height: int) -> dict[str, Any]:
    columns = (rows[f"difference{end}"].tolist() for end in ("", "_low", "_high"))
    data = [
        {
            "scenario": " ".join(label),
            "label": label,
            "difference": difference,
            "low": low,
            "high": high,
            "sign": "less" if high < 0 else "more" if low > 0 else "either",
        }
        for label, difference, low, high in zip(_labels(words, rows), *columns, strict=True)
    ]
    left = min((row["low"] for row in data), default=0.0)
    reach = max((abs(row[end]) for row in data for end in ("low", "high")), default=0.0)
    across = {
        "type": "quantitative",
        "title": words.say("difference in {outcome}", outcome=outcome_name(words, outcome)),
        "axis": {**theme.number_axis(reach), "grid": True},
    }
    place = {
        "field": "scenario",
        "type": "nominal",
        "sort": [row["scenario"] for row in data],
        "axis": None,
    }
    tip = [
        {"field": "scenario", "type": "nominal", "title": words.say("scenario")},
        *(
            {"field": field, "type": "quantitative", "title": title, "format": "+,.0f"}
            for field, title in (
                ("difference", words.say("difference")),
                ("low", words.say("low")),
                ("high", words.say("high")),
            )
        ),
    ]
    color = {
        "field": "sign",
        "type": "nominal",
        "legend": None,
        "scale": {
            "domain": ["less", "either", "more"],
            "range": [theme.FEWER, theme.NEITHER, theme.MORE],
        },
    }
    below = row_height / 2 - 14
    shown = {"y": place, "color": color, "tooltip": tip}
    text = {
        "type": "text",
        "align": "left",
        "baseline": "top",
        "dy": 2 - row_height / 2,
        "lineHeight": _LINE_HEIGHT,
    }
    return {
        "data": {"values": [{**row, "left": min(left, 0.0)} for row in data]},
        "layer": [
            {
                "data": {"values": [{"zero": 0.0}]},
                "mark": {"type": "rule", "opacity": 0.7},
                "encoding": {"x": {**across, "field": "zero"}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 3, "yOffset": below},
                "encoding": {"x": {**across, "field": "low"}, "x2": {"field": "high"}, **shown},
            },
            {
                "mark": {"type": "circle", "size": 90, "opacity": 1, "yOffset": below},
                "encoding": {"x": {"field": "difference", "type": "quantitative"}, **shown},
            },
            {
                "mark": text,
                "encoding": {
                    "x": {"field": "left", "type": "quantitative"},
                    "y": place,
                    "text": {"field": "label", "type": "nominal"},
                },
            },
        ],
    }
