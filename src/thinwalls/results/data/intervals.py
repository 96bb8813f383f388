"""Medians and intervals over draws.

A draw has its own parameters and its own chance events, so an interval over draws covers both
what is not known about the disease and what happens by chance in small groups of people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thinwalls.common import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEFAULT_LEVEL = 0.9


def bounds(level: float) -> tuple[float, float]:
    """Lower and upper probability of the central interval that holds ``level``."""
    if not 0.0 < level < 1.0:
        raise InputError("must be between 0 and 1", field="level", value=level)
    return (1.0 - level) / 2.0, (1.0 + level) / 2.0


def interval(values: NDArray[Any], level: float, axis: int = 0) -> NDArray[np.float64]:
    """Low, median and high of ``values`` along ``axis``; NaN are left out, all NaN gives NaN.

    Quantiles by linear interpolation between order statistics. Shape: (3, remaining axes).
    """
    low, high = bounds(level)
    moved = np.moveaxis(np.asarray(values, dtype=np.float64), axis, 0)
    out = np.full((3, *moved.shape[1:]), np.nan)
    present = ~np.isnan(moved)
    complete = present.all(axis=0)
    if moved.ndim == 1:
        kept = moved[present]
        return np.quantile(kept, (low, 0.5, high)) if kept.size else out
    if complete.any():
        out[:, complete] = np.quantile(moved[:, complete], (low, 0.5, high), axis=0)
    some = ~complete & present.any(axis=0)
    # NaN are sorted to the end, so columns of equally many numbers can be done together.
    ordered, count = np.sort(moved[:, some], axis=0), present[:, some].sum(axis=0)
    found = np.empty((3, ordered.shape[1]))
    for n in np.unique(count):
        same = count == n
        found[:, same] = np.quantile(ordered[:n, same], (low, 0.5, high), axis=0)
    out[:, some] = found
    return out


def column_names(prefix: str = "") -> tuple[str, str, str]:
    """Names of the three columns of an interval, in the order of :func:`interval`."""
    return (f"{prefix}low", f"{prefix}median", f"{prefix}high")
