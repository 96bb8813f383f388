"""Sets of stages as bits of 64-bit words, so that loops visit only stages with people in them.

Indices are unsigned: signed ones may count from the end in Numba, which costs as much as the rest.
"""

# mypy: disable-error-code="import-untyped, no-untyped-call, untyped-decorator"

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from thinwalls.engine.numba_support.decorators import inlined

if TYPE_CHECKING:
    from collections.abc import Callable

Words = NDArray[np.uint64]

NONE: Final = np.uint64(0)
_ONE: Final = np.uint64(1)
_LOW: Final = 63
_LARGEST: Final = 0x7FFFFFFFFFFFFFFF


@intrinsic
def _count_trailing_zeros(_typing: Any, word: Any) -> tuple[Any, Callable[..., Any]]:
    def build(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(word), build


if TYPE_CHECKING:

    def lowest_bit(word: np.uint64) -> int:
        """Position of the lowest bit that is set; 64 if none is."""
        ...

else:
    lowest_bit = _count_trailing_zeros


@inlined
def natural_index(i: int) -> int:
    """An index i >= 0, in a form that shows the compiler that it is.

    Numba counts negative ones from the end, and to find out costs several instructions per use.
    """
    return i & _LARGEST


@inlined
def without_lowest_bit(word: np.uint64) -> np.uint64:
    """The word with its lowest bit cleared."""
    # To subtract 1 flips the lowest bit that is set and all below it.
    return word & (word - _ONE)


@inlined
def add_member(words: Words, i: int, s: int) -> None:
    """Put stage s into set i."""
    # 64 stages to a word: s >> 6 is the word, s & 63 the bit in it.
    words[np.uint64(i), np.uint64(s >> 6)] |= _ONE << np.uint64(s & _LOW)


@inlined
def drop_member(words: Words, i: int, s: int) -> None:
    """Take stage s out of set i."""
    words[np.uint64(i), np.uint64(s >> 6)] &= ~(_ONE << np.uint64(s & _LOW))


@inlined
def has_any(words: Words, i: int) -> bool:
    """Whether set i has any member."""
    found = NONE
    for w in range(words.shape[1]):
        found |= words[i, w]
    return bool(found != NONE)


@inlined
def shares_any(words: Words, i: int, among: Words) -> bool:
    """Whether set i shares a member with another set."""
    found = NONE
    for w in range(words.shape[1]):
        found |= words[i, w] & among[w]
    return bool(found != NONE)


@inlined
def has_member(words: Words, i: int, s: int) -> bool:
    """Whether stage s is in set i."""
    return bool((words[np.uint64(i), np.uint64(s >> 6)] >> np.uint64(s & _LOW)) & _ONE != NONE)


def words_of(members: NDArray[np.bool_]) -> Words:
    """[..., W] words of boolean sets [..., S]."""
    n = members.shape[-1]
    width = (n + _LOW) >> 6
    padded = np.zeros((*members.shape[:-1], width * 64), np.bool_)
    padded[..., :n] = members
    parts = padded.reshape(*members.shape[:-1], width, 64)
    value = _ONE << np.arange(64, dtype=np.uint64)
    return np.asarray(np.where(parts, value, NONE).sum(axis=-1, dtype=np.uint64))
