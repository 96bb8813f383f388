"""A figure: a chart with what it shows in words, and the table that holds the same numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from thinwalls.reporting.charts.theme import config

if TYPE_CHECKING:
    import altair as alt

    from thinwalls.reporting.language.words import Words

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""The grammar that the charts are written in (a name, nothing is fetched)."""

STATIC_WIDTH = 640
"""Width in pixels of a picture that cannot follow the width of a page."""

_ID = re.compile(r"""(\bid="|url\(#|href="#)([\w-]+)""")


@dataclass(frozen=True)
class PlainTable:
    """A table of texts: the first cell of a row is its heading."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Panel:
    """One picture of a figure; ``spec`` is Vega-Lite as plain data."""

    title: str
    spec: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Figure:
    """Pictures that belong together, with caption, source and table."""

    kind: ClassVar = "figure"
    name: str
    title: str
    caption: str
    panels: tuple[Panel, ...]
    table: PlainTable
    static_width: int = STATIC_WIDTH


def finish(
    chart: alt.Chart | alt.LayerChart | dict[str, Any], *, description: str, height: int
) -> dict[str, Any]:
    """The chart as plain data: as wide as its place, so high, described for a screen reader."""
    frame: dict[str, Any] = {"width": "container", "height": height, "description": description}
    spec: dict[str, Any]
    if isinstance(chart, dict):
        spec = {"$schema": SCHEMA, **chart, **frame}
    else:
        spec = chart.properties(**frame).to_dict(validate=False)
    spec["config"] = config()
    spec["autosize"] = {"type": "fit", "contains": "padding"}
    return spec


def standing_alone(spec: dict[str, Any], width: int) -> dict[str, Any]:
    """The same chart with a fixed width."""
    return {**spec, "width": width}


def svg(spec: dict[str, Any], words: Words, name: str, width: int = STATIC_WIDTH) -> str:
    """The chart as SVG text; its ink is the colour of the text around it.

    ``name`` starts the ids inside, so that several can stand in one page; the library numbers
    them over all pictures of a process, here they start anew in each.
    """
    import vl_convert

    numbers, dates = words.vega_locales()
    text: str = vl_convert.vegalite_to_svg(
        standing_alone(spec, width),
        format_locale=numbers,
        time_format_locale=dates,
        allowed_base_urls=[],
    )
    new: dict[str, str] = {}
    return _ID.sub(
        lambda found: f"{found[1]}{new.setdefault(found[2], f'{name}-{len(new)}')}", text
    )
