"""Supervision instead of detention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field
from typing_extensions import override

from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.fields import Agency, agencies_text, percent
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who
from thinwalls.policy.selectors.words import threat_level

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class AlternativesToDetention(Action):
    """Supervision in the community instead of detention.

    Mechanism: a ``share`` of the people meant who would be booked in is supervised at home
    instead: they stay in their county and count as participants (for costs).

    Engine inputs: the profile of the arrest rows is multiplied by ``1 - share``; the people
    diverted are recorded.

    Limits: supervision itself changes no contact here.
    """

    do: ClassVar[str] = "alternatives_to_detention"
    position: ClassVar[int] = 80
    switched_in: ClassVar[frozenset[Place]] = frozenset({"facility", "county"})

    share: Annotated[float, Field(gt=0, le=1)]
    agencies: tuple[Agency, ...] = ()
    who: Who = everyone

    @property
    def text(self) -> str:
        """The action in plain words."""
        who = "people" if self.who == everyone else f"people {self.who.text}"
        agencies = agencies_text(self.agencies)
        return f"{percent(self.share)} of {who} arrested {agencies} supervised at home instead"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(share=0.8, who=threat_level == "none")

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.multiply_arrests(self, 1.0 - self.share, who=self.who, agencies=self.agencies)
