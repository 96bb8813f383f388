"""What actions leave behind for each draw: rules whose size is an uncertain number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.simulation.shared_types.routes import Route

Mask = NDArray[np.bool_]
Values = Mapping[str, float]
Attributes = Mapping[str, NDArray[np.generic]]

MOST_HAZARD_PER_DAY = 40.0
"""Hazard that stands for "now": of a billion people nobody is left after a day."""
OFF = 1e-12
"""Profile of what a trigger has not switched on; the trigger multiplies it by ``1 / OFF``."""


@dataclass(frozen=True)
class ContactEffect:
    """An action that multiplies contact in settings of one kind."""

    settings: Mask
    """[F] facilities, or [N] counties"""
    strength: Float
    """[days] share of full strength"""
    factor: Callable[[Values, Float], Float]
    """Factor at these strengths when everybody takes part, from the values of a draw."""
    meant: Mask | None = None
    """[C] who takes part, or None for everybody.  Between two who do, contact is multiplied by
    the factor, between one who does and one who does not by its square root."""
    between: bool = False
    """whether it acts on contact between housing units only"""


@dataclass(frozen=True)
class ProgrammeRule:
    """Moves infected people of some cells to the isolated twin of their stage."""

    name: str
    """the action, for those who ask what changes"""
    cells: Mapping[int, NDArray[np.int32]]
    """cells by facility"""
    compartments: str
    """letters of the compartments in which people are found"""
    hazard: Callable[[Values, str, float], float]
    """Per day, from the values of a draw, the compartment and the mean days spent in it."""
    strength: Float
    """[days] profile"""
    limited: bool
    """whether the places for isolation of the facility bound it"""
    along: Route | None = None
    """the stage that people leave and the one they enter, instead of those of people found"""


@dataclass(frozen=True)
class BedEffect:
    """More beds in counties, as shares of all their beds."""

    counties: Mask
    in_force: Float
    """[days] 0 or 1"""
    more_beds: float
    more_icu: float


@dataclass(frozen=True)
class DrawnSeries:
    """A profile column that differs between draws."""

    column: int
    series: Callable[[Values], Float]
    """[days] from the values of a draw"""


@dataclass(frozen=True)
class Condition:
    """What a trigger looks at."""

    label: str
    """the place, for those who ask what changes"""
    outputs: NDArray[np.int64]
    """rows of the record whose cases are summed; empty with a region"""
    region: int
    resource: int
    threshold: float
    window_days: int
    duration_days: int
    delay_days: int


@dataclass(frozen=True)
class Switch:
    """What a trigger changes while its condition holds."""

    condition: Condition
    columns: tuple[tuple[int, float], ...]
    """profile columns and their factors"""
    inside: tuple[ContactEffect, ...] = ()
    outside: tuple[ContactEffect, ...] = ()
    unit: int | None = None
    """the one housing unit in which contact changes, if not all of a facility"""


@dataclass(frozen=True)
class UnitPlaces:
    """Housing units, and facilities that are one: where something follows a case found there."""

    facility: NDArray[np.int64]
    """[K]"""
    unit: NDArray[np.int64]
    """[K] number of the unit over all facilities, -1 for a facility that is one"""
    key: NDArray[np.uint64]
    """[K] identity for the random numbers"""
    output_start: NDArray[np.int64]
    """[K + 1] rows of the record of the people detained there"""
    output: NDArray[np.int64]


@dataclass(frozen=True)
class UnitSwitches:
    """Triggers of one kind, one in every unit, on from the day after a case was found there."""

    places: UnitPlaces
    duration_days: int
    """days after the last case for which the condition holds"""
    from_day: int
    until_day: int
    """days of the run on which it may hold"""
    first_mark: int
    """mark of the first unit; those of the others follow downwards"""
    between: str = ""
    """quantity by which contact with others falls, or none"""
    within: str = ""
    """quantity by which contact within falls, or none"""
    chance: Callable[[Values], Float] | None = None
    """[days] chance that a trigger is on once its condition begins to hold"""
    first_days: int = 0
    """days, from the first on which the condition holds, in which alone it is on; 0: all"""
    tests_per_person_day: float = 0.0
    """tests of everybody there while it is on"""
    switched: tuple[tuple[int, int, float], ...] = ()
    """unit (by its position here), profile column and factor"""
    chance_column: int = -1

    @property
    def locks(self) -> bool:
        """Whether contact changes."""
        return bool(self.between or self.within)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Unit of every trigger of the engine, by position here: contact first, then columns."""
        contact = np.arange(len(self.places.unit) if self.locks else 0)
        return np.concatenate([contact, [at for at, *_ in self.switched]]).astype(np.int64)

    def watched(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Starts and outputs that triggers in these units look at."""
        first, end = self.places.output_start[rows], self.places.output_start[rows + 1]
        start = np.concatenate([[0], np.cumsum(end - first)]).astype(np.int64)
        within = np.arange(start[-1]) - np.repeat(start[:-1], end - first)
        return start, self.places.output[np.repeat(first, end - first) + within]


def release_profile(share: float, over_days: float, first_day: int, days: int) -> Float:
    """[days] hazard per day under which ``share`` of the people have left after ``over_days``.

    They leave evenly: of those there at the start, ``1 - share t / over`` are left after ``t``
    days, so the hazard of a day is the logarithm of the ratio of two such numbers.
    """
    over = max(1, round(over_days))
    return even_hazard(share, float(over), float(max(first_day, 0)), np.inf, days)


def even_hazard(share: float, over_days: float, first: float, last: float, days: int) -> Float:
    """[days] hazard under which ``share`` leave evenly from ``first``, nobody after ``last``."""
    time = np.clip(np.arange(days + 1.0), None, last)
    left = 1.0 - np.clip(share * (time - first) / over_days, 0.0, share)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = -np.diff(np.log(left))
    hazard = np.where(left[1:] > 0, hazard, np.where(left[:-1] > 0, np.inf, 0.0))
    return np.asarray(np.minimum(hazard, MOST_HAZARD_PER_DAY))
