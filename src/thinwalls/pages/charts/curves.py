"""Curves over time: one panel per scenario, the baseline behind it, the beds that are free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.pages.charts import theme
from thinwalls.pages.charts.figure import Figure, Panel, Table, finish
from thinwalls.pages.names import capitalized, group_name, scenario_name
from thinwalls.results import schema
from thinwalls.results.intervals import DEFAULT_LEVEL, interval

if TYPE_CHECKING:
    import altair as alt
    from numpy.typing import NDArray

    from thinwalls.pages.words import Words
    from thinwalls.results import Results

_PANEL_HEIGHT = 170
_FREE_IN_SIGHT = 2.5
_ROOM_FOR_LABEL = 1.18
_TABLE_STEP_DAYS = 14


@dataclass(frozen=True)
class Bands:
    """Median and interval of one variable per scenario and day; ``values``: (3, scenario, day)."""

    scenarios: tuple[str, ...]
    dates: pd.DatetimeIndex
    values: NDArray[np.float64]

    def frame(self, scenario: str) -> pd.DataFrame:
        """One scenario as a table: date, low, median, high (whole numbers, for a chart)."""
        low, median, high = np.round(self.values[:, self.scenarios.index(scenario)], 1)
        columns = {"date": self.dates, "low": low, "median": median, "high": high}
        return pd.DataFrame(columns)


def bands(
    results: Results, variable: str, group: str | None, level: float = DEFAULT_LEVEL
) -> Bands:
    """Medians and intervals over draws for the whole system."""
    chosen = results.dataset[variable].sel(place=schema.WHOLE_SYSTEM)
    if group is not None:
        chosen = chosen.sel(group=group)
    values = chosen.transpose("draw", "scenario", "date").values
    dates = pd.DatetimeIndex(results.dataset["date"].values)
    return Bands(results.scenarios, dates, interval(values, level))


def capacity_figure(words: Words, results: Results, baseline: str, *, kind: str = "icu") -> Figure:
    """Beds in use against beds free, every scenario against the baseline: did it flatten?"""
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
        label = capitalized(scenario_name(words, scenario))
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
) -> Any:
    import altair as alt

    color = theme.BASELINE if scenario == baseline else theme.SCENARIO
    date = alt.X(
        "date:T",
        title=None,
        axis=alt.Axis(
            format=words.say("%b %-d"), tickCount={"interval": "month", "step": 1}, grid=False
        ),
    )
    scale = alt.Scale(domain=[0, top], nice=False)

    def vertical(field: str) -> Any:
        return alt.Y(
            f"{field}:Q",
            scale=scale,
            title=axis,
            axis=alt.Axis(**theme.number_axis(top)),
        )

    data = shown.frame(scenario)
    tip = [
        alt.Tooltip("date:T", title=words.say("date"), format=words.say("%b %-d")),
        alt.Tooltip("median:Q", title=words.say("middle"), format=",.0f"),
        alt.Tooltip("low:Q", title=words.say("low"), format=",.0f"),
        alt.Tooltip("high:Q", title=words.say("high"), format=",.0f"),
    ]
    here = alt.Chart(data).encode(x=date)
    layers: list[Any] = [
        here.mark_area(color=color, opacity=0.25, clip=True).encode(
            y=vertical("low"), y2="high:Q", tooltip=tip
        )
    ]
    if scenario != baseline:
        reference = alt.Chart(shown.frame(baseline)).encode(x=date)
        layers.append(
            reference.mark_line(color=theme.BASELINE, strokeWidth=1.5).encode(y=vertical("median"))
        )
    layers.append(here.mark_line(color=color, strokeWidth=2.5).encode(y=vertical("median")))
    if free is not None:
        layers += _free_line(words, free, scenario, date, vertical("median"), top)
    return alt.layer(*layers)


def _free_line(
    words: Words, free: Bands, scenario: str, date: alt.X, vertical: Any, top: float
) -> list[Any]:
    import altair as alt

    data = free.frame(scenario)
    beds = float(data["median"].median())
    label = words.say("free: {beds}", beds=words.about(beds))
    in_sight = beds <= top
    if not in_sight:
        label = words.say("free: {beds}, above this chart", beds=words.about(beds))
    middle = data.iloc[[0]].assign(label=label, median=min(beds, top))
    text = (
        alt.Chart(middle)
        .mark_text(align="left", dx=4, dy=-7 if in_sight else 9, color=theme.CAPACITY)
        .encode(x=date, y=vertical, text="label:N")
    )
    if not in_sight:
        return [text]
    line = (
        alt.Chart(data)
        .mark_line(color=theme.CAPACITY, strokeDash=[6, 4], strokeWidth=2, clip=True)
        .encode(x=date, y=vertical)
    )
    return [line, text]


def _table(words: Words, shown: Bands, free: Bands | None) -> Table:
    """One row per fortnight, one column per scenario."""
    days = list(range(0, len(shown.dates), _TABLE_STEP_DAYS))
    if days[-1] != len(shown.dates) - 1:
        days.append(len(shown.dates) - 1)
    head = [words.say("date")]
    head += [capitalized(scenario_name(words, scenario)) for scenario in shown.scenarios]
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
    return Table(tuple(head), tuple(rows))
