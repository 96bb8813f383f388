"""Chance of a major outbreak from one introduction, with and without individual variation.

Sources: without variation between people, 1 - 1 / R for an exponential infectious period (Whittle
1955, Biometrika 42:116-122); with dispersion k, q = (1 + R (1 - q) / k)^-k (Lloyd-Smith et al.
2005, Nature 438:355-359), tabulated for k = 0.2 in
``evidence/published/blumberg.toml``, which ``test_density`` holds the simulation against.
"""

from __future__ import annotations

import math

import pytest
from scipy.optimize import brentq

from thinwalls.engine import Inputs, activity_days
from thinwalls.evidence import load_paper
from thinwalls.evidence.published_results.papers import blumberg
from thinwalls.evidence.published_results.papers.blumberg import closed_form, one_introduction
from thinwalls.evidence.published_results.small_systems import sir

DRAWS = 3000
PEOPLE = blumberg.MAJOR_PEOPLE
TABLE = {
    row.key: row.value
    for row in load_paper("blumberg").rows
    if row.key.startswith("closed form/") and row.value is not None
}


def share_major(inputs: Inputs, k: float | None, r: float) -> float:
    return blumberg.share_major(inputs, k, r, draws=DRAWS, seed=9)


def bound(p: float) -> float:
    """4 standard errors of a share, and what a population of 2,000 and a cut at 200 can change."""
    return 4 * math.sqrt(p * (1 - p) / DRAWS) + 0.002


@pytest.mark.parametrize(("key", "printed"), TABLE.items())
def test_the_table(key: str, printed: float) -> None:
    r = float(key.split("/")[1].removeprefix("R "))
    assert closed_form(r, 0.2) == pytest.approx(printed, abs=5.1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("k", [0.1, 0.5])
def test_with_other_dispersions(k: float) -> None:
    expected = closed_form(3.0, k)
    assert abs(share_major(one_introduction(3.0, 0.25, 200), k, 3.0) - expected) < bound(expected)


@pytest.mark.slow
@pytest.mark.parametrize("r", [1.5, 2.0, 3.0, 5.0])
def test_without_variation(r: float) -> None:
    """In steps, infections caused are Poisson sums over a geometric time: its own equation, near
    1 - 1 / R."""
    step_days = 0.125
    inputs = one_introduction(r, step_days, 200)
    stays = math.exp(-step_days / blumberg.MAJOR_INFECTIOUS_DAYS)
    beta = r / float(activity_days(sir(blumberg.MAJOR_INFECTIOUS_DAYS), step_days)[0])

    def excess(q: float) -> float:
        x = math.exp(-beta * step_days * (1 - q))
        return (1 - stays) * x / (1 - stays * x) - q

    expected = 1 - float(brentq(excess, 0, 1 - 1e-6))
    assert expected == pytest.approx(1 - 1 / r, abs=0.01)
    assert abs(share_major(inputs, None, r) - expected) < bound(expected)
