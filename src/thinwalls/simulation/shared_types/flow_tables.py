"""Engine tables under construction: rows that scenarios change over time, then frozen."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine import NONE, Counts, Exits
from thinwalls.simulation.shared_types.movement_classes import DOSE_WASTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.pathogens import Stage
    from thinwalls.simulation.shared_types.drawn_effects import Values

    Works = Callable[[Values, Sequence[Stage]], Float]
    """[S] share of the people of a stage for whom a dose works, from the values of a draw"""

(
    ANYBODY,
    WELL,
    KNOWN,
    FROM_ABROAD,
    ARRESTED,
    GATE_FOUND,
    GATE_MISSED,
    TO_BE_DOSED,
    IMMUNE,
    NOT_IMMUNE,
) = range(10)
"""Who is moved, by stage: everybody alive and not in hospital; people who are susceptible or have
recovered; people known to be infected; people from abroad; the share of each stage that a test at
the gate finds, and the rest of those who are not known yet; those who are susceptible, exposed or
immune; the immune; those who are neither immune nor known."""


Mark = tuple[int, float]
"""Number of a trigger, and the factor by which it multiplies."""


class RowFactors:
    """Multipliers over time of the rows of a table, each for some rows only.

    Rows under the same set of factors share one column of the engine's profiles.
    """

    def __init__(self, n_rows: int) -> None:
        self._under = np.zeros(n_rows, dtype=np.int64)
        """index of the set of factors that each row is under"""
        self._sets: list[tuple[int, ...]] = [()]
        self._series: list[NDArray[np.float64]] = []
        self._marks: list[Mark | None] = []
        self._column_of_set = np.zeros(1, dtype=np.int32)

    def add(
        self, rows: NDArray[np.bool_], series: NDArray[np.float64], mark: Mark | None = None
    ) -> None:
        """Multiply ``rows`` by ``series`` ([T]); with a mark they get columns of their own."""
        if not rows.any() or (mark is None and np.all(series == 1.0)):
            return
        number = len(self._series)
        self._series.append(series)
        self._marks.append(mark)
        for old in np.unique(self._under[rows]):
            self._under[rows & (self._under == old)] = len(self._sets)
            self._sets.append((*self._sets[old], number))

    def columns(
        self, n_steps: int, first_column: int
    ) -> tuple[NDArray[np.int32], list[NDArray[np.float64]]]:
        """Profile column of every row, and the new columns; rows under nothing use column 0."""
        made: list[NDArray[np.float64]] = []
        column_of_set = np.zeros(len(self._sets), dtype=np.int32)
        for index in np.unique(self._under):
            members = self._sets[index]
            if not members:
                continue
            column = np.ones(n_steps)
            for number in members:
                column = column * self._series[number]
            column_of_set[index] = first_column + len(made)
            made.append(column)
        self._column_of_set = column_of_set
        return column_of_set[self._under].astype(np.int32), made

    def marked(self) -> list[tuple[Mark, int]]:
        """Mark and column of every column that a mark is on, after :meth:`columns`."""
        return [
            (mark, int(self._column_of_set[index]))
            for index in np.unique(self._under)
            for number in self._sets[index]
            if (mark := self._marks[number]) is not None
        ]


@dataclass
class ExitRows:
    """Exits under construction, one row per (cell, destination)."""

    cell: list[NDArray[np.int64]] = field(default_factory=list)
    to: list[NDArray[np.int64]] = field(default_factory=list)
    hazard: list[NDArray[np.float64]] = field(default_factory=list)
    movement: list[NDArray[np.int32]] = field(default_factory=list)
    stage_weight: list[NDArray[np.int32]] = field(default_factory=list)

    def add(
        self,
        cell: NDArray[np.integer],
        to: NDArray[np.integer],
        hazard: float | NDArray[np.float64],
        movement: int,
        stage_weight: int = ANYBODY,
    ) -> None:
        """Add rows for cells and destinations of equal shape; skip those that do not exist."""
        exists = (cell >= 0) & (to >= 0)
        flat = cell[exists].astype(np.int64)
        self.cell.append(flat)
        self.to.append(to[exists].astype(np.int64))
        self.hazard.append(np.broadcast_to(hazard, flat.shape).astype(np.float64))
        self.movement.append(np.full(flat.shape, movement, dtype=np.int32))
        self.stage_weight.append(np.full(flat.shape, stage_weight, dtype=np.int32))


@dataclass(frozen=True)
class FlowTable:
    """Exit rows before profiles are attached."""

    cell: NDArray[np.int64]
    to: NDArray[np.int64]
    hazard_per_day: NDArray[np.float64]
    movement: NDArray[np.int32]
    stage_weight: NDArray[np.int32]

    def at(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> FlowTable:
        """Some of the rows."""
        return FlowTable(*(getattr(self, one.name)[rows] for one in fields(self)))

    @classmethod
    def from_rows(cls, rows: ExitRows) -> FlowTable:
        """Rows in the order in which they were added; a place without flows has none."""
        if not rows.cell:
            nothing = np.zeros(0, dtype=np.int64)
            rows.add(nothing, nothing, 0.0, 0)
        return cls(
            np.concatenate(rows.cell),
            np.concatenate(rows.to),
            np.concatenate(rows.hazard),
            np.concatenate(rows.movement),
            np.concatenate(rows.stage_weight),
        )

    @classmethod
    def joined(cls, tables: Sequence[FlowTable]) -> FlowTable:
        """Tables one after the other."""
        return cls(
            *(np.concatenate([getattr(one, each.name) for one in tables]) for each in fields(cls))
        )


def exits_table(
    parts: Sequence[tuple[FlowTable, NDArray[np.int32]]], n_cells: int
) -> tuple[Exits, NDArray[np.intp]]:
    """The engine's table from flows and their profile columns, sorted by cell.

    And of every row its number among those given, one part after the other.
    """
    cell = np.concatenate([table.cell for table, _ in parts])
    to = np.concatenate([table.to for table, _ in parts])
    movement = np.concatenate([table.movement for table, _ in parts])
    profile = np.concatenate([column for _, column in parts])
    order = np.lexsort((profile, movement, to, cell))
    exits = Exits(
        start=np.searchsorted(cell[order], np.arange(n_cells + 1)).astype(np.int64),
        to=to[order].astype(np.int32),
        hazard_per_day=np.concatenate([table.hazard_per_day for table, _ in parts])[order],
        profile=profile[order].astype(np.int32),
        movement=movement[order].astype(np.int32),
        stage_weight=np.concatenate([table.stage_weight for table, _ in parts])[order],
    )
    return exits, order


@dataclass(frozen=True)
class CountRow:
    """People who are moved by number: from a pool of cells, each to its own or to a fan."""

    key: int
    people_per_day: float
    profile: int
    movement: int
    pool_cell: Sequence[int]
    pool_weight: Sequence[float]
    pool_to: Sequence[int]
    """own destination of each pool cell, or empty when they are spread over the fan"""
    fan_cell: Sequence[int]
    fan_weight: Sequence[float]
    stage_weight: int = ANYBODY
    works: Works | None = None
    """for doses of a day, given at once: the share of each stage for whom they work"""
    movement_of_others: int = DOSE_WASTED
    """class of doses for people who were not susceptible and for whom they did not work"""


def counts_table(rows: Sequence[CountRow]) -> Counts:
    """The engine's table of movements by number."""

    def starts(sizes: Sequence[int]) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    def cells(parts: Sequence[Sequence[int]]) -> NDArray[np.int32]:
        return np.array([value for part in parts for value in part], dtype=np.int32)

    def weights(parts: Sequence[Sequence[float]]) -> NDArray[np.float64]:
        return np.array([value for part in parts for value in part], dtype=np.float64)

    doses = np.array([row.works is not None for row in rows], dtype=bool)
    movement = np.array([row.movement for row in rows], dtype=np.int32)
    to = [list(row.pool_to) or [NONE] * len(row.pool_cell) for row in rows]
    return Counts(
        key=np.array([row.key for row in rows], dtype=np.uint64),
        people_per_day=np.array([row.people_per_day for row in rows], dtype=np.float64),
        profile=np.array([row.profile for row in rows], dtype=np.int32),
        movement=movement,
        stage_weight=np.array([row.stage_weight for row in rows], dtype=np.int32),
        pool_start=starts([len(row.pool_cell) for row in rows]),
        pool_cell=cells([row.pool_cell for row in rows]),
        pool_weight=weights([row.pool_weight for row in rows]),
        pool_to=cells(to),
        fan_start=starts([len(row.fan_cell) for row in rows]),
        fan_cell=cells([row.fan_cell for row in rows]),
        fan_weight=weights([row.fan_weight for row in rows]),
        at_once=doses if doses.any() else None,
        movement_of_others=(
            np.where(doses, [row.movement_of_others for row in rows], movement).astype(np.int32)
            if doses.any()
            else None
        ),
    )
