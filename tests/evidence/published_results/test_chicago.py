"""Measles in a shelter in Chicago: CDC's table, an exact simulation, and ours."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pytest

from support import chicago_exact as exact
from thinwalls.evidence import load_paper

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
