"""Scores of forecasts, and the naive forecasts that a model has to beat.

A forecast is an ensemble: draws along the first axis.  Scores are in the unit of what is forecast;
lower is better.  Gneiting T, Raftery AE, J Am Stat Assoc 2007;102:359 (CRPS); Bracher J et al.,
PLoS Comput Biol 2021;17:e1008618 (weighted interval score).  scoringrules works both out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from thinwalls.common import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float

LEVELS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
"""Central intervals of the weighted interval score: those of the US COVID-19 Forecast Hub."""
GROWTH_WEEKS: Final = 4
"""Weeks from which the growth rate of the extrapolation is taken."""
_BACKEND: Final = "numpy"
"""What scoringrules calculates with; its other backends compile or need more packages."""


def crps(draws: Float, observed: Float) -> Float:
    """Continuous ranked probability score of an ensemble, its empirical distribution as forecast.

    CRPS = E|X − y| − E|X − X'| / 2 (Gneiting and Raftery 2007, equation 21).

    Parameters
    ----------
    draws
        [D, ...].
    observed
        [...].

    Returns
    -------
    NDArray
        [...] scores in the unit of the observations.

    Raises
    ------
    InputError
        When the shapes do not fit, there is no draw, or scoringrules is not installed.
    """
    _check(draws, observed)
    # The quantile decomposition is the same number for one sort instead of all pairs of draws.
    return np.asarray(
        load_scoringrules().crps_ensemble(
            observed, draws, m_axis=0, estimator="qd", backend=_BACKEND
        )
    )


def weighted_interval_score(
    draws: Float, observed: Float, levels: tuple[float, ...] = LEVELS
) -> Float:
    """Weighted interval score of an ensemble, from its median and central intervals.

    (|y − median| / 2 + Σ (1 − level) / 2 × interval score) / (number of levels + 1/2), which is
    twice the mean pinball loss of the median and the ends of the intervals (Bracher et al. 2021,
    equation 3).  It is worked out in the latter form: of scoringrules 0.10, the function named
    after the score adds the median instead of its distance from what was observed.

    Parameters
    ----------
    draws
        [D, ...].
    observed
        [...].
    levels
        [K] of the central intervals, between 0 and 1.

    Returns
    -------
    NDArray
        [...] scores in the unit of the observations.

    Raises
    ------
    InputError
        When the shapes do not fit, there is no draw, or scoringrules is not installed.
    """
    _check(draws, observed)
    tails = (1.0 - np.array(levels)) / 2.0
    shares = np.concatenate([tails, [0.5], 1.0 - tails])
    quantiles = np.moveaxis(np.quantile(draws, shares, axis=0), 0, -1)
    return np.asarray(
        load_scoringrules().crps_quantile(observed, quantiles, shares, backend=_BACKEND)
    )


def covered(draws: Float, observed: Float, level: float) -> NDArray[np.bool_]:
    """Whether the observation lies in the central interval, its ends included.

    Parameters
    ----------
    draws
        [D, ...].
    observed
        [...].
    level
        Share of the draws inside the interval.

    Returns
    -------
    NDArray
        [...].

    Raises
    ------
    InputError
        When the shapes do not fit or there is no draw.
    """
    _check(draws, observed)
    low, high = np.quantile(draws, ((1 - level) / 2, (1 + level) / 2), axis=0)
    return np.asarray((observed >= low) & (observed <= high))


def load_scoringrules() -> Any:
    """The library of scores, imported when first needed.

    Raises
    ------
    InputError
        When it is not installed.
    """
    try:
        import scoringrules
    except ImportError:
        raise InputError(
            "needs scoringrules: pip install 'thinwalls[evidence]'", field="--outbreaks"
        ) from None
    return scoringrules


def _check(draws: Float, observed: Float) -> None:
    if draws.ndim < 1 or draws.shape[0] < 1:
        raise InputError("needs at least one draw", field="draws")
    if draws.shape[1:] != observed.shape:
        raise InputError(
            "have shape {shape} without the draws, observations {observed}",
            field="draws",
            shape=draws.shape[1:],
            observed=observed.shape,
        )


def last_value(weekly: Float, weeks: int, draws: int, seed: int) -> Float:
    """The last value carried on, as uncertain as weekly changes were so far.

    Every week adds a change drawn from those of the history, with either sign (the baseline of the
    COVID-19 Forecast Hub: Cramer EY et al., PNAS 2022;119:e2113561119), so the median stays at the
    last value; below zero is zero.

    Parameters
    ----------
    weekly
        [..., W] history, new cases per week.
    weeks, draws
        Numbers of weeks to forecast and of draws.
    seed
        Of the chance of the forecast.

    Returns
    -------
    NDArray
        [draws, ..., weeks] new cases per week.
    """
    changes = np.diff(weekly, axis=-1)
    random = np.random.default_rng([seed, 3])
    shape = (draws, *weekly.shape[:-1], weeks)
    which = random.integers(changes.shape[-1], size=shape)
    sign = random.integers(2, size=shape) * 2.0 - 1.0
    steps = sign * np.take_along_axis(np.broadcast_to(changes, (draws, *changes.shape)), which, -1)
    return np.asarray(np.maximum(weekly[..., -1:] + np.cumsum(steps, axis=-1), 0.0))


def growth_extrapolation(weekly: Float, weeks: int, draws: int, seed: int) -> Float:
    """The mean weekly growth of the last weeks carried on.

    Growth is that of log(1 + cases) over :data:`GROWTH_WEEKS`; every week adds a residual drawn
    from how the weekly growth of the history differed from its mean.  Values are kept below 1,000
    times the largest of the history, which only a runaway extrapolation reaches.

    Parameters
    ----------
    weekly
        [..., W] history, new cases per week.
    weeks, draws
        Numbers of weeks to forecast and of draws.
    seed
        Of the chance of the forecast.

    Returns
    -------
    NDArray
        [draws, ..., weeks] new cases per week.
    """
    log = np.log1p(weekly)
    growth = np.diff(log, axis=-1)
    recent = growth[..., -GROWTH_WEEKS:].mean(axis=-1, keepdims=True)
    residual = growth - growth.mean(axis=-1, keepdims=True)
    random = np.random.default_rng([seed, 4])
    which = random.integers(growth.shape[-1], size=(draws, *weekly.shape[:-1], weeks))
    noise = np.take_along_axis(np.broadcast_to(residual, (draws, *residual.shape)), which, -1)
    path = log[..., -1:] + np.cumsum(recent + noise, axis=-1)
    most = np.log1p(1_000.0 * np.maximum(weekly.max(axis=-1, keepdims=True), 1.0))
    return np.asarray(np.expm1(np.clip(path, 0.0, most)))
