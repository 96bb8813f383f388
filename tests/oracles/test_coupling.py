"""The reference experiment of quantile coupling: what it does to a paired difference.

Source: docs/model.md, section 4.2.  A county of 500,000 people, SEIR with R 1.15
(latent 4 days, infectious 7 days, daily steps, transmission 1.15 / 7 per day), 200 infectious
people, 180 days; the difference is 5 imported cases a day for 60 days.  The standard deviation of
the difference has to be at least 10 times smaller with coupling than with independent noise.
"""

from __future__ import annotations

import numpy as np
import pytest

from thinwalls.engine import Inputs, run
from thinwalls.evidence.published_results.small_systems import (
    Change,
    Draft,
    Group,
    Plan,
    Pool,
    compile_plan,
    stage_graph,
)

DRAWS = 3000


def county(imports_per_day: float) -> Inputs:
    """The county; imported cases come from a place where people in a fifth stage wait."""
    waiting = 4
    stages = stage_graph(
        [np.inf, 4.0, 7.0, np.inf, np.inf], [0, 0, 1, 0, 0], [(1, 2, [1.0]), (2, 3, [1.0])]
    )
    profiles = np.ones((180, 2))
    profiles[:, 1] = imports_per_day * (np.arange(180) < 60)
    return compile_plan(
        Plan(
            stages=stages,
            groups=[Group([500_000 - 200, 0, 200, 0, 0]), Group([0, 0, 0, 0, 1000], [])],
            pools=[Pool(1.15 / 7)],
            days=180,
            step_days=1.0,
            every_days=180,
            drafts=[Draft([1], 0, 1.0, profile=1)],
            profiles=profiles,
            changes=[Change(0, waiting, 1, 1e6)],
        )
    )


def infections(inputs: Inputs, seed: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([run(inputs, seed=seed, draw=d).flow.sum() for d in range(DRAWS)])


@pytest.mark.slow
def test_a_paired_difference_is_ten_times_sharper() -> None:
    without, with_imports = county(0.0), county(5.0)
    base = infections(without, seed=1)
    coupled = infections(with_imports, seed=1) - base
    independent = infections(with_imports, seed=2) - base
    error = np.hypot(coupled.std(), independent.std()) / np.sqrt(DRAWS)
    assert abs(coupled.mean() - independent.mean()) < 4 * error
    assert 5700 < independent.std(ddof=1) < 6400
    assert independent.std(ddof=1) >= 10 * coupled.std(ddof=1)
