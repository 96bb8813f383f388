"""Which outputs of the engine make up the places and groups of a result, in total and by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from thinwalls.common import InputError
from thinwalls.engine import NOBODY_SUSCEPTIBLE, NONE
from thinwalls.results import GROUPS, WHOLE_SYSTEM
from thinwalls.system import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.engine import OutputSpec
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario


@dataclass(frozen=True)
class Selection:
    """Places and groups of a result, one row each, and the outputs that each adds up."""

    place: NDArray[np.int64]
    group: NDArray[np.int64]
    whole_system: NDArray[np.bool_]
    """rows that stand for the whole system"""
    members: csr_array
    """[selected, O] ones"""
    _known: dict[tuple[str, ...], NDArray[np.bool_]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def of_group(self, *names: str) -> NDArray[np.bool_]:
        """Rows of some groups."""
        if names not in self._known:
            numbers = [GROUPS.index(name) for name in names]
            self._known[names] = np.isin(self.group, numbers)
        return self._known[names]


def series_places(layout: Layout, places: Sequence[str]) -> list[str]:
    """Places of the daily series: the whole system and those asked for, each once.

    Raises
    ------
    InputError
        For one that the system does not have.
    """
    known = set(layout.outputs["place"])
    for place in places:
        if place not in known:
            raise InputError("is not a place of the system", field="places", value=place)
    return [WHOLE_SYSTEM, *dict.fromkeys(places)]


def select(layout: Layout, places: Sequence[str]) -> Selection:
    """All groups of some places, of which one may be the whole system.

    Parameters
    ----------
    layout
        Cells and outputs of a system.
    places
        Ids of places; rows of the selection have their number in this order.
    """
    outputs = layout.outputs
    place, group, cohort = (outputs[name].to_numpy() for name in ("place", "group", "cohort"))
    # The outside stands for the rest of the country: its residents are not the system's.
    whole = ~((place == OUTSIDE) & (group == "residents"))
    number = {name: p for p, name in enumerate(places)}
    own = pd.Series(place).map(number).fillna(-1).to_numpy(dtype=np.int64)
    rows, columns = [], []
    for g, name in enumerate(GROUPS):
        if name == "everyone":
            here = np.ones(len(outputs), dtype=bool)
        else:
            here = cohort == "start" if name == "followed" else group == name
        one = np.flatnonzero(here & (own >= 0))
        rows.append(own[one] * len(GROUPS) + g)
        columns.append(one)
        if WHOLE_SYSTEM in number:
            every = np.flatnonzero(here & whole)
            first = number[WHOLE_SYSTEM] * len(GROUPS) + g
            rows.append(np.full(len(every), first))
            columns.append(every)
    chosen, row = np.unique(np.concatenate(rows), return_inverse=True)
    column = np.concatenate(columns)
    shape = (len(chosen), len(outputs))
    members = csr_array((np.ones(len(row)), (row, column)), shape=shape)
    members.sort_indices()
    row_place, row_group = np.divmod(chosen, len(GROUPS))
    whole_system = row_place == number.get(WHOLE_SYSTEM, NONE)
    return Selection(row_place, row_group, whole_system, members)


def daily_rows(selection: Selection, compiled: CompiledScenario) -> NDArray[np.int32]:
    """[O] row of the daily record of each output, NONE where nothing needs its days.

    Outputs that always add up to the same places and groups share a row.  Outputs with people
    who are tested or excluded from work, and those that a condition for that looks at, have rows of
    their own, as tests and days away are counted from them day by day.
    """
    columns = selection.members.tocsc()
    columns.sort_indices()
    n_outputs = columns.shape[1]
    apart = np.zeros(n_outputs, dtype=bool)
    for tests in compiled.tests:
        for outputs in tests.outputs.values():
            apart[outputs] = True
        if tests.mark is not None:
            apart[compiled.switches[tests.mark].condition.outputs] = True
    for away in compiled.away:
        apart[away.outputs] = True
        apart[compiled.switches[away.mark].condition.outputs] = True
    number: dict[tuple[bytes, int], int] = {}
    rows = np.full(n_outputs, NONE, dtype=np.int32)
    for output in range(n_outputs):
        uses = columns.indices[columns.indptr[output] : columns.indptr[output + 1]]
        if len(uses) or apart[output]:
            key = (uses.tobytes(), output if apart[output] else NONE)
            rows[output] = number.setdefault(key, len(number))
    return rows


def row_of_output(record: OutputSpec) -> NDArray[np.integer]:
    """[O] row of the daily record of each output, or NONE."""
    return np.arange(record.n_outputs) if record.daily is None else record.daily


@dataclass(frozen=True)
class SelectedRows:
    """A selection in terms of the rows of one daily record."""

    members: csr_array
    """[selected, Y] ones"""
    recorded: NDArray[np.int64]
    """outputs that the daily record holds"""
    row: NDArray[np.int64]
    """row of each of them"""

    @classmethod
    def of(cls, selection: Selection, record: OutputSpec) -> SelectedRows:
        """For rows made by :func:`daily_rows`."""
        daily = row_of_output(record)
        recorded = np.flatnonzero(daily != NONE)
        # All outputs of a row add up to the same places and groups, so one of them tells which.
        _, first = np.unique(daily[recorded], return_index=True)
        row = daily[recorded].astype(np.int64)
        return cls(selection.members[:, recorded[first]], recorded, row)

    def by_day(self, *values: Float) -> list[Float]:
        """Each [D, Y, V] as [V, D, selected]."""
        days, rows, _ = values[0].shape
        columns = [np.moveaxis(one, 1, 0).reshape(rows, -1) for one in values]
        summed = np.asarray(self.members @ np.concatenate(columns, axis=1))
        parts = np.split(summed, np.cumsum([one.shape[1] for one in columns])[:-1], axis=1)
        return [part.reshape(len(summed), days, -1).transpose(2, 1, 0) for part in parts]

    def weights(self, susceptible: Float) -> Float:
        """[Y] weights of the engine's mean force; ``susceptible`` [O] people at the start."""
        weight = np.maximum(susceptible[self.recorded], NOBODY_SUSCEPTIBLE)
        by_row = np.bincount(self.row, weights=weight, minlength=self.members.shape[1])
        return np.asarray(by_row, dtype=np.float64)
