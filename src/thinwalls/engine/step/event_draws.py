"""Draws of the kernels: which event gets which random number, and how a number is split.

In the mean field every draw returns its expectation; the random numbers are then not computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.plan.state import (
    BATCH_COUNT,
    BATCH_HAZARD,
    BATCH_PEOPLE,
    BATCH_PROBABILITY,
    BATCH_UNIFORM,
)
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

# Kinds of events. They are part of every random number: to change one is to change results.
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
SEED = 17
SEED_PART = 18
CONTAGION = 19
DRAFT_STAGE = 20
TRIGGER = 21

ALL = 511
"""In place of a stage in the number of an event."""

_COUNTED_ROWS = 16
"""Rows of a cell up to which destinations are found by counting, not by searching."""
PER_PERSON = 6.0
"""Up to so many people per destination each choose for themselves; more are split by binomials."""
SPLIT = 1 << 17
"""Events of splits by binomials start here, after those of single people."""


@inlined
def event(kind: int, stage: int, number: int) -> int:
    """Number of an event: kind < 32, stage < 512 (or :data:`ALL`), number < 2**18."""
    # 5 + 9 + 18 bits fill the 32 that a counter has for its event.
    return (kind << 27) | ((stage & 511) << 18) | (number & 262143)


@kernel
def probability_of(hazard: float, linear: bool) -> float:
    """Probability that something happens in a step; ``hazard`` is hazard x length of the step."""
    never_inlined()
    if linear:
        return min(hazard, 1.0)
    return one_minus_exp(hazard)


@kernel
def hazard_behind(probability: float, hazard: float, linear: bool) -> float:
    """Hazard h with probability = 1 - exp(-h): the given one, unless the step is linear."""
    never_inlined()
    if not linear:
        return hazard
    if probability >= 1.0:
        return np.inf
    return hazard_of(probability)


@kernel
def _binomial(n: float, p: float, u: float) -> float:
    never_inlined()
    return float(binomial(int(n), p, u))


@kernel
def binomial_by_hazard(n: float, p: float, hazard: float, u: float) -> float:
    """How many of n have it happen to them at a uniform number, as :func:`sample_by_hazard`."""
    never_inlined()
    return float(binomial_given(int(n), p, hazard, u))


@inlined
def sample_count(
    n: float, p: float, mean_field: bool, stream: np.uint64, step: int, event_number: int
) -> float:
    """How many of n have it happen to them, each with probability p."""
    if n <= 0.0 or p <= 0.0:
        return 0.0
    if mean_field:
        return n * min(p, 1.0)
    u = uniform_of(stream, step, event_number)
    # P(none) = (1 - p)**n >= 1 - n p, so the quantile is 0: the same count without a call.
    if u < 1.0 - n * p:
        return 0.0
    return _binomial(n, p, u)


@inlined
def sample_by_hazard(
    n: float,
    p: float,
    hazard: float,
    mean_field: bool,
    stream: np.uint64,
    step: int,
    event_number: int,
) -> float:
    """:func:`sample_count` where p = 1 - exp(-hazard) is known with its hazard; faster."""
    if n <= 0.0:
        return 0.0
    if mean_field:
        return n * p
    u = uniform_of(stream, step, event_number)
    # P(none) = exp(-n hazard) >= 1 - n hazard.
    if u < 1.0 - n * hazard:
        return 0.0
    return binomial_by_hazard(n, p, hazard, u)


@inlined
def add_to_batch(
    state: State, n_batch: int, cell: int, stage: int, n: float, p: float, hazard: float, u: float
) -> None:
    """Put a draw of a cell into the batch of those that :func:`draw_batch` makes together."""
    batch = state.binomial_batch
    batch[BATCH_PEOPLE, n_batch] = n
    batch[BATCH_PROBABILITY, n_batch] = p
    batch[BATCH_HAZARD, n_batch] = hazard
    batch[BATCH_UNIFORM, n_batch] = u
    state.batch_cell[n_batch] = cell
    state.batch_stage[n_batch] = stage


@inlined
def add_to_branch_batch(
    state: State, n_batch: int, cell: int, stage: int, n: float, p: float, u: float
) -> int:
    """Put people of a cell who have several ways into a batch of their own; returns its new size.

    The rarer outcome is counted, as :func:`binomial` does.
    """
    batch = state.branch_batch
    complement = p > 0.5
    batch[BATCH_PEOPLE, n_batch] = n
    batch[BATCH_PROBABILITY, n_batch] = 1.0 - p if complement else p
    batch[BATCH_UNIFORM, n_batch] = 1.0 - u if complement else u
    state.branch_complement[n_batch] = complement
    state.branch_cell[n_batch] = cell
    state.branch_stage[n_batch] = stage
    return n_batch + 1


@inlined
def draw_batch(state: State, n_batch: int) -> None:
    """Make the draws of the batch: the counts are those of :func:`binomial_by_hazard`."""
    batch = state.binomial_batch
    binomial_many(
        batch[BATCH_PEOPLE],
        batch[BATCH_PROBABILITY],
        batch[BATCH_HAZARD],
        batch[BATCH_UNIFORM],
        batch[BATCH_COUNT],
        n_batch,
    )


@kernel
def sample_from_pool(
    n_good: float,
    n_bad: float,
    n_taken: float,
    mean_field: bool,
    stream: np.uint64,
    step: int,
    event_number: int,
) -> float:
    """How many of ``n_taken`` out of n_good + n_bad, without putting back, are good."""
    never_inlined()
    if n_good <= 0.0 or n_taken <= 0.0:
        return 0.0
    if n_taken >= n_good + n_bad:
        return n_good
    if n_bad <= 0.0:
        return n_taken
    if mean_field:
        return n_taken * n_good / (n_good + n_bad)
    u = uniform_of(stream, step, event_number)
    # P(at least one) is at most the expected number, so the quantile is 0.
    if u < 1.0 - n_taken * n_good / (n_good + n_bad):
        return 0.0
    return float(hypergeometric(int(n_good), int(n_bad), int(n_taken), u))


@kernel
def row_at(weight_sum: Float, first: int, last: int, u: float) -> int:
    """Row between first and last, in proportion to weights added up in ``weight_sum``."""
    never_inlined()
    total = weight_sum[last]
    # Rows without weight at the end are left out: rounding must not choose one.
    while last > first and weight_sum[last - 1] >= total:
        last -= 1
    target = u * total
    if last - first <= _COUNTED_ROWS:
        # Counting without a branch beats a search whose every turn is mispredicted half the time.
        row = first
        for position in range(first, last):
            row += target >= weight_sum[position]
        return row
    while first < last:
        middle = (first + last) // 2
        if target >= weight_sum[middle]:
            first = middle + 1
        else:
            last = middle
    return first


@kernel
def spread_people(
    people: float,
    weight_sum: Float,
    first: int,
    count: int,
    mean_field: bool,
    stream: np.uint64,
    step: int,
    kind: int,
    stage: int,
    people_by_destination: Float,
) -> None:
    """Spread people over ``count`` destinations; fills ``people_by_destination[:count]``.

    ``weight_sum[first + j]`` is the sum of the weights of destinations 0 to j.  A few choose one
    by one (the j-th person by the j-th random number, so that one person more does not change
    where the others go), more are split by conditional binomials.
    """
    never_inlined()
    for destination in range(count):
        people_by_destination[destination] = 0.0
    last = first + count - 1
    total = weight_sum[last]
    if mean_field:
        sum_before = 0.0
        for destination in range(count):
            people_by_destination[destination] = (
                people * (weight_sum[first + destination] - sum_before) / total
            )
            sum_before = weight_sum[first + destination]
        return
    # As in row_at: no row without weight takes what is left.
    while last > first and weight_sum[last - 1] >= total:
        last -= 1
    if people <= PER_PERSON * count:
        for person in range(int(people)):
            target = uniform_of(stream, step, event(kind, stage, person)) * total
            chosen = 0
            for row in range(first, last):
                chosen += target >= weight_sum[row]
            people_by_destination[chosen] += 1.0
        return
    people_left = people
    sum_before = 0.0
    for row in range(first, last):
        weight = weight_sum[row] - sum_before
        if weight > 0.0 and people_left > 0.0:
            # Chance of this destination, given none before it.
            share = min(weight / (total - sum_before), 1.0)
            part = sample_count(
                people_left, share, False, stream, step, event(kind, stage, SPLIT + row - first)
            )
            people_by_destination[row - first] = part
            people_left -= part
        sum_before = weight_sum[row]
    people_by_destination[last - first] = people_left
