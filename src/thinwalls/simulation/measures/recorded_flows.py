"""Flows of the start of those held for ICE, as the recorded history is compared with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.simulation.movement.base_flows import classes_of
from thinwalls.simulation.movement.recorded_history import RecordedFlows
from thinwalls.simulation.shared_types.movement_classes import ARREST, TAKING_OVER, TRANSFER
from thinwalls.system import CLASSES_OF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.simulation.movement.base_flows import BaseFlows
    from thinwalls.simulation.population.layout import Layout


def recorded_flows(layout: Layout, flows: BaseFlows) -> RecordedFlows:
    """Sum the compiled flows of the start of those held for ICE by facility that holds some."""
    held_for_ice = np.isin(layout.cells["custody_class"].to_numpy(), CLASSES_OF["ice"])
    held = layout.cells["people"].to_numpy(dtype=np.float64)
    theirs = layout.held[:, classes_of(layout, "ice")].sum(axis=1)
    chosen = np.flatnonzero(theirs > 0)
    n = len(chosen)
    at = np.full(layout.n_facilities + 1, -1)  # the last is for cells that are no facility's
    at[chosen] = np.arange(n)
    exits = flows.exits.at((held[flows.exits.cell] > 0) & held_for_ice[flows.exits.cell])
    source, goal = at[layout.facility_of[exits.cell]], at[layout.facility_of[exits.to]]
    hazard = exits.hazard_per_day * held[exits.cell] / theirs[chosen][source]
    within, across = goal >= 0, (goal < 0) & (exits.movement == TRANSFER)
    transfers = np.zeros((n, n))
    np.add.at(transfers, (source[within], goal[within]), hazard[within])
    book_ins = flows.book_ins
    mine = (book_ins.weights[:, classes_of(layout, "ice")].sum(axis=1) > 0) & (
        at[book_ins.facility] >= 0
    )

    def entering(rows: NDArray[np.bool_]) -> Float:
        return _sums(at[book_ins.facility[rows]], book_ins.per_day[rows], n)

    arrested = mine & (book_ins.movement == ARREST)
    by_agency = {
        str(agency): entering(arrested & (book_ins.agency == agency))
        for agency in np.unique(book_ins.agency[arrested])
    }
    taken = flows.exits.at((flows.exits.movement == ARREST) & (held[flows.exits.cell] > 0))
    to = at[layout.facility_of[taken.to]]
    handed = _sums(to[to >= 0], (taken.hazard_per_day * held[taken.cell])[to >= 0], n)
    if handed.any():
        by_agency[TAKING_OVER] = by_agency.get(TAKING_OVER, np.zeros(n)) + handed
    return RecordedFlows(
        people=theirs[chosen].astype(np.float64),
        book_ins=by_agency,
        from_elsewhere=entering(mine & (book_ins.movement == TRANSFER)),
        exit_hazard=_sums(source[~within & ~across], hazard[~within & ~across], n),
        elsewhere_hazard=_sums(source[across], hazard[across], n),
        transfer_hazard=transfers,
    )


def _sums(group: NDArray[np.integer], values: Float, n: int) -> Float:
    return np.asarray(np.bincount(group, weights=values, minlength=n), dtype=np.float64)
