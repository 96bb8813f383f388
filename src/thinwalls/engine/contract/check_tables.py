"""What can be wrong with a stage graph, movements, programmes and triggers, each field correct."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.engine.contract.errors import EngineError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.engine.contract.counts import Counts
    from thinwalls.engine.contract.inputs import Exits, Programmes, Stages, Triggers

_SUM: Final = 1e-9
_MOST_STAGES: Final = 511
_MOST_BRANCHES: Final = 2**18
_MOST_ROWS: Final = 2**18 - 64
"""Rows of one group: what fits into the number of an event."""


def check_exits(exits: Exits) -> None:
    """Raise :class:`EngineError` unless movements by hazard can be run."""
    _few_enough("exits.start", exits.start)


def check_counts(counts: Counts) -> None:
    """Raise :class:`EngineError` unless movements by number can be run."""
    n = counts.people_per_day.shape[0]
    _few_enough("counts.fan_start", counts.fan_start)
    if counts.changed_to is not None and counts.changed_share is None:
        raise EngineError("counts.changed_share", "is needed with counts.changed_to")
    row = np.repeat(np.arange(n), np.diff(counts.fan_start))
    weight = np.bincount(row, counts.fan_weight, n)
    needs = np.repeat(np.arange(n), np.diff(counts.pool_start))[counts.pool_to < 0]
    lost = needs[weight[needs] <= 0] if n else needs
    if lost.size:
        raise EngineError(
            "counts.pool_to",
            "no own destination and nobody in the fan",
            index=int(lost[0]),
        )


def check_programmes(programmes: Programmes) -> None:
    """Raise :class:`EngineError` unless programmes can be run."""
    n = programmes.stage_from.shape[0]
    idle = np.flatnonzero(programmes.stage_from == programmes.stage_to)
    if idle.size:
        row = int(idle[0])
        to = int(programmes.stage_to[row])
        raise EngineError("programmes.stage_to", "must differ from stage_from", index=row, value=to)
    if n >= _MOST_ROWS:
        raise EngineError(
            "programmes.stage_from", "must be below {most_rows} rows", value=n, most_rows=_MOST_ROWS
        )


def check_triggers(triggers: Triggers) -> None:
    """Raise :class:`EngineError` unless triggers can be run."""
    for row in range(triggers.threshold.shape[0]):
        by_flow = triggers.variable[row] >= 0
        by_hospital = triggers.region[row] >= 0 and triggers.resource[row] >= 0
        if by_flow == by_hospital:
            raise EngineError(
                "triggers.variable",
                "must be given, or else a region and a resource",
                index=row,
                value=int(triggers.variable[row]),
            )
    if (triggers.row is None) != (triggers.row_start is None) or (triggers.row is None) != (
        triggers.row_factor is None
    ):
        raise EngineError("triggers.row", "must be given with row_start and row_factor")
    if (triggers.profile == 0).any():
        row = int(np.flatnonzero(triggers.profile == 0)[0])
        raise EngineError("triggers.profile", "column 0 must stay all ones", index=row, value=0)


def _few_enough(name: str, start: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    longest = np.diff(start)
    if longest.size and longest.max() >= _MOST_ROWS:
        at = int(longest.argmax())
        raise EngineError(
            name,
            "must be below {most_rows} rows per group",
            index=at,
            value=int(longest[at]),
            most_rows=_MOST_ROWS,
        )


def check_entry_given(stages: Stages) -> None:
    """Raise :class:`EngineError` when entries are given without probabilities, or the reverse."""
    if (stages.entry is None) != (stages.entry_probability is None):
        raise EngineError("stages.entry", "must be given with entry_probability, or neither")


def check_stages(stages: Stages) -> None:
    """Raise :class:`EngineError` unless the stage graph, of correct arrays, can be run."""
    n, branches = stages.dwell_days.shape[0], stages.branch_from.shape[0]
    if not 2 <= n <= _MOST_STAGES:
        raise EngineError(
            "stages", "must be 2 to {most_stages} stages", value=n, most_stages=_MOST_STAGES
        )
    if stages.infected == stages.susceptible:
        raise EngineError("stages.infected", "must not be the susceptible stage")
    if branches >= _MOST_BRANCHES:
        raise EngineError("stages.branch_from", "too many branches", value=branches)
    _check_sums(stages, n)
    _check_leaves(stages, n)
    _check_hospital(stages)
    _check_entry(stages)
    if not 0.0 <= stages.found_least <= 1.0:
        raise EngineError("stages.found_least", "must be between 0 and 1", value=stages.found_least)


def _check_sums(stages: Stages, n: int) -> None:
    for stage in range(n):
        out = stages.branch_from == stage
        if not out.any():
            if np.isfinite(stages.dwell_days[stage]):
                raise EngineError(
                    "stages.dwell_days",
                    "people leave the stage, but no branch says where to",
                    index=stage,
                    value=float(stages.dwell_days[stage]),
                )
            continue
        total = stages.branch_probability[:, out].sum(axis=1)
        wrong = np.flatnonzero(~(np.abs(total - 1.0) <= _SUM))
        if wrong.size:
            raise EngineError(
                "stages.branch_probability",
                "probabilities of the branches from stage {stage} must add up to 1",
                index=int(wrong[0]),
                value=float(total[wrong[0]]),
                stage=stage,
            )


def _check_leaves(stages: Stages, n: int) -> None:
    """From every stage that people leave, some stage is reached where they may stay."""
    used = (stages.branch_probability > 0).any(axis=0)
    rests = ~np.isfinite(stages.dwell_days)
    rests[stages.susceptible] = True
    ends: NDArray[np.bool_] = rests.copy()
    for _ in range(n):
        for origin, to in zip(stages.branch_from[used], stages.branch_to[used], strict=True):
            ends[origin] |= ends[to]
    trapped = np.flatnonzero(~ends)
    if trapped.size:
        raise EngineError(
            "stages.branch_to",
            "stage {stage} leads into a cycle that nobody leaves",
            stage=int(trapped[0]),
        )


def _check_hospital(stages: Stages) -> None:
    for stage in np.flatnonzero(stages.overflow >= 0):
        instead = int(stages.overflow[stage])
        resource = int(stages.resource[stage])
        if resource < 0:
            raise EngineError(
                "stages.overflow",
                "stage occupies no resource",
                index=int(stage),
                value=instead,
            )
        if stages.resource[instead] >= resource:
            raise EngineError(
                "stages.overflow",
                "must occupy no resource, or one with a smaller index",
                index=int(stage),
                value=instead,
            )


def _check_entry(stages: Stages) -> None:
    if stages.entry is None or stages.entry_probability is None:
        return
    total = stages.entry_probability.sum(axis=1)
    wrong = np.flatnonzero(~(np.abs(total - 1.0) <= _SUM))
    if wrong.size:
        raise EngineError(
            "stages.entry_probability",
            "probabilities must add up to 1",
            index=int(wrong[0]),
            value=float(total[wrong[0]]),
        )
    if (stages.entry == stages.susceptible).any():
        raise EngineError("stages.entry", "must not be the susceptible stage")
