"""Draws of the kernels: which event gets which random number, and how a number is split.

In the mean field every draw returns its expectation; the random numbers are then not computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.elementary import one_minus_exp
from thinwalls.engine.jit import kernel
from thinwalls.engine.rng import uniform_of
from thinwalls.engine.samplers import binomial, hypergeometric

if TYPE_CHECKING:
    import numpy as np

    from thinwalls.engine.layout import Float

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

_FEW = 12.0
"""Up to so many people each choose for themselves; more are split by conditional binomials."""


@kernel
def event(kind: int, a: int, b: int) -> int:
    """Number of an event: kind < 32, a < 512, b < 2**18."""
    return (kind << 27) | ((a & 511) << 18) | (b & 262143)


@kernel
def chance(hazard: float, linear: bool) -> float:
    """Probability that something of hazard x time >= 0 happens."""
    if linear:
        return min(hazard, 1.0)
    return one_minus_exp(hazard)


@kernel
def draw(n: float, p: float, mean: bool, stream: np.uint64, step: int, what: int) -> float:
    """How many of n have it happen to them, each with probability p."""
    if n <= 0.0 or p <= 0.0:
        return 0.0
    if mean:
        return n * min(p, 1.0)
    return float(binomial(int(n), p, uniform_of(stream, step, what)))


@kernel
def take(
    good: float, bad: float, draws: float, mean: bool, stream: np.uint64, step: int, what: int
) -> float:
    """How many of ``draws`` taken out of good + bad, without putting back, are good."""
    if good <= 0.0 or draws <= 0.0:
        return 0.0
    if draws >= good + bad:
        return good
    if mean:
        return draws * good / (good + bad)
    u = uniform_of(stream, step, what)
    return float(hypergeometric(int(good), int(bad), int(draws), u))


@kernel
def spread(
    n: float,
    weight: Float,
    count: int,
    total: float,
    mean: bool,
    stream: np.uint64,
    step: int,
    kind: int,
    a: int,
    out: Float,
) -> None:
    """Spread n people over ``count`` destinations in proportion to ``weight``; adds to ``out``.

    A few people choose one by one (the j-th person by the j-th random number, so that one person
    more does not change where the others go), more by conditional binomials.
    """
    if mean:
        for j in range(count):
            out[j] += n * weight[j] / total
        return
    if n <= _FEW:
        for person in range(int(n)):
            target = uniform_of(stream, step, event(kind, a, person)) * total
            at = 0
            while at < count - 1 and (target >= weight[at] or weight[at] <= 0.0):
                target -= weight[at]
                at += 1
            while weight[at] <= 0.0 and at > 0:
                at -= 1
            out[at] += 1.0
        return
    left = n
    rest = total
    last = count - 1
    while weight[last] <= 0.0:
        last -= 1
    for j in range(last):
        if weight[j] > 0.0 and left > 0.0:
            what = event(kind, a, 64 + j)
            k = draw(left, min(weight[j] / rest, 1.0), mean, stream, step, what)
            out[j] += k
            left -= k
            rest -= weight[j]
    out[last] += left
