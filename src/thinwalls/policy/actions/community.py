"""Actions outside facilities, and at their doors."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from thinwalls.common import FieldError, Quantity
from thinwalls.policy.actions.base import Action, Days, InsideAction, Share, percent
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

More = Annotated[float, Field(ge=0, le=10)]


class VisitsHalt(InsideAction):
    """No visits.

    Mechanism: residents of the facility's county no longer meet people detained there. ICE
    suspended social visits on 13 March 2020 and began to let them return on 11 May 2022; between
    these days there are none anyway, and this changes nothing unless ``visits`` are allowed.

    Engine inputs: ``Rates.multiplier`` of the visiting rooms becomes 0.

    Limits: how many visits there are and how much contact they bring are assumptions with wide
    ranges; visitors are taken to live in the county of the facility; lawyers are not among them.
    An effect was not found in studies; what families lose is not in the model.
    """

    do: ClassVar[str] = "visits_halt"

    @property
    def text(self) -> str:
        """The action in plain words."""
        return f"no visits {self.where}"


class Visits(InsideAction):
    """Visits go on, though they were suspended.

    Mechanism: people detained meet residents of the facility's county in a visiting room, and
    nobody else there: each faces a hazard of visits per day, times the contact of a visit as a
    share of an ordinary day, times the infectious share of the other side.

    Engine inputs: ``Rates.multiplier`` of the visiting rooms becomes 1.

    Limits: as visits_halt. What visits are good for is not in the model.
    """

    do: ClassVar[str] = "visits"
    protective: ClassVar[bool] = False

    @property
    def text(self) -> str:
        """The action in plain words."""
        return f"visits go on {self.where}"


class CommunityDistancing(Action):
    """A stay-at-home order or the like in counties.

    Mechanism: transmission in the counties meant by ``states`` is multiplied by
    ``1 - effect x adherence``, growing over ``ramp_days``.

    Engine inputs: ``Rates.multiplier`` of county settings.

    Limits: where a county follows its recorded epidemic, the orders of that time are in the
    record already; this comes on top. Effects of spring 2020, beside voluntary change.
    """

    do: ClassVar[str] = "community_distancing"

    states: Who = everyone
    effect: Quantity | None = None
    adherence: Share = 1.0
    ramp_days: Days = 0.0

    @property
    def text(self) -> str:
        """The action in plain words."""
        place = "every county" if self.states == everyone else f"counties {self.states.text}"
        return f"stay-at-home order in {place}"


class HospitalSurge(Action):
    """More hospital beds.

    Mechanism: beds and intensive-care beds of the counties meant by ``states`` are raised by
    these shares of all their beds.

    Engine inputs: ``Rates.capacity``.

    Limits: beds without staff are no beds; quality of care is taken as unchanged.
    """

    do: ClassVar[str] = "hospital_surge"

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
