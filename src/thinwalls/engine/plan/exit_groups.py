"""Movements by hazard as the kernels read them: rows in groups, with tables of destinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.engine.contract.inputs import NONE, Exits
from thinwalls.engine.numba_support.decorators import compiled
from thinwalls.engine.numba_support.kernel_arrays import as_kernel, floats, indices, laid_out
from thinwalls.engine.plan.plan_arrays import ExitGroups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float, Index, Int, Small


_WHOLE: Final = 2**32 - 1
"""A whole slot of a table of destinations; both of its ways lead to the same place."""


def reorder_rows(start: Int, order: Int | None) -> tuple[Int, Int | None]:
    """New row starts and the old row numbers in their new order (None: nothing changes)."""
    if order is None:
        return as_kernel(start, np.int64), None
    lengths = np.diff(start)[order]
    new_start = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    rows = np.repeat(start[:-1][order] - new_start[:-1], lengths) + np.arange(new_start[-1])
    return new_start, rows.astype(np.int64)


def begin_of(profile: Float) -> Int:
    """[F] first step in which a profile, given as [T, F], is above 0; T if it never is."""
    positive = profile > 0.0
    first = np.where(positive.any(axis=0), positive.argmax(axis=0), profile.shape[0])
    return np.asarray(first, np.int64)


def exit_groups_of(
    exits: Exits,
    weights: NDArray[np.bool_],
    begins: Int,
    order: Int | None,
    place: Index,
) -> ExitGroups:
    """Rows by which people leave cells.

    Parameters
    ----------
    exits
        The rows as given.
    weights
        [W] rows of stage weights that are 1 for people who are present, 0 for others.
    begins
        [F] first step of each profile, see :func:`begin_of`.
    order
        Cells in the order of the kernels, or None.
    place
        [C] where the kernels have each cell.
    """
    start, rows = reorder_rows(exits.start, order)
    n_cells = start.shape[0] - 1
    cell = np.repeat(np.arange(n_cells, dtype=np.int64), np.diff(start))
    given = np.arange(cell.shape[0]) if rows is None else rows
    # Rows without a hazard move nobody; the others of a cell are sorted into groups.
    used = np.flatnonzero(exits.hazard_per_day[given] > 0.0)
    given, cell = given[used], cell[used]
    kind = [cell, exits.movement[given], exits.stage_weight[given]]
    kind.append(begins[exits.profile[given]])
    profile = exits.profile[given]
    # Rows that differ in their profile alone also form a whole, marked by NONE for a profile, which
    # sorts before its members.
    twice = _of_several_profiles(kind, profile)
    given = np.append(given, given[twice])
    kind = [np.append(part, part[twice]) for part in kind]
    kind.append(np.append(profile, np.full(twice.shape[0], NONE, profile.dtype)))
    by_group = np.lexsort(kind[::-1])
    given = given[by_group]
    cell, movement, weight, begin, profile = (part[by_group] for part in kind)
    opening = np.flatnonzero(_is_new(cell, movement, weight, begin, profile))
    first = np.append(opening, cell.shape[0]).astype(np.int64)
    whole = profile[opening] == NONE
    members = _members(whole, np.flatnonzero(_is_new(cell, movement, weight, begin)[opening]))
    to, hazard = place[exits.to[given]], floats(exits.hazard_per_day[given])
    total = np.add.reduceat(hazard, opening) if opening.size else np.zeros(0)
    alias = np.zeros((cell.shape[0], 3), np.uint32)
    longest = int(np.diff(first).max(initial=0))
    _fill_alias(first, to, hazard, total, alias, np.zeros(longest, np.int64), np.zeros(longest))
    groups = np.searchsorted(cell[opening], np.arange(n_cells + 1)).astype(np.int64)
    return laid_out(
        ExitGroups(
            groups,
            members,
            # All members of a whole have the same profile whenever it stands for them.
            indices(np.where(whole, np.roll(profile[opening], -1), profile[opening])),
            indices(weight[opening]),
            indices(movement[opening]),
            total,
            first,
            to,
            hazard,
            alias,
            as_kernel(weights[weight[opening]], np.bool_),
        )
    )


def _is_new(*parts: NDArray[np.integer]) -> NDArray[np.bool_]:
    """[X] whether a row differs from the one before it."""
    new = np.ones(parts[0].shape[0], np.bool_)
    new[1:] = np.any([np.diff(part) != 0 for part in parts], axis=0)
    return new


def _of_several_profiles(kind: list[NDArray[np.integer]], profile: NDArray[np.integer]) -> Int:
    """Rows of a kind of which there are more with another profile."""
    order = np.lexsort((profile, *kind[::-1]))
    opens = _is_new(*(part[order] for part in kind))
    other = ~opens & (np.diff(profile[order], prepend=NONE) != 0)
    run = np.cumsum(opens) - 1
    several = np.bincount(run[other], minlength=int(opens.sum())) > 0
    return np.sort(order[several[run]])


def _members(whole: NDArray[np.bool_], opening: Int) -> Int:
    """[groups] how many groups after a whole are its members, 0 for other groups.

    ``opening``: first groups of a cell, movement, stage weight and beginning.
    """
    members = np.zeros(whole.shape[0], np.int64)
    size = np.diff(np.append(opening, whole.shape[0]))
    members[opening] = np.where(whole[opening], size - 1, 0)
    return members


@compiled
def _fill_alias(
    first: Int, to: Index, hazard: Float, total: Float, alias: Small, pair: Int, part: Float
) -> None:
    """Walker's table of every group (Vose 1991, IEEE Transactions on Software Engineering 17:972).

    ``pair`` and ``part`` are work space: a stack of small rows from the left, of large ones from
    the right, and what is left of each row.
    """
    for g in range(total.shape[0]):
        begin = first[g]
        n = first[g + 1] - begin
        small = 0
        large = n
        for j in range(n):
            # In slots: 1 is an equal share of the group.
            part[j] = hazard[begin + j] * (n / total[g])
            alias[begin + j, 0] = _WHOLE
            alias[begin + j, 1] = to[begin + j]
            alias[begin + j, 2] = to[begin + j]
            if part[j] < 1.0:
                pair[small] = j
                small += 1
            else:
                large -= 1
                pair[large] = j
        # A slot that is not full is filled up by a row that has too much.
        while small > 0 and large < n:
            small -= 1
            j = pair[small]
            giver = pair[large]
            alias[begin + j, 0] = int(part[j] * _WHOLE)
            alias[begin + j, 2] = to[begin + giver]
            part[giver] -= 1.0 - part[j]
            if part[giver] < 1.0:
                large += 1
                pair[small] = giver
                small += 1
