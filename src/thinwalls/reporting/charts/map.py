"""The map of facilities: as large as they have people, coloured by what a scenario changes."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.reporting.charts import theme
from thinwalls.reporting.charts.figure import Figure, Panel, PlainTable, finish
from thinwalls.reporting.language.names import scenario_name, scenario_title

if TYPE_CHECKING:
    from thinwalls.reporting.language.words import Words
    from thinwalls.results import Results

_HEIGHT = 380
_TABLE_ROWS = 40
_DRAWN = (
    # west, east, south, north: the 48 states, Alaska, Hawaii
    (-125.0, -66.5, 24.3, 49.5),
    (-180.0, -129.0, 51.0, 72.0),
    (-161.0, -154.5, 18.5, 22.6),
)


@lru_cache
def state_shapes() -> dict[str, Any]:
    """Outlines of the states (TopoJSON, object ``states``); the source is named inside."""
    text = (files("thinwalls.reporting") / "shapes" / "us_states.json").read_text(encoding="utf-8")
    shapes: dict[str, Any] = json.loads(text)
    return shapes


def facility_changes(results: Results, baseline: str) -> pd.DataFrame:
    """Per facility and scenario: people on the first day and the change in infections inside.

    ``change``: median over draws of the paired difference against ``baseline`` in infections of
    people held there; ``per_100``: the same per 100 people whom the baseline holds there at any
    time. Facilities without anyone on the first day are left out; the largest come first.
    """
    kinds = results.places["kind"]
    known = set(results.totals["place"].values.tolist())
    ids = [place for place in kinds.index[kinds == "facility"] if place in known]
    totals = results.totals.sel(place=ids, group="detained")
    start = totals["people_start"].sel(scenario=baseline).median("draw").values.astype(float)
    ever = totals["people_ever"].sel(scenario=baseline).median("draw").values.astype(float)
    infections = totals["infections"].astype(np.float64)
    change = (infections - infections.sel(scenario=baseline)).median("draw")
    parts = []
    for scenario in results.scenarios:
        if scenario == baseline:
            continue
        part = results.places.loc[ids, ["name", "state", "latitude", "longitude"]].copy()
        part["scenario"] = scenario
        part["people"] = start
        part["ever"] = ever
        part["change"] = change.sel(scenario=scenario).values
        parts.append(part[part["people"] > 0])
    frame = pd.concat(parts)
    frame["per_100"] = frame["change"] / frame["ever"] * 100.0
    frame.index.name = "place"
    frame["name"] = [str(name).title() for name in frame["name"]]
    return frame.sort_values("people", ascending=False, kind="stable")


def map_figure(words: Words, results: Results, baseline: str, scenario: str) -> Figure:
    """The facilities and what a scenario changes inside each; ``scenario`` is shown first."""
    frame = facility_changes(results, baseline)
    title = words.say("Infections inside, by facility")
    parts = [
        words.say(
            "Each circle is a facility; a larger circle has more people on the first day. Colour: "
            "difference in infections inside per 100 people ever held there, against {baseline}. "
            "In a facility that empties there are fewer people to infect; what happens "
            "to those who leave is in the curves above.",
            baseline=scenario_name(words, baseline),
        ),
        words.say("Without a choice the map shows: {scenario}.", scenario=_label(words, scenario)),
    ]
    on_the_map = drawn_with_the_states(frame)
    missing = frame.index[~on_the_map].nunique()
    if missing:
        parts.append(
            words.plural(
                "{count} facility outside the 50 states is only in the table.",
                "{count} facilities outside the 50 states are only in the table.",
                missing,
            )
        )
    caption = " ".join(parts)
    chart = _map(words, frame[on_the_map], results, baseline, scenario)
    spec = finish(chart, description=f"{title}. {caption}", height=_HEIGHT)
    spec["projection"] = {"type": "albersUsa"}
    return Figure("map", title, caption, (Panel("", spec),), _table(words, frame, results))


def _label(words: Words, scenario: str) -> str:
    return scenario_title(words, scenario)


def drawn_with_the_states(frame: pd.DataFrame) -> pd.Series[bool]:
    """Which places are in the 50 states, and so on the map."""
    east, north = frame["longitude"], frame["latitude"]
    inside = east.isna() & east.notna()
    for west_end, east_end, south_end, north_end in _DRAWN:
        inside |= east.between(west_end, east_end) & north.between(south_end, north_end)
    return inside


def outlined_states(fill_opacity: float, *, clip: bool = False) -> Any:
    """The states in outline, as a layer under what is shown; screen readers skip it."""
    import altair as alt

    states = alt.InlineData(
        values=state_shapes(), format=alt.TopoDataFormat(type="topojson", feature="states")
    )
    return alt.Chart(states).mark_geoshape(
        fill=theme.INK,
        fillOpacity=fill_opacity,
        stroke=theme.INK,
        strokeOpacity=0.35,
        strokeWidth=0.6,
        aria=False,
        clip=True if clip else alt.Undefined,
    )


def _map(words: Words, frame: pd.DataFrame, results: Results, baseline: str, scenario: str) -> Any:
    import altair as alt

    outline = outlined_states(fill_opacity=0.06)
    shown = frame.assign(per_100=frame["per_100"].round(2), change=frame["change"].round(1))
    others = [name for name in results.scenarios if name != baseline]
    choice = alt.param(
        name="shown_scenario",
        value=scenario,
        bind=alt.binding_select(
            options=others,
            labels=[_label(words, name) for name in others],
            name=words.say("Scenario on the map"),
        ),
    )
    reach = float(np.nanquantile(np.abs(frame["per_100"]), 0.95)) if len(frame) else 1.0
    reach = max(reach, 1.0)
    color = alt.Color(
        "per_100:Q",
        title=words.say("difference per 100 people"),
        scale=alt.Scale(
            domain=[-reach, 0, reach], range=[theme.FEWER, "#f2f2f2", theme.MORE], clamp=True
        ),
        legend=alt.Legend(orient="bottom", gradientLength=150, tickCount=3),
    )
    size = alt.Size(
        "people:Q",
        title=words.say("people"),
        scale=alt.Scale(range=[12, 500]),
        legend=alt.Legend(orient="bottom", values=legend_sizes(frame), format=",d", aria=False),
    )
    points = (
        alt.Chart(shown)
        .transform_filter("datum.scenario === shown_scenario")
        .mark_circle(opacity=0.85, stroke=theme.INK, strokeWidth=0.6, strokeOpacity=0.7)
        .encode(
            longitude="longitude:Q",
            latitude="latitude:Q",
            size=size,
            color=color,
            tooltip=[
                alt.Tooltip("name:N", title=words.say("facility")),
                alt.Tooltip("state:N", title=words.say("state")),
                alt.Tooltip("people:Q", title=words.say("people"), format=",.0f"),
                alt.Tooltip("change:Q", title=words.say("difference"), format="+,.0f"),
                alt.Tooltip(
                    "per_100:Q", title=words.say("difference per 100 people"), format="+,.1f"
                ),
            ],
        )
    )
    return alt.layer(outline, points).add_params(choice)


def legend_sizes(frame: pd.DataFrame) -> list[float]:
    """Up to three numbers of people that a legend of sizes shows."""
    largest = float(frame["people"].max()) if len(frame) else 1.0
    steps = (1, 10, 100, 500, 1000, 2000, 5000)
    return [float(step) for step in steps if largest / 30 <= step <= largest][-3:]


def _table(words: Words, frame: pd.DataFrame, results: Results) -> PlainTable:
    """One row per facility (the smallest together in one), one column per scenario."""
    scenarios = [name for name in results.scenarios if (frame["scenario"] == name).any()]
    head = (
        words.say("facility"),
        words.say("state"),
        words.say("people on the first day"),
        *(_label(words, name) for name in scenarios),
    )
    wide = frame.pivot_table(index="place", columns="scenario", values="change", sort=False)
    one = frame[~frame.index.duplicated()]
    largest = one.head(_TABLE_ROWS)
    rows = [
        (
            str(row["name"]),
            str(row["state"]),
            words.people(row["people"]),
            *(words.signed(changes[name]) for name in scenarios),
        )
        for row, changes in zip(
            largest.to_dict("records"), wide.loc[largest.index].to_dict("records"), strict=True
        )
    ]
    rest = one.iloc[_TABLE_ROWS:]
    if len(rest):
        label = words.plural("{count} smaller facility", "{count} smaller facilities", len(rest))
        changes = wide.loc[rest.index].sum()
        people = words.people(float(rest["people"].sum()))
        rows.append((label, "", people, *(words.signed(changes[name]) for name in scenarios)))
    return PlainTable(head, tuple(rows))
