"""Vaccine or immune globulin soon after exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field
from typing_extensions import override

from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import IN_UNITS, Needs, Prophylaxis
from thinwalls.policy.actions.fields import Share
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder

IN_TIME_DAYS = {"vaccine": 3.0, "immune_globulin": 6.0}
"""Within 72 hours of exposure, within six days: ACIP, MMWR Recomm Rep 2013;62(RR-4)."""
NAMES = {"vaccine": "vaccine", "immune_globulin": "immune globulin"}


class PostExposureProphylaxis(Action):
    """People exposed to a case are given vaccine or immune globulin.

    Mechanism: when ``cases`` are found on a day in a place (a housing unit where people live in
    units, else a facility), the people detained there are given a dose from ``delay_days`` after
    on, for ``for_days``, at most ``doses_per_day`` a day in each place (None: all on the first
    day), by lot among those who cannot show that they need none: susceptible, exposed or immune
    alike, each once. On the first day of the action a share ``share_with_record`` of the immune
    shows a record. A dose protects people who are susceptible with the effectiveness that the
    pathogen states after exposure, and as well those infected less than ``in_time_days`` ago
    (None: 3 for vaccine, 6 for immune globulin); they do not fall ill. Doses for the others are
    lost; ``doses_wasted`` counts them.

    Engine inputs: rows of ``Counts`` for each place that a trigger switches; they move people at
    once and make a share of them immune.

    Limits: how long ago somebody was infected is judged by the stage: in link ``j`` of the latent
    stages the days since infection are taken to be Gamma distributed with shape ``j``, which holds
    for infections that come evenly. Protection by immune globulin lasts to the end of the run.
    Infections that are averted after exposure stay counted as infections. Nobody refuses. Places
    without found cases are not treated, so something has to find them.
    """

    do: ClassVar[str] = "post_exposure_prophylaxis"
    position: ClassVar[int] = 191

    facilities: Who = everyone
    product: Literal["vaccine", "immune_globulin"] = "vaccine"
    doses_per_day: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    cases: Annotated[int, Field(ge=1)] = 1
    delay_days: Annotated[int, Field(ge=1, le=60)] = 1
    for_days: Annotated[int, Field(ge=1, le=60)] = 3
    in_time_days: Annotated[float, Field(gt=0, le=60)] | None = None
    share_with_record: Share = 0.0

    @property
    def text(self) -> str:
        """The action in plain words."""
        limit = "" if self.doses_per_day is None else f", at most {self.doses_per_day} doses a day"
        where = "in every facility" if self.facilities == everyone else self.facilities.text
        return f"{NAMES[self.product]} for those exposed where a case is found, {where}{limit}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(doses_per_day=200)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        days = self.in_time_days
        given = Prophylaxis(
            facilities=self.facilities,
            product=self.product,
            cases=self.cases,
            in_time_days=IN_TIME_DAYS[self.product] if days is None else days,
            delay_days=self.delay_days,
            for_days=self.for_days,
            doses_per_day=self.doses_per_day,
            share_with_record=self.share_with_record,
        )
        builder.give_after_exposure(self, given)

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        del in_unit
        groups = frozenset({"detained", IN_UNITS, "staff", "released", "removed"})
        return Needs(vaccinated=groups, record_units=True)
