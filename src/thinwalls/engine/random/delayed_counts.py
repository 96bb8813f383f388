"""What is counted later than it happens: who waits is counted on each day with some probability."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import compiled
from thinwalls.engine.random.counter_based import key, stream, uniform_of
from thinwalls.engine.random.keyed_uniforms import APART, key_of
from thinwalls.engine.random.quantile_samplers import binomial

if TYPE_CHECKING:
    from thinwalls.common import Float, Key


def delayed_counts(
    counts: Float, which: Key, *, mean_delay_days: float, every_days: int, seed: int, draw: int
) -> Float:
    """When events are reported: each after a geometric time, in batches.

    Who is not reported yet is, on each day, with probability ``1 / (1 + delay)``, so on the day of
    the event at the earliest and after ``delay`` days on average.  What is ready is given out on
    every ``every_days``-th day; what is still waiting at the end is not in the result.

    Parameters
    ----------
    counts
        [days, rows] events by day; with a fraction of an event anywhere, expectations are delayed.
    which
        [rows] identities for the random numbers: a row is the same whatever other rows there are.
    mean_delay_days
        At least 0.
    every_days
        At least 1.
    seed, draw
        As for a run.

    Returns
    -------
    Float
        [days, rows] reports by day.
    """
    whole = bool((counts == np.floor(counts)).all())
    chance = 1.0 / (1.0 + mean_delay_days)
    return delayed_by_chance(
        np.ascontiguousarray(counts, np.float64),
        np.ascontiguousarray(which, np.uint64),
        float(chance),
        int(every_days),
        whole,
        key_of(seed, draw),
    )


@compiled
def delayed_by_chance(
    counts: Float, which: Key, chance: float, every_days: int, whole: bool, random_key: np.uint64
) -> Float:
    """:func:`delayed_counts`, compiled."""
    days, rows = counts.shape
    reports = np.zeros((days, rows))
    for row in range(rows):
        own = stream(key(random_key, APART), which[row])
        waiting = 0.0
        ready = 0.0
        for day in range(days):
            waiting += counts[day, row]
            if waiting > 0.0:
                told = (
                    float(binomial(int(waiting), chance, uniform_of(own, day, 0)))
                    if whole
                    else waiting * chance
                )
                waiting -= told
                ready += told
            if (day + 1) % every_days == 0:
                reports[day, row] = ready
                ready = 0.0
    return reports
