"""A scenario while it is being compiled: what actions write into."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.simulation.population.layout import Inside
from thinwalls.simulation.shared_types.compiled_scenario import (
    Factor,
    InPlaces,
    MoreCounts,
    MoreExits,
    Rule,
)
from thinwalls.simulation.shared_types.movement_classes import ARREST, TAKING_OVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from thinwalls.common import Float, Quantity
    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Action, InsideAction, Selector
    from thinwalls.simulation.movement.base_flows import BaseFlows
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.population.severity_rows import SeverityRows
    from thinwalls.simulation.shared_types.compiled_scenario import DaysAway, Gate, TestsDone
    from thinwalls.simulation.shared_types.drawn_effects import (
        BedEffect,
        ContactEffect,
        Mask,
        Switch,
        UnitSwitches,
    )


@dataclass
class Work:
    """A scenario while it is being compiled; ``A`` book-in rows, ``E`` base exit rows."""

    layout: Layout
    flows: BaseFlows
    """of this scenario: with quarantine, everybody who arrives has a second row into it"""
    recorded_flows: BaseFlows
    """of the start, without such rows"""
    pathogen: Pathogen
    first: dt.date
    days: int
    attributes: Mapping[str, NDArray[np.generic]]
    courses: SeverityRows
    course: NDArray[np.int32]
    """[C] course of every cell"""
    book_ins: list[Factor] = field(default_factory=list)
    """over (book-in row, detained class) pairs"""
    exits: list[Factor] = field(default_factory=list)
    """over base exit rows"""
    more_exits: list[MoreExits] = field(default_factory=list)
    more_counts: list[MoreCounts] = field(default_factory=list)
    inside: list[ContactEffect] = field(default_factory=list)
    outside: list[ContactEffect] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    tests: list[TestsDone] = field(default_factory=list)
    beds: list[BedEffect] = field(default_factory=list)
    places_per_100: dict[int, float] = field(default_factory=dict)
    """places for isolation by facility, where they are limited"""
    quarantine: dict[int, Float] = field(default_factory=dict)
    """[days] share of arrivals quarantined, by facility"""
    together: set[int] = field(default_factory=set)
    """facilities where people in quarantine meet each other"""
    switches: list[Switch] = field(default_factory=list)
    """what triggers change; the number of one is its mark"""
    quantities: dict[str, Quantity] = field(default_factory=dict)
    """uncertain numbers beside the effects of actions"""
    changed_course: Mask | None = None
    """[C] cells whose course an action has set"""
    isolating: list[InPlaces] = field(default_factory=list)
    """where people who are found are isolated"""
    staff_home: list[InPlaces] = field(default_factory=list)
    """where staff who are found stay at home"""
    limiting: list[InPlaces] = field(default_factory=list)
    """where places for isolation are limited"""
    gate: Gate | None = None
    """tests of people who are moved, if there are any"""
    unit_switches: list[UnitSwitches] = field(default_factory=list)
    """what follows cases in every housing unit"""
    n_unit_marks: int = 0
    """marks of units that were given out; they count down from -1"""
    kept_apart: str = ""
    """quantity by which contact between units falls for a unit that is kept apart"""
    visits: Float = field(default_factory=lambda: np.zeros((0, 0)))
    """[days, F] share of the usual visits that take place"""
    excluding: set[int] = field(default_factory=set)
    """facilities from which exposed staff stay away"""
    away: list[DaysAway] = field(default_factory=list)
    """what is counted of them"""
    intake: tuple[str, float] | None = None
    """share of those offered a dose at intake who take it, share of the immune who are known"""
    all_or_nothing: bool = False
    """whether doses protect all or nothing"""
    leaky: bool = False
    """whether vaccinated people have the pathogen's protection, all of them"""
    avoiding: bool = False
    """whether residents avoid care"""
    released: dict[dt.date, Float] = field(default_factory=dict)
    """[C] share of the people of each cell that is released, by the first day of the release"""
    share_released: float = 0.0
    """share that the last release of a share takes"""

    def cells(self, who: Selector) -> Mask:
        """[C] cells of the people meant."""
        return np.asarray(who.mask(self.attributes), dtype=bool)

    def note_release(self, who: Mask, share: float, start: dt.date | None) -> None:
        """Note a release of a share; raise when more than everyone of some cells is released.

        Releases that begin on other days are of those who are then there.
        """
        day = max(start or self.first, self.first)
        total = self.released.setdefault(day, np.zeros(len(who)))
        total[who] += share
        most = float(total.max(initial=0.0))
        if most > 1.0 + 1e-9:
            raise InputError(
                "with other releases that begin on {date} some people are released "
                "{count} times: shares of the same people must add up to at most 1",
                field="release.share",
                value=share,
                date=day,
                count=f"{most:.3g}",
            )

    def facilities(self, where: Selector) -> Mask:
        """[F] facilities meant."""
        return np.asarray(self.cells(where)[self.layout.one_cell], dtype=bool)

    def counties(self, where: Selector) -> Mask:
        """[N] counties meant."""
        return np.asarray(self.cells(where)[self.layout.residents], dtype=bool)

    def days_in_force(self, action: Action) -> slice:
        """Days of the run on which an action is in force."""
        start = 0 if action.start is None else (action.start - self.first).days
        end = self.days if action.end is None else (action.end - self.first).days + 1
        return slice(max(start, 0), max(min(end, self.days), 0))

    def in_force(self, action: Action) -> Float:
        """[days] 1 while an action is in force, else 0."""
        series = np.zeros(self.days)
        series[self.days_in_force(action)] = 1.0
        return series

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

    def scale_book_ins(self, pairs: Mask, series: Float) -> None:
        """Multiply book-ins of these pairs."""
        self.book_ins.append(Factor(pairs, series))

    def scale_exits(self, rows: Mask, series: Float) -> None:
        """Multiply these base exits."""
        self.exits.append(Factor(rows, series))

    def book_in_pairs(self, agencies: tuple[str, ...], who: Mask) -> Mask:
        """[A x D] pairs of an agency's book-ins and a class of the people meant."""
        book_ins, cells = self.flows.book_ins, self.layout.detained[:, 1, :]
        meant = (who[cells] & (cells >= 0))[book_ins.facility]
        if agencies:
            meant = meant & np.isin(book_ins.agency, agencies)[:, None]
        else:
            meant = meant & (book_ins.movement == ARREST)[:, None]
        return np.asarray(meant.ravel(), dtype=bool)

    def scale_arrests(self, agencies: tuple[str, ...], who: Mask, series: Float) -> None:
        """Multiply the arrests of the people meant: book-ins, and whom ICE takes over from jails.

        Those taken over are meant by what they are where ICE holds them.
        """
        self.scale_book_ins(self.book_in_pairs(agencies, who), series)
        exits = self.flows.exits
        if not agencies or TAKING_OVER in agencies:
            taken = (exits.movement == ARREST) & who[exits.to]
            if taken.any():
                self.scale_exits(np.asarray(taken, dtype=bool), series)

    def exit_rows(self, movement: int, who: Mask) -> Mask:
        """[E] base exits of one kind of the people meant."""
        return np.asarray(
            (self.flows.exits.movement == movement) & who[self.flows.exits.cell], dtype=bool
        )

    def detained(self, facility: int, who: Mask) -> Iterator[tuple[int, Inside]]:
        """Every variant and its cells of those of the people meant who are detained there."""
        inside = self.layout.inside
        here = inside.facility == facility
        for variant, variants in enumerate(self.layout.variants):
            cells = variants[inside.cell]
            rows = here & (cells >= 0) & who[cells]
            if rows.any():
                found = (inside.facility, inside.cohort, inside.detained_class)
                yield variant, Inside(cells[rows].astype(np.int64), *(one[rows] for one in found))

    def detained_by_facility(
        self, facilities: Mask, who: Mask, action: Action
    ) -> dict[int, NDArray[np.int32]]:
        """Cells of the people meant among those detained in each facility meant."""
        chosen = who & (self.layout.facility_of >= 0)
        found = {}
        for f in np.flatnonzero(facilities):
            cells = np.flatnonzero(chosen & (self.layout.facility_of == f))
            if len(cells):
                found[int(f)] = cells.astype(np.int32)
        if not found:
            raise InputError(
                "means nobody who is detained in the facilities", field=f"{action.do}.who"
            )
        return found
