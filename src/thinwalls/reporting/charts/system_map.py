"""The map of a system: places by kind and size, and where people are moved between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.reporting.charts import theme
from thinwalls.reporting.charts.figure import Figure, Panel, PlainTable, finish
from thinwalls.reporting.charts.map import drawn_with_the_states, legend_sizes, outlined_states

if TYPE_CHECKING:
    from thinwalls.reporting.language.words import Words
    from thinwalls.system import System

_HEIGHT = 520
_WIDTH = 900
_WIDE_DEGREES = 25.0
"""Degrees of longitude from which on the whole country is drawn."""
_MANY = 1000
"""Places from which on circles are smaller."""
_MARGIN = 1.25
_LEAST_DEGREES = 1.5
_LEAST_WIDEST = 2.0
"""People per day to whom the widest line belongs, or more."""
MOST_LINES = 300
"""Pairs of places with a line; the busiest."""
_COLORS = {
    # Okabe and Ito, like the other charts
    "ice": "#D55E00",
    "shared": "#CC79A7",
    "jail": "#0072B2",
    "state": "#009E73",
    "federal": "#E69F00",
    "other": "#666666",
}


OUTLINES = {
    "source_id": "state-outlines",
    "publisher": "U.S. Census Bureau",
    "title": "Cartographic boundary files: outlines of the states on maps, re-encoded from the npm "
    "package us-atlas 3.0.1 (ISC, Michael Bostock)",
    "address": "https://www.census.gov/geographies/mapping-files.html",
    "licence": "U.S. government work, public domain",
    "attribution": "U.S. Census Bureau, cartographic boundary files (us-atlas)",
}
"""Where the outlines of the states come from, as a row of the table ``sources``."""


def kind_of(custody: str) -> str:
    """Kind that the map tells apart: the custody system, or ``shared`` (ICE and another)."""
    names = custody.split(",")
    if len(names) > 1:
        return "shared" if "ice" in names else names[0]
    return names[0]


def _labels(words: Words) -> dict[str, str]:
    return {
        "ice": words.say("immigration detention"),
        "shared": words.say("jail or prison that also holds people for ICE"),
        "jail": words.say("local jail"),
        "state": words.say("state prison"),
        "federal": words.say("federal prison"),
        "other": words.say("other place"),
    }


def busiest_moves(system: System, most: int = MOST_LINES) -> tuple[pd.DataFrame, float]:
    """Pairs of places with the most people moved per day, both ways together; their share of all.

    Transfers, and people whom ICE takes over from jails and prisons.  Columns ``one, other,
    people_per_day``, the busiest first.
    """
    columns = ["from_id", "to_id", "people_per_day"]
    moves = pd.concat([system.transfers[columns], system.detainers[columns]], ignore_index=True)
    first = np.minimum(moves["from_id"].astype(str), moves["to_id"].astype(str))
    last = np.maximum(moves["from_id"].astype(str), moves["to_id"].astype(str))
    pairs = moves.assign(one=first, other=last).groupby(["one", "other"])["people_per_day"].sum()
    pairs = pairs[pairs > 0].sort_values(ascending=False, kind="stable")
    shown = pairs.head(most)
    share = float(shown.sum() / pairs.sum()) if len(pairs) else 0.0
    return shown.reset_index(), share


def system_map(words: Words, system: System, most_places: int | None = None) -> Figure:
    """Places as circles (area: people on the first day, colour: kind), moves as lines.

    With ``most_places`` only so many are drawn, the largest.
    """
    places = system.facilities.assign(
        people=system.facilities["population_start"],
        kind_drawn=system.facilities["custody"].map(kind_of),
        label=[str(name).title() for name in system.facilities["name"]],
    )
    held = places[places["people"] > 0]
    shown = held[drawn_with_the_states(held)]
    missing = len(held) - len(shown)
    if most_places is not None and len(shown) > most_places:
        shown = shown.nlargest(most_places, "people")
    moves, share = busiest_moves(system)
    title = words.say("Places where people are held")
    parts = [
        words.say(
            "{system}. On {date} {people} people are in {places} places. Each circle is a place; "
            "its area is the number of people, its colour the kind of place.",
            system=system.title,
            date=words.date(pd.Timestamp(system.start_date)),
            people=words.number(int(held["people"].sum())),
            places=words.number(len(held)),
        )
    ]
    if len(moves):
        parts.append(
            words.say(
                "Lines: the {lines} pairs of places between which most people are moved "
                "({share} of all moves); a wider line is more people per day, both ways.",
                lines=words.number(len(moves)),
                share=words.percent(share),
            )
        )
    if most_places is not None and len(shown) == most_places:
        parts.append(
            words.say(
                "Only the {count} largest are drawn, with {share} of the people.",
                count=words.number(most_places),
                share=words.percent(shown["people"].sum() / held["people"].sum()),
            )
        )
    if missing:
        parts.append(
            words.plural(
                "{count} place outside the 50 states is not drawn.",
                "{count} places outside the 50 states are not drawn.",
                missing,
            )
        )
    caption = " ".join(parts)
    chart = _chart(words, shown, moves)
    spec = finish(chart, description=f"{title}. {caption}", height=_HEIGHT)
    spec["projection"] = _projection(shown)
    table = _table(words, held)
    return Figure("system", title, caption, (Panel("", spec),), table, static_width=_WIDTH)


def map_sources(system: System) -> list[str]:
    """Whom to credit for what the map draws: places, their people, moves, outlines."""
    shown = system.provenance["table"].isin(["facilities", "population", "transfers"])
    used = set(system.provenance.loc[shown, "source"])
    rows = [key for key in system.sources.index if key in used and not key.startswith("assumption")]
    credits = sorted(set(system.sources.loc[rows, "attribution"].dropna()))
    return [*credits, OUTLINES["attribution"]]


def _projection(shown: pd.DataFrame) -> dict[str, Any]:
    """The whole country, or a part of it as large as it fits."""
    if not len(shown):
        return {"type": "albersUsa"}
    west, east = float(shown["longitude"].min()), float(shown["longitude"].max())
    south, north = float(shown["latitude"].min()), float(shown["latitude"].max())
    if east - west > _WIDE_DEGREES:
        return {"type": "albersUsa"}
    middle = (south + north) / 2
    wide = np.radians(max(east - west, _LEAST_DEGREES)) * _MARGIN
    # Mercator stretches both axes by 1 / cos(latitude).
    high = np.radians(max(north - south, _LEAST_DEGREES)) * _MARGIN / np.cos(np.radians(middle))
    return {
        "type": "mercator",
        "center": [(west + east) / 2, middle],
        "scale": {"expr": f"min(width / {wide:.5f}, height / {high:.5f})"},
        "translate": {"expr": "[width / 2, height / 2]"},
    }


def _chart(words: Words, shown: pd.DataFrame, moves: pd.DataFrame) -> Any:
    import altair as alt

    outline = outlined_states(fill_opacity=0.05, clip=True)
    labels = _labels(words)
    there = [kind for kind in _COLORS if (shown["kind_drawn"] == kind).any()]
    points = pd.DataFrame(
        {
            "name": shown["label"],
            "kind": shown["kind_drawn"].map(labels),
            "people": shown["people"].astype(int),
            "longitude": shown["longitude"].round(3),
            "latitude": shown["latitude"].round(3),
        }
    ).sort_values("people", ascending=False, kind="stable")
    layers = [outline]
    lines = _lines(shown, moves)
    if len(lines):
        widest = max(float(lines["people_per_day"].max()), _LEAST_WIDEST)
        layers.append(
            alt.Chart(lines)
            .mark_rule(color=theme.INK, opacity=0.4, strokeCap="round", clip=True)
            .encode(
                longitude="longitude:Q",
                latitude="latitude:Q",
                longitude2="longitude2",
                latitude2="latitude2",
                strokeWidth=alt.StrokeWidth(
                    "people_per_day:Q",
                    title=words.say("people moved per day"),
                    scale=alt.Scale(domain=[0, widest], range=[0.2, 6]),
                    legend=alt.Legend(orient="bottom", values=_line_values(widest), format=",~g"),
                ),
                tooltip=[
                    alt.Tooltip("between:N", title=words.say("between")),
                    alt.Tooltip(
                        "people_per_day:Q", title=words.say("people moved per day"), format=",.2f"
                    ),
                ],
            )
        )
    largest = int(points["people"].max()) if len(points) else 1
    size = alt.Size(
        "people:Q",
        title=words.say("people"),
        scale=alt.Scale(domain=[0, largest], range=[2, 250 if len(points) > _MANY else 600]),
        legend=alt.Legend(orient="bottom", values=legend_sizes(points), format=",d", aria=False),
    )
    color = alt.Color(
        "kind:N",
        title=None,
        scale=alt.Scale(
            domain=[labels[kind] for kind in there], range=[_COLORS[kind] for kind in there]
        ),
        legend=alt.Legend(orient="top", columns=3, symbolOpacity=1.0),
    )
    layers.append(
        alt.Chart(points)
        .mark_circle(opacity=0.65, stroke="#ffffff", strokeWidth=0.3, clip=True)
        .encode(
            longitude="longitude:Q",
            latitude="latitude:Q",
            size=size,
            color=color,
            tooltip=[
                alt.Tooltip("name:N", title=words.say("facility")),
                alt.Tooltip("kind:N", title=words.say("kind")),
                alt.Tooltip("people:Q", title=words.say("people"), format=",d"),
            ],
        )
    )
    return alt.layer(*layers)


def _lines(shown: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    inside = moves[moves["one"].isin(shown.index) & moves["other"].isin(shown.index)]
    one, other = shown.loc[inside["one"]], shown.loc[inside["other"]]
    return pd.DataFrame(
        {
            "longitude": one["longitude"].round(3).to_numpy(),
            "latitude": one["latitude"].round(3).to_numpy(),
            "longitude2": other["longitude"].round(3).to_numpy(),
            "latitude2": other["latitude"].round(3).to_numpy(),
            "people_per_day": inside["people_per_day"].round(3).to_numpy(),
            "between": [
                f"{first}, {second}"
                for first, second in zip(one["label"], other["label"], strict=True)
            ],
        }
    )


def _line_values(widest: float) -> list[float]:
    steps = (0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 50, 100)
    return [float(step) for step in steps if widest / 20 <= step <= widest][-3:]


def _table(words: Words, held: pd.DataFrame) -> PlainTable:
    """One row per kind: places, people, the largest place."""
    labels = _labels(words)
    rows = []
    for kind in _COLORS:
        mine = held[held["kind_drawn"] == kind].sort_values(
            "people", ascending=False, kind="stable"
        )
        if len(mine):
            rows.append(
                (
                    labels[kind],
                    words.number(len(mine)),
                    words.number(int(mine["people"].sum())),
                    f"{mine['label'].iloc[0]} ({words.number(int(mine['people'].iloc[0]))})",
                )
            )
    head = (words.say("kind"), words.say("places"), words.say("people"), words.say("largest"))
    return PlainTable(head, tuple(rows))
