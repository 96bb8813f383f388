"""Scenarios against a baseline, draw by draw.

Two scenarios of one draw share their parameters and their chance events, so the difference is
taken within each draw first and its interval over draws afterwards:

    d_k = x_scenario,k − x_baseline,k        for draw k
    difference = median(d), interval = quantiles of d

The interval of ``d`` is much narrower than the two intervals of ``x`` would suggest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.common import InputError
from thinwalls.results.answers.outcomes import OUTCOMES, UNITS, lacking, not_held, outcomes
from thinwalls.results.data import schema
from thinwalls.results.data.declared_outcomes import BY_AGE
from thinwalls.results.data.intervals import DEFAULT_LEVEL, column_names, interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.common import Float
    from thinwalls.results.data.dataset import Results


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
    lacking: tuple[str, ...] = ()
    """outcomes that the result does not hold: it was made before they were counted"""

    def row(self, scenario: str, group: str, outcome: str) -> pd.Series[Any]:
        """The one row of this scenario, group and outcome."""
        position = self._positions.get((scenario, group, outcome))
        if position is None and outcome in self.lacking:
            raise not_held(outcome)
        if position is None:
            raise InputError(
                "no such row in this comparison", field="row", value=(scenario, group, outcome)
            )
        return self.table.iloc[position]

    @cached_property
    def _positions(self) -> dict[tuple[object, ...], int]:
        """Row of the table by scenario, group and outcome."""
        columns = (self.table[name] for name in ("scenario", "group", "outcome"))
        return {key: n for n, key in enumerate(zip(*columns, strict=True))}

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

    Raises
    ------
    InputError
        For an unknown scenario, place or group.
    """
    name = results.baseline_name(baseline)
    for group in groups:
        if group not in schema.GROUPS:
            allowed = ", ".join(schema.GROUPS)
            raise InputError("must be one of {names}", field="group", value=group, names=allowed)
    found = outcomes(results, place)
    # Bare arrays [scenario, draw, group]: a selection by label takes longer than the arithmetic.
    values_of = {outcome: found[outcome].values for outcome in OUTCOMES if outcome in found}
    people_of = found["population_at_risk"].values
    labels = [str(group) for group in found["group"].values]
    first = results.scenarios.index(name)
    rows: list[dict[str, object]] = []
    found_values, found_people, found_base = [], [], []
    for s, scenario in enumerate(results.scenarios):
        for group in groups:
            g = labels.index(group)
            for outcome, table in values_of.items():
                values = table[s, :, g]
                if np.isnan(values).all():
                    continue
                rows.append(
                    {
                        "scenario": scenario,
                        "group": group,
                        "outcome": outcome,
                        "unit": UNITS[outcome],
                    }
                )
                found_values.append(values)
                found_people.append(people_of[s, :, g])
                found_base.append(table[first, :, g])
    columns = _with_columns(rows, found_values, found_people, found_base, level)
    return Comparison(columns, name, level, results.draws, place, lacking(results))


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
    counted = {one.name: here[one.name].values for one in BY_AGE if one.name in here}
    bands = list(np.ndindex(counted["people_ever"].shape[:2]))
    found_values, found_people, found_base = [], [], []
    for s, scenario in enumerate(results.scenarios):
        for band in bands:
            people = counted["people_ever"][band]
            for outcome in counted:
                values = counted[outcome][band]
                if outcome not in OUTCOMES or np.isnan(values).any() or np.isnan(people).any():
                    continue
                rows.append(
                    {
                        "scenario": scenario,
                        "group": str(here["group"].values[band[0]]),
                        "age": str(here["age"].values[band[1]]),
                        "outcome": outcome,
                        "unit": UNITS[outcome],
                    }
                )
                found_values.append(values[s])
                found_people.append(people[s])
                found_base.append(values[first])
    return _with_columns(rows, found_values, found_people, found_base, level)


def _with_columns(
    rows: list[dict[str, Any]],
    values: list[Float],
    people: list[Float],
    base: list[Float],
    level: float,
) -> pd.DataFrame:
    """A table of rows, each with its draws, the people it is about and the draws compared with."""
    columns = pd.DataFrame(rows)
    if not rows:
        return columns
    drawn = np.array(values)
    return columns.assign(
        **_level(drawn, np.array(people), level), **_pair(drawn, np.array(base), level)
    )


def summary(results: Results, *, level: float = DEFAULT_LEVEL) -> pd.DataFrame:
    """The table of :func:`compare` for the whole system against the first scenario."""
    return compare(results, level=level).table


def _level(values: Float, people: Float, level: float) -> dict[str, Float]:
    """Columns about the outcome itself; ``values`` and ``people`` are [rows, draws]."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = interval(np.where(people > 0, values / people, np.nan), level, axis=1)[1]
    return {
        "mean": np.mean(values, axis=1),
        **dict(zip(column_names(), interval(values, level, axis=1), strict=True)),
        "population_at_risk": interval(people, level, axis=1)[1],
        "share": share,
    }


def _pair(values: Float, base: Float, level: float) -> dict[str, Float]:
    """Columns about the difference; both are [rows, draws]."""
    change = values - base
    low, median, high = interval(change, level, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = interval(np.where(base > 0, values / base, np.nan), level, axis=1)
    rows, draws = change.shape
    error = np.std(change, axis=1, ddof=1) / np.sqrt(draws) if draws > 1 else np.full(rows, np.nan)
    return {
        "difference": median,
        "difference_low": low,
        "difference_high": high,
        "difference_mean": np.mean(change, axis=1),
        "difference_error": error,
        "ratio": ratio[1],
        "ratio_low": ratio[0],
        "ratio_high": ratio[2],
        "probability_lower": np.mean(change < 0, axis=1),
        "probability_higher": np.mean(change > 0, axis=1),
        "probability_equal": np.mean(change == 0, axis=1),
    }
