"""Who: selectors of people that compose, in Python and in text alike.

``(age >= 50) | vulnerable``, ``threat_level == "none"``, ``pretrial & ~facility("STEWART")``.
A selector knows nothing of a system; it is asked for a mask over columns of attributes.
"""

from __future__ import annotations

import json
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from thinwalls.common import InputError

Mask = NDArray[np.bool_]
Attributes = Mapping[str, NDArray[Any]]
Comparison = Literal["<", "<=", ">", ">=", "==", "!="]

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_AGE_WORDS = {
    "<": "younger than {}",
    "<=": "{} or younger",
    ">": "older than {}",
    ">=": "{} or older",
    "==": "exactly {}",
    "!=": "not {}",
}
THREAT_LEVELS = ("1", "2", "3", "none")
"""ICE threat levels: 1 most serious convictions, none without convictions."""


@dataclass(frozen=True, eq=True)
class Selector(ABC):
    """A rule that says of every person whether they are meant."""

    @abstractmethod
    def mask(self, attributes: Attributes) -> Mask:
        """Which rows are meant.

        :param attributes: columns of equal length: ``age_low``, ``age_high``, ``vulnerable``,
            ``custody_class``, ``facility_id``, ``state``, ``kind``, ``vaccinated``, ``group``.

        Raises
        ------
        InputError
            If a column that the selector needs is not there.
        """

    @property
    @abstractmethod
    def text(self) -> str:
        """The rule in plain words."""

    def references(self) -> frozenset[tuple[str, str]]:
        """(column, value) pairs that the selector names, to be checked against a system."""
        return frozenset()

    def age_cuts(self) -> frozenset[int]:
        """Ages at which age bands should start so that the selector is exact."""
        return frozenset()

    def __and__(self, other: Selector) -> Selector:
        return And(self, _selector(other))

    def __or__(self, other: Selector) -> Selector:
        return Or(self, _selector(other))

    def __invert__(self) -> Selector:
        return Not(self)

    def __bool__(self) -> bool:
        raise InputError("selectors join with &, | and ~ in Python, not with and, or, not")


def _selector(value: object) -> Selector:
    if isinstance(value, Selector):
        return value
    raise InputError("is no selector; write for example (age >= 50) | vulnerable", value=value)


def _column(attributes: Attributes, name: str) -> NDArray[Any]:
    if name not in attributes:
        raise InputError("is not known here, so nobody can be selected by it: {name}", name=name)
    return np.asarray(attributes[name])


@dataclass(frozen=True)
class Everyone(Selector):
    """All people."""

    @override
    def mask(self, attributes: Attributes) -> Mask:
        length = len(next(iter(attributes.values()))) if attributes else 0
        return np.ones(length, dtype=np.bool_)

    @property
    @override
    def text(self) -> str:
        return "everyone"

    def __str__(self) -> str:
        return "everyone"


@dataclass(frozen=True)
class Age(Selector):
    """People by age; a band of ages is meant when its middle is."""

    comparison: Comparison
    years: int

    def __post_init__(self) -> None:
        if not isinstance(self.years, int) or not 0 <= self.years <= 130:
            raise InputError("must be a whole number of years", field="age", value=self.years)

    @override
    def mask(self, attributes: Attributes) -> Mask:
        low = _column(attributes, "age_low").astype(np.float64)
        high = _column(attributes, "age_high").astype(np.float64)
        if self.comparison in ("==", "!="):
            inside = (low <= self.years) & (self.years <= high)
            return inside if self.comparison == "==" else ~inside
        # Whole years: 49.5 is between 49 and 50, so < 50 and <= 49 mean the same.
        border = self.years - 0.5 if self.comparison in ("<", ">=") else self.years + 0.5
        middle = (low + high) / 2
        return np.asarray(
            middle < border if self.comparison in ("<", "<=") else middle > border, dtype=np.bool_
        )

    @property
    @override
    def text(self) -> str:
        return "aged " + _AGE_WORDS[self.comparison].format(self.years)

    @override
    def age_cuts(self) -> frozenset[int]:
        if self.comparison in ("==", "!="):
            return frozenset({self.years, self.years + 1})
        return frozenset({self.years + (self.comparison in ("<=", ">"))})

    def __str__(self) -> str:
        return f"age {self.comparison} {self.years}"


@dataclass(frozen=True)
class Flag(Selector):
    """People for whom something is so."""

    column: Literal["vulnerable", "vaccinated"]

    @override
    def mask(self, attributes: Attributes) -> Mask:
        return _column(attributes, self.column).astype(np.bool_)

    @property
    @override
    def text(self) -> str:
        words = {"vulnerable": "medically vulnerable", "vaccinated": "vaccinated"}
        return words[self.column]

    def __str__(self) -> str:
        return self.column


@dataclass(frozen=True)
class Equals(Selector):
    """People whose attribute has a value."""

    column: Literal["custody_class", "facility_id", "state", "kind", "group"]
    value: str

    @override
    def mask(self, attributes: Attributes) -> Mask:
        return np.asarray(_column(attributes, self.column).astype(str) == self.value, np.bool_)

    @property
    @override
    def text(self) -> str:
        match self.column:
            case "custody_class" if self.value in THREAT_LEVELS:
                return (
                    "without a threat level"
                    if self.value == "none"
                    else (f"at threat level {self.value}")
                )
            case "custody_class":
                return f"held as {self.value}"
            case "facility_id":
                return f"in {self.value}"
            case "state":
                return f"in the state {self.value}"
            case "kind":
                return f"in a place of the kind {self.value}"
            case _:
                return self.value

    @override
    def references(self) -> frozenset[tuple[str, str]]:
        return frozenset({(self.column, self.value)})

    def __str__(self) -> str:
        quoted = json.dumps(self.value, ensure_ascii=False)
        match self.column:
            case "custody_class" if self.value in ("pretrial", "sentenced"):
                return self.value
            case "custody_class" if self.value in THREAT_LEVELS:
                return f"threat_level == {quoted}"
            case "custody_class":
                return f"custody_class == {quoted}"
            case "facility_id":
                return f"facility({quoted})"
            case _:
                return f"{self.column}({quoted})"


@dataclass(frozen=True)
class _Pair(Selector):
    left: Selector
    right: Selector

    @override
    def references(self) -> frozenset[tuple[str, str]]:
        return self.left.references() | self.right.references()

    @override
    def age_cuts(self) -> frozenset[int]:
        return self.left.age_cuts() | self.right.age_cuts()


@dataclass(frozen=True)
class And(_Pair):
    """People whom both rules mean."""

    @override
    def mask(self, attributes: Attributes) -> Mask:
        return self.left.mask(attributes) & self.right.mask(attributes)

    @property
    @override
    def text(self) -> str:
        return f"{_grouped(self.left, And)} and {_grouped(self.right, And)}"

    def __str__(self) -> str:
        return f"({self.left}) & ({self.right})"


@dataclass(frozen=True)
class Or(_Pair):
    """People whom at least one of two rules means."""

    @override
    def mask(self, attributes: Attributes) -> Mask:
        return self.left.mask(attributes) | self.right.mask(attributes)

    @property
    @override
    def text(self) -> str:
        return f"{_grouped(self.left, Or)} or {_grouped(self.right, Or)}"

    def __str__(self) -> str:
        return f"({self.left}) | ({self.right})"


@dataclass(frozen=True)
class Not(Selector):
    """People whom a rule does not mean."""

    inner: Selector

    @override
    def mask(self, attributes: Attributes) -> Mask:
        return ~self.inner.mask(attributes)

    @property
    @override
    def text(self) -> str:
        return f"not {_grouped(self.inner, Not)}"

    @override
    def references(self) -> frozenset[tuple[str, str]]:
        return self.inner.references()

    @override
    def age_cuts(self) -> frozenset[int]:
        return self.inner.age_cuts()

    def __str__(self) -> str:
        return f"~({self.inner})"


def _grouped(selector: Selector, inside: type[Selector]) -> str:
    joined = isinstance(selector, And | Or)
    return f"({selector.text})" if joined and not isinstance(selector, inside) else selector.text


everyone = Everyone()
