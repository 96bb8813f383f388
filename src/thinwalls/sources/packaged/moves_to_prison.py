"""From jail to prison, and from prison to prison: who is sentenced moves within the state."""

from __future__ import annotations

import numpy as np
import pandas as pd

from thinwalls.system import miles_between


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


NEAREST = 4
"""Prisons of the state to which a prison moves people, and those that count it among theirs."""


def prison_to_prison(
    facilities: pd.DataFrame, people: pd.Series, per_person_day: float
) -> pd.DataFrame:
    """Moves per day between the prisons of each state, as many there as back.

    ``people``: people of each prison.  A pair that is among the :data:`NEAREST` of one of the two
    exchanges in proportion to the smaller of people / number of partners; all of a state's
    moves add up to its people x ``per_person_day``.  A state with one prison has none.
    """
    parts = []
    for _, group in facilities.loc[people.index].groupby("state", sort=True):
        if len(group) < 2:
            continue
        miles = miles_between(
            group["latitude"], group["longitude"], group["latitude"], group["longitude"]
        )
        np.fill_diagonal(miles, np.inf)
        rank = np.argsort(np.argsort(miles, axis=1, kind="stable"), axis=1, kind="stable")
        near = (rank < min(NEAREST, len(group) - 1)) & np.isfinite(miles)
        pairs = near | near.T
        held = people[group.index].to_numpy(dtype=np.float64)
        each = held / pairs.sum(axis=1)
        moved = np.where(pairs, np.minimum(each[:, None], each[None, :]), 0.0)
        moved *= held.sum() * per_person_day / moved.sum()
        source, goal = np.nonzero(moved > 0)
        parts.append(
            pd.DataFrame(
                {
                    "from_id": group.index[source],
                    "to_id": group.index[goal],
                    "people_per_day": moved[source, goal],
                }
            )
        )
    columns = ["from_id", "to_id", "people_per_day"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def detainers(
    facilities: pd.DataFrame, flows: pd.DataFrame, shares: dict[str, float]
) -> pd.DataFrame:
    """Whom ICE takes over from jails and prisons, per day.

    ``shares``: of the book-ins by ICE, the share that comes out of jails (``jail``) and out of
    prisons (``state``).  A jail or prison hands over to the places of the field office of its
    nearest place of immigration detention, in proportion to the people it releases.
    """
    booked = flows[(flows["flow"] == "book_in") & (flows["detail"] == "ICE")]
    entering = booked.set_index("facility_id")["people_per_day"]
    offices = facilities["area_of_responsibility"]
    near = facilities.loc[entering.index]
    released = flows[(flows["flow"] == "release") & (flows["custody"] != "ice")]
    parts = []
    for custody, share in shares.items():
        wanted = [custody, "federal"] if custody == "state" else [custody]
        leaving = released[released["custody"].isin(wanted)].set_index("facility_id")
        here = facilities.loc[leaving.index]
        distance = miles_between(
            here["latitude"], here["longitude"], near["latitude"], near["longitude"]
        )
        office = near["area_of_responsibility"].to_numpy()[distance.argmin(axis=1)]
        for name in sorted(set(office)):
            from_ids = here.index[office == name]
            to_ids = entering.index[offices[entering.index] == name]
            demand = entering[to_ids] * share
            supply = leaving.loc[from_ids, "people_per_day"]
            if demand.sum() <= 0 or demand.sum() > supply.sum():
                continue
            west = facilities["longitude"]
            from_ids = west[from_ids].sort_values(kind="stable").index
            to_ids = west[to_ids].sort_values(kind="stable").index
            amounts = supply[from_ids].to_numpy() * (demand.sum() / supply.sum())
            table = _side_by_side(
                np.asarray(from_ids), amounts, np.asarray(to_ids), demand[to_ids].to_numpy()
            )
            table["custody"] = table["from_id"].map(leaving["custody"])
            parts.append(table)
    moved = pd.concat(parts, ignore_index=True)
    moved = moved[moved["from_id"] != moved["to_id"]]
    return moved.groupby(["from_id", "to_id", "custody"])["people_per_day"].sum().reset_index()


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
