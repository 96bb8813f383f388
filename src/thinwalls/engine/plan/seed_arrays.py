"""People put into a stage, as the kernels read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.kernel_arrays import as_kernel, floats, indices, laid_out
from thinwalls.engine.plan.plan_arrays import SeedArrays

if TYPE_CHECKING:
    from thinwalls.common import Index
    from thinwalls.engine.contract.seeds import Seeds


def seed_arrays_of(seeds: Seeds, place: Index) -> SeedArrays:
    """Rows in the order in which they are done.

    The key decides between rows of one step, so that the order of rows in the table does not
    matter; a pool is in the order of its cells for the same reason.
    """
    order = np.lexsort((seeds.key, seeds.step)).astype(np.int64)
    length = np.diff(seeds.pool_start)
    cell = place[seeds.pool_cell]
    entries = [
        first + np.argsort(cell[first : first + n], kind="stable")
        for first, n in zip(seeds.pool_start[order], length[order], strict=True)
    ]
    entry = np.concatenate([np.zeros(0, np.int64), *entries])
    to = np.where(seeds.pool_to < 0, seeds.pool_cell, seeds.pool_to)
    return laid_out(
        SeedArrays(
            as_kernel(seeds.key[order], np.uint64),
            indices(seeds.step[order]),
            indices(seeds.stage[order]),
            floats(seeds.people[order]),
            indices(seeds.movement[order]),
            np.concatenate([[0], np.cumsum(length[order])]).astype(np.int64),
            cell[entry],
            floats(seeds.pool_weight[entry]),
            place[to[entry]],
        )
    )
