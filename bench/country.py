"""How long loading takes, and how a run grows with the share of the country that is simulated.

``python -m bench.country`` loads every packaged system, each in a process of its own (imports
included), and runs a tenth, a third and all of ``us`` (180 days, 10 draws, one scenario in which
nothing changes), each in a process of its own.  It writes what it measured to
``bench/results/country.json`` and the tables made of it to ``docs/systems.md``, between their
marks.  ``--shares "a tenth"`` measures some of the shares and keeps what was measured of the
others, with its own date; ``--pages`` only writes the tables again.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import machine

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "bench" / "results" / "country.json"
PAGE = ROOT / "docs" / "systems.md"
SHARES = {
    "a tenth": ("TX",),
    "a third": ("CA", "FL", "GA", "NC", "NY", "OH", "TX"),
    "all": (),
}
"""States that hold about that share of the places."""
WORDS = {
    "a tenth": "a tenth (Texas)",
    "a third": "a third (seven states)",
    "all": "all",
}
REPEAT = 5
"""Loads of each system; the median counts."""
_LOAD = """
import json, sys, time
import thinwalls
begun, clock = time.process_time(), time.perf_counter()
thinwalls.load_system(sys.argv[1])
spent = time.process_time() - begun, time.perf_counter() - clock
print(json.dumps(spent))
"""
"""Imports everything that loading needs; what Python itself needs to start is not counted."""


def measure(system: str, share: str, days: int, draws: int, threads: int) -> dict[str, Any]:
    """Run in this process; CPU is user and system time of all threads, memory its peak."""
    from thinwalls.pathogens import load_pathogen
    from thinwalls.policy import Scenario
    from thinwalls.simulation import simulate
    from thinwalls.system import load_system

    began, cpu = time.perf_counter(), time.process_time()
    country = load_system(system)
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
        "system": system,
        "days": days,
        "draws": draws,
        "threads": threads,
        "places": len(chosen.facilities),
        "people": int(chosen.facilities["population_start"].sum()),
        "counties": len(chosen.inside_counties),
        "cpu_s": round(time.process_time() - cpu, 1),
        "wall_s": round(time.perf_counter() - began, 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "measured": dt.datetime.now(dt.UTC).strftime("%d %B %Y"),
        "machine": machine(),
    }


def loading() -> list[dict[str, Any]]:
    """Processor time and time by the clock of loading each packaged system in a new process."""
    from thinwalls.system import list_systems

    made = []
    for name in map(str, list_systems().index):
        command = [sys.executable, "-c", _LOAD, name]
        spent = [
            json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            for _ in range(REPEAT)
        ]
        made.append(
            {
                "system": name,
                "cpu_s": round(median(cpu for cpu, _ in spent), 2),
                "wall_s": round(median(clock for _, clock in spent), 2),
                "measured": dt.datetime.now(dt.UTC).strftime("%d %B %Y"),
                "machine": machine(),
            }
        )
    return made


def runs_table(rows: list[dict[str, Any]]) -> str:
    """The table of the documentation, and on what it was measured."""
    lines = [
        "| part of `us` | places | people | counties | processor time | time by the clock "
        "| peak memory | measured |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        lines.append(
            f"| {WORDS[row['share']]} | {row['places']:,} | {row['people']:,} | "
            f"{row['counties']:,} | {row['cpu_s']:,.0f} s | {row['wall_s']:,.0f} s | "
            f"{row['peak_gb']:.1f} GB | {row['measured']} |"
        )
    first, last = rows[0], rows[-1]
    if len(rows) > 1:
        places, cpu, memory = (last[key] / first[key] for key in ("places", "cpu_s", "peak_gb"))
        lines += [
            "",
            f"With {places:.1f} times as many places processor time is {cpu:.1f} times as long and "
            f"peak memory {memory:.1f} times as large.",
        ]
    lines += ["", f"Measured on {_machines(rows)}, {_settings(rows)}."]
    return "\n".join(lines) + "\n"


def loading_table(rows: list[dict[str, Any]]) -> str:
    """The table of loading times."""
    lines = ["| system | processor time | time by the clock |", "|---|---|---|"]
    lines += [
        f"| `{row['system']}` | {row['cpu_s']:.2f} s | {row['wall_s']:.2f} s |" for row in rows
    ]
    lines += [
        "",
        f"Measured on {rows[0]['measured']} on {_machines(rows)}: median of {REPEAT} new "
        "processes, imports included.",
    ]
    return "\n".join(lines) + "\n"


def _machines(rows: list[dict[str, Any]]) -> str:
    return "; ".join(dict.fromkeys(row["machine"] for row in rows))


def _settings(rows: list[dict[str, Any]]) -> str:
    kinds = dict.fromkeys((row["days"], row["draws"], row["threads"]) for row in rows)
    return "; ".join(
        f"{days} days, {draws} draws, {threads} threads" for days, draws, threads in kinds
    )


def write_page(result: dict[str, Any], page: Path) -> None:
    """Put the tables between their marks; a page without the marks is left as it is."""
    text = page.read_text(encoding="utf-8")
    for mark, table in (
        ("bench:country", runs_table(result["runs"]) if result["runs"] else ""),
        ("bench:loading", loading_table(result["loading"]) if result["loading"] else ""),
    ):
        begin, end = f"<!-- {mark} -->\n", "<!-- end -->"
        if table and begin in text:
            head, rest = text.split(begin, 1)
            text = head + begin + table + end + rest.split(end, 1)[1]
    page.write_text(text, encoding="utf-8")


def read_result() -> dict[str, Any]:
    """What was measured before."""
    if RESULT.exists():
        known: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
        return known
    return {"runs": [], "loading": []}


def main() -> None:
    """Measure, write the result and the page; ``--one`` is for this program's own processes."""
    parser = argparse.ArgumentParser(prog="python -m bench.country", description=__doc__)
    parser.add_argument("--system", default="us")
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shares", nargs="*", choices=list(SHARES), default=list(SHARES))
    parser.add_argument("--pages", action="store_true", help="only write the tables again")
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--one", choices=list(SHARES), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        found = measure(given.system, given.one, given.days, given.draws, given.threads)
        sys.stdout.write(json.dumps(found) + "\n")
        return
    result = read_result()
    if not given.pages:
        result["loading"] = loading()
        sys.stdout.write(loading_table(result["loading"]))
        runs = {row["share"]: row for row in result["runs"]}
        for share in given.shares:
            options = ("system", "days", "draws", "threads")
            command = [sys.executable, "-m", "bench.country", "--one", share]
            for name in options:
                command += [f"--{name}", str(getattr(given, name))]
            done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            runs[share] = json.loads(done.stdout)
            sys.stdout.write(done.stdout)
            sys.stdout.flush()
        result["runs"] = [runs[share] for share in SHARES if share in runs]
        RESULT.parent.mkdir(parents=True, exist_ok=True)
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    write_page(result, given.page)


if __name__ == "__main__":
    main()
