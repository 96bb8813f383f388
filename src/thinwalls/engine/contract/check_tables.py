"""What can be wrong with rows of movements, programmes and triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.common import Message
from thinwalls.engine.contract import array_rules as rules
from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.contract.inputs import NONE

if TYPE_CHECKING:
    from thinwalls.engine.contract.inputs import Counts, Exits, Programmes, Triggers
    from thinwalls.engine.contract.sizes import Sizes

_MOST_ROWS: Final = 2**18 - 64
"""Rows of one group: what fits into the number of an event."""


def check_exits(exits: Exits, sizes: Sizes) -> None:
    """Raise :class:`EngineError` unless movements by hazard can be run."""
    rules.has_shape("exits.to", exits.to, (None,))
    rows = exits.to.shape[0]
    rules.starts("exits.start", exits.start, sizes.cells, rows)
    rules.indices("exits.to", exits.to, (rows,), 0, sizes.cells)
    rules.numbers("exits.hazard_per_day", exits.hazard_per_day, (rows,))
    rules.indices("exits.profile", exits.profile, (rows,), 0, sizes.profiles)
    rules.indices("exits.movement", exits.movement, (rows,), NONE, sizes.movements)
    rules.indices("exits.stage_weight", exits.stage_weight, (rows,), 0, sizes.stage_weights)
    _few_enough("exits.start", exits.start)


def check_counts(counts: Counts, sizes: Sizes) -> None:
    """Raise :class:`EngineError` unless movements by number can be run."""
    rules.has_shape("counts.people_per_day", counts.people_per_day, (None,))
    n = counts.people_per_day.shape[0]
    rules.numbers("counts.people_per_day", counts.people_per_day, (n,), high=2.0**40)
    rules.indices("counts.profile", counts.profile, (n,), 0, sizes.profiles)
    rules.indices("counts.movement", counts.movement, (n,), NONE, sizes.movements)
    rules.indices("counts.stage_weight", counts.stage_weight, (n,), 0, sizes.stage_weights)
    rules.has_shape("counts.pool_cell", counts.pool_cell, (None,))
    pool = counts.pool_cell.shape[0]
    rules.starts("counts.pool_start", counts.pool_start, n, pool)
    rules.indices("counts.pool_cell", counts.pool_cell, (pool,), 0, sizes.cells)
    rules.numbers("counts.pool_weight", counts.pool_weight, (pool,))
    rules.indices("counts.pool_to", counts.pool_to, (pool,), -1, sizes.cells)
    rules.has_shape("counts.fan_cell", counts.fan_cell, (None,))
    fan = counts.fan_cell.shape[0]
    rules.starts("counts.fan_start", counts.fan_start, n, fan)
    rules.indices("counts.fan_cell", counts.fan_cell, (fan,), 0, sizes.cells)
    rules.numbers("counts.fan_weight", counts.fan_weight, (fan,))
    _few_enough("counts.fan_start", counts.fan_start)
    if counts.key is not None:
        rules.has_shape("counts.key", counts.key, (n,))
        rules.is_kind("counts.key", counts.key, "u", Message("unsigned integer"))
        rules.unique("counts.key", counts.key)
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


def check_programmes(programmes: Programmes, sizes: Sizes) -> None:
    """Raise :class:`EngineError` unless programmes can be run."""
    rules.has_shape("programmes.stage_from", programmes.stage_from, (None,))
    n = programmes.stage_from.shape[0]
    rules.has_shape("programmes.cell", programmes.cell, (None,))
    cells = programmes.cell.shape[0]
    rules.starts("programmes.cell_start", programmes.cell_start, n, cells)
    rules.indices("programmes.cell", programmes.cell, (cells,), 0, sizes.cells)
    rules.indices("programmes.stage_from", programmes.stage_from, (n,), 0, sizes.stages)
    rules.indices("programmes.stage_to", programmes.stage_to, (n,), 0, sizes.stages)
    rules.numbers("programmes.hazard_per_day", programmes.hazard_per_day, (n,))
    rules.indices("programmes.profile", programmes.profile, (n,), 0, sizes.profiles)
    rules.has_shape("programmes.limit_people", programmes.limit_people, (None,))
    limits = programmes.limit_people.shape[0]
    rules.indices("programmes.limit", programmes.limit, (n,), -1, limits)
    rules.numbers("programmes.limit_people", programmes.limit_people, (limits,), infinite=True)
    idle = np.flatnonzero(programmes.stage_from == programmes.stage_to)
    if idle.size:
        row = int(idle[0])
        to = int(programmes.stage_to[row])
        raise EngineError("programmes.stage_to", "must differ from stage_from", index=row, value=to)
    if n >= _MOST_ROWS:
        raise EngineError(
            "programmes.stage_from", "must be below {most_rows} rows", value=n, most_rows=_MOST_ROWS
        )


def check_triggers(triggers: Triggers, sizes: Sizes) -> None:
    """Raise :class:`EngineError` unless triggers can be run."""
    rules.has_shape("triggers.threshold", triggers.threshold, (None,))
    n = triggers.threshold.shape[0]
    shape = (n,)
    rules.indices("triggers.variable", triggers.variable, shape, -1, sizes.flows)
    rules.indices("triggers.region", triggers.region, shape, -1, sizes.regions)
    rules.indices("triggers.resource", triggers.resource, shape, -1, sizes.resources)
    for row in range(n):
        by_record = triggers.variable[row] >= 0
        by_hospital = triggers.region[row] >= 0 and triggers.resource[row] >= 0
        if by_record == by_hospital:
            raise EngineError(
                "triggers.variable",
                "must be given, or else a region and a resource",
                index=row,
                value=int(triggers.variable[row]),
            )
    rules.has_shape("triggers.output", triggers.output, (None,))
    outputs = triggers.output.shape[0]
    rules.starts("triggers.output_start", triggers.output_start, n, outputs)
    rules.indices("triggers.output", triggers.output, (outputs,), 0, sizes.outputs)
    rules.numbers("triggers.threshold", triggers.threshold, shape)
    rules.indices("triggers.window_days", triggers.window_days, shape, 1, 2**31)
    rules.indices("triggers.duration_days", triggers.duration_days, shape, 1, 2**31)
    rules.indices("triggers.delay_days", triggers.delay_days, shape, 0, 2**31)
    rules.indices("triggers.profile", triggers.profile, shape, -1, sizes.profiles)
    rules.numbers("triggers.factor", triggers.factor, shape)
    rules.has_shape("triggers.setting", triggers.setting, (None,))
    settings = triggers.setting.shape[0]
    rules.starts("triggers.setting_start", triggers.setting_start, n, settings)
    rules.indices("triggers.setting", triggers.setting, (settings,), 0, sizes.settings)
    rules.numbers("triggers.setting_factor", triggers.setting_factor, shape)
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
