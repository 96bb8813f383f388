"""The figures that these tests hold the engine against are those of the reference material."""

from __future__ import annotations

import re

import pytest

from . import test_density, test_lofgren, test_outbreaks, test_recidiviz
from .support import shared


def numbers(text: str) -> set[float]:
    """Every number in a text, thousands separators removed."""
    return {float(word.replace(",", "")) for word in re.findall(r"\d[\d,]*\.?\d*", text) if word}


@pytest.mark.parametrize("key", test_recidiviz.PRINTED, ids=str)
def test_recidiviz_rows(key: tuple[str, int]) -> None:
    text = shared("reference/recidiviz_model.md").read_text()
    name, day = key
    total, detained, staff = test_recidiviz.PRINTED[key]
    row = next(line for line in text.splitlines() if line.startswith(f"| {name} | {day} |"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert float(cells[2]) == total
    assert [float(value) for value in cells[3].split(",")] == list(detained)
    assert [float(value) for value in cells[4].split(",")] == list(staff)


@pytest.mark.parametrize("name", test_lofgren.PRINTED)
def test_lofgren_rows(name: str) -> None:
    text = shared("reference/published.md").read_text()
    rows = [
        [cell.strip().replace(",", "") for cell in line.strip("|").split("|")][1:]
        for line in text.splitlines()
        if line.count("|") == 11
    ]
    printed = [f"{value:.1f}" for value in test_lofgren.PRINTED[name][1]]
    assert printed in rows


def test_outbreak_table_and_burden() -> None:
    text = shared("reference/published.md").read_text()
    section = text.split("## 7. Blumberg", 1)[1].split("## 9.", 1)[0]
    found = numbers(section) | numbers(section.replace("/.", " 0.").replace(" .", " 0."))
    assert set(test_outbreaks.TABLE.values()) <= found
    assert {584.5, 798.3, 941.8, 993.5, 999.1, 704.0, 46.8} <= found
    assert test_density.DISPERSION in found
