"""The Rt estimator of the Recidiviz dashboard, written anew from its description.

Bettencourt and Ribeiro's filter (PLoS ONE 2008;3:e2185) as the program used it: new cases of each
record are Poisson with mean n exp(gamma (R - 1)), n the new cases of the record before; R drifts
by a Gaussian step.  Gaps between records are taken for one day whatever they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm, poisson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.common import Float


GRID = np.linspace(0.0, 12.0, 1201)
SERIAL_DAYS = 7.0
DRIFT = 0.25
WINDOW, WINDOW_SD = 7, 2.0
LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class Estimate:
    """Rt by record (the first is dropped), with 90 % intervals, rounded to two digits."""

    middle: Float
    low: Float
    high: Float


def smoothed(values: Float) -> Float:
    """Centred Gaussian mean over seven records, the weights of missing records left out."""
    reach = WINDOW // 2
    offset = np.arange(-reach, reach + 1)
    weight = np.exp(-0.5 * (offset / WINDOW_SD) ** 2)
    out = np.empty(len(values))
    for j in range(len(values)):
        at = j + offset
        inside = (at >= 0) & (at < len(values))
        there = inside.copy()
        there[inside] = np.isfinite(values[at[inside]])
        out[j] = (weight[there] @ values[at[there]]) / weight[there].sum()
    return out


def estimate(cumulative: Sequence[float], gap_days: float = 1.0) -> Estimate:
    """Rt from cumulative cases; ``gap_days`` between records (the program always takes 1)."""
    new = np.concatenate([[np.nan], np.diff(np.asarray(cumulative, np.float64))])
    counts = np.round(smoothed(new))
    counts[counts == 0] = 1.0
    growth = np.exp(gap_days / SERIAL_DAYS * (GRID - 1))
    mean = counts[:-1, None] * growth
    likelihood = poisson.pmf(counts[1:, None], mean)
    step = norm.pdf(GRID[:, None], loc=GRID, scale=DRIFT)
    step /= step.sum(axis=0)
    posterior = np.full(GRID.size, 1.0 / GRID.size)
    middle: list[float] = []
    low: list[float] = []
    high: list[float] = []
    for row in np.asarray(likelihood):
        posterior = row * (step @ posterior)
        posterior /= posterior.sum()
        middle.append(float(GRID[posterior.argmax()]))
        ends = shortest(posterior)
        low.append(ends[0])
        high.append(ends[1])
    series = (np.round(smoothed(np.array(one)), 2) for one in (middle, low, high))
    return Estimate(*series)


def shortest(density: Float) -> tuple[float, float]:
    """Ends of the shortest grid interval that holds more than 90 %."""
    total = np.cumsum(density)
    best = (0, GRID.size - 1)
    high = 0
    for low in range(GRID.size):
        while high < GRID.size and total[high] - total[low] <= LEVEL:
            high += 1
        if high == GRID.size:
            break
        if high - low < best[1] - best[0]:
            best = (low, high)
    return float(GRID[best[0]]), float(GRID[best[1]])
