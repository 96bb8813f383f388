"""``python -m bench``: the engine beside limit.c, peers and an earlier release, in one run.

Programs take turns within every round, so that a busy minute hits all of them; what is compared
is processor time, and of every figure the median over rounds.
"""

from __future__ import annotations

import argparse
import datetime
import json
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.others import Limit, Peers, engine
from bench.report import machine, tables, write

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
OURS = "thinwalls"
EARLIER = "earlier"
COMPARED = {"compile": "first_s", "start": "first_s", "memory": "peak_mb"}
"""What is compared with the earlier version where it is not the time of a draw."""
REPEAT = 3
"""Repetitions in one process, of which the median counts: memory that a machine of ours never used
before may cost as much as the work in it."""


class Bench:
    """Collects figures of programs on workloads."""

    def __init__(self, arguments: argparse.Namespace, folder: Path) -> None:
        self.arguments = arguments
        self.found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.missing: list[str] = []
        self.limit: Limit | None = None
        self.peers: Peers | None = None
        shared = Path(arguments.shared)
        try:
            self.limit = Limit(shared / "limit.c", folder)
            for k in (1000, arguments.places):
                self.limit.write_places(k)
        except RuntimeError as error:
            self.missing.append(f"limit.c ({error})")
        try:
            self.peers = Peers(Path(arguments.peers), shared)
        except RuntimeError as error:
            self.missing.append(f"peers ({error})")

    def note(self, program: str, workload: str, measure: Callable[[], dict[str, Any]]) -> None:
        """Measure once and say so; what cannot be measured is listed as missing, once."""
        try:
            figures = measure()
        except (RuntimeError, OSError) as error:
            word = f"{program} on {workload} ({error})"
            if word not in self.missing:
                self.missing.append(word)
            return
        self.found[program, workload].append(figures)
        print(f"{program:12} {workload:22} {figures['cpu_per_draw']:.5g} s/draw", flush=True)

    def ours(self, label: str, workload: str, **options: str | int) -> None:
        """One measurement of this version, and of the earlier release if one is given."""

        def measure(python: str | None) -> dict[str, Any]:
            figures: dict[str, Any] = json.loads(engine(ROOT, workload, python, **options))
            figures["cpu_per_draw"] = float(np.median(figures["cpu_per_draw"]))
            # Of the clock the least: other work on the machine can only lengthen it.
            figures["clock_per_draw"] = float(np.min(figures["clock_per_draw"]))
            return figures

        self.note(OURS, label, lambda: measure(None))
        if self.arguments.baseline:
            self.note(EARLIER, label, lambda: measure(self.arguments.baseline))

    def round(self, k: int, draws: int) -> None:
        """One turn of everything that is compared, so that a slow minute falls on both sides."""
        limit = self.limit
        for places, size in ((1000, "1,000"), (k, f"{k:,}")):
            for kind, dense in (("dense", "1"), ("sparse", "0")):
                name = f"W1 {kind} {size}"
                self.ours(name, "W1", places=places, kind=kind, draws=draws, repeat=REPEAT)
                if limit is not None:
                    run = ("W1", str(draws), "1", str(places), dense, "0")
                    self.note("limit.c", name, lambda run=run: limit.run(*run))  # type: ignore[misc]
        self.ours(f"W1 quiet {k:,}", "W1", places=k, kind="quiet", draws=draws, repeat=3 * REPEAT)
        self.ours("W2", "W2", draws=100, repeat=1)
        self.ours("W3", "W3", draws=2000, repeat=1)
        if limit is not None:
            self.note("limit.c", "W2", lambda: limit.run("W2", "100", "1", "0"))
            self.note("limit.c", "W3", lambda: limit.run("W3", "2000", "1"))
        if self.peers is not None:
            peers = self.peers
            self.note("starsim", "W2", lambda: peers.starsim(5))
            self.note("covasim", "W2", lambda: peers.covasim(3))
            self.note("epydemix", "W3", lambda: peers.epydemix(100))
        for threads in (1, 2):
            self.ours(f"threads {threads}", "W1", draws=8, repeat=3, threads=threads)
        with tempfile.TemporaryDirectory() as cache:
            self.ours("compile", "W3", draws=1, repeat=1, cache=cache)
            self.ours("start", "W3", draws=1, repeat=1, cache=cache)

    def once(self, k: int) -> None:
        """What is not repeated: memory, which hardly varies."""
        self.ours("memory", "W1", places=k, draws=100, repeat=1, every=7, keep=1, threads=2)

    def median(self, program: str, workload: str, figure: str = "cpu_per_draw") -> float:
        """Median over rounds, NaN when never measured."""
        rounds = self.found.get((program, workload), [])
        return float(np.median([r[figure] for r in rounds])) if rounds else float("nan")

    def least(self, program: str, workload: str, figure: str) -> float:
        """Least over rounds, NaN when never measured."""
        rounds = self.found.get((program, workload), [])
        return min((float(r[figure]) for r in rounds), default=float("nan"))

    def result(self, k: int) -> dict[str, Any]:
        """Everything measured, and the ratios that targets speak of."""
        big = f"{k:,}"
        ratios = {
            "W1 dense 1,000 / limit.c": self.median(OURS, "W1 dense 1,000")
            / self.median("limit.c", "W1 dense 1,000"),
            f"W1 dense {big} / limit.c": self.median(OURS, f"W1 dense {big}")
            / self.median("limit.c", f"W1 dense {big}"),
            "W1 quiet: speed-up over dense": self.median(OURS, f"W1 dense {big}")
            / self.median(OURS, f"W1 quiet {big}"),
            "W2 against starsim": self.median("starsim", "W2") / self.median(OURS, "W2"),
            "W3 against epydemix": self.median("epydemix", "W3") / self.median(OURS, "W3"),
            "W3 / limit.c": self.median(OURS, "W3") / self.median("limit.c", "W3"),
            "two threads": self.least(OURS, "threads 1", "clock_per_draw")
            / self.least(OURS, "threads 2", "clock_per_draw"),
            "two threads: processor time": self.median(OURS, "threads 2")
            / self.median(OURS, "threads 1"),
            "peak memory, W1 6,000, 100 draws, weekly": self.median(OURS, "memory", "peak_mb"),
            "first run after installation": self.median(OURS, "compile", "first_s"),
            "start of later runs": self.median(OURS, "start", "first_s"),
        }
        for program, workload in list(self.found):
            if program == EARLIER:
                figure = COMPARED.get(workload, "cpu_per_draw")
                ratios[f"{workload}: earlier / now"] = self.median(
                    EARLIER, workload, figure
                ) / self.median(OURS, workload, figure)
        rows = []
        for (program, workload), rounds in self.found.items():
            row: dict[str, Any] = {"program": program, "workload": workload}
            for figure in (
                "cpu_per_draw",
                "clock_per_draw",
                "infections",
                "infections_error",
                "peak_mb",
            ):
                if figure in rounds[0]:
                    row[figure] = float(np.median([r[figure] for r in rounds]))
            rows.append(row)
        return {
            "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H%M"),
            "machine": machine(),
            "rounds": self.arguments.rounds,
            "ratios": {name: value for name, value in ratios.items() if value == value},
            "rows": rows,
            "missing": self.missing,
        }


def main() -> None:
    """Measure everything that is there, print the tables and write them."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of everything that takes turns")
    parser.add_argument("--draws", type=int, default=3, help="of W1 in each round")
    parser.add_argument("--places", type=int, default=6000, help="of the large W1")
    parser.add_argument("--shared", default=str(ROOT.parent / "shared" / "bench"))
    parser.add_argument(
        "--peers", default=str(ROOT.parent / "peers" / "bin" / "python"),
        help="Python that has starsim, covasim and epydemix",
    )  # fmt: skip
    parser.add_argument(
        "--baseline", metavar="PYTHON|DIR",
        help="Python of an environment, or checkout, with another version of thinwalls",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "benchmarks.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(arguments, Path(folder))
        for _ in range(arguments.rounds):
            bench.round(arguments.places, arguments.draws)
        bench.once(arguments.places)
        result = bench.result(arguments.places)
    write(result, arguments.out, arguments.page)
    print(tables(result))


if __name__ == "__main__":
    main()
