"""Did the curve flatten? Demand for beds against the beds that are free for this epidemic.

For draw k and scenario s, with D(t) the beds in use on day t and F(t) the beds free:

    peak = max_t D(t)          peak day = first t with D(t) = peak
    days above = number of t with D(t) > F(t)
    stays below = share of draws in which no hospital region ever needs more than it has

The last line is by region, because a free bed in another region helps nobody at once. A region
without a free bed that needs none stays below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.results.data import schema
from thinwalls.results.data.intervals import DEFAULT_LEVEL, interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.results.data.dataset import Results

_KINDS = {
    "icu": ("icu_beds", "icu_free", "peak_icu", "days_over_icu"),
    "hospital": ("hospital_beds", "beds_free", "peak_beds", "days_over_beds"),
}

_OF_REGIONS = (
    *(name for names in _KINDS.values() for name in names[1:]),
    "turned_away",
    "overload_deaths",
)


@dataclass(frozen=True)
class Flattening:
    """``table``: one row per scenario and kind of bed (``icu``, ``hospital``).

    Whole system: ``peak`` with ``peak_low`` and ``peak_high``, ``free`` (median, on the day of
    the peak), ``peak_date`` with ``peak_date_low`` and ``peak_date_high``, ``days_above``,
    ``at_end`` (median demand on the last day as a share of the peak). Regions:
    ``regions``, ``regions_over`` (median, low, high of how many run out of beds),
    ``probability_below`` (no region runs out). Beds and intensive care together, the same in both
    rows: ``turned_away`` and ``overload_deaths`` (deaths expected because of it), and with
    ``overload_deaths_difference`` how many more than in the baseline. Against the baseline, paired:
    ``peak_difference`` (median, low, high) and ``probability_flatter`` (share of draws with a
    lower peak); ``regions_difference`` (how many more regions run out).

    ``regions``: per scenario, kind and region the median peak, the free beds and the
    probability to need more than is free.
    """

    table: pd.DataFrame
    regions: pd.DataFrame
    baseline: str
    level: float


def flattening(
    results: Results, baseline: str | None = None, *, level: float = DEFAULT_LEVEL
) -> Flattening:
    """Peak demand against free beds, for every scenario; paired against ``baseline``."""
    name = results.baseline_name(baseline)
    first = results.scenarios.index(name)
    dates = results.dataset["date"].values
    # Bare arrays [scenario, draw, region]: a selection by label takes longer than the arithmetic.
    hospital = {
        variable: results.hospitals[variable].transpose("scenario", "draw", "region").values
        for variable in _OF_REGIONS
    }
    labels = results.hospitals["region"].values.astype(str)
    lost = hospital["overload_deaths"].sum(axis=2)
    turned_away = hospital["turned_away"].sum(axis=2)
    rows: list[dict[str, Any]] = []
    regions = []
    for kind, (demand_name, free_name, peak_name, days_name) in _KINDS.items():
        demand = _whole_system(results, demand_name, group="everyone")
        free = _whole_system(results, free_name)
        over = hospital[days_name] > 0
        number_over = over.sum(axis=2)
        peak = demand.max(axis=2)
        for s, scenario in enumerate(results.scenarios):
            row: dict[str, Any] = {"scenario": scenario, "beds": kind}
            row |= _whole(demand[s], free[s], dates, level)
            row |= _named("regions_over", number_over[s], level)
            row["regions"] = over.shape[2]
            row |= _named("regions_difference", number_over[s] - number_over[first], level)
            row["probability_below"] = float(np.mean(~over[s].any(axis=1)))
            row |= _named("turned_away", turned_away[s], level)
            row |= _named("overload_deaths", lost[s], level)
            row |= _named("overload_deaths_difference", lost[s] - lost[first], level)
            change = peak[s] - peak[first]
            row |= _named("peak_difference", change, level)
            row["probability_flatter"] = float(np.mean(change < 0))
            rows.append(row)
            regions.append(
                pd.DataFrame(
                    {
                        "scenario": scenario,
                        "beds": kind,
                        "region": labels,
                        "peak": np.median(hospital[peak_name][s], axis=0),
                        "free": np.median(hospital[free_name][s], axis=0),
                        "days_above": np.median(hospital[days_name][s], axis=0),
                        "probability_above": over[s].mean(axis=0),
                    }
                )
            )
    return Flattening(pd.DataFrame(rows), pd.concat(regions, ignore_index=True), name, level)


def _whole_system(results: Results, variable: str, group: str | None = None) -> NDArray[np.float64]:
    """[scenario, draw, day] a variable of the whole system."""
    series = results.dataset[variable].sel(place=schema.WHOLE_SYSTEM)
    if group is not None:
        series = series.sel(group=group)
    return np.asarray(series.transpose("scenario", "draw", "date").values, dtype=np.float64)


def _whole(
    demand: NDArray[Any], free: NDArray[Any], dates: NDArray[Any], level: float
) -> dict[str, Any]:
    day = demand.argmax(axis=1)
    peak = demand.max(axis=1)
    draws = np.arange(len(peak))
    when = interval(day, level)
    row: dict[str, Any] = _named("peak", peak, level)
    row["free"] = float(np.median(free[draws, day]))
    for suffix, position in zip(("_low", "", "_high"), when, strict=True):
        row[f"peak_date{suffix}"] = pd.Timestamp(dates[round(float(position))])
    row |= _named("days_above", (demand > free).sum(axis=1), level)
    row["at_end"] = float(np.median(demand[:, -1] / np.maximum(peak, 1.0)))
    row["peak_on_last_day"] = float(np.mean(day == demand.shape[1] - 1))
    return row


def _named(name: str, values: NDArray[Any], level: float) -> dict[str, float]:
    low, median, high = interval(values, level)
    return {name: float(median), f"{name}_low": float(low), f"{name}_high": float(high)}
