"""Release of people detained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from typing_extensions import override

from thinwalls.common import FieldError
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.fields import Days, Share, percent
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who
from thinwalls.policy.selectors.words import age, vulnerable

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class Release(Action):
    """Release detained people.

    Mechanism: of the people whom ``who`` means, those who are detained on ``start`` are the
    basis. ``share`` of them leave, evenly over ``over_days`` (all on the first day when 0); or
    ``people_per_day`` leave on every day from ``start`` to ``end``, as long as there are any.
    People keep the stage of disease they are in. ``to``: ``home`` spreads them over the counties
    from which the system's people come; ``facility county`` leaves them where the facility is.
    Flows that go on anyway (ordinary releases and arrests) are not changed.

    Engine inputs: for a share, rows of ``Exits`` from the selected cells to the counties, with a
    profile of hazards under which the share leaves evenly; for a number, rows of ``Counts``.

    Limits: nothing is assumed about testing or quarantine at the gate; what release spares those
    who stay depends on the crowding exponent.
    """

    do: ClassVar[str] = "release"
    position: ClassVar[int] = 10
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})

    who: Who = everyone
    share: Share | None = None
    people_per_day: Annotated[float, Field(gt=0)] | None = None
    over_days: Days = 0.0
    to: Literal["home", "facility county"] = "home"

    @model_validator(mode="after")
    def _share_or_number(self) -> Self:
        if (self.share is None) == (self.people_per_day is None):
            raise FieldError("give either share (of 1) or people_per_day")
        if self.share is None and self.over_days:
            raise FieldError("over_days goes with share; with people_per_day give end")
        if self.share is not None and self.end is not None:
            raise FieldError("a share is released over over_days; end goes with people_per_day")
        return self

    @property
    def text(self) -> str:
        """The action in plain words."""
        goal = "home" if self.to == "home" else "to the county of the facility"
        if self.people_per_day is not None:
            return f"release {self.people_per_day:g} people a day ({self.who.text}) {goal}"
        assert self.share is not None
        amount = "" if self.share == 1 else f"{percent(self.share)} of "
        span = f" over {self.over_days:g} days" if self.over_days else " at once"
        return f"release {amount}{self.who.text} {goal}{span}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(share=0.5, who=(age >= 50) | vulnerable, start="2020-03-20", over_days=30)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        home = self.to == "home"
        if self.people_per_day is not None:
            builder.release_number(self, self.people_per_day, who=self.who, home=home)
        else:
            assert self.share is not None
            builder.release_share(
                self, self.share, who=self.who, over_days=self.over_days, home=home
            )

    @override
    def can_switch(self, place: Place) -> bool:
        by_number = self.people_per_day is not None
        return super().can_switch(place) and not (by_number and place == "unit")
