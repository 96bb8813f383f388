"""Individual variation: the shapes of the Gamma process, and outbreaks that it makes.

Closed forms: extinction and total progeny of a branching process with negative binomial offspring
(Lloyd-Smith et al. 2005, Nature 438:355-359; total progeny: Dwass 1969, J Appl Probab 6:682-686).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import gammaln
from tests.support.systems import f, start, system

from thinwalls.engine import activity_days, contagion_shape, extinction_chance, run, run_draws
from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.contract.inputs import Inputs, Stages

STEP = 0.5
PEOPLE = 500


def erlang(n: int, days: float = 6.0) -> Stages:
    """Contagious for ``days`` in ``n`` equal stages, from the next step on."""
    stages = n + 2
    return Stages(
        np.r_[np.inf, np.full(n, days / n), np.inf],
        np.r_[0.0, np.ones(n), 0.0],
        np.ones(stages),
        np.ones(stages, np.bool_),
        np.arange(1, n + 1, dtype=np.int32),
        np.arange(2, n + 2, dtype=np.int32),
        np.ones((1, n)),
        0,
        1,
        np.full(stages, -1, np.int32),
        np.full(stages, -1, np.int32),
    )


def one_infected(stages: Stages, r: float, k: float, people: int = PEOPLE) -> Inputs:
    """One infected person among ``people`` who meet each other."""
    start = np.zeros((1, len(stages.dwell_days)), np.int64)
    start[0, :2] = people - 1, 1
    made = system(start, stages, n_steps=400, step_days=STEP, every_days=200)
    beta = r / float(activity_days(stages, STEP)[0])
    shape = contagion_shape(stages, np.array([r]), k, step_days=STEP)
    return replace(
        made,
        settings=replace(made.settings, transmission=f(beta)),
        cells=replace(made.cells, contagion_shape_per_day=shape),
    )


def sizes(inputs: Inputs, draws: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """People infected in each draw, with the first."""
    outputs = run_draws(inputs, seed=4, draws=range(draws))
    first = inputs.people[0, 0]
    return np.array([1 + first - one.final[0, 0] for one in outputs])


@pytest.mark.parametrize("k", [0.1, 0.25, 1.0, 10.0])
@pytest.mark.parametrize("r", [0.5, 0.99, 1.01, 3.0, 12.0])
def test_extinction_is_the_smallest_solution(r: float, k: float) -> None:
    q = float(extinction_chance(np.array(r), k))
    assert q == pytest.approx((1 + r * (1 - q) / k) ** -k, abs=1e-9)
    if r > 1:
        other = brentq(lambda x: (1 + r * (1 - x) / k) ** -k - x, 0, q + (1 - q) / 2)
        assert q == pytest.approx(other, abs=1e-9)
    else:
        assert q == 1.0


def test_shapes_are_as_stated() -> None:
    """With fixed periods the shape of the whole course is k; more variation alone: no process."""
    nearly_fixed = erlang(60)
    for k in (0.1, 0.25, 1.0):
        found = contagion_shape(nearly_fixed, f(0.8, 1.001, 1.5, 6.0), k, step_days=0.02)
        days = float(activity_days(nearly_fixed, 0.02)[0])
        assert found * days == pytest.approx(np.full(4, k), rel=0.05)
    assert np.isinf(contagion_shape(erlang(1), f(0.8, 3.0), 2.0, step_days=0.1)).all()
    for k in (0.0, np.nan, np.inf):
        with pytest.raises(EngineError, match="k"):
            contagion_shape(nearly_fixed, f(1.0), k, step_days=0.1)
    with pytest.raises(EngineError, match="reproduction"):
        contagion_shape(nearly_fixed, f(1.0, 0.0), 0.1, step_days=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("n_stages", [1, 3])
@pytest.mark.parametrize("k", [0.1, 0.25, 1.0])
def test_shares_of_outbreaks(k: float, n_stages: int) -> None:
    """Within 4 standard errors of the branching process, and what 500 people and a cut at 50 do."""
    draws = 4_000
    found = (sizes(one_infected(erlang(n_stages), 3.0, k), draws) >= 50).mean()
    expected = 1.0 - float(extinction_chance(np.array(3.0), k))
    assert abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / draws) + 0.003


def progeny(size: int, r: float, k: float) -> float:
    """P(total progeny = size) of one person: P(size offspring of size people = size - 1) / size."""
    n = size * k
    log = gammaln(size - 1 + n) - gammaln(n) - gammaln(size)
    log += (size - 1) * np.log(r / (r + k)) + n * np.log(k / (r + k))
    return float(np.exp(log)) / size


@pytest.mark.slow
@pytest.mark.parametrize("k", [0.1, 0.25, 1.0])
def test_sizes_below_the_threshold(k: float) -> None:
    """Chi-square over sizes 1, 2, 3-4, 5-9, 10 and more, in a place too large to be used up."""
    draws, r = 6_000, 0.8
    found = sizes(one_infected(erlang(3), r, k, people=20_000), draws)
    edges = [1, 2, 3, 5, 10, np.inf]
    expected = np.diff([0.0, *np.cumsum([progeny(n, r, k) for n in range(1, 10)])[[0, 1, 3, 8]], 1])
    counts = np.histogram(found, edges)[0]
    statistic = ((counts - draws * expected) ** 2 / (draws * expected)).sum()
    # 99.9 % point with 4 degrees of freedom.
    assert statistic < 18.47, (counts / draws, expected)


def test_variation_keeps_means_and_the_mean_field() -> None:
    inputs = system(start(9_000, 300, infectious=40), n_steps=40)
    varied = replace(inputs, cells=replace(inputs.cells, contagion_shape_per_day=f(0.05, 0.05)))
    same = run(varied, seed=1, draw=0, mode="mean_field")
    np.testing.assert_array_equal(same.flow, run(inputs, seed=1, draw=0, mode="mean_field").flow)
    run(varied, seed=1, draw=0, check=True)
    # In the first step what is passed on differs, and its mean is that of the expectation.
    one_step = system(start(9_000, 300, infectious=40), n_steps=1)
    short = [one_step, replace(one_step, cells=varied.cells)]
    counts = [
        np.array([one.final[:, 0].sum() for one in run_draws(each, seed=2, draws=range(4_000))])
        for each in short
    ]
    assert counts[1].var() > 3 * counts[0].var()
    error = np.sqrt(counts[1].var() / 4_000)
    assert abs(counts[0].mean() - counts[1].mean()) < 4 * error


def test_cells_without_a_shape_keep_their_bits() -> None:
    inputs = system(start(9_000, 300, infectious=40), n_steps=40)
    off = replace(inputs, cells=replace(inputs.cells, contagion_shape_per_day=f(np.inf, np.inf)))
    was, now = (run(one, seed=1, draw=0) for one in (inputs, off))
    np.testing.assert_array_equal(was.flow, now.flow)
