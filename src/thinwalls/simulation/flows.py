"""Who moves where: the engine's movement tables for one system and one scenario.

Base flows are those of the system's tables at the start.  Releases, removals and transfers are
hazards (each person faces the same), so they fall as a place empties; book-ins are numbers of
people per day, so they do not.  A scenario multiplies flows of some rows over time
(:class:`RowFactors`) and adds flows of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thinwalls.engine import Counts, Exits
from thinwalls.simulation.layout import Layout, cell_key, class_weights

ARREST, RELEASE, TRANSFER, REMOVAL = range(4)
MOVEMENTS = ("arrests", "releases", "transfers", "removals")
"""Classes of movement in the order in which the engine counts them."""


class RowFactors:
    """Multipliers over time of the rows of a table, each for some rows only.

    Rows under the same set of factors share one column of the engine's profiles.
    """

    def __init__(self, n_rows: int) -> None:
        self._under = np.zeros(n_rows, dtype=np.int64)
        self._series: list[NDArray[np.float64]] = []

    def add(self, rows: NDArray[np.bool_], series: NDArray[np.float64]) -> None:
        """Multiply ``rows`` by ``series`` ([T])."""
        if rows.any() and not np.all(series == 1.0):
            self._under |= rows.astype(np.int64) << len(self._series)
            self._series.append(series)

    def columns(
        self, n_steps: int, first_column: int
    ) -> tuple[NDArray[np.int32], list[NDArray[np.float64]]]:
        """Profile column of every row, and the new columns; rows under nothing use column 0."""
        sets, row_set = np.unique(self._under, return_inverse=True)
        made: list[NDArray[np.float64]] = []
        column_of_set = np.zeros(len(sets), dtype=np.int32)
        for index, members in enumerate(sets):
            if members == 0:
                continue
            column = np.ones(n_steps)
            for bit, series in enumerate(self._series):
                if members >> bit & 1:
                    column = column * series
            column_of_set[index] = first_column + len(made)
            made.append(column)
        return column_of_set[row_set].astype(np.int32), made


@dataclass
class ExitRows:
    """Exits under construction, one row per (cell, destination)."""

    cell: list[NDArray[np.int64]] = field(default_factory=list)
    to: list[NDArray[np.int64]] = field(default_factory=list)
    hazard: list[NDArray[np.float64]] = field(default_factory=list)
    movement: list[NDArray[np.int32]] = field(default_factory=list)

    def add(
        self, cell: NDArray[np.integer], to: NDArray[np.integer], hazard: float | NDArray[np.float64], movement: int
    ) -> None:
        """Add rows for cells and destinations of equal shape."""
        flat = cell.ravel().astype(np.int64)
        self.cell.append(flat)
        self.to.append(to.ravel().astype(np.int64))
        self.hazard.append(np.broadcast_to(hazard, flat.shape).astype(np.float64))
        self.movement.append(np.full(flat.shape, movement, dtype=np.int32))


@dataclass(frozen=True)
class FlowTable:
    """Exit rows sorted by cell, before profiles are attached."""

    cell: NDArray[np.int64]
    to: NDArray[np.int64]
    hazard_per_day: NDArray[np.float64]
    movement: NDArray[np.int32]

    @classmethod
    def from_rows(cls, rows: ExitRows) -> FlowTable:
        """Sort rows by cell, then destination, then kind, so that their order carries no meaning."""
        cell = np.concatenate(rows.cell)
        to = np.concatenate(rows.to)
        movement = np.concatenate(rows.movement)
        order = np.lexsort((movement, to, cell))
        return cls(cell[order], to[order], np.concatenate(rows.hazard)[order], movement[order])

    def exits(self, n_cells: int, profile: NDArray[np.int32]) -> Exits:
        """The engine's table."""
        start = np.searchsorted(self.cell, np.arange(n_cells + 1)).astype(np.int64)
        return Exits(
            start=start,
            to=self.to.astype(np.int32),
            hazard_per_day=self.hazard_per_day,
            profile=profile,
            movement=self.movement,
            stage_weight=np.zeros(len(self.to), dtype=np.int32),
        )


def per_facility(layout: Layout, flow: str) -> pd.DataFrame:
    """People per day by facility (rows) and detail (columns) of one kind of flow."""
    flows = layout.system.flows
    table = flows[(flows["flow"] == flow) & flows["facility_id"].isin(layout.facility_ids)]
    wide = table.pivot_table(index="facility_id", columns="detail", values="people_per_day", aggfunc="sum")
    return wide.reindex(list(layout.facility_ids)).fillna(0.0)


def catchment(layout: Layout, flow: str, detail: str, facility_id: str) -> dict[int, float]:
    """Share of a facility's flow by county index; everything to the outside where none is given."""
    table = layout.system.catchment
    rows = table[
        (table["flow"] == flow)
        & (table["facility_id"] == facility_id)
        & (table["detail"].isin([detail, "*"]))
    ]
    index = {code: n for n, code in enumerate(layout.county_fips)}
    shares: dict[int, float] = {}
    for code, share in zip(rows["county_fips"], rows["share"], strict=True):
        county = index.get(str(code), layout.outside)
        shares[county] = shares.get(county, 0.0) + float(share)
    return shares or {layout.outside: 1.0}


def base_exits(layout: Layout) -> FlowTable:
    """Releases, removals and transfers as hazards at the flows of the start."""
    rows = ExitRows()
    facilities = layout.system.facilities
    people = np.array(
        [
            max(float(facilities.at[f, "population_start"]), float(facilities.at[f, "population_average"]), 1e-9)
            if int(facilities.at[f, "population_start"]) == 0
            else float(facilities.at[f, "population_start"])
            for f in layout.facility_ids
        ]
    )
    releases = per_facility(layout, "release").sum(axis=1).to_numpy()
    removals = per_facility(layout, "removal").sum(axis=1).to_numpy()
    person = layout.person_class_of
    for f, facility_id in enumerate(layout.facility_ids):
        cells = layout.detained[f]
        if releases[f] > 0:
            for county, share in catchment(layout, "release", "*", facility_id).items():
                to = layout.released[county][:, person]
                rows.add(cells, to, releases[f] / people[f] * share, RELEASE)
        if removals[f] > 0:
            rows.add(cells, layout.removed[:, person], removals[f] / people[f], REMOVAL)
    index = {facility_id: f for f, facility_id in enumerate(layout.facility_ids)}
    transfers = layout.system.transfers
    for source, target, per_day in zip(
        transfers["from_id"], transfers["to_id"], transfers["people_per_day"], strict=True
    ):
        if source in index and target in index and per_day > 0:
            f = index[source]
            rows.add(layout.detained[f], layout.detained[index[target]], per_day / people[f], TRANSFER)
    return FlowTable.from_rows(rows)


@dataclass(frozen=True)
class BookIns:
    """Book-ins per facility, agency and detained class, before profiles are attached."""

    facility: NDArray[np.int32]
    """[rows]"""
    agency: NDArray[np.str_]
    per_day: NDArray[np.float64]
    weights: NDArray[np.float64]
    """[F, D] composition of those booked in"""


def base_book_ins(layout: Layout) -> BookIns:
    """Book-ins of the start: by facility and arresting agency, composed as the facility is."""
    wide = per_facility(layout, "book_in")
    facility, agency, per_day = [], [], []
    for f, facility_id in enumerate(layout.facility_ids):
        for name in wide.columns:
            if wide.at[facility_id, name] > 0:
                facility.append(f)
                agency.append(str(name))
                per_day.append(float(wide.at[facility_id, name]))
    weights = np.array(
        [class_weights(layout.system, f, layout.detained_classes) for f in layout.facility_ids]
    )
    pooled = weights.mean(axis=0)
    weights[weights.sum(axis=1) == 0] = pooled
    return BookIns(
        np.array(facility, dtype=np.int32), np.array(agency, dtype=np.str_), np.array(per_day), weights
    )


def book_in_counts(
    layout: Layout, book_ins: BookIns, factors: RowFactors, n_steps: int, first_column: int
) -> tuple[Counts, list[NDArray[np.float64]]]:
    """The engine's table of book-ins.

    ``factors`` is over (book-in row, detained class) pairs, row-major: measures may halt the
    arrests of some classes only.  Classes of one row under the same factors stay one engine row.
    """
    n_classes = len(layout.detained_classes)
    column, made = factors.columns(n_steps, first_column)
    column = column.reshape(len(book_ins.per_day), n_classes)
    per_day, profile, key = [], [], []
    pool_cell, pool_weight, pool_size = [], [], []
    fan_cell, fan_weight, fan_size = [], [], []
    adults = layout.cells["people"].to_numpy()[layout.residents[:, 1]]
    pools: dict[tuple[int, str], tuple[list[int], list[float]]] = {}
    for row, (f, agency, rate) in enumerate(
        zip(book_ins.facility, book_ins.agency, book_ins.per_day, strict=True)
    ):
        facility_id = layout.facility_ids[f]
        pool = pools.get((f, agency))
        if pool is None:
            shares = catchment(layout, "book_in", str(agency), facility_id)
            pool = (
                [int(layout.residents[n, 1]) for n in shares],
                [share / max(adults[n], 1) for n, share in shares.items()],
            )
            pools[f, agency] = pool
        weights = book_ins.weights[f]
        for one in np.unique(column[row]):
            chosen = np.flatnonzero((column[row] == one) & (weights > 0))
            if not len(chosen):
                continue
            per_day.append(rate * weights[chosen].sum())
            profile.append(one)
            key.append(cell_key("book-in", facility_id, agency, int(chosen[0])))
            pool_cell += pool[0]
            pool_weight += pool[1]
            pool_size.append(len(pool[0]))
            fan_cell += layout.detained[f, 1, chosen].tolist()
            fan_weight += weights[chosen].tolist()
            fan_size.append(len(chosen))
    n = len(per_day)
    return (
        Counts(
            key=np.array(key, dtype=np.uint64),
            people_per_day=np.array(per_day, dtype=np.float64),
            profile=np.array(profile, dtype=np.int32),
            movement=np.full(n, ARREST, dtype=np.int32),
            stage_weight=np.zeros(n, dtype=np.int32),
            pool_start=np.concatenate([[0], np.cumsum(pool_size)]).astype(np.int64),
            pool_cell=np.array(pool_cell, dtype=np.int32),
            pool_weight=np.array(pool_weight, dtype=np.float64),
            pool_to=np.full(len(pool_cell), -1, dtype=np.int32),
            fan_start=np.concatenate([[0], np.cumsum(fan_size)]).astype(np.int64),
            fan_cell=np.array(fan_cell, dtype=np.int32),
            fan_weight=np.array(fan_weight, dtype=np.float64),
        ),
        made,
    )
