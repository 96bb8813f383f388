"""What a compiled scenario is made of: data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float, Quantity
    from thinwalls.engine import Counts, Exits
    from thinwalls.pathogens import Stage
    from thinwalls.policy import Scenario
    from thinwalls.simulation.shared_types.drawn_effects import (
        BedEffect,
        ContactEffect,
        DrawnSeries,
        Mask,
        ProgrammeRule,
        Switch,
        UnitSwitches,
        Values,
    )
    from thinwalls.simulation.shared_types.flow_tables import CountRow, FlowTable, Works
    from thinwalls.simulation.shared_types.routes import Route


@dataclass(frozen=True)
class Gate:
    """Tests of people who are moved."""

    movements: tuple[str, ...]
    who: Mask
    """[C] cells of the people meant: those they leave, or arrive in by arrest"""
    sensitivity: Mapping[str, str]
    """quantity with the share that a test finds, by compartment"""
    uptake: float
    delay_days: float
    in_force: Float
    """[days] 0 or 1"""
    counted: bool = True
    """whether they are counted as tests"""

    def found_by_stage(self, values: Values, stages: Sequence[Stage]) -> Float:
        """[S] share of the people of a stage who are found; 0 for those who are known already."""
        share = {letter: values[name] for letter, name in self.sensitivity.items()}
        return np.array(
            [
                0.0 if stage.found else self.uptake * share.get(stage.compartment, 0.0)
                for stage in stages
            ]
        )


@dataclass(frozen=True)
class TestsDone:
    """Tests of everybody in some outputs."""

    __test__ = False

    outputs: Mapping[int, NDArray[np.int64]]
    """outputs by facility"""
    per_person_day: Float
    """[days]"""
    mark: int | None = None
    """number of the trigger that switches them, if one does"""


@dataclass(frozen=True)
class Import:
    """Index cases of one day, from a pool of cells."""

    key: int
    """identity for the random numbers: the same in every scenario"""
    day: int
    window_days: int
    """days before ``day`` among which each draw has its own; 0: on the day"""
    stage: int
    people: int
    movement: int
    """class of movement of those who come from elsewhere, or NONE"""
    cell: NDArray[np.int64]
    """cells of the pool"""
    weight: Float
    """relative chance of a person of each, but for how susceptible they are"""
    to: NDArray[np.int64]
    """cell to which they go, or NONE: they stay"""


@dataclass(frozen=True)
class DaysAway:
    """Days of staff who stay away while a trigger is on."""

    outputs: NDArray[np.int64]
    in_force: Float
    """[days]"""
    mark: int
    """number of the trigger"""
    share: str
    """drawn value: how many of the people of the outputs are away"""


@dataclass(frozen=True)
class CompiledScenario:
    """One scenario, ready for every draw."""

    scenario: Scenario
    quantities: Mapping[str, Quantity]
    """the uncertain numbers of its actions by the names under which they are sampled"""
    exits: Exits
    usual: NDArray[np.bool_]
    """[X] exits of people who leave as they do when nothing changes, not by a measure"""
    second: NDArray[np.bool_]
    """[X] those among them into quarantine or to a gate, a second row of people who leave once"""
    counts: Counts
    of_record: NDArray[np.bool_]
    """[N] book-ins of a part of the country that follow the national record"""
    profile: Float
    """[days, columns] multipliers of movements and programmes; column 0 is all ones"""
    drawn: tuple[DrawnSeries, ...]
    """columns that differ between draws"""
    inside: tuple[ContactEffect, ...]
    outside: tuple[ContactEffect, ...]
    rules: tuple[tuple[ProgrammeRule, int], ...]
    """programmes with their profile columns"""
    tests: tuple[TestsDone, ...]
    away: tuple[DaysAway, ...]
    gate: Gate | None
    """tests of people who are moved, if there are any"""
    visits: Float
    """[days, F] share of the usual visits that take place"""
    places_per_100: Mapping[int, float]
    """places for isolation by facility, where they are limited"""
    beds: tuple[BedEffect, ...]
    switches: tuple[Switch, ...]
    course: NDArray[np.int32]
    """[C] course of every cell"""
    intake: tuple[str, float] | None
    """of those seen at intake: drawn value with the share of those offered a dose who take it, and
    the share of immune people who are known to be"""
    doses: tuple[tuple[int, Works], ...]
    """rows of ``counts`` that are doses, and for whom they work"""
    immune: int
    """stage of those for whom they work"""
    as_unvaccinated: NDArray[np.int32] | None
    """[C] cell of the same people without a vaccine, if vaccines protect all or nothing"""
    together: NDArray[np.bool_]
    """[F] facilities where people in quarantine meet each other"""
    seeds: tuple[Import, ...] = ()
    kept_apart: str = ""
    """quantity by which contact between units falls for a unit that is kept apart"""
    found_profile: NDArray[np.int32] | None = None
    """[C] column that multiplies the contagion of people who are found, NONE where nothing does"""
    programmes: ProgrammeTable | None = None
    """who is found where; None for a pathogen without people who are found"""
    unit_switches: tuple[UnitSwitches, ...] = ()
    """what follows cases in every housing unit"""
    exits_by_steps: dict[int, Exits] = field(default_factory=dict)
    """the exits as they are in steps, by the number of steps in a day, once they were asked for"""


@dataclass(frozen=True)
class InPlaces:
    """Something that is in force for people of some facilities."""

    cells: Mapping[int, NDArray[np.int32]]
    """cells by facility"""
    series: Float
    """[days] share of full strength"""
    mark: int | None = None
    """number of the trigger that switches it, if one does"""


@dataclass(frozen=True)
class Finding:
    """People with symptoms of one facility who are found without any measure."""

    facility: int
    cells: NDArray[np.int32]
    column: int
    limited: bool
    """whether the places for isolation of the facility bound it"""


@dataclass(frozen=True)
class ProgrammeTable:
    """Rows of the engine's programmes: all but the hazards, which differ between draws."""

    cell_start: NDArray[np.int64]
    cell: NDArray[np.int32]
    stage_from: NDArray[np.int32]
    stage_to: NDArray[np.int32]
    profile: NDArray[np.int32]
    limit: NDArray[np.int32]
    limit_people: Float
    rules: tuple[tuple[ProgrammeRule, Route], ...]
    """whose hazards the first rows have"""
    rule_of_row: NDArray[np.int64]
    """of the first rows"""
    facility: NDArray[np.int64]
    """of the rows after them, in which people are found by symptoms"""
    route: NDArray[np.int64]
    """position among the routes of people with symptoms, of the same rows"""


@dataclass(frozen=True)
class Factor:
    """A multiplier over time of some rows; triggers switch those with a condition."""

    rows: Mask
    series: Float
    """[days]"""
    mark: int | None = None
    """number of the trigger that multiplies the rows, if one does"""


@dataclass(frozen=True)
class MoreExits:
    """Further exits with a profile of their own."""

    table: FlowTable
    series: Float | Callable[[Values], Float]
    """[days], or how to make it from the values of a draw"""
    mark: int | None = None
    while_off: bool = False
    """whether they are there unless the trigger of the mark is on, and not while it is"""


@dataclass(frozen=True)
class MoreCounts:
    """Further movements by number with a profile of their own."""

    rows: Sequence[CountRow]
    series: Float
    mark: int | None = None


@dataclass(frozen=True)
class Rule:
    """A programme, and the trigger that switches it, if one does."""

    programme: ProgrammeRule
    mark: int | None = None
