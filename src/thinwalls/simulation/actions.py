"""Each action's effect on the tables and rules of a scenario under compilation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thinwalls.policy import (
    Action,
    Distancing,
    FollowRecord,
    HaltArrests,
    HaltRemovals,
    HaltTransfers,
    Hygiene,
    InsideAction,
    Isolation,
    LimitArrests,
    Masks,
    Release,
    Selector,
)
from thinwalls.simulation.flows import (
    ARREST,
    RELEASE,
    REMOVAL,
    TRANSFER,
    BaseFlows,
)
from thinwalls.simulation.layout import Layout, cell_key
from thinwalls.simulation.record import FacilityFlows, recorded_factors
from thinwalls.simulation.tables import CountRow, ExitRows, FlowTable, RowFactors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]
MOST_HAZARD_PER_DAY = 40.0
"""Hazard that stands for "now": of a billion people nobody is left after a day."""


@dataclass(frozen=True)
class ContactEffect:
    """An action that multiplies contact inside facilities by ``1 - reduction x strength``."""

    facilities: Mask
    """[F]"""
    strength: Float
    """[days] share of full strength"""
    reduction: Callable[[Mapping[str, float]], float]
    """Reduction at full strength when everybody takes part, from the values of a draw."""
    meant: Mask | None = None
    """[C] who takes part, or None for everybody.  Between two who do, contact is multiplied by
    the factor, between one who does and one who does not by its square root."""


@dataclass(frozen=True)
class IsolationRule:
    """Moves people with symptoms to the isolated twin of their stage."""

    facilities: Mask
    strength: Float
    found: str
    """name of the value: share of people with symptoms who are found"""
    delay_days: str
    places_per_100: float | None


@dataclass
class Work:
    """A scenario while it is being compiled; ``A`` book-in rows, ``E`` base exit rows."""

    layout: Layout
    flows: BaseFlows
    first: dt.date
    days: int
    arrest_factors: RowFactors
    """over (book-in row, detained class) pairs"""
    exit_factors: RowFactors
    attributes: Mapping[str, NDArray[np.generic]]
    more_exits: list[tuple[FlowTable, Float]] = field(default_factory=list)
    """further exits, each table with its profile [days]"""
    more_counts: list[tuple[list[CountRow], Float]] = field(default_factory=list)
    contact: list[ContactEffect] = field(default_factory=list)
    isolation: list[IsolationRule] = field(default_factory=list)

    def cells(self, who: Selector) -> Mask:
        """[C] cells of the people meant."""
        return np.asarray(who.mask(self.attributes), dtype=bool)

    def facilities(self, where: Selector) -> Mask:
        """[F] facilities meant."""
        return np.asarray(self.cells(where)[self.layout.one_cell], dtype=bool)

    def days_in_force(self, action: Action) -> slice:
        """Days of the run on which an action is in force."""
        start = 0 if action.start is None else (action.start - self.first).days
        end = self.days if action.end is None else (action.end - self.first).days + 1
        return slice(max(start, 0), max(min(end, self.days), 0))

    def factor(self, action: Action, value: float | Float) -> Float:
        """[days] 1, and ``value`` on the days on which the action is in force."""
        series = np.ones(self.days)
        chosen = self.days_in_force(action)
        series[chosen] = value if isinstance(value, float) else value[chosen]
        return series

    def strength(self, action: InsideAction) -> Float:
        """[days] share of full strength."""
        return np.array(
            [
                action.strength(self.first + dt.timedelta(days=day), self.first)
                for day in range(self.days)
            ]
        )

    def book_in_pairs(self, agencies: tuple[str, ...], who: Mask) -> Mask:
        """[A x D] pairs of an agency's book-ins and a class of the people meant."""
        book_ins, cells = self.flows.book_ins, self.layout.detained[:, 1, :]
        meant = (who[cells] & (cells >= 0))[book_ins.facility]
        if agencies:
            meant = meant & np.isin(book_ins.agency, agencies)[:, None]
        else:
            meant = meant & (book_ins.movement == ARREST)[:, None]
        return np.asarray(meant.ravel(), dtype=bool)

    def exit_rows(self, movement: int, who: Mask) -> Mask:
        """[E] base exits of one kind of the people meant."""
        return np.asarray(
            (self.flows.exits.movement == movement) & who[self.flows.exits.cell], dtype=bool
        )


def halt_arrests(work: Work, action: HaltArrests) -> None:
    """Book-ins of the people meant are zero."""
    pairs = work.book_in_pairs(action.agencies, work.cells(action.who))
    work.arrest_factors.add(pairs, work.factor(action, 0.0))


def limit_arrests(work: Work, action: LimitArrests) -> None:
    """Book-ins of everybody but those kept are multiplied by the share."""
    kept = np.zeros(len(work.layout.cells), dtype=bool)
    if action.keep is not None:
        kept = work.cells(action.keep)
    work.arrest_factors.add(
        work.book_in_pairs(action.agencies, ~kept), work.factor(action, action.share)
    )


def halt_transfers(work: Work, action: HaltTransfers) -> None:
    """Transfers of the people meant, out of and into the facilities meant, are zero."""
    here = work.cells(action.facilities)
    rows = work.exit_rows(TRANSFER, work.cells(action.who))
    rows &= here[work.flows.exits.cell] | here[work.flows.exits.to]
    work.exit_factors.add(rows, work.factor(action, 0.0))
    from_elsewhere = tuple(
        str(name)
        for name in np.unique(work.flows.book_ins.agency[work.flows.book_ins.movement == TRANSFER])
    )
    if from_elsewhere:
        pairs = work.book_in_pairs(from_elsewhere, work.cells(action.who) & here)
        work.arrest_factors.add(pairs, work.factor(action, 0.0))


def halt_removals(work: Work, action: HaltRemovals) -> None:
    """Removals of the people meant are zero."""
    work.exit_factors.add(work.exit_rows(REMOVAL, work.cells(action.who)), work.factor(action, 0.0))


def facility_flows(layout: Layout, flows: BaseFlows) -> FacilityFlows:
    """Sum the compiled flows of the start by facility."""
    n = layout.n_facilities
    facility = np.full(len(layout.cells), -1)
    for f in range(n):
        facility[layout.cells_of(f)] = f
    held = layout.cells["people"].to_numpy(dtype=np.float64)
    people = np.maximum(layout.held.sum(axis=1), 1e-9)
    exits, book_ins = flows.exits, flows.book_ins
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
    flows = facility_flows(work.layout, work.flows)
    arrests, exits = recorded_factors(work.layout.system, flows, work.first, work.days)
    everyone = np.ones(len(work.layout.cells), dtype=bool)
    if "arrests" in action.what:
        for agency, series in arrests.items():
            pairs = work.book_in_pairs((agency,), everyone)
            work.arrest_factors.add(pairs, work.factor(action, series))
    if "population" in action.what:
        rows = work.exit_rows(RELEASE, everyone) | work.exit_rows(REMOVAL, everyone)
        work.exit_factors.add(rows, work.factor(action, exits))


def release_profile(share: float, over_days: float, first_day: int, days: int) -> Float:
    """[days] hazard per day under which ``share`` of the people have left after ``over_days``.

    They leave evenly: of those there at the start, ``1 - share t / over`` are left after ``t``
    days, so the hazard of a day is the logarithm of the ratio of two such numbers.
    """
    over = max(1, round(over_days))
    left = np.clip(1.0 - share * np.arange(over + 1) / over, 0.0, 1.0)
    with np.errstate(divide="ignore"):
        hazard = np.minimum(-np.diff(np.log(left)), MOST_HAZARD_PER_DAY)
    series = np.zeros(days)
    begin, end = max(first_day, 0), min(max(first_day, 0) + over, days)
    series[begin:end] = hazard[: end - begin]
    return series


def release(work: Work, action: Release) -> None:
    """Everybody meant who is detained while it is in force faces the release."""
    layout = work.layout
    who = work.cells(action.who)
    meant = who[layout.detained] & (layout.detained >= 0)
    start = work.days_in_force(action).start
    by_number = action.people_per_day is not None
    held = layout.cells["people"].to_numpy()
    total = held[layout.detained[meant]].sum()
    rows, counts = ExitRows(), []
    for f, facility_id in enumerate(layout.facility_ids):
        if not meant[f].any():
            continue
        shares = (
            {int(layout.facility_county[f]): 1.0}
            if action.to == "facility county"
            else work.flows.shares("release", "*", facility_id)
        )
        cohort, detained_class = np.nonzero(meant[f])
        cells = layout.detained[f][meant[f]]
        person = layout.person_class_of[detained_class]
        for county, share in shares.items():
            to = layout.released[county][cohort, person]
            if not by_number:
                rows.add(cells, to, share, RELEASE)
                continue
            assert action.people_per_day is not None
            counts.append(
                CountRow(
                    key=cell_key(
                        "release", str(action.who), facility_id, layout.county_fips[county]
                    ),
                    people_per_day=action.people_per_day
                    * share
                    * held[cells].sum()
                    / max(total, 1),
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
        series = np.zeros(work.days)
        series[work.days_in_force(action)] = 1.0
        work.more_counts.append((counts, series))
    elif rows.cell:
        assert action.share is not None
        series = release_profile(action.share, action.over_days, start, work.days)
        work.more_exits.append((FlowTable.from_rows(rows), series))


def hygiene_or_distancing(work: Work, action: Hygiene | Distancing) -> None:
    """Contact inside is multiplied by ``1 - effect x adherence``."""
    name = f"effect.{action.effect_names()['effect']}"
    adherence = action.adherence
    work.contact.append(
        ContactEffect(
            work.facilities(action.facilities),
            work.strength(action),
            lambda values: values[name] * adherence,
        )
    )


def masks(work: Work, action: Masks) -> None:
    """Contact between two who wear masks is multiplied by ``1 - effect x wearing``."""
    names = {key: f"effect.{name}" for key, name in action.effect_names().items()}
    work.contact.append(
        ContactEffect(
            work.facilities(action.facilities),
            work.strength(action),
            lambda values: values[names["effect"]] * values[names["wearing"]],
            work.cells(action.who),
        )
    )


def isolation(work: Work, action: Isolation) -> None:
    """People with symptoms are found and moved to isolated stages."""
    names = {key: f"effect.{name}" for key, name in action.effect_names().items()}
    work.isolation.append(
        IsolationRule(
            work.facilities(action.facilities),
            work.strength(action),
            names["found"],
            names["delay_days"],
            action.places_per_100,
        )
    )


APPLY: Mapping[type[Action], Callable[..., None]] = {
    HaltArrests: halt_arrests,
    LimitArrests: limit_arrests,
    HaltTransfers: halt_transfers,
    HaltRemovals: halt_removals,
    FollowRecord: follow_record,
    Release: release,
    Hygiene: hygiene_or_distancing,
    Distancing: hygiene_or_distancing,
    Masks: masks,
    Isolation: isolation,
}
"""Every action that can be simulated."""
