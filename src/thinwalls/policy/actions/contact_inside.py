"""Actions inside facilities that slow transmission."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from thinwalls.common import Quantity
from thinwalls.policy.actions.base import InsideAction, Share, percent
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who


class Hygiene(InsideAction):
    """Soap and sanitizer.

    Mechanism: transmission inside the facilities is multiplied by
    ``1 - effect x adherence x strength``. ``effect`` is what trials found by giving soap and
    advice, so the adherence of the trials is already in it; ``adherence`` is relative to theirs.

    Engine inputs: ``Rates.multiplier`` of the settings of the facilities.

    Limits: trials in homes, schools and barracks, not in cells; sanitizer is often contraband.
    """

    do: ClassVar[str] = "hygiene"

    effect: Quantity | None = None
    adherence: Share = 1.0

    @property
    def text(self) -> str:
        """The action in plain words."""
        part = "" if self.adherence == 1 else f", adherence {percent(self.adherence)}"
        return f"soap and sanitizer {self.where}{part}"


class Masks(InsideAction):
    """Masks for the people whom ``who`` means.

    Mechanism: with a share ``w`` of contacts in which a mask is worn (``wearing``) by the people
    meant, transmission between two of them is multiplied by ``1 - effect x w x strength``, and
    between one of them and another person by the square root of that. ``fit``: ``loose`` for
    cloth and surgical masks, ``fitted`` for respirators that close tightly (N95).

    Engine inputs: ``Settings.contact`` or ``Rates.multiplier`` of the settings of the facilities.

    Limits: masks come off for sleep and meals; how much better fitted ones are outside health
    care was not found.
    """

    do: ClassVar[str] = "masks"

    who: Who = everyone
    fit: Literal["loose", "fitted"] = "loose"
    effect: Quantity | None = None
    wearing: Quantity | None = None

    @override
    def library_name(self, field: str) -> str:
        if field == "effect" and self.fit == "fitted":
            return "masks_fitted.effect"
        return super().library_name(field)

    @property
    def text(self) -> str:
        """The action in plain words."""
        fitted = "fitted " if self.fit == "fitted" else ""
        return f"{fitted}masks for {self.who.text} {self.where}"


class Distancing(InsideAction):
    """Keeping apart inside: meals in shifts, head-to-foot beds, no gatherings.

    Mechanism: transmission inside the facilities is multiplied by
    ``1 - effect x adherence x strength``.

    Engine inputs: ``Rates.multiplier`` of the settings of the facilities.

    Limits: no trial in custody; the people are as many as before, so this is not what fewer
    people in the same rooms do (that comes with release, through crowding).
    """

    do: ClassVar[str] = "distancing"

    effect: Quantity | None = None
    adherence: Share = 1.0

    @property
    def text(self) -> str:
        """The action in plain words."""
        part = "" if self.adherence == 1 else f", adherence {percent(self.adherence)}"
        return f"distancing {self.where}{part}"


class Isolation(InsideAction):
    """Keeping people with symptoms apart.

    Mechanism: a share ``found`` of the people with symptoms is moved to the isolated twin of
    their stage, on average ``delay_days`` after symptoms begin, while there is room:
    ``places_per_100`` people of the facility's population at the start (None: always room).
    How contagious an isolated person still is, is a parameter of the pathogen.

    Engine inputs: rows of ``Programmes`` from stages with symptoms to their twins, with a hazard
    under which a share ``found`` is isolated, and a limit.

    Limits: people hide symptoms for fear of isolation; who never has symptoms is not found.
    """

    do: ClassVar[str] = "isolation"

    found: Quantity | None = None
    delay_days: Quantity | None = None
    places_per_100: Annotated[float, Field(ge=0, le=100)] | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        room = (
            ""
            if self.places_per_100 is None
            else (f", {self.places_per_100:g} places per 100 people")
        )
        return f"isolation of people with symptoms {self.where}{room}"
