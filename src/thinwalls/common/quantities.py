"""Numbers that are known with uncertainty: a distribution, a unit and where it comes from.

A :class:`Quantity` says what is known about one number.  It is written the way papers print
numbers (``median 5, 95 % interval 3 to 9``) and turned into values through its quantile function,
so a quasi-random design over (0, 1) gives a sample and a paired scenario the same value.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self, overload

import numpy as np
from pydantic import Field, field_validator, model_validator

from thinwalls.common.distributions import Shape, shape_of
from thinwalls.common.errors import FieldError, InputError, Message
from thinwalls.common.typed_records import TypedRecord

if TYPE_CHECKING:
    from thinwalls.common.array_types import Float

Distribution = Literal[
    "fixed",
    "uniform",
    "loguniform",
    "triangular",
    "normal",
    "lognormal",
    "beta",
    "gamma",
]
Tag = Literal["seen", "seen-2", "derived", "assumption", "counted", "definition"]

EDGE = 1e-12
"""Quantiles are taken in [EDGE, 1 - EDGE], so an unbounded distribution stays finite."""

_FORMS: dict[str, tuple[frozenset[str], ...]] = {
    name: tuple(frozenset(form.split()) for form in forms)
    for name, forms in {
        "fixed": ("value",),
        "uniform": ("low high",),
        "loguniform": ("low high",),
        "triangular": ("low mode high",),
        "normal": ("mean sd", "mean low high", "low high"),
        "lognormal": ("median low high", "low high", "mean sd"),
        "beta": ("mean sd", "mean low high"),
        "gamma": ("mean sd", "mean low high"),
    }.items()
}
_SHAPE_FIELDS = ("value", "low", "mode", "high", "mean", "sd", "median")


class Quantity(TypedRecord):
    """One number with its uncertainty, unit and source.

    Ways to state it (``level`` is the probability between ``low`` and ``high``; it matters for
    normal, lognormal, beta and gamma only):

    ===========  ==========================================================
    fixed        ``value``
    uniform      ``low``, ``high``
    loguniform   ``low``, ``high``: every factor of two alike
    triangular   ``low``, ``mode``, ``high``
    normal       ``mean``, ``sd``; or ``mean``, ``low``, ``high``; or ``low``, ``high``
    lognormal    ``median``, ``low``, ``high``; or ``low``, ``high``; or ``mean``, ``sd``
    beta         ``mean``, ``sd``; or ``mean``, ``low``, ``high``
    gamma        ``mean``, ``sd``; or ``mean``, ``low``, ``high``
    ===========  ==========================================================

    Where centre and interval are both given, the centre is kept and the width of the interval
    gives the spread.  ``min`` and ``max`` cut the distribution off (what is inside is scaled up).

    ``tag`` says how the number is known: ``seen`` in the source itself, ``seen-2`` in a secondary
    place, ``derived`` from seen numbers as the note says, or ``assumption``.  Two tags say why a
    number has no uncertainty: it was ``counted``, or it is part of a ``definition``.

    Raises
    ------
    InputError
        When the fields do not describe a distribution, or a tag other than ``assumption`` comes
        without a source.
    """

    distribution: Distribution = "fixed"
    value: float | None = None
    low: float | None = None
    mode: float | None = None
    high: float | None = None
    mean: float | None = None
    sd: float | None = Field(default=None, gt=0)
    median: float | None = None
    level: float = Field(default=0.95, gt=0, lt=1)
    min: float | None = None
    max: float | None = None
    unit: str = ""
    source: str = ""
    tag: Tag = "assumption"
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _is_a_table(cls, data: object) -> object:
        if isinstance(data, bool | int | float | str):
            raise FieldError("must say its distribution, for example { value = 0.3 }")
        return data

    @field_validator("tag", mode="before")
    @classmethod
    def _not_from_memory(cls, tag: object) -> object:
        if isinstance(tag, str) and tag.strip("[]").lower() == "memory":
            raise FieldError(
                "a number from memory is never a default: "
                "find its source, or tag it assumption with a wide distribution"
            )
        return tag

    @model_validator(mode="after")
    def _describes_a_distribution(self) -> Self:
        given = frozenset(name for name in _SHAPE_FIELDS if getattr(self, name) is not None)
        forms = _FORMS[self.distribution]
        if given not in forms:
            ways = " or ".join(", ".join(sorted(form, key=_SHAPE_FIELDS.index)) for form in forms)
            have = ", ".join(sorted(given, key=_SHAPE_FIELDS.index)) or "nothing"
            raise FieldError(
                "{distribution} needs {ways}; given: {given}",
                distribution=self.distribution,
                ways=ways,
                given=have,
            )
        self._check_order()
        self._check_support()
        if self.tag in ("counted", "definition") and not self.is_fixed:
            raise FieldError("tag {tag} is for a fixed value, not for a distribution", tag=self.tag)
        if self.tag != "assumption" and not self.source.strip():
            raise FieldError(
                "tag {tag} needs a source (citation with DOI, PMCID or address)", tag=self.tag
            )
        return self

    def _check_order(self) -> None:
        low, high = self.low, self.high
        if low is not None and high is not None:
            if not low < high:
                raise FieldError(
                    "low = {low} must be less than high = {high}", low=f"{low:g}", high=f"{high:g}"
                )
            for name in ("mode", "mean", "median"):
                centre = getattr(self, name)
                if centre is not None and not low <= centre <= high:
                    raise FieldError(
                        "{name} = {centre} must be between low and high",
                        name=name,
                        centre=f"{centre:g}",
                    )
        if self.min is not None and self.max is not None and not self.min < self.max:
            raise FieldError(
                "min = {low} must be less than max = {high}",
                low=f"{self.min:g}",
                high=f"{self.max:g}",
            )

    def _check_support(self) -> None:
        if self.distribution == "fixed":
            if self.min is not None or self.max is not None:
                raise FieldError("min and max make no sense for a fixed value")
            return
        if self.distribution in ("loguniform", "lognormal", "gamma"):
            for name in ("low", "mean", "median"):
                number = getattr(self, name)
                if number is not None and number <= 0:
                    raise FieldError(
                        "{name} = {number} must be more than 0", name=name, number=f"{number:g}"
                    )
        if self.distribution == "beta":
            mean = self.mean
            if mean is None or not 0 < mean < 1:
                raise FieldError("mean = {mean} must be between 0 and 1", mean=mean)
        shape = self._shape()
        lower, upper = self._cut(shape)
        if not upper - lower > EDGE:
            raise FieldError("min and max leave nothing of the distribution")

    @property
    def is_fixed(self) -> bool:
        """Whether there is nothing to draw."""
        return self.distribution == "fixed"

    @property
    def central(self) -> float:
        """The value as published: the stated centre if there is one, else the median."""
        for stated in (self.value, self.median, self.mode, self.mean):
            if stated is not None:
                return min(max(stated, self._lower()), self._upper())
        return self.quantile(0.5)

    @overload
    def quantile(self, u: float) -> float: ...
    @overload
    def quantile(self, u: Float) -> Float: ...
    def quantile(self, u: float | Float) -> float | Float:
        """Value below which a share ``u`` of the distribution lies; increasing in ``u``.

        Parameters
        ----------
        u
            Share or array of shares in [0, 1].

        Raises
        ------
        InputError
            When ``u`` is outside [0, 1].
        """
        shares = np.asarray(u, dtype=np.float64)
        if not bool(np.all((shares >= 0.0) & (shares <= 1.0))):
            raise InputError("must be between 0 and 1", field="u", value=u)
        if self.value is not None:
            values = np.full(shares.shape, self.value)
        else:
            shape = self._shape()
            lower, upper = self._cut(shape)
            inside = np.clip(shares, EDGE, 1.0 - EDGE)
            values = shape.quantile(lower + inside * (upper - lower))
            values = np.clip(values, self._lower(), self._upper())
        return float(values) if shares.ndim == 0 else values

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Central interval that holds ``level`` of the distribution."""
        if not 0 < level < 1:
            raise InputError("must be between 0 and 1", field="level", value=level)
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    @property
    def fingerprint(self) -> str:
        """Eight characters that differ when the distribution differs (not the words about it)."""
        numbers = self.model_dump(exclude={"source", "tag", "note"}, exclude_defaults=True)
        text = json.dumps(numbers, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit and self.unit != "1" else ""
        if self.is_fixed:
            return f"{self.central:.4g}{unit}"
        low, high = self.interval()
        return f"{self.central:.3g} ({low:.3g} to {high:.3g}){unit}"

    def _lower(self) -> float:
        return -math.inf if self.min is None else self.min

    def _upper(self) -> float:
        return math.inf if self.max is None else self.max

    def _shape(self) -> Shape:
        numbers: dict[str, Any] = {name: getattr(self, name) for name in _SHAPE_FIELDS}
        return shape_of(self.distribution, numbers, self.level)

    def _cut(self, shape: Shape) -> tuple[float, float]:
        lower = 0.0 if self.min is None else float(shape.share_below(self.min))
        upper = 1.0 if self.max is None else float(shape.share_below(self.max))
        return lower, upper


_TIME = frozenset({"hour", "hours", "week", "weeks", "month", "months", "year", "years"})
_COUNTED = frozenset({"%", "percent", "per", "people", "dollars", "$", "miles", "tests", "beds"})
_TAIL = 1e-3


@dataclass(frozen=True)
class Bounds:
    """What a number can be: between two values, in days or without a dimension."""

    low: float
    high: float
    what: Message
    """in words, for errors"""
    in_days: bool = False

    def problem(self, given: Quantity) -> Message | None:
        """What is wrong with a value, or None.

        Of a distribution without ends a thousandth may lie outside at either side.
        """
        words = given.unit.replace("%", "% ").lower().split()
        wrong = _TIME | (_COUNTED if self.in_days else _COUNTED | {"day", "days"})
        if words and words[0] in wrong:
            return Message(
                "has the unit {unit}, must be {hint}", unit=repr(given.unit), hint=self.what
            )
        least, most = given.quantile(_TAIL), given.quantile(1.0 - _TAIL)
        if least < self.low or most > self.high:
            outside = least if least < self.low else most
            return Message(
                "is {number}, must be between {low} and {high}: {hint}",
                number=f"{outside:.3g}",
                low=f"{self.low:g}",
                high=f"{self.high:g}",
                hint=self.what,
            )
        return None


A_SHARE = Bounds(0.0, 1.0, Message("a share from 0 to 1 (0.3 for 30 %)"))
SOME_DAYS = Bounds(0.0, 3650.0, Message("days"), in_days=True)
