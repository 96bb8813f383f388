"""Screening on arrival: who is ill, who needs a vaccine."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import model_validator
from typing_extensions import override

from thinwalls.common import FieldError, Quantity, mark
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.care_and_community.vaccination import Vaccination
from thinwalls.policy.actions.demands import IN_UNITS, GateTests, IntakeDoses, Needs
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.fields import Share
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder

UPTAKE = "vaccination.uptake"


class IntakeScreening(Action):
    """People who arrive are asked, looked at and offered a vaccine.

    Mechanism: of the people who arrive by arrest or transfer with symptoms a share ``found`` is
    noticed and isolated at once. With ``vaccinate``, on the morning after they came people are
    offered a dose unless record or serology show that they are immune, which a share
    ``immune_known`` of the immune can show. A share ``uptake`` of those offered one takes it; a
    share ``effectiveness`` (None: the pathogen's ``vaccine.infection``) of the susceptible among
    them is immune from then on, the others stay as they were. Doses for people who are immune or
    infected are lost; ``doses_wasted`` counts them.

    Engine inputs: ``Exits`` and ``Counts`` lead into a gate cell of the destination, as with
    gate_testing; a row of ``Counts`` that takes all who arrived to the vaccinated variant of their
    cell, once a day, and makes a share of the susceptible immune.

    Limits: protection begins with the dose, not one or two weeks later. On its first day those who
    arrived before in the run are offered a dose, too; people who were there on the first day of
    the run are not (see vaccination for them and for staff). Nobody who never has symptoms or has
    none yet is noticed. Serology is not counted as a test.
    """

    do: ClassVar[str] = "intake_screening"
    position: ClassVar[int] = 195
    cited: ClassVar[dict[str, Cited]] = {
        "intake_screening.found": Cited(
            mark("sick arrivals whom screening notices"),
            Quantity(
                distribution="uniform",
                low=0.1,
                high=0.9,
                unit=mark("share of people who arrive with symptoms"),
                tag="assumption",
                note="Not measured in custody: a rash is easily seen, a cough easily hidden.",
            ),
        ),
        UPTAKE: Vaccination.cited[UPTAKE],
    }

    facilities: Who = everyone
    found: Quantity | None = None
    vaccinate: bool = True
    immune_known: Share = 0.0
    uptake: Quantity | None = None
    effectiveness: Share | None = None

    @model_validator(mode="after")
    def _only_with_a_vaccine(self) -> Self:
        given = {
            "immune_known": self.immune_known > 0,
            "uptake": self.uptake is not None,
            "effectiveness": self.effectiveness is not None,
        }
        for name, stated in given.items():
            if stated and not self.vaccinate:
                raise FieldError("{name} goes with vaccinate = true", name=name)
        return self

    @override
    def library_name(self, field: str) -> str:
        return UPTAKE if field == "uptake" else super().library_name(field)

    @override
    def effect_names(self) -> dict[str, str]:
        names = super().effect_names()
        return names if self.vaccinate else {"found": names["found"]}

    @property
    def text(self) -> str:
        """The action in plain words."""
        dose = " and a vaccine for those who are not known to be immune" if self.vaccinate else ""
        where = "in every facility" if self.facilities == everyone else self.facilities.text
        return f"screening for symptoms{dose} on arrival, {where}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(immune_known=0.5)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.test_at_gates(
            self,
            self.at_gates(),
            sensitivity={"I": self.value("found")},
            uptake=1.0,
            delay_days=0.0,
            counted=False,
        )
        if self.vaccinate:
            doses = IntakeDoses(
                self.facilities, self.value("uptake"), self.immune_known, self.effectiveness
            )
            builder.vaccinate_arrivals(self, doses)

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        del in_unit
        groups = {"detained", IN_UNITS, "staff", "released", "removed"} if self.vaccinate else ()
        return Needs(vaccinated=frozenset(groups), gate=frozenset({"detained"}))

    @override
    def at_gates(self) -> GateTests:
        return GateTests(("arrest", "transfer"), self.facilities)
