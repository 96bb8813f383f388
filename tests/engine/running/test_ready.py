"""Compiling ahead, and the order of cells that may be given."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest

from support.systems import ARRAYS, system, twisted
from thinwalls.engine import EngineError, Exits, make_ready, run


def test_making_ready_leaves_the_collector_as_it_was() -> None:
    for wanted in (False, True):
        (gc.enable if wanted else gc.disable)()
        try:
            make_ready()
            assert gc.isenabled() is wanted
        finally:
            gc.enable()


def test_the_order_that_is_the_usual_one_changes_no_bit() -> None:
    inputs = twisted()
    early = np.asarray(inputs.people).any(axis=1)
    given = replace(inputs, cells=replace(inputs.cells, early=early))
    usual, told = run(inputs, seed=3, draw=1), run(given, seed=3, draw=1)
    for name in (*ARRAYS, "final"):
        assert np.array_equal(getattr(usual, name), getattr(told, name)), name


def test_another_order_changes_expectations_by_rounding_only() -> None:
    inputs = twisted()
    early = np.arange(inputs.cells.key.shape[0]) % 2 == 1
    given = replace(inputs, cells=replace(inputs.cells, early=early))
    usual = run(inputs, seed=3, draw=1, mode="mean_field")
    told = run(given, seed=3, draw=1, mode="mean_field", check=True)
    for name in (*ARRAYS, "final"):
        np.testing.assert_allclose(getattr(told, name), getattr(usual, name), rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("early", [np.ones(2, np.bool_), np.ones(4, np.int64)])
def test_an_order_of_another_shape_or_kind_is_refused(early: np.ndarray) -> None:
    inputs = twisted()
    with pytest.raises(EngineError, match=r"cells\.early"):
        run(replace(inputs, cells=replace(inputs.cells, early=early)), seed=1, draw=1)


@pytest.mark.parametrize("mode", ["stochastic", "mean_field"])
@pytest.mark.parametrize("rows", [1, 2])
def test_looking_at_exposed_cells_only_changes_no_bit(mode: str, rows: int) -> None:
    """Recording the force of infection makes the kernels look at all cells.

    With two rows every cell attends its setting twice, as two parts of its day do; an external
    hazard in one setting comes and goes.
    """
    parts, steps = 12, 200
    base = twisted()
    n = base.cells.key.shape[0]
    people = np.zeros((parts * n, base.people.shape[1]), np.int64)
    people[:, 0] = np.tile([800, 600, 50, 0], parts)
    people[0, 2] = 10
    hazard = np.zeros((3, parts * n // 2))
    hazard[1, -3] = 1e-4
    inputs = system(
        people,
        base.stages,
        n_steps=steps,
        beta=0.6,
        setting_of=np.arange(parts * n) // 2,
        outputs=replace(base.outputs, n_outputs=parts * n),
        exits=_in_a_ring(parts * n),
        rates=replace(
            base.rates,
            multiplier=np.ones((3, parts * n // 2)),
            hazard_per_day=hazard,
            period_of_step=(np.arange(steps) // 70).astype(np.int32),
            profile=np.ones((3, 1)),
            stage_weight=base.stages.alive[None, :].astype(np.float64),
            capacity=np.zeros((3, 0, 2)),
        ),
    )
    inputs = replace(
        inputs,
        cells=replace(inputs.cells, region=np.full(parts * n, -1, np.int32)),
        attendance=replace(
            inputs.attendance,
            start=inputs.attendance.start * rows,
            setting=np.repeat(inputs.attendance.setting, rows),
            role=np.repeat(inputs.attendance.role, rows),
            activity=np.repeat(inputs.attendance.activity, rows) / rows,
            presence=np.repeat(inputs.attendance.presence, rows) / rows,
        ),
    )
    forced = run(
        replace(inputs, outputs=replace(inputs.outputs, force=True)), seed=5, draw=2, mode=mode
    )
    quiet = run(
        replace(inputs, outputs=replace(inputs.outputs, force=False)), seed=5, draw=2, mode=mode
    )
    assert np.array_equal(forced.final, quiet.final)
    assert np.array_equal(forced.flow, quiet.flow)
    assert 0 < (forced.flow[0, :, 0] > 0).sum() < parts * n / 4


@pytest.mark.parametrize("mode", ["stochastic", "mean_field"])
@pytest.mark.parametrize("force", [False, True])
def test_nobody_leaves_a_cell_by_a_hazard_that_has_ended(mode: str, force: bool) -> None:
    """The only way out of the cells is open in the first two periods and shut in the third."""
    base = twisted()
    n = base.cells.key.shape[0]
    people = np.zeros((n, base.people.shape[1]), np.int64)
    people[0, 0] = 10_000
    arrivals = []
    for steps in (40, 60):
        inputs = system(
            people,
            base.stages,
            n_steps=steps,
            setting_of=np.arange(n) // 2,
            outputs=replace(base.outputs, n_outputs=n, force=force),
            exits=replace(_in_a_ring(n), profile=np.ones(n, np.int32)),
            rates=replace(
                base.rates,
                multiplier=np.ones((3, n // 2)),
                hazard_per_day=np.zeros((3, n // 2)),
                period_of_step=np.minimum(np.arange(steps) // 20, 2).astype(np.int32),
                profile=np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 0.0]]),
                stage_weight=base.stages.alive[None, :].astype(np.float64),
                capacity=np.zeros((3, 0, 2)),
            ),
        )
        no_region = np.full(n, -1, np.int32)
        inputs = replace(inputs, cells=replace(inputs.cells, region=no_region))
        arrivals.append(run(inputs, seed=1, draw=0, mode=mode).final[:, 0])
    assert arrivals[0][1] > 0
    assert np.array_equal(arrivals[0], arrivals[1])


def _in_a_ring(n_cells: int) -> Exits:
    """A few people go on to the next cell."""
    return Exits(
        start=np.arange(n_cells + 1, dtype=np.int64),
        to=((np.arange(n_cells) + 1) % n_cells).astype(np.int32),
        hazard_per_day=np.full(n_cells, 0.002),
        profile=np.zeros(n_cells, np.int32),
        movement=np.full(n_cells, -1, np.int32),
        stage_weight=np.zeros(n_cells, np.int32),
    )
