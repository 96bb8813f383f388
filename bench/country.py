"""How time and memory of a run grow with the share of the country that is simulated.

``python -m bench.country`` runs a tenth, a third and all of ``us`` (180 days, 10 draws, one
scenario in which nothing changes), each in a process of its own, and prints one row for each.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

SHARES = {
    "a tenth": ("TX",),
    "a third": ("CA", "FL", "GA", "NC", "NY", "OH", "TX"),
    "all": (),
}
"""States that hold about that share of the places."""


def measure(system: str, share: str, days: int, draws: int, threads: int) -> dict[str, object]:
    """Run in this process; CPU is user and system time of all threads, memory its peak."""
    from thinwalls.pathogens import load_pathogen
    from thinwalls.policy import Scenario
    from thinwalls.simulation import simulate
    from thinwalls.system import load_system

    began, cpu = time.perf_counter(), time.process_time()
    country = load_system(system)
    loaded = time.process_time() - cpu
    chosen = country.state(*SHARES[share]) if SHARES[share] else country
    simulate(
        chosen,
        load_pathogen("covid-2020"),
        [Scenario("nothing changes")],
        days=days,
        draws=draws,
        seed=1,
        threads=threads,
    )
    return {
        "share": share,
        "places": len(chosen.facilities),
        "people": int(chosen.facilities["population_start"].sum()),
        "counties": len(chosen.inside_counties),
        "load_cpu_s": round(loaded, 1),
        "cpu_s": round(time.process_time() - cpu, 1),
        "wall_s": round(time.perf_counter() - began, 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }


def main() -> None:
    """Measure every share, or one (``--one``, used by this program for its own processes)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--system", default="us")
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--one", choices=list(SHARES))
    given = parser.parse_args()
    if given.one:
        found = measure(given.system, given.one, given.days, given.draws, given.threads)
        sys.stdout.write(json.dumps(found) + "\n")
        return
    for share in SHARES:
        command = [sys.executable, "-m", "bench.country", *sys.argv[1:], "--one", share]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        sys.stdout.write(done.stdout)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
