"""The stage graph as the kernels read it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.kernel_arrays import as_kernel, floats, indices, laid_out
from thinwalls.engine.numba_support.stage_sets import words_of
from thinwalls.engine.plan.plan_arrays import Graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float, Index
    from thinwalls.engine.contract.inputs import Stages


def graph_of(stages: Stages, step_days: float, linear: bool) -> Graph:
    """The stage graph with its probabilities per step."""
    n = stages.dwell_days.shape[0]
    with np.errstate(divide="ignore"):
        rate = step_days / stages.dwell_days
    leave = leave_probability(stages, step_days, linear)
    # A stage is active when it can be left by itself or infects others.
    is_infectious = stages.infectiousness > 0
    is_found = np.zeros(n, np.bool_) if stages.found is None else stages.found
    is_moving = (leave > 0) | is_infectious
    by_origin = np.argsort(stages.branch_from, kind="stable")
    origin = stages.branch_from[by_origin]
    start = np.searchsorted(origin, np.arange(n + 1)).astype(np.int64)
    probability = floats(stages.branch_probability)[:, by_origin]
    entry = stages.entry
    entry_probability = stages.entry_probability
    n_severity_rows = probability.shape[0]
    if entry is None or entry_probability is None:
        entry = np.array([stages.infected], np.int64)
        entry_probability = np.ones((n_severity_rows, 1))
    to = indices(stages.branch_to[by_origin])
    ways = np.diff(start)
    simple_entry = entry.shape[0] == 1 and (
        stages.resource[entry[0]] == stages.resource[stages.susceptible]
    )
    return laid_out(
        Graph(
            floats(leave),
            floats(_hazard_behind(leave) if linear else rate),
            as_kernel(is_moving, np.bool_),
            words_of(is_moving),
            words_of(is_infectious & ~is_found),
            words_of(is_infectious & is_found),
            float(stages.found_least),
            start,
            to,
            _shares(probability, start),
            int(stages.susceptible),
            indices(entry),
            _shares(floats(entry_probability), np.array([0, entry.shape[0]], np.int64)),
            floats(stages.infectiousness),
            floats(stages.present),
            indices(stages.resource),
            indices(stages.overflow),
            infected_stages(stages),
            _ways(stages, ways == 1, to, start[:-1]),
            _ways(stages, ways == 2, to, start[1:] - 1),
            _ways(stages, ways == 2, to, start[:-1]),
            bool(simple_entry),
        )
    )


def leave_probability(stages: Stages, step_days: float, linear: bool) -> Float:
    """[S] probability of leaving a stage in a step.

    1 - exp(-dt / d), or min(1, dt / d) for linear inputs (docs/model.md, section 3).
    """
    with np.errstate(divide="ignore"):
        rate = step_days / stages.dwell_days
    return np.minimum(rate, 1.0) if linear else -np.expm1(-rate)


def _ways(stages: Stages, which: NDArray[np.bool_], to: Index, branch: Index) -> Index:
    """[S] where a branch of some stages leads, if it needs no other resource; else -1."""
    after = np.full(which.shape[0], -1, np.int64)
    after[which] = to[branch[which]]
    after[stages.resource[after] != stages.resource] = -1
    return after


def _hazard_behind(probability: Float) -> Float:
    with np.errstate(divide="ignore"):
        return floats(-np.log1p(-probability))


def infected_stages(stages: Stages) -> NDArray[np.bool_]:
    """[S] stages that are infectious or lead to one that is, without a new infection."""
    infected: list[bool] = (stages.infectiousness > 0).tolist()
    used = (stages.branch_probability > 0).any(axis=0)
    origins, ends = stages.branch_from[used].tolist(), stages.branch_to[used].tolist()
    pairs = list(zip(origins, ends, strict=True))
    changed = True
    while changed:
        changed = False
        for origin, to in pairs:
            if infected[to] and not infected[origin] and origin != stages.susceptible:
                infected[origin] = True
                changed = True
    return np.array(infected, dtype=np.bool_)


def _shares(probability: Float, start: Index) -> Float:
    """Probability of each branch of a group, given that none before it was taken."""
    share = np.ones(probability.shape)
    for first, last in pairwise(start.tolist()):
        left = np.ones(probability.shape[0])
        for branch in range(first, last - 1):
            safe = np.where(left > 0, left, 1.0)
            share[:, branch] = np.clip(probability[:, branch] / safe, 0.0, 1.0)
            left = np.maximum(left - probability[:, branch], 0.0)
            # When no later branch can be taken this one takes all, whatever rounding left.
            after = probability[:, branch + 1 : last].sum(axis=1)
            share[after <= 0, branch] = 1.0
    return share
