"""Tables of the hindcast as rows of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

QUANTITIES: Final = {
    "outbreak_share": "share of facilities with an outbreak",
    "outbreaks": "number of outbreaks",
    "largest_week_q25": "largest weekly incidence, lower quartile of facilities",
    "largest_week_median": "largest weekly incidence, median of facilities",
    "largest_week_q75": "largest weekly incidence, upper quartile of facilities",
    "cases": "reported cases",
    "early_share": "share of those cases by 1 July",
}
_SHARES: Final = (
    "outbreak_share",
    "largest_week_q25",
    "largest_week_median",
    "largest_week_q75",
    "early_share",
)
_FOUND: Final = {"facilities": "facilities with a case", "cases": "cases"}
_PERIODS: Final = {
    "fitted": "to 30 Sep 2020",
    "forecast": "Oct 2020 to Jun 2021",
    "all": "all",
}

Rows = list[list[str]]


def number(value: float) -> str:
    """Three figures, whole when large."""
    if pd.isna(value):
        return "-"
    if abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def span(low: float, high: float) -> str:
    """An interval."""
    return f"{number(low)} to {number(high)}"


def percent(value: float) -> str:
    """Three figures."""
    return f"{100 * value:.3g} %"


def quantity_rows(table: pd.DataFrame) -> Rows:
    """Prior and posterior of every quantity."""
    return [
        [
            str(row["variant"]),
            str(row["quantity"]),
            span(row["prior_low"], row["prior_high"]),
            number(row["median"]),
            span(row["low"], row["high"]),
            f"{row['shrinkage']:.2f}",
            number(row["agreement"]),
        ]
        for row in table.to_dict("records")
    ]


def diagnostic_rows(table: pd.DataFrame) -> Rows:
    """One row per fit and variant."""
    return [
        [
            str(row["seed"]),
            str(row["variant"]),
            number(row["simulations"]),
            f"{row['tolerance']:.3f}",
            str(row["effective"]),
            f"{row['probability']:.2f}",
        ]
        for row in table.to_dict("records")
    ]


def method_rows(table: pd.DataFrame) -> Rows:
    """How the methods did."""
    return [
        [
            str(row["variant"]),
            str(row["method"]),
            f"{row['crps']:.3f}",
            percent(row["covered_50"]),
            percent(row["covered_90"]),
            f"{row['to_record']:.2f}",
            str(row["checked"]),
        ]
        for row in table.to_dict("records")
    ]


def usual_prior_rows(table: pd.DataFrame) -> Rows:
    """Usual priors beside the posterior."""
    return [
        [
            str(row["variant"]),
            str(row["quantity"]),
            f"{number(row['usual_median'])} ({span(row['usual_low'], row['usual_high'])})",
            f"{number(row['median'])} ({span(row['low'], row['high'])})",
            percent(row["inside"]),
            percent(row["prior_inside"]),
            _said(row["agrees"]),
        ]
        for row in table.to_dict("records")
    ]


def usual_rows(table: pd.DataFrame) -> Rows:
    """The reduced model with the usual priors."""
    rows = []
    for row in table.to_dict("records"):
        write = percent if row["quantity"] in _SHARES else number
        rows.append(
            [
                str(row["model"]),
                QUANTITIES[str(row["quantity"])],
                write(row["recorded"]),
                write(row["median"]),
                f"{write(row['low'])} to {write(row['high'])}",
                _said(row["agrees"]),
            ]
        )
    return rows


def count_text(quantity: str) -> Callable[[float], str]:
    """How values of a count are written."""
    return number if quantity == "deaths so far" else percent


def count_rows(table: pd.DataFrame) -> Rows:
    """The whole simulation with the usual priors against counts."""
    rows = []
    for row in table.to_dict("records"):
        write = count_text(row["quantity"])
        rows.append(
            [
                str(row["quantity"]),
                f"{number(row['recorded'])} by {row['date']}",
                write(row["median"]),
                f"{write(row['low'])} to {write(row['high'])}",
                f"{write(row['allowed_low'])} to {write(row['allowed_high'])}",
                _said(row["agrees"]) + ("" if row["settled"] else ", barely"),
                str(row["source"]),
            ]
        )
    return rows


def consistent_rows(table: pd.DataFrame) -> Rows:
    """Draws of the usual priors that go with the counts."""
    return [
        [
            str(row["model"]),
            str(row["quantity"]),
            f"{number(row['usual_median'])} ({span(row['usual_low'], row['usual_high'])})",
            f"{number(row['median'])} ({span(row['low'], row['high'])})",
            percent(row["consistent"]),
        ]
        for row in table.to_dict("records")
    ]


def found_rows(table: pd.DataFrame) -> Rows:
    """Cases so far, and facilities in which one had been found."""
    return [
        [
            str(row["model"]),
            _FOUND[str(row["what"])],
            str(row["date"]),
            number(row["recorded"]),
            number(row["median"]),
            span(row["low"], row["high"]),
            _said(row["agrees"]),
            str(row["source"]),
        ]
        for row in table.to_dict("records")
    ]


def _said(agrees: str) -> str:
    return "NO" if agrees == "no" else agrees


def summary_rows(table: pd.DataFrame) -> Rows:
    """Recorded against predicted summaries."""
    rows = []
    for row in table.to_dict("records"):
        write = percent if row["quantity"] in _SHARES else number
        rows.append(
            [
                str(row["variant"]),
                _PERIODS[str(row["period"])],
                QUANTITIES[str(row["quantity"])],
                write(row["recorded"]),
                write(row["median"]),
                f"{write(row['low'])} to {write(row['high'])}",
                "yes" if row["inside"] else "NO",
            ]
        )
    return rows


def score_rows(table: pd.DataFrame) -> Rows:
    """Scores; the best of each horizon is marked with *."""
    best = table.groupby(["what", "horizon"])["wis"].transform("min")
    return [
        [
            str(row["what"]),
            str(row["horizon"]),
            str(row["forecast"]),
            number(row["wis"]) + ("*" if row["wis"] <= least else ""),
            number(row["crps"]),
            percent(row["covered_50"]),
            percent(row["covered_90"]),
        ]
        for row, least in zip(table.to_dict("records"), best, strict=True)
    ]


def distance_rows(table: pd.DataFrame) -> Rows:
    """Posterior predictive check."""
    return [
        [
            str(row["variant"]),
            str(row["trajectory"]),
            f"{row['to_record']:.2f}",
            f"{row['to_each_other']:.2f}",
            percent(row["share_as_far"]),
        ]
        for row in table.to_dict("records")
    ]


def single_rows(table: pd.DataFrame) -> Rows:
    """Single outbreaks."""
    return [
        [
            str(row["outbreak"]),
            str(row["date"]),
            str(row["what"]),
            number(row["population"]),
            number(row["recorded"]),
            number(row["median"]),
            span(row["low"], row["high"]),
            "yes" if row["inside"] else "NO",
            f"{100 * row['percentile']:.0f}",
        ]
        for row in table.to_dict("records")
    ]


def averted_rows(tables: dict[str, pd.DataFrame]) -> Rows:
    """The natural experiment: with fitted parameters, then in the whole simulation."""
    rows = []
    for row in tables["averted_fitted"].to_dict("records"):
        rows.append(["fitted, " + str(row["variant"]), "detained", "infections", *_averted(row)])
    for row in tables["averted_simulation"].to_dict("records"):
        rows.append(["simulation", str(row["group"]), str(row["outcome"]), *_averted(row)])
    return rows


def _averted(row: dict[Any, Any]) -> list[str]:
    return [
        number(row["population"]),
        number(row["happened"]),
        number(row["march_goes_on"]),
        number(row["averted"]),
        span(row["averted_low"], row["averted_high"]),
        f"{row['probability']:.2f}",
    ]


HEADS: Final[dict[str, tuple[str, ...]]] = {
    "fits": (
        "seed",
        "variant",
        "simulations of both",
        "tolerance",
        "effective draws",
        "probability of the variant",
    ),
    "methods": (
        "variant",
        "method",
        "score",
        "in 50 %",
        "in 90 %",
        "to the record",
        "simulated records",
    ),
    "quantities": (
        "variant",
        "quantity",
        "prior, 90 %",
        "median",
        "posterior, 90 %",
        "learned",
        "agreement",
    ),
    "distances": ("variant", "trajectory", "to the record", "to each other", "as far"),
    "usual_priors": (
        "variant",
        "quantity",
        "usual prior (90 %)",
        "posterior (90 %)",
        "posterior in the usual interval",
        "prior of the fit in it",
        "agrees with the prior",
    ),
    "usual": ("model", "quantity", "recorded", "median", "90 % interval", "agrees with the record"),
    "usual_counts": (
        "quantity",
        "counted",
        "median",
        "90 % interval",
        "allowed",
        "agrees",
        "source of the count",
    ),
    "usual_consistent": (
        "model",
        "quantity",
        "all draws (90 %)",
        "draws that go with the counts (90 %)",
        "share of draws that do",
    ),
    "found_early": (
        "model",
        "what",
        "date",
        "recorded",
        "median",
        "90 % interval",
        "agrees",
        "source of the count",
    ),
    "summaries": ("variant", "period", "quantity", "recorded", "median", "90 % interval", "inside"),
    "scores": ("what", "horizon", "forecast", "WIS", "CRPS", "in 50 %", "in 90 %"),
    "single": (
        "outbreak",
        "date",
        "what",
        "people",
        "recorded",
        "median",
        "90 % interval",
        "inside",
        "percentile",
    ),
    "averted": (
        "model",
        "group",
        "outcome",
        "people at risk",
        "happened",
        "March goes on",
        "averted",
        "90 % interval",
        "P(averted > 0)",
    ),
}
"""Headings of the tables."""


def all_rows(tables: dict[str, pd.DataFrame]) -> dict[str, Rows]:
    """Rows of every table by the names of :data:`HEADS`."""
    return {
        "fits": diagnostic_rows(tables["diagnostics"]),
        "methods": method_rows(tables["methods"]),
        "quantities": quantity_rows(tables["quantities"]),
        "distances": distance_rows(tables["distances"]),
        "usual_priors": usual_prior_rows(tables["usual_priors"]),
        "usual": usual_rows(tables["usual"]),
        "usual_counts": count_rows(tables["usual_counts"]),
        "usual_consistent": consistent_rows(tables["usual_consistent"]),
        "found_early": found_rows(tables["found_early"]),
        "summaries": summary_rows(tables["summaries"]),
        "scores": score_rows(tables["scores"]),
        "single": single_rows(tables["single_outbreaks"]),
        "averted": averted_rows(tables),
    }
