"""Final size and early growth of SIR and SEIR epidemics over a grid of reproduction numbers.

Sources: final size z = 1 - s0 exp(-R z) (Kermack and McKendrick 1927, Proc R Soc A 115:700-721;
Ma and Earn 2006, Bull Math Biol 68:679-702); growth rate by the Euler-Lotka equation 1 / R = sum
of w(t) exp(-r t) (Wallinga and Lipsitch 2007, Proc R Soc B 274:599-604), which is r = (R - 1) / D
for SIR and (1 + r L)(1 + r D) = R for SEIR.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.optimize import brentq

from thinwalls.engine import Stages, activity_days, run, run_ensemble
from thinwalls.evidence.published_results.small_systems import (
    Group,
    Plan,
    Pool,
    compile_plan,
    seir,
    sir,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

LATENT, INFECTIOUS = 3.0, 5.0
GRID = [1.2, 1.5, 2.0, 3.0, 5.0, 8.0]
MODELS = {"SIR": sir(INFECTIOUS), "SEIR": seir(LATENT, INFECTIOUS)}


def start(stages: Stages, people: float, infectious: float) -> Sequence[float]:
    out = [0.0] * stages.dwell_days.size
    out[0] = people - infectious
    out[-2] = infectious
    return out


def beta_for(stages: Stages, r: float, step_days: float) -> float:
    """Transmission at which an infected person infects r others in steps of this length."""
    return r / float(activity_days(stages, step_days)[0])


def left_over(r: float, s0: float) -> float:
    """Share of all people never infected."""
    return float(brentq(lambda s: math.log(s / s0) + r * (1.0 - s), 1e-12, s0, xtol=1e-15))


@pytest.mark.parametrize("r", GRID)
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("step_days", [1.0, 0.25])
def test_final_size_of_the_mean_field(name: str, r: float, step_days: float) -> None:
    """In steps of any length the equation holds exactly, because log S falls by beta I dt / N."""
    stages = MODELS[name]
    people, infectious = 1e6, 10.0
    inputs = compile_plan(
        Plan(
            stages=stages,
            groups=[Group(start(stages, people, infectious))],
            pools=[Pool(beta_for(stages, r, step_days))],
            days=1500,
            step_days=step_days,
            every_days=1500,
            integer=False,
        )
    )
    left = run(inputs, seed=0, draw=0, mode="mean_field").final[0, 0] / people
    assert left == pytest.approx(left_over(r, 1 - infectious / people), rel=1e-7)


@pytest.mark.parametrize("r", [1.5, 2.0, 3.0])
@pytest.mark.parametrize("name", MODELS)
def test_final_size_of_many_draws(name: str, r: float) -> None:
    """Mean attack rate of 200 draws of 20,000 people, all major outbreaks (50 seeds).

    Bound: 4 standard errors, plus the bias of order 1 / N of the mean of a finite population.
    """
    stages = MODELS[name]
    people, infectious, step_days, draws = 20_000, 50, 0.5, 200
    inputs = compile_plan(
        Plan(
            stages=stages,
            groups=[Group(start(stages, people, infectious))],
            pools=[Pool(beta_for(stages, r, step_days))],
            days=500,
            step_days=step_days,
            every_days=500,
        )
    )
    found = np.array(
        [o.final[0, 0] for _, o in run_ensemble(lambda _: inputs, range(draws), seed=3, threads=2)]
    )
    expected = people * left_over(r, 1 - infectious / people)
    assert abs(found.mean() - expected) < 4 * found.std() / math.sqrt(draws) + 5


@pytest.mark.parametrize("r", GRID)
@pytest.mark.parametrize("name", MODELS)
def test_growth_rate(name: str, r: float) -> None:
    """Growth per day over ten days of exponential growth, extrapolated to steps of no length."""
    stages = MODELS[name]
    # An SIR epidemic grows exponentially at once; an SEIR epidemic after a transient.
    last = 13 if name == "SIR" else 29
    if name == "SIR":
        expected = (r - 1) / INFECTIOUS
    else:
        expected = float(
            brentq(lambda g: (1 + g * LATENT) * (1 + g * INFECTIOUS) - r, 0, 5, xtol=1e-14)
        )
    found = []
    for steps in (64, 128):
        inputs = compile_plan(
            Plan(
                stages=stages,
                groups=[Group(start(stages, 1e15, 1.0))],
                pools=[Pool(r / INFECTIOUS)],
                days=30,
                step_days=1 / steps,
                integer=False,
            )
        )
        total = run(inputs, seed=0, draw=0, mode="mean_field").stock[:, 0, -2]
        found.append(math.log(total[last] / total[last - 10]) / 10)
    error = [rate / expected - 1 for rate in found]
    assert abs(error[1]) < 0.55 * abs(error[0])
    assert 2 * found[1] - found[0] == pytest.approx(expected, rel=3e-4)
