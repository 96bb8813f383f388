"""What no source gives about the places of a system, drawn: ages, health, staff, sizes, stays.

Ages, chronic conditions, people per member of staff and where staff live are uncertain for all
places alike: one quantity each, the *position* in the interval that the system states (0 its low
end, 0.5 the central value, 1 its high end; half of the draws on either side, every value alike).
Numbers of people and stays that are filled in by a rule differ from place to place: each place has
a lognormal effect of its own, with mean 1 and the spread that the system's assumptions state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import Quantity
from thinwalls.engine import normal_quantile, uniforms
from thinwalls.simulation.draws.sampled_values import stream_of_name
from thinwalls.simulation.population.hospital_beds import (
    OCCUPANCIES,
    county_beds,
    free_beds,
    occupancy,
)
from thinwalls.simulation.population.layout import largest_remainder, parse_age_band
from thinwalls.simulation.shared_types.movement_classes import TRANSFER
from thinwalls.system import EVERY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.engine import Counts, Exits
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.system import System

CENTRAL = 0.5
_UNIT = "position in the system's interval (0 low end, 0.5 central value, 1 high end)"
OLDER, CHILDREN, VULNERABLE, STAFF, HOME, PRISONS, ROOMS, OCCUPANCY = (
    "system.older_position",
    "system.children_position",
    "system.vulnerable_position",
    "system.staff_position",
    "system.staff_home_position",
    "system.prison_transfers_position",
    "system.hold_room_stay_position",
    "system.occupancy_position",
)
POSITIONS = {
    OLDER: "age bands from 50 up; 18-49 is what they leave",
    CHILDREN: "share under 18 where families are held",
    VULNERABLE: "share of every age band with a chronic condition",
    STAFF: "people per member of staff",
    HOME: "share of staff who live in the county of the place",
    PRISONS: "chance to be moved from one state prison to another",
    ROOMS: "stay in a hold room, with as many people as pass through in it",
    OCCUPANCY: "share of hospital beds in use in a normal year, in counties that give none",
}
"""Quantities that all places of a system share, and what each is about."""
_ADULTS = 18
ASSUMED = "assumption:"
_ENDS = ("low", "value", "high")


def position(meaning: str) -> Quantity:
    """Where in its interval a value that all places share is."""
    return Quantity(
        distribution="uniform",
        low=0.0,
        high=1.0,
        unit=_UNIT,
        tag="assumption",
        source="the intervals are in the system's tables composition and assumptions, each with "
        "what it rests on",
        note=meaning,
    )


def at(position: float, low: Float, central: Float, high: Float) -> Float:
    """The value at a position: straight from low to central and from central to high."""
    down, up = min(position / CENTRAL, 1.0), max(position / CENTRAL - 1.0, 0.0)
    return np.asarray(low + (central - low) * down + (high - central) * up)


@dataclass(frozen=True)
class ImputedDraw:
    """The values of one draw, by cell."""

    people: NDArray[np.int64]
    """[C] whole people at the start"""
    arriving: Float
    """[C] factor on the people booked in into a cell"""
    leaving: Float
    """[C] factor on the usual chance to leave"""
    prison: NDArray[np.bool_]
    """[C] cells of people in prisons between which people are moved"""
    between_prisons: float
    """factor on the chance of such a move"""
    free_beds: Float
    """[R, resources] beds that a normal year leaves free"""

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        arrays = (self.people, self.arriving, self.leaving, self.prison, self.free_beds)
        return sum(one.nbytes for one in arrays)

    def counts(self, counts: Counts) -> Counts:
        """Movements by number with other numbers and mixes of people."""
        if not len(counts.fan_weight):
            return counts
        weight = counts.fan_weight * self.arriving[counts.fan_cell]
        sums = np.concatenate([[0.0], np.cumsum(counts.fan_weight)])
        drawn = np.concatenate([[0.0], np.cumsum(weight)])
        begin, end = counts.fan_start[:-1], counts.fan_start[1:]
        before, after = sums[end] - sums[begin], drawn[end] - drawn[begin]
        factor = np.divide(after, before, out=np.ones_like(after), where=before > 0)
        return replace(counts, fan_weight=weight, people_per_day=counts.people_per_day * factor)

    def exits(self, exits: Exits, usual: NDArray[np.bool_]) -> Exits:
        """Movements by hazard with other stays; ``usual`` [X]: those that are not a measure's."""
        if not self.prison.any() and bool(np.all(self.leaving == 1.0)):
            return exits
        cell = np.repeat(np.arange(len(exits.start) - 1), np.diff(exits.start))
        factor = np.where(usual, self.leaving[cell], 1.0)
        moved = usual & (exits.movement == TRANSFER)
        moved[moved] = self.prison[cell[moved]] & self.prison[exits.to[moved]]
        factor[moved] = self.between_prisons
        return replace(exits, hazard_per_day=exits.hazard_per_day * factor)


class Imputed:
    """What is drawn about the places of a layout; made once for all draws."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._people = layout.cells["people"].to_numpy(dtype=np.int64)
        self._facility = layout.facility_of.astype(np.int64)
        system = layout.system
        self._composition()
        ids = layout.facility_ids
        held = layout.cells["custody_class"].astype(str).str.startswith("threat_").to_numpy()
        only = [*(system.facilities["custody"].reindex(list(ids)) == "ice"), False]
        # Who is held for ICE in a jail has ICE's own figures, whatever is filled in for the jail.
        self._filled = (~held | np.array(only)[self._facility]) & (self._facility >= 0)
        self._size_sd = _spread(system, "population_average", ids)
        self._stay_sd = _spread(system, "length_of_stay_days", ids)
        self._staff()
        moves = system.transfers
        prisons = set(moves.loc[moves["rule"] == "assumed", "from_id"])
        is_prison = np.array([*(one in prisons for one in ids), False])
        self._prison = is_prison[self._facility] & self._filled
        self._rooms = (system.facilities["kind"].reindex(list(ids)) == "HOLD").to_numpy()
        room = system.assumptions.reindex(["hold_room_stay_days"])[list(_ENDS)]
        self._room_stay = room.to_numpy(dtype=np.float64)[0]
        self._in_use = _occupancies(layout)
        self._staffed = county_beds(layout)
        rate = system.assumptions.reindex(["prison_transfers_per_day"])
        self._moves = rate[list(_ENDS)].to_numpy(dtype=np.float64)[0]

    @cached_property
    def quantities(self) -> Mapping[str, Quantity]:
        """The positions that matter in this system, by the names under which they are drawn."""
        has_children = bool(self._bands[:, self._lows < _ADULTS, 0].any())
        matters = {
            OLDER: True,
            CHILDREN: has_children,
            VULNERABLE: True,
            STAFF: bool(self._is_ratio.any()),
            HOME: bool(self._splits.any()),
            PRISONS: bool(self._prison.any()),
            ROOMS: bool(self._rooms.any()),
            OCCUPANCY: bool((self._in_use[2] > self._in_use[0]).any()),
        }
        return {name: position(POSITIONS[name]) for name, yes in matters.items() if yes}

    def _composition(self) -> None:
        """By cell of detained people its band's share and its share of vulnerable.

        Each with the interval, as the system has them for its facility.
        """
        layout, table = self._layout, self._layout.system.composition
        columns = ["share", "share_low", "share_high"]
        columns += ["vulnerable_share", "vulnerable_low", "vulnerable_high"]
        bands: dict[str, dict[int, tuple[float, ...]]] = {}
        rows = table[columns].itertuples(index=False, name=None)
        for facility, band, row in zip(table["facility_id"], table["age_band"], rows, strict=True):
            bands.setdefault(str(facility), {})[parse_age_band(str(band))[0]] = row
        lows = sorted({low for one in bands.values() for low in one})
        self._lows = np.array(lows)
        nobody = (0.0,) * len(columns)
        keys = [one if one in bands else EVERY for one in layout.facility_ids]
        found = [[bands[key].get(low, nobody) for low in lows] for key in keys]
        self._bands = np.array(found, dtype=float).reshape(len(keys), len(lows), len(columns))
        inside = np.flatnonzero(self._facility >= 0)
        self._inside = inside
        self._band = np.searchsorted(lows, layout.cells["age_low"].to_numpy()[inside])
        self._vulnerable = layout.cells["vulnerable"].to_numpy(dtype=bool)[inside]

    def _staff(self) -> None:
        """Which staff follow from a ratio, and which live where by a rule."""
        layout, system = self._layout, self._layout.system
        assumptions = system.assumptions
        self._per_staff = np.ones((layout.n_facilities, 3))
        self._is_ratio = np.zeros(layout.n_facilities, dtype=bool)
        for f, key in enumerate(_assumed(system, "staff", layout.facility_ids)):
            if key.endswith("_people_per_staff"):
                low, value, high = (float(assumptions[end][key]) for end in _ENDS)
                self._per_staff[f] = low / value, 1.0, high / value
                self._is_ratio[f] = True
        home = assumptions.reindex(["staff_home_share"])[list(_ENDS)]
        self._home_share = home.to_numpy(dtype=np.float64)[0]
        at_home = layout.staff_county == layout.facility_county[layout.staff_facility]
        people = self._people[layout.staff].astype(np.float64)
        here, away = (
            np.bincount(layout.staff_facility, people * part, minlength=layout.n_facilities)
            for part in (at_home, ~at_home)
        )
        self._at_home = at_home
        source, _ = system.source_of("staff", "*", "people")
        split = source == f"{ASSUMED}staff_home_share"
        self._splits = (here > 0) & (away > 0) & split & np.isfinite(self._home_share).all()
        self._home_now = here / np.maximum(here + away, 1.0)

    def _at(self, values: Mapping[str, float], name: str) -> float:
        return values.get(name, CENTRAL) if name in self.quantities else CENTRAL

    def mix(self, values: Mapping[str, float]) -> Float:
        """[C] share of a cell's kind of people among those of its facility, over the central."""
        ratio = np.ones(len(self._people))
        if not self._bands.size:
            return ratio
        low, mid, high = (self._bands[:, :, n] for n in (1, 0, 2))
        share = at(self._at(values, OLDER), low, mid, high)
        young = self._lows < _ADULTS
        share[:, young] = at(self._at(values, CHILDREN), low, mid, high)[:, young]
        rest = min(int(np.searchsorted(self._lows, _ADULTS)), len(self._lows) - 1)
        others = np.delete(share, rest, axis=1).sum(axis=1)
        share[:, rest] = np.maximum(mid.sum(axis=1) - others, 0.0)
        share *= (mid.sum(axis=1) / np.maximum(share.sum(axis=1), 1e-12))[:, None]
        sick_low, sick, sick_high = (self._bands[:, :, n] for n in (4, 3, 5))
        drawn = at(self._at(values, VULNERABLE), sick_low, sick, sick_high)
        of_age = np.divide(share, mid, out=np.ones_like(share), where=mid > 0)
        of_sick = np.divide(drawn, sick, out=np.ones_like(drawn), where=sick > 0)
        of_well = np.divide(1 - drawn, 1 - sick, out=np.ones_like(drawn), where=sick < 1)
        f, b = self._facility[self._inside], self._band
        well = np.where(self._vulnerable, of_sick[f, b], of_well[f, b])
        ratio[self._inside] = of_age[f, b] * well
        return ratio

    def draw(self, values: Mapping[str, float], seed: int, number: int) -> ImputedDraw:
        """The values of a draw; the same for a place in every system that it is part of."""
        layout = self._layout
        size = self._effect("size", self._size_sd, seed, number)
        turnover = self._effect("turnover", self._stay_sd, seed, number)
        if self._rooms.any():
            low, mid, high = self._room_stay
            longer = float(at(self._at(values, ROOMS), low, mid, high)) / mid
            size[self._rooms] *= longer
            turnover[self._rooms] /= longer
        of_size, leaving = np.ones((2, len(self._people)))
        of_size[self._filled] = size[self._facility[self._filled]]
        leaving[self._filled] = turnover[self._facility[self._filled]]
        mix = self.mix(values)
        expected = self._same_number(self._people * mix) * of_size
        uniform = float(uniforms(seed, number, stream_of_name("imputed people"), 1)[0])
        people = self._people.copy()
        inside = self._inside[np.argsort(self._facility[self._inside], kind="stable")]
        people[inside] = _whole(expected[inside], self._facility[inside], uniform)
        people[layout.staff] = self._drawn_staff(values, people)
        more = np.bincount(
            layout.staff_county,
            weights=(people - self._people)[layout.staff],
            minlength=len(layout.county_fips),
        )
        residents = self._people[layout.residents] - more.astype(np.int64)
        people[layout.residents] = np.maximum(residents, 0)
        low, mid, high = self._moves
        drawn = float(at(self._at(values, PRISONS), low, mid, high))
        between = drawn / mid if self._prison.any() else 1.0
        in_use = at(self._at(values, OCCUPANCY), *self._in_use)
        beds = free_beds(layout, in_use, self._staffed)
        return ImputedDraw(people, mix * of_size * leaving, leaving, self._prison, between, beds)

    def _same_number(self, expected: Float) -> Float:
        """Scaled so that every facility holds as many for ICE in a jail, and others, as it did."""
        group = 2 * self._facility[self._inside] + self._filled[self._inside]
        size = 2 * self._layout.n_facilities
        before = np.bincount(group, self._people[self._inside], minlength=size)
        now = np.bincount(group, expected[self._inside], minlength=size)
        factor = np.divide(before, now, out=np.ones(size), where=now > 0)
        scaled = expected.copy()
        scaled[self._inside] *= factor[group]
        return scaled

    def _effect(self, name: str, spread: Float, seed: int, number: int) -> Float:
        """[F] lognormal with mean 1, each facility from a stream of its own."""
        effect = np.ones(len(spread))
        for f in np.flatnonzero(spread > 0):
            stream = stream_of_name(f"{name} effect {self._layout.facility_ids[f]}")
            normal = normal_quantile(float(uniforms(seed, number, stream, 1)[0]))
            effect[f] = np.exp(spread[f] * normal - spread[f] ** 2 / 2)
        return effect

    def _drawn_staff(
        self, values: Mapping[str, float], people: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Staff by row of their table.

        As many as people held and the drawn ratio say, in the counties that the drawn share who
        live near says.
        """
        layout = self._layout
        before, now = (
            np.bincount(
                self._facility[self._inside], count[self._inside], minlength=layout.n_facilities
            )
            for count in (self._people, people)
        )
        ratio = np.divide(now, before, out=np.ones(len(now)), where=before > 0)
        low, mid, high = self._per_staff.T
        per_staff = at(self._at(values, STAFF), low, mid, high)
        drawn = np.where(self._is_ratio, ratio / per_staff, 1.0)
        given = self._people[layout.staff].astype(np.float64)
        expected = given * drawn[layout.staff_facility]
        low, mid, high = self._home_share
        home = self._home_now * at(self._at(values, HOME), low, mid, high) / mid
        home = np.minimum(home, 1.0)
        near = np.divide(home, self._home_now, out=np.ones_like(home), where=self._home_now > 0)
        far = np.divide(
            1 - home, 1 - self._home_now, out=np.ones_like(home), where=self._home_now < 1
        )
        f = layout.staff_facility
        moved = np.where(self._at_home, near[f], far[f])
        expected *= np.where(self._splits[f], moved, 1.0)
        order = np.argsort(f, kind="stable")
        counts = np.zeros(len(f), dtype=np.int64)
        counts[order] = _whole(expected[order], f[order], CENTRAL)
        return counts


def _occupancies(layout: Layout) -> tuple[Float, Float, Float]:
    """[N, resources] low end, central value and high end; all the same where a county gives one."""
    low, mid, high = (occupancy(layout).copy() for _ in _ENDS)
    table = layout.system.assumptions
    beds = county_beds(layout)
    for k, column in enumerate(OCCUPANCIES):
        keys = _assumed(layout.system, column, layout.county_fips, "counties")
        for n in np.flatnonzero(np.array(keys) == column):
            if beds[n, k] > 0:
                low[n, k], high[n, k] = table["low"][column], table["high"][column]
    return low, mid, high


def _assumed(
    system: System, column: str, names: Sequence[str], table: str = "facilities"
) -> list[str]:
    """By row: key of the assumption that a value rests on, empty where it has a source."""
    rows = system.provenance
    rows = rows[(rows["table"] == table) & (rows["column"] == column)]
    source = dict(zip(rows["row"], rows["source"], strict=True))
    known = set(system.assumptions.index)
    keys = [str(source.get(one, source.get("*", ""))) for one in names]
    keys = [key.removeprefix(ASSUMED) if key.startswith(ASSUMED) else "" for key in keys]
    return [key if key in known else "" for key in keys]


def _spread(system: System, column: str, facility_ids: Sequence[str]) -> Float:
    """[F] spread of the logarithm of a value that is filled in; 0 where it has a source."""
    value = system.assumptions["value"]
    keys = _assumed(system, column, facility_ids)
    return np.array([value[key] if key.endswith("_spread") else 0.0 for key in keys], dtype=float)


def _whole(expected: Float, group: NDArray[np.integer], uniform: float) -> NDArray[np.int64]:
    """Whole numbers with these expectations that add up to the rounded sum of every group.

    Rows have to be sorted by group.  What is left of each row is carried to the next of its group
    (systematic sampling), so no row is off by one or more.
    """
    if not len(expected):
        return np.zeros(0, dtype=np.int64)
    begin = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    sums = np.add.reduceat(expected, begin)
    whole = largest_remainder(sums, round(float(sums.sum())))
    scale = np.divide(whole, sums, out=np.zeros_like(sums), where=sums > 0)
    size = np.diff(np.concatenate([begin, [len(expected)]]))
    running = np.cumsum(expected * np.repeat(scale, size))
    ends = np.cumsum(whole)
    running[begin + size - 1] = ends
    steps = np.floor(running + uniform * (1 - 1e-9) + 1e-9 * 0.5).astype(np.int64)
    return np.asarray(np.diff(np.concatenate([[0], steps])))
