"""Individual variation in infectiousness: few people infect many, most infect nobody.

With dispersion k, the infections caused by one person are negative binomial with mean R, that is
Poisson with a mean that is Gamma(k) distributed between people (Lloyd-Smith et al. 2005,
"Superspreading and the effect of individual variation on disease emergence", Nature 438:355-359).

The engine lets what people pass on grow as a Gamma process in the time for which they are
contagious (``Cells.contagion_shape_per_day``): of all who are contagious for T days with shape c a
day each passes on an amount that is Gamma(c T) distributed with mean T, whatever the number of
people, settings and steps.  It is the noise of Breto and Ionides 2011, "Compound Markov counting
processes and their applications to modeling infinitesimally over-dispersed systems", Stochastic
Processes and their Applications 121:2571-2591, with a rate that follows the people.

Part of the variation is there already, because infectious periods differ.  So c is such that what
decides whether an introduction takes hold is that of the negative binomial distribution: above
R = 1 the chance q that the descendants of one person die out,

    q = E exp(-R (1 - q) A) = (1 + R (1 - q) / k)^-k,

A being what a person passes on (mean 1), and up to R = 1 the chance that a person infects nobody,
E exp(-R A) = (1 + R / k)^-k.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.plan.stage_graph import infected_stages, leave_probability

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.engine.contract.inputs import Stages

_POINTS: Final = 48
"""Points at which the transform of a course is worked out; between them it is interpolated."""
_LEAST, _MOST = 1e-3, 1e3
"""Of what is passed on, times its mean, at the first and last point."""
_HALVINGS: Final = 60
_SMALLEST: Final = 0.02
"""Least number passed on at which transforms are compared: there their variances decide."""
_NO_MORE: Final = 2e-3
"""Differences of transforms that interpolation may make: no variation beyond that of periods."""


def extinction_chance(reproduction: Float, k: float) -> Float:
    """Chance that the descendants of one person die out, for negative binomial offspring.

    The smallest solution of q = (1 + R (1 - q) / k)^-k; 1 up to R = 1.

    Parameters
    ----------
    reproduction
        R, any shape.
    k
        Dispersion, above 0.
    """
    r = np.asarray(reproduction, dtype=np.float64)
    low, high = np.zeros_like(r), np.ones_like(r)
    for _ in range(_HALVINGS):
        # Below the smallest solution the right-hand side is larger than q, above it smaller.
        middle = (low + high) / 2
        above = (1.0 + r * (1.0 - middle) / k) ** -k < middle
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(r > 1.0, (low + high) / 2, 1.0)


def contagion_shape(
    stages: Stages,
    reproduction: Float,
    k: float,
    *,
    step_days: float,
    severity_row: int = 0,
    linear: bool = False,
) -> Float:
    """Shape per day of full contagiousness with which offspring have dispersion k.

    Parameters
    ----------
    stages
        The course of the disease.
    reproduction
        [n] reproduction numbers at which the infections caused are those of the negative binomial
        distribution, above 0.
    k
        Dispersion, above 0; small: few people cause most infections.
    step_days, linear
        As in :class:`thinwalls.engine.Inputs`.
    severity_row
        Whose course.

    Returns
    -------
    [n] shapes; ``inf`` where infectious periods alone differ as much or more.

    Raises
    ------
    EngineError
        For a dispersion or a reproduction number that is not above 0.
    """
    if not (np.isfinite(k) and k > 0):
        raise EngineError("k", "must be above 0", value=k)
    r = np.asarray(reproduction, dtype=np.float64)
    if not np.all(r > 0.0):
        raise EngineError("reproduction", "must be above 0", value=float(r.min()))
    mean, points, log_transform = _transform(stages, step_days, severity_row, linear)
    q = extinction_chance(r, k)
    # In units of the mean: s of the formula above, and the wanted transform there.
    s = np.maximum(np.where(r > 1.0, r * (1.0 - q), r), _SMALLEST)
    wanted = -k * np.log1p(s / k)
    # With theta = c log(1 + s / c) the transform of the process is that of the course at theta.
    theta = np.exp(np.interp(np.log(-wanted), np.log(-log_transform), np.log(points)))
    made = np.full(r.shape, np.inf)
    varied = theta < s * (1.0 - _NO_MORE)
    made[varied] = _shape_of(theta[varied] / s[varied]) * s[varied] / mean
    return made


def _shape_of(ratio: Float) -> Float:
    """Shape c over s at which c log(1 + s / c) is ``ratio`` times s."""
    # log(1 + y) / y falls from 1 to 0; y = s / c.
    low, high = np.full(ratio.shape, 1e-9), np.full(ratio.shape, 1e12)
    for _ in range(_HALVINGS):
        middle = np.sqrt(low * high)
        larger = np.log1p(middle) / middle > ratio
        low, high = np.where(larger, middle, low), np.where(larger, high, middle)
    return np.asarray(1.0 / np.sqrt(low * high))


def _transform(
    stages: Stages, step_days: float, severity_row: int, linear: bool
) -> tuple[float, Float, Float]:
    """Mean activity of a course in days; points; and log E exp(-point x activity / mean) there.

    With g_s the transform of the activity to come from stage s and P the probabilities of a step,
    g = exp(-theta iota dt) (P g + what leaves the infected stages).
    """
    leave = leave_probability(stages, step_days, linear)
    infected = np.flatnonzero(infected_stages(stages))
    n = len(stages.dwell_days)
    moves = np.zeros((n, n))
    at = (stages.branch_from.astype(np.int64), stages.branch_to.astype(np.int64))
    np.add.at(moves, at, stages.branch_probability[severity_row])
    moves *= leave[:, None]
    moves[np.arange(n), np.arange(n)] += 1.0 - leave
    within = moves[np.ix_(infected, infected)]
    leaving = 1.0 - within.sum(axis=1)
    reward = stages.infectiousness[infected] * step_days
    share = np.zeros(n)
    if stages.entry is None or stages.entry_probability is None:
        share[stages.infected] = 1.0
    else:
        np.add.at(share, stages.entry.astype(np.int64), stages.entry_probability[severity_row])
    identity = np.eye(len(infected))
    mean = float(share[infected] @ np.linalg.solve(identity - within, reward))
    points = np.logspace(np.log10(_LEAST), np.log10(_MOST), _POINTS)
    passed = np.exp(-points[:, None] / mean * reward[None, :])
    matrices = identity[None] - passed[:, :, None] * within[None]
    found = np.linalg.solve(matrices, (passed * leaving[None, :])[:, :, None])[:, :, 0]
    # Nearly linear between the points: the logarithm of the transform against that of the point.
    return mean, points, np.log(np.maximum(found @ share[infected], np.finfo(float).tiny))
