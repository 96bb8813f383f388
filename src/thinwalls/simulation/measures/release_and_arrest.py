"""Actions on where people are: release, arrests, transfers, removals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.simulation.movement.base_flows import classes_of
from thinwalls.simulation.movement.recorded_history import (
    BOOK_INS_OF_PART,
    RecordedFlows,
    book_ins_of_part,
    recorded_factors,
    share_assumed,
)
from thinwalls.simulation.population.cell_variants import APART, VACCINATED
from thinwalls.simulation.population.layout import cell_key
from thinwalls.simulation.shared_types.compiled_scenario import MoreCounts, MoreExits
from thinwalls.simulation.shared_types.drawn_effects import MOST_HAZARD_PER_DAY, release_profile
from thinwalls.simulation.shared_types.flow_tables import CountRow, ExitRows, FlowTable
from thinwalls.simulation.shared_types.movement_classes import (
    ARREST,
    RELEASE,
    REMOVAL,
    TAKING_OVER,
    TRANSFER,
    WITHIN,
)
from thinwalls.system import CLASSES_OF, TRANSFER_IN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from thinwalls.common import Float
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
    from thinwalls.simulation.measures.scenario_builder import Work
    from thinwalls.simulation.movement.base_flows import BaseFlows
    from thinwalls.simulation.population.layout import Inside, Layout


def halt_arrests(work: Work, action: HaltArrests) -> None:
    """Book-ins of the people meant are zero."""
    work.scale_arrests(action.agencies, work.cells(action.who), work.factor(action, 0.0))


def limit_arrests(work: Work, action: LimitArrests) -> None:
    """Book-ins of everybody but those kept are multiplied by the share."""
    kept = np.zeros(len(work.layout.cells), dtype=bool)
    if action.keep is not None:
        kept = work.cells(action.keep)
    work.scale_arrests(action.agencies, ~kept, work.factor(action, action.share))


def alternatives(work: Work, action: AlternativesToDetention) -> None:
    """Of the people meant a share is not booked in and stays in the county."""
    series = work.factor(action, 1.0 - action.share)
    work.scale_arrests(action.agencies, work.cells(action.who), series)


def surge(work: Work, action: EnforcementSurge) -> None:
    """More book-ins; residents who avoid care move to a twin with the course of late care."""
    series = work.factor(action, float(action.factor))
    work.scale_arrests(action.agencies, work.cells(action.who), series)
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


def recorded_flows(layout: Layout, flows: BaseFlows) -> RecordedFlows:
    """Sum the compiled flows of the start of those held for ICE by facility that holds some."""
    held_for_ice = np.isin(layout.cells["custody_class"].to_numpy(), CLASSES_OF["ice"])
    held = layout.cells["people"].to_numpy(dtype=np.float64)
    theirs = layout.held[:, classes_of(layout, "ice")].sum(axis=1)
    chosen = np.flatnonzero(theirs > 0)
    n = len(chosen)
    at = np.full(layout.n_facilities + 1, -1)  # the last is for cells that are no facility's
    at[chosen] = np.arange(n)
    exits = flows.exits.at((held[flows.exits.cell] > 0) & held_for_ice[flows.exits.cell])
    source, goal = at[layout.facility_of[exits.cell]], at[layout.facility_of[exits.to]]
    hazard = exits.hazard_per_day * held[exits.cell] / theirs[chosen][source]
    within, across = goal >= 0, (goal < 0) & (exits.movement == TRANSFER)
    transfers = np.zeros((n, n))
    np.add.at(transfers, (source[within], goal[within]), hazard[within])
    book_ins = flows.book_ins
    mine = (book_ins.weights[:, classes_of(layout, "ice")].sum(axis=1) > 0) & (
        at[book_ins.facility] >= 0
    )

    def entering(rows: NDArray[np.bool_]) -> Float:
        return _sums(at[book_ins.facility[rows]], book_ins.per_day[rows], n)

    arrested = mine & (book_ins.movement == ARREST)
    by_agency = {
        str(agency): entering(arrested & (book_ins.agency == agency))
        for agency in np.unique(book_ins.agency[arrested])
    }
    taken = flows.exits.at((flows.exits.movement == ARREST) & (held[flows.exits.cell] > 0))
    to = at[layout.facility_of[taken.to]]
    handed = _sums(to[to >= 0], (taken.hazard_per_day * held[taken.cell])[to >= 0], n)
    if handed.any():
        by_agency[TAKING_OVER] = by_agency.get(TAKING_OVER, np.zeros(n)) + handed
    return RecordedFlows(
        people=theirs[chosen].astype(np.float64),
        book_ins=by_agency,
        from_elsewhere=entering(mine & (book_ins.movement == TRANSFER)),
        exit_hazard=_sums(source[~within & ~across], hazard[~within & ~across], n),
        elsewhere_hazard=_sums(source[across], hazard[across], n),
        transfer_hazard=transfers,
    )


def _sums(group: NDArray[np.integer], values: Float, n: int) -> Float:
    return np.asarray(np.bincount(group, weights=values, minlength=n), dtype=np.float64)


def follow_record(work: Work, action: FollowRecord) -> None:
    """Book-ins by agency, releases and removals of those held for ICE follow the record."""
    layout = work.layout
    flows = recorded_flows(layout, work.recorded_flows)
    factors = recorded_factors(layout.system, flows, work.first, work.days)
    assumed = share_assumed(factors)
    if assumed is not None:
        work.quantities["record.share_of_country"] = assumed
        work.quantities[BOOK_INS_OF_PART] = book_ins_of_part()
    theirs = np.isin(layout.cells["custody_class"].to_numpy(), CLASSES_OF["ice"])
    if "arrests" in action.what:
        for agency, series in factors.arrests.items():
            work.scale_arrests((agency,), theirs, work.factor(action, series))
    if "population" in action.what:
        rows = work.exit_rows(RELEASE, theirs) | work.exit_rows(REMOVAL, theirs)
        work.scale_exits(rows, work.factor(action, factors.exits))
        pairs = work.book_in_pairs((TRANSFER_IN,), theirs)
        work.scale_book_ins(pairs, work.factor(action, factors.from_elsewhere))


def release(work: Work, action: Release) -> None:
    """Everybody meant who is detained while it is in force faces the release."""
    who = work.cells(action.who)
    layout = work.layout
    held = layout.cells["people"].to_numpy()
    total = held[who & (layout.facility_of >= 0)].sum()
    if action.people_per_day is not None and 0 < total < action.people_per_day:
        raise InputError(
            "is more than all of those meant, {count} people on the first day",
            field=f"{action.do}.people_per_day",
            value=action.people_per_day,
            count=f"{total:,}",
        )
    if action.share is not None:
        work.release_share(who & (layout.facility_of >= 0), action.share, action.start)
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
