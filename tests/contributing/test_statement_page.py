"""The page that maps the statement to the program names only what exists."""

from __future__ import annotations

import re
from pathlib import Path

import thinwalls as tw

PAGE = Path(__file__).parents[2] / "docs" / "statement.md"


def test_every_name_on_the_page_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = set(re.findall(r"`([A-Z][A-Za-z]+)[`(]", text)) | {"flattening"}
    assert {"Release", "HaltArrests", "LimitArrests", "HaltTransfers"} <= names
    for name in names:
        assert hasattr(tw, name), name


def test_every_system_on_the_page_is_packaged() -> None:
    text = PAGE.read_text(encoding="utf-8")
    wanted = set(re.findall(r"`((?:ice-\d{4})|us(?:-\d{4})?)`", text))
    assert wanted
    assert wanted <= set(tw.list_systems().index)


def test_every_scenario_number_is_one_of_the_demo() -> None:
    text = PAGE.read_text(encoding="utf-8")
    numbers = {int(number) for number in re.findall(r"[Ss]cenario (\d)", text)}
    assert numbers
    assert max(numbers) <= len(tw.load_scenario_set("demo-2020"))
