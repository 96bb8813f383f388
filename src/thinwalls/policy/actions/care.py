"""Actions on vaccines and medical care."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from thinwalls.common import FieldError, Quantity
from thinwalls.policy.actions.base import Action, Days, Share, percent
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who
from thinwalls.policy.selectors.words import group


class Vaccination(Action):
    """Vaccination.

    Mechanism: the entries of ``order`` are offered the vaccine one after the other, each for as
    many days as a share ``uptake`` of those there at the start needs at ``people_per_day``.
    Within that time the people there take it evenly, so coverage never exceeds the uptake and
    fewer doses are given where people leave. Protection begins ``delay_days`` after. How well it
    protects is stated by the pathogen (infection, transmission, severe disease).

    Engine inputs: ``Exits`` from cells of detained people and staff to the same cell of people
    who are vaccinated, for those susceptible or recovered, without a change of stage or place.

    Limits: a course counts as one event; waning is not modelled within a run; who arrives after
    the turn of an entry is not offered it; residents cannot be vaccinated in a run.
    """

    do: ClassVar[str] = "vaccination"

    people_per_day: Annotated[float, Field(gt=0)]
    order: tuple[Who, ...] = (group("detained"),)
    uptake: Quantity | None = None
    delay_days: Days = 14.0

    @model_validator(mode="after")
    def _someone(self) -> Self:
        if not self.order or len(set(self.order)) != len(self.order):
            raise FieldError("order must name who comes first, second, ..., each once")
        return self

    @property
    def text(self) -> str:
        """The action in plain words."""
        order = ", then ".join(who.text for who in self.order)
        return f"{self.people_per_day:g} people vaccinated a day: {order}"


class MedicalCare(Action):
    """What medical care people in detention get.

    Mechanism: of the people meant who need a hospital, ``treated_share`` are taken to one; the
    others run the course without a bed. With ``late`` they come as late as recorded for people
    in custody, which multiplies deaths in hospital by the pathogen's delayed-care ratio; with
    ``late = false`` they come as early as others. Holds for the whole run.

    Engine inputs: ``Cells.severity_row`` of the cells of the people meant.

    Limits: what death without a hospital bed is was never measured (an assumption of the
    pathogen); that people in custody come late is on average, not in each facility.
    """

    do: ClassVar[str] = "medical_care"

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
