"""What speaks against a difference: worked out from the draws, not written in advance.

- how often the sign is the other way round, or there is no difference at all;
- which sampled parameters move with the difference: Spearman's rank correlation between the
  parameter and the paired difference over draws, kept when it is larger than chance would give
  (Bonferroni-corrected 5 % of the permutation distribution's normal limit, z/√(n−1));
- at which crowding exponent a scenario stops helping the people who stay in detention: the log
  ratio (scenario over baseline) of the hazard ∫λ dt of a susceptible person who stays inside,
  over the days on which either scenario still has 5 % of its first day's people inside, fitted
  as a straight line in the exponent (Theil–Sen), and where that crosses zero;
- whether the run ended before the epidemic did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from thinwalls.results.answers.outcomes import check_asked, outcomes
from thinwalls.results.data import schema

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.results.data.dataset import Results

_FEWEST_DRAWS = 10
_SOME_PEOPLE = 0.05


@dataclass(frozen=True)
class Influence:
    """How a sampled parameter moves with the difference (``correlation``: Spearman's)."""

    parameter: str
    long_name: str
    correlation: float


@dataclass(frozen=True)
class Crossing:
    """Where release stops helping those who stay, as a function of the crowding exponent.

    ``sampled_low`` and ``sampled_high`` bound the values that were tried. ``at`` is the value
    at which the fitted change of the hazard inside is zero, or ``None`` when that is outside
    what was tried. ``helps_share``: share of draws in which the hazard inside is lower.
    ``slope``: change of the log hazard ratio per unit of the exponent. ``days``: median number
    of days on which there were people inside to compare.
    """

    at: float | None
    sampled_low: float
    sampled_high: float
    helps_share: float
    slope: float
    helps_below: bool
    days: int


@dataclass(frozen=True)
class Doubts:
    """What speaks against the difference in ``outcome`` of ``group``."""

    scenario: str
    baseline: str
    group: str
    outcome: str
    draws: int
    probability_lower: float
    probability_higher: float
    opposite_share: float
    influences: tuple[Influence, ...]
    crossing: Crossing | None
    infected_at_end: float
    """Median over draws of people infected on the last day, as a share of the highest."""


def doubts(
    results: Results,
    scenario: str,
    baseline: str | None = None,
    *,
    group: str = "followed",
    outcome: str = "infections",
) -> Doubts:
    """What speaks against the difference between ``scenario`` and ``baseline``.

    ``opposite_share`` is the share of draws whose difference has not the sign of the median
    (draws without a difference included).
    """
    name = results.baseline_name(baseline)
    scenario = results.scenario_name(scenario)
    check_asked(group, outcome, results)
    found = outcomes(results)[outcome].sel(group=group)
    change = found.sel(scenario=scenario).values - found.sel(scenario=name).values
    lower, higher = float(np.mean(change < 0)), float(np.mean(change > 0))
    middle = float(np.median(change))
    agreeing = lower if middle < 0 else higher if middle > 0 else float(np.mean(change == 0))
    series = results.dataset["prevalence"].sel(
        scenario=scenario, place=schema.WHOLE_SYSTEM, group="everyone"
    )
    last = series.isel(date=-1).values / np.maximum(series.max("date").values, 1.0)
    return Doubts(
        scenario=scenario,
        baseline=name,
        group=group,
        outcome=outcome,
        draws=results.draws,
        probability_lower=lower,
        probability_higher=higher,
        opposite_share=1.0 - agreeing,
        influences=influences(results, change),
        crossing=_crossing(results, scenario, name),
        infected_at_end=float(np.median(last)),
    )


def influences(results: Results, change: NDArray[Any]) -> tuple[Influence, ...]:
    """Parameters whose rank correlation with ``change`` is larger than chance, strongest first."""
    names = [str(name) for name in results.parameters.data_vars]
    varying = [name for name in names if np.ptp(results.parameters[name].values) > 0]
    if len(change) < _FEWEST_DRAWS or np.ptp(change) == 0 or not varying:
        return ()
    limit = stats.norm.ppf(1.0 - 0.025 / len(varying)) / np.sqrt(len(change) - 1)
    columns = np.stack([results.parameters[name].values for name in varying])
    ranks = stats.rankdata(np.vstack([change, columns]), axis=1)
    correlations = np.asarray(np.corrcoef(ranks))[0, 1:]
    found = []
    for name, correlation in zip(varying, correlations.tolist(), strict=True):
        if abs(correlation) > limit:
            long_name = str(results.parameters[name].attrs.get("long_name", name))
            found.append(Influence(name, long_name, correlation))
    return tuple(sorted(found, key=lambda one: (-abs(one.correlation), one.parameter)))


def _crossing(results: Results, scenario: str, baseline: str) -> Crossing | None:
    if schema.CROWDING_EXPONENT not in results.parameters:
        return None
    exponent = results.parameters[schema.CROWDING_EXPONENT].values
    here, people_here = _inside(results, scenario)
    there, people_there = _inside(results, baseline)
    compared = np.ones_like(here, dtype=bool)
    for people in (people_here, people_there):
        compared &= people >= _SOME_PEOPLE * people[:, :1]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log((here * compared).sum(axis=1) / (there * compared).sum(axis=1))
    usable = np.isfinite(ratio)
    if usable.sum() < _FEWEST_DRAWS or np.ptp(exponent[usable]) == 0 or np.ptp(ratio[usable]) == 0:
        return None
    slope, intercept, *_ = stats.theilslopes(ratio[usable], exponent[usable])
    low, high = float(exponent[usable].min()), float(exponent[usable].max())
    at = -intercept / slope if slope else np.nan
    return Crossing(
        at=float(at) if low <= at <= high else None,
        sampled_low=low,
        sampled_high=high,
        helps_share=float(np.mean(ratio[usable] < 0)),
        slope=float(slope),
        helps_below=bool(slope > 0),
        days=int(np.median(compared.sum(axis=1))),
    )


def _inside(results: Results, scenario: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Force of infection and people inside, each of shape (draw, date)."""
    series = results.dataset.sel(
        scenario=scenario, place=schema.WHOLE_SYSTEM, group="detained"
    ).transpose("draw", "date")
    force = np.nan_to_num(series["force_of_infection"].values.astype(np.float64))
    return force, series["people"].values.astype(np.float64)
