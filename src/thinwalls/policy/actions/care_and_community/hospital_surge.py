"""More hospital beds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field, model_validator
from typing_extensions import override

from thinwalls.common import FieldError
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.fields import percent
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


More = Annotated[float, Field(ge=0, le=10)]


class HospitalSurge(Action):
    """More hospital beds.

    Mechanism: beds and intensive-care beds of the counties meant by ``states`` are raised by
    these shares of all their beds.

    Engine inputs: ``Rates.capacity``.

    Limits: beds without staff are no beds; quality of care is taken as unchanged.
    """

    do: ClassVar[str] = "hospital_surge"
    position: ClassVar[int] = 270

    states: Who = everyone
    more_beds: More = 0.0
    more_icu: More = 0.0

    @model_validator(mode="after")
    def _more_of_something(self) -> Self:
        if self.more_beds == 0 and self.more_icu == 0:
            raise FieldError("give more_beds or more_icu, as a share of the beds there are")
        return self

    @property
    def text(self) -> str:
        """The action in plain words."""
        place = "every county" if self.states == everyone else f"counties {self.states.text}"
        parts = [
            f"{percent(more)} more {name}"
            for more, name in ((self.more_beds, "beds"), (self.more_icu, "intensive-care beds"))
            if more
        ]
        return f"{' and '.join(parts)} in {place}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(more_icu=0.2)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.add_beds(self, states=self.states, beds=self.more_beds, icu=self.more_icu)
