"""One measurement of the engine in a process of its own: ``python -m bench.ours W1 ...``.

Prints one line of JSON: seconds of processor time and of the clock per draw for every repetition,
infections per draw, peak memory, processor seconds from the start of Python to the first result.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from typing import TYPE_CHECKING

import numpy as np

from bench.workloads import ages, country, facility
from thinwalls.engine import Inputs, run_ensemble

if TYPE_CHECKING:
    from collections.abc import Sequence


def build(arguments: argparse.Namespace) -> Inputs:
    """Inputs of the workload asked for."""
    if arguments.workload == "W1":
        return country(arguments.places, arguments.kind, arguments.every)
    if arguments.workload == "W2":
        return facility(arguments.every)
    return ages(arguments.every)


def measure(
    inputs: Inputs, draws: Sequence[int], threads: int, keep: bool
) -> tuple[float, float, list[float]]:
    """Processor seconds, clock seconds, and infections of every draw.

    ``keep``: hold on to the record of every draw (as results do), to see what memory that takes.
    """
    infections = []
    kept = []
    cpu, clock = time.process_time(), time.perf_counter()
    for _, output in run_ensemble(lambda _: inputs, draws, seed=42, threads=threads):
        infections.append(float(output.flow[:, :, 0].sum()))
        if keep:
            kept.append(output.flow.astype(np.float32))
    return time.process_time() - cpu, time.perf_counter() - clock, infections


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workload", choices=["W1", "W2", "W3"])
    parser.add_argument("--places", type=int, default=1000)
    parser.add_argument("--kind", choices=["dense", "sparse", "quiet"], default="dense")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--keep", type=int, default=0)
    arguments = parser.parse_args()
    begin = time.perf_counter()
    inputs = build(arguments)
    built = time.perf_counter() - begin
    measure(inputs, [10**6], 1, False)
    first = time.process_time()
    rounds = [
        measure(
            inputs,
            range(r * arguments.draws, (r + 1) * arguments.draws),
            arguments.threads,
            bool(arguments.keep),
        )
        for r in range(arguments.repeat)
    ]
    infections = np.concatenate([r[2] for r in rounds])
    print(
        json.dumps(
            {
                "cpu_per_draw": [r[0] / arguments.draws for r in rounds],
                "clock_per_draw": [r[1] / arguments.draws for r in rounds],
                "infections": float(infections.mean()),
                "infections_error": float(infections.std() / np.sqrt(infections.size)),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "build_s": built,
                "first_s": first,
            }
        )
    )


if __name__ == "__main__":
    main()
