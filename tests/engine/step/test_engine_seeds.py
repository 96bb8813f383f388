"""People who are put into a stage: so many, out of whom, in keyed order, and nothing else moves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.stats import binom, chi2, hypergeom

from support.systems import ARRAYS, f, i32, i64, seir, start, system
from thinwalls.engine import NONE, EngineError, Seeds, no_seeds, run, run_draws, step_order

if TYPE_CHECKING:
    from thinwalls.engine import Inputs

E, I = 1, 2  # noqa: E741


def one(
    step: int = 0,
    stage: int = E,
    people: float = 1.0,
    pool: tuple[tuple[int, float, int], ...] = ((0, 1.0, NONE),),
    movement: int = NONE,
    key: int = 11,
) -> Seeds:
    """One row; of the pool cell, weight and destination."""
    cell, weight, to = zip(*pool, strict=True)
    return Seeds(
        step=i32(step), stage=i32(stage), people=f(people), movement=i32(movement),
        pool_start=i64(0, len(pool)), pool_cell=i32(*cell), pool_weight=f(*weight),
        pool_to=i32(*to), key=np.array([key], np.uint64),
    )  # fmt: skip


def both(*rows: Seeds) -> Seeds:
    """Rows one after another."""
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row.pool_cell))
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(row, name) for row in rows])
        for name in Seeds.__slots__
        if name != "pool_start"
    }
    return Seeds(**joined, pool_start=i64(*starts))


def still(*susceptible: int, seeds: Seeds, **more: Any) -> Inputs:
    """Cells in which nothing happens but what the seeds do."""
    stages = replace(seir(), dwell_days=np.full(5, np.inf))
    return replace(system(start(*susceptible), stages, n_steps=4, beta=0.0, **more), seeds=seeds)


def test_it_is_a_part_of_a_step():
    assert [part.name for part in step_order()][:3] == ["policies", "seeds", "pressure"]


@pytest.mark.parametrize("mode", ["stochastic", "mean_field"])
def test_exactly_so_many_are_put_into_the_stage(mode):
    pool = ((0, 1.0, NONE), (1, 3.0, NONE))
    inputs = still(40, 60, seeds=one(2, I, 7, pool))
    output = run(inputs, seed=1, draw=0, mode=mode, check=True)
    assert output.final[:, I].sum() == pytest.approx(7)
    assert output.final.sum(axis=1) == pytest.approx([40, 60])
    assert output.seeded == pytest.approx(output.final[:, I])
    assert output.flow_total.sum() == 0


@pytest.mark.parametrize("mode", ["stochastic", "mean_field"])
def test_where_too_few_are_there_all_of_them_are_taken(mode):
    pool = ((0, 1.0, NONE), (1, 50.0, NONE), (2, 0.0, NONE))
    rows = both(one(1, E, 500, pool, key=4), one(2, I, 3, pool, key=2))
    output = run(still(5, 8, 90, seeds=rows), seed=1, draw=0, mode=mode, check=True)
    assert output.seeded == pytest.approx([5, 8, 0])
    assert output.final[:, E] == pytest.approx([5, 8, 0])
    assert output.final[2, 0] == 90


def test_in_the_mean_field_they_come_in_proportion_to_weight_and_number():
    pool = ((0, 1.0, NONE), (1, 2.0, NONE))
    output = run(still(300, 100, seeds=one(0, E, 5.0, pool)), seed=1, draw=0, mode="mean_field")
    assert output.final[:, E] == pytest.approx([3.0, 2.0])


def test_who_goes_elsewhere_is_counted_as_moved():
    inputs = still(
        30, 50, seeds=one(1, I, 4, ((0, 1.0, 1),), movement=0), n_movements=1, setting_of=[0, 1]
    )
    output = run(inputs, seed=1, draw=0, check=True)
    assert output.final.sum(axis=1).tolist() == [26, 54]
    assert output.final[1, I] == output.seeded[1] == 4
    assert output.moved_total[0, 0] == output.arrived_total[1, 0] == 4
    assert output.moved_infected_total[0, 0] == 4


def test_of_a_fraction_one_more_comes_with_its_chance():
    inputs = still(30, seeds=one(0, E, 2.25))
    n = 2_000
    found = np.array([run(inputs, seed=1, draw=d).seeded[0] for d in range(n)])
    assert set(found) == {2.0, 3.0}
    assert abs((found == 3).mean() - 0.25) < 4 * np.sqrt(0.25 * 0.75 / n)


def counts_from_first(pool: tuple[tuple[int, float, int], ...], people: int) -> Any:
    inputs = still(6, 14, seeds=one(0, E, people, pool))
    return [int(run(inputs, seed=7, draw=d).final[0, E]) for d in range(3_000)]


def test_without_weights_it_is_a_fair_sample():
    found = counts_from_first(((0, 1.0, NONE), (1, 1.0, NONE)), 5)
    agrees(found, hypergeom.pmf(np.arange(6), 20, 6, 5))


def test_one_person_comes_from_a_cell_in_proportion_to_weight_and_number():
    found = counts_from_first(((0, 7.0, NONE), (1, 2.0, NONE)), 1)
    agrees(found, binom.pmf(np.arange(2), 1, 6 * 7 / (6 * 7 + 14 * 2)))


def test_two_people_are_drawn_one_after_the_other():
    w, v = 7.0, 2.0

    def first(a: int, b: int) -> float:
        return a * w / (a * w + b * v)

    none = (1 - first(6, 14)) * (1 - first(6, 13))
    two = first(6, 14) * first(5, 14)
    found = counts_from_first(((0, w, NONE), (1, v, NONE)), 2)
    agrees(found, np.array([none, 1 - none - two, two]))


def test_one_cell_may_send_people_to_several():
    pool = ((0, 1.0, 1), (0, 3.0, 2), (0, 0.0, 0))
    for mode in ("stochastic", "mean_field"):
        inputs = still(20, 0, 0, seeds=one(0, E, 30, pool))
        output = run(inputs, seed=1, draw=0, mode=mode, check=True)
        assert output.seeded.sum() == pytest.approx(20)
        assert output.seeded[0] == 0 < output.seeded[1] < output.seeded[2]
    found = [int(run(still(1, 0, 0, seeds=one(0, E, 1, pool)), seed=5, draw=d).seeded[1])
             for d in range(2_000)]  # fmt: skip
    agrees(found, binom.pmf(np.arange(2), 1, 0.25))


def agrees(found: list[int], chance: Any) -> None:
    """Pearson's statistic is below what chance exceeds once in 10,000 times."""
    expected = chance * len(found)
    seen = np.bincount(found, minlength=len(chance))
    statistic = ((seen - expected) ** 2 / expected).sum()
    assert statistic < chi2.isf(1e-4, len(chance) - 1)


def test_the_order_of_rows_and_cells_does_not_matter():
    pool = ((0, 1.0, NONE), (1, 2.0, NONE))
    rows = [one(3, E, 4, pool, key=8), one(1, I, 2, pool, key=3), one(1, E, 3, pool, key=5)]
    inputs = system(start(60, 70), seir(), n_steps=40, beta=0.8)
    forward = run(replace(inputs, seeds=both(*rows)), seed=2, draw=5)
    turned = [replace(row, pool_cell=row.pool_cell[::-1].copy(),
                      pool_weight=row.pool_weight[::-1].copy()) for row in rows[::-1]]  # fmt: skip
    backward = run(replace(inputs, seeds=both(*turned)), seed=2, draw=5)
    for name in (*ARRAYS, "final", "seeded"):
        np.testing.assert_array_equal(getattr(forward, name), getattr(backward, name))
    assert forward.seeded.sum() == 9


def test_one_more_person_does_not_change_who_the_others_are():
    pool = tuple((cell, 1.0, NONE) for cell in range(6))
    for draw in range(20):
        fewer, more = (
            run(still(*[9] * 6, seeds=one(0, E, n, pool)), seed=1, draw=draw).final[:, E]
            for n in (5, 6)
        )
        assert ((more - fewer) >= 0).all()


@settings(max_examples=25, deadline=None)
@given(
    step=st.integers(0, 47),
    people=st.integers(1, 30),
    stage=st.sampled_from([E, I]),
    to=st.sampled_from([NONE, 1]),
    mode=st.sampled_from(["stochastic", "mean_field"]),
    draw=st.integers(0, 2**32),
)
def test_days_before_keep_their_bits(step, people, stage, to, mode, draw):
    inputs = system(start(400, 300, 20, infectious=9), seir(), n_steps=48, step_days=1.0, beta=0.6)
    before = run(inputs, seed=1, draw=draw, mode=mode)
    seeds = one(step, stage, people, ((0, 1.0, to), (2, 4.0, NONE)))
    after = run(replace(inputs, seeds=seeds), seed=1, draw=draw, mode=mode, check=True)
    for name in ARRAYS:
        one_array, other = getattr(before, name)[:step], getattr(after, name)[:step]
        np.testing.assert_array_equal(one_array, other, err_msg=name)
    assert after.final.sum() == pytest.approx(before.final.sum(), rel=1e-12)


def test_draws_run_together_have_the_bits_of_draws_run_alone():
    seeds = one(5, I, 3, ((0, 1.0, NONE), (1, 1.0, NONE)))
    inputs = replace(system(start(90, 80), seir(), n_steps=60, beta=0.9), seeds=seeds)
    for number, output in enumerate(run_draws(inputs, range(4), seed=3)):
        alone = run(inputs, seed=3, draw=number)
        assert output.seeded.sum() == 3
        np.testing.assert_array_equal(output.final, alone.final)


def test_infected_people_start_an_outbreak():
    inputs = system(start(500), seir(), n_steps=120, beta=1.5)
    assert run(inputs, seed=1, draw=0).flow_total.sum() == 0
    seeded = run(replace(inputs, seeds=one(0, I, 20)), seed=1, draw=0, check=True)
    assert seeded.flow_total.sum() > 0


WRONG = [
    ("step", i32(4), "seeds.step", "must be between 0 and 3"),
    ("stage", i32(9), "seeds.stage", "must be between 0 and 4"),
    ("stage", i32(0), "seeds.stage", "must be neither the susceptible stage nor one in hospital"),
    ("people", f(-1), "seeds.people", "must be between 0 and 262080"),
    ("people", f(np.nan), "seeds.people", "must be between 0 and 262080"),
    ("movement", i32(3), "seeds.movement", "must"),
    ("pool_cell", i32(7), "seeds.pool_cell", "must be between 0 and 0"),
    ("pool_weight", f(-2), "seeds.pool_weight", "must be at least 0 and finite"),
    ("pool_to", i32(5), "seeds.pool_to", "must be between -1 and 0"),
    ("pool_start", i64(0, 2), "seeds.pool_start", "must be the number of rows, 1"),
]


@pytest.mark.parametrize(("field", "value", "array", "message"), WRONG)
def test_what_cannot_be_is_named(field, value, array, message):
    inputs = still(9, seeds=replace(one(), **{field: value}))
    with pytest.raises(EngineError) as problem:
        run(inputs, seed=1, draw=0)
    assert array in str(problem.value)
    assert message in str(problem.value)


def test_a_key_is_there_once():
    with pytest.raises(EngineError, match="must be unique"):
        run(still(9, seeds=both(one(), one(1))), seed=1, draw=0)


def test_hospital_is_entered_by_admission_only():
    stages = replace(seir(), resource=i32(NONE, NONE, 0, NONE, NONE))
    made = system(start(9), stages, n_steps=4)
    rates = replace(made.rates, capacity=np.zeros((1, 0, 1)))
    inputs = replace(made, rates=rates, seeds=one(0, I))
    with pytest.raises(EngineError, match="one in hospital"):
        run(inputs, seed=1, draw=0)


def test_nobody_is_put_anywhere_without_rows():
    assert run(still(9, seeds=no_seeds()), seed=1, draw=0).seeded.tolist() == [0]
