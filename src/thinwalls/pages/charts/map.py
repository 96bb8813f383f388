"""The map of facilities: as large as they have people, coloured by what a scenario changes."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from thinwalls.pages.charts import theme
from thinwalls.pages.charts.figure import Figure, Panel, Table, finish
from thinwalls.pages.names import capitalized, scenario_name

if TYPE_CHECKING:
    import pandas as pd

    from thinwalls.pages.words import Words
    from thinwalls.results import Results

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
    text = (files("thinwalls.pages") / "shapes" / "us_states.json").read_text(encoding="utf-8")
    shapes: dict[str, Any] = json.loads(text)
    return shapes


def facility_changes(results: Results, scenario: str, baseline: str) -> pd.DataFrame:
    """Per facility: people on the first day and the paired change in infections inside.

    ``change``: median over draws of the difference in infections of people held there;
    ``per_100``: the same per 100 people held on the first day.
    """
    kinds = results.places["kind"]
    ids = [place for place in kinds.index[kinds == "facility"] if place in _known(results)]
    totals = results.totals["infections"].sel(place=ids, group="detained")
    difference = (totals.sel(scenario=scenario) - totals.sel(scenario=baseline)).median("draw")
    start = results.totals["people_start"].sel(scenario=baseline, place=ids, group="detained")
    people = start.median("draw").values.astype(float)
    frame = results.places.loc[ids, ["name", "state", "latitude", "longitude"]].copy()
    frame["people"] = people
    frame["change"] = difference.values.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        frame["per_100"] = np.where(people > 0, frame["change"] / people * 100.0, np.nan)
    return frame[frame["people"] > 0].sort_values("people", ascending=False)


def map_figure(words: Words, results: Results, baseline: str, scenario: str) -> Figure:
    """The facilities of the system and what ``scenario`` changes inside each."""
    frame = facility_changes(results, scenario, baseline)
    name = scenario_name(words, scenario)
    title = words.say("Where it changes: {scenario}", scenario=name)
    caption = words.say(
        "Each circle is a facility; a larger circle has more people on the first day. Colour: "
        "difference in infections inside per 100 people held there on the first day, against "
        "{baseline}. In a facility that empties there are fewer people to infect; what happens "
        "to those who leave is in the curves above.",
        baseline=scenario_name(words, baseline),
    )
    shown = frame[_on_the_map(frame)]
    missing = len(frame) - len(shown)
    if missing:
        off = words.plural(
            "{count} facility outside the 50 states is only in the table.",
            "{count} facilities outside the 50 states are only in the table.",
            missing,
        )
        caption = f"{caption} {off}"
    spec = finish(_map(words, shown), description=f"{title}. {caption}", height=360)
    spec["projection"] = {"type": "albersUsa"}
    return Figure("map", title, caption, (Panel("", spec),), _table(words, frame))


def _on_the_map(frame: pd.DataFrame) -> pd.Series[bool]:
    east, north = frame["longitude"], frame["latitude"]
    inside = east.isna() & east.notna()
    for west_end, east_end, south_end, north_end in _DRAWN:
        inside |= east.between(west_end, east_end) & north.between(south_end, north_end)
    return inside


def _known(results: Results) -> set[str]:
    return set(results.totals["place"].values.tolist())


def _map(words: Words, frame: pd.DataFrame) -> Any:
    import altair as alt

    states = alt.InlineData(
        values=state_shapes(), format=alt.TopoDataFormat(type="topojson", feature="states")
    )
    outline = alt.Chart(states).mark_geoshape(
        fill=theme.INK, fillOpacity=0.06, stroke=theme.INK, strokeOpacity=0.35, strokeWidth=0.6
    )
    shown = frame.assign(
        name=[str(name).title() for name in frame["name"]],
        per_100=frame["per_100"].round(2),
        change=frame["change"].round(1),
    )
    reach = float(np.nanquantile(np.abs(frame["per_100"]), 0.95)) if len(frame) else 1.0
    reach = max(reach, 1.0)
    points = (
        alt.Chart(shown)
        .mark_circle(opacity=0.85, stroke=theme.INK, strokeWidth=0.6, strokeOpacity=0.7)
        .encode(
            longitude="longitude:Q",
            latitude="latitude:Q",
            size=alt.Size(
                "people:Q",
                title=words.say("people"),
                scale=alt.Scale(range=[12, 500]),
                legend=alt.Legend(orient="bottom", values=_legend_sizes(frame), format=",d"),
            ),
            color=alt.Color(
                "per_100:Q",
                title=words.say("difference per 100 people"),
                scale=alt.Scale(
                    domain=[-reach, 0, reach],
                    range=[theme.FEWER, "#f2f2f2", theme.MORE],
                    clamp=True,
                ),
                legend=alt.Legend(orient="bottom", gradientLength=150, tickCount=3),
            ),
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
    return alt.layer(outline, points)


def _legend_sizes(frame: pd.DataFrame) -> list[float]:
    largest = float(frame["people"].max()) if len(frame) else 1.0
    steps = (1, 10, 100, 500, 1000, 2000, 5000)
    return [float(step) for step in steps if largest / 30 <= step <= largest][-3:]


def _table(words: Words, frame: pd.DataFrame) -> Table:
    head = (
        words.say("facility"),
        words.say("state"),
        words.say("people on the first day"),
        words.say("difference in infections inside"),
        words.say("per 100 people"),
    )
    rows = [
        (
            capitalized(str(row["name"]).title()),
            str(row["state"]),
            words.people(row["people"]),
            words.signed(row["change"]),
            words.signed(row["per_100"]),
        )
        for _, row in frame.head(_TABLE_ROWS).iterrows()
    ]
    rest = frame.iloc[_TABLE_ROWS:]
    if len(rest):
        people = float(rest["people"].sum())
        change = float(rest["change"].sum())
        label = words.plural("{count} smaller facility", "{count} smaller facilities", len(rest))
        per_100 = words.signed(change / people * 100.0) if people else "–"
        rows.append((label, "", words.people(people), words.signed(change), per_100))
    return Table(head, tuple(rows))
