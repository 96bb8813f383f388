"""Chance of a major outbreak from one introduction, with and without individual variation.

Sources: without variation between people, 1 - 1 / R for an exponential infectious period (Whittle
1955, Biometrika 42:116-122); with dispersion k, q = (1 + R (1 - q) / k)^-k (Lloyd-Smith et al.
2005, Nature 438:355-359), tabulated in ``reference/published.md`` 7 for k = 0.2.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from thinwalls.engine import Inputs, activity_days, run_ensemble
from thinwalls.engine.dispersion import with_dispersion

from .support import Group, Plan, Pool, compile_plan, sir

INFECTIOUS = 5.0
DRAWS = 3000
PEOPLE = 2000
MAJOR = 200
TABLE = {1.5: 0.1215, 2.0: 0.1940, 2.4: 0.2353, 3.0: 0.2815, 5.0: 0.3731, 8.0: 0.4435}


def closed_form(r: float, k: float) -> float:
    """Chance of a major outbreak with negative binomial offspring."""
    return 1 - float(brentq(lambda q: (1 + r * (1 - q) / k) ** -k - q, 0, 1 - 1e-9))


def one_introduction(r: float, step_days: float, days: int) -> Inputs:
    stages = sir(INFECTIOUS)
    beta = r / float(activity_days(stages, step_days)[0])
    start = [PEOPLE - 1, 1, 0]
    return compile_plan(
        Plan(stages, [Group(start)], [Pool(beta)], days, step_days, every_days=days)
    )


def share_major(inputs: Inputs, k: float | None) -> float:
    """Share of draws with a major outbreak; the first person's class is drawn by lot."""
    versions, probability = [inputs], np.ones(1)
    if k is not None:
        expanded, classes = with_dispersion(inputs, k, seed=9, draw=0)
        probability = classes.probability
        versions = []
        for number in range(probability.size):
            people = np.zeros_like(expanded.people)
            people[0, 0] = PEOPLE - 1
            people[0, classes.copies[number, 1]] = 1
            versions.append(replace(expanded, people=people))
    lot = np.random.default_rng(9).choice(probability.size, DRAWS, p=probability)
    major = 0
    for _, output in run_ensemble(
        lambda draw: versions[lot[draw]], range(DRAWS), seed=9, threads=2
    ):
        major += PEOPLE - output.final[0, 0] > MAJOR
    return major / DRAWS


def bound(p: float) -> float:
    """4 standard errors of a share, and what a population of 2,000 and a cut at 200 can change."""
    return 4 * math.sqrt(p * (1 - p) / DRAWS) + 0.002


@pytest.mark.parametrize(("r", "printed"), TABLE.items())
def test_the_table(r: float, printed: float) -> None:
    assert closed_form(r, 0.2) == pytest.approx(printed, abs=5.1e-5)


@pytest.mark.parametrize(("r", "printed"), TABLE.items())
def test_with_dispersion(r: float, printed: float) -> None:
    found = share_major(one_introduction(r, 0.25, 200), 0.2)
    assert abs(found - printed) < bound(printed)


@pytest.mark.parametrize("k", [0.1, 0.5])
def test_with_other_dispersions(k: float) -> None:
    expected = closed_form(3.0, k)
    assert abs(share_major(one_introduction(3.0, 0.25, 200), k) - expected) < bound(expected)


@pytest.mark.parametrize("r", [1.5, 2.0, 3.0, 5.0])
def test_without_variation(r: float) -> None:
    """In steps, infections caused are Poisson sums over a geometric time: its own equation, near
    1 - 1 / R."""
    step_days = 0.125
    inputs = one_introduction(r, step_days, 200)
    stays = math.exp(-step_days / INFECTIOUS)
    beta = r / float(activity_days(sir(INFECTIOUS), step_days)[0])

    def excess(q: float) -> float:
        x = math.exp(-beta * step_days * (1 - q))
        return (1 - stays) * x / (1 - stays * x) - q

    expected = 1 - float(brentq(excess, 0, 1 - 1e-6))
    assert expected == pytest.approx(1 - 1 / r, abs=0.01)
    assert abs(share_major(inputs, None) - expected) < bound(expected)


def test_variation_changes_no_mean() -> None:
    """Personal factors average to 1, and people infected at the start are spread over classes."""
    inputs = one_introduction(2.0, 0.25, 5)
    expanded, classes = with_dispersion(inputs, 0.3, seed=1, draw=0)
    assert (classes.probability * classes.factor).sum() == pytest.approx(1.0, abs=1e-12)
    assert np.asarray(expanded.people).sum() == PEOPLE
    lots = [
        np.asarray(with_dispersion(inputs, 0.3, seed=1, draw=d)[0].people)[0] for d in range(400)
    ]
    found = np.mean(lots, axis=0)[classes.copies[:, 1]]
    error = np.sqrt(classes.probability * (1 - classes.probability) / 400)
    assert np.all(np.abs(found - classes.probability) < 4.5 * error + 1e-12)
