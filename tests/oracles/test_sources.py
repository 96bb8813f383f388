"""The figures that the comparisons rest on are those of the reference material."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from thinwalls.evidence import load_paper

if TYPE_CHECKING:
    from pathlib import Path


def numbers(text: str) -> set[float]:
    """Every number in a text, thousands separators removed."""
    return {float(word.replace(",", "")) for word in re.findall(r"\d[\d,]*\.?\d*", text) if word}


def table(name: str, key: str) -> dict[str, tuple[float, ...]]:
    """A block of published values, by row."""
    (found,) = (one for one in load_paper(name).table if one.key == key)
    return found.rows


@pytest.mark.parametrize("key", table("recidiviz", "state"))
def test_recidiviz_rows(key: str, shared: Path) -> None:
    text = (shared / "reference/recidiviz_model.md").read_text()
    run, day, group = key.replace("day ", "").split(", ")
    row = next(line for line in text.splitlines() if line.startswith(f"| {run} | {day} |"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert float(cells[2]) == table("recidiviz", "total")[f"{run}, day {day}"][0]
    printed = cells[3 if group == "detained" else 4]
    assert [float(value) for value in printed.split(",")] == list(table("recidiviz", "state")[key])


@pytest.mark.parametrize("name", table("lofgren", "day 180"))
def test_lofgren_rows(name: str, shared: Path) -> None:
    text = (shared / "reference/published.md").read_text()
    rows = [
        [cell.strip().replace(",", "") for cell in line.strip("|").split("|")][1:]
        for line in text.splitlines()
        if line.count("|") == 11
    ]
    assert [f"{value:.1f}" for value in table("lofgren", "day 180")[name]] in rows


def test_blumberg_values(shared: Path) -> None:
    text = (shared / "reference/published.md").read_text()
    section = text.split("## 7. Blumberg", 1)[1].split("## 9.", 1)[0]
    found = numbers(section) | numbers(re.sub(r"([ /(*|])\.(\d)", r"\1 0.\2", section))
    printed = {row.value for row in load_paper("blumberg").rows if row.value is not None}
    assert len(printed) > 60
    assert printed <= found
