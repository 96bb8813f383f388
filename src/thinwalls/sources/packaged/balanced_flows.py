"""Flows in balance: who enters, leaves and moves per day so that nothing changes at the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.system import miles_between

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from thinwalls.common import Float


TRANSFERRED_AT_MOST = 0.98
"""Of the stays in a facility, at most this share begins or ends with a transfer."""

NEAREST = 3
"""Facilities with which one without counted moves is linked."""


RARE = 1e-3
"""Moves of fewer people a day than this (one in almost three years) are left out."""


@dataclass(frozen=True)
class Balance:
    """Flows per day: people entering and leaving the system at each facility, and moves."""

    stays: Float
    entries: Float
    exits: Float
    moves: Float
    """[from, to]"""
    fallback: NDArray[np.bool_]
    """Facilities whose moves follow the fallback."""


def balance(
    facilities: pd.DataFrame, book_ins_per_day: float, stays_per_book_in: float, counted: Float
) -> Balance:
    """Solve for flows in balance.

    ``facilities`` has ``population_start``, ``length_of_stay_days``, ``area_of_responsibility``,
    ``latitude``, ``longitude``; ``counted`` is how people were seen to move (any unit).  Stays
    per day are population / length of stay, scaled to ``book_ins_per_day × stays_per_book_in``;
    everything beyond the book-ins is moves, spread as counted, and no facility passes more than
    :data:`TRANSFERRED_AT_MOST` of its stays on or receives more than that by transfer.  Then
    entries = stays − moves in and exits = stays − moves out, so arrivals equal departures.
    """
    people = facilities["population_start"].to_numpy(dtype=np.float64)
    days = facilities["length_of_stay_days"].to_numpy(dtype=np.float64)
    occupied = people > 0
    mean_days = (
        people[occupied].sum()
        / np.sum(people[occupied] / np.where(days > 0, days, np.nan)[occupied])
        if np.all(days[occupied] > 0)
        else np.average(days[occupied & (days > 0)], weights=people[occupied & (days > 0)])
    )
    days = np.where(days > 0, days, mean_days)
    stays = np.where(occupied, people / days, 0.0)
    stays *= book_ins_per_day * stays_per_book_in / stays.sum()
    wanted = stays.sum() - book_ins_per_day
    pattern = np.where(occupied[:, None] & occupied[None, :], counted, 0.0)
    pattern, fallback = _with_fallback(facilities, stays, pattern)
    moves = _spread(pattern, stays * TRANSFERRED_AT_MOST, wanted)
    moves = _spread(np.where(moves >= RARE, moves, 0.0), stays * TRANSFERRED_AT_MOST, wanted)
    # Where so many moves cannot be spread, there are fewer stays: book-ins are what is known.
    fewer = book_ins_per_day / (stays.sum() - moves.sum())
    stays, moves = stays * fewer, moves * fewer
    entries = stays - moves.sum(axis=0)
    exits = stays - moves.sum(axis=1)
    return Balance(stays, entries, exits, moves, fallback & occupied)


def _with_fallback(
    facilities: pd.DataFrame, stays: Float, pattern: Float
) -> tuple[Float, NDArray[np.bool_]]:
    known = (pattern.sum(axis=0) + pattern.sum(axis=1)) > 0
    known_stays = stays[known].sum()
    per_stay = pattern.sum() / known_stays if known_stays > 0 else 1.0
    office = facilities["area_of_responsibility"].fillna("").to_numpy()
    places = facilities[["latitude", "longitude"]].to_numpy(dtype=np.float64)
    distance = miles_between(places[:, 0], places[:, 1], places[:, 0], places[:, 1])
    filled = pattern.copy()
    for i in np.flatnonzero(~known & (stays > 0)):
        others = (stays > 0) & (np.arange(len(stays)) != i)
        same = others & (office == office[i]) & (office != "")
        candidates = np.flatnonzero(same if same.any() else others)
        nearest = candidates[np.argsort(distance[i, candidates], kind="stable")[:NEAREST]]
        if len(nearest):
            filled[i, nearest] += per_stay * stays[i] / len(nearest)
            filled[nearest, i] += per_stay * stays[i] / len(nearest)
    return filled, ~known


def _spread(pattern: Float, most: Float, wanted: float) -> Float:
    """Scale ``pattern`` towards the sum ``wanted`` with no row and no column above ``most``."""
    moves = pattern.copy()
    if wanted <= 0 or moves.sum() <= 0:
        return np.zeros_like(moves)
    for _ in range(2000):
        moves *= wanted / moves.sum()
        out, into = moves.sum(axis=1), moves.sum(axis=0)
        over = max((out - most).max(), (into - most).max())
        if over <= 1e-9 * wanted:
            return moves
        moves *= np.where(out > most, most / np.maximum(out, 1e-300), 1.0)[:, None]
        into = moves.sum(axis=0)
        moves *= np.where(into > most, most / np.maximum(into, 1e-300), 1.0)[None, :]
    return moves


def agency_shares(entries: Float, first_guess: Float, total_share: float) -> Float:
    """Share of each facility's entries by one agency, shifted (log-odds) to the total's share."""
    guess = np.clip(first_guess, 0.01, 0.99)
    odds = np.log(guess / (1 - guess))
    low, high = -30.0, 30.0
    for _ in range(200):
        middle = (low + high) / 2
        share = 1 / (1 + np.exp(-(odds + middle)))
        if (entries * share).sum() < total_share * entries.sum():
            low = middle
        else:
            high = middle
    result: Float = 1 / (1 + np.exp(-(odds + (low + high) / 2)))
    return result
