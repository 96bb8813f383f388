"""Turns measurements into a table, a JSON file and the page of the documentation."""

from __future__ import annotations

import json
import os
import platform
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"

TARGETS: Mapping[str, tuple[str, float, float, bool]] = {
    "W1 dense 1,000 / limit.c": ("time relative to limit.c", 1.5, 0.7, True),
    "W1 dense 6,000 / limit.c": ("time relative to limit.c", 1.5, 0.7, True),
    "W1 quiet: speed-up over dense": ("times faster", 5, 15, False),
    "W2 against starsim": ("times faster", 100, 300, False),
    "W3 against epydemix": ("times faster", 100, 100, False),
    "W3 / limit.c": ("time relative to limit.c", 1.2, 0.5, True),
    "two threads": ("times faster by the clock", 1.8, 1.95, False),
    "peak memory, W1 6,000, 100 draws, weekly": ("MB", 600, 300, True),
    "first run after installation": ("processor s, imports included", 15, 15, True),
    "start of later runs": ("processor s, imports included", 1, 1, True),
}
"""what: (unit, has to reach, aim, smaller is better)"""


def machine() -> str:
    """Processor, cores, system, Python."""
    name = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            names = {line.split(":")[1].strip() for line in file if line.startswith("model name")}
        name = ", ".join(sorted(names)) or name
    except OSError:
        pass
    return (
        f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )


def verdict(name: str, value: float) -> str:
    """Say "aim", "reached" or "not reached"."""
    _, least, aim, small = TARGETS[name]
    if value <= aim if small else value >= aim:
        return "aim reached"
    if value <= least if small else value >= least:
        return "reached"
    return "**not reached**"


def tables(result: Mapping[str, Any]) -> str:
    """Markdown tables of ratios against targets and of seconds per draw."""
    lines = [
        f"Measured {result['date']} on {result['machine']}; medians of {result['rounds']} rounds, "
        "processor seconds of one thread unless said otherwise.",
        "",
        "| | measured | has to reach | aim | |",
        "|---|---|---|---|---|",
    ]
    for name, value in result["ratios"].items():
        if name not in TARGETS:
            lines.append(f"| {name} (ratio) | {value:.3g} | | | |")
            continue
        unit, least, aim, _ = TARGETS[name]
        lines.append(
            f"| {name} ({unit}) | {value:.3g} | {least:g} | {aim:g} | {verdict(name, value)} |"
        )
    lines += [
        "",
        "| program | workload | processor seconds per draw | by the clock | infections per draw |",
        "|---|---|---|---|---|",
    ]
    for row in result["rows"]:
        mean = f"{row['infections']:,.0f}"
        if row.get("infections_error"):
            mean += f" ± {row['infections_error']:,.0f}"
        clock = f"{row['clock_per_draw']:.3g}" if "clock_per_draw" in row else ""
        seconds = f"{row['cpu_per_draw']:.3g} | {clock}"
        lines.append(f"| {row['program']} | {row['workload']} | {seconds} | {mean} |")
    if result["missing"]:
        lines += ["", *(f"Not measured: {word}." for word in result["missing"])]
    return "\n".join(lines) + "\n"


def write(result: Mapping[str, Any], folder: Path, page: Path) -> None:
    """JSON into ``folder``; the tables between the two marks of ``page`` when it has them."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{result['date']}.json"
    (folder / name).write_text(json.dumps(result, indent=1) + "\n")
    if page.exists():
        text = page.read_text()
        if BEGIN in text and END in text:
            head, rest = text.split(BEGIN, 1)
            tail = rest.split(END, 1)[1]
            page.write_text(f"{head}{BEGIN}\n{tables(result)}{END}{tail}")
