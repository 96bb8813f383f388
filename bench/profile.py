"""Where the time goes: ``python -m bench.profile`` switches parts of W1 off, one after another.

Differences between runs with and without a part are what the part costs, caches and branch
prediction included; a sampling profiler cannot see into inlined kernels.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from bench.workloads import DAYS, ages, country
from thinwalls.engine import Inputs, no_exits, run
from thinwalls.engine.numba_support.decorators import standalone
from thinwalls.engine.random import counter_based as rng, quantile_samplers as samplers

PLACES = 1000


def seconds(inputs: Inputs, draws: int = 5) -> float:
    """Least processor time of a draw."""
    run(inputs, seed=1, draw=0)
    best = float("inf")
    for draw in range(1, draws + 1):
        begin = time.process_time()
        run(inputs, seed=1, draw=draw)
        best = min(best, time.process_time() - begin)
    return best


def idle(inputs: Inputs) -> Inputs:
    """The same people, nobody infected."""
    people = np.zeros_like(inputs.people)
    people[:, 0] = np.asarray(inputs.people).sum(axis=1)
    return replace(inputs, people=people)


@standalone
def draws_of(n, hazard, count):  # type: ignore[no-untyped-def]
    """Binomial counts, for the time of one."""
    stream = rng.stream(np.uint64(1), np.uint64(2))
    p = samplers.one_minus_exp(hazard)
    total = 0
    for i in range(count):
        total += samplers.binomial_given(n, p, hazard, rng.uniform_of(stream, i, 0))
    return total


def one_draw(n: int, hazard: float) -> float:
    """Nanoseconds of one binomial count."""
    draws_of(n, hazard, 10)
    begin = time.process_time()
    draws_of(n, hazard, 1_000_000)
    return (time.process_time() - begin) * 1e3


def rows() -> list[tuple[str, float]]:
    """Parts of W1 (1,000 places, dense) in milliseconds, and of one run of W3."""
    whole = country(PLACES, "dense")
    still = replace(whole, exits=no_exits(3 * PLACES))
    nobody = idle(whole)
    neither = idle(still)
    short = replace(ages(), n_steps=1)
    short = replace(short, rates=replace(short.rates, period_of_step=np.zeros(1, np.int32)))
    return [
        ("W1 dense, everything", 1e3 * seconds(whole)),
        ("of that: infection and progression", 1e3 * (seconds(still) - seconds(neither))),
        ("of that: movements of susceptible people", 1e3 * (seconds(nobody) - seconds(neither))),
        (f"of that: {DAYS} steps in which nothing happens", 1e3 * seconds(neither)),
        ("W1 quiet, everything", 1e3 * seconds(country(PLACES, "quiet"))),
        ("W3, one draw", 1e3 * seconds(ages(), 200)),
        ("of that: before and after the kernel", 1e3 * seconds(short, 200)),
    ]


def main() -> None:
    """Print a table."""
    print("| part | milliseconds |\n|---|---|")
    for name, value in rows():
        print(f"| {name} | {value:.3g} |")
    for n, hazard in ((10, 0.01), (150, 0.03), (1000, 0.2), (100_000, 0.2)):
        print(f"binomial({n}, {hazard}): {one_draw(n, hazard):.1f} ns")


if __name__ == "__main__":
    main()
