"""Fewer arrests."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import model_validator
from typing_extensions import override

from thinwalls.common import FieldError
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.fields import Agency, Share, agencies_text, percent
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who
from thinwalls.policy.selectors.words import threat_level

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class LimitArrests(Action):
    """Bring fewer people into detention.

    Mechanism: ``keep`` names the classes whose book-ins go on ("safety threats only" is
    ``keep = 'threat_level == 1'``); the book-ins of everyone else are multiplied by ``share``
    (0: none). With ``keep`` left out, all book-ins are multiplied by ``share``. How many of the
    book-ins belong to a class follows the recorded population of the system.

    Engine inputs: the profile of the arrest rows of the classes concerned becomes ``share``.

    Limits: classes are what the publisher calls them; who would have been called what under
    another rule is not known.
    """

    do: ClassVar[str] = "limit_arrests"
    position: ClassVar[int] = 30
    switched_in: ClassVar[frozenset[Place]] = frozenset({"facility", "county"})

    agencies: tuple[Agency, ...] = ()
    keep: Who | None = None
    share: Share = 0.0

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.share == 1:
            raise FieldError("share = 1 changes nothing; must be less than 1")
        if self.keep is None and self.share == 0:
            raise FieldError("without keep and with share = 0 this is halt_arrests; give one")
        return self

    @property
    def text(self) -> str:
        """The action in plain words."""
        if self.keep is None:
            return f"arrests {agencies_text(self.agencies)} cut to {percent(self.share)}"
        rest = "none" if self.share == 0 else percent(self.share)
        agencies = agencies_text(self.agencies)
        return f"arrests {agencies} only of people {self.keep.text}; {rest} of others"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(keep=threat_level == 1, start="2020-03-20")

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        others = everyone if self.keep is None else ~self.keep
        builder.multiply_arrests(self, self.share, who=others, agencies=self.agencies)
