"""Do as many people come to every facility as leave it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from thinwalls.system import System


def largest_imbalance(system: System) -> float:
    """People per day, over facilities, by which those who come and those who leave differ."""
    ids = system.facilities.index
    flows, moves = system.flows, system.transfers
    sign = np.where(flows["flow"] == "book_in", 1.0, -1.0)
    net = (
        (flows["people_per_day"] * sign)
        .groupby(flows["facility_id"])
        .sum()
        .reindex(ids, fill_value=0)
    )
    net += moves.groupby("to_id")["people_per_day"].sum().reindex(ids, fill_value=0)
    net -= moves.groupby("from_id")["people_per_day"].sum().reindex(ids, fill_value=0)
    return float(net.abs().max())
