"""What emptying a place does: density dependence, and Blumberg's headline through engine inputs.

Source: MODEL.md 2 (crowding exponent); Blumberg et al. 2022, PLoS Comput Biol 18(7), in the reading
of its authors' code in ``reference/published.md`` 7: with R = 3 and density-dependent control of
20 % (fewer people and less contact per head) the burden falls by 47 %, computed -46.8 %.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from thinwalls.engine import run

from .support import Group, Plan, Pool, compile_plan, seir


def infections_in_one_step(people: float, share: float, rho: float) -> float:
    infectious = share * people
    plan = Plan(
        seir(3.0, 7.0),
        [Group([people - infectious, 0, infectious, 0])],
        [Pool(0.3, rho, 1000.0)],
        0.125,
        0.125,
        integer=False,
    )
    return float(run(compile_plan(plan), seed=0, draw=0, mode="mean_field").flow.sum())


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.5, 1.0])
def test_crowding_exponent(rho: float) -> None:
    """Halving the people multiplies the hazard per head by 2^-rho."""
    share = 0.01
    hazard = [
        -math.log1p(-infections_in_one_step(n, share, rho) / (n * (1 - share)))
        for n in (1000.0, 500.0, 250.0)
    ]
    assert hazard[1] / hazard[0] == pytest.approx(0.5**rho, rel=1e-12)
    assert hazard[2] / hazard[1] == pytest.approx(0.5**rho, rel=1e-12)


PREVALENCE, CONTACTS, ATTACK, WINDOW, DISPERSION = 1e-4, 10, 0.01, 100, 0.2
PEOPLE, LATENT, INFECTIOUS, STEP = 1000.0, 3.0, 7.0, 0.2


def contained(r: float) -> float:
    """Chance that one introduction ends with at most 10 cases (their step 2)."""
    k = DISPERSION
    total = 0.0
    for i in range(1, 11):
        j = i - 1
        log_chance = (
            math.lgamma(j + k * i) - math.lgamma(j + 1) - math.lgamma(k * i)
            + k * i * math.log(k / (r + k)) + j * math.log(r / (r + k))
        )  # fmt: skip
        total += math.exp(log_chance) / i
    return total


def size(r: float, cut_people: float, cut_contact: float, rho: float) -> float:
    """Final size by the engine: people cut, contact per head cut, crowding exponent."""
    people = PEOPLE * (1 - cut_people)
    plan = Plan(
        seir(LATENT, INFECTIOUS),
        [Group([people - 1, 1, 0, 0])],
        [Pool(r / INFECTIOUS * (1 - cut_contact), rho, PEOPLE)],
        1500,
        STEP,
        linear=True,
        integer=False,
    )
    stock = run(compile_plan(plan), seed=0, draw=0, mode="mean_field").stock[:, 0]
    ended = int(np.argmax(stock[:, 1] <= 0.001))
    return float(stock[ended, 3])


def burden(r: float, cut: float, mechanism: str) -> float:
    """Expected symptomatic cases in the window (their steps 1 to 5), up to the constant 0.75."""
    fewer = cut if mechanism in ("density", "people") else 0.0
    less_spread = cut if mechanism in ("density", "contact") else 0.0
    introductions = WINDOW * PREVALENCE * CONTACTS * PEOPLE * (1 - fewer) * ATTACK
    chance = 1.0 - math.pow(contained(r * (1 - less_spread)), introductions)
    if mechanism == "density":
        return chance * size(r, cut, 0.0, 1.0)
    return chance * size(r, fewer, less_spread, 0.0)


def test_final_sizes() -> None:
    """Z of the published table, and with 20 % fewer people at crowding exponent 1."""
    for r, z in {1.5: 584.5, 2: 798.3, 3: 941.8, 5: 993.5, 8: 999.1}.items():
        assert size(r, 0.0, 0.0, 0.0) == pytest.approx(z, abs=0.15)
    assert size(3, 0.2, 0.0, 1.0) == pytest.approx(704.0, abs=0.15)


def test_headline() -> None:
    reduction = 1 - burden(3, 0.2, "density") / burden(3, 0.0, "none")
    assert reduction == pytest.approx(0.468, abs=0.0006)


@pytest.mark.parametrize(
    ("r", "cut", "mechanism", "reduction"),
    [
        (1.5, 0.1, "density", 0.413), (1.5, 0.2, "density", 0.726), (2, 0.1, "density", 0.312),
        (2, 0.2, "density", 0.570), (2, 0.3, "density", 0.770), (3, 0.1, "density", 0.250),
        (3, 0.3, "density", 0.652), (3, 0.5, "density", 0.906), (5, 0.2, "density", 0.405),
        (5, 0.5, "density", 0.833), (8, 0.2, "density", 0.375), (8, 0.5, "density", 0.792),
        (1.5, 0.2, "people", 0.348), (2, 0.2, "people", 0.344), (3, 0.2, "people", 0.339),
        (5, 0.2, "people", 0.331), (8, 0.2, "people", 0.325), (1.5, 0.2, "contact", 0.579),
        (2, 0.2, "contact", 0.341), (3, 0.2, "contact", 0.192), (5, 0.2, "contact", 0.106),
        (8, 0.2, "contact", 0.071),
    ],
)  # fmt: skip
def test_table_of_reductions(r: float, cut: float, mechanism: str, reduction: float) -> None:
    found = 1 - burden(r, cut, mechanism) / burden(r, 0.0, "none")
    assert found == pytest.approx(reduction, abs=0.0006)
