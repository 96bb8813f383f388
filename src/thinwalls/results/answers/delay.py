"""What waiting costs: the same package of actions, started later and later.

The scenarios of one result are the package at shifted dates. For draw k and delay w (days):

    later_k(w)  = x_k(w) − x_k(0)                    against starting at once
    ratio_k(w)  = x_k(w) / x_k(0)
    step_k(w)   = (x_k(w) − x_k(w')) · 7 / (w − w')  per further week, w' the delay before w
    lost_k(w)   = later_k(w) / (x_baseline,k − x_k(0))   share of the benefit that is lost

all within a draw; median and interval over draws. ``lost`` leaves out draws without a benefit,
``ratio`` those in which nothing happens at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.common import InputError
from thinwalls.results.answers.outcomes import check_asked, outcomes
from thinwalls.results.data.intervals import DEFAULT_LEVEL, interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from thinwalls.results.data.dataset import Results

_DAYS_PER_WEEK = 7.0


@dataclass(frozen=True)
class Delay:
    """One row per delay: ``days``, the outcome, ``later``, ``ratio``, ``per_week``, ``lost_share``.

    Each with ``_low`` and ``_high``; ``population_at_risk`` is the median.
    """

    table: pd.DataFrame
    group: str
    outcome: str
    baseline: str
    level: float


def delay(
    results: Results,
    scenarios: Mapping[int, str],
    baseline: str | None = None,
    *,
    group: str = "followed",
    outcome: str = "infections",
    level: float = DEFAULT_LEVEL,
) -> Delay:
    """Compare the same package at several delays.

    ``scenarios`` gives for every delay in days the name of its scenario; the shortest delay
    stands for acting at once.

    Raises
    ------
    InputError
        For fewer than two delays, a negative one, or a scenario, group or outcome that is
        not in the result.
    """
    if len(scenarios) < 2 or min(scenarios) < 0:
        raise InputError(
            "needs at least two delays of 0 days or more", field="scenarios", value=dict(scenarios)
        )
    check_asked(group, outcome, results)
    days = sorted(scenarios)
    names = [results.scenario_name(scenarios[day]) for day in days]
    base_name = results.baseline_name(baseline)
    found = outcomes(results)
    values = {
        name: found[outcome].sel(scenario=name, group=group).values for name in (*names, base_name)
    }
    people = found["population_at_risk"].sel(group=group)
    benefit = values[base_name] - values[names[0]]
    rows = []
    for position, (day, name) in enumerate(zip(days, names, strict=True)):
        later = values[name] - values[names[0]]
        before = max(position - 1, 0)
        gap = max(day - days[before], 1) / _DAYS_PER_WEEK
        with np.errstate(divide="ignore", invalid="ignore"):
            lost = np.where(benefit > 0, later / benefit, np.nan)
            ratio = np.where(values[names[0]] > 0, values[name] / values[names[0]], np.nan)
        row: dict[str, Any] = {"days": day, "scenario": name}
        row |= _columns(outcome, values[name], level)
        row |= _columns("later", later, level)
        row |= _columns("ratio", ratio, level)
        row |= _columns("per_week", (values[name] - values[names[before]]) / gap, level)
        row |= _columns("lost_share", lost, level)
        row["probability_worse"] = float(np.mean(later > 0))
        row["population_at_risk"] = float(np.median(people.sel(scenario=name).values))
        rows.append(row)
    return Delay(pd.DataFrame(rows), group, outcome, base_name, level)


def _columns(name: str, values: NDArray[Any], level: float) -> dict[str, float]:
    low, median, high = interval(values, level)
    return {name: float(median), f"{name}_low": float(low), f"{name}_high": float(high)}
