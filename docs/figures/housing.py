"""The picture of housing units against one setting: docs/images/housing.svg, and a table.

    python docs/figures/housing.py RECORD.csv

RECORD.csv: weekly cumulative cases by facility, counts of the COVID Prison Project as published in
the data set woodsec20/ICE-COVID-outbreaks (columns ``date``, ``facility``, ``cummulative_cases``);
it is not part of this project.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import thinwalls as tw
from thinwalls.policy import load_scenario_set

DAYS, DRAWS, SEED = 175, 20, 1
START = pd.Timestamp("2020-03-20")
MAY = pd.Timestamp("2020-05-01")
OUT = Path(__file__).parents[1] / "images" / "housing.svg"
# These reproduction numbers are with all measures of 2020, so they run without measures.
NARROW = """
title = "Reproduction number with measures in a unit 3 to 6, between units 1 to 15 %"
source = "range in which a model of units and the recorded weekly cases of ICE come near each other"
pathogen = "covid-2020"
[quantities."pathogen.reproduction_number.dormitory"]
distribution = "uniform"
low = 3.0
high = 6.0
[quantities."pathogen.reproduction_number.cells"]
distribution = "uniform"
low = 3.0
high = 6.0
[quantities."mixing.between_unit_share"]
distribution = "loguniform"
low = 0.01
high = 0.15
"""
NO_STAFF = """
[quantities."mixing.staff_time_inside_share"]
value = 0.001
"""
FEW_AT_START = """
[quantities."mixing.detained_initial_prevalence_ratio"]
value = 0.01
[quantities."mixing.border_prevalence_ratio"]
value = 0.01
"""
VARIANTS: dict[str, tuple[float | None, str, int]] = {
    "one setting": (None, "", DRAWS),
    "units of 100": (100.0, "", DRAWS),
    "units of 50": (50.0, "", DRAWS),
    "units of 24": (24.0, "", DRAWS),
    "units of 50, R with measures 3 to 6, between 1 to 15 %": (50.0, NARROW, DRAWS),
    "and staff bring nothing": (50.0, NARROW + NO_STAFF, DRAWS // 2),
    "or hardly anybody infected at first": (50.0, NARROW + FEW_AT_START, DRAWS // 2),
    "or both": (50.0, NARROW + NO_STAFF + FEW_AT_START, DRAWS // 2),
}
SHOWN = ("one setting", "units of 50", "units of 50, R with measures 3 to 6, between 1 to 15 %")


def weekly(people: float | None, priors: str, draws: int) -> np.ndarray:
    """[draw, week] infections of detained people in what happened; with priors, its flows only."""
    system = tw.load_system("ice-2020")
    scenario = next(one for one in load_scenario_set("demo-2020") if one.name == "what happened")
    if priors:
        flows = [one for one in scenario.actions if isinstance(one, tw.FollowRecord)]
        scenario = tw.Scenario(scenario.name, flows)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "variant.toml"
        file.write_text(priors)
        results = tw.simulate(
            system if people is None else system.with_units(people),
            tw.load_pathogen("covid-2020"),
            [scenario],
            days=DAYS,
            draws=draws,
            seed=SEED,
            priors=str(file) if priors else None,
        )
    daily = results.dataset["new_infections"].sel(place="all", group="detained")
    return np.asarray(daily.isel(scenario=0).to_numpy().reshape(draws, -1, 7).sum(axis=2))


def recorded(file: str) -> tuple[pd.Series, float]:
    """New recorded cases of all facilities by week (its first day), and all of them by the end.

    Facilities were looked at on different days; what one had recorded when it was first looked at
    belongs to no week.
    """
    table = pd.read_csv(file, parse_dates=["date"]).sort_values(["facility", "date"])
    table = table[table["date"] < START + pd.Timedelta(days=DAYS)]
    new = table.groupby("facility")["cummulative_cases"].diff().clip(lower=0)
    week = START + pd.to_timedelta((table["date"] - START).dt.days // 7 * 7, unit="D")
    last = table.groupby("facility")["cummulative_cases"].max().sum()
    return new.groupby(week).sum(), float(last)


def summary(
    name: str, infections: np.ndarray, cases: pd.Series, all_cases: float
) -> dict[str, str]:
    """One row of the table: medians and 90 % intervals over the draws."""
    end = START + pd.to_timedelta(7 * (np.arange(infections.shape[1]) + 1), unit="D")
    total, later = infections.sum(axis=1), infections[:, end > MAY].sum(axis=1)
    before = infections[:, end <= MAY].sum(axis=1) / total
    peak = infections.argmax(axis=1) + 1

    def text(values: np.ndarray, form: str) -> str:
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        return f"{middle:{form}} ({low:{form}} to {high:{form}})"

    return {
        "housing": name,
        "infections": text(total, ",.0f"),
        "share before May": text(before, ".0%"),
        "week of the peak": text(peak, ".0f"),
        "share found, whole time": text(all_cases / total, ".0%"),
        "share found, from May": text(cases.sum() / later, ".0%"),
    }


def picture(series: dict[str, np.ndarray], cases: pd.Series) -> alt.VConcatChart:
    """Weekly infections, one panel a variant, and recorded cases below on their own scale."""
    parts = []
    for name in SHOWN:
        low, middle, high = np.quantile(series[name], [0.05, 0.5, 0.95], axis=0)
        week = START + pd.to_timedelta(7 * np.arange(len(middle)), unit="D")
        parts.append(
            pd.DataFrame({"date": week, "housing": name, "low": low, "mid": middle, "high": high})
        )
    x = alt.X("date:T", title=None, axis=alt.Axis(format="%b", tickCount="month"))
    y = alt.Y("mid:Q", title="infections a week")
    base = alt.Chart(pd.concat(parts)).encode(x=x)
    band = base.mark_area(opacity=0.25, color="#0072B2").encode(
        y=alt.Y("low:Q", title="infections a week"), y2="high:Q"
    )
    line = base.mark_line(color="#0072B2", strokeWidth=2).encode(y=y)
    above = (
        alt.layer(band, line)
        .properties(width=260, height=150)
        .facet(column=alt.Column("housing:N", title=None, sort=list(SHOWN)))
    )
    table = pd.DataFrame({"date": cases.index, "cases": cases.to_numpy()})
    below = (
        alt.Chart(
            table,
            title=alt.Title(
                "recorded cases a week, 88 facilities, from May", fontSize=11, fontWeight="normal"
            ),
        )
        .mark_bar(color="#D55E00", size=9)
        .encode(
            x=alt.X(
                "date:T",
                title=None,
                axis=alt.Axis(format="%b", tickCount="month"),
                scale=alt.Scale(domain=[str(START.date()), str(week[-1].date())]),
            ),
            y=alt.Y("cases:Q", title="cases a week"),
        )
        .properties(width=840, height=110)
    )
    return alt.vconcat(above, below)


def main(file: str) -> None:
    """Run, print the table, save the picture."""
    cases, all_cases = recorded(file)
    series = {name: weekly(*about) for name, about in VARIANTS.items()}
    rows = [summary(name, one, cases, all_cases) for name, one in series.items()]
    print(pd.DataFrame(rows).to_string(index=False))
    OUT.parent.mkdir(exist_ok=True)
    picture(series, cases).save(str(OUT))


if __name__ == "__main__":
    main(sys.argv[1])
