"""Actions on how many people are detained, and what raids do outside."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from thinwalls.common import Quantity
from thinwalls.policy.actions.base import Action, Share, percent
from thinwalls.policy.actions.release_and_arrest import Agency, agencies_text
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who


class AlternativesToDetention(Action):
    """Supervision in the community instead of detention.

    Mechanism: a ``share`` of the people meant who would be booked in is supervised at home
    instead: they stay in their county and count as participants (for costs).

    Engine inputs: the profile of the arrest rows is multiplied by ``1 - share``; the people
    diverted are recorded.

    Limits: supervision itself changes no contact here.
    """

    do: ClassVar[str] = "alternatives_to_detention"

    share: Annotated[float, Field(gt=0, le=1)]
    agencies: tuple[Agency, ...] = ()
    who: Who = everyone

    @property
    def text(self) -> str:
        """The action in plain words."""
        who = "people" if self.who == everyone else f"people {self.who.text}"
        agencies = agencies_text(self.agencies)
        return f"{percent(self.share)} of {who} arrested {agencies} supervised at home instead"


class EnforcementSurge(Action):
    """Raids at homes and workplaces.

    Mechanism: book-ins of the people meant by the agencies named are multiplied by ``factor``.
    Of the residents affected (``affected_share`` of every county: people who fear for themselves
    or their family) a share ``avoiding`` avoids care while it is in force: they come to hospital
    late (residents are not isolated by testing in any case).

    Engine inputs: the profile of the arrest rows is multiplied by ``factor``; ``Exits`` move
    residents who avoid care to a cell with the course of delayed care, and back when it ends.

    Limits: how many avoid care was asked about benefits and programmes, not about infection; the
    share affected differs much between counties and is left to the user (0: nobody).
    """

    do: ClassVar[str] = "enforcement_surge"
    protective: ClassVar[bool] = False

    factor: Annotated[float, Field(ge=1, le=100)] = 1.0
    agencies: tuple[Agency, ...] = ()
    who: Who = everyone
    affected_share: Share = 0.0
    avoiding: Quantity | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        fear = ""
        if self.affected_share:
            fear = f"; {percent(self.affected_share)} of residents affected by fear of it"
        return f"{self.factor:g} times the arrests {agencies_text(self.agencies)}{fear}"
