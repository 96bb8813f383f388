"""Lines of every room that tests run, beside what they have to be: ``make coverage``.

Reads what ``coverage run`` left behind, prints a table and ends with 1 below a gate.
Name rooms to look at these only: ``python scripts/coverage_by_room.py engine results``.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage import Coverage
from coverage.exceptions import NoDataError, NoSource

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "thinwalls"
TOP = "thinwalls"
"""What stands for the modules beside the rooms."""
GATE = 90.0
GATES = {"engine": 100.0}
"""Lines in % that have to be run, where it is another share than :data:`GATE`."""
SHOWN = 12
"""Lines that are shown of a file below the gate."""


@dataclass
class Lines:
    """Lines of a room."""

    statements: int = 0
    missing: int = 0
    files: int = 0

    @property
    def percent(self) -> float:
        """Share of lines that were run."""
        return 100.0 * (1.0 - self.missing / self.statements) if self.statements else 100.0


def room_of(file: str) -> str | None:
    """Room of a file, or None when it is not one of the package."""
    path = (ROOT / file).resolve()
    if not path.is_relative_to(PACKAGE):
        return None
    inside = path.relative_to(PACKAGE).parts
    return inside[0] if len(inside) > 1 else TOP


def measured(data_file: Path) -> dict[str, Any]:
    """What was measured, by file: the JSON report of coverage.py."""
    measure = Coverage(data_file=str(data_file), config_file=str(ROOT / "pyproject.toml"))
    measure.load()
    with tempfile.TemporaryDirectory() as place:
        target = Path(place) / "coverage.json"
        measure.json_report(outfile=str(target), include=[str(PACKAGE / "*")])
        files: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))["files"]
    return files


def by_room(files: dict[str, Any]) -> dict[str, Lines]:
    """Lines of every room."""
    rooms: dict[str, Lines] = {}
    for file, found in files.items():
        room = room_of(file)
        if room is not None:
            lines = rooms.setdefault(room, Lines())
            lines.statements += found["summary"]["num_statements"]
            lines.missing += found["summary"]["missing_lines"]
            lines.files += 1
    return rooms


def gate_of(room: str) -> float:
    """Share of lines that a room has to have run."""
    return GATES.get(room, GATE)


def table(rooms: dict[str, Lines]) -> str:
    """Rooms with what they have and what they have to have."""
    head = f"{'room':<12}{'files':>6}{'lines':>8}{'missed':>8}{'run':>9}{'gate':>8}"
    rows = [
        f"{room:<12}{one.files:>6}{one.statements:>8}{one.missing:>8}{one.percent:>8.1f}%"
        f"{gate_of(room):>7.0f}%{'' if one.percent >= gate_of(room) else '  below'}"
        for room, one in sorted(rooms.items())
    ]
    return "\n".join([head, *rows])


def missed(files: dict[str, Any], below: set[str]) -> list[str]:
    """Lines that were not run in files of rooms below their gate, most first."""
    found = [
        (len(one["missing_lines"]), file, one["missing_lines"])
        for file, one in files.items()
        if one["missing_lines"] and room_of(file) in below
    ]
    return [
        f"{file}: {', '.join(map(str, lines[:SHOWN]))}{' …' if number > SHOWN else ''}"
        for number, file, lines in sorted(found, reverse=True)
    ]


def main(wanted: list[str], data_file: Path = ROOT / ".coverage") -> int:
    """Print the table; 1 when a room is below its gate, 2 when nothing was measured."""
    try:
        files = measured(data_file)
    except (NoDataError, NoSource) as problem:
        print(f"{data_file}: {problem}; run the tests under coverage first", file=sys.stderr)
        return 2
    rooms = by_room(files)
    unknown = [room for room in wanted if room not in rooms]
    if unknown:
        print(f"no such room: {', '.join(unknown)}; there are {', '.join(rooms)}", file=sys.stderr)
        return 2
    chosen = {room: one for room, one in rooms.items() if not wanted or room in wanted}
    print(table(chosen))
    below = {room for room, one in chosen.items() if one.percent < gate_of(room)}
    if below:
        print("\nnot run:", *missed(files, below), sep="\n  ")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
