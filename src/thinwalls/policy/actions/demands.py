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
