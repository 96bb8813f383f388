"""Draws of the kernels: which event gets which random number, and how a number is split.

In the mean field every draw returns its expectation; the random numbers are then not computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.tuple_references import apart
from thinwalls.engine.random.counter_based import uniform_of
from thinwalls.engine.random.exact_math import hazard_of, one_minus_exp
from thinwalls.engine.random.quantile_samplers import (
    binomial,
    binomial_given,
    binomial_many,
    hypergeometric,
)

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.engine.plan.state import State

INFECTION = 1
ENTRY = 2
LEAVE = 3
BRANCH = 4
ADMISSION = 5
PROGRAMME = 6
PROGRAMME_ROW = 7
ROOM = 8
EXIT = 9
EXIT_ROW = 10
DRAFT = 11
DRAFT_PERSON = 12
DRAFT_THIN = 13
DRAFT_POOL = 14
FAN = 15
ORDER = 16

ALL = 511
"""In place of a stage in the number of an event."""

_SHORT = 16
"""Rows of a cell up to which destinations are found by counting, not by searching."""
PER_PERSON = 6.0
"""Up to so many people per destination each choose for themselves; more are split by binomials."""
SPLIT = 1 << 17
"""Events of splits by binomials start here, after those of single people."""


@inlined
def event(kind: int, a: int, b: int) -> int:
    """Number of an event: kind < 32, a < 512, b < 2**18."""
    return (kind << 27) | ((a & 511) << 18) | (b & 262143)


@kernel
def chance(hazard: float, linear: bool) -> float:
    """Probability that something of hazard x time >= 0 happens."""
    apart()
    if linear:
        return min(hazard, 1.0)
    return one_minus_exp(hazard)


@kernel
def hazard_behind(probability: float, hazard: float, linear: bool) -> float:
    """Hazard h with probability = 1 - exp(-h): the given one, unless the step is linear."""
    apart()
    if not linear:
        return hazard
    if probability >= 1.0:
        return np.inf
    return hazard_of(probability)


@kernel
def _binomial(n: float, p: float, u: float) -> float:
    apart()
    return float(binomial(int(n), p, u))


@kernel
def count_of(n: float, p: float, hazard: float, u: float) -> float:
    """How many of n have it happen to them at a uniform number, as :func:`happen`."""
    apart()
    return float(binomial_given(int(n), p, hazard, u))


@inlined
def draw(n: float, p: float, mean: bool, stream: np.uint64, step: int, what: int) -> float:
    """How many of n have it happen to them, each with probability p."""
    if n <= 0.0 or p <= 0.0:
        return 0.0
    if mean:
        return n * min(p, 1.0)
    u = uniform_of(stream, step, what)
    if u < 1.0 - n * p:
        return 0.0
    return _binomial(n, p, u)


@inlined
def happen(
    n: float,
    p: float,
    hazard: float,
    mean: bool,
    stream: np.uint64,
    step: int,
    what: int,
) -> float:
    """:func:`draw` where p = 1 - exp(-hazard) is known with its hazard, which is faster."""
    if n <= 0.0:
        return 0.0
    if mean:
        return n * p
    u = uniform_of(stream, step, what)
    if u < 1.0 - n * hazard:
        return 0.0
    return count_of(n, p, hazard, u)


@inlined
def put(
    state: State, size: int, i: int, s: int, n: float, p: float, hazard: float, u: float
) -> None:
    """Put a draw of cell i into the lot of those that :func:`count_lot` makes together."""
    lot = state.lot
    lot[0, size] = n
    lot[1, size] = p
    lot[2, size] = hazard
    lot[3, size] = u
    state.lot_cell[size] = i
    state.lot_stage[size] = s


@inlined
def put_fork(state: State, size: int, i: int, s: int, n: float, p: float, u: float) -> int:
    """Put people of a cell who have several ways into a lot of their own; returns its new size.

    The rarer outcome is counted, as :func:`binomial` does.
    """
    fork = state.fork
    often = p > 0.5
    fork[0, size] = n
    fork[1, size] = 1.0 - p if often else p
    fork[3, size] = 1.0 - u if often else u
    state.fork_often[size] = often
    state.fork_cell[size] = i
    state.fork_stage[size] = s
    return size + 1


@inlined
def count_lot(state: State, size: int) -> None:
    """Make the draws of the lot: the counts are those of :func:`count_of`."""
    lot = state.lot
    binomial_many(lot[0], lot[1], lot[2], lot[3], lot[4], size)


@kernel
def take(
    good: float,
    bad: float,
    draws: float,
    mean: bool,
    stream: np.uint64,
    step: int,
    what: int,
) -> float:
    """How many of ``draws`` taken out of good + bad, without putting back, are good."""
    apart()
    if good <= 0.0 or draws <= 0.0:
        return 0.0
    if draws >= good + bad:
        return good
    if bad <= 0.0:
        return draws
    if mean:
        return draws * good / (good + bad)
    u = uniform_of(stream, step, what)
    if u < 1.0 - draws * good / (good + bad):
        return 0.0
    return float(hypergeometric(int(good), int(bad), int(draws), u))


@kernel
def reached(reach: Float, first: int, last: int, u: float) -> int:
    """Row between first and last, in proportion to weights of which ``reach`` is the sum so far."""
    apart()
    total = reach[last]
    while last > first and reach[last - 1] >= total:
        last -= 1
    target = u * total
    if last - first <= _SHORT:
        # Counting without a branch beats a search whose every turn is mispredicted half the time.
        row = first
        for at in range(first, last):
            row += target >= reach[at]
        return row
    while first < last:
        middle = (first + last) // 2
        if target >= reach[middle]:
            first = middle + 1
        else:
            last = middle
    return first


@kernel
def spread(
    n: float,
    reach: Float,
    first: int,
    count: int,
    mean: bool,
    stream: np.uint64,
    step: int,
    kind: int,
    a: int,
    out: Float,
) -> None:
    """Spread n people over ``count`` destinations; fills ``out[:count]``.

    ``reach[first + j]`` is the sum of the weights of destinations 0 to j.  A few people choose one
    by one (the j-th person by the j-th random number, so that one person more does not change
    where the others go), more are split by conditional binomials.
    """
    apart()
    for j in range(count):
        out[j] = 0.0
    last = first + count - 1
    total = reach[last]
    if mean:
        before = 0.0
        for j in range(count):
            out[j] = n * (reach[first + j] - before) / total
            before = reach[first + j]
        return
    while last > first and reach[last - 1] >= total:
        last -= 1
    if n <= PER_PERSON * count:
        for person in range(int(n)):
            target = uniform_of(stream, step, event(kind, a, person)) * total
            at = 0
            for row in range(first, last):
                at += target >= reach[row]
            out[at] += 1.0
        return
    left = n
    before = 0.0
    for row in range(first, last):
        weight = reach[row] - before
        if weight > 0.0 and left > 0.0:
            share = min(weight / (total - before), 1.0)
            k = draw(left, share, False, stream, step, event(kind, a, SPLIT + row - first))
            out[row - first] = k
            left -= k
        before = reach[row]
    out[last - first] = left
