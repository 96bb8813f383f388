"""Curves over time: one panel per scenario, the baseline behind it, the beds that are free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.reporting.charts import theme
from thinwalls.reporting.charts.figure import Figure, Panel, PlainTable, finish
from thinwalls.reporting.language.names import group_name, scenario_name, scenario_title
from thinwalls.results import DEFAULT_LEVEL, WHOLE_SYSTEM, interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.reporting.language.words import Words
    from thinwalls.results import Results

_PANEL_HEIGHT = 170
_FREE_IN_SIGHT = 2.5
_ROOM_FOR_LABEL = 1.3
_TABLE_STEP_DAYS = 14


@dataclass(frozen=True)
class Bands:
    """Median and interval of one variable per scenario and day; ``values``: (3, scenario, day)."""

    scenarios: tuple[str, ...]
    dates: pd.DatetimeIndex
    values: NDArray[np.float64]

    def rows(self, scenario: str) -> list[dict[str, Any]]:
        """One scenario as rows for a chart: date, low, median, high (one decimal)."""
        low, median, high = np.round(self.values[:, self.scenarios.index(scenario)], 1).tolist()
        days = np.datetime_as_string(self.dates.to_numpy(), unit="s").tolist()
        return [
            {"date": day, "low": a, "median": b, "high": c}
            for day, a, b, c in zip(days, low, median, high, strict=True)
        ]


def bands(
    results: Results, variable: str, group: str | None, level: float = DEFAULT_LEVEL
) -> Bands:
    """Medians and intervals over draws for the whole system."""
    chosen = results.dataset[variable].sel(place=WHOLE_SYSTEM)
    if group is not None:
        chosen = chosen.sel(group=group)
    values = chosen.transpose("draw", "scenario", "date").values
    dates = pd.DatetimeIndex(results.dataset["date"].values)
    return Bands(results.scenarios, dates, interval(values, level))


def capacity_figure(words: Words, results: Results, baseline: str, *, kind: str = "icu") -> Figure:
    """Beds in use against beds free, every scenario against the baseline: whether it flattened."""
    icu = kind == "icu"
    demand = bands(results, "icu_beds" if icu else "hospital_beds", "everyone")
    free = bands(results, "icu_free" if icu else "beds_free", None)
    title = (
        words.say("Intensive-care beds: needed and free")
        if icu
        else words.say("Hospital beds: needed and free")
    )
    caption = words.say(
        "Beds needed by everyone in the system. Line: the middle of {draws} simulated futures; "
        "band: 9 of 10 of them. Grey: {baseline}. Dashed: beds free for this epidemic in all "
        "regions together; one region can run out while another has beds.",
        draws=words.number(results.draws),
        baseline=scenario_name(words, baseline),
    )
    axis = words.say("beds")
    return _figure(words, f"{kind}_beds", title, caption, demand, baseline, axis, free)


def infected_figure(words: Words, results: Results, baseline: str, *, group: str) -> Figure:
    """People infected at the same time, every scenario against the baseline."""
    current = bands(results, "prevalence", group)
    name = group_name(words, group)
    title = words.say("Infected at the same time: {group}", group=name)
    caption = words.say(
        "Line: the middle of {draws} simulated futures; band: 9 of 10 of them. Grey: {baseline}.",
        draws=words.number(results.draws),
        baseline=scenario_name(words, baseline),
    )
    return _figure(
        words, f"infected_{group}", title, caption, current, baseline, words.say("people"), None
    )


def needed_figure(words: Words, results: Results, baseline: str, *, group: str) -> Figure:
    """Hospital beds that one group needs, every scenario against the baseline."""
    current = bands(results, "hospital_beds", group)
    title = words.say("Hospital beds needed: {group}", group=group_name(words, group))
    caption = words.say(
        "Beds in use, intensive care included. Line: the middle of {draws} simulated futures; "
        "band: 9 of 10 of them. Grey: {baseline}.",
        draws=words.number(results.draws),
        baseline=scenario_name(words, baseline),
    )
    return _figure(
        words, f"needed_{group}", title, caption, current, baseline, words.say("beds"), None
    )


def _figure(
    words: Words,
    name: str,
    title: str,
    caption: str,
    shown: Bands,
    baseline: str,
    axis: str,
    free: Bands | None,
) -> Figure:
    top = float(np.nanmax(shown.values[2])) * 1.05 or 1.0
    beds = None if free is None else float(np.nanmedian(free.values[1]))
    if beds is not None and beds <= _FREE_IN_SIGHT * top:
        top = max(top, beds * 1.1)
    elif beds is not None:
        top *= _ROOM_FOR_LABEL
    panels = []
    for scenario in shown.scenarios:
        label = scenario_title(words, scenario)
        chart = _panel(words, shown, scenario, baseline, axis, top, free)
        described = words.say("{title}. Scenario: {scenario}.", title=title, scenario=label)
        spec = finish(chart, description=described, height=_PANEL_HEIGHT)
        panels.append(Panel(label, spec))
    return Figure(name, title, caption, tuple(panels), _table(words, shown, free), static_width=360)


def _panel(
    words: Words,
    shown: Bands,
    scenario: str,
    baseline: str,
    axis: str,
    top: float,
    free: Bands | None,
) -> dict[str, Any]:
    color = theme.BASELINE if scenario == baseline else theme.SCENARIO
    date_format = words.say("%b %-d")
    date = {
        "field": "date",
        "type": "temporal",
        "title": None,
        "axis": {
            "format": date_format,
            "tickCount": {"interval": "month", "step": 1},
            "grid": False,
        },
    }
    vertical = {
        "type": "quantitative",
        "scale": {"domain": [0, top], "nice": False},
        "title": axis,
        "axis": theme.number_axis(top),
    }
    tip = [
        {"field": "date", "type": "temporal", "title": words.say("date"), "format": date_format},
        *(
            {"field": field, "type": "quantitative", "title": title, "format": ",.0f"}
            for field, title in (
                ("median", words.say("middle")),
                ("low", words.say("low")),
                ("high", words.say("high")),
            )
        ),
    ]
    middle = {"x": date, "y": {**vertical, "field": "median"}}
    data = {"values": shown.rows(scenario)}
    band = {"x": date, "y": {**vertical, "field": "low"}, "y2": {"field": "high"}, "tooltip": tip}
    layers: list[dict[str, Any]] = [
        {
            "data": data,
            "mark": {"type": "area", "color": color, "opacity": 0.25, "clip": True},
            "encoding": band,
        }
    ]
    if scenario != baseline:
        grey = {"type": "line", "color": theme.BASELINE, "strokeWidth": 1.5}
        behind = {"values": shown.rows(baseline)}
        layers.append({"data": behind, "mark": grey, "encoding": middle})
    layers.append(
        {
            "data": data,
            "mark": {"type": "line", "color": color, "strokeWidth": 2.5},
            "encoding": middle,
        }
    )
    if free is not None:
        layers += _free_line(words, free, scenario, middle, top)
    return {"layer": layers}


def _free_line(
    words: Words, free: Bands, scenario: str, encoding: dict[str, Any], top: float
) -> list[dict[str, Any]]:
    rows = free.rows(scenario)
    beds = float(np.median([row["median"] for row in rows]))
    in_sight = beds <= top
    label = (
        words.say("free: {beds}", beds=words.about(beds))
        if in_sight
        else words.say("free: {beds}, above this chart", beds=words.about(beds))
    )
    # Panels are narrow: what is said above a chart is said in two lines.
    lines = label.replace(", ", ",\n").split("\n")
    text = {
        "data": {"values": [{**rows[0], "label": lines, "median": min(beds, top)}]},
        "mark": {
            "type": "text",
            "align": "left",
            "dx": 4,
            "dy": -7 if in_sight else 9,
            "lineHeight": 14,
            "color": theme.CAPACITY,
        },
        "encoding": {**encoding, "text": {"field": "label", "type": "nominal"}},
    }
    if not in_sight:
        return [text]
    line = {
        "data": {"values": rows},
        "mark": {
            "type": "line",
            "color": theme.CAPACITY,
            "strokeDash": [6, 4],
            "strokeWidth": 2,
            "clip": True,
        },
        "encoding": encoding,
    }
    return [line, text]


def _table(words: Words, shown: Bands, free: Bands | None) -> PlainTable:
    """One row per fortnight, one column per scenario."""
    days = list(range(0, len(shown.dates), _TABLE_STEP_DAYS))
    if days[-1] != len(shown.dates) - 1:
        days.append(len(shown.dates) - 1)
    head = [words.say("date")]
    head += [scenario_title(words, scenario) for scenario in shown.scenarios]
    if free is not None:
        head.append(words.say("free"))
    rows = []
    for day in days:
        row = [words.date(shown.dates[day], "medium")]
        for low, median, high in shown.values[:, :, day].T:
            row.append(
                words.say(
                    "{middle} ({low} to {high})",
                    middle=words.about(median, short=True),
                    low=words.about(low, short=True),
                    high=words.about(high, short=True),
                )
            )
        if free is not None:
            row.append(words.about(float(free.values[1, 0, day]), short=True))
        rows.append(tuple(row))
    return PlainTable(tuple(head), tuple(rows))
