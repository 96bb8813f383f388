"""From jail to prison: who is sentenced moves within the state."""

from __future__ import annotations

import numpy as np
import pandas as pd


def jail_to_prison(
    facilities: pd.DataFrame, leaving: pd.Series, entering: pd.Series
) -> pd.DataFrame:
    """Moves per day from the jails to the prisons of each state.

    ``leaving``: people per day whom each jail sends (relative within the state); ``entering``:
    people per day whom each prison admits.  Jails and prisons of a state are laid side by side
    from west to east and matched in that order, so that every prison gets exactly whom it admits,
    every jail sends its share, and there are no more pairs than places.  States without a jail
    get none.
    """
    parts = []
    for _, group in facilities.groupby("state", sort=True):
        jails = group.index.intersection(leaving.index[leaving > 0])
        prisons = group.index.intersection(entering.index[entering > 0])
        if not len(jails) or not len(prisons):
            continue
        west_to_east = facilities["longitude"]
        jails = west_to_east[jails].sort_values(kind="stable").index
        prisons = west_to_east[prisons].sort_values(kind="stable").index
        demand = entering[prisons].to_numpy(dtype=np.float64)
        supply = leaving[jails].to_numpy(dtype=np.float64)
        supply = supply * (demand.sum() / supply.sum())
        parts.append(_side_by_side(np.asarray(jails), supply, np.asarray(prisons), demand))
    columns = ["from_id", "to_id", "people_per_day"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _side_by_side(
    jails: np.ndarray, supply: np.ndarray, prisons: np.ndarray, demand: np.ndarray
) -> pd.DataFrame:
    ends_of_jails = np.cumsum(supply)
    ends_of_prisons = np.cumsum(demand)
    ends_of_jails[-1] = ends_of_prisons[-1] = max(ends_of_jails[-1], ends_of_prisons[-1])
    cuts = np.unique(np.concatenate([[0.0], ends_of_jails, ends_of_prisons]))
    middle = (cuts[1:] + cuts[:-1]) / 2
    jail = np.minimum(np.searchsorted(ends_of_jails, middle), len(jails) - 1)
    prison = np.minimum(np.searchsorted(ends_of_prisons, middle), len(prisons) - 1)
    frame = pd.DataFrame(
        {"from_id": jails[jail], "to_id": prisons[prison], "people_per_day": np.diff(cuts)}
    )
    return frame.groupby(["from_id", "to_id"])["people_per_day"].sum().reset_index()
