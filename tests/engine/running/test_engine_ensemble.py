"""Threads, and draws that share a compiled call, never change a bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from support.systems import twisted
from thinwalls.engine import (
    EngineError,
    run,
    run_draws,
    run_ensemble,
)

INPUTS = twisted()


def build(draw):
    """Inputs that differ between draws."""
    transmission = INPUTS.settings.transmission * (1 + draw / 50)
    return replace(INPUTS, settings=replace(INPUTS.settings, transmission=transmission))


def test_threads_never_change_a_bit():
    seen: list[int] = []
    one = dict(run_ensemble(build, range(7), seed=3))
    two = dict(run_ensemble(build, range(7), seed=3, threads=3, progress=seen.append))
    assert list(one) == list(two) == list(range(7))
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    for draw in one:
        for name in ("flow", "stock", "moved", "force", "final"):
            np.testing.assert_array_equal(getattr(one[draw], name), getattr(two[draw], name))


FIELDS = (
    "flow",
    "stock",
    "moved",
    "arrived",
    "force",
    "moved_infected",
    "resource_in_use",
    "overflowed",
    "final",
)


@pytest.mark.parametrize("mode", ["stochastic", "mean_field"])
def test_draws_of_one_call_have_the_bits_of_single_runs(mode):
    draws = [4, 0, 17]
    together = run_draws(INPUTS, draws, seed=3, mode=mode, check=True)
    assert len(together) == 3
    for draw, output in zip(draws, together, strict=True):
        alone = run(INPUTS, seed=3, draw=draw, mode=mode)
        for name in FIELDS:
            np.testing.assert_array_equal(getattr(output, name), getattr(alone, name), name)


def test_draws_of_one_call_follow_cells_out_of_order():
    key = INPUTS.cells.key[::-1].copy()
    inputs = replace(INPUTS, cells=replace(INPUTS.cells, key=key))
    together = run_draws(inputs, range(2), seed=3)
    for draw in range(2):
        alone = run(inputs, seed=3, draw=draw)
        np.testing.assert_array_equal(together[draw].final, alone.final)
        np.testing.assert_array_equal(together[draw].flow, alone.flow)


def test_no_draws_give_no_outputs():
    assert run_draws(INPUTS, [], seed=3) == []


@pytest.mark.parametrize("threads", [1, 2])
def test_an_ensemble_of_the_same_inputs_has_the_bits_of_single_runs(threads):
    """Inputs change twice, so that calls of several draws are cut short."""
    other = replace(INPUTS, n_steps=100, rates=replace(
        INPUTS.rates, period_of_step=INPUTS.rates.period_of_step[:100]
    ))  # fmt: skip
    seen: list[int] = []

    def either(draw):
        return other if 20 <= draw < 27 else INPUTS

    outputs = dict(run_ensemble(either, range(40), seed=5, threads=threads, progress=seen.append))
    assert list(outputs) == list(range(40))
    assert seen == list(range(1, 41))
    for draw, output in outputs.items():
        alone = run(either(draw), seed=5, draw=draw)
        for name in FIELDS:
            np.testing.assert_array_equal(getattr(output, name), getattr(alone, name), name)


def test_an_ensemble_that_is_abandoned_stops():
    runs = run_ensemble(build, range(50), seed=3, threads=2)
    assert next(runs)[0] == 0
    runs.close()


def test_an_error_in_a_thread_arrives():
    def broken(draw):
        return replace(INPUTS, step_days=-1.0) if draw == 2 else INPUTS

    with pytest.raises(EngineError, match="step_days"):
        list(run_ensemble(broken, range(4), seed=1, threads=2))
