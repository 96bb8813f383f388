"""Rooms use the rooms that the documentation names, and no others."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import thinwalls

HOME = Path(thinwalls.__file__).parent
PAGE = HOME.parents[1] / "docs" / "rooms.md"


def documented() -> dict[str, set[str]]:
    """Rooms that each room uses, by the table."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        row = re.fullmatch(r"\| `(\w+)` \|[^|]*\|([^|]*)\|", line)
        if row:
            found[row[1]] = set(re.findall(r"`(\w+)`", row[2]))
    return found


def imported(room: str, rooms: set[str]) -> set[str]:
    """Rooms that the files of a room import."""
    modules: list[str] = []
    for path in sorted((HOME / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules += [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules += [f"{node.module}.{one.name}" for one in node.names]
    used = {module.split(".")[1] for module in modules if module.startswith("thinwalls.")}
    return used & rooms - {room}


@pytest.mark.slow
def test_no_room_uses_what_the_table_does_not_name() -> None:
    table = documented()
    rooms = {path.parent.name for path in HOME.glob("*/__init__.py")}
    assert set(table) == rooms
    beyond = {room: imported(room, rooms) - table[room] for room in sorted(rooms)}
    assert {room: others for room, others in beyond.items() if others} == {}


def test_no_room_uses_one_that_uses_it() -> None:
    table = documented()
    order: list[str] = []
    while len(order) < len(table):
        free = [room for room, uses in table.items() if room not in order and uses <= set(order)]
        assert free, f"a circle among {sorted(set(table) - set(order))}"
        order += free
