"""Who moves where when nothing changes: the flows of the start of one system.

Releases, removals and transfers are hazards (each person of a custody system in a place faces the
same), so they fall as a place empties; book-ins are numbers of people per day, so they do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thinwalls.engine import NONE
from thinwalls.simulation.population.cell_variants import (
    APART,
    GATE,
    ORDINARY,
    VACCINATED,
    VARIANTS,
)
from thinwalls.simulation.population.layout import Layout, cell_key
from thinwalls.simulation.shared_types.flow_tables import (
    ARRESTED,
    FROM_ABROAD,
    CountRow,
    ExitRows,
    FlowTable,
    RowFactors,
)
from thinwalls.simulation.shared_types.movement_classes import (
    ARREST,
    BORDER_AGENCY,
    RELEASE,
    REMOVAL,
    TAKING_OVER,
    TRANSFER,
)
from thinwalls.system import CLASSES_OF, TRANSFER_IN, TRANSFER_OUT

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


_IDENTITY: Mapping[int, tuple[str, ...]] = {ORDINARY: (), APART: ("apart",), GATE: ("gate",)}
"""What tells rows of book-ins apart in the random streams."""

Catchment = Mapping[tuple[str, str, str], Mapping[int, float]]


@dataclass(frozen=True)
class BookIns:
    """Book-ins before profiles are attached, one row per facility and arresting agency."""

    facility: NDArray[np.int32]
    agency: NDArray[np.str_]
    movement: NDArray[np.int32]
    """ARREST, or TRANSFER for people moved in from a place that is not in the system"""
    per_day: NDArray[np.float64]
    weights: NDArray[np.float64]
    """[rows, D] composition of those booked in"""
    into: NDArray[np.int32]
    """variant of the cell that they arrive in: ordinary, quarantine (apart), or gate"""


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
    """Compile the flows of the start once; scenarios share them.

    Twins leave like the cells that they belong to: vaccinated people stay vaccinated, people in
    quarantine leave it.
    """
    shares = read_catchment(layout)
    base = _base_exits(layout, shares)
    exits = mirrored(layout, layout.housing.spread(base))
    if layout.housing.n_units:
        # Who is in no unit because of quarantine leaves like others; who is to be given one does
        # not within the half day.
        waiting = mirrored(layout, layout.housing.of_halls(base))
        variant = layout.cells["variant"].to_numpy()[waiting.cell]
        stays = waiting.at(~np.isin(variant, (ORDINARY, VACCINATED)))
        exits = FlowTable.joined([exits, stays])
    return BaseFlows(shares, exits, _base_book_ins(layout), layout.outside)


def mirrored(layout: Layout, table: FlowTable) -> FlowTable:
    """The rows of ordinary cells, and the same rows of their variants."""
    tables = [table]
    for variant in range(1, VARIANTS):
        variants = layout.variants[variant, table.cell]
        rows = table.at(variants >= 0)
        if len(rows.cell):
            to = layout.variants[variant & VACCINATED, rows.to]
            tables.append(replace(rows, cell=variants[variants >= 0].astype(np.int64), to=to))
    return FlowTable.joined(tables) if len(tables) > 1 else table


def with_quarantine(layout: Layout, flows: BaseFlows) -> BaseFlows:
    """The flows with a second row, into quarantine, for everybody who arrives in a facility."""
    goal = twin_of_goal(layout, flows.exits.to, APART)
    rows = np.isin(flows.exits.movement, (TRANSFER, ARREST)) & (goal >= 0)
    everybody = np.ones(len(flows.book_ins.facility), dtype=bool)
    return with_second_rows(flows, rows, goal, everybody, APART)


def twin_of_goal(layout: Layout, to: NDArray[np.integer], variant: int) -> NDArray[np.int64]:
    """The twin of a variant of cells that are ordinary or vaccinated; NONE for others."""
    twin = np.full(len(layout.cells), NONE, dtype=np.int64)
    for base in (ORDINARY, VACCINATED):
        cells = layout.variants[base]
        here = (cells >= 0) & (layout.variants[variant | base] >= 0)
        twin[cells[here]] = layout.variants[variant | base, here]
    return np.asarray(twin[to], dtype=np.int64)


def with_second_rows(
    flows: BaseFlows,
    exits: NDArray[np.bool_],
    to: NDArray[np.int64],
    book_ins: NDArray[np.bool_],
    variant: int,
) -> BaseFlows:
    """The flows with a second row, into a variant of the goal, for some exits and book-ins.

    ``to`` [E] is the goal of the second row of an exit.
    """
    again = replace(flows.exits.at(exits), to=to[exits].astype(flows.exits.to.dtype))
    old = flows.book_ins
    twice = {
        one.name: np.concatenate([getattr(old, one.name), getattr(old, one.name)[book_ins]])
        for one in fields(old)
    }
    twice["into"][len(old.into) :] = variant
    return replace(flows, exits=FlowTable.joined([flows.exits, again]), book_ins=BookIns(**twice))


def read_catchment(layout: Layout) -> Catchment:
    """Share by county index of every (flow, detail, facility) that the system tells."""
    index = {code: n for n, code in enumerate(layout.county_fips)}
    shares: dict[tuple[str, str, str], dict[int, float]] = {}
    for flow, detail, facility_id, code, share in _rows(
        layout.system.catchment, "flow", "detail", "facility_id", "county_fips", "share"
    ):
        place = shares.setdefault((flow, detail, facility_id), {})
        county = index.get(code, layout.outside)
        place[county] = place.get(county, 0.0) + float(share)
    return shares


def _rows(table: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].tolist() for name in columns), strict=True)


def classes_of(layout: Layout, custody: str) -> NDArray[np.intp]:
    """Detained classes that belong to a custody system."""
    names = CLASSES_OF[custody]
    return np.flatnonzero([one.custody_class in names for one in layout.detained_classes])


def _base_exits(layout: Layout, shares: Catchment) -> FlowTable:
    """Releases, removals and transfers as hazards at the flows of the start."""
    rows = ExitRows()
    index = {facility_id: f for f, facility_id in enumerate(layout.facility_ids)}
    members = {custody: classes_of(layout, custody) for custody in CLASSES_OF}
    held = layout.held

    def people(f: int, custody: str) -> float:
        return max(float(held[f, members[custody]].sum()), 1.0)

    # Why people are released does not matter to where they go: reasons are one flow.
    per_day_of: dict[tuple[str, str, str], float] = {}
    for facility_id, flow, detail, custody, per_day in _rows(
        layout.system.flows, "facility_id", "flow", "detail", "custody", "people_per_day"
    ):
        across = TRANSFER_OUT if str(detail).startswith(TRANSFER_OUT) else str(flow)
        leaving = (str(facility_id), across, str(custody))
        per_day_of[leaving] = per_day_of.get(leaving, 0.0) + float(per_day)
    # Whom ICE takes over from a jail or prison is among those whom it releases.
    for source, _, custody, per_day in _detainers(layout):
        leaving = (str(source), "release", str(custody))
        per_day_of[leaving] = max(per_day_of.get(leaving, 0.0) - float(per_day), 0.0)
    for (facility_id, flow, custody), per_day in per_day_of.items():
        f = index.get(str(facility_id))
        if f is None or flow == "book_in" or not per_day > 0:
            continue
        classes = members[str(custody)]
        cells, person = layout.detained[f][:, classes], layout.person_class_of[classes]
        # Per person and day: flows fall as a place empties (docs/model.md, section 3.1).
        hazard = float(per_day) / people(f, str(custody))
        if flow == "release":
            goals = shares.get(("release", "*", str(facility_id))) or {layout.outside: 1.0}
            for county, share in goals.items():
                rows.add(cells, layout.released[county][:, person], hazard * share, RELEASE)
        elif flow == TRANSFER_OUT:
            rows.add(cells, layout.released[layout.outside][:, person], hazard, TRANSFER)
        else:
            rows.add(cells, layout.removed[:, person], hazard, REMOVAL)
    for source, target, custody, per_day in _rows(
        layout.system.transfers, "from_id", "to_id", "custody", "people_per_day"
    ):
        f, g = index.get(str(source)), index.get(str(target))
        if f is not None and g is not None and per_day > 0:
            classes = members[str(custody)]
            hazard = float(per_day) / people(f, str(custody))
            there = _classes_there(layout, g, classes)
            rows.add(layout.detained[f][:, classes], layout.detained[g][:, there], hazard, TRANSFER)
    for source, target, custody, per_day in _detainers(layout):
        f, g = index[str(source)], index[str(target)]
        classes = members[str(custody)]
        hazard = float(per_day) / people(f, str(custody))
        _hand_over(layout, rows, layout.detained[f][:, classes], classes, g, hazard)
    return FlowTable.from_rows(rows)


def _classes_there(layout: Layout, goal: int, classes: NDArray[np.intp]) -> NDArray[np.intp]:
    """The same classes; who is of one that a place does not hold is sentenced there.

    Jails hand over to prisons, where everybody is sentenced.
    """
    missing = layout.detained[goal, 1, classes] < 0
    if not missing.any():
        return classes
    of_person = {
        int(layout.person_class_of[d]): d
        for d, one in enumerate(layout.detained_classes)
        if one.custody_class == "sentenced"
    }
    instead = np.array([of_person.get(int(p), -1) for p in layout.person_class_of[classes]])
    return np.asarray(np.where(missing & (instead >= 0), instead, classes), dtype=np.intp)


def _detainers(layout: Layout) -> list[tuple[Any, ...]]:
    """Jail or prison, place of immigration detention, custody system left, people per day."""
    index = set(layout.facility_ids)
    table = layout.system.detainers
    return [
        row
        for row in _rows(table, "from_id", "to_id", "custody", "people_per_day")
        if row[0] in index and row[1] in index and row[3] > 0
    ]


def _hand_over(
    layout: Layout,
    rows: ExitRows,
    cells: NDArray[np.int32],
    classes: NDArray[np.intp],
    goal: int,
    hazard: float,
) -> None:
    """Rows by which ICE takes people over: same age and health, custody classes as they are there.

    ``cells`` is [cohort, class].  Counted as arrests.
    """
    theirs = classes_of(layout, "ice")
    same = layout.person_class_of[classes][:, None] == layout.person_class_of[theirs][None]
    there = layout.detained[goal, 1, theirs] >= 0
    weight = same * np.where(there, layout.composition[goal, theirs], 0.0)
    total = weight.sum(axis=1, keepdims=True)
    # Where nobody of this age and health is expected, all classes that exist are alike.
    weight = np.where(total > 0.0, weight, same * there)
    weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    for n, cell_class in enumerate(theirs):
        some = weight[:, n] > 0.0
        to = np.broadcast_to(layout.detained[goal][:, cell_class, None], cells.shape)[:, some]
        exists = (cells[:, some] >= 0) & (to >= 0)
        part = np.broadcast_to(hazard * weight[some, n], to.shape)
        rows.add(cells[:, some][exists], to[exists], part[exists], ARREST)


def _base_book_ins(layout: Layout) -> BookIns:
    """Book-ins of the start, composed as the facility's people of that custody system are."""
    index = {facility_id: f for f, facility_id in enumerate(layout.facility_ids)}
    made: list[tuple[int, str, int, float, NDArray[np.float64]]] = []
    taken_over: dict[str, float] = {}
    for _, target, _, per_day in _detainers(layout):
        taken_over[str(target)] = taken_over.get(str(target), 0.0) + float(per_day)
    for facility_id, flow, detail, custody, per_day in _rows(
        layout.system.flows, "facility_id", "flow", "detail", "custody", "people_per_day"
    ):
        f = index.get(str(facility_id))
        if f is None or flow != "book_in" or not per_day > 0:
            continue
        if custody == "ice" and detail == TAKING_OVER:
            per_day = max(float(per_day) - taken_over.get(str(facility_id), 0.0), 0.0)
        weights = np.zeros(len(layout.detained_classes))
        classes = classes_of(layout, str(custody))
        weights[classes] = layout.composition[f, classes]
        weights[layout.detained[f, 1] < 0] = 0.0
        movement = TRANSFER if str(detail).startswith(TRANSFER_IN) else ARREST
        made.append((f, str(detail), movement, float(per_day), weights / weights.sum()))
    return BookIns(
        facility=np.array([row[0] for row in made], dtype=np.int32),
        agency=np.array([row[1] for row in made], dtype=np.str_),
        movement=np.array([row[2] for row in made], dtype=np.int32),
        per_day=np.array([row[3] for row in made], dtype=np.float64),
        weights=np.array([row[4] for row in made]).reshape(len(made), len(layout.detained_classes)),
        into=np.full(len(made), ORDINARY, dtype=np.int32),
    )


def origins(layout: Layout, flows: BaseFlows) -> NDArray[np.float64]:
    """[F, N] where in the country the people of a facility were arrested; rows sum to 1."""
    book_ins = flows.book_ins
    shares = np.zeros((layout.n_facilities, len(layout.county_fips)))
    inland = (book_ins.movement == ARREST) & (book_ins.agency != BORDER_AGENCY)
    for row in np.flatnonzero(inland):
        f, agency = int(book_ins.facility[row]), str(book_ins.agency[row])
        for county, share in flows.shares("book_in", agency, layout.facility_ids[f]).items():
            shares[f, county] += book_ins.per_day[row] * share
    shares[shares.sum(axis=1) == 0, layout.outside] = 1.0
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def book_in_rows(
    layout: Layout,
    flows: BaseFlows,
    factors: RowFactors,
    n_days: int,
    first_column: int,
    *,
    avoiding: bool = False,
) -> tuple[list[CountRow], list[NDArray[np.float64]]]:
    """Book-ins: one row per facility and agency, so that few people a step come from one row.

    ``factors`` is over (book-in row, detained class) pairs, row-major: measures may halt the
    arrests of some classes only.  What is under the same factors stays in one row.  With
    ``avoiding``, residents who avoid care are arrested like others.
    """
    book_ins = flows.book_ins
    column, made = factors.columns(n_days, first_column)
    column = column.reshape(len(book_ins.per_day), len(layout.detained_classes))
    residents = layout.cells["people"].to_numpy()[layout.residents]
    rows = []
    for row, (f, agency) in enumerate(zip(book_ins.facility, book_ins.agency, strict=True)):
        facility_id = layout.facility_ids[f]
        shares = flows.shares("book_in", str(agency), facility_id)
        weights = book_ins.weights[row]
        into = int(book_ins.into[row])
        goals = layout.variants[into, layout.detained[f, 1]]
        pool = [
            (int(layout.residents[n]), share / max(residents[n], 1)) for n, share in shares.items()
        ]
        if avoiding:
            pool += [(int(layout.variants[APART, cell]), weight) for cell, weight in pool]
        for profile in np.unique(column[row]):
            chosen = np.flatnonzero((column[row] == profile) & (weights > 0))
            if not len(chosen):
                continue
            homes, among = goals[chosen].tolist(), weights[chosen].tolist()
            if into == ORDINARY:
                homes, among = layout.housing.homes(homes, among)
            name = ["book-in", facility_id, str(agency), int(chosen[0])]
            rows.append(
                CountRow(
                    key=cell_key(*name, *_IDENTITY[into]),
                    people_per_day=float(book_ins.per_day[row] * weights[chosen].sum()),
                    profile=int(profile),
                    movement=int(book_ins.movement[row]),
                    pool_cell=[cell for cell, _ in pool],
                    pool_weight=[weight for _, weight in pool],
                    pool_to=(),
                    fan_cell=homes,
                    fan_weight=among,
                    stage_weight=FROM_ABROAD if agency == BORDER_AGENCY else ARRESTED,
                )
            )
    return rows, made
