"""What a scenario changes: its compiled form against the one in which nothing is done.

Nothing is simulated.  Numbers that depend on a draw are medians of the sampled values with 90 %
intervals; chances of leaving are those of the people who are there on the first day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thinwalls.policy import GateTesting, Scenario
from thinwalls.simulation.draws.engine_inputs import inside_factors, outside_factors
from thinwalls.simulation.draws.programme_rows import rate_of
from thinwalls.simulation.draws.sampled_values import BLOCK, sample_quantities
from thinwalls.simulation.experiments.provenance import quantities_of
from thinwalls.simulation.experiments.run_checks import start_date
from thinwalls.simulation.experiments.run_options import MOST_DAYS, whole_number
from thinwalls.simulation.measures.compile_scenario import compile_scenario
from thinwalls.simulation.movement.base_flows import read_flows
from thinwalls.simulation.population.build_cells import build_layout
from thinwalls.simulation.population.cell_variants import is_apart, needs_of
from thinwalls.simulation.population.hospital_beds import added_beds, free_beds
from thinwalls.simulation.population.severity_rows import SeverityRows
from thinwalls.simulation.shared_types.movement_classes import (
    AWAY,
    COURSE_GIVEN,
    MOVEMENTS,
    REMOVAL,
    REMOVED_AFTER_TEST,
    TRANSFER,
    WITHIN,
)
from thinwalls.simulation.shared_types.routes import routes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario
    from thinwalls.simulation.shared_types.drawn_effects import Condition, Switch, Values
    from thinwalls.system import System

_SEED = 1
_MOST_PIECES = 8
_COUNTED_APART = ((AWAY, TRANSFER), (REMOVED_AFTER_TEST, REMOVAL))
_NEARLY = 1e-6
"""Relative difference below which two numbers are the same here."""


@dataclass(frozen=True)
class Piece:
    """Days with the same numbers; ``low`` and ``high`` bound 90 % of the draws."""

    first: dt.date
    last: dt.date
    before: float
    after: float
    low: float
    high: float


@dataclass(frozen=True)
class Change:
    """One thing that a scenario changes."""

    what: str
    where: str
    unit: str
    pieces: tuple[Piece, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain types for JSON."""
        return {
            "what": self.what,
            "where": self.where,
            "unit": self.unit,
            "pieces": [
                {**vars(piece), "first": str(piece.first), "last": str(piece.last)}
                for piece in self.pieces
            ],
        }

    @property
    def lines(self) -> list[str]:
        """The change in plain words, one line for each piece of time."""
        made = [f"{self.what}, {self.where} ({self.unit})"]
        for piece in self.pieces:
            low, high = f"{piece.low:.4g}", f"{piece.high:.4g}"
            span = "" if low == high else f" ({low} to {high})"
            made.append(
                f"    {piece.first} to {piece.last}: {piece.before:.4g} -> {piece.after:.4g}{span}"
            )
        return made


def explain(
    system: System,
    pathogen: Pathogen,
    scenario: Scenario,
    *,
    start: str | dt.date | None = None,
    days: int = 180,
) -> list[Change]:
    """Which flows, contacts, programmes, beds and courses a scenario changes, when, by how much.

    Raises
    ------
    InputError
        For a scenario that cannot be simulated.
    """
    first = start_date(system, start)
    whole_number("days", days, 1, MOST_DAYS)
    scenario.check(first, first + dt.timedelta(days=days - 1))
    layout = build_layout(system, needs_of([scenario]))
    flows, courses = read_flows(layout), SeverityRows(layout.courses)
    compiled, nothing = (
        compile_scenario(layout, flows, pathogen, one, first, days, courses)
        for one in (scenario, Scenario("nothing"))
    )
    quantities = quantities_of(pathogen, [compiled])
    draws = [sample_quantities(quantities, _SEED, draw) for draw in range(BLOCK)]
    found = _Found(layout, compiled, nothing, courses, draws, first, days)
    return [
        change
        for change in [
            *found.flows(),
            *found.within(),
            *found.contact(),
            *found.programmes(pathogen),
            *found.gate(pathogen),
            *found.visits(),
            *found.beds(),
            *found.courses(),
            *found.triggers(),
        ]
        if change.pieces
    ]


@dataclass(frozen=True)
class _Found:
    layout: Layout
    compiled: CompiledScenario
    nothing: CompiledScenario
    book: SeverityRows
    draws: Sequence[Values]
    first: dt.date
    days: int

    def _pieces(self, before: Float, after: Float) -> tuple[Piece, ...]:
        """Runs of days that differ from before; ``after`` is [draws, days]."""
        low, middle, high = np.quantile(after, [0.05, 0.5, 0.95], axis=0)
        table = np.stack([before, middle, low, high], axis=1)
        new = np.any(np.abs(np.diff(table, axis=0)) > _NEARLY * np.abs(table[1:]), axis=1)
        begins = np.concatenate([[0], np.flatnonzero(new) + 1])
        ends = np.append(begins[1:], self.days) - 1
        made = []
        for begin, end in zip(begins, ends, strict=True):
            was, now, least, most = table[begin]
            if max(abs(now - was), abs(least - was), abs(most - was)) > _NEARLY * max(abs(was), 1):
                made.append(
                    Piece(self._date(begin), self._date(end), *map(float, (was, now, least, most)))
                )
        if len(made) > _MOST_PIECES:
            step = -(-len(made) // _MOST_PIECES)
            made = made[::step]
        return tuple(made)

    def _date(self, day: int) -> dt.date:
        return self.first + dt.timedelta(days=int(day))

    def _profile(self, compiled: CompiledScenario, values: Values) -> Float:
        profile = compiled.profile.copy()
        for one in compiled.drawn:
            profile[:, one.column] = one.series(values)
        return profile

    def _over_draws(self, total: Callable[[CompiledScenario, Float], Float]) -> tuple[Float, Float]:
        before = total(self.nothing, self.nothing.profile)
        draws = self.draws if self.compiled.drawn else self.draws[:1]
        after = [total(self.compiled, self._profile(self.compiled, values)) for values in draws]
        return before, np.array(after)

    def flows(self) -> Iterator[Change]:
        """Movements by number, and the chance of leaving of the people of the first day."""
        held = self.layout.cells["people"].to_numpy(dtype=np.float64)
        detained = self.layout.facility_of >= 0
        inside = held[detained].sum()
        for k, name in enumerate(MOVEMENTS):

            def by_number(one: CompiledScenario, profile: Float, k: int = k) -> Float:
                rows = one.counts.movement == k
                rates = one.counts.people_per_day[rows]
                return _weighted(profile, one.counts.profile[rows], rates)

            def by_chance(one: CompiledScenario, profile: Float, k: int = k) -> Float:
                cell = np.repeat(np.arange(len(held)), np.diff(one.exits.start))
                classes = [k, *(also for also, whole in _COUNTED_APART if whole == k)]
                rows = np.isin(one.exits.movement, classes) & detained[cell]
                rate = one.exits.hazard_per_day[rows] * held[cell[rows]] / max(inside, 1.0)
                return np.asarray(-np.expm1(-_weighted(profile, one.exits.profile[rows], rate)))

            for unit, total in (
                ("people per day", by_number),
                ("mean chance per day of those detained on the first day", by_chance),
            ):
                pieces = self._pieces(*self._over_draws(total))
                yield Change(name, "the whole system", unit, pieces)

    def within(self) -> Iterator[Change]:
        """Quarantine, vaccination, residents who avoid care."""
        cells = self.layout.cells
        held = cells["people"].to_numpy(dtype=np.float64)
        variant, group = cells["variant"].to_numpy(), cells["group"].to_numpy()

        def quarantined(one: CompiledScenario, profile: Float) -> Float:
            fanned = np.diff(one.counts.fan_start) > 0
            first_cell = one.counts.fan_cell[one.counts.fan_start[:-1][fanned]]
            rows = np.flatnonzero(fanned)[is_apart(variant[first_cell])]
            return _weighted(profile, one.counts.profile[rows], one.counts.people_per_day[rows])

        def vaccinated(one: CompiledScenario, profile: Float) -> Float:
            cell = np.repeat(np.arange(len(held)), np.diff(one.exits.start))
            rows = one.exits.movement == COURSE_GIVEN
            rates = one.exits.hazard_per_day[rows]
            by_hazard = _leaving(profile, one.exits.profile[rows], rates, held[cell[rows]])
            doses = one.counts.movement == COURSE_GIVEN
            given = one.counts.people_per_day[doses]
            return by_hazard + _weighted(profile, one.counts.profile[doses], given)

        def avoiding(one: CompiledScenario, profile: Float) -> Float:
            cell = np.repeat(np.arange(len(held)), np.diff(one.exits.start))
            rows = (group[cell] == "residents") & (one.exits.movement == WITHIN)
            rows &= variant[cell] == 0
            return _weighted(-np.expm1(-profile), one.exits.profile[rows], held[cell[rows]])

        for what, unit, total in (
            ("quarantine on arrest", "people per day", quarantined),
            ("vaccination that begins to protect", "people per day", vaccinated),
            ("residents who begin to avoid care", "people per day", avoiding),
        ):
            yield Change(what, "the whole system", unit, self._pieces(*self._over_draws(total)))

    def contact(self) -> Iterator[Change]:
        """Factors on contact, one entry for all settings with the same factors."""
        layout, days = self.layout, self.days
        inside = np.array(
            [inside_factors(layout, self.compiled.inside, one, days) for one in self.draws]
        )
        n = len(layout.county_fips)
        outside = np.array(
            [outside_factors(self.compiled.outside, one, n, days) for one in self.draws]
        )
        between = np.array(
            [
                inside_factors(layout, self.compiled.inside, one, days, between=True)
                for one in self.draws
            ]
        )
        for what, kind, factors in (
            ("contact inside", "facilities", inside),
            (
                "contact between housing units",
                "facilities with units",
                between[:, :, layout.housing.facilities],
            ),
            ("contact outside", "counties", outside),
        ):
            groups: dict[bytes, list[int]] = {}
            for setting in range(factors.shape[2]):
                middle = np.round(np.median(factors[:, :, setting], axis=0), 2)
                groups.setdefault(middle.tobytes(), []).append(setting)
            for members in groups.values():
                where = f"{len(members)} of {factors.shape[2]} {kind}"
                after = factors[:, :, members].mean(axis=2)
                pieces = self._pieces(np.ones(days), after)
                yield Change(what, where, "factor", pieces)

    def programmes(self, pathogen: Pathogen) -> Iterator[Change]:
        """Hazards of being found and isolated, by rule and compartment."""
        routes = {route.compartment: route for route in routes_of(pathogen)}
        switched = {column for switch in self.compiled.switches for column, _ in switch.columns}
        for rule, column in self.compiled.rules:
            if column in switched or rule.name == GateTesting.do:
                continue
            people = sum(len(cells) > 0 for cells in rule.cells.values())
            for letter in rule.compartments:
                if letter not in routes:
                    continue
                rates = np.array(
                    [rate_of(rule.hazard, routes[letter], values) for values in self.draws]
                )
                after = rates[:, None] * rule.strength[None, :]
                stage = _COMPARTMENTS[letter]
                where = f"people {stage}, {people} facilities"
                pieces = self._pieces(np.zeros(self.days), after)
                yield Change(f"{rule.name.replace('_', ' ')}: found", where, "per day", pieces)

    def gate(self, pathogen: Pathogen) -> Iterator[Change]:
        """Share of the infected people who are moved that a test finds, by compartment."""
        gate = self.compiled.gate
        if gate is None:
            return
        found = np.array([gate.found_by_stage(one, pathogen.stages) for one in self.draws])
        for letter, words in _COMPARTMENTS.items():
            at = [s for s, stage in enumerate(pathogen.stages) if stage.compartment == letter]
            after = found[:, at].max(axis=1)[:, None] * gate.in_force[None, :]
            what = f"found by a test at {' and '.join(gate.movements)}"
            pieces = self._pieces(np.zeros(self.days), after)
            yield Change(what, f"people {words}", "share", pieces)

    def visits(self) -> Iterator[Change]:
        """Share of the usual visits that take place, over all facilities."""
        before, after = (one.visits.mean(axis=1) for one in (self.nothing, self.compiled))
        pieces = self._pieces(before, after[None])
        yield Change("visits", f"{self.layout.n_facilities} facilities", "share of usual", pieces)

    def beds(self) -> Iterator[Change]:
        """Beds free for this epidemic."""
        free = free_beds(self.layout).sum(axis=0)
        added = added_beds(self.layout, self.compiled.beds, self.days).sum(axis=1)
        for k, name in enumerate(("ward beds free", "intensive-care beds free")):
            before = np.full(self.days, free[k])
            pieces = self._pieces(before, (before + added[:, k])[None])
            yield Change(name, "the whole system", "beds", pieces)

    def courses(self) -> Iterator[Change]:
        """People of the first day whose care is another."""
        people = self.layout.cells["people"].to_numpy(dtype=np.float64)
        last = self._date(self.days - 1)
        changed = self.compiled.course != self.nothing.course
        pairs = zip(self.nothing.course[changed], self.compiled.course[changed], strict=True)
        total: dict[tuple[float, float, bool, bool], float] = {}
        for (was, now), held in zip(pairs, people[changed], strict=True):
            old, new = self.book[int(was)].person, self.book[int(now)].person
            key = (old.treated_share, new.treated_share, old.delayed_care, new.delayed_care)
            total[key] = total.get(key, 0.0) + held
        for (old_share, new_share, was_late, is_late), held in total.items():
            where = f"{held:,.0f} people of the first day"
            for what, before, after in (
                ("severely ill who are taken to a hospital", old_share, new_share),
                ("come late to hospital (1 yes, 0 no)", float(was_late), float(is_late)),
            ):
                if before != after:
                    piece = Piece(self.first, last, before, after, after, after)
                    yield Change(what, where, "share", (piece,))

    def triggers(self) -> Iterator[Change]:
        """What triggers would switch, by condition."""
        groups: dict[str, list[Switch]] = {}
        for switch in self.compiled.switches:
            groups.setdefault(_condition(switch.condition), []).append(switch)
        last = self._date(self.days - 1)
        for text, switches in groups.items():
            changed = sum(len(one.columns) + len(one.inside) + len(one.outside) for one in switches)
            piece = Piece(self.first, last, 0.0, changed, changed, changed)
            where = f"{len(switches)} places, {text}"
            yield Change("switched by a condition", where, "flows and contacts", (piece,))


def _weighted(profile: Float, column: NDArray[np.integer], weight: Float) -> Float:
    """[days] sum over rows of their weight times their profile."""
    by_column = np.bincount(column, weights=weight, minlength=profile.shape[1])
    return np.asarray(profile @ by_column)


def _leaving(
    profile: Float, column: NDArray[np.integer], hazard_per_day: Float, held: Float
) -> Float:
    """[days] people of the first day who leave by rows, one for each cell: nobody leaves twice."""
    kinds, of = np.unique(np.stack([column, hazard_per_day]), axis=1, return_inverse=True)
    people = np.bincount(of.ravel(), weights=held, minlength=kinds.shape[1])
    hazard = profile[:, kinds[0].astype(np.int64)] * kinds[1]
    before = np.cumsum(hazard, axis=0) - hazard
    return np.asarray((np.exp(-before) * -np.expm1(-hazard)) @ people)


_COMPARTMENTS = {
    "E": "not yet contagious",
    "P": "before symptoms",
    "A": "without symptoms",
    "I": "with symptoms",
}


def _condition(one: Condition) -> str:
    span = f"on for {one.duration_days} days"
    if one.region >= 0:
        beds = ("ward", "intensive-care")[one.resource]
        return f"by free {beds} beds in use, {span}"
    return f"{one.threshold:g} cases within {one.window_days} days, {span}"
