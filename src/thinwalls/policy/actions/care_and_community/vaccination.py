"""Vaccination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field, model_validator
from typing_extensions import override

from thinwalls.common import FieldError, Quantity, mark
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import IN_UNITS, Needs
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.fields import Days
from thinwalls.policy.selectors.who_field import Who
from thinwalls.policy.selectors.words import group, vulnerable

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


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
    position: ClassVar[int] = 190
    cited: ClassVar[dict[str, Cited]] = {
        "vaccination.uptake": Cited(
            mark("share of people who take a vaccine that is offered"),
            Quantity(
                distribution="triangular",
                low=0.549,
                mode=0.665,
                high=0.8,
                unit=mark("share of the people offered a vaccine who take it"),
                source=(
                    "Chin ET et al. N Engl J Med 2021;385:374, 10.1056/NEJMc2105282, "
                    "PMC8133697 (California prisons: 66.5 % in all, 54.9 % of Black people, "
                    "over 80 % of those 65 or at high risk)"
                ),
                tag="derived",
                note=(
                    "Of custody staff there 61 % were still unvaccinated on 30 June 2021 "
                    "(Prince L et al., PMC8917424): give another value for staff."
                ),
            ),
        )
    }

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

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(people_per_day=100, order=(vulnerable, group("detained")))

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.vaccinate(
            self,
            order=self.order,
            people_per_day=self.people_per_day,
            uptake=self.value("uptake"),
            delay_days=self.delay_days,
        )

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        del in_unit
        return Needs(vaccinated=frozenset({"detained", IN_UNITS, "staff", "released", "removed"}))
