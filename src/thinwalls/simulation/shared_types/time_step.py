"""How finely time is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float

STEPS_PER_DAY = 2
"""Half-day steps: infections in the first weeks come about a quarter of a day late against steps
of an eighth of a day, totals differ by half a per cent (docs: the simulation, "How fine a step").
"""


def periods(columns: Float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Runs of days with equal rows: period of every day, first day of every period."""
    changed = np.concatenate([[True], np.any(columns[1:] != columns[:-1], axis=1)])
    return np.cumsum(changed) - 1, np.flatnonzero(changed)
