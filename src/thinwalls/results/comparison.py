"""Scenarios against a baseline, draw by draw.

Two scenarios of one draw share their parameters and their chance events, so the difference is
taken within each draw first and its interval over draws afterwards:

    d_k = x_scenario,k − x_baseline,k        for draw k
    difference = median(d), interval = quantiles of d

The interval of ``d`` is much narrower than the two intervals of ``x`` would suggest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.errors import InputError
from thinwalls.results import schema
from thinwalls.results.intervals import DEFAULT_LEVEL, column_names, interval
from thinwalls.results.outcomes import OUTCOMES, UNITS, outcomes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thinwalls.results.dataset import Results


@dataclass(frozen=True)
class Comparison:
    """Paired differences of every scenario against ``baseline``.

    ``table`` has one row per scenario, group and outcome: ``mean``, ``median``, ``low`` and
    ``high`` of the outcome; ``difference``, ``difference_low``, ``difference_high`` and
    ``difference_mean`` with ``difference_error`` (Monte Carlo standard error of that mean);
    ``ratio``, ``ratio_low``, ``ratio_high`` (over draws in which the baseline is not zero, NaN
    if there is none); ``population_at_risk`` (median) and ``share`` (median of outcome per
    person at risk); ``probability_lower``, ``probability_higher`` and ``probability_equal``:
    shares of the paired draws in which the scenario is lower, higher or the same.
    """

    table: pd.DataFrame
    baseline: str
    level: float
    draws: int
    place: str

    def row(self, scenario: str, group: str, outcome: str) -> pd.Series[Any]:
        """The one row of this scenario, group and outcome."""
        table = self.table
        found = table[
            (table["scenario"] == scenario)
            & (table["group"] == group)
            & (table["outcome"] == outcome)
        ]
        if len(found) != 1:
            raise InputError(
                "no such row in this comparison", field="row", value=(scenario, group, outcome)
            )
        return found.iloc[0]

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain types for JSON; a value that does not exist is ``None``."""
        records = self.table.astype(object).where(self.table.notna(), None)
        return {
            "baseline": self.baseline,
            "level": self.level,
            "draws": self.draws,
            "place": self.place,
            "rows": records.to_dict("records"),
        }


def compare(
    results: Results,
    baseline: str | None = None,
    *,
    level: float = DEFAULT_LEVEL,
    place: str = schema.WHOLE_SYSTEM,
    groups: Sequence[str] = schema.GROUPS,
) -> Comparison:
    """Compare every scenario with ``baseline`` (the first scenario unless named).

    ``level`` is the probability that an interval holds. Per facility, county or state
    (two letters) with ``place``.
    Raises :class:`~thinwalls.errors.InputError` for an unknown scenario, place or group.
    """
    name = results.baseline_name(baseline)
    for group in groups:
        if group not in schema.GROUPS:
            allowed = ", ".join(schema.GROUPS)
            raise InputError(f"must be one of {allowed}", field="group", value=group)
    found = outcomes(results, place)
    # Bare arrays [scenario, draw, group]: a selection by label takes longer than the arithmetic.
    values_of = {outcome: found[outcome].values for outcome in OUTCOMES if outcome in found}
    people_of = found["population_at_risk"].values
    labels = [str(group) for group in found["group"].values]
    first = results.scenarios.index(name)
    rows = []
    for s, scenario in enumerate(results.scenarios):
        for group in groups:
            g = labels.index(group)
            for outcome, table in values_of.items():
                values = table[s, :, g]
                if np.isnan(values).all():
                    continue
                row: dict[str, Any] = {
                    "scenario": scenario,
                    "group": group,
                    "outcome": outcome,
                    "unit": UNITS[outcome],
                }
                row |= _level(values, people_of[s, :, g], level)
                row |= _pair(values, table[first, :, g], level)
                rows.append(row)
    return Comparison(pd.DataFrame(rows), name, level, results.draws, place)


def compare_ages(
    results: Results, baseline: str | None = None, *, level: float = DEFAULT_LEVEL
) -> pd.DataFrame:
    """The table of :func:`compare` by age: a row per scenario, group, age and counted outcome.

    Empty where a result holds no ages. Groups and outcomes that were not counted are left out.
    """
    name = results.baseline_name(baseline)
    rows: list[dict[str, Any]] = []
    if results.ages is None:
        return pd.DataFrame(rows)
    first = results.scenarios.index(name)
    here = results.ages.sel(place=schema.WHOLE_SYSTEM)
    here = here.transpose("group", "age", "scenario", "draw")
    counted = {one.name: here[one.name].values for one in schema.BY_AGE}
    bands = list(np.ndindex(counted["people_ever"].shape[:2]))
    for s, scenario in enumerate(results.scenarios):
        for band in bands:
            people = counted["people_ever"][band]
            for outcome in counted:
                values = counted[outcome][band]
                if outcome not in OUTCOMES or np.isnan(values).any() or np.isnan(people).any():
                    continue
                row: dict[str, Any] = {
                    "scenario": scenario,
                    "group": str(here["group"].values[band[0]]),
                    "age": str(here["age"].values[band[1]]),
                    "outcome": outcome,
                    "unit": UNITS[outcome],
                }
                row |= _level(values[s], people[s], level)
                row |= _pair(values[s], values[first], level)
                rows.append(row)
    return pd.DataFrame(rows)


def summary(results: Results, *, level: float = DEFAULT_LEVEL) -> pd.DataFrame:
    """The table of :func:`compare` for the whole system against the first scenario."""
    return compare(results, level=level).table


def _level(values: NDArray[Any], people: NDArray[Any], level: float) -> dict[str, float]:
    low, median, high = interval(values, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = interval(np.where(people > 0, values / people, np.nan), level)[1]
    return {
        "mean": float(np.mean(values)),
        **dict(zip(column_names(), map(float, (low, median, high)), strict=True)),
        "population_at_risk": float(interval(people, level)[1]),
        "share": float(share),
    }


def _pair(values: NDArray[Any], base: NDArray[Any], level: float) -> dict[str, float]:
    change = values - base
    low, median, high = interval(change, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = interval(np.where(base > 0, values / base, np.nan), level)
    draws = len(change)
    error = float(np.std(change, ddof=1) / np.sqrt(draws)) if draws > 1 else float("nan")
    return {
        "difference": float(median),
        "difference_low": float(low),
        "difference_high": float(high),
        "difference_mean": float(np.mean(change)),
        "difference_error": error,
        "ratio": float(ratio[1]),
        "ratio_low": float(ratio[0]),
        "ratio_high": float(ratio[2]),
        "probability_lower": float(np.mean(change < 0)),
        "probability_higher": float(np.mean(change > 0)),
        "probability_equal": float(np.mean(change == 0)),
    }
