"""Exposed staff without proof of immunity stay away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field, model_validator
from typing_extensions import override

from thinwalls.common import FieldError, Quantity, mark
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import Needs, StaffAway
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class StaffExclusion(Action):
    """Exposed staff without proof of immunity stay away from work.

    Mechanism: when ``cases`` are found on a day in a facility, its staff without proof of immunity
    stay away from ``from_day`` to ``to_day`` after. Who is not immune has no proof: susceptible and
    infected staff neither infect nor are infected inside in that time, but live in their county as
    before. Each further case begins the time anew; who is infected comes back when recovered. Of
    all staff a share ``without_proof`` is away on each of these days; ``staff_excluded_days``
    counts them.

    Engine inputs: for each facility a trigger that switches ``Exits`` of staff who are not immune
    to a twin that attends no setting at work, and off the ``Exits`` by which they come back.

    Limits: all staff of a facility count as exposed. Immune staff without proof are counted as
    away, but their absence changes no contact; nobody takes the place of those away. While staff
    are excluded, those whom another action keeps at home do not come back, either.
    """

    do: ClassVar[str] = "staff_exclusion"
    position: ClassVar[int] = 194
    cited: ClassVar[dict[str, Cited]] = {
        "staff_exclusion.without_proof": Cited(
            mark("staff who cannot prove that they are immune"),
            Quantity(
                distribution="uniform",
                low=0.13,
                high=0.37,
                unit=mark("share of staff without proof of immunity"),
                source=(
                    "Venkat H et al. Clin Infect Dis 2019;68:2018, 10.1093/cid/ciy819 (Arizona "
                    "2016, 510 staff: 190 were vaccinated in the outbreak, immunity of 445 was "
                    "verified in the end)"
                ),
                tag="derived",
                note="Low: 65 of 510 never verified; high: 190 of 510.",
            ),
        )
    }

    facilities: Who = everyone
    cases: Annotated[int, Field(ge=1)] = 1
    from_day: Annotated[int, Field(ge=1, le=365)] = 5
    to_day: Annotated[int, Field(ge=1, le=365)] = 21
    without_proof: Quantity | None = None

    @model_validator(mode="after")
    def _some_days(self) -> Self:
        if self.to_day < self.from_day:
            raise FieldError(
                "to_day = {last} must not be before from_day = {first}",
                last=self.to_day,
                first=self.from_day,
            )
        return self

    @property
    def text(self) -> str:
        """The action in plain words."""
        where = "in every facility" if self.facilities == everyone else self.facilities.text
        return (
            f"staff without proof of immunity stay away from day {self.from_day} to "
            f"{self.to_day} after a case, {where}"
        )

    @classmethod
    @override
    def example(cls) -> Self:
        return cls()

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        away = StaffAway(
            facilities=self.facilities,
            cases=self.cases,
            from_day=self.from_day,
            to_day=self.to_day,
            share=self.value("without_proof"),
        )
        builder.exclude_staff(self, away)

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        del in_unit
        return Needs(apart=frozenset({"staff"}))
