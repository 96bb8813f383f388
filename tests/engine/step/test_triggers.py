"""Triggers: rows of attendance, a chance, days; what changed alone is worked out again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from support.systems import ARRAYS, f, i32, i64, system
from thinwalls.engine import NONE, EngineError, Exits, Triggers, run

if TYPE_CHECKING:
    from thinwalls.engine import Inputs

DAYS, PER_DAY = 30, 4


def watched(n: int = 1, **changes: Any) -> Triggers:
    """Triggers on infections in output 0, on for five days."""
    each = np.arange(n, dtype=np.int32) * 0
    made = Triggers(
        variable=each,
        output_start=np.arange(n + 1),
        output=each,
        region=each - 1,
        resource=each - 1,
        threshold=np.ones(n),
        window_days=each + 1,
        duration_days=each + 5,
        effect_after_days=each,
        profile=each - 1,
        factor=np.ones(n),
        setting_start=np.zeros(n + 1, np.int64),
        setting=i32(),
        setting_factor=np.ones(n),
    )
    return replace(made, **changes)


def two_rooms(**changes: Any) -> Inputs:
    """Two cells in one setting, the first of them with infectious people; column 1 is 1."""
    people = np.zeros((2, 5), np.int64)
    people[:, 0], people[0, 2] = 400, 20
    made = system(people, n_steps=DAYS * PER_DAY, beta=0.6, **changes)
    return replace(made, rates=replace(made.rates, profile=np.ones((1, 3))))


def apart(factor: float) -> Triggers:
    """The second cell is kept apart."""
    return watched(row_start=i64(0, 1), row=i32(1), row_factor=f(factor), duration_days=i32(DAYS))


@pytest.mark.parametrize("mode", ["stochastic", "mean_field"])
def test_who_is_kept_apart_neither_meets_nor_is_met(mode: Any) -> None:
    inputs = two_rooms(outputs=replace(two_rooms().outputs, n_outputs=2))
    inputs = replace(inputs, cells=replace(inputs.cells, output=i32(0, 1)))
    inputs = replace(inputs, triggers=apart(0.0))
    output = run(inputs, seed=1, draw=0, mode=mode, check=True)
    assert output.flow[0, 1, 0] > 0
    # It is on from the second day; then nobody of the second cell is infected.
    assert output.flow[1:, 1, 0].sum() == 0
    # Nor do they count among those present: the first cell is as if alone.
    alone = replace(inputs, people=output_after_a_day(inputs, mode), triggers=watched(0))
    without = replace(alone, people=alone.people * np.array([[1], [0]]))
    if mode == "mean_field":
        later = run(inputs, seed=1, draw=0, mode=mode).flow[1:, 0, 0]
        expected = run(without, seed=1, draw=0, mode=mode).flow[:-1, 0, 0]
        np.testing.assert_allclose(later, expected, rtol=1e-12)


def output_after_a_day(inputs: Inputs, mode: Any) -> np.ndarray:
    """People after the first day."""
    period = inputs.rates.period_of_step[:PER_DAY]
    short = replace(inputs, n_steps=PER_DAY, rates=replace(inputs.rates, period_of_step=period))
    return run(short, seed=1, draw=0, mode=mode).final


def test_half_of_the_attendance_halves_both_sides() -> None:
    inputs = replace(two_rooms(), triggers=apart(0.5))
    half = run(inputs, seed=1, draw=0, mode="mean_field").flow[1, 0, 0]
    day = replace(inputs, people=output_after_a_day(inputs, "mean_field"), triggers=watched(0))
    weight = np.array([1.0, 0.5])
    day = replace(day, attendance=replace(day.attendance, activity=weight, presence=weight))
    assert half == pytest.approx(run(day, seed=1, draw=0, mode="mean_field").flow[0, 0, 0])


def many_triggers(seed: int) -> Inputs:
    """Settings, rows, movements and programmes under triggers that act on each other's targets."""
    rng = np.random.default_rng(seed)
    inputs = two_rooms()
    n = 12
    exits = Exits(
        i64(0, 2, 3), i32(1, 1, 0), f(0.05, 0.1, 0.02), i32(1, 2, 1), i32(0, 0, 0), i32(0, 0, 0)
    )
    programmes = replace(
        inputs.programmes,
        cell_start=i64(0, 2, 3),
        cell=i32(0, 1, 1),
        stage_from=i32(2, 2),
        stage_to=i32(3, 3),
        hazard_per_day=f(0.05, 0.1),
        profile=i32(1, 2),
        limit=i32(NONE, NONE),
    )
    triggers = watched(
        n,
        threshold=rng.integers(1, 9, n).astype(float),
        duration_days=rng.integers(1, 5, n).astype(np.int32),
        profile=rng.integers(1, 3, n).astype(np.int32),
        factor=rng.uniform(0.0, 2.0, n),
        setting_start=np.arange(n + 1),
        setting=np.zeros(n, np.int32),
        setting_factor=rng.uniform(0.3, 1.5, n),
        row_start=np.arange(n + 1),
        row=rng.integers(0, 2, n).astype(np.int32),
        row_factor=rng.uniform(0.3, 1.2, n),
        chance=rng.integers(-1, 1, n).astype(np.int32),
        key=np.arange(n, dtype=np.uint64),
    )
    return replace(inputs, exits=exits, programmes=programmes, triggers=triggers)


@pytest.mark.parametrize("seed", range(5))
def test_what_changed_alone_gives_the_bits_of_working_everything_out(seed: int) -> None:
    inputs = many_triggers(seed)
    # Another period every step, with the same rates in all of them: everything is begun anew.
    rates, steps = inputs.rates, inputs.n_steps
    anew = replace(
        inputs,
        rates=replace(
            rates,
            period_of_step=np.arange(steps, dtype=np.int32),
            multiplier=np.repeat(rates.multiplier, steps, axis=0),
            hazard_per_day=np.repeat(rates.hazard_per_day, steps, axis=0),
            profile=np.repeat(rates.profile, steps, axis=0),
            capacity=np.repeat(rates.capacity, steps, axis=0),
        ),
    )
    one, other = (run(each, seed=seed, draw=0, check=True) for each in (inputs, anew))
    for name in (*ARRAYS, "final", "trigger_days"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert ((one.trigger_days > 0) & (one.trigger_days < DAYS - 1)).sum() > 1


def test_a_trigger_is_on_as_often_as_its_chance_says() -> None:
    inputs = two_rooms()
    profile = np.array([[1.0, 0.3, 1.0]])
    once = watched(chance=i32(1), duration_days=i32(DAYS), key=np.array([7], np.uint64))
    inputs = replace(inputs, triggers=once, rates=replace(inputs.rates, profile=profile))
    n = 1_000
    days = np.array([run(inputs, seed=2, draw=draw).trigger_days[0] for draw in range(n)])
    # Its condition begins once, with the first infection, and holds to the end.
    assert ((days == 0) | (days > DAYS - 5)).all()
    # Five standard errors of a binomial share.
    assert abs((days > 0).mean() - 0.3) < 5 * np.sqrt(0.3 * 0.7 / n)


def test_triggers_of_one_key_are_on_together_and_those_of_others_apart() -> None:
    inputs = two_rooms()
    profile = np.array([[1.0, 0.5, 1.0]])
    keyed = watched(
        3, chance=i32(1, 1, 1), duration_days=i32(DAYS, DAYS, DAYS), key=np.array([7, 7, 8], "u8")
    )
    inputs = replace(inputs, triggers=keyed, rates=replace(inputs.rates, profile=profile))
    on = np.array([run(inputs, seed=2, draw=draw).trigger_days for draw in range(60)]) > 0
    np.testing.assert_array_equal(on[:, 0], on[:, 1])
    assert (on[:, 0] != on[:, 2]).any()


def test_days_from_which_until_which_and_how_many() -> None:
    inputs = two_rooms()
    always = watched(duration_days=i32(DAYS))

    def on(**changes: Any) -> float:
        made = replace(inputs, triggers=replace(always, **changes))
        return float(run(made, seed=1, draw=0).trigger_days[0])

    assert on() == DAYS - 1
    assert on(from_day=i32(10)) == DAYS - 10
    assert on(from_day=i32(10), until_day=i32(15)) == 5
    assert on(first_days=i32(2)) == 2
    assert on(from_day=i32(10), first_days=i32(3)) == 3
    assert on(from_day=i32(DAYS + 1)) == 0


def test_days_before_a_trigger_may_hold_keep_their_bits() -> None:
    inputs = two_rooms()
    later = replace(inputs, triggers=replace(apart(0.0), from_day=i32(10)))
    one, other = (run(each, seed=1, draw=0) for each in (inputs, later))
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name)[:10], getattr(other, name)[:10])
    assert not np.array_equal(one.final, other.final)


def test_people_are_counted_while_a_trigger_is_on() -> None:
    inputs = two_rooms()
    triggers = replace(watched(from_day=i32(5), until_day=i32(12)), counted_stock=0)
    output = run(replace(inputs, triggers=triggers), seed=1, draw=0)
    assert output.trigger_people[0] == pytest.approx(output.stock[5:12, 0, 0].sum())


def test_rows_of_attendance_come_with_their_factors() -> None:
    inputs = replace(two_rooms(), triggers=watched(row=i32(1)))
    with pytest.raises(EngineError, match=r"triggers\.row: must be given with row_start"):
        run(inputs, seed=1, draw=0)
