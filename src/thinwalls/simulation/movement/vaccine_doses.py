"""Doses that are all or nothing: for whom they work in a draw."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine import NONE

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.engine import Counts
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario


def with_doses(counts: Counts, compiled: CompiledScenario, draw: Draw) -> Counts:
    """Movements by number with the shares for whom doses work in this draw."""
    if not compiled.doses:
        return counts
    stages, n = draw.disease.stages, len(counts.people_per_day)
    to, share = np.full(n, NONE, dtype=np.int32), np.zeros((n, len(stages)))
    for row, works in compiled.doses:
        to[row], share[row] = compiled.immune, works(draw.values, stages)
    return replace(counts, changed_to=to, changed_share=share)


def of_cells(compiled: CompiledScenario, values: Float) -> Float:
    """[C] numbers of cells; where vaccines protect all or nothing they change nothing else."""
    chosen = compiled.as_unvaccinated
    return values if chosen is None else values[chosen]
