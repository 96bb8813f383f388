"""Hospitals, programmes and triggers of one run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from support.systems import f, i32, i64, start, system
from thinwalls.engine import (
    NONE,
    Exits,
    Programmes,
    Stages,
    Triggers,
    run,
)


def hospital(beds, sick=200):
    stages = Stages(
        dwell_days=f(np.inf, 2.0, 5.0, 5.0, np.inf, np.inf),
        infectiousness=f(0, 1, 0, 0, 0, 0),
        present=f(1, 1, 0, 1, 1, 0),
        alive=np.array([True] * 5 + [False]),
        branch_from=i32(1, 1, 2, 3),
        branch_to=i32(2, 4, 4, 5),
        branch_probability=np.array([[0.5, 0.5, 1.0, 1.0]]),
        susceptible=0,
        infected=1,
        resource=i32(-1, -1, 0, -1, -1, -1),
        overflow=i32(-1, -1, 3, -1, -1, -1),
    )
    people = np.zeros((2, 6), np.int64)
    people[:, 1] = sick
    base = system(people, stages, beta=0.0, n_steps=80)
    return replace(
        base,
        cells=replace(base.cells, region=i32(0, 0)),
        rates=replace(base.rates, capacity=np.array([[[float(beds)]]])),
    )


@pytest.mark.parametrize("mode", ["stochastic", "mean_field"])
def test_a_hospital_is_never_over_its_capacity(mode):
    output = run(hospital(15), seed=1, draw=0, mode=mode, check=True)
    assert output.resource_in_use.max() <= 15 + 1e-9
    assert output.overflowed.sum() > 50
    assert output.flow[:, :, 1].sum() == pytest.approx(output.final[:, 5].sum())
    free = run(hospital(10_000), seed=1, draw=0, mode=mode, check=True)
    assert free.overflowed.sum() == 0


@pytest.mark.slow
def test_who_gets_a_bed_does_not_depend_on_the_order_of_cells():
    n = 400
    turned_away = np.array(
        [run(hospital(15), seed=1, draw=d).final[:, [3, 5]].sum(axis=1) for d in range(n)]
    )
    difference = turned_away[:, 0] - turned_away[:, 1]
    assert abs(difference.mean()) < 5 * difference.std(ddof=1) / np.sqrt(n)


def test_programmes_keep_to_their_limit():
    people = np.zeros((2, 5), np.int64)
    people[:, 0] = 400
    base = system(people, beta=0.0, n_steps=60)
    programmes = Programmes(i64(0, 2), i32(0, 1), i32(0), i32(3), f(0.3), i32(0), i32(0), f(50.0))
    output = run(replace(base, programmes=programmes), seed=1, draw=0, check=True)
    assert output.final[:, 3].sum() == 50
    free = replace(programmes, limit=i32(NONE), limit_people=f())
    output = run(replace(base, programmes=free), seed=1, draw=0, check=True)
    assert output.final[:, 3].sum() > 700


def test_a_trigger_works_from_the_day_after_its_threshold():
    inputs = system(start(5_000, infectious=100), n_steps=120)
    triggers = Triggers(
        i32(0), i64(0, 1), i32(0), i32(NONE), i32(NONE), f(30.0), i32(1), i32(1000), i32(2),
        i32(NONE), f(1.0), i64(0, 1), i32(0), f(0.0),
    )  # fmt: skip
    output = run(replace(inputs, triggers=triggers), seed=1, draw=0, check=True)
    daily = output.flow[:, 0, 0]
    first = int(np.flatnonzero(daily >= 30)[0])
    assert (daily[first + 1 : first + 3] > 0).all()
    assert daily[first + 3 :].sum() == 0
    same = run(inputs, seed=1, draw=0).flow[: first + 3, 0, 0]
    np.testing.assert_array_equal(daily[: first + 3], same)


def test_the_dead_and_people_in_hospital_are_not_moved():
    inputs = hospital(1_000)
    people = np.zeros((2, 6), np.int64)
    people[0] = [10, 0, 20, 0, 0, 30]
    exits = Exits(i64(0, 1, 1), i32(1), f(50.0), i32(0), i32(0), i32(0))
    one = replace(
        inputs, people=people, exits=exits, n_steps=1,
        rates=replace(inputs.rates, period_of_step=i32(0),
                      stage_weight=np.ones((1, 6))),
    )  # fmt: skip
    output = run(one, seed=1, draw=0, check=True)
    assert output.final[0, 5] == 30
    assert output.final[1, 2] == 0
    assert output.final[1, 0] == 10
