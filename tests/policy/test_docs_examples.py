"""Scenario files shown in the documentation can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from thinwalls.policy import loads_scenarios

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = [
    (page.name, text)
    for page in PAGES
    for text in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    if text.lstrip().startswith("schema") and "[[scenario]]" in text
]


def test_there_are_examples() -> None:
    assert "quickstart.md" in {name for name, _ in EXAMPLES}


@pytest.mark.parametrize(("page", "text"), EXAMPLES)
def test_an_example_can_be_read(page: str, text: str) -> None:
    assert loads_scenarios(text, page)
