"""Visits as a way in and out: people of a county meet people who are detained.

Every facility has a visiting room, a setting in which people detained there meet residents of the
facility's county and nobody else.  For a detained person, with ``v`` visits a day, each as much
contact as a share ``s`` of an ordinary day in the county,

    hazard from visits = v s beta_county x (infectious share of the county's residents)

and visitors face the same from those inside.  There are as many visits as people detained on the
first day would have.  Public health did not wait for the first day of most runs: ICE suspended
social visits on 13 March 2020 and began to let them return on 11 May 2022, so between these days
there are none unless a scenario says that they go on.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.simulation.shared_types.quantity_library import measure_quantities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from thinwalls.common.quantities import Quantity
    from thinwalls.policy import Visits, VisitsHalt
    from thinwalls.simulation.layout import Layout
    from thinwalls.simulation.measures.scenario_builder import Work
    from thinwalls.simulation.shared_types.drawn_effects import Float, Values

SUSPENDED, RETURNED = dt.date(2020, 3, 13), dt.date(2022, 5, 11)
"""No visits from the first to the day before the second.

ICE on 13 March 2020 (cbsnews.com/news/ice-bans-family-visits-in-detention-centers-amid-coronavirus-
concerns) and on 11 May 2022 ("phased return to social visitation")."""
PER_WEEK, SHARE_OF_DAY = "mixing.visits_per_person_week", "mixing.visit_share_of_day"
DETAINED, VISITOR = 0, 1


def usual_visits(first: dt.date, days: int) -> Float:
    """[days] 1 where visits take place if nothing is done."""
    dates = [first + dt.timedelta(days=day) for day in range(days)]
    return np.array([float(not SUSPENDED <= date < RETURNED) for date in dates])


def halt(work: Work, action: VisitsHalt) -> None:
    """No visits in the facilities meant."""
    _scaled(work, action, 0.0)


def go_on(work: Work, action: Visits) -> None:
    """Visits in the facilities meant, whatever was ordered."""
    _scaled(work, action, 1.0)


def _scaled(work: Work, action: Visits | VisitsHalt, goal: float) -> None:
    where, strength = work.facilities(action.facilities), work.strength(action)[:, None]
    was = work.visits[:, where]
    work.visits[:, where] = was + strength * (goal - was)


def quantities(visits: Float) -> Mapping[str, Quantity]:
    """The uncertain numbers that a scenario with these visits [days, F] needs."""
    known = measure_quantities()
    return {name: known[name] for name in (PER_WEEK, SHARE_OF_DAY)} if visits.any() else {}


def room_rows(layout: Layout, inside: NDArray[np.bool_], first_room: int) -> NDArray[np.int64]:
    """[A, 3] who attends which visiting room in which role: cells, settings, roles.

    :param inside: [C] detained people who may have visits.
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
