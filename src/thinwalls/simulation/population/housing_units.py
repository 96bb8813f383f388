"""Housing units: which people of a facility live together, and the cells for them.

A facility of ``n`` people that is housed in units of about ``u`` has ``max(1, round(n / u))`` of
them, equally large on the first day.  A facility of one unit is laid out as one setting.

People are housed by custody class (ICE requires that classes are physically separated: Detention
Standard "Classification System", INS Detention Operations Manual 2000 and its successors), ages
evenly: the people of a facility stand in line by class, and the line is cut into units.  So a unit
holds one or two classes, and the number of cells stays near that of facilities without units.

A facility with units keeps one more cell for every kind of person: for those who have just come
and for those who are between units.  They are given a unit at once, at random in proportion to the
room that units had for their class on the first day.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thinwalls.simulation.shared_types.drawn_effects import MOST_HAZARD_PER_DAY
from thinwalls.simulation.shared_types.flow_tables import ExitRows, FlowTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.common import Float, Int

Index = NDArray[np.int32]
IN_NO_UNIT = -1


def number_of_units(people: int, unit_people: float) -> int:
    """Units of a facility that holds so many people."""
    return max(1, round(people / unit_people)) if unit_people > 0 else 1


def divide(people: Int, custody: Sequence[str], n_units: int) -> tuple[Int, Float]:
    """People of each class in each unit, and the share of a class that is housed in each.

    ``people`` [D] are those of the facility by class; returns ``[units, D]`` whole people that add
    up to it, and ``[units, D]`` shares that add up to 1 for every class, for the people to come.
    """
    names = np.array(custody)
    line: list[Int] = []
    position: dict[str, int] = {}
    for name in sorted(set(custody)):
        position[name] = sum(map(len, line))
        line.append(_mixed(np.where(names == name, people, 0)))
    who = np.concatenate(line)
    cuts = np.round(np.arange(n_units + 1) * (len(who) / n_units)).astype(np.int64)
    counts = np.zeros((n_units, len(people)), dtype=np.int64)
    shares = np.zeros((n_units, len(people)))
    for unit in range(n_units):
        counts[unit] = np.bincount(who[cuts[unit] : cuts[unit + 1]], minlength=len(people))
    for name, begin in position.items():
        mine = names == name
        held = counts[:, mine].sum(axis=1)
        if held.sum():
            shares[:, mine] = (held / held.sum())[:, None]
        else:
            unit = int(np.searchsorted(cuts, begin, side="right")) - 1
            shares[min(unit, n_units - 1), mine] = 1.0
    return counts, shares


def _mixed(people: Int) -> Int:
    """Classes of people in a line in which every class is spread evenly."""
    who = np.repeat(np.arange(len(people)), people)
    place = np.concatenate([(np.arange(n) + 0.5) / max(int(n), 1) for n in people])
    return np.asarray(who[np.argsort(place, kind="stable")], dtype=np.int64)


@dataclass(frozen=True)
class Housing:
    """Cells of people in units; ``U`` of them, ``K`` units in all."""

    cell: Index
    """[U]"""
    hall: Index
    """[U] cell of the same people of the facility who are in no unit"""
    facility: Index
    """[U]"""
    cohort: Index
    """[U]"""
    detained_class: Index
    """[U]"""
    unit: Index
    """[U] number of the unit, counted over all facilities"""
    share: Float
    """[U] chance that somebody who comes is given this unit"""
    unit_facility: Index
    """[K]"""

    @property
    def n_units(self) -> int:
        """Units in facilities with more than one."""
        return len(self.unit_facility)

    @property
    def facilities(self) -> Index:
        """Facilities with more than one unit."""
        return np.unique(self.unit_facility)

    def moved(self, place: Index) -> Housing:
        """The same with cells renumbered: cell ``i`` is now ``place[i]``."""
        return replace(self, cell=place[self.cell], hall=place[self.hall])

    def spread(self, table: FlowTable) -> FlowTable:
        """The rows of a table, with those of people in no unit copied to all their units."""
        if not self.n_units:
            return table
        order = np.argsort(self.hall, kind="stable")
        n_cells = int(max(table.cell.max(), self.hall.max())) + 1
        count = np.bincount(self.hall, minlength=n_cells)
        first = np.concatenate([[0], np.cumsum(count)])
        rows = np.flatnonzero(count[table.cell] > 0)
        times = count[table.cell[rows]]
        within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        copies = table.at(np.repeat(rows, times))
        cells = self.cell[order][first[copies.cell] + within]
        rest = table.at(count[table.cell] == 0)
        return FlowTable.joined([rest, replace(copies, cell=cells.astype(np.int64))])

    def of_halls(self, table: FlowTable) -> FlowTable:
        """The rows of people in no unit."""
        return table.at(np.isin(table.cell, self.hall))

    def homes(self, cells: Sequence[int], weights: Sequence[float]) -> tuple[list[int], Float]:
        """Where people live who are meant for cells of a facility, with the weight of each."""
        if not self.n_units:
            return list(cells), np.asarray(weights, dtype=np.float64)
        found, share = list[int](), list[float]()
        for cell, weight in zip(cells, weights, strict=True):
            mine = np.flatnonzero(self.hall == cell)
            if not len(mine):
                found.append(int(cell))
                share.append(float(weight))
                continue
            found += self.cell[mine].tolist()
            share += (weight * self.share[mine]).tolist()
        return found, np.array(share)

    def into_units(self, movement: int) -> FlowTable:
        """People in no unit are given one at once."""
        rows = ExitRows()
        rows.add(self.hall, self.cell, MOST_HAZARD_PER_DAY * self.share, movement)
        return FlowTable.from_rows(rows)

    def out_of_units(self, movement: int) -> FlowTable:
        """People leave their unit for another, at a hazard of 1 per day."""
        rows = ExitRows()
        rows.add(self.cell, self.hall, 1.0, movement)
        return FlowTable.from_rows(rows)


def nobody_in_units() -> Housing:
    """Housing of a system without units."""
    none = {one.name: np.zeros(0, dtype=np.int32) for one in fields(Housing)}
    return Housing(**{**none, "share": np.zeros(0)})  # type: ignore[arg-type]
