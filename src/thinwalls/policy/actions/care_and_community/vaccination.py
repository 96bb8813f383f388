"""Vaccination."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field, model_validator
from typing_extensions import override

from thinwalls.common import FieldError, Quantity, mark
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.care_and_community.doses import Dose
from thinwalls.policy.actions.demands import IN_UNITS, Doses, Needs
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.fields import Days, Share
from thinwalls.policy.selectors.who_field import Who
from thinwalls.policy.selectors.words import group, vulnerable

if TYPE_CHECKING:
    import datetime as dt

    from thinwalls.policy.actions.base import ScenarioBuilder


class Vaccination(Action):
    """Vaccination.

    Mechanism: the entries of ``order`` are offered the vaccine one after the other, each for as
    many days as a share ``uptake`` of those there at the start needs at ``people_per_day``.
    Within that time the people there take it evenly, so coverage never exceeds the uptake and
    fewer doses are given where people leave. Protection begins ``delay_days`` after. How well it
    protects is stated by the pathogen (infection, transmission, severe disease). With ``doses``,
    so many doses are given on each date instead, to people drawn by lot among those meant who
    cannot show that they need none: susceptible, exposed or immune alike, each once. On the first
    date a share ``share_with_record`` of the immune shows a record and is left out. A dose works
    ``delay_days`` after its date, at once and all or nothing: a share ``effectiveness`` (None: the
    pathogen's ``vaccine.infection``) of those then susceptible becomes immune, the rest stays as
    it was. Doses that find somebody immune or infected are lost; ``doses_wasted`` counts them.

    Engine inputs: ``Exits`` from cells of detained people and staff to the same cell of people
    who are vaccinated, for those susceptible or recovered, without a change of stage or place. With
    ``doses``, rows of ``Counts`` that move people at once and make a share of them immune.

    Limits: a course counts as one event; waning is not modelled within a run; who arrives after
    the turn of an entry is not offered it; residents cannot be vaccinated in a run. Doses on dates
    are counted on the day on which they work, so those that would work after the last day are not;
    people who arrive or recover after the first date have no record.
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

    people_per_day: Annotated[float, Field(gt=0)] | None = None
    doses: tuple[Dose, ...] = ()
    order: tuple[Who, ...] = (group("detained"),)
    uptake: Quantity | None = None
    delay_days: Days = 14.0
    share_with_record: Share = 0.0
    effectiveness: Share | None = None

    @model_validator(mode="after")
    def _someone(self) -> Self:
        if not self.order or len(set(self.order)) != len(self.order):
            raise FieldError("order must name who comes first, second, ..., each once")
        return self

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.people_per_day is None) == (not self.doses):
            raise FieldError("give either people_per_day or doses (a date and people each)")
        if self.doses:
            self._check_doses()
        elif self.share_with_record or self.effectiveness is not None:
            name = "share_with_record" if self.share_with_record else "effectiveness"
            raise FieldError("{name} goes with doses on dates", name=name)
        return self

    def _check_doses(self) -> None:
        dates = [dose.date for dose in self.doses]
        if dates != sorted(set(dates)):
            raise FieldError("doses must be in the order of their dates, each date once")
        for name, value in (("start", self.start), ("end", self.end), ("uptake", self.uptake)):
            if value is not None:
                raise FieldError("{name} goes with people_per_day, not with doses", name=name)
        if not self.delay_days.is_integer():
            raise FieldError(
                "delay_days = {value} must be a whole number of days with doses",
                value=self.delay_days,
            )
        if self.share_with_record and self.delay_days < 1:
            raise FieldError(
                "delay_days must be at least 1 with share_with_record: records are looked at on "
                "the first date"
            )

    @property
    @override
    def begins(self) -> dt.date | None:
        return self.doses[0].date if self.doses else self.start

    @property
    @override
    def begins_in(self) -> str:
        return "doses[0].date" if self.doses else "start"

    @override
    def put_off(self, gap: dt.timedelta, run_start: dt.date) -> Self:
        if not self.doses:
            return super().put_off(gap, run_start)
        later = tuple(Dose(date=one.date + gap, people=one.people) for one in self.doses)
        return self.model_copy(update={"doses": later})

    @override
    def effect_names(self) -> dict[str, str]:
        return {} if self.doses else super().effect_names()

    @property
    @override
    def when(self) -> str:
        if len(self.doses) < 2:
            return f"on {self.doses[0].date}" if self.doses else super().when
        return f"from {self.doses[0].date} to {self.doses[-1].date}"

    @property
    def text(self) -> str:
        """The action in plain words."""
        order = ", then ".join(who.text for who in self.order)
        if self.doses:
            number = sum(one.people for one in self.doses)
            return f"{number:,} doses on {len(self.doses)} days: {order.replace(', then', ' or')}"
        return f"{self.people_per_day:g} people vaccinated a day: {order}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(people_per_day=100, order=(vulnerable, group("detained")))

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        if self.people_per_day is None:
            doses = Doses(
                who=reduce(or_, self.order),
                by_date=tuple((one.date, one.people) for one in self.doses),
                delay_days=int(self.delay_days),
                share_with_record=self.share_with_record,
                effectiveness=self.effectiveness,
            )
            builder.give_doses(self, doses)
            return
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
