"""No transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class HaltTransfers(Action):
    """Stop moving people between facilities.

    Mechanism: transfers of the people whom ``who`` means are zero; with ``facilities`` given,
    transfers out of and into these facilities.

    Engine inputs: the profile of the transfer rows becomes 0.

    Limits: crowding that transfers would have relieved is then not relieved.
    """

    do: ClassVar[str] = "halt_transfers"
    position: ClassVar[int] = 40
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})

    who: Who = everyone
    facilities: Who = everyone

    @property
    def text(self) -> str:
        """The action in plain words."""
        who = "" if self.who == everyone else f" of people {self.who.text}"
        place = "" if self.facilities == everyone else f" {self.facilities.text}"
        return f"no transfers{who}{place}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(start="2020-03-20", end="2020-06-30")

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.multiply_transfers(self, 0.0, who=self.who, facilities=self.facilities)
