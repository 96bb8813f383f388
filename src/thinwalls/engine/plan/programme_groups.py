"""Programme rows grouped by cell and stage of origin, so that rows compete fairly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.kernel_arrays import laid_out
from thinwalls.engine.plan.plan_arrays import ProgrammeGroups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Index
    from thinwalls.engine.contract.inputs import Programmes


def programme_groups_of(
    programmes: Programmes, n_cells: int, place: Index, is_moving: NDArray[np.bool_]
) -> ProgrammeGroups:
    """Compile programmes; ``place`` maps a cell of the caller to its position in the kernels."""
    n_rows = programmes.stage_from.shape[0]
    row = np.repeat(np.arange(n_rows, dtype=np.int64), np.diff(programmes.cell_start))
    cell = place[programmes.cell]
    stage = programmes.stage_from[row].astype(np.int64)
    by = np.lexsort((row, stage, cell))
    row, cell, stage = row[by], cell[by], stage[by]
    new = np.ones(row.shape[0], np.bool_)
    if row.size:
        new[1:] = (cell[1:] != cell[:-1]) | (stage[1:] != stage[:-1])
    group_at = np.flatnonzero(new)
    group_cell = cell[group_at]
    group_stage = np.ascontiguousarray(stage[group_at], np.int64)
    start = np.searchsorted(group_cell, np.arange(n_cells + 1)).astype(np.int64)
    has_still = np.zeros(n_cells, np.bool_)
    has_still[group_cell[~is_moving[group_stage]]] = True
    limited = programmes.limit[row] >= 0
    # Where people count against a limit: the cells and stages that its rows lead to, each once.
    places = np.unique(
        np.stack(
            (
                programmes.limit[row][limited].astype(np.int64),
                cell[limited].astype(np.int64),
                programmes.stage_to[row][limited].astype(np.int64),
            ),
            axis=1,
        ),
        axis=0,
    )
    return laid_out(
        ProgrammeGroups(
            start,
            group_stage,
            np.append(group_at, row.shape[0]).astype(np.int64),
            np.ascontiguousarray(row),
            np.array(programmes.stage_to, np.int64),
            np.array(programmes.hazard_per_day, np.float64),
            np.array(programmes.profile, np.int64),
            np.array(programmes.limit, np.int64),
            np.array(programmes.limit_people, np.float64),
            np.ascontiguousarray(places[:, 0], np.int64),
            np.ascontiguousarray(places[:, 1], np.int64),
            np.ascontiguousarray(places[:, 2], np.int64),
            np.unique(group_cell).astype(np.int64),
            has_still,
        )
    )
