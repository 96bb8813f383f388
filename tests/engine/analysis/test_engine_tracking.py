"""Places that follow a record, reproduction numbers, individual variation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from support.systems import f, i32, seir, system
from thinwalls.engine import (
    EngineError,
    OutputSpec,
    activity_by_time,
    activity_days,
    generation_interval,
    next_generation_R,
    renewal_R,
    run,
    track,
)

STEPS = 240


def record_of(places):
    """Cases that come in waves, with long zeros."""
    time = np.arange(STEPS)[:, None]
    wave = 40 * np.exp(-(((time - 90) / 30) ** 2)) + 15 * np.exp(-(((time - 200) / 12) ** 2))
    target = wave * np.linspace(0.2, 2, places)
    target[:20] = 0.0
    target[120:150, : places // 2] = 0.0
    return target


def tracked_system(places=6, people=4_000.0, target=None, cap=1.2):
    stages = seir(2.0, 3.0, 0.02)
    start = np.zeros((places, 2, 5))
    start[:, 0, 0], start[:, 1, 0] = people, people / 3
    start[:, 0, 2] = 2.0
    target = record_of(places) if target is None else target
    arguments = {
        "people": start,
        "severity_row": np.zeros((places, 2), np.int32),
        "target": target,
        "cap": np.full(target.shape, cap),
        "step_days": 0.5,
        "transmission": np.full(places, 0.3),
        "exposure": np.full(places, 0.8),
        "presence": np.tile(f(1.0, 0.5), (places, 1)),
        "infectivity": np.tile(f(1.0, 0.7), (places, 1)),
        "crowding_exponent": np.full(places, 0.4),
        "reference_present": start.sum(axis=(1, 2)),
    }
    return stages, arguments, track(stages, **arguments)


@pytest.mark.slow
def test_the_uncoupled_mean_field_reproduces_the_record():
    places = 6
    stages, arguments, tracked = tracked_system(places)
    assert tracked.complete
    base = system(
        arguments["people"].reshape(-1, 5), stages, n_steps=STEPS, step_days=0.5,
        setting_of=np.repeat(np.arange(places), 2),
    )  # fmt: skip
    inputs = replace(
        base,
        cells=replace(
            base.cells,
            susceptibility=np.full(2 * places, 0.8),
            infectivity=arguments["infectivity"].ravel(),
            output=np.repeat(np.arange(places), 2).astype(np.int32),
        ),
        settings=replace(
            base.settings,
            transmission=arguments["transmission"],
            crowding_exponent=arguments["crowding_exponent"],
            reference_present=arguments["reference_present"],
        ),
        attendance=replace(base.attendance, presence=arguments["presence"].ravel()),
        rates=replace(
            base.rates,
            series_setting=np.arange(places, dtype=np.int32),
            series_multiplier=tracked.multiplier,
            series_hazard_per_day=tracked.hazard_per_day,
        ),
        outputs=OutputSpec(places, 1, base.outputs.flow, base.outputs.stock, 0, False),
    )
    output = run(inputs, seed=1, draw=0, mode="mean_field", check=True)
    daily = arguments["target"].reshape(-1, 2, places).sum(axis=1)
    np.testing.assert_allclose(output.flow[:, :, 0], daily, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(output.final, tracked.final.reshape(-1, 5), rtol=1e-9, atol=1e-9)
    assert (tracked.multiplier <= 1.2).all()
    assert (tracked.hazard_per_day >= 0).all()
    assert ((tracked.hazard_per_day > 0) & (tracked.multiplier < 1.2)).sum() == 0


def test_a_record_beyond_the_people_is_said():
    target = np.full((STEPS, 1), 50.0)
    _, _, tracked = tracked_system(1, people=1_000.0, target=target)
    assert not tracked.complete
    infected = target.sum() - tracked.shortfall.sum()
    assert infected <= 1_000 * 4 / 3 * 1.001


def test_tracking_names_what_is_wrong():
    stages, arguments, _ = tracked_system(2)
    target = arguments["target"].copy()
    target[3, 1] = np.nan
    with pytest.raises(EngineError, match=r"target\[3, 1\]"):
        track(stages, **{**arguments, "target": target})
    with pytest.raises(EngineError, match="cap"):
        track(stages, **{**arguments, "cap": arguments["cap"][1:]})


def test_activity_of_an_infection():
    days = activity_days(seir(4, 7), 0.25)[0]
    assert days == pytest.approx(0.25 / (1 - np.exp(-0.25 / 7)), rel=1e-12)
    assert activity_days(seir(4, 7), 1e-4)[0] == pytest.approx(7, rel=1e-4)
    by_time = activity_by_time(seir(4, 7), 0.25, 2_000)[0]
    assert by_time.sum() * 0.25 == pytest.approx(days, rel=1e-9)
    weights, mean = generation_interval(seir(4, 7), 0.01)
    assert weights.sum() == pytest.approx(1, rel=1e-12)
    assert mean == pytest.approx(4 + 7, rel=2e-3)


def test_renewal_equation_recovers_a_constant_reproduction_number():
    weights, _ = generation_interval(seir(2, 3), 0.5)
    infections = np.zeros((300, 2))
    infections[0] = 10
    for t in range(1, 300):
        lag = min(t, weights.size)
        infections[t] = [1.7, 0.8] * (weights[:lag] @ infections[t - lag : t][::-1])
    # Nobody is infectious one step after being exposed, so the second step has nothing to go by.
    np.testing.assert_allclose(renewal_R(infections, weights)[2:], [[1.7, 0.8]] * 298, rtol=1e-9)
    assert (renewal_R(np.zeros((9, 1)), weights) == 1).all()


def test_next_generation_of_one_setting_and_of_roles():
    one = system(np.array([[900, 0, 0, 0, 0], [100, 0, 0, 0, 0]]), seir(4, 7))
    args = (one.stages, one.cells, one.settings, one.attendance, one.people.sum(axis=1))
    got = next_generation_R(*args, step_days=0.25)
    np.testing.assert_allclose(got, activity_days(seir(4, 7), 0.25), rtol=1e-9)
    contact = np.array([[[2.0, 0.5], [0.25, 1.0]]])
    roles = replace(one.settings, contact=contact)
    attendance = replace(one.attendance, role=i32(0, 1))
    got = next_generation_R(one.stages, one.cells, roles, attendance, args[4], step_days=0.25)
    matrix = contact[0] * np.array([[900.0], [100.0]]) / 1_000 * activity_days(one.stages, 0.25)
    assert got[0] == pytest.approx(np.abs(np.linalg.eigvals(matrix)).max(), rel=1e-9)
    by_role = replace(roles, normalise_by_role=np.array([True]))
    got = next_generation_R(one.stages, one.cells, by_role, attendance, args[4], step_days=0.25)
    matrix = contact[0] * np.array([[900.0], [100.0]]) / np.array([900.0, 100.0])
    matrix *= activity_days(one.stages, 0.25)
    assert got[0] == pytest.approx(np.abs(np.linalg.eigvals(matrix)).max(), rel=1e-9)
