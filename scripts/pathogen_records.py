"""Write the table of docs/pathogens.md that holds runs against recorded outbreaks.

Takes a minute or two: ``python scripts/pathogen_records.py``.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import thinwalls as tw

if TYPE_CHECKING:
    from thinwalls.results import Results

PAGE = Path(__file__).parent.parent / "docs" / "pathogens.md"
BEGIN = "<!-- made from runs: begin -->"
END = "<!-- made from runs: end -->"
DRAWS = 20
DAYS_A_YEAR = 365.25
BROUGHT = """
[quantities."mixing.border_prevalence_ratio"]
distribution = "loguniform"
low = 1.0
high = 92.0
unit = "prevalence of people arrested by CBP over that of the rest of the United States"
tag = "assumption"
"""
LESS_IMMUNE = """
[quantities."pathogen.immunity.inside_start_share"]
distribution = "uniform"
low = 0.75
high = 0.90
unit = "share of detained people immune before"
tag = "assumption"
"""


@dataclass(frozen=True)
class Run:
    """One row of the table."""

    pathogen: str
    days: int
    recorded: str
    said: str = ""
    priors: str = ""


MUMPS = (
    "898 cases, 758 of them exposed in custody, in 57 of 315 facilities, September 2018 to August "
    "2019 ([MMWR 2019;68:749](https://doi.org/10.15585/mmwr.mm6834a4))"
)
RUNS = (
    Run("mumps", 360, MUMPS),
    Run("mumps", 360, MUMPS, "people from the border bring 1 to 92 times as much", BROUGHT),
    Run("mumps", 360, MUMPS, "and 75 to 90 % of detained people are immune", BROUGHT + LESS_IMMUNE),
    Run("varicella", 360, "461 cases in 2018 (Reuters)"),
    Run(
        "influenza-seasonal",
        180,
        "423 cases in 2018 (Reuters); 2,035 in 58 months in 20 facilities ([JAMA Netw Open 2025]"
        "(https://doi.org/10.1001/jamanetworkopen.2025.44278)), 421 a year",
    ),
    Run("measles", 180, "none of this size was found"),
)


def simulated(run: Run) -> Results:
    """The run of a row."""
    with tempfile.TemporaryDirectory() as folder:
        priors = None
        if run.priors:
            head = f'title = "{run.said}"\nsource = "a trial"\npathogen = "{run.pathogen}"\n'
            priors = Path(folder) / "trial.toml"
            priors.write_text(head + run.priors, encoding="utf-8")
        return tw.simulate(
            tw.load_system("ice-2020"),
            tw.load_pathogen(run.pathogen),
            [tw.Scenario("nothing is done")],
            days=run.days,
            draws=DRAWS,
            priors=None if priors is None else str(priors),
        )


def span(values: np.ndarray, digits: int = 0) -> str:
    low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
    return f"{median:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def row(run: Run) -> str:
    """One line of the table."""
    results = simulated(run)
    totals = results.totals.isel(scenario=0)
    inside = totals.sel(place="all", group="detained")
    residents = totals.sel(place="all", group="residents")
    kinds = results.places["kind"]
    facilities = [place for place in kinds.index if kinds[place] == "facility"]
    held = totals["infections"].sel(group="detained", place=facilities)
    cells = [
        run.pathogen + (f"; {run.said}" if run.said else ""),
        f"{run.days}",
        f"{span(inside['infections'].values)}; most {inside['infections'].values.max():,.0f}",
        span((held > 0).sum("place").values),
        span(100 * DAYS_A_YEAR * (inside["infections"] / inside["person_days"]).values, 1),
        span(100 * (residents["infections"] / residents["people_start"]).values, 1),
        run.recorded,
    ]
    return "| " + " | ".join(cells) + " |"


def render() -> str:
    """The part of the page that is made from runs."""
    head = (
        "| pathogen | days | infections inside | facilities with any | inside, per 100 "
        "person-years | residents infected, % | recorded |"
    )
    return "\n".join([head, "|---|---|---|---|---|---|---|", *map(row, RUNS)])


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{render()}\n\n{END}{after}", encoding="utf-8")
