"""Tests of people who are moved: at arrest, transfer, release or removal.

Everybody meant who arrives goes through a gate cell, which they leave within a step.  There they
are told apart by stage: a share ``uptake x sensitivity`` of each infected stage goes to a cell for
those whose test is positive, the others go on at once.  Who is positive is isolated where they
have arrived when the result is known, after ``delay_days`` on average, and then goes on as well;
until then they meet people like anybody else there.  Who is found before a removal is not removed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.simulation.movement.base_flows import twin_of_goal, with_second_rows
from thinwalls.simulation.population.cell_variants import FOUND, GATE, ORDINARY, VACCINATED, is_gate
from thinwalls.simulation.population.layout import cell_key
from thinwalls.simulation.shared_types.compiled_scenario import (
    Gate,
    InPlaces,
    MoreCounts,
    MoreExits,
    Rule,
)
from thinwalls.simulation.shared_types.drawn_effects import MOST_HAZARD_PER_DAY, ProgrammeRule
from thinwalls.simulation.shared_types.flow_tables import (
    GATE_FOUND,
    GATE_MISSED,
    KNOWN,
    WELL,
    ExitRows,
    FlowTable,
)
from thinwalls.simulation.shared_types.movement_classes import (
    ARREST,
    GATE_TEST,
    RELEASE,
    REMOVAL,
    TRANSFER,
    WITHIN,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.policy import GateTests
    from thinwalls.simulation.measures.scenario_builder import Work
    from thinwalls.simulation.movement.base_flows import BaseFlows
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.drawn_effects import Mask, Values
    from thinwalls.simulation.shared_types.flow_tables import CountRow

_KINDS = {"arrest": ARREST, "transfer": TRANSFER, "release": RELEASE, "removal": REMOVAL}


def with_gate(layout: Layout, flows: BaseFlows, tests: GateTests, who: Mask) -> BaseFlows:
    """The flows with a second row for everybody who is tested: into a gate, or of those missed."""
    table = flows.exits
    goal = twin_of_goal(layout, table.to, GATE)
    kinds = [_KINDS[one] for one in tests.movements]
    through = np.isin(table.movement, kinds) & who[table.cell] & (goal >= 0)
    through &= (table.movement != TRANSFER) | (layout.facility_of[table.to] >= 0)
    arrives = np.isin(flows.book_ins.movement, kinds) & (flows.book_ins.into == ORDINARY)
    if layout.variants[GATE, layout.one_cell].max(initial=-1) < 0:
        arrives[:] = False
    flows = with_second_rows(flows, through, goal, arrives, GATE)
    if REMOVAL not in kinds:
        return flows
    leaves = (table.movement == REMOVAL) & who[table.cell]
    again = table.at(leaves)
    missed, found = (np.full(len(again.cell), row, np.int32) for row in (GATE_MISSED, GATE_FOUND))
    # Who is found stays; a move to where one is counts the test.
    second = [
        replace(again, stage_weight=missed),
        replace(again, to=again.cell, stage_weight=found),
    ]
    return replace(flows, exits=FlowTable.joined([flows.exits, *second]))


def open_gate(work: Work, gate: Gate) -> None:
    """While it is in force the second rows take the place of the first ones."""
    layout, flows = work.layout, work.flows
    table = flows.exits
    kinds = [_KINDS[one] for one in gate.movements]
    second = is_gate(layout.cells["variant"].to_numpy()[table.to])
    second |= np.isin(table.stage_weight, (GATE_MISSED, GATE_FOUND))
    first = np.isin(table.movement, kinds) & gate.who[table.cell] & ~second
    first &= (table.movement == REMOVAL) | (twin_of_goal(layout, table.to, GATE) >= 0)
    first &= (table.movement != TRANSFER) | (layout.facility_of[table.to] >= 0)
    work.scale_exits(first, 1.0 - gate.in_force)
    work.scale_exits(second, gate.in_force)
    classes = len(layout.detained_classes)
    into_gate = np.repeat(flows.book_ins.into == GATE, classes)
    cells = layout.detained[:, 1, :]
    meant = (gate.who[cells] & (cells >= 0))[flows.book_ins.facility].ravel()
    tested = np.isin(flows.book_ins.movement, kinds) & (flows.book_ins.into == ORDINARY)
    if into_gate.any():
        work.scale_book_ins(np.repeat(tested, classes) & meant, 1.0 - gate.in_force)
        work.scale_book_ins(into_gate & meant, gate.in_force)
        work.scale_book_ins(into_gate & ~meant, np.zeros(work.days))
    if RELEASE in kinds:
        _releases(work, gate)
    _through(work, gate)


def _releases(work: Work, gate: Gate) -> None:
    """Releases that actions add go through the gate like the ordinary ones."""
    layout = work.layout
    exits: list[MoreExits] = []
    for more in work.more_exits:
        goal = twin_of_goal(layout, more.table.to, GATE)
        rows = (more.table.movement == RELEASE) & gate.who[more.table.cell] & (goal >= 0)
        if not rows.any():
            exits.append(more)
            continue
        tested = replace(more.table.at(rows), to=goal[rows])
        if not rows.all():
            exits.append(replace(more, table=more.table.at(~rows)))
        exits.append(MoreExits(more.table.at(rows), _times(more, 1.0 - gate.in_force), more.mark))
        exits.append(MoreExits(tested, _times(more, gate.in_force), more.mark))
    work.more_exits[:] = exits
    counts: list[MoreCounts] = []
    for number in work.more_counts:
        if all(row.movement != RELEASE for row in number.rows):
            counts.append(number)
            continue
        tested_rows = [_tested(layout, gate, row) for row in number.rows]
        counts.append(replace(number, series=number.series * (1.0 - gate.in_force)))
        counts.append(MoreCounts(tested_rows, number.series * gate.in_force, number.mark))
    work.more_counts[:] = counts


def _times(more: MoreExits, share: Float) -> Float:
    assert not callable(more.series)
    return more.series * share


def _tested(layout: Layout, gate: Gate, row: CountRow) -> CountRow:
    cells, to = np.asarray(row.pool_cell), np.asarray(row.pool_to)
    goal = twin_of_goal(layout, to, GATE)
    through = np.where(gate.who[cells] & (goal >= 0), goal, to)
    return replace(row, key=cell_key("gate", row.key), pool_to=through.tolist())


def _through(work: Work, gate: Gate) -> None:
    """Out of the gate, and for those found into isolation and on."""
    variants, rows = work.layout.variants, ExitRows()
    found: list[NDArray[np.int32]] = []
    for base in (ORDINARY, VACCINATED):
        at_gate, positive, on = variants[GATE | base], variants[FOUND | base], variants[base]
        rows.add(at_gate, on, MOST_HAZARD_PER_DAY, GATE_TEST, GATE_MISSED)
        rows.add(at_gate, positive, MOST_HAZARD_PER_DAY, GATE_TEST, GATE_FOUND)
        rows.add(at_gate, on, MOST_HAZARD_PER_DAY, WITHIN, KNOWN)
        rows.add(positive, on, MOST_HAZARD_PER_DAY, WITHIN, KNOWN)
        rows.add(positive, on, MOST_HAZARD_PER_DAY, WITHIN, WELL)
        found.append(positive[positive >= 0])
    cells = np.concatenate(found)
    if not len(cells):
        return
    work.more_exits.append(MoreExits(FlowTable.from_rows(rows), np.ones(work.days)))
    hazard = 1.0 / max(gate.delay_days, 1.0 / MOST_HAZARD_PER_DAY)

    def known(_: Values, __: str, ___: float) -> float:
        return hazard

    rule = ProgrammeRule("gate_testing", {0: cells}, "EPAI", known, np.ones(work.days), False)
    work.rules.append(Rule(rule))
    kinds = [_KINDS[one] for one in gate.movements]
    held = work.layout.facility_of >= 0
    arrive = held if TRANSFER in kinds else held & gate.who & (ARREST in kinds)
    out = (work.layout.cells["group"] == "released").to_numpy() & (RELEASE in kinds)
    apart = np.flatnonzero(arrive | out).astype(np.int32)
    work.isolating.append(InPlaces({0: apart}, gate.in_force))
