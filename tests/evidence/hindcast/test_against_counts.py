"""The whole simulation beside what was counted, with numbers that are made up."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from thinwalls.evidence.hindcast.judged.usual_priors import against_counts

DRAWS, DAYS = 100, 400


def results(deaths: np.ndarray) -> SimpleNamespace:
    """Ten thousand infections on the first day, and so many deaths on the last, in each draw."""
    infections = np.zeros((1, len(deaths), 1, 1, DAYS))
    infections[..., 0] = 10_000
    died = np.zeros_like(infections)
    died[0, :, 0, 0, -1] = deaths
    dims = ("scenario", "draw", "place", "group", "date")
    where = {"scenario": ["what happened"], "place": ["all"], "group": ["detained"]}
    dataset = xr.Dataset({"new_infections": (dims, infections), "deaths": (dims, died)}, where)
    return SimpleNamespace(dataset=dataset)


@pytest.mark.parametrize(
    ("least", "agrees", "settled"),
    [
        (6, "yes", True),
        (7, "yes", False),
        (10, "yes", False),
        (11, "no", False),
        (14, "no", False),
        (15, "no", True),
    ],
)
def test_deaths_are_held_against_those_counted(least: int, agrees: str, settled: bool) -> None:
    """Allowed are up to 15.76, so the 5 % quantile decides; of 100 draws it is the 5th or 6th.

    The draws are ``least``, ``least`` + 1 and so on.  The quantile lies between the 2nd and the
    10th of 100: fewer than 2 are below it in 3.7 % of samples (fewer than 3 in 11.8 %), 10 or more
    in 2.8 %.
    """
    below = stats.binom(DRAWS, 0.05)
    assert below.cdf(1) <= 0.05 < below.cdf(2)
    assert below.sf(9) <= 0.05 < below.sf(8)
    table = against_counts(results(least + np.arange(DRAWS)), "what happened")
    row = table[table["quantity"] == "deaths so far"].iloc[0]
    assert row["allowed_high"] == pytest.approx(15.763, abs=1e-3)
    assert row["low"] == pytest.approx(least + 4.95)
    assert (row["agrees"], row["settled"]) == (agrees, settled)
