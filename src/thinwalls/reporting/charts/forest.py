"""A forest plot: one line per row with a dot in the middle, its name above it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thinwalls.reporting.charts import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.reporting.language.words import Words

_ROW_HEIGHT = 26
_LINE_HEIGHT = 14
_LABEL_WIDTH = 42
_AXIS_HEIGHT = 40


@dataclass(frozen=True)
class ForestRow:
    """A number with its interval."""

    label: str
    value: float
    low: float
    high: float
    color: str

    @property
    def lines(self) -> list[str]:
        """The label as it is written."""
        return textwrap.wrap(self.label, _LABEL_WIDTH)


def color_of_difference(low: float, high: float) -> str:
    """Fewer, more, or grey where the interval holds zero."""
    return theme.FEWER if high < 0 else theme.MORE if low > 0 else theme.NEITHER


def forest_height(rows: Sequence[ForestRow]) -> int:
    """Pixels of the whole chart."""
    return _row_height(rows) * max(len(rows), 1) + _AXIS_HEIGHT


def _row_height(rows: Sequence[ForestRow]) -> int:
    """Pixels for the longest label and the line under it."""
    return _ROW_HEIGHT + _LINE_HEIGHT * max((len(row.lines) for row in rows), default=1)


def forest(
    words: Words, rows: Sequence[ForestRow], *, title: str, value_title: str, number_format: str
) -> dict[str, Any]:
    """The chart; ``title`` is that of its axis, ``number_format`` how d3 writes a number."""
    row_height = _row_height(rows)
    left = min((row.low for row in rows), default=0.0)
    reach = max((abs(end) for row in rows for end in (row.low, row.high)), default=0.0)
    data = [
        {
            "name": " ".join(row.lines),
            "label": row.lines,
            "value": row.value,
            "low": row.low,
            "high": row.high,
            "color": row.color,
            "left": min(left, 0.0),
        }
        for row in rows
    ]
    across = {
        "type": "quantitative",
        "title": title,
        "axis": {**theme.number_axis(reach), "grid": True},
    }
    place = {
        "field": "name",
        "type": "nominal",
        "sort": [row["name"] for row in data],
        "axis": None,
    }
    tip = [
        {"field": "name", "type": "nominal", "title": words.say("scenario")},
        *(
            {"field": field, "type": "quantitative", "title": title, "format": number_format}
            for field, title in (
                ("value", value_title),
                ("low", words.say("low")),
                ("high", words.say("high")),
            )
        ),
    ]
    color = {"field": "color", "type": "nominal", "legend": None, "scale": None}
    below = row_height / 2 - 14
    shown = {"y": place, "color": color, "tooltip": tip}
    text = {
        "type": "text",
        "align": "left",
        "baseline": "top",
        "dx": 4,
        "dy": 2 - row_height / 2,
        "lineHeight": _LINE_HEIGHT,
    }
    return {
        "data": {"values": data},
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
                "encoding": {"x": {"field": "value", "type": "quantitative"}, **shown},
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
