"""What emptying a place does: density dependence, and Blumberg's table through engine inputs.

Source: docs/model.md, section 2.1; Blumberg et al. 2022, PLoS Comput Biol 18(7), whose figures
are in ``evidence/published/blumberg.toml``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from thinwalls.engine import run
from thinwalls.evidence.published_results.small_systems import Group, Plan, Pool, compile_plan, seir

if TYPE_CHECKING:
    from collections.abc import Callable

    from thinwalls.evidence import Validation


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


@pytest.mark.slow
@pytest.mark.xdist_group("published results")
def test_the_table_of_blumberg(validated: Callable[[str], Validation]) -> None:
    """Chance, size, burden, peaks and reductions; the headline; branching probabilities."""
    found = validated("blumberg")
    assert [row.key for row in found.rows if row.verdict != "pass"] == []
    reductions = [row for row in found.rows if row.key.startswith("reduction/")]
    assert len(reductions) == 30
    assert all(0 < row.published < 1 for row in reductions if row.published is not None)
