"""Actions on where people are: release, arrests, transfers, removals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.errors import InputError
from thinwalls.simulation.effects import MOST_HAZARD_PER_DAY, release_profile
from thinwalls.simulation.flows import RELEASE, REMOVAL, TRANSFER, WITHIN
from thinwalls.simulation.layout import cell_key
from thinwalls.simulation.record import FacilityFlows, recorded_factors
from thinwalls.simulation.tables import CountRow, ExitRows, FlowTable
from thinwalls.simulation.twins import APART, VACCINATED
from thinwalls.simulation.work import MoreCounts, MoreExits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from thinwalls.policy import (
        AlternativesToDetention,
        EnforcementSurge,
        FasterRelease,
        FollowRecord,
        HaltArrests,
        HaltRemovals,
        HaltTransfers,
        LimitArrests,
        Release,
    )
    from thinwalls.simulation.effects import Float
    from thinwalls.simulation.flows import BaseFlows
    from thinwalls.simulation.layout import Inside, Layout
    from thinwalls.simulation.work import Work


def halt_arrests(work: Work, action: HaltArrests) -> None:
    """Book-ins of the people meant are zero."""
    pairs = work.book_in_pairs(action.agencies, work.cells(action.who))
    work.scale_book_ins(pairs, work.factor(action, 0.0))


def limit_arrests(work: Work, action: LimitArrests) -> None:
    """Book-ins of everybody but those kept are multiplied by the share."""
    kept = np.zeros(len(work.layout.cells), dtype=bool)
    if action.keep is not None:
        kept = work.cells(action.keep)
    pairs = work.book_in_pairs(action.agencies, ~kept)
    work.scale_book_ins(pairs, work.factor(action, action.share))


def alternatives(work: Work, action: AlternativesToDetention) -> None:
    """Of the people meant a share is not booked in and stays in the county."""
    pairs = work.book_in_pairs(action.agencies, work.cells(action.who))
    work.scale_book_ins(pairs, work.factor(action, 1.0 - action.share))


def surge(work: Work, action: EnforcementSurge) -> None:
    """More book-ins; residents who avoid care move to a twin with the course of late care."""
    pairs = work.book_in_pairs(action.agencies, work.cells(action.who))
    work.scale_book_ins(pairs, work.factor(action, float(action.factor)))
    if action.affected_share == 0:
        return
    if work.avoiding:
        raise InputError(
            "two surges with affected_share in one scenario cannot be told apart",
            field=f"{action.do}.affected_share",
            value=action.affected_share,
        )
    work.avoiding = True
    layout, days, affected = work.layout, work.days, action.affected_share
    name = action.effect_names()["avoiding"]
    chosen = work.days_in_force(action)
    there, back = ExitRows(), ExitRows()
    twins = layout.twins[APART, layout.residents]
    there.add(layout.residents, twins, 1.0, WITHIN)
    back.add(twins, layout.residents, 1.0, WITHIN)

    def leaving(values: Mapping[str, float]) -> Float:
        return release_profile(affected * values[f"effect.{name}"], 1.0, chosen.start, days)

    work.more_exits.append(MoreExits(FlowTable.from_rows(there), leaving))
    returning = np.zeros(days)
    returning[chosen.stop :] = MOST_HAZARD_PER_DAY
    work.more_exits.append(MoreExits(FlowTable.from_rows(back), returning))


def halt_transfers(work: Work, action: HaltTransfers) -> None:
    """Transfers of the people meant, out of and into the facilities meant, are zero."""
    here = work.cells(action.facilities)
    rows = work.exit_rows(TRANSFER, work.cells(action.who))
    rows &= here[work.flows.exits.cell] | here[work.flows.exits.to]
    work.scale_exits(rows, work.factor(action, 0.0))
    from_elsewhere = tuple(
        str(name)
        for name in np.unique(work.flows.book_ins.agency[work.flows.book_ins.movement == TRANSFER])
    )
    if from_elsewhere:
        pairs = work.book_in_pairs(from_elsewhere, work.cells(action.who) & here)
        work.scale_book_ins(pairs, work.factor(action, 0.0))


def halt_removals(work: Work, action: HaltRemovals) -> None:
    """Removals of the people meant are zero."""
    work.scale_exits(work.exit_rows(REMOVAL, work.cells(action.who)), work.factor(action, 0.0))


def faster_release(work: Work, action: FasterRelease) -> None:
    """Ordinary releases of the people meant go faster."""
    rows = work.exit_rows(RELEASE, work.cells(action.who))
    work.scale_exits(rows, work.factor(action, float(action.factor)))


def facility_flows(layout: Layout, flows: BaseFlows) -> FacilityFlows:
    """Sum the compiled flows of the start by facility."""
    n = layout.n_facilities
    facility = layout.facility_of
    held = layout.cells["people"].to_numpy(dtype=np.float64)
    people = np.maximum(layout.held.sum(axis=1), 1e-9)
    book_ins = flows.book_ins
    exits = flows.exits.at(held[flows.exits.cell] > 0)
    source, goal = facility[exits.cell], facility[exits.to]
    hazard = exits.hazard_per_day * held[exits.cell] / people[source]
    leaves = goal < 0
    transfers = np.zeros((n, n))
    np.add.at(transfers, (source[~leaves], goal[~leaves]), hazard[~leaves])
    return FacilityFlows(
        people=people,
        book_ins={
            str(agency): _sums(
                book_ins.facility[book_ins.agency == agency],
                book_ins.per_day[book_ins.agency == agency],
                n,
            )
            for agency in np.unique(book_ins.agency)
        },
        exit_hazard=_sums(source[leaves], hazard[leaves], n),
        transfer_hazard=transfers,
    )


def _sums(group: NDArray[np.integer], values: Float, n: int) -> Float:
    return np.asarray(np.bincount(group, weights=values, minlength=n), dtype=np.float64)


def follow_record(work: Work, action: FollowRecord) -> None:
    """Book-ins by agency, releases and removals follow the recorded months."""
    flows = facility_flows(work.layout, work.recorded_flows)
    arrests, exits = recorded_factors(work.layout.system, flows, work.first, work.days)
    everyone = np.ones(len(work.layout.cells), dtype=bool)
    if "arrests" in action.what:
        for agency, series in arrests.items():
            pairs = work.book_in_pairs((agency,), everyone)
            work.scale_book_ins(pairs, work.factor(action, series))
    if "population" in action.what:
        rows = work.exit_rows(RELEASE, everyone) | work.exit_rows(REMOVAL, everyone)
        work.scale_exits(rows, work.factor(action, exits))


def release(work: Work, action: Release) -> None:
    """Everybody meant who is detained while it is in force faces the release."""
    who = work.cells(action.who)
    layout = work.layout
    held = layout.cells["people"].to_numpy()
    total = held[who & (layout.facility_of >= 0)].sum()
    rows, counts = ExitRows(), []
    for f, facility_id in enumerate(layout.facility_ids):
        meant = list(work.detained(f, who))
        shares = (
            {int(layout.facility_county[f]): 1.0}
            if action.to == "facility county"
            else work.flows.shares("release", "*", facility_id)
        )
        for county, share in shares.items():
            cells, to = _goals(layout, meant, county)
            if not len(cells):
                continue
            if action.people_per_day is None:
                rows.add(cells, to, share, RELEASE)
                continue
            mine = share * held[cells].sum() / max(total, 1)
            counts.append(
                CountRow(
                    key=cell_key(
                        "release",
                        str(action.who),
                        facility_id,
                        layout.county_fips[county],
                        *(() if action.start is None else (action.start, action.to)),
                    ),
                    people_per_day=action.people_per_day * mine,
                    profile=0,
                    movement=RELEASE,
                    pool_cell=cells.tolist(),
                    pool_weight=[1.0] * len(cells),
                    pool_to=to.tolist(),
                    fan_cell=(),
                    fan_weight=(),
                )
            )
    if counts:
        work.more_counts.append(MoreCounts(counts, work.in_force(action)))
    elif rows.cell:
        assert action.share is not None
        start = work.days_in_force(action).start
        series = release_profile(action.share, action.over_days, start, work.days)
        work.more_exits.append(MoreExits(FlowTable.from_rows(rows), series))


def _goals(
    layout: Layout, meant: list[tuple[int, Inside]], county: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Cells of the people meant in a facility, and their cells in the county they go to."""
    sources, goals = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
    for variant, people in meant:
        person = layout.person_class_of[people.detained_class]
        to = layout.released[county][people.cohort, person]
        sources.append(people.cell)
        goals.append(layout.twins[variant & VACCINATED, to])
    return np.concatenate(sources), np.concatenate(goals)
