"""Names that the glossary gives are names of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "glossary.md"
ROW = re.compile(r"^\| \*\*(.+?)\*\*[^|]*\|[^|]*\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
WORDS = ("record", "check", "validate", "verify", "audit", "visits", "delay", "one person", "unit",
         "draw", "scenario", "action", "measures", "place", "facility", "county", "cell", "stage",
         "group", "stratum")  # fmt: skip


def rows() -> dict[str, str]:
    """Names in code by word."""
    return {word: names for word, names, _ in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def names_in_code() -> set[str]:
    """Whatever a file of the package defines, and the names of files and folders."""
    found: set[str] = set()
    for path in (ROOT / "src" / "thinwalls").rglob("*.py"):
        found |= {path.stem, path.parent.name}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                    found.add(name)
                case ast.Name(id=name, ctx=ast.Store()):
                    found.add(name)
                case ast.arg(arg=name) | ast.Attribute(attr=name):
                    found.add(name)
                case _:
                    pass
    for path in (ROOT / "src" / "thinwalls").rglob("*.toml"):
        found |= set(re.findall(r"[a-z_]{4,}", path.read_text(encoding="utf-8")))
    return found


def test_every_name_of_the_glossary_is_in_the_code() -> None:
    there = names_in_code()
    missing = {
        word: lost
        for word, names in rows().items()
        if (lost := [name for name in re.findall(r"`(\w+)`", names) if name not in there])
    }
    assert missing == {}


@pytest.mark.parametrize("word", WORDS)
def test_words_that_had_several_meanings_have_one_row(word: str) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith(f"| **{word}**") for line in lines) == 1
