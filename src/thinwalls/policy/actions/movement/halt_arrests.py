"""No arrests."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.fields import Agency, agencies_text
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class HaltArrests(Action):
    """Stop bringing people into detention.

    Mechanism: book-ins of the people whom ``who`` means, by the agencies named (none named: all),
    are zero while it is in force; the people stay in their counties.

    Engine inputs: the profile of the arrest rows becomes 0.

    Limits: what else an arrest would have led to is not modelled.
    """

    do: ClassVar[str] = "halt_arrests"
    position: ClassVar[int] = 20
    switched_in: ClassVar[frozenset[Place]] = frozenset({"facility", "county"})

    agencies: tuple[Agency, ...] = ()
    who: Who = everyone

    @property
    def text(self) -> str:
        """The action in plain words."""
        who = "" if self.who == everyone else f" of people {self.who.text}"
        return f"no arrests{who} {agencies_text(self.agencies)}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(agencies=("ICE",), start="2020-03-20")

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.multiply_arrests(self, 0.0, who=self.who, agencies=self.agencies)
