"""Who moves where: the engine's movement tables for one system and one scenario.

Base flows are those of the system's tables at the start.  Releases, removals and transfers are
hazards (each person faces the same), so they fall as a place empties; book-ins are numbers of
people per day, so they do not.  A scenario multiplies flows of some rows over time
(:class:`RowFactors`) and adds flows of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thinwalls.engine import NONE, Counts, Exits
from thinwalls.simulation.layout import Layout, cell_key

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
    """Exit rows before profiles are attached."""

    cell: NDArray[np.int64]
    to: NDArray[np.int64]
    hazard_per_day: NDArray[np.float64]
    movement: NDArray[np.int32]

    @classmethod
    def from_rows(cls, rows: ExitRows) -> FlowTable:
        """Rows in the order in which they were added."""
        return cls(
            np.concatenate(rows.cell),
            np.concatenate(rows.to),
            np.concatenate(rows.hazard),
            np.concatenate(rows.movement),
        )


def exits_table(
    parts: Sequence[tuple[FlowTable, NDArray[np.int32]]], n_cells: int
) -> Exits:
    """The engine's table from flows and their profile columns, sorted by cell."""
    cell = np.concatenate([table.cell for table, _ in parts])
    to = np.concatenate([table.to for table, _ in parts])
    movement = np.concatenate([table.movement for table, _ in parts])
    profile = np.concatenate([column for _, column in parts])
    order = np.lexsort((profile, movement, to, cell))
    return Exits(
        start=np.searchsorted(cell[order], np.arange(n_cells + 1)).astype(np.int64),
        to=to[order].astype(np.int32),
        hazard_per_day=np.concatenate([table.hazard_per_day for table, _ in parts])[order],
        profile=profile[order].astype(np.int32),
        movement=movement[order].astype(np.int32),
        stage_weight=np.zeros(len(order), dtype=np.int32),
    )


def per_facility(layout: Layout, flow: str) -> pd.DataFrame:
    """People per day by facility (rows) and detail (columns) of one kind of flow."""
    flows = layout.system.flows
    table = flows[(flows["flow"] == flow) & flows["facility_id"].isin(layout.facility_ids)]
    wide = table.pivot_table(index="facility_id", columns="detail", values="people_per_day", aggfunc="sum")
    return wide.reindex(list(layout.facility_ids)).fillna(0.0)


Catchment = Mapping[tuple[str, str, str], Mapping[int, float]]


def read_catchment(layout: Layout) -> Catchment:
    """Share by county index of every (flow, detail, facility) that the system tells."""
    index = {code: n for n, code in enumerate(layout.county_fips)}
    shares: dict[tuple[str, str, str], dict[int, float]] = {}
    table = layout.system.catchment
    for flow, detail, facility_id, code, share in zip(
        table["flow"], table["detail"], table["facility_id"], table["county_fips"], table["share"],
        strict=True,
    ):
        place = shares.setdefault((flow, detail, facility_id), {})
        county = index.get(code, layout.outside)
        place[county] = place.get(county, 0.0) + float(share)
    return shares


@dataclass(frozen=True)
class BaseFlows:
    """All flows of the start of one system."""

    catchment: Catchment
    exits: FlowTable
    book_ins: BookIns
    outside: int

    def shares(self, flow: str, detail: str, facility_id: str) -> Mapping[int, float]:
        """Share of a facility's flow by county index; all of it the outside's if none is given."""
        for name in (detail, "*"):
            found = self.catchment.get((flow, name, facility_id))
            if found:
                return found
        return {self.outside: 1.0}


def read_flows(layout: Layout) -> BaseFlows:
    """Compile the flows of the start once; scenarios share them."""
    shares = read_catchment(layout)
    return BaseFlows(shares, _base_exits(layout, shares), _base_book_ins(layout), layout.outside)


def _base_exits(layout: Layout, shares: Catchment) -> FlowTable:
    """Releases, removals and transfers as hazards at the flows of the start."""
    rows = ExitRows()
    facilities = layout.system.facilities
    held = facilities.loc[list(layout.facility_ids), ["population_start", "population_average"]]
    at_start, average = held.to_numpy(dtype=np.float64).T
    people = np.where(at_start > 0, at_start, np.maximum(average, 1.0))
    releases = per_facility(layout, "release").sum(axis=1).to_numpy()
    removals = per_facility(layout, "removal").sum(axis=1).to_numpy()
    person = layout.person_class_of
    for f, facility_id in enumerate(layout.facility_ids):
        cells = layout.detained[f]
        if releases[f] > 0:
            goals = shares.get(("release", "*", facility_id)) or {layout.outside: 1.0}
            for county, share in goals.items():
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


def _base_book_ins(layout: Layout) -> BookIns:
    """Book-ins of the start: by facility and arresting agency, composed as the facility is."""
    wide = per_facility(layout, "book_in")
    rates = wide.to_numpy(dtype=np.float64)
    facility, column = np.nonzero(rates)
    return BookIns(
        facility.astype(np.int32), wide.columns.to_numpy(dtype=np.str_)[column],
        rates[facility, column],
        layout.composition,
    )


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


def counts_table(rows: Sequence[CountRow]) -> Counts:
    """The engine's table of movements by number."""

    def starts(sizes: Sequence[int]) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    def cells(parts: Sequence[Sequence[int]]) -> NDArray[np.int32]:
        return np.array([value for part in parts for value in part], dtype=np.int32)

    def weights(parts: Sequence[Sequence[float]]) -> NDArray[np.float64]:
        return np.array([value for part in parts for value in part], dtype=np.float64)

    to = [list(row.pool_to) or [NONE] * len(row.pool_cell) for row in rows]
    return Counts(
        key=np.array([row.key for row in rows], dtype=np.uint64),
        people_per_day=np.array([row.people_per_day for row in rows], dtype=np.float64),
        profile=np.array([row.profile for row in rows], dtype=np.int32),
        movement=np.array([row.movement for row in rows], dtype=np.int32),
        stage_weight=np.zeros(len(rows), dtype=np.int32),
        pool_start=starts([len(row.pool_cell) for row in rows]),
        pool_cell=cells([row.pool_cell for row in rows]),
        pool_weight=weights([row.pool_weight for row in rows]),
        pool_to=cells(to),
        fan_start=starts([len(row.fan_cell) for row in rows]),
        fan_cell=cells([row.fan_cell for row in rows]),
        fan_weight=weights([row.fan_weight for row in rows]),
    )


def book_in_rows(
    layout: Layout, flows: BaseFlows, factors: RowFactors, n_days: int, first_column: int
) -> tuple[list[CountRow], list[NDArray[np.float64]]]:
    """Book-ins by facility and agency.

    ``factors`` is over (book-in row, detained class) pairs, row-major: measures may halt the
    arrests of some classes only.  Classes of one row under the same factors stay one row.
    """
    book_ins = flows.book_ins
    n_classes = len(layout.detained_classes)
    column, made = factors.columns(n_days, first_column)
    column = column.reshape(len(book_ins.per_day), n_classes)
    adults = layout.cells["people"].to_numpy()[layout.residents[:, 1]]
    rows = []
    for row, (f, agency, rate) in enumerate(
        zip(book_ins.facility, book_ins.agency, book_ins.per_day, strict=True)
    ):
        facility_id = layout.facility_ids[f]
        shares = flows.shares("book_in", str(agency), facility_id)
        weights = book_ins.weights[f]
        for profile in np.unique(column[row]):
            chosen = np.flatnonzero((column[row] == profile) & (weights > 0))
            if len(chosen):
                rows.append(
                    CountRow(
                        key=cell_key("book-in", facility_id, agency, int(chosen[0])),
                        people_per_day=rate * weights[chosen].sum(),
                        profile=int(profile),
                        movement=ARREST,
                        pool_cell=[int(layout.residents[n, 1]) for n in shares],
                        pool_weight=[share / max(adults[n], 1) for n, share in shares.items()],
                        pool_to=(),
                        fan_cell=layout.detained[f, 1, chosen].tolist(),
                        fan_weight=weights[chosen].tolist(),
                    )
                )
    return rows, made
