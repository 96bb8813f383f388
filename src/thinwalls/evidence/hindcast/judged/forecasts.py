"""Forecasts from a fit, and how they did against what was recorded later.

The forecast is made on 30 September 2020 for every week to 16 June 2021 and sees nothing later.
Outside, the rate of the last recorded week goes on, times a random walk whose weekly steps are as
large as those of the United States so far; flows stay those of September 2020; nobody is
vaccinated or infected twice, no variant comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from thinwalls.evidence.hindcast.fit.scoring import (
    covered,
    crps,
    growth_extrapolation,
    last_value,
    weighted_interval_score,
)
from thinwalls.evidence.hindcast.fit.trajectories import VARIANTS, Comparison, as_values
from thinwalls.evidence.hindcast.model.reduced_model import (
    REPORT_DELAY_DAYS,
    START,
    reported,
    simulate_outbreaks,
)
from thinwalls.evidence.hindcast.model.weekly_record import (
    LAST_WEEK,
    OutbreakRecord,
    outbreak_starts,
)
from thinwalls.simulation import BURN_IN_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.evidence.hindcast.model.frame import Frame


FORECAST_DAYS: Final = (pd.Timestamp(LAST_WEEK) - pd.Timestamp(START)).days + 1
RECORD_ENDS: Final = "2020-09-13"
"""Last day of the packaged record of cases by county."""
NEAREST_SHARE: Final = 0.1
"""Share of simulations kept for a facility: those nearest to its own cases so far."""
HORIZONS: Final = {
    "weeks 1-4": (0, 4),
    "weeks 5-13": (4, 13),
    "weeks 14-37": (13, 37),
    "all 37 weeks": (0, 37),
}
BASELINES: Final = ("last value", "growth")


@dataclass(frozen=True)
class Predicted:
    """Simulations from the posterior, by draw."""

    weekly: Float
    """[D, f, W] reported cases per week of the record"""
    people: Float
    """[D, f, W] people held at the end of the week"""
    outside: Float
    """[D] mean factor on infections outside after the record"""


def weekly_volatility(frame: Frame) -> float:
    """Standard deviation of weekly steps of log infections in the United States, from 1 May."""
    first = BURN_IN_DAYS + (pd.Timestamp("2020-05-01") - pd.Timestamp(START)).days
    weekly = np.log(frame.incidence[first : BURN_IN_DAYS + _last_known_day(), -1][::7])
    return float(np.diff(weekly).std(ddof=1))


def _last_known_day() -> int:
    return int((pd.Timestamp(RECORD_ENDS) - pd.Timestamp(START)).days - REPORT_DELAY_DAYS)


def community_factor(frame: Frame, seed: int) -> Float:
    """[days] factor on infections outside: 1 while recorded, then a random walk of their log."""
    random = np.random.default_rng([seed, 5])
    beyond = max(frame.days - _last_known_day(), 0)
    daily = random.standard_normal(beyond) * weekly_volatility(frame) / np.sqrt(7.0)
    factor = np.ones(frame.days)
    factor[frame.days - beyond :] = np.exp(np.cumsum(daily))
    return factor


def predict(
    frame: Frame,
    comparison: Comparison,
    record: OutbreakRecord,
    posterior: pd.DataFrame,
    *,
    draws: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> Predicted:
    """Simulate to the end of the record from equally likely draws of the posterior.

    ``frame`` has at least :data:`FORECAST_DAYS` days; ``posterior`` is of one variant.
    """
    days = (record.weeks - pd.Timestamp(START)).days.to_numpy()
    weekly = np.zeros((draws, len(comparison.rows), len(days)))
    people = np.zeros_like(weekly)
    outside = np.zeros(draws)
    rows = as_values(posterior)
    for draw in range(draws):
        values = rows[draw % len(rows)]
        one_seed = seed * 1_000_003 + draw
        factor = community_factor(frame, one_seed)
        simulated = simulate_outbreaks(
            frame,
            values,
            one_seed,
            well_mixed=values["variant"] == VARIANTS[1],
            community_factor=factor,
        )
        cases = reported(simulated, values, one_seed)[comparison.rows]
        total = np.cumsum(cases, axis=1)[:, days]
        weekly[draw] = np.diff(total, axis=1, prepend=total[:, :1])
        people[draw] = simulated.people[comparison.rows][:, days]
        outside[draw] = factor[_last_known_day() :].mean()
        if progress is not None:
            progress(draw + 1)
    seen = np.arange(len(days)) > _first_report(comparison, record)[:, None]
    return Predicted(weekly * seen, people, outside)


def _first_report(comparison: Comparison, record: OutbreakRecord) -> NDArray[np.int64]:
    """Week of the first report; facilities without one by the time of the forecast: before all."""
    return np.where(comparison.first_report < record.fitted_weeks, comparison.first_report, 0)


def by_own_past(predicted: Predicted, record: OutbreakRecord) -> Float:
    """[d, f, W] for every facility the simulations nearest to its own cases so far.

    Near in log(1 + cases so far) of every week to 30 September 2020.  The draws of facilities are
    matched by the factor outside, so that what they share stays shared when they are added up.
    """
    n = record.fitted_weeks
    recorded = np.log1p(np.cumsum(record.weekly()[:, :n], axis=1))
    simulated = np.log1p(np.cumsum(predicted.weekly[:, :, :n], axis=2))
    away = np.abs(simulated - recorded).mean(axis=2)
    kept = max(2, round(NEAREST_SHARE * len(away)))
    nearest = np.argsort(away, axis=0, kind="stable")[:kept]
    order = np.argsort(predicted.outside[nearest], axis=0, kind="stable")
    chosen = np.take_along_axis(nearest, order, axis=0)
    return np.asarray(np.take_along_axis(predicted.weekly, chosen[:, :, None], axis=0))


def judge(forecasts: dict[str, Float], record: OutbreakRecord) -> pd.DataFrame:
    """Scores of forecasts ([d, f, 37] new cases per week), for the sum and per facility.

    Returns rows of ``forecast, what, horizon, wis, crps, covered_50, covered_90, n``; per facility
    the scores are means over facilities and weeks.
    """
    future = record.weekly()[:, record.fitted_weeks :]
    rows = []
    for name, draws in forecasts.items():
        for what in ("sum", "facility"):
            if what == "sum":
                one, seen = draws.sum(axis=1), future.sum(axis=0)
            else:
                one, seen = draws, future
            for horizon, (first, last) in HORIZONS.items():
                part, truth = one[..., first:last], seen[..., first:last]
                rows.append(
                    {
                        "forecast": name,
                        "what": what,
                        "horizon": horizon,
                        "wis": float(weighted_interval_score(part, truth).mean()),
                        "crps": float(crps(part, truth).mean()),
                        "covered_50": float(covered(part, truth, 0.5).mean()),
                        "covered_90": float(covered(part, truth, 0.9).mean()),
                        "n": truth.size,
                    }
                )
    return pd.DataFrame(rows)


def naive_forecasts(record: OutbreakRecord, draws: int, seed: int) -> dict[str, Float]:
    """Forecasts from the record alone; those of the sum are made from the sum.

    The sum is one more row, so [draws, f + 1, 37]; see :func:`judge_naive`.
    """
    history = record.weekly()[:, 1 : record.fitted_weeks]
    both = np.concatenate([history, history.sum(axis=0, keepdims=True)])
    weeks = len(record.weeks) - record.fitted_weeks
    return {
        BASELINES[0]: last_value(both, weeks, draws, seed),
        BASELINES[1]: growth_extrapolation(both, weeks, draws, seed),
    }


def judge_naive(forecasts: dict[str, Float], record: OutbreakRecord) -> pd.DataFrame:
    """Scores of naive forecasts as :func:`judge` gives them."""
    parts = []
    for name, draws in forecasts.items():
        facilities = judge({name: draws[:, :-1]}, record)
        total = judge({name: draws[:, -1:]}, _summed(record))
        parts.append(total[total["what"] == "sum"])
        parts.append(facilities[facilities["what"] == "facility"])
    return pd.concat(parts, ignore_index=True)


def _summed(record: OutbreakRecord) -> OutbreakRecord:
    """The record as one facility."""
    total = np.cumsum(record.weekly().sum(axis=0, keepdims=True), axis=1)
    return OutbreakRecord(
        names=("sum",),
        facility_ids=("",),
        weeks=record.weeks,
        cumulative=total,
        people=np.nansum(record.people, axis=0, keepdims=True),
        left_out=(),
        left_out_cases=0,
    )


def summaries(weekly: Float, people: Float) -> dict[str, Float]:
    """Outbreaks over facilities, from new cases and people held by facility and week ([..., f, W]).

    ``outbreak_share`` of facilities with at least one, ``outbreaks``, and quartiles over
    facilities of the largest weekly incidence per person.
    """
    starts = outbreak_starts(weekly, people)
    largest = (weekly / np.maximum(people, 1.0)).max(axis=-1)
    low, middle, high = np.quantile(largest, (0.25, 0.5, 0.75), axis=-1)
    return {
        "outbreak_share": np.asarray(starts.any(axis=-1).mean(axis=-1)),
        "outbreaks": np.asarray(starts.sum(axis=(-2, -1)), dtype=np.float64),
        "largest_week_q25": np.asarray(low),
        "largest_week_median": np.asarray(middle),
        "largest_week_q75": np.asarray(high),
        "cases": np.asarray(weekly.sum(axis=(-2, -1))),
    }


def summary_table(predicted: Predicted, record: OutbreakRecord) -> pd.DataFrame:
    """Recorded summaries against predictive intervals, to 30 September 2020 and after.

    Rows of ``period, quantity, recorded, low, median, high, inside`` (90 %).
    """
    weekly = record.weekly()
    # Before the first report nothing is known of the people held, and no case is counted.
    people = pd.DataFrame(record.people.T).bfill().T.to_numpy()
    n = record.fitted_weeks
    rows = []
    for period, part in (
        ("fitted", slice(0, n)),
        ("forecast", slice(n, None)),
        ("all", slice(None)),
    ):
        recorded = summaries(weekly[:, part], people[:, part])
        simulated = summaries(predicted.weekly[..., part], predicted.people[..., part])
        for quantity, values in simulated.items():
            low, median, high = np.quantile(values, (0.05, 0.5, 0.95))
            seen = float(recorded[quantity])
            rows.append(
                {
                    "period": period,
                    "quantity": quantity,
                    "recorded": seen,
                    "low": float(low),
                    "median": float(median),
                    "high": float(high),
                    "inside": bool(low <= seen <= high),
                }
            )
    return pd.DataFrame(rows)
