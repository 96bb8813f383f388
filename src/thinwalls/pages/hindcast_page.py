"""The hindcast in words: a page with figures, and text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from thinwalls.pages.charts.hindcast import save_figures
from thinwalls.pages.hindcast_verdicts import verdicts
from thinwalls.pages.hindcast_words import (
    AVERTED,
    CANNOT_TELL,
    HOW_FITTED,
    HOW_JUDGED,
    INTRODUCTION,
    PUBLISHED,
    REDUCED,
    SINGLE,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_QUANTITIES: Final = {
    "outbreak_share": "share of facilities with an outbreak",
    "outbreaks": "number of outbreaks",
    "largest_week_q25": "largest weekly incidence, lower quartile of facilities",
    "largest_week_median": "largest weekly incidence, median of facilities",
    "largest_week_q75": "largest weekly incidence, upper quartile of facilities",
    "cases": "reported cases",
}
_SHARES: Final = ("outbreak_share", "largest_week_q25", "largest_week_median", "largest_week_q75")
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


def _percent(value: float) -> str:
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
    """One row per fit."""
    return [
        [
            str(row["seed"]),
            str(row["simulations"]),
            str(row["accepted"]),
            f"{row['tolerance']:.3f}",
            f"{row['effective_units']:.0f} of {row['particles_units']}",
            f"{row['effective_well_mixed']:.0f} of {row['particles_well_mixed']}",
            f"{row['probability_units']:.2f} : {row['probability_well_mixed']:.2f}",
        ]
        for row in table.to_dict("records")
    ]


def summary_rows(table: pd.DataFrame) -> Rows:
    """Recorded against predicted summaries."""
    rows = []
    for row in table.to_dict("records"):
        write = _percent if row["quantity"] in _SHARES else number
        rows.append(
            [
                str(row["variant"]),
                _PERIODS[str(row["period"])],
                _QUANTITIES[str(row["quantity"])],
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
            _percent(row["covered_50"]),
            _percent(row["covered_90"]),
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
            _percent(row["share_as_far"]),
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
        "simulations",
        "accepted",
        "tolerance",
        "effective, units",
        "effective, well-mixed",
        "odds units : well-mixed",
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
        "quantities": quantity_rows(tables["quantities"]),
        "distances": distance_rows(tables["distances"]),
        "summaries": summary_rows(tables["summaries"]),
        "scores": score_rows(tables["scores"]),
        "single": single_rows(tables["single_outbreaks"]),
        "averted": averted_rows(tables),
    }


def terminal_text(tables: dict[str, pd.DataFrame], about: dict[str, Any]) -> str:
    """All tables as aligned text."""
    titles = {
        "fits": "Fits (rejection), each from its own seed",
        "quantities": "What was fitted",
        "distances": "Posterior predictive check: distances, 1 = as far as draws from the priors",
        "summaries": "Summaries, recorded and predicted",
        "scores": "Forecasts of 30 September 2020 (cases per week; lower is better; * best)",
        "single": "Single outbreaks",
        "averted": "What fewer people detained averted, 20 March to 30 September 2020",
    }
    rows = all_rows(tables)
    blocks = [f"{titles[name]}\n{_aligned(HEADS[name], rows[name])}" for name in HEADS]
    said = "In short\n" + "\n".join(f"- {one}" for one in verdicts(tables))
    return "\n\n".join([*blocks, said, _basis(about)])


def _aligned(head: Sequence[str], rows: Rows) -> str:
    lines = [list(head), *rows]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _basis(about: dict[str, Any]) -> str:
    record = about["record"]
    if record is None:
        rests = "Posterior and scores are the packaged ones; no record was given."
    else:
        how = "fitted again to" if about["fitted_again"] else "packaged posterior, judged again on"
        rests = (
            f"Posterior: {how} the record with SHA-256 {record['sha256'][:16]}, "
            f"{record['facilities']} facilities; {len(record['left_out'])} with "
            f"{record['left_out_cases']} cases are not in the system and were left out."
        )
    quick = " Quick: too few draws for numbers that count." if about["quick"] else ""
    note = f" {about['note']}" if about["note"] else ""
    return f"{rests}{note} Seed {about['seed']}, thinwalls {about['version']}.{quick}"


def write_page(
    tables: dict[str, pd.DataFrame], about: dict[str, Any], page: Path, images: Path
) -> None:
    """Write the page as Markdown and its figures into ``images``."""
    save_figures(tables, images)
    where = images.name
    rows = all_rows(tables)

    def table(name: str) -> str:
        lines = [HEADS[name], ("---",) * len(HEADS[name]), *rows[name]]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    parts = [
        "# What really happened",
        INTRODUCTION,
        "## In short",
        "\n".join(f"- {one}" for one in verdicts(tables)),
        "## The reduced model",
        REDUCED,
        "## The fit",
        HOW_FITTED,
        table("fits"),
        "`learned` is 1 − the variance of the posterior over that of the prior (0: the record says "
        "nothing; below 0: wider than the prior); `agreement` is the potential scale reduction of "
        "the independent fits.",
        table("quantities"),
        f"![Joint posterior draws, two quantities at a time]({where}/hindcast_pairs.svg)",
        "### Does the model look like the record?",
        "Mean distance of simulations from the record and from each other; where the model is "
        "right they are alike.  `as far`: simulations at least as far from another one.",
        table("distances"),
        "### What the record cannot tell",
        CANNOT_TELL,
        "## Forecasts judged",
        HOW_JUDGED,
        table("scores"),
        f"![Forecasts of weekly cases and the record]({where}/hindcast_weeks.svg)",
        "Blue: median, 50 % and 90 % intervals of cases per week over all facilities; orange: the "
        "record; dashed: the last week that was seen.",
        "### Outbreaks",
        PUBLISHED,
        table("summaries"),
        "## Single outbreaks",
        SINGLE,
        table("single"),
        f"![Single outbreaks, predicted and recorded]({where}/hindcast_single.svg)",
        "Blue: 90 % interval and median; orange: recorded.",
        "## What the fall of the detained population averted",
        AVERTED,
        table("averted"),
        "## How to repeat it",
        "```\nthinwalls hindcast\n"
        "thinwalls hindcast --outbreaks ice_weekly_cases_2020_2021.csv --fit --out out/\n```",
        _basis(about),
    ]
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
