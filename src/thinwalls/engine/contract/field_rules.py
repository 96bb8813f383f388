"""Rules that stand beside the fields of the contract, and the one checker that reads them.

A field of the contract says what it may hold in its type::

    infectiousness: Annotated[Float, Numbers("S")]

:func:`check_fields` finds the rules of a class by :func:`typing.get_type_hints` and applies them.
Letters are sizes that several arrays share; each is measured on one array, see
:func:`measured`.  What concerns several fields at once stands in the modules ``check_*``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol, get_type_hints, runtime_checkable

import numpy as np

from thinwalls.common import Message
from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.numba_support.decorators import compiled
from thinwalls.engine.numba_support.kernel_arrays import floats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from thinwalls.common import Float

NONE: Final = -1
"""Marks "no such thing" in every index array."""


@runtime_checkable
class Rule(Protocol):
    """What a field may hold."""

    @property
    def letters(self) -> tuple[str, ...]:
        """Sizes that the rule reads."""
        ...

    def check(self, name: str, value: Any, sizes: Mapping[str, int]) -> None:
        """Raise :class:`EngineError` unless the value can be used."""
        ...


@dataclass(frozen=True)
class Numbers:
    """An array of numbers between low and high, none of them NaN, infinite only if allowed."""

    shape: str
    """Letters of its axes, with blanks between them."""
    low: float = 0.0
    high: float = np.inf
    infinite: bool = False

    @property
    def letters(self) -> tuple[str, ...]:
        """Sizes of its axes."""
        return tuple(self.shape.split())

    def check(self, name: str, value: Any, sizes: Mapping[str, int]) -> None:
        """Raise :class:`EngineError`, naming the first entry that is out of bounds."""
        has_shape(name, value, tuple(sizes[letter] for letter in self.letters))
        _is_kind(name, value, "fiu", Message("numeric"))
        flat = floats(value).reshape(-1)
        at = first_outside(flat, float(self.low), float(self.high), bool(self.infinite))
        if at < 0:
            return
        low = f"{self.low:g}"
        if np.isfinite(self.high):
            high = f"{self.high:g}"
            refuse(name, value, at, "must be between {low} and {high}", low=low, high=high)
        if self.infinite:
            refuse(name, value, at, "must be at least {low}", low=low)
        refuse(name, value, at, "must be at least {low} and finite", low=low)


@dataclass(frozen=True)
class Indices:
    """An array of whole numbers with low <= value < below, a number or the letter of a size."""

    shape: str
    below: str | int
    low: int = 0
    unique: bool = False

    @property
    def letters(self) -> tuple[str, ...]:
        """Sizes of its axes, and what it counts."""
        return *self.shape.split(), *((self.below,) if isinstance(self.below, str) else ())

    def check(self, name: str, value: Any, sizes: Mapping[str, int]) -> None:
        """Raise :class:`EngineError`, naming the first entry that is out of bounds."""
        below = sizes[self.below] if isinstance(self.below, str) else self.below
        has_shape(name, value, tuple(sizes[letter] for letter in self.shape.split()))
        _is_kind(name, value, "iu", Message("integer"))
        if value.size and (value.min() < self.low or value.max() >= below):
            at = int(np.flatnonzero((value < self.low) | (value >= below))[0])
            if below <= self.low:
                refuse(name, value, at, "must not be given")
            high = below - 1
            refuse(name, value, at, "must be between {low} and {high}", low=self.low, high=high)
        if self.unique:
            _check_unique(name, value)


@dataclass(frozen=True)
class Starts:
    """Row starts of each group: from 0, never falling, up to the number of rows."""

    groups: str
    rows: str

    @property
    def letters(self) -> tuple[str, ...]:
        """Groups and rows."""
        return self.groups, self.rows

    def check(self, name: str, value: Any, sizes: Mapping[str, int]) -> None:
        """Raise :class:`EngineError`, naming the first start that does not fit."""
        groups, rows = sizes[self.groups], sizes[self.rows]
        has_shape(name, value, (groups + 1,))
        _is_kind(name, value, "iu", Message("integer"))
        if value[0] != 0:
            refuse(name, value, 0, "must be 0")
        falling = np.flatnonzero(np.diff(value) < 0)
        if falling.size:
            refuse(name, value, int(falling[0]) + 1, "must not be below the one before")
        if value[-1] != rows:
            refuse(name, value, groups, "must be the number of rows, {rows}", rows=rows)


@dataclass(frozen=True)
class Flags:
    """An array of True and False."""

    shape: str

    @property
    def letters(self) -> tuple[str, ...]:
        """Sizes of its axes."""
        return tuple(self.shape.split())

    def check(self, name: str, value: Any, sizes: Mapping[str, int]) -> None:
        """Raise :class:`EngineError` unless the array is boolean and of this shape."""
        has_shape(name, value, tuple(sizes[letter] for letter in self.letters))
        _is_kind(name, value, "b", Message("boolean"))


@dataclass(frozen=True)
class Keys:
    """Identities for the random numbers: unsigned, none of them twice unless ``shared``."""

    shape: str
    shared: bool = False

    @property
    def letters(self) -> tuple[str, ...]:
        """Size of its axis."""
        return (self.shape,)

    def check(self, name: str, value: Any, sizes: Mapping[str, int]) -> None:
        """Raise :class:`EngineError`, naming a key that is there twice."""
        has_shape(name, value, (sizes[self.shape],))
        _is_kind(name, value, "u", Message("unsigned integer"))
        if not self.shared:
            _check_unique(name, value)


@dataclass(frozen=True)
class Whole:
    """One whole number with low <= value < below, a number or the letter of a size."""

    low: int
    below: str | int

    @property
    def letters(self) -> tuple[str, ...]:
        """What it counts."""
        return (self.below,) if isinstance(self.below, str) else ()

    def check(self, name: str, value: Any, sizes: Mapping[str, int]) -> None:
        """Raise :class:`EngineError` unless the value is such a number."""
        below = sizes[self.below] if isinstance(self.below, str) else self.below
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise EngineError(name, "must be an integer", value=value)
        if not self.low <= value < below:
            raise EngineError(
                name,
                "must be between {low} and {high}",
                value=int(value),
                low=self.low,
                high=below - 1,
            )


_rules: Final[dict[type, dict[str, Rule]]] = {}
_letters: Final[dict[type, tuple[str, ...]]] = {}


def rules_of(part: type) -> dict[str, Rule]:
    """The rules that the fields of a class of the contract declare, in their order."""
    if part in _rules:
        return _rules[part]
    found: dict[str, Rule] = {}
    for field, hint in get_type_hints(part, include_extras=True).items():
        for extra in getattr(hint, "__metadata__", ()):
            if isinstance(extra, Rule):
                found[field] = extra
    _rules[part] = found
    return found


def letters_of(part: type) -> tuple[str, ...]:
    """The sizes that the rules of a class read, each once."""
    if part not in _letters:
        letters = (letter for rule in rules_of(part).values() for letter in rule.letters)
        _letters[part] = tuple(dict.fromkeys(letters))
    return _letters[part]


def check_fields(name: str, part: object, sizes: Mapping[str, int]) -> None:
    """Apply the rules of all fields of one part of the inputs; fields that are None have none.

    Parameters
    ----------
    name
        Of the part, as errors are to call it.
    part
        An object of a class with annotated fields.
    sizes
        What every letter stands for.

    Raises
    ------
    EngineError
        A field cannot be used; names the field, the index and the value.
    """
    for field, rule in rules_of(type(part)).items():
        value = getattr(part, field)
        if value is not None:
            rule.check(f"{name}.{field}", value, sizes)


def measured(inputs: object, where: Mapping[str, tuple[str, int]]) -> dict[str, int]:
    """What every letter stands for.

    Parameters
    ----------
    inputs
        What the arrays belong to.
    where
        For each letter the field on which it is measured, ``part.field``, and the axis; axis -1
        marks a field that is the size itself.

    Returns
    -------
    dict
        Sizes by letter, 0 where the field is None.

    Raises
    ------
    EngineError
        A field is no array or has not as many axes as its rule says.
    """
    sizes: dict[str, int] = {}
    for letter, (path, axis) in where.items():
        owner, _, field = path.rpartition(".")
        part = getattr(inputs, owner) if owner else inputs
        value = getattr(part, field)
        if axis < 0:
            sizes[letter] = value
        elif value is None:
            sizes[letter] = 0
        else:
            shape: str = getattr(rules_of(type(part))[field], "shape")  # noqa: B009
            has_shape(path, value, (None,) * len(shape.split()))
            sizes[letter] = value.shape[axis]
    return sizes


def has_shape(name: str, values: Any, shape: tuple[int | None, ...]) -> None:
    """``values`` is an array of this shape (None: any length)."""
    if not isinstance(values, np.ndarray):
        raise EngineError(name, "must be a NumPy array", value=type(values).__name__)
    fits = len(values.shape) == len(shape) and all(
        wanted is None or length == wanted
        for length, wanted in zip(values.shape, shape, strict=True)
    )
    if not fits:
        text = ", ".join("any" if length is None else str(length) for length in shape)
        raise EngineError(name, "must have shape ({shape})", value=values.shape, shape=text)


def _is_kind(name: str, values: NDArray[Any], kinds: str, what: Message) -> None:
    if values.dtype.kind not in kinds:
        raise EngineError(name, "must be of {kind} type", value=str(values.dtype), kind=what)


def _check_unique(name: str, values: NDArray[Any]) -> None:
    if values.size > 1 and not bool(np.all(values[1:] > values[:-1])):
        order = np.argsort(values, kind="stable")
        twice = np.flatnonzero(values[order][1:] == values[order][:-1])
        if twice.size:
            refuse(name, values, int(order[twice[0] + 1]), "must be unique")


def refuse(
    name: str, values: NDArray[Any], flat: int, template: str, /, **given: object
) -> NoReturn:
    """Raise for one entry of an array, given its position in the flattened array."""
    at = tuple(int(part) for part in np.unravel_index(flat, values.shape))
    raise EngineError(
        name, template, index=at[0] if len(at) == 1 else at, value=values[at].item(), **given
    )


@compiled
def first_outside(values: Float, low: float, high: float, infinite: bool) -> int:
    """Position of the first value outside of [low, high], or -1."""
    for at in range(values.shape[0]):
        value = values[at]
        if not (low <= value <= high) or (value == np.inf and not infinite):
            return at
    return -1
