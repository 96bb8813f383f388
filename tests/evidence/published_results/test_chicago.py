"""Measles in a shelter in Chicago: CDC's table, an exact simulation, and ours."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support import chicago_exact as exact
from thinwalls.evidence import Validation, load_paper, validate
from thinwalls.evidence.published_results.papers.chicago import QUICK_DRAWS
from thinwalls.policy import load_scenario_set

PAGE = Path(__file__).parents[3] / "docs" / "chicago_2024.md"
RUNS = 10_000
ROWS: dict[str, tuple[dt.date | None, bool]] = {
    "no measures": (None, False),
    "vaccination from 15 March": (dt.date(2024, 3, 15), False),
    "vaccination from 15 March, case-finding from 8 March": (dt.date(2024, 3, 15), True),
    "vaccination from 8 March": (dt.date(2024, 3, 8), False),
    "vaccination from 8 March, case-finding from 8 March": (dt.date(2024, 3, 8), True),
    "vaccination from 1 March": (dt.date(2024, 3, 1), False),
    "vaccination from 1 March, case-finding from 8 March": (dt.date(2024, 3, 1), True),
}
PUBLISHED = {row.key: row for row in load_paper("chicago").rows}
PRINTED = 0.5
"""Half of the last printed digit, per cent."""


@cache
def oracle(name: str) -> exact.Outbreaks:
    first, finding = ROWS[name]
    return exact.outbreaks(RUNS, seed=1, first_doses=first, finding=finding)


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_the_exact_simulation_gives_the_published_table(name: str) -> None:
    """Both sides have 10,000 runs: four standard errors of their difference, and the rounding."""
    found = oracle(name)
    for size, share in zip(exact.SIZES, found.shares, strict=True):
        printed = PUBLISHED[f"share/{name}/{size}"].value
        assert printed is not None
        error = np.sqrt(2 * max(share * (1 - share), 1 / RUNS) / RUNS)
        assert 100 * share == pytest.approx(printed, abs=PRINTED + 400 * error)
    last = PUBLISHED[f"last/{name}/day"].value
    assert last is not None
    assert np.median(found.last_day) == pytest.approx(last, abs=2.0)


def test_one_contagious_person_infects_nobody_as_often_as_the_formula_says() -> None:
    """Infections before recovery are geometric: none with chance 1 / (1 + R s / n)."""
    found = exact.outbreaks(4000, seed=2)
    contacts = exact.R * sum(exact.SUSCEPTIBLE) / sum(exact.PEOPLE)
    chance = 1 / (1 + contacts)
    error = np.sqrt(chance * (1 - chance) / 4000)
    assert found.shares[0] == pytest.approx(chance, abs=4 * error)


@pytest.fixture(scope="module")
def ours() -> Validation:
    return validate(["chicago"], quick=True)


@pytest.mark.slow
def test_through_the_public_face_the_table_is_the_exact_one(ours: Validation) -> None:
    """Shares within two points and what four errors of both sides can move."""
    rows = {row.key: row for row in ours.rows}
    for name in ROWS:
        for size, share in zip(exact.SIZES, oracle(name).shares, strict=True):
            found = rows[f"share/{name}/{size}"]
            assert found.ours is not None
            draws = QUICK_DRAWS
            error = 100 * np.sqrt(max(share * (1 - share), 1 / draws) / draws)
            assert found.ours == pytest.approx(100 * share, abs=2.0 + 4 * error), found.key


@pytest.mark.slow
def test_the_blocks_of_the_page_run_as_they_stand() -> None:
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 4
    space: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block.replace("draws=100", "draws=5"), str(PAGE), "exec"), space)
    scenarios = load_scenario_set("chicago-2024")
    assert [one.name for one in scenarios] == list(ROWS)
    by_name = {one.name: one for one in scenarios}
    assert space["nothing"].actions == by_name["no measures"].actions
    assert space["nothing"].seeds == by_name["no measures"].seeds
    same = by_name["vaccination from 8 March, case-finding from 8 March"]
    assert space["done"].actions == same.actions


def test_the_page_has_the_published_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in ROWS:
        (line,) = [one for one in text.splitlines() if one.startswith(f"| {name} |")]
        printed = [f"({PUBLISHED[f'share/{name}/{size}'].value:.0f})" for size in exact.SIZES]
        assert re.findall(r"\(\d+\)", line)[: len(printed)] == printed
