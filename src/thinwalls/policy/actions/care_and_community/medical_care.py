"""What care people in detention get."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import model_validator
from typing_extensions import override

from thinwalls.common import FieldError
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.fields import Share, percent
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who
from thinwalls.policy.selectors.words import group

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class MedicalCare(Action):
    """What medical care people in detention get.

    Mechanism: of the people meant who need a hospital, ``treated_share`` are taken to one; the
    others run the course without a bed. With ``late`` they come as late as recorded for people
    in custody, which multiplies deaths in hospital by the pathogen's delayed-care ratio; with
    ``late = false`` they come as early as others. Holds for the whole run.

    Engine inputs: ``Cells.course`` of the cells of the people meant.

    Limits: what death without a hospital bed is was never measured (an assumption of the
    pathogen); that people in custody come late is on average, not in each facility.
    """

    do: ClassVar[str] = "medical_care"
    position: ClassVar[int] = 200
    can_wait: ClassVar[bool] = False

    who: Who = group("detained")
    treated_share: Share = 1.0
    late: bool = True

    @model_validator(mode="after")
    def _whole_run(self) -> Self:
        if self.start is not None or self.end is not None:
            raise FieldError("holds for the whole run: leave start and end out")
        return self

    @property
    def text(self) -> str:
        """The action in plain words."""
        when = "late" if self.late else "in time"
        if self.who == everyone:
            return f"{percent(self.treated_share)} of the severely ill reach a hospital, {when}"
        share = percent(self.treated_share)
        return f"{share} of the severely ill ({self.who.text}) reach a hospital, {when}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(treated_share=0.9)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.set_care(self, who=self.who, treated_share=self.treated_share, late=self.late)
