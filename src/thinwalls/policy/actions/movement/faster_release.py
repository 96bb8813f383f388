"""Faster ordinary releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field
from typing_extensions import override

from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who
from thinwalls.policy.selectors.words import pretrial

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class FasterRelease(Action):
    """Ordinary releases go faster.

    Mechanism: the daily chance of an ordinary release (bond, end of the case, served time) of
    the people meant is multiplied by ``factor``.

    Engine inputs: the profile of the ordinary release rows is multiplied by ``factor``.

    Limits: who is never released in the ordinary way is not released by this.
    """

    do: ClassVar[str] = "faster_release"
    position: ClassVar[int] = 60
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})

    factor: Annotated[float, Field(gt=1, le=100)]
    who: Who = everyone

    @property
    def text(self) -> str:
        """The action in plain words."""
        who = "" if self.who == everyone else f" of people {self.who.text}"
        return f"ordinary releases{who} {self.factor:g} times as fast"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(factor=2, who=pretrial)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.multiply_releases(self, self.factor, who=self.who)
