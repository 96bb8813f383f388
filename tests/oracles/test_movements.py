"""Movements: who is drawn, what stays constant, what never happens, and what has no order.

Sources: the hypergeometric law of people drawn without replacement; expected populations under
balanced flows are constant; docs/model.md, sections 3.1 and 6.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from thinwalls.engine import run
from thinwalls.evidence.published_results.small_systems import (
    Change,
    Draft,
    Group,
    Plan,
    Pool,
    Way,
    compile_plan,
    seir,
    stage_graph,
)

STILL = stage_graph([np.inf] * 4, [0, 0, 0, 0], [(1, 2, [1.0])])
"""Four stages that nobody leaves."""
NOBODY = [0, 0, 0, 0]


def no_disease(groups: list[Group], days: float, step: float, **more: object) -> Plan:
    return Plan(STILL, groups, [Pool(0.0)], days, step, **more)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("taken", [3, 8, 30, 60])
def test_composition_of_those_moved_is_hypergeometric(taken: int) -> None:
    """Few people are drawn one by one and many by stage: the law is the same."""
    start = [40, 25, 10, 5]
    inputs = compile_plan(
        no_disease([Group(start), Group(NOBODY)], 1, 1.0, drafts=[Draft([0], 1, taken)])
    )
    moved = np.array([run(inputs, seed=1, draw=d).final[1] for d in range(4000)])
    assert np.all(moved.sum(axis=1) == taken)
    for stage, count in enumerate(start):
        law = stats.hypergeom(sum(start), count, taken)
        values = np.arange(0, min(count, taken) + 1)
        expected = law.pmf(values) * 4000
        observed = np.bincount(moved[:, stage].astype(int), minlength=values.size)
        kept = expected >= 8
        table = np.append(observed[kept], observed[~kept].sum())
        chance = np.append(expected[kept], expected[~kept].sum())
        if chance[-1] < 3:
            table, chance = table[:-1], chance[:-1] * table[:-1].sum() / chance[:-1].sum()
        else:
            chance *= table.sum() / chance.sum()
        assert stats.chisquare(table, chance).pvalue > 1e-4
    joint = np.cov(moved.T)
    total = sum(start)
    factor = taken * (total - taken) / (total - 1)
    share = np.array(start) / total
    expected_cov = factor * (np.diag(share) - np.outer(share, share))
    assert np.all(np.abs(joint - expected_cov) < 0.08 * factor)


@pytest.mark.slow
def test_a_pool_of_cells_is_one_urn() -> None:
    """People of three cells are drawn in proportion to their number."""
    groups = [Group([60, 0, 0, 0]), Group([0, 30, 0, 0]), Group([0, 0, 10, 0]), Group(NOBODY)]
    for taken in (6, 40):
        inputs = compile_plan(no_disease(groups, 1, 1.0, drafts=[Draft([0, 1, 2], 3, taken)]))
        moved = np.array([run(inputs, seed=2, draw=d).final[3] for d in range(3000)])
        expected = taken * np.array([0.6, 0.3, 0.1, 0.0])
        error = moved.std(axis=0) / math.sqrt(3000)
        assert np.all(np.abs(moved.mean(axis=0) - expected) <= 4 * error)


@pytest.mark.slow
def test_balanced_flows_keep_expected_populations_for_ten_years() -> None:
    """Exits with chances 0.02 and 0.01 a day, and equal numbers both ways: means stay within
    sampling error and the mean field stays within rounding."""
    groups = [Group([300, 20, 10, 70]), Group([600, 40, 20, 140]), Group([500, 0, 0, 0])]
    plan = no_disease(
        groups,
        3650,
        1.0,
        ways=[Way(0, 1, -math.log1p(-0.02)), Way(1, 0, -math.log1p(-0.01))],
        drafts=[Draft([1], 2, 2.0), Draft([2], 1, 2.0)],
        every_days=365,
    )
    expected = np.array([400.0, 800.0, 500.0])
    mean_field = run(compile_plan(replace(plan, integer=False)), seed=0, draw=0, mode="mean_field")
    assert np.abs(mean_field.stock.sum(axis=2) - expected).max() < 1e-7
    inputs = compile_plan(plan)
    found = np.array([run(inputs, seed=3, draw=d).stock.sum(axis=2) for d in range(150)])
    error = found.std(axis=0) / math.sqrt(150)
    assert np.all(np.abs(found.mean(axis=0) - expected) <= 4 * error + 1e-9)
    assert np.all(found.sum(axis=2) == 1700)


def test_nothing_moves_from_an_empty_place() -> None:
    groups = [Group(NOBODY), Group([5, 0, 0, 0]), Group(NOBODY)]
    plan = no_disease(
        groups, 30, 0.5, ways=[Way(0, 2, 5.0)], drafts=[Draft([0], 2, 10.0, movement=0)]
    )
    output = run(compile_plan(plan), seed=1, draw=0, check=True)
    assert not output.moved.any()
    assert output.final[1, 0] == 5
    emptied = no_disease(groups, 30, 0.5, drafts=[Draft([1], 2, 3.0)])
    output = run(compile_plan(emptied), seed=1, draw=0, check=True)
    assert output.moved.sum() == 5
    assert output.final[2, 0] == 5


def swap_plan(flip: bool) -> Plan:
    """Two cells exchange people and send some to a third, by hazard and by number, during an
    outbreak; ``flip`` lists everything in the opposite order."""
    groups = [Group([200, 0, 10, 0]), Group([150, 0, 0, 0]), Group([100, 0, 0, 0])]
    ways = [Way(0, 1, 0.1), Way(1, 0, 0.1), Way(0, 2, 0.05)]
    drafts = [Draft([0], 1, 4.0), Draft([1], 0, 4.0), Draft([1], 2, 1.0)]
    return Plan(
        seir(2.0, 4.0), groups, [Pool(0.5)], 40, 0.5,
        ways=ways[::-1] if flip else ways,
        drafts=drafts[::-1] if flip else drafts,
    )  # fmt: skip


@pytest.mark.slow
def test_simultaneous_moves_commute() -> None:
    """The order in which movements are listed changes nothing: bit by bit with keyed rows."""
    order = np.array([1, 2, 3], np.uint64)
    one, two = (compile_plan(swap_plan(flip)) for flip in (False, True))
    one = replace(one, counts=replace(one.counts, key=order))
    two = replace(two, counts=replace(two.counts, key=order[::-1].copy()))
    first = run(one, seed=1, draw=0, mode="mean_field").stock
    second = run(two, seed=1, draw=0, mode="mean_field").stock
    assert np.abs(first - second).max() < 1e-9
    means = []
    for inputs in (one, two):
        found = np.array([run(inputs, seed=6, draw=d).stock[-1] for d in range(1500)])
        means.append((found.mean(axis=0), found.var(axis=0) / 1500))
    difference = np.abs(means[0][0] - means[1][0])
    assert np.all(difference <= 4.5 * np.sqrt(means[0][1] + means[1][1]))


def test_exchange_moves_people_from_one_snapshot() -> None:
    """Two places that swap everybody in a step end up swapped: nobody moves twice."""
    groups = [Group([70, 0, 0, 0]), Group([0, 30, 0, 0])]
    plan = no_disease(groups, 1, 1.0, ways=[Way(0, 1, 1e9), Way(1, 0, 1e9)])
    final = run(compile_plan(plan), seed=1, draw=0, check=True).final
    assert final[0].tolist() == [0, 30, 0, 0]
    assert final[1].tolist() == [70, 0, 0, 0]


def test_only_weighted_stages_move() -> None:
    """People in a stage of weight 0 stay; a change of stage in the same cell is not a movement."""
    groups = [Group([50, 50, 0, 0]), Group(NOBODY)]
    plan = no_disease(
        groups,
        20,
        1.0,
        ways=[Way(0, 1, 0.5, weight=1)],
        stage_weights=[[1.0, 0.0, 1.0, 1.0]],
        changes=[Change(0, 3, 0, 1.0)],
    )
    final = run(compile_plan(plan), seed=1, draw=0, check=True).final
    assert final[0, 1] == 50
    assert final[1, 1] == 0
