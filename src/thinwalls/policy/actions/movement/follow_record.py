"""Flows as they were recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import model_validator
from typing_extensions import override

from thinwalls.common import FieldError
from thinwalls.policy.actions.base import Action

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class FollowRecord(Action):
    """Flows as recorded: follow the recorded book-ins and population of immigration detention.

    Mechanism: while it is in force, book-ins by agency follow the recorded month-by-month
    figures of the system, and releases and removals are scaled so that the detained population
    follows the recorded one, each as far as ``what`` names it. Jails and prisons go on as before.

    Engine inputs: the profiles of arrest, release and removal rows of those held for ICE are the
    recorded figures over those at the start.

    Limits: the record is of the whole country, not of each facility; a part of the country follows
    its share of it, which is reported as an assumption; what was done inside is not in it.
    """

    do: ClassVar[str] = "follow_record"
    position: ClassVar[int] = 70
    protective: ClassVar[bool] = False

    what: tuple[Literal["arrests", "population"], ...] = ("arrests", "population")

    @model_validator(mode="after")
    def _follows_something(self) -> Self:
        if not self.what or len(set(self.what)) != len(self.what):
            raise FieldError("what must name arrests, population, or both, once each")
        return self

    @property
    def text(self) -> str:
        """The action in plain words."""
        return "as recorded: " + " and ".join(self.what)

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(start="2020-03-20")

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        arrests, population = "arrests" in self.what, "population" in self.what
        builder.follow_record(self, arrests=arrests, population=population)
