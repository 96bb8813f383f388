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

from thinwalls.simulation.population.visiting_rooms import PER_WEEK, SHARE_OF_DAY
from thinwalls.simulation.shared_types.quantity_library import measure_quantities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thinwalls.common import Float, Quantity

SUSPENDED, RETURNED = dt.date(2020, 3, 13), dt.date(2022, 5, 11)
"""No visits from the first to the day before the second.

ICE on 13 March 2020 (cbsnews.com/news/ice-bans-family-visits-in-detention-centers-amid-coronavirus-
concerns) and on 11 May 2022 ("phased return to social visitation")."""


def usual_visits(first: dt.date, days: int) -> Float:
    """[days] 1 where visits take place if nothing is done."""
    dates = [first + dt.timedelta(days=day) for day in range(days)]
    return np.array([float(not SUSPENDED <= date < RETURNED) for date in dates])


def quantities(visits: Float) -> Mapping[str, Quantity]:
    """The uncertain numbers that a scenario with these visits [days, F] needs."""
    known = measure_quantities()
    return {name: known[name] for name in (PER_WEEK, SHARE_OF_DAY)} if visits.any() else {}
