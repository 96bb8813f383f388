"""What can be wrong with rows of movements, programmes and triggers, each field being correct."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.engine.contract.errors import EngineError

if TYPE_CHECKING:
    from thinwalls.engine.contract.inputs import Counts, Exits, Programmes, Triggers

_MOST_ROWS: Final = 2**18 - 64
"""Rows of one group: what fits into the number of an event."""


def check_exits(exits: Exits) -> None:
    """Raise :class:`EngineError` unless movements by hazard can be run."""
    _few_enough("exits.start", exits.start)


def check_counts(counts: Counts) -> None:
    """Raise :class:`EngineError` unless movements by number can be run."""
    n = counts.people_per_day.shape[0]
    _few_enough("counts.fan_start", counts.fan_start)
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
