"""Triggers as the kernels read them: also by what they change, so that little is worked out again.

Whatever is switched is worked out from all triggers that act on it, in their order: the same bits
whether one of them has changed or everything is begun anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.engine.contract.inputs import NONE
from thinwalls.engine.contract.triggers import MANY
from thinwalls.engine.numba_support.kernel_arrays import as_kernel, floats, indices
from thinwalls.engine.numba_support.memo import Memory
from thinwalls.engine.plan.exit_groups import reorder_rows
from thinwalls.engine.plan.plan_arrays import TriggerArrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Index, Int
    from thinwalls.engine.contract.inputs import Inputs
    from thinwalls.engine.plan.plan_arrays import ExitGroups, ProgrammeGroups

Listed = tuple["Int", "Index"]
"""Starts, and what is listed from each start to the next."""

_exit_cells: Final[Memory[Listed]] = Memory(8)
_programmes: Final[Memory[Listed]] = Memory(8)


def triggers_of(
    inputs: Inputs, order: Int | None, exit_groups: ExitGroups, programmes: ProgrammeGroups
) -> TriggerArrays:
    """Compile triggers; ``order`` is that of the cells in the kernels."""
    triggers = inputs.triggers
    n = triggers.threshold.shape[0]
    n_profiles = inputs.rates.profile.shape[1]
    row_start, row, by_row = np.zeros(n + 1, np.int64), _nothing(), _list_of(_nothing(), _nothing())
    row_factor = np.ones(n)
    if triggers.row is not None and triggers.row_start is not None:
        assert triggers.row_factor is not None
        row_start, row = triggers.row_start, _moved(inputs, triggers.row, order)
        row_factor = triggers.row_factor
        by_row = _listed(row, row_start, len(inputs.attendance.setting))
    switched = np.flatnonzero(triggers.profile >= 0).astype(np.int64)
    by_profile = _list_of(triggers.profile[switched], switched, n_profiles)
    is_switched = np.zeros(n_profiles, np.bool_)
    is_switched[triggers.profile[switched]] = True
    which = is_switched.tobytes()
    exit_cells = _exit_cells.get(
        (exit_groups.profile,), which, lambda: _exits_under(exit_groups, is_switched)
    )
    groups = _programmes.get(
        (programmes.profile,), which, lambda: _programmes_under(programmes, is_switched)
    )
    return TriggerArrays(
        indices(triggers.variable),
        as_kernel(triggers.output_start, np.int64),
        indices(triggers.output),
        indices(triggers.region),
        indices(triggers.resource),
        floats(triggers.threshold),
        indices(triggers.window_days),
        indices(triggers.duration_days),
        indices(triggers.effect_after_days),
        indices(triggers.profile),
        floats(triggers.factor),
        as_kernel(triggers.setting_start, np.int64),
        indices(triggers.setting),
        floats(triggers.setting_factor),
        as_kernel(row_start, np.int64),
        indices(row),
        floats(row_factor),
        _or(triggers.chance, n, NONE),
        as_kernel(np.arange(n) if triggers.key is None else triggers.key, np.uint64),
        _or(triggers.from_day, n, 0),
        _or(triggers.until_day, n, MANY),
        _or(triggers.first_days, n, 0),
        int(triggers.counted_stock),
        *by_profile,
        *_listed(triggers.setting, triggers.setting_start, inputs.settings.transmission.shape[0]),
        *by_row,
        *exit_cells,
        *groups,
    )


def _or(given: NDArray[np.int32] | None, n: int, default: int) -> Index:
    return np.full(n, default, np.int64) if given is None else indices(given)


def _nothing() -> Index:
    return np.zeros(0, np.int64)


def _moved(inputs: Inputs, row: NDArray[np.integer], order: Int | None) -> Index:
    """Where the kernels have these rows of attendance."""
    _, given = reorder_rows(inputs.attendance.start, order)
    if given is None:
        return row.astype(np.int64)
    place = np.empty_like(given)
    place[given] = np.arange(given.shape[0])
    return np.asarray(place[row], np.int64)


def _listed(changed: NDArray[np.integer], start: NDArray[np.integer], n: int) -> Listed:
    """Triggers by what they change; ``start`` are the starts of ``changed`` by trigger."""
    trigger = np.repeat(np.arange(len(start) - 1, dtype=np.int64), np.diff(start))
    return _list_of(changed, trigger, n)


def _list_of(place: NDArray[np.integer], item: Index, n: int = 0) -> Listed:
    """Items by place, in the order in which they are given."""
    by_place = np.argsort(place, kind="stable")
    start = np.searchsorted(place[by_place], np.arange(n + 1)).astype(np.int64)
    return start, indices(item[by_place])


def _exits_under(groups: ExitGroups, is_switched: NDArray[np.bool_]) -> Listed:
    """Cells by profile; a whole follows the profile that its first member has."""
    cell = np.repeat(np.arange(groups.group_start.shape[0] - 1), np.diff(groups.group_start))
    chosen = np.flatnonzero(is_switched[groups.profile])
    pairs = np.unique(np.stack((groups.profile[chosen], cell[chosen])), axis=1)
    return _list_of(pairs[0], pairs[1].astype(np.int64), len(is_switched))


def _programmes_under(groups: ProgrammeGroups, is_switched: NDArray[np.bool_]) -> Listed:
    """Groups by profile."""
    group = np.repeat(np.arange(groups.member_start.shape[0] - 1), np.diff(groups.member_start))
    profile = groups.profile[groups.row]
    chosen = np.flatnonzero(is_switched[profile])
    pairs = np.unique(np.stack((profile[chosen], group[chosen])), axis=1)
    return _list_of(pairs[0], pairs[1].astype(np.int64), len(is_switched))
