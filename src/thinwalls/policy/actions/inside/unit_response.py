"""What is done in a housing unit in which a case was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator
from typing_extensions import override

from thinwalls.common import FieldError, Quantity, mark
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import Needs, UnitTests
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.fields import Date, Share
from thinwalls.policy.actions.tests_and_isolation.finding import (
    CITED,
    INFECTED,
    LEAST,
    TEST_NAMES,
    TestKind,
    sensitivity,
)
from thinwalls.policy.selectors.selectors import Selector, everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from thinwalls.common import Float
    from thinwalls.policy.actions.base import ScenarioBuilder, Values

_TEST_DAYS = 2
"""Days in which everybody in a unit is tested."""
_WEEK = 7
_OWN = ("between", "within", "tested")


class UnitResponse(Action):
    """What is done in a housing unit in which a case was found.

    Mechanism: from the day after a case was found among the people of a unit until ``days``
    after the last one, the unit is locked: what its people do in spaces that units share is
    multiplied by ``1 - between`` (who is kept apart neither meets others there nor is met), contact
    within the unit by ``1 - within``. When a unit is locked, everybody in it is tested within
    2 days with chance ``tested``, once until it is unlocked again; before ``rising_from`` the
    chance is ``early_share`` of that, and up to ``rising_to`` it rises in a straight line, in
    steps of a week. A facility that is not divided into units is one unit.

    Engine inputs: rows of ``Triggers`` with settings, rows of attendance and a chance; for tests
    ``Programmes`` to the isolated stages, under which a share ``sensitivity`` is found in 2 days.

    Limits: only cases that are found set it off. That units were locked and some tested is
    recorded, how much it did was never measured. Staff go between locked units as ever, arrivals
    are still given places in them and people are still moved and released.
    """

    do: ClassVar[str] = "unit_response"
    position: ClassVar[int] = 145
    cited: ClassVar[dict[str, Cited]] = {
        **CITED,
        "unit_response.between": Cited(
            mark("contact with others that a locked unit avoids"),
            Quantity(
                distribution="uniform",
                low=0.0,
                high=0.9,
                unit=mark("reduction of contact in shared spaces"),
                tag="assumption",
                source=(
                    "Cohorting of exposed people is asked for by ICE ERO, COVID-19 Pandemic "
                    "Response Requirements, 10 April 2020; facilities said that they could not "
                    "always do it (DHS OIG-20-42, GAO-21-414; seen in excerpts). How much it did "
                    "was never measured."
                ),
            ),
        ),
        "unit_response.within": Cited(
            mark("contact within a locked unit that is avoided"),
            Quantity(
                distribution="uniform",
                low=0.0,
                high=0.5,
                unit=mark("reduction of contact within the unit"),
                tag="assumption",
                source="Never measured. People who share a dormitory can hardly avoid each other.",
            ),
        ),
        "unit_response.tested": Cited(
            mark("chance that everybody in a unit with a case is tested"),
            Quantity(
                distribution="uniform",
                low=0.0,
                high=1.0,
                unit=mark("share of units with a case"),
                tag="assumption",
                source=(
                    "Tests of everybody were reported from single facilities only in 2020; "
                    "testing was found insufficient in nine (DHS OIG-21-58)."
                ),
            ),
        ),
    }

    facilities: Who = everyone
    days: Annotated[int, Field(ge=1, le=3650)] = 14
    kind: TestKind = "pcr"
    rising_from: Date | None = None
    rising_to: Date | None = None
    early_share: Share = 0.4
    between: Quantity | None = None
    within: Quantity | None = None
    tested: Quantity | None = None
    exposed: Quantity | None = None
    presymptomatic: Quantity | None = None
    infectious: Quantity | None = None

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if (self.rising_from is None) != (self.rising_to is None):
            raise FieldError("rising_from and rising_to go together")
        if (
            self.rising_from is not None
            and self.rising_to is not None
            and self.rising_to <= self.rising_from
        ):
            raise FieldError("rising_to must be after rising_from")
        return self

    @override
    def library_name(self, field: str) -> str:
        return f"{self.do}.{field}" if field in _OWN else f"test_{self.kind}.{field}"

    @property
    def text(self) -> str:
        """The action in plain words."""
        where = "in every facility" if self.facilities == everyone else self.facilities.text
        return (
            f"housing units with a case locked for {self.days} days, "
            f"{TEST_NAMES[self.kind]} tests of everybody in some, {where}"
        )

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(rising_from="2020-05-01", rising_to="2020-08-01")

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.lock_units(
            self,
            self.facilities,
            days=self.days,
            between=self.value("between"),
            within=self.value("within"),
        )
        found, tested = sensitivity(self), self.value("tested")

        def hazard(values: Values, compartment: str, days: float) -> float:
            del days
            missed = max(1.0 - values[found[compartment]], LEAST)
            return float(-np.log(missed) / _TEST_DAYS)

        def chance(values: Mapping[str, float], dates: Sequence[dt.date]) -> Float:
            return np.array([values[tested] * self._part(date) for date in dates])

        tests = UnitTests(chance, within_days=_TEST_DAYS, again_after_days=self.days)
        builder.test_units(self, self.facilities, hazard, INFECTED, tests)

    def _part(self, date: dt.date) -> float:
        """Share of the chance of tests that holds on a date."""
        if self.rising_from is None or self.rising_to is None or date >= self.rising_to:
            return 1.0
        weeks = max((date - self.rising_from).days, 0) // _WEEK
        risen = weeks * _WEEK / (self.rising_to - self.rising_from).days
        return self.early_share + (1.0 - self.early_share) * risen

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        del in_unit
        return Needs(record_units=True)

    @override
    def tested_apart(self) -> Selector | None:
        return None

    @override
    def test_kinds(self) -> tuple[str, ...]:
        return (self.kind,)
