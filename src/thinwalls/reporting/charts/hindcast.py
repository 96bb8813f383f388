"""Pictures of the hindcast: forecast against record, prior against posterior, single outbreaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt
import pandas as pd

from thinwalls.reporting.charts.theme import BASELINE, CAPACITY, SCENARIO, config

if TYPE_CHECKING:
    from pathlib import Path

_FITTED_UNTIL: Final = "2020-09-30"
PAIRS: Final = {
    "pathogen.reproduction_number.dormitory": "R, dormitory",
    "mixing.between_unit_share": "between units",
    "mixing.facility_effect_sd": "facilities, sd log R",
    "mixing.share_found": "share found, late",
    "detection.share_found_early": "share found, early",
    "mixing.crowding_exponent": "crowding exponent",
}
"""Quantities of the pairs plot and their short names."""
_DOTS: Final = 120
_LIGHT: Final = {"background": "#ffffff"}


def save_figures(tables: dict[str, pd.DataFrame], folder: Path) -> dict[str, str]:
    """Write the figures as SVG; returns file name by figure."""
    made = {
        "hindcast_weeks.svg": weeks(tables),
        "hindcast_pairs.svg": pairs(tables["posterior"]),
        "hindcast_single.svg": single(tables["single_outbreaks"]),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, chart in made.items():
        (folder / name).write_text(_svg(chart), encoding="utf-8")
    return {name: name for name in made}


def _svg(chart: Any) -> str:
    import vl_convert

    spec: dict[str, Any] = chart.to_dict(validate=False)
    look = {**config(), **_LIGHT}
    look["axis"] = {**look["axis"], **dict.fromkeys(("labelColor", "titleColor"), "#1a1a1a")}
    spec["config"] = look
    text: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return text.replace("currentColor", "#1a1a1a")


def weeks(tables: dict[str, pd.DataFrame]) -> alt.VConcatChart:
    """Cases per week over all facilities: intervals of the forecasts and, if known, the record."""
    panels = []
    forecasts = [name for name in tables["weekly"]["forecast"].unique() if "own past" in str(name)]
    shown = tables["weekly"]["forecast"].isin(forecasts)
    top = float(tables["weekly"].loc[shown, "high"].max())
    if "recorded" in tables:
        top = max(top, float(tables["recorded"]["cases"].max()))
    for name in forecasts:
        part = tables["weekly"][tables["weekly"]["forecast"] == name]
        base = alt.Chart(part).encode(
            x=alt.X("week:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=8))
        )
        scale = alt.Scale(domain=[0, 1.02 * top])
        layers: list[Any] = [
            base.mark_area(opacity=0.2, color=SCENARIO).encode(
                y=alt.Y("low:Q", title="reported cases per week", scale=scale), y2="high:Q"
            ),
            base.mark_area(opacity=0.35, color=SCENARIO).encode(
                y=alt.Y("q25:Q", scale=scale), y2="q75:Q"
            ),
            base.mark_line(color=SCENARIO).encode(y=alt.Y("median:Q", scale=scale)),
        ]
        if "recorded" in tables:
            layers.append(
                alt.Chart(tables["recorded"])
                .mark_line(color=CAPACITY, strokeWidth=2)
                .encode(x="week:T", y="cases:Q")
            )
        layers.append(
            alt.Chart(pd.DataFrame({"week": [_FITTED_UNTIL]}))
            .mark_rule(strokeDash=[4, 4], color="#1a1a1a")
            .encode(x="week:T")
        )
        panels.append(
            alt.layer(*layers).properties(width=640, height=230, title=f"Forecast: {name}")
        )
    return alt.vconcat(*panels)


def pairs(posterior: pd.DataFrame) -> alt.VConcatChart:
    """Joint posterior draws of the variant with units, two quantities at a time."""
    names = list(PAIRS)
    shown = (
        posterior[posterior["variant"] == "units"]
        .drop_duplicates()
        .iloc[:_DOTS]
        .rename(columns=PAIRS)
    )
    shown = shown[[PAIRS[name] for name in names]].round(4)
    rows = []
    for n, down in enumerate(names):
        row = []
        for m, across in enumerate(names[: n + 1]):
            x = alt.X(f"{PAIRS[across]}:Q", title=PAIRS[across] if n == len(names) - 1 else None)
            if n == m:
                chart = (
                    alt.Chart(shown)
                    .mark_bar(color=BASELINE)
                    .encode(
                        x=alt.X(
                            f"{PAIRS[across]}:Q",
                            bin=alt.Bin(maxbins=15),
                            title=PAIRS[across],
                        ),
                        y=alt.Y("count()", title=None, axis=None),
                    )
                )
            else:
                chart = (
                    alt.Chart(shown)
                    .mark_circle(size=8, opacity=0.5, color=SCENARIO)
                    .encode(x=x, y=alt.Y(f"{PAIRS[down]}:Q", title=PAIRS[down] if m == 0 else None))
                )
            row.append(chart.properties(width=110, height=110))
        rows.append(alt.hconcat(*row))
    return alt.vconcat(*rows)


def single(table: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Single outbreaks: 90 % intervals and what was recorded, as shares of the people held."""
    shown = table.assign(
        label=table["outbreak"] + ", " + table["date"].astype(str),
        low=table["low"] / table["population"],
        median=table["median"] / table["population"],
        high=table["high"] / table["population"],
        recorded=table["recorded"] / table["population"],
    )
    order = shown["label"].tolist()
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    axis = alt.Axis(format="%")
    return alt.layer(
        alt.Chart(shown)
        .mark_rule(strokeWidth=5, opacity=0.4, color=SCENARIO)
        .encode(y=y, x=alt.X("low:Q", title="share of people held", axis=axis), x2="high:Q"),
        alt.Chart(shown).mark_tick(color=SCENARIO, thickness=3).encode(y=y, x="median:Q"),
        alt.Chart(shown)
        .mark_point(color=CAPACITY, filled=True, size=70, opacity=1)
        .encode(y=y, x="recorded:Q"),
    ).properties(width=460, height=22 * len(shown))
