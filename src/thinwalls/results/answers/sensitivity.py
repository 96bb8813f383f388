"""Which uncertain parameters decide a comparison, and where its answer turns.

First-order index of parameter i for the paired difference d (Sobol'):

    S1_i = Var( E[d | θ_i] ) / Var(d)

estimated from the draws at hand by random balance designs (Tarantola 2006, with Plischke's
reordering for given data and Tissot's correction of bias; SALib). What the parameters together
do not explain is interaction and chance. Beside it Spearman's rank correlation, for the
direction. ``noise`` is the index that a parameter without any effect reaches in 95 % of cases
with this number of draws: the same estimate with the differences in random order, for one
parameter, since in random order it has the same distribution for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from thinwalls.common import InputError
from thinwalls.results.answers.outcomes import check_asked, outcomes
from thinwalls.results.data.intervals import DEFAULT_LEVEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.results.data.dataset import Results

_FEWEST_DRAWS = 40
_DRAWS_PER_HARMONIC = 10
_MOST_HARMONICS = 10
_SHUFFLES = 400
_RESAMPLES = 200
_SEED = 20200320


@dataclass(frozen=True)
class Sensitivity:
    """How much each drawn parameter moves a difference.

    ``table``: per parameter ``first_order`` with ``_low`` and ``_high`` (90 %, by resampling
    half of the draws, so rather too wide; NaN where too few draws differ), ``rank_correlation``
    and ``above_noise``; largest index first. ``population_at_risk``: people of the group in the
    baseline (median).
    """

    table: pd.DataFrame
    noise: float
    scenario: str
    baseline: str
    group: str
    outcome: str
    population_at_risk: float


@dataclass(frozen=True)
class Flip:
    """The value of a parameter at which the median difference changes its sign.

    ``at`` is ``None`` when it does not within what was sampled; ``low`` and ``high`` bound 90 %
    of the values found when draws are resampled (``None`` as well if fewer than half find one).
    ``below`` and ``above``: median difference among draws below and above ``at`` (or below and
    above the median of the parameter).
    """

    parameter: str
    at: float | None
    low: float | None
    high: float | None
    below: float
    above: float
    sampled_low: float
    sampled_high: float


def paired_difference(
    results: Results, scenario: str, baseline: str | None, group: str, outcome: str
) -> NDArray[np.float64]:
    """Scenario minus baseline in every draw."""
    check_asked(group, outcome, results)
    values = outcomes(results)[outcome].sel(group=group)
    if np.isnan(values).all():
        raise InputError("is not counted for {group}", field="outcome", value=outcome, group=group)
    name = results.baseline_name(baseline)
    change = values.sel(scenario=results.scenario_name(scenario)) - values.sel(scenario=name)
    return np.asarray(change.values, dtype=np.float64)


def sensitivity(
    results: Results,
    scenario: str,
    baseline: str | None = None,
    *,
    group: str = "followed",
    outcome: str = "infections",
    most: int | None = None,
) -> Sensitivity:
    """Rank the sampled parameters by how much of the difference's variance each decides.

    ``most`` keeps so many with the largest index, which saves the time for the others' intervals.

    Raises
    ------
    InputError
        For fewer than 40 draws or when nothing varies.
    """
    change = paired_difference(results, scenario, baseline, group, outcome)
    names = [
        str(name)
        for name, values in results.parameters.data_vars.items()
        if np.ptp(values.values) > 0
    ]
    if len(change) < _FEWEST_DRAWS:
        raise InputError(
            "needs at least {fewest_draws}",
            field="draws",
            value=len(change),
            fewest_draws=_FEWEST_DRAWS,
        )
    if not names or np.ptp(change) == 0:
        raise InputError("nothing varies over the draws, so nothing decides", field="draws")
    sampled = np.column_stack([results.parameters[name].values for name in names])
    index, _ = _first_order(names, sampled, change, 0)
    chosen = np.argsort(-index, kind="stable")[:most]
    kept = [names[column] for column in chosen]
    _, error = _first_order(kept, sampled[:, chosen], change, _RESAMPLES)
    rng = np.random.default_rng(_SEED)
    shuffled = [_index(sampled[:, 0], rng.permutation(change)) for _ in range(_SHUFFLES)]
    noise = float(np.quantile(shuffled, 0.95))
    table = pd.DataFrame(
        {
            "parameter": kept,
            "long_name": [
                str(results.parameters[name].attrs.get("long_name", name)) for name in kept
            ],
            "first_order": index[chosen],
            "first_order_low": np.clip(index[chosen] - error, 0.0, 1.0),
            "first_order_high": np.clip(index[chosen] + error, 0.0, 1.0),
            "rank_correlation": [
                float(stats.spearmanr(sampled[:, column], change).statistic) for column in chosen
            ],
            "above_noise": index[chosen] > noise,
        }
    )
    base = results.baseline_name(baseline)
    people = outcomes(results)["population_at_risk"].sel(scenario=base, group=group)
    return Sensitivity(
        table, noise, scenario, base, group, outcome, float(np.median(people.values))
    )


def flip_value(
    results: Results,
    parameter: str,
    scenario: str,
    baseline: str | None = None,
    *,
    group: str = "followed",
    outcome: str = "infections",
) -> Flip:
    """Where along ``parameter`` the difference changes its sign.

    The median difference is followed along the parameter by a running median over a fifth of
    the draws; where it crosses zero more than once, the crossing nearest to the middle counts.
    """
    if parameter not in results.parameters:
        allowed = ", ".join(str(name) for name in results.parameters.data_vars)
        raise InputError(
            "no such parameter; there are {names}",
            field="parameter",
            value=parameter,
            names=allowed,
        )
    change = paired_difference(results, scenario, baseline, group, outcome)
    return flip_along(parameter, results.parameters[parameter].values.astype(np.float64), change)


def flip_along(parameter: str, values: NDArray[np.float64], change: NDArray[np.float64]) -> Flip:
    """Where ``change`` [draw] turns its sign along a parameter's ``values`` [draw]."""
    at = _crossing(values, change)
    rng = np.random.default_rng(_SEED)
    again = []
    for _ in range(0 if at is None else _RESAMPLES):
        chosen = rng.integers(0, len(values), len(values))
        found = _crossing(values[chosen], change[chosen])
        if found is not None:
            again.append(found)
    sure = at is not None and len(again) >= _RESAMPLES / 2
    low, high = np.quantile(again, (0.05, 0.95)) if sure else (None, None)
    middle = float(np.median(values)) if at is None else at
    below, above = change[values <= middle], change[values > middle]
    return Flip(
        parameter=parameter,
        at=at,
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        below=float(np.median(below)) if below.size else float("nan"),
        above=float(np.median(above)) if above.size else float("nan"),
        sampled_low=float(values.min()),
        sampled_high=float(values.max()),
    )


def _library() -> Any:
    """SALib's random balance designs."""
    try:
        from SALib.analyze import rbd_fast
    except ModuleNotFoundError:
        raise InputError(
            "needs the package SALib: install thinwalls[sensitivity]", field="sensitivity"
        ) from None
    return rbd_fast


def _harmonics(draws: int) -> int:
    return min(_MOST_HARMONICS, max(2, draws // (2 * _DRAWS_PER_HARMONIC)))


def _first_order(
    names: list[str], sampled: NDArray[np.float64], change: NDArray[np.float64], resamples: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    # Where few draws differ, a resample of them may not vary: its index does not exist.
    with np.errstate(invalid="ignore"):
        found = _library().analyze(
            problem,
            sampled,
            change,
            M=_harmonics(len(change)),
            num_resamples=max(resamples, 2),
            conf_level=DEFAULT_LEVEL,
            seed=_SEED,
        )
    return np.asarray(found["S1"], dtype=float), np.asarray(found["S1_conf"], dtype=float)


def _index(values: NDArray[np.float64], change: NDArray[np.float64]) -> float:
    """The same index of one parameter, without resampling."""
    library, harmonics = _library(), _harmonics(len(change))
    share = library.compute_first_order(library.permute_outputs(values, change), harmonics)
    return float(library.unskew_S1(share, harmonics, len(change)))


def _crossing(values: NDArray[np.float64], change: NDArray[np.float64]) -> float | None:
    order = np.argsort(values, kind="stable")
    x, y = values[order], change[order]
    width = max(5, len(x) // 5)
    if len(x) < 2 * width:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(y, width)
    smooth = np.median(windows, axis=1)
    centre = np.median(np.lib.stride_tricks.sliding_window_view(x, width), axis=1)
    turns = np.nonzero(np.sign(smooth[:-1]) * np.sign(smooth[1:]) < 0)[0]
    if not len(turns):
        return None
    nearest = turns[np.argmin(np.abs(turns - len(smooth) / 2))]
    before, after = smooth[nearest], smooth[nearest + 1]
    share = before / (before - after)
    return float(centre[nearest] + share * (centre[nearest + 1] - centre[nearest]))
