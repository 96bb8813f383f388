"""No removals."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class HaltRemovals(Action):
    """Stop removing people from the country.

    Mechanism: removals of the people whom ``who`` means are zero; they stay detained, so places
    fill up unless other flows change.

    Engine inputs: the profile of the removal rows becomes 0.

    Limits: what removals carry abroad is counted, not followed there.
    """

    do: ClassVar[str] = "halt_removals"
    position: ClassVar[int] = 50
    protective: ClassVar[bool] = False
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})

    who: Who = everyone

    @property
    def text(self) -> str:
        """The action in plain words."""
        who = "" if self.who == everyone else f" of people {self.who.text}"
        return f"no removals{who}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(start="2020-03-20")

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.multiply_removals(self, 0.0, who=self.who)
