"""The uncertain quantities of a run and their values in every draw.

Every quantity is sampled once per draw and shared by all scenarios of the draw.  The design is a
Latin hypercube in blocks: within each block of :data:`BLOCK` draws every quantity visits each of
``BLOCK`` equally likely strata once, in an order that depends on (seed, name, block) only.  So the
value of a quantity in draw *d* depends neither on the number of draws nor on which other
quantities a run has, runs can be extended, and scenario sets can be compared.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine import uniforms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from thinwalls.common import Quantity

BLOCK = 50
"""Draws in which every quantity is stratified evenly."""
_BLOCKS_KNOWN = 4096
"""Quantities times blocks that are remembered: those of 200 draws of about 20 pathogens."""


def stream_of_name(text: str) -> int:
    """A 63-bit number that stands for a name in the random streams."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


@lru_cache(maxsize=_BLOCKS_KNOWN)
def _shares_of_block(seed: int, block: int, name: str) -> NDArray[np.float64]:
    """[BLOCK] uniform numbers of quantity ``name`` in the draws of a block, one per stratum."""
    numbers = uniforms(seed, block, stream_of_name(name), 2 * BLOCK)
    # To sort random numbers is to put the strata into a random order.
    stratum = np.argsort(numbers[:BLOCK], kind="stable")
    return np.asarray((stratum + numbers[BLOCK:]) / BLOCK)


def latin_hypercube(seed: int, draw: int, name: str) -> float:
    """The uniform number that quantity ``name`` has in a draw, in (0, 1)."""
    block, position = divmod(draw, BLOCK)
    return float(_shares_of_block(seed, block, name)[position])


@lru_cache(maxsize=_BLOCKS_KNOWN)
def _values_of_block(quantity: Quantity, seed: int, block: int, name: str) -> tuple[float, ...]:
    """[BLOCK] values of a quantity in the draws of a block."""
    if quantity.is_fixed:
        return (float(quantity.central),) * BLOCK
    return tuple(quantity.quantile(_shares_of_block(seed, block, name)).tolist())


def sample_block(
    quantities: Mapping[str, Quantity], seed: int, block: int
) -> list[dict[str, float]]:
    """Value of every quantity in each draw of a block of :data:`BLOCK`."""
    columns = [_values_of_block(one, seed, block, name) for name, one in quantities.items()]
    if not columns:
        return [{} for _ in range(BLOCK)]
    return [dict(zip(quantities, row, strict=True)) for row in zip(*columns, strict=True)]


def sample_quantities(quantities: Mapping[str, Quantity], seed: int, draw: int) -> dict[str, float]:
    """Value of every quantity in one draw."""
    block, position = divmod(draw, BLOCK)
    return sample_block(quantities, seed, block)[position]


def randomised_rounding(
    expected: NDArray[np.float64], uniform: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Whole numbers with the given expectations: the floor, plus one with the probability left."""
    return np.floor(expected + uniform).astype(np.int64)
