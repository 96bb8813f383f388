"""Threads, chunks and a kill in between never change a bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from systems import system, twisted

from thinwalls.common.errors import RunError
from thinwalls.engine import (
    EngineError,
    Keep,
    read_chunks,
    run,
    run_draws,
    run_ensemble,
    write_chunks,
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


def test_chunks_merge_to_the_same_bits_whatever_their_size(tmp_path):
    keep = Keep(fields=("flow", "stock", "force", "resource_in_use", "final"))
    whole = read_chunks(
        write_chunks(build, range(6), tmp_path / "a", seed=3, label="x", keep=keep, chunk_draws=6)
    )
    parts = read_chunks(
        write_chunks(
            build, range(6), tmp_path / "b", seed=3, label="x", keep=keep, chunk_draws=2, threads=2
        )[::-1]
    )
    np.testing.assert_array_equal(whole[0], np.arange(6))
    np.testing.assert_array_equal(parts[0], np.arange(6))
    for name in keep.fields:
        np.testing.assert_array_equal(whole[1][name], parts[1][name])
        np.testing.assert_array_equal(
            whole[1][name][4], getattr(run(build(4), seed=3, draw=4), name)
        )


def test_a_run_resumes_after_a_kill(tmp_path):
    def dying(draw):
        if draw == 4:
            raise KeyboardInterrupt
        return build(draw)

    with pytest.raises(KeyboardInterrupt):
        write_chunks(dying, range(6), tmp_path, seed=3, label="x", chunk_draws=2)
    assert len(list(tmp_path.iterdir())) == 2
    (tmp_path / ".draws-00000004-00000005.npz.99.part").write_bytes(b"half a chunk")
    built: list[int] = []

    def counting(draw):
        built.append(draw)
        return build(draw)

    done: list[int] = []
    paths = write_chunks(
        counting, range(6), tmp_path, seed=3, label="x", chunk_draws=2, progress=done.append
    )
    assert built == [4, 5]
    assert done == [2, 4, 6]
    resumed = read_chunks(paths)[1]
    fresh = read_chunks(
        write_chunks(build, range(6), tmp_path / "fresh", seed=3, label="x", chunk_draws=2)
    )[1]
    for name in fresh:
        np.testing.assert_array_equal(resumed[name], fresh[name])


def test_chunks_of_another_experiment_are_refused(tmp_path):
    paths = write_chunks(build, range(2), tmp_path, seed=3, label="x", chunk_draws=2)
    for other in ({"seed": 4, "label": "x"}, {"seed": 3, "label": "y"}):
        with pytest.raises(RunError, match="another experiment"):
            write_chunks(build, range(2), tmp_path, chunk_draws=2, **other)
    more = write_chunks(build, range(2, 4), tmp_path / "y", seed=3, label="y", chunk_draws=2)
    with pytest.raises(RunError, match="another experiment"):
        read_chunks([*paths, *more])
    with pytest.raises(RunError, match="twice"):
        read_chunks([*paths, *paths])
    paths[0].write_bytes(b"not a chunk")
    with pytest.raises(RunError, match="not a chunk"):
        write_chunks(build, range(2), tmp_path, seed=3, label="x", chunk_draws=2)


def test_what_is_kept_is_chosen():
    inputs = system(np.array([[500, 0, 9, 0, 0], [300, 0, 0, 0, 0]]), n_steps=40)
    output = run(inputs, seed=1, draw=0)
    keep = Keep(
        fields=("flow", "stock", "force", "final"),
        outputs=np.array([1]),
        variables=np.array([0]),
        every=4,
        dtype=np.float32,
    )
    kept = keep.of(output)
    assert kept["flow"].dtype == np.float32
    np.testing.assert_array_equal(kept["flow"][:, 0, 0].sum(), output.flow[:, 1, 0].sum())
    np.testing.assert_array_equal(kept["stock"][:, 0], output.stock[[3, 7, 9], 1])
    np.testing.assert_allclose(kept["force"][-1, 0], output.force[8:, 1].mean(), rtol=1e-6)
    assert kept["final"].shape == (2, 5)
    for wrong in ({"fields": ("cases",)}, {"every": 0}):
        with pytest.raises(EngineError):
            Keep(**wrong)
    with pytest.raises(EngineError, match="chunk_draws"):
        write_chunks(build, range(2), None, seed=1, label="", chunk_draws=0)
    with pytest.raises(EngineError, match="rising"):
        write_chunks(build, [2, 1], None, seed=1, label="")
