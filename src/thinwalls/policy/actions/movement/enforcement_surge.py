"""Raids, and what they do outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field
from typing_extensions import override

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import NOTHING, Needs, Place
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.fields import Agency, Share, agencies_text, percent
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class EnforcementSurge(Action):
    """Raids at homes and workplaces.

    Mechanism: book-ins of the people meant by the agencies named are multiplied by ``factor``.
    Of the residents affected (``affected_share`` of every county: people who fear for themselves
    or their family) a share ``avoiding`` avoids care while it is in force: they come to hospital
    late (residents are not isolated by testing in any case).

    Engine inputs: the profile of the arrest rows is multiplied by ``factor``; ``Exits`` move
    residents who avoid care to a cell with the course of delayed care, and back when it ends.

    Limits: how many avoid care was asked about benefits and programmes, not about infection; the
    share affected differs much between counties and is left to the user (0: nobody).
    """

    do: ClassVar[str] = "enforcement_surge"
    position: ClassVar[int] = 90
    protective: ClassVar[bool] = False
    switched_in: ClassVar[frozenset[Place]] = frozenset({"facility", "county"})
    cited: ClassVar[dict[str, Cited]] = {
        "enforcement_surge.avoiding": Cited(
            mark("share of residents who avoid care for fear of raids"),
            Quantity(
                distribution="uniform",
                low=0.109,
                high=0.182,
                unit=mark("share of affected residents who avoid care"),
                source=(
                    "Urban Institute 2021: 10.9 % of low-income immigrant families avoided a "
                    "health programme, 18.2 % with members without permanent residence (via "
                    "humanservicechamber.org)"
                ),
                tag="seen-2",
                note="Asked about programmes, not about care for an infection.",
            ),
        )
    }

    factor: Annotated[float, Field(ge=1, le=100)] = 1.0
    agencies: tuple[Agency, ...] = ()
    who: Who = everyone
    affected_share: Share = 0.0
    avoiding: Quantity | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        fear = ""
        if self.affected_share:
            fear = f"; {percent(self.affected_share)} of residents affected by fear of it"
        return f"{self.factor:g} times the arrests {agencies_text(self.agencies)}{fear}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(factor=1.5, agencies=("ICE",), affected_share=0.1)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.multiply_arrests(self, self.factor, who=self.who, agencies=self.agencies)
        if self.affected_share:
            avoiding = self.value("avoiding")
            builder.avoid_care(self, affected_share=self.affected_share, avoiding=avoiding)

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        del in_unit
        return Needs(apart=frozenset({"residents"})) if self.affected_share else NOTHING

    @override
    def can_switch(self, place: Place) -> bool:
        return super().can_switch(place) and not self.affected_share
