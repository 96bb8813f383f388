"""What is recorded: rows of several outputs, totals by output, and triggers that need no row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from support.exact_engine import run_exact
from support.systems import f, i32, i64, system, twisted
from thinwalls.engine import (
    NOBODY_SUSCEPTIBLE,
    NONE,
    Exits,
    Triggers,
    run,
    run_draws,
)

BY_ROW = ("flow", "stock", "moved", "arrived", "moved_infected")
TWISTED = twisted()
"""Its fourth cell is empty at the start, and here of no output."""


def recorded(inputs, daily, output=None, every_days=1):
    cells = inputs.cells if output is None else replace(inputs.cells, output=i32(*output))
    record = replace(inputs.outputs, daily=daily, every_days=every_days)
    return replace(inputs, cells=cells, outputs=record)


def added_up(values, daily):
    """[D, O, V] by output -> [D, Y, V] by row."""
    rows = np.zeros((values.shape[0], max(daily) + 1, values.shape[2]))
    for output, row in enumerate(daily):
        if row != NONE:
            rows[:, row] += values[:, output]
    return rows


def mean_force(inputs, whole, daily):
    """[D, Y] force by output, weighted with the people susceptible at the start."""
    susceptible = np.zeros(len(daily))
    for people, output in zip(inputs.people, inputs.cells.output, strict=True):
        if output >= 0:
            susceptible[output] += people[inputs.stages.susceptible]
    weight = np.maximum(susceptible, NOBODY_SUSCEPTIBLE)[None, :, None]
    return (added_up(whole.force[:, :, None] * weight, daily) / added_up(weight, daily))[:, :, 0]


rows_of_outputs = st.lists(st.integers(-1, 3), min_size=4, max_size=4).filter(
    lambda rows: set(range(max(rows) + 1)) <= set(rows)
)


@pytest.mark.slow
@settings(max_examples=40)
@given(
    rows_of_outputs,
    st.lists(st.integers(-1, 3), min_size=4, max_size=4),
    st.sampled_from(["stochastic", "mean_field"]),
    st.sampled_from([1, 7]),
)
def test_rows_and_totals_are_sums_of_the_whole_record(daily, output, mode, every_days):
    whole = run(recorded(TWISTED, None, output, every_days), seed=5, draw=2, mode=mode)
    inputs = recorded(TWISTED, i32(*daily), output, every_days)
    some = run(inputs, seed=5, draw=2, mode=mode, check=True)
    # Whole people add up exactly, expectations up to rounding of the sums.
    rounding = {"rtol": 0.0 if mode == "stochastic" else 1e-12, "atol": 0.0}
    np.testing.assert_array_equal(some.final, whole.final)
    np.testing.assert_array_equal(some.resource_in_use, whole.resource_in_use)
    for name in BY_ROW:
        by_output = getattr(whole, name)
        np.testing.assert_allclose(getattr(some, name), added_up(by_output, daily), **rounding)
        for one in (whole, some):
            total = getattr(one, f"{name}_total")
            np.testing.assert_allclose(total, by_output.sum(axis=0), **rounding)
    np.testing.assert_allclose(some.force, mean_force(inputs, whole, daily), rtol=1e-12)


def test_an_output_with_a_row_of_its_own_is_recorded_as_without_rows():
    """Bit for bit, whatever the number of the row."""
    whole = run(TWISTED, seed=1, draw=0)
    some = run(recorded(TWISTED, i32(2, NONE, 0, 1)), seed=1, draw=0)
    for name in (*BY_ROW, "force"):
        np.testing.assert_array_equal(getattr(some, name), getattr(whole, name)[:, [2, 3, 0]])


def test_draws_in_one_call_have_records_of_their_own():
    inputs = recorded(TWISTED, i32(0, 0, 1, NONE))
    for draw, output in zip((4, 5, 6), run_draws(inputs, (4, 5, 6), seed=1), strict=True):
        alone = run(inputs, seed=1, draw=draw)
        for name in (*BY_ROW, *(f"{one}_total" for one in BY_ROW), "force"):
            np.testing.assert_array_equal(getattr(output, name), getattr(alone, name))


@pytest.mark.parametrize("every_days", [1, 10])
def test_a_trigger_reads_outputs_that_no_row_records(every_days):
    inputs = system(np.array([[5_000, 0, 100, 0, 0], [50, 0, 0, 0, 0]]), n_steps=120)
    triggers = Triggers(
        i32(0), i64(0, 1), i32(0), i32(NONE), i32(NONE), f(60.0), i32(2), i32(3), i32(1),
        i32(NONE), f(1.0), i64(0, 1), i32(0), f(0.0),
    )  # fmt: skip
    inputs = replace(inputs, triggers=triggers)
    whole = run(inputs, seed=1, draw=0)
    some = run(recorded(inputs, i32(NONE, 0), every_days=every_days), seed=1, draw=0, check=True)
    # It was on, so the test tells something.
    assert (whole.flow[5:, :, 0].sum(axis=1) == 0).any()
    np.testing.assert_array_equal(some.final, whole.final)
    np.testing.assert_array_equal(some.flow_total, whole.flow.sum(axis=0))


@pytest.mark.slow
def test_events_are_recorded_in_rows_and_totals():
    base = system(np.array([[40, 0, 3, 0, 0], [30, 0, 0, 0, 0], [5, 0, 0, 0, 0]]), n_steps=80)
    exits = Exits(
        i64(0, 1, 2, 3), i32(1, 2, 0), f(0.05, 0.1, 0.02), i32(0, 0, 0), i32(0, 0, 0), i32(0, 0, 0)
    )
    inputs = replace(base, exits=exits)
    whole = run_exact(inputs, seed=1, draw=0)
    daily = [1, NONE, 1]
    some = run_exact(recorded(inputs, i32(1, NONE, 1)), seed=1, draw=0)
    for name in BY_ROW:
        by_output = getattr(whole, name)
        assert by_output.sum() > 0
        np.testing.assert_array_equal(getattr(some, name), added_up(by_output, daily))
        np.testing.assert_array_equal(getattr(some, f"{name}_total"), by_output.sum(axis=0))


def test_no_rows_leave_only_totals():
    output = run(recorded(TWISTED, i32(NONE, NONE, NONE, NONE)), seed=1, draw=0, check=True)
    for name in (*BY_ROW, "force"):
        assert getattr(output, name).shape[:2] == (75, 0)
    np.testing.assert_array_equal(output.flow_total, run(TWISTED, seed=1, draw=0).flow.sum(axis=0))
