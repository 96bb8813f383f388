"""One look for every chart: colours that colour-blind readers can tell apart, no fixed ink.

Okabe and Ito, Color Universal Design (2008). Text and axes take the colour of the page around
them, so a chart is readable on light paper and in the dark.
"""

from __future__ import annotations

from typing import Any

INK = "currentColor"
BASELINE = "#999999"
CAPACITY = "#D55E00"
SCENARIO = "#0072B2"
FEWER = "#0072B2"
MORE = "#D55E00"
NEITHER = "#999999"

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def number_axis(top: float) -> dict[str, Any]:
    """Few ticks with whole numbers; an axis that reaches millions writes ``1.5M``."""
    if top < 1_000_000:
        return {"tickCount": 3 if top >= 10_000 else 4, "format": ",~f"}
    return {"tickCount": 3, "labelExpr": "datum.value == 0 ? '0' : format(datum.value, '~s')"}


def config() -> dict[str, Any]:
    """Vega-Lite configuration shared by all charts."""
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": INK,
            "titleColor": INK,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "domainColor": INK,
            "domainOpacity": 0.4,
            "tickColor": INK,
            "tickOpacity": 0.4,
            "gridColor": INK,
            "gridOpacity": 0.12,
            "labelOverlap": "greedy",
            "labelSeparation": 8,
            "labelPadding": 4,
        },
        "legend": {
            "labelColor": INK,
            "titleColor": INK,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": 320,
        },
        "title": {"color": INK, "subtitleColor": INK, "fontSize": 13, "anchor": "start"},
        "text": {"color": INK, "fontSize": 12},
        "rule": {"color": INK},
    }
