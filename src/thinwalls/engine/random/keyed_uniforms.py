"""Keys of draws, and vectors of uniform numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.engine.numba_support.decorators import compiled
from thinwalls.engine.random.counter_based import key, stream, uniform_of

if TYPE_CHECKING:
    from thinwalls.common import Float

APART: Final = np.uint64(0x5851F42D4C957F2D)
"""Keeps the numbers handed to callers apart from those that a run uses."""


@compiled
def uniforms_of(random_key: np.uint64, which: np.uint64, n: int) -> Float:
    """[n] uniform numbers in (0, 1)."""
    own = stream(key(random_key, APART), which)
    out = np.empty(n)
    for j in range(n):
        out[j] = uniform_of(own, j, 0)
    return out


def key_of(seed: int, draw: int) -> np.uint64:
    """Key of a draw, as a NumPy scalar (compiled functions hand out plain integers)."""
    return np.uint64(key(np.uint64(seed), np.uint64(draw)))
