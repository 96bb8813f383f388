"""The hindcast in words: a page with figures, and text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from thinwalls.reporting.charts.hindcast import save_figures
from thinwalls.reporting.hindcast.sentences import (
    AVERTED,
    CANNOT_TELL,
    COMPARED,
    FOUND_EARLY,
    HOW_FITTED,
    HOW_JUDGED,
    INTRODUCTION,
    METHODS,
    PUBLISHED,
    REDUCED,
    SINGLE,
    USUAL,
    USUAL_CONSISTENT,
    USUAL_COUNTS,
    USUAL_REDUCED,
    how_made,
)
from thinwalls.reporting.hindcast.tables import HEADS, Rows, all_rows
from thinwalls.reporting.hindcast.verdicts import verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd


def terminal_text(tables: dict[str, pd.DataFrame], about: dict[str, Any]) -> str:
    """All tables as aligned text."""
    titles = {
        "fits": "Fits (rejection), each from its own seed",
        "methods": "Two methods, on simulated records and on the record",
        "quantities": "What was fitted",
        "distances": "Posterior predictive check: distances, 1 = as far as draws from the priors",
        "usual_priors": "Usual priors of the simulation beside the posterior",
        "usual": "The reduced model with the usual priors, to 30 September 2020",
        "usual_counts": "The simulation with the usual priors against what was counted",
        "usual_consistent": "Draws of the usual priors that go with the counts of spring 2020",
        "found_early": "Cases and facilities with one, counted and simulated",
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
    draws = about["draws"]
    made = (
        f"Simulations of this run: {draws['forecast']} of each variant for forecasts where a "
        f"record is given, {draws['single']} for each single outbreak, {draws['reduced']} pairs of "
        f"each variant and {draws['simulation']} of the whole simulation for what was averted."
    )
    return f"{rests} {made} Seed {about['seed']}, thinwalls {about['version']}.{quick}"


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
        how_made(about["fit"]),
        COMPARED,
        table("fits"),
        "`learned` is 1 − the variance of the posterior over that of the prior (0: the record says "
        "nothing; below 0: wider than the prior); `agreement` is the potential scale reduction of "
        "the independent fits.",
        table("quantities"),
        f"![Joint posterior draws, two quantities at a time]({where}/hindcast_pairs.svg)",
        "### Another method",
        METHODS,
        table("methods"),
        "### Does the model look like the record?",
        "Mean distance of simulations from the record and from each other; where the model is "
        "right they are alike.  `as far`: simulations at least as far from another one.",
        table("distances"),
        "### What the record cannot tell",
        CANNOT_TELL,
        "## Are the usual priors consistent with the record?",
        USUAL,
        table("usual_priors"),
        USUAL_REDUCED,
        table("usual"),
        USUAL_COUNTS,
        table("usual_counts"),
        USUAL_CONSISTENT,
        table("usual_consistent"),
        FOUND_EARLY,
        table("found_early"),
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
