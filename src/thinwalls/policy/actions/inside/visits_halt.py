"""No visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.policy.actions.base import InsideAction

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class VisitsHalt(InsideAction):
    """No visits.

    Mechanism: residents of the facility's county no longer meet people detained there. ICE
    suspended social visits on 13 March 2020 and began to let them return on 11 May 2022; between
    these days there are none anyway, and this changes nothing unless ``visits`` are allowed.

    Engine inputs: ``Rates.multiplier`` of the visiting rooms becomes 0.

    Limits: how many visits there are and how much contact they bring are assumptions with wide
    ranges; visitors are taken to live in the county of the facility; lawyers are not among them.
    An effect was not found in studies; what families lose is not in the model.
    """

    do: ClassVar[str] = "visits_halt"
    position: ClassVar[int] = 240

    @property
    def text(self) -> str:
        """The action in plain words."""
        return f"no visits {self.where}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls()

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.set_visits(self, 0.0)
