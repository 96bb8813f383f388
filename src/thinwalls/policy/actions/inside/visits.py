"""Visits that go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.policy.actions.base import InsideAction

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class Visits(InsideAction):
    """Visits go on, though they were suspended.

    Mechanism: people detained meet residents of the facility's county in a visiting room, and
    nobody else there: each faces a hazard of visits per day, times the contact of a visit as a
    share of an ordinary day, times the infectious share of the other side.

    Engine inputs: ``Rates.multiplier`` of the visiting rooms becomes 1.

    Limits: as visits_halt. What visits are good for is not in the model.
    """

    do: ClassVar[str] = "visits"
    position: ClassVar[int] = 250
    protective: ClassVar[bool] = False

    @property
    def text(self) -> str:
        """The action in plain words."""
        return f"visits go on {self.where}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(start="2020-06-01")

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.set_visits(self, 1.0)
