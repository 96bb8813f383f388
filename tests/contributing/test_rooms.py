"""Rooms use the rooms that the documentation names, through their faces; files and folders fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.support import house_rules as rules

import thinwalls

HOME = Path(thinwalls.__file__).parent
PAGE = HOME.parents[1] / "docs" / "rooms.md"

HOUSE = {
    "__init__.py": "from house.cellar.jam import jar\n",
    "version.py": "NUMBER = 1\n",
    "cellar/__init__.py": "",
    "cellar/__init__.pyi": "from .jam import jar as jar\n",
    "cellar/jam.py": "from house.version import NUMBER\n\njar = NUMBER\n",
    "kitchen/__init__.py": "from house.kitchen.menu import *\n",
    "kitchen/menu.py": "from house.kitchen.pot import soup\n\n__all__ = ['soup']\n",
    "kitchen/pot.py": "from house.cellar import jar\n\nsoup = jar\n",
    "parlour/__init__.py": "def sit(): ...\n",
    "parlour/table.py": "from house import cellar\nfrom house.kitchen import soup\n\ncellar.jar\n",
}
"""A package that keeps all rules."""


def built(folder: Path, **changed: str) -> Path:
    """The small package with some of its files as given."""
    for name, text in {**HOUSE, **changed}.items():
        path = folder / "house" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "house"


def documented() -> dict[str, set[str]]:
    """Rooms that each room uses, by the table."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        row = re.fullmatch(r"\| `(\w+)` \|[^|]*\|([^|]*)\|", line)
        if row:
            found[row[1]] = set(re.findall(r"`(\w+)`", row[2]))
    return found


def test_the_table_names_the_rooms_that_each_room_uses_and_no_other() -> None:
    assert rules.rooms_used(HOME) == documented()


def test_no_room_uses_one_that_uses_it() -> None:
    table = documented()
    order: list[str] = []
    while len(order) < len(table):
        free = [room for room, uses in table.items() if room not in order and uses <= set(order)]
        assert free, f"a circle among {sorted(set(table) - set(order))}"
        order += free


def test_rooms_import_from_faces_of_others_and_never_from_their_own() -> None:
    assert rules.beside_the_face(HOME) == []


def test_no_file_imports_in_a_circle() -> None:
    assert rules.circle(HOME) == []


def test_no_folder_is_crowded_and_no_file_too_long() -> None:
    assert rules.crowded(HOME) == {}
    assert rules.too_long(HOME) == {}


def test_a_package_that_keeps_the_rules_breaks_none(tmp_path: Path) -> None:
    home = built(tmp_path)
    assert rules.rooms_used(home) == {
        "cellar": set(),
        "kitchen": {"cellar"},
        "parlour": {"cellar", "kitchen"},
    }
    assert rules.face(home, "kitchen") == {"soup"}
    assert rules.beside_the_face(home) == []
    assert rules.circle(home) == []
    assert rules.crowded(home) == {}
    assert rules.too_long(home) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("from house.cellar.jam import jar", "house.cellar.jam: jar"),
        ("def f():\n    from house.cellar.jam import jar", "house.cellar.jam: jar"),
        ("if TYPE_CHECKING:\n    from house.cellar.jam import jar", "house.cellar.jam: jar"),
        ("import house.cellar.jam", "house.cellar.jam: None"),
        ("from house.cellar import jam", "house.cellar: jam"),
        ("from house.kitchen import pot", "house.kitchen: pot"),
        ("from ..cellar.jam import jar", "house.cellar.jam: jar"),
        ("from house import cellar\nx = cellar.jam", "house.cellar: jam"),
        ("from house import jar", "house: jar"),
        ("from house.parlour import sit", "its own face, parlour"),
        ("from . import sit", "its own face, parlour"),
        ("from house import parlour", "its own face, parlour"),
    ],
)
def test_an_import_beside_a_face_is_found(tmp_path: Path, text: str, told: str) -> None:
    found = rules.beside_the_face(built(tmp_path, **{"parlour/chair.py": text}))
    assert len(found) == 1
    assert re.fullmatch(rf"parlour/chair\.py:\d imports {told}", found[0])


@pytest.mark.parametrize(
    "text",
    [
        "from house.kitchen.menu import soup",
        "def f():\n    from house.kitchen import menu",
        "if TYPE_CHECKING:\n    import house.kitchen.menu",
        "from .menu import soup",
    ],
)
def test_a_circle_is_found(tmp_path: Path, text: str) -> None:
    found = rules.circle(built(tmp_path, **{"kitchen/pot.py": text}))
    assert set(found) == {"house.kitchen.menu", "house.kitchen.pot"}
    assert found[0] == found[-1]


def test_a_room_above_that_is_used_is_seen(tmp_path: Path) -> None:
    home = built(tmp_path, **{"cellar/jam.py": "def f():\n    from house.parlour import sit\n"})
    assert rules.rooms_used(home)["cellar"] == {"parlour"}


def test_a_crowded_folder_and_a_long_file_are_found(tmp_path: Path) -> None:
    many = {f"cellar/jar_{n}.py": "" for n in range(rules.MOST_FILES)}
    home = built(tmp_path, **many, **{"parlour/book.py": "x = 1\n" * (rules.MOST_LINES + 1)})
    assert rules.crowded(home) == {"cellar": rules.MOST_FILES + 2}
    assert rules.too_long(home) == {"parlour/book.py": rules.MOST_LINES + 1}
