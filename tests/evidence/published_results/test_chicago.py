"""Measles in a shelter in Chicago: the exact simulation against the table that CDC printed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from support import chicago_exact as exact

RUNS = 10_000
TABLE: dict[tuple[dt.date | None, bool], tuple[tuple[int, ...], int]] = {
    (None, False): ((24, 7, 0, 0, 69), 115),
    (dt.date(2024, 3, 15), False): ((24, 10, 23, 28, 15), 80),
    (dt.date(2024, 3, 15), True): ((23, 13, 28, 27, 8), 76),
    (dt.date(2024, 3, 8), False): ((24, 15, 40, 21, 1), 73),
    (dt.date(2024, 3, 8), True): ((23, 17, 43, 17, 1), 68),
    (dt.date(2024, 3, 1), False): ((24, 24, 49, 3, 0), 62),
    (dt.date(2024, 3, 1), True): ((23, 26, 49, 2, 0), 58),
}
"""MMWR 2024;73:430-434, table 2: first doses and case-finding; shares in per cent, and the median
day of the last case, counted from 1 February."""
PRINTED = 0.5
"""Half of the last printed digit, per cent."""


@pytest.mark.slow
@pytest.mark.parametrize("row", TABLE, ids=str)
def test_the_exact_simulation_gives_the_published_table(row: tuple[dt.date | None, bool]) -> None:
    """Both sides have 10,000 runs: four standard errors of their difference, and the rounding."""
    found = exact.outbreaks(RUNS, seed=1, first_doses=row[0], finding=row[1])
    printed, last = TABLE[row]
    for share, wanted in zip(found.shares, printed, strict=True):
        error = np.sqrt(2 * max(share * (1 - share), 1 / RUNS) / RUNS)
        assert 100 * share == pytest.approx(wanted, abs=PRINTED + 400 * error)
    assert np.median(found.last_day) == pytest.approx(last, abs=2.0)


@pytest.mark.slow
def test_one_contagious_person_infects_nobody_as_often_as_the_formula_says() -> None:
    """Infections before recovery are geometric: none with chance 1 / (1 + R s / n)."""
    found = exact.outbreaks(4000, seed=2)
    contacts = exact.R * sum(exact.SUSCEPTIBLE) / sum(exact.PEOPLE)
    chance = 1 / (1 + contacts)
    error = np.sqrt(chance * (1 - chance) / 4000)
    assert found.shares[0] == pytest.approx(chance, abs=4 * error)
