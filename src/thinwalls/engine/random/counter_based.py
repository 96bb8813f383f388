"""Counter-based random numbers: a number is a function of where it is needed, not of when.

``uniform(key(seed, draw), step, cell, event)`` has no state.  Threads, chunks and the order of
work cannot change a result, and a run can resume anywhere.

The generator is the SplitMix64 output function (Steele, Lea, Flood 2014, "Fast splittable
pseudorandom number generators"; constants of Stafford's variant 13) applied to a counter made of
step and event, with the stream of the cell injected twice: before the first and between the two
multiplications.  One injection would let two cells walk through the same sequence at a lag
whenever their streams start near each other; with two, an equal number is an isolated event of
probability 2**-52 (docs/samplers.md).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from thinwalls.engine.numba_support.decorators import compiled

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_WEYL: Final = np.uint64(0xD1342543DE82EF95)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_S27: Final = np.uint64(27)
_S30: Final = np.uint64(30)
_S31: Final = np.uint64(31)
_S32: Final = np.uint64(32)
_LAST: Final = np.uint64(2**32 - 1)
_S12: Final = np.uint64(12)
_ULP: Final = 2.0**-52


@compiled
def mix(x: np.uint64) -> np.uint64:
    """Scramble 64 bits, one to one (SplitMix64 finaliser)."""
    x = (x ^ (x >> _S30)) * _FIRST
    x = (x ^ (x >> _S27)) * _SECOND
    return x ^ (x >> _S31)


@compiled
def key(seed: np.uint64, draw: np.uint64) -> np.uint64:
    """Key of one draw of a seed: 64 bits, one to one in ``draw`` for a given ``seed``.

    Both arguments are taken modulo 2**64.
    """
    return mix(mix(np.uint64(seed) + _GOLDEN) + np.uint64(draw) * _WEYL)


@compiled
def stream(key: np.uint64, cell: np.uint64) -> np.uint64:
    """Stream of a cell within a draw; pass it to :func:`uniform_of` in a loop over events."""
    return mix(np.uint64(key) + np.uint64(cell) * _GOLDEN)


@compiled
def bits_of(stream: np.uint64, step: int, event: int) -> np.uint64:
    """64 random bits of one event of a step (0 <= step < 2**32, 0 <= event < 2**32)."""
    # Every pair of step and event has a number of its own.
    counter = (np.uint64(step) << _S32) | np.uint64(event)
    x = counter * _GOLDEN + stream
    x = (x ^ (x >> _S30)) * _FIRST
    # The second injection of the stream; see above why one is too few.
    x = x + (stream ^ (stream << _S32))
    x = (x ^ (x >> _S27)) * _SECOND
    return x ^ (x >> _S31)


@compiled
def uniform_from(bits: np.uint64) -> float:
    """Uniform number strictly between 0 and 1, from the first 52 of 64 random bits."""
    # The half keeps 0 and 1 out, and makes 1 - u as exact as u.
    return (np.float64(bits >> _S12) + 0.5) * _ULP


@compiled
def first_half(bits: np.uint64) -> np.int64:
    """The first 32 of 64 random bits."""
    return np.int64(bits >> _S32)


@compiled
def second_half(bits: np.uint64) -> np.int64:
    """The last 32 of 64 random bits."""
    return np.int64(bits & _LAST)


@compiled
def uniform_of(stream: np.uint64, step: int, event: int) -> float:
    """Uniform number of one event of a step, from the stream of its cell."""
    return uniform_from(bits_of(stream, step, event))


@compiled
def uniform(key: np.uint64, step: int, cell: np.uint64, event: int) -> float:
    """Uniform number strictly between 0 and 1, a pure function of its four arguments.

    The value is an odd multiple of 2**-53, so ``1 - u`` is exact, symmetric and never 0 or 1.

    Parameters
    ----------
    key
        From :func:`key`.
    step
        0 <= step < 2**32.
    cell
        Identity of the cell, any 64 bits.
    event
        0 <= event < 2**32.
    """
    return uniform_of(stream(key, cell), step, event)
