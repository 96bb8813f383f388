"""Quantile and distribution functions of the shapes that a quantity can have.

Only ``scipy.special`` is used, and only when a value is asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from thinwalls.common.errors import FieldError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thinwalls.common.array_types import Float


class Shape(Protocol):
    """A continuous distribution."""

    def quantile(self, share: Float) -> Float:
        """Value below which a share of the distribution lies."""

    def share_below(self, value: float) -> float:
        """Share of the distribution below a value."""


@dataclass(frozen=True, slots=True)
class _Uniform:
    low: float
    high: float

    def quantile(self, share: Float) -> Float:
        return self.low + share * (self.high - self.low)

    def share_below(self, value: float) -> float:
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class _Log:
    """A distribution of the logarithm."""

    inner: Shape

    def quantile(self, share: Float) -> Float:
        return np.exp(self.inner.quantile(share))

    def share_below(self, value: float) -> float:
        return self.inner.share_below(math.log(value)) if value > 0 else 0.0


@dataclass(frozen=True, slots=True)
class _Triangular:
    low: float
    mode: float
    high: float

    def quantile(self, share: Float) -> Float:
        width = self.high - self.low
        left = (self.mode - self.low) / width
        rise = self.low + np.sqrt(share * width * (self.mode - self.low))
        fall = self.high - np.sqrt((1 - share) * width * (self.high - self.mode))
        return np.asarray(np.where(share < left, rise, fall), dtype=np.float64)

    def share_below(self, value: float) -> float:
        width = self.high - self.low
        if value <= self.low:
            return 0.0
        if value >= self.high:
            return 1.0
        if value < self.mode:
            return (value - self.low) ** 2 / (width * (self.mode - self.low))
        return 1.0 - (self.high - value) ** 2 / (width * (self.high - self.mode))


@dataclass(frozen=True, slots=True)
class _Normal:
    mean: float
    sd: float

    def quantile(self, share: Float) -> Float:
        from scipy.special import ndtri

        return np.asarray(self.mean + self.sd * ndtri(share), dtype=np.float64)

    def share_below(self, value: float) -> float:
        from scipy.special import ndtr

        return float(ndtr((value - self.mean) / self.sd))


@dataclass(frozen=True, slots=True)
class _Beta:
    a: float
    b: float

    def quantile(self, share: Float) -> Float:
        from scipy.special import betaincinv

        return np.asarray(betaincinv(self.a, self.b, share), dtype=np.float64)

    def share_below(self, value: float) -> float:
        from scipy.special import betainc

        return float(betainc(self.a, self.b, min(max(value, 0.0), 1.0)))


@dataclass(frozen=True, slots=True)
class _Gamma:
    shape: float
    scale: float

    def quantile(self, share: Float) -> Float:
        from scipy.special import gammaincinv

        return np.asarray(self.scale * gammaincinv(self.shape, share), dtype=np.float64)

    def share_below(self, value: float) -> float:
        from scipy.special import gammainc

        return float(gammainc(self.shape, max(value, 0.0) / self.scale))


def shape_of(name: str, numbers: Mapping[str, float | None], level: float) -> Shape:
    """The shape called ``name`` from what was stated.

    A beta or gamma distribution has the stated mean and standard deviation (method of moments); a
    lognormal one too, or its logarithm has the middle and width of the stated interval.  A width
    is turned into a standard deviation as that of a normal distribution.

    Parameters
    ----------
    name
        Of the distribution, as :class:`~thinwalls.common.quantities.Quantity` has it.
    numbers
        What was stated, by field; None where nothing was.
    level
        Share of the distribution between ``low`` and ``high``.

    Raises
    ------
    FieldError
        When no distribution has these numbers, or none is called so.
    """
    given = {key: number for key, number in numbers.items() if number is not None}
    match name:
        case "uniform":
            return _Uniform(given["low"], given["high"])
        case "loguniform":
            return _Log(_Uniform(math.log(given["low"]), math.log(given["high"])))
        case "triangular":
            return _Triangular(given["low"], given["mode"], given["high"])
        case "normal":
            centre = given.get("mean", (given.get("low", 0.0) + given.get("high", 0.0)) / 2)
            return _Normal(centre, _spread(given, level))
        case "lognormal":
            return _Log(_log_normal(given, level))
        case "beta":
            return _beta(given["mean"], _spread(given, level))
        case "gamma":
            mean, sd = given["mean"], _spread(given, level)
            return _Gamma((mean / sd) ** 2, sd**2 / mean)
        case _:
            raise FieldError("{name} has no shape", name=name)


def _spread(given: Mapping[str, float], level: float) -> float:
    if "sd" in given:
        return given["sd"]
    return (given["high"] - given["low"]) / (2 * _standard_normal(level))


def _standard_normal(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + level) / 2))


def _log_normal(given: Mapping[str, float], level: float) -> _Normal:
    if "sd" in given:
        variance = math.log1p((given["sd"] / given["mean"]) ** 2)
        return _Normal(math.log(given["mean"]) - variance / 2, math.sqrt(variance))
    low, high = math.log(given["low"]), math.log(given["high"])
    centre = math.log(given["median"]) if "median" in given else (low + high) / 2
    return _Normal(centre, (high - low) / (2 * _standard_normal(level)))


def _beta(mean: float, sd: float) -> _Beta:
    size = mean * (1 - mean) / sd**2 - 1
    if size <= 0:
        raise FieldError(
            "a share with mean {mean} cannot have a standard deviation of {sd}",
            mean=f"{mean:g}",
            sd=f"{sd:g}",
        )
    return _Beta(mean * size, (1 - mean) * size)
