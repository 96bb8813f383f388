"""Two estimators that observational studies used, for use on simulated outbreaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import RunError

if TYPE_CHECKING:
    from thinwalls.common import Float

_TURNS = 100
_CLOSE = 1e-10


def poisson_regression(counts: Float, covariates: Float, exposure: Float) -> Float:
    """[p + 1] intercept and coefficients of log rate on covariates, by Newton's method.

    The point estimates of generalised estimating equations with a Poisson mean, a log link and
    independent working correlation (Liang and Zeger 1986, Biometrika 73:13-22).

    Parameters
    ----------
    counts, exposure
        [n] events, and person-time (its logarithm is the offset).
    covariates
        [n, p].

    Raises
    ------
    RunError
        When there are no events or the iteration does not settle.
    """
    if counts.sum() <= 0:
        raise RunError("a Poisson regression needs events")
    design = np.column_stack([np.ones(len(counts)), covariates])
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(counts.sum() / exposure.sum())
    for _ in range(_TURNS):
        mean = exposure * np.exp(np.clip(design @ beta, -50.0, 50.0))
        step = np.linalg.solve(design.T @ (design * mean[:, None]), design.T @ (counts - mean))
        largest = np.abs(step).max()
        beta = beta + step * min(1.0, 1.0 / largest) if largest > 0 else beta
        if largest < _CLOSE:
            return np.asarray(beta)
    raise RunError("a Poisson regression did not settle")


def hazard_ratio(events: Float, at_risk: Float) -> float:
    """Hazard ratio of the second group over the first, stratified by time and place.

    Mantel and Haenszel's estimator of a common ratio of rates (Greenland and Robins 1985,
    Biometrics 41:55-68): sum of d_1 n_0 / n over sum of d_0 n_1 / n, near the Cox estimate for
    one binary covariate.

    Parameters
    ----------
    events, at_risk
        [strata, 2] events and people at risk of the two groups.

    Raises
    ------
    RunError
        When there is no event in the first group.
    """
    total = at_risk.sum(axis=1)
    there = total > 0
    n, d, total = at_risk[there], events[there], total[there]
    below = float((d[:, 0] * n[:, 1] / total).sum())
    if below <= 0:
        raise RunError("a hazard ratio needs events in the first group")
    return float((d[:, 1] * n[:, 0] / total).sum()) / below
