"""What changes in the course of a run does not show before: not in one bit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from support.systems import ARRAYS, system, twisted
from thinwalls.engine import Counts, Exits, run

if TYPE_CHECKING:
    from thinwalls.engine import Inputs

PER_DAY, DAYS, CUT = 4, 12, 6
"""Steps in a day, days, and the first day of the change."""
CELLS = 6


def base(rows: list[tuple[int, int, float, int]], counts: Counts | None = None) -> Inputs:
    """Six cells, with rows (from, to, hazard, movement) that follow one profile."""
    form = twisted()
    people = np.zeros((CELLS, form.people.shape[1]), np.int64)
    people[:, 0] = [800, 600, 50, 3, 0, 2_000]
    people[0, 2] = 20
    people[5, 1] = 90
    steps = PER_DAY * DAYS
    weights = np.array([form.stages.alive, np.arange(form.people.shape[1]) != 2], np.float64)
    inputs = system(
        people,
        form.stages,
        n_steps=steps,
        beta=0.8,
        setting_of=np.arange(CELLS) // 2,
        outputs=replace(form.outputs, n_outputs=CELLS, every_days=1, n_movements=2),
        exits=table([(*row, 0, 0) for row in rows]),
        rates=replace(
            form.rates,
            multiplier=np.ones((2, CELLS // 2)),
            hazard_per_day=np.zeros((2, CELLS // 2)),
            period_of_step=(np.arange(steps) >= PER_DAY * CUT).astype(np.int32),
            profile=np.ones((2, 1)),
            stage_weight=weights,
            capacity=np.zeros((2, 0, 2)),
        ),
    )
    region = np.full(CELLS, -1, np.int32)
    inputs = replace(inputs, cells=replace(inputs.cells, region=region))
    return inputs if counts is None else replace(inputs, counts=counts)


def table(rows: list[tuple[int, int, float, int, int, int]]) -> Exits:
    """Rows (from, to, hazard, movement, profile, stage weight), by cell."""
    rows = sorted(rows, key=lambda row: row[0])
    columns: list[Any] = list(zip(*rows, strict=True)) or [()] * 6
    start = np.searchsorted(np.asarray(columns[0], np.int64), np.arange(CELLS + 1))
    return Exits(
        start=start.astype(np.int64),
        to=np.array(columns[1], np.int32),
        hazard_per_day=np.array(columns[2], np.float64),
        profile=np.array(columns[4], np.int32),
        movement=np.array(columns[3], np.int32),
        stage_weight=np.array(columns[5], np.int32),
    )


def with_profile(inputs: Inputs, *after: float) -> Inputs:
    """More profiles: 1 until the change (0 where it begins with it), then the value."""
    before = [1.0, *(1.0 if value < 1.0 else 0.0 for value in after)]
    return replace(inputs, rates=replace(inputs.rates, profile=np.array([before, [1.0, *after]])))


def same_before(one: Inputs, other: Inputs, seed: int) -> bool:
    """Assert equal bits before the change; whether anything differs after it."""
    a, b = (run(each, seed=seed, draw=0, check=True) for each in (one, other))
    for name in ARRAYS:
        before = getattr(a, name)[:CUT], getattr(b, name)[:CUT]
        np.testing.assert_array_equal(*before, err_msg=name)
    return not np.array_equal(a.final, b.final)


cell = st.integers(0, CELLS - 1)
row = st.tuples(cell, cell, st.floats(0.001, 0.4), st.integers(-1, 1)).filter(
    lambda each: each[0] != each[1]
)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(st.tuples(row, st.booleans()), min_size=1, max_size=14), st.integers(0, 10_000))
def test_rows_that_are_scaled_later_show_nothing_before(rows, seed) -> None:
    one = base([each for each, _ in rows])
    other = with_profile(one, 0.25)
    other = replace(other, exits=table([(*each, int(changed), 0) for each, changed in rows]))
    same_before(one, other, seed)


@pytest.mark.slow
@settings(max_examples=60)
@given(
    st.lists(row, min_size=1, max_size=10),
    st.lists(st.tuples(row, st.integers(0, 1)), min_size=1, max_size=10),
    st.integers(0, 10_000),
)
def test_rows_that_begin_later_show_nothing_before(rows, added, seed) -> None:
    """Stage weights of theirs that leave some people out show nothing either."""
    one = base(rows)
    other = with_profile(one, 2.0)
    both = [(*each, 0, 0) for each in rows] + [(*each, 1, weight) for each, weight in added]
    same_before(one, replace(other, exits=table(both)), seed)


def test_some_rows_are_halted_while_others_begin() -> None:
    """As in a quarantine at one place: who would go to cell 1 goes to cell 4 instead."""
    rows = [(0, to, 0.05, 0) for to in (1, 2, 3, 5)]
    one = base(rows)
    profiles = with_profile(one, 0.0, 1.0)
    halted = [(*each, int(each[1] == 1), 0) for each in rows]
    other = replace(profiles, exits=table([*halted, (0, 4, 0.05, 0, 2, 0)]))
    assert same_before(one, other, seed=3)
    went = run(other, seed=3, draw=0).arrived
    assert went[:CUT, 4].sum() == 0
    assert went[:CUT, 1].sum() > 0
    assert went[CUT:, 4].sum() > 0
    assert went[CUT:, 1].sum() == 0


@pytest.mark.parametrize("people", [2.0, 30.0])
def test_a_pool_may_have_an_empty_cell_more(people: float) -> None:
    def counts(pool: list[int]) -> Counts:
        n = len(pool)
        return Counts(
            people_per_day=np.array([people]),
            profile=np.zeros(1, np.int32),
            movement=np.zeros(1, np.int32),
            stage_weight=np.zeros(1, np.int32),
            pool_start=np.array([0, n]),
            pool_cell=np.array(pool, np.int32),
            pool_weight=np.ones(n),
            pool_to=np.full(n, -1, np.int32),
            fan_start=np.array([0, 2]),
            fan_cell=np.array([1, 2], np.int32),
            fan_weight=np.array([1.0, 3.0]),
            key=np.zeros(1, np.uint64),
        )

    one = base([], counts([0]))
    # People begin to go to cell 4, and those are taken from there as well.
    other = with_profile(base([], counts([0, 4])), 1.0)
    other = replace(other, exits=table([(0, 4, 0.1, -1, 1, 0)]))
    assert same_before(one, other, seed=8)
