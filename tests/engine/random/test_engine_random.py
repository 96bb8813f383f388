"""Properties of random systems."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from support.systems import ARRAYS, permuted, random_system
from thinwalls.engine import run, run_ensemble

if TYPE_CHECKING:
    from thinwalls.engine import Inputs


@st.composite
def systems(draw: st.DrawFn) -> Inputs:
    """Random stage graphs, cells, movements, hospitals and programmes."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return random_system(rng, draw(st.integers(4, 9)), draw(st.integers(2, 6)))


@pytest.mark.slow
@settings(max_examples=60)
@given(systems(), st.integers(0, 2**64 - 1))
def test_invariants_of_random_systems(inputs, seed):
    for mode in ("stochastic", "mean_field"):
        output = run(inputs, seed=seed, draw=0, mode=mode, check=True)
        np.testing.assert_allclose(output.moved.sum(), output.arrived.sum(), rtol=1e-9)
        assert (output.moved_infected <= output.moved + 1e-9).all()
        slack = 0.0 if mode == "stochastic" else 1e-9
        start = np.zeros((2, 1))
        beds = np.flatnonzero(inputs.stages.resource == 0)
        for region in range(2):
            start[region] = inputs.people[inputs.cells.region == region][:, beds].sum()
        assert (
            output.resource_in_use.max(axis=0)
            <= np.maximum(inputs.rates.capacity[0], start) * (1 + slack) + slack
        ).all()


@pytest.mark.slow
@settings(max_examples=40)
@given(systems(), st.integers(0, 2**64 - 1), st.randoms(use_true_random=False))
def test_permuting_cells_of_random_systems(inputs, seed, random):
    order = np.array(random.sample(range(inputs.people.shape[0]), inputs.people.shape[0]))
    plain = run(inputs, seed=seed, draw=1)
    other = run(permuted(inputs, order), seed=seed, draw=1)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(plain, name), getattr(other, name))
    np.testing.assert_array_equal(plain.final[order], other.final)


@pytest.mark.slow
@settings(max_examples=20)
@given(systems(), st.integers(0, 1_000))
def test_threads_never_change_a_bit_of_random_systems(inputs, seed):
    one = [output.final for _, output in run_ensemble(lambda _: inputs, range(4), seed=seed)]
    two = run_ensemble(lambda _: inputs, range(4), seed=seed, threads=2)
    for a, (_, b) in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b.final)


@settings(max_examples=20)
@given(systems(), st.integers(0, 1_000))
def test_without_contact_and_introductions_nobody_is_infected(inputs, seed):
    quiet = replace(
        inputs,
        settings=replace(inputs.settings, transmission=np.zeros_like(inputs.settings.transmission)),
        rates=replace(inputs.rates, hazard_per_day=np.zeros_like(inputs.rates.hazard_per_day)),
    )
    output = run(quiet, seed=seed, draw=0, check=True)
    assert output.flow[:, :, 0].sum() == 0
    assert output.force.sum() == 0
