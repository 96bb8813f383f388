"""Visiting rooms: where they are, and who is in them for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.drawn_effects import Values


PER_WEEK, SHARE_OF_DAY = "mixing.visits_per_person_week", "mixing.visit_share_of_day"

DETAINED, VISITOR = 0, 1


def room_rows(layout: Layout, inside: NDArray[np.bool_], first_room: int) -> NDArray[np.int64]:
    """Who attends which visiting room in which role.

    Parameters
    ----------
    inside
        [C] detained people who may have visits.
    first_room
        Setting of the first facility's visiting room.

    Returns
    -------
    NDArray
        [A, 3] cells, settings, roles.
    """
    facility = layout.facility_of
    cells = np.flatnonzero(inside & (facility >= 0))
    of_detained = np.stack(
        [cells, first_room + facility[cells], np.full(len(cells), DETAINED)], axis=1
    )
    visitors = layout.residents[layout.facility_county]
    rooms = first_room + np.arange(layout.n_facilities)
    of_visitors = np.stack([visitors, rooms, np.full(len(rooms), VISITOR)], axis=1)
    return np.concatenate([of_detained, of_visitors]).astype(np.int64)


def room_activity(
    layout: Layout,
    cell: NDArray[np.integer],
    room: NDArray[np.integer],
    role: NDArray[np.integer],
    values: Values,
) -> Float:
    """[rows] share of the day in the visiting room, for people detained and for residents."""
    inside = values[PER_WEEK] / 7.0 * values[SHARE_OF_DAY]
    people = layout.cells["people"].to_numpy(dtype=np.float64)
    per_resident = layout.held.sum(axis=1)[room] / np.maximum(people[cell], 1.0)
    return np.asarray(np.where(role == VISITOR, inside * per_resident, inside))
