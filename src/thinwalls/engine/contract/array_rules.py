"""Rules that arrays have to keep, each with one clear error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from thinwalls.common import Message
from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.numba_support.decorators import compiled
from thinwalls.engine.numba_support.kernel_arrays import floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float


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


def is_kind(name: str, values: NDArray[Any], kinds: str, what: Message) -> None:
    """The type of the array is one of these NumPy kinds."""
    if values.dtype.kind not in kinds:
        raise EngineError(name, "must be of {kind} type", value=str(values.dtype), kind=what)


def numbers(
    name: str,
    values: Any,
    shape: tuple[int | None, ...],
    low: float = 0.0,
    high: float = np.inf,
    *,
    infinite: bool = False,
) -> None:
    """Numbers between low and high, none of them NaN, infinite only if allowed."""
    has_shape(name, values, shape)
    is_kind(name, values, "fiu", Message("numeric"))
    flat = floats(values).reshape(-1)
    at = first_outside(flat, float(low), float(high), bool(infinite))
    if at >= 0:
        if np.isfinite(high):
            least, most = f"{low:g}", f"{high:g}"
            refuse(name, values, at, "must be between {low} and {high}", low=least, high=most)
        if infinite:
            refuse(name, values, at, "must be at least {low}", low=f"{low:g}")
        refuse(name, values, at, "must be at least {low} and finite", low=f"{low:g}")


def indices(name: str, values: Any, shape: tuple[int | None, ...], low: int, below: int) -> None:
    """Whole numbers with low <= value < below."""
    has_shape(name, values, shape)
    is_kind(name, values, "iu", Message("integer"))
    if values.size == 0:
        return
    if values.min() < low or values.max() >= below:
        at = int(np.flatnonzero((values < low) | (values >= below))[0])
        if below <= low:
            refuse(name, values, at, "must not be given")
        refuse(name, values, at, "must be between {low} and {high}", low=low, high=below - 1)


def starts(name: str, values: Any, groups: int, rows: int) -> None:
    """Row starts of each group: from 0, never falling, up to the number of rows."""
    has_shape(name, values, (groups + 1,))
    is_kind(name, values, "iu", Message("integer"))
    if values[0] != 0:
        refuse(name, values, 0, "must be 0")
    falling = np.flatnonzero(np.diff(values) < 0)
    if falling.size:
        refuse(name, values, int(falling[0]) + 1, "must not be below the one before")
    if values[-1] != rows:
        refuse(name, values, groups, "must be the number of rows, {rows}", rows=rows)


def flags(name: str, values: Any, shape: tuple[int | None, ...]) -> None:
    """True or False."""
    has_shape(name, values, shape)
    is_kind(name, values, "b", Message("boolean"))


def unique(name: str, values: NDArray[Any]) -> None:
    """No value twice."""
    if values.size > 1 and not bool(np.all(values[1:] > values[:-1])):
        order = np.argsort(values, kind="stable")
        twice = np.flatnonzero(values[order][1:] == values[order][:-1])
        if twice.size:
            refuse(name, values, int(order[twice[0] + 1]), "must be unique")


def whole(name: str, value: Any, low: int, below: int) -> None:
    """A whole number with low <= value < below."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise EngineError(name, "must be an integer", value=value)
    if not low <= value < below:
        raise EngineError(
            name, "must be between {low} and {high}", value=int(value), low=low, high=below - 1
        )


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
