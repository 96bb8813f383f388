"""Tables without a row, for systems that have no movement, programme or trigger of a kind."""

from __future__ import annotations

import numpy as np

from thinwalls.engine.contract.counts import Counts
from thinwalls.engine.contract.inputs import Exits, Programmes, Triggers


def no_exits(n_cells: int) -> Exits:
    """Nobody moves by hazard."""
    none = np.zeros(0, np.int32)
    return Exits(
        start=np.zeros(n_cells + 1, np.int64),
        to=none,
        hazard_per_day=np.zeros(0),
        profile=none,
        movement=none,
        stage_weight=none,
    )


def no_counts() -> Counts:
    """Nobody moves by number."""
    none, real, start = np.zeros(0, np.int32), np.zeros(0), np.zeros(1, np.int64)
    return Counts(
        people_per_day=real,
        profile=none,
        movement=none,
        stage_weight=none,
        pool_start=start,
        pool_cell=none,
        pool_weight=real,
        pool_to=none,
        fan_start=start,
        fan_cell=none,
        fan_weight=real,
    )


def no_programmes() -> Programmes:
    """Nobody changes stage but by the course of the disease."""
    none, real = np.zeros(0, np.int32), np.zeros(0)
    return Programmes(
        cell_start=np.zeros(1, np.int64),
        cell=none,
        stage_from=none,
        stage_to=none,
        hazard_per_day=real,
        profile=none,
        limit=none,
        limit_people=real,
    )


def no_triggers() -> Triggers:
    """Nothing depends on what a run has seen so far."""
    none, real, start = np.zeros(0, np.int32), np.zeros(0), np.zeros(1, np.int64)
    return Triggers(
        variable=none,
        output_start=start,
        output=none,
        region=none,
        resource=none,
        threshold=real,
        window_days=none,
        duration_days=none,
        effect_after_days=none,
        profile=none,
        factor=real,
        setting_start=start,
        setting=none,
        setting_factor=real,
    )
