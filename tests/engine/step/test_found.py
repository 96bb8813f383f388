"""People who are found: what they infect is multiplied by what is in force where they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from support.systems import ARRAYS, f, i32, i64, seir, system
from thinwalls.engine import NONE, Inputs, Stages, Triggers, run

SUSCEPTIBLE, ILL, FOUND, LEAST = 0, 2, 5, 0.25


def with_twin() -> Stages:
    """S, E, I, R, D and I of people who are found, who are just as contagious."""
    plain = seir()
    return replace(
        plain,
        dwell_days=np.append(plain.dwell_days, plain.dwell_days[ILL]),
        infectiousness=np.append(plain.infectiousness, 1.0),
        present=np.append(plain.present, 1.0),
        alive=np.append(plain.alive, True),
        branch_from=i32(1, 2, 2, 5, 5),
        branch_to=i32(2, 3, 4, 3, 4),
        branch_probability=np.array([[1.0, 0.99, 0.01, 0.99, 0.01]]),
        resource=np.full(6, NONE, np.int32),
        overflow=np.full(6, NONE, np.int32),
        found=np.arange(6) == FOUND,
    )


def place(ill: float, found: float, factor: float = 1.0, **changes: object) -> Inputs:
    """Two cells of one place, of which the second has the infected."""
    people = np.zeros((2, 6), np.int64)
    people[0, SUSCEPTIBLE] = 900
    people[1, ILL], people[1, FOUND] = ill, found
    made = system(people, replace(with_twin(), **changes), n_steps=8, beta=0.5)
    return replace(
        made,
        cells=replace(made.cells, found_profile=i32(NONE, 1)),
        rates=replace(made.rates, profile=f(1.0, factor)[None, :]),
    )


def first_force(inputs: Inputs) -> float:
    """Force in the first step, per day."""
    one = replace(
        inputs,
        n_steps=1,
        step_days=1.0,
        outputs=replace(inputs.outputs, force=True),
        rates=replace(inputs.rates, period_of_step=inputs.rates.period_of_step[:1]),
    )
    return float(run(one, seed=1, draw=0, mode="mean_field").force[0, 0])


@pytest.mark.parametrize(
    ("factor", "least", "left"),
    [(1.0, 0.0, 1.0), (0.6, 0.0, 0.6), (0.0, 0.0, 0.0), (0.0, 0.3, 0.3)],
)
def test_force_is_beta_times_the_ill_and_what_is_left_of_those_found(factor, least, left):
    inputs = place(40, 60, factor, found_least=least)
    assert first_force(inputs) == pytest.approx(0.5 * (40 + 60 * left) / 1000, rel=1e-12)


def test_without_a_profile_people_found_infect_like_others():
    inputs = place(40, 60, 0.0)
    free = replace(inputs, cells=replace(inputs.cells, found_profile=None))
    assert first_force(free) == pytest.approx(0.5 * 100 / 1000, rel=1e-12)
    elsewhere = replace(inputs, cells=replace(inputs.cells, found_profile=i32(1, NONE)))
    assert first_force(elsewhere) == first_force(free)


def test_no_bit_changes_where_nobody_can_be_found():
    inputs = place(40, 0, 0.0)
    plain = replace(
        inputs,
        stages=replace(inputs.stages, found=None),
        cells=replace(inputs.cells, found_profile=None),
    )
    one, other = (run(each, seed=4, draw=2) for each in (inputs, plain))
    for name in (*ARRAYS, "final"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_however_many_triggers_are_on_the_least_factor_is_left():
    inputs = place(40, 60, found_least=LEAST)
    flow = inputs.outputs.flow.copy()
    flow[0, ILL, 3] = True
    switched = replace(
        inputs,
        n_steps=4 * 4,
        outputs=replace(inputs.outputs, flow=flow, force=True),
        rates=replace(inputs.rates, period_of_step=np.zeros(16, np.int32)),
        triggers=Triggers(
            i32(0, 0), i64(0, 1, 2), i32(1, 1), i32(-1, -1), i32(-1, -1), f(0.0, 0.0), i32(1, 1),
            i32(1, 1), i32(0, 0), i32(1, 1), f(1e-12, 1e-12), i64(0, 0, 0), i32(), f(1.0, 1.0),
        ),
    )  # fmt: skip
    always = replace(switched, triggers=replace(switched.triggers, factor=f(1.0, 1.0)))
    # A trigger acts from the day after its condition was met.
    later = run(
        replace(
            always,
            rates=replace(
                always.rates,
                profile=np.array([[1.0, 1.0], [1.0, LEAST]]),
                period_of_step=(np.arange(16) >= 4).astype(np.int32),
                multiplier=np.ones((2, 1)),
                hazard_per_day=np.zeros((2, 1)),
                capacity=np.repeat(always.rates.capacity, 2, axis=0),
            ),
        ),
        seed=1,
        draw=0,
        mode="mean_field",
    )
    both = run(switched, seed=1, draw=0, mode="mean_field")
    np.testing.assert_array_equal(both.force, later.force)
