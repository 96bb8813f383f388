"""What actions ask of a simulation beside changing its inputs: data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from thinwalls.common import Float
    from thinwalls.policy.selectors.selectors import Selector

Place = Literal["unit", "facility", "county"]
"""Where a condition is looked at, and what follows is done."""
IN_UNITS = "detained in a unit"
"""Detained people in housing units, as a group that has other variants than those in none."""


@dataclass(frozen=True)
class Needs:
    """Groups of people whose cells need variants: the same people in another state.

    Groups are ``detained``, :data:`IN_UNITS`, ``staff``, ``residents``, ``released``, ``removed``.
    """

    vaccinated: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    """kept apart from the others of their place"""
    gate: frozenset[str] = frozenset()
    """just arrived and about to be tested"""
    record_units: bool = False
    """whether cases have to be recorded by housing unit"""

    def __or__(self, other: Needs) -> Needs:
        """What both need."""
        return Needs(
            self.vaccinated | other.vaccinated,
            self.apart | other.apart,
            self.gate | other.gate,
            self.record_units or other.record_units,
        )


NOTHING = Needs()


@dataclass(frozen=True)
class GateTests:
    """Tests of people when they are moved."""

    movements: tuple[str, ...]
    who: Selector


@dataclass(frozen=True)
class Tested:
    """Tests again and again: a share of the people every so many days."""

    share: float
    every_days: float


@dataclass(frozen=True)
class UnitTests:
    """Tests of everybody in a housing unit after a case there."""

    chance: Callable[[Mapping[str, float], Sequence[dt.date]], Float]
    """chance of it, day by day, from the values of a draw and the dates"""
    within_days: int
    again_after_days: int
    """days without a case after which another case may lead to tests again"""


@dataclass(frozen=True)
class Watch:
    """A condition: new cases in a place, or beds in use in a county.

    It is looked at every day and, when met, holds for ``for_days`` from ``delay_days`` after.
    """

    place: Place
    cases: int | None
    within_days: int
    hospital: Literal["bed", "icu"] | None
    above: float | None
    """share of the beds in use"""
    for_days: int
    delay_days: float
    facilities: Selector | None = None
    """facilities that are looked at; None: all"""
    or_facilities: bool = False
    """whether of units also the facilities that have none are looked at"""
    out_only: bool = False
    """whether of movements only those out of the place are meant"""


@dataclass(frozen=True)
class Doses:
    """Doses of a vaccine on dates, for people who cannot show that they need none."""

    who: Selector
    by_date: tuple[tuple[dt.date, int], ...]
    delay_days: int
    """days from a dose to the day on which it works, at once"""
    share_with_record: float
    """share of immune people who can show a record on the first date"""
    effectiveness: float | None
    """share of susceptible people for whom a dose works; None: the pathogen's"""


@dataclass(frozen=True)
class Prophylaxis:
    """Doses soon after exposure, in a place where a case was found."""

    facilities: Selector
    product: Literal["vaccine", "immune_globulin"]
    cases: int
    in_time_days: float
    """days after exposure within which it works"""
    delay_days: int
    for_days: int
    doses_per_day: int | None
    """in each place; None: for everybody on the first day"""
    share_with_record: float


@dataclass(frozen=True)
class StaffAway:
    """Staff who stay away for some days after a case was found in their facility."""

    facilities: Selector
    cases: int
    from_day: int
    to_day: int
    """the last day, counted like the first from the day on which the case was found"""
    share: str
    """drawn value: how many of all staff are away"""


@dataclass(frozen=True)
class IntakeDoses:
    """A dose for everybody who arrives and is not known to be immune."""

    facilities: Selector
    uptake: str
    """drawn value: share of those offered a dose who take it"""
    immune_known: float
    """share of immune people who are known to be"""
    effectiveness: float | None
    """share of susceptible people for whom a dose works; None: the pathogen's"""
