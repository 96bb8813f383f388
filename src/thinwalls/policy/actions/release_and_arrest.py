"""Actions on where people are: release, arrests, transfers, removals."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from thinwalls.common import FieldError
from thinwalls.policy.actions.base import Action, Days, Share, percent
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

Agency = Literal["ICE", "CBP", "local", "state", "federal"]


def agencies_text(agencies: tuple[str, ...]) -> str:
    """The agencies in plain words."""
    return "by every agency" if not agencies else "by " + " and ".join(agencies)


class Release(Action):
    """Release detained people.

    Mechanism: of the people whom ``who`` means, those who are detained on ``start`` are the
    basis. ``share`` of them leave, evenly over ``over_days`` (all on the first day when 0); or
    ``people_per_day`` leave on every day from ``start`` to ``end``, as long as there are any.
    People keep the stage of disease they are in. ``to``: ``home`` spreads them over the counties
    from which the system's people come; ``facility county`` leaves them where the facility is.
    Flows that go on anyway (ordinary releases and arrests) are not changed.

    Engine inputs: for a share, rows of ``Exits`` from the selected cells to the counties, with a
    profile of hazards under which the share leaves evenly; for a number, rows of ``Counts``.

    Limits: nothing is assumed about testing or quarantine at the gate; what release spares those
    who stay depends on the crowding exponent.
    """

    do: ClassVar[str] = "release"

    who: Who = everyone
    share: Share | None = None
    people_per_day: Annotated[float, Field(gt=0)] | None = None
    over_days: Days = 0.0
    to: Literal["home", "facility county"] = "home"

    @model_validator(mode="after")
    def _share_or_number(self) -> Self:
        if (self.share is None) == (self.people_per_day is None):
            raise FieldError("give either share (of 1) or people_per_day")
        if self.share is None and self.over_days:
            raise FieldError("over_days goes with share; with people_per_day give end")
        if self.share is not None and self.end is not None:
            raise FieldError("a share is released over over_days; end goes with people_per_day")
        return self

    @property
    def text(self) -> str:
        """The action in plain words."""
        goal = "home" if self.to == "home" else "to the county of the facility"
        if self.people_per_day is not None:
            return f"release {self.people_per_day:g} people a day ({self.who.text}) {goal}"
        assert self.share is not None
        amount = "" if self.share == 1 else f"{percent(self.share)} of "
        span = f" over {self.over_days:g} days" if self.over_days else " at once"
        return f"release {amount}{self.who.text} {goal}{span}"


class HaltArrests(Action):
    """Stop bringing people into detention.

    Mechanism: book-ins of the people whom ``who`` means, by the agencies named (none named: all),
    are zero while it is in force; the people stay in their counties.

    Engine inputs: the profile of the arrest rows becomes 0.

    Limits: what else an arrest would have led to is not modelled.
    """

    do: ClassVar[str] = "halt_arrests"

    agencies: tuple[Agency, ...] = ()
    who: Who = everyone

    @property
    def text(self) -> str:
        """The action in plain words."""
        who = "" if self.who == everyone else f" of people {self.who.text}"
        return f"no arrests{who} {agencies_text(self.agencies)}"


class LimitArrests(Action):
    """Bring fewer people into detention.

    Mechanism: ``keep`` names the classes whose book-ins go on ("safety threats only" is
    ``keep = 'threat_level == 1'``); the book-ins of everyone else are multiplied by ``share``
    (0: none). With ``keep`` left out, all book-ins are multiplied by ``share``. How many of the
    book-ins belong to a class follows the recorded population of the system.

    Engine inputs: the profile of the arrest rows of the classes concerned becomes ``share``.

    Limits: classes are what the publisher calls them; who would have been called what under
    another rule is not known.
    """

    do: ClassVar[str] = "limit_arrests"

    agencies: tuple[Agency, ...] = ()
    keep: Who | None = None
    share: Share = 0.0

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.share == 1:
            raise FieldError("share = 1 changes nothing; must be less than 1")
        if self.keep is None and self.share == 0:
            raise FieldError("without keep and with share = 0 this is halt_arrests; give one")
        return self

    @property
    def text(self) -> str:
        """The action in plain words."""
        if self.keep is None:
            return f"arrests {agencies_text(self.agencies)} cut to {percent(self.share)}"
        rest = "none" if self.share == 0 else percent(self.share)
        agencies = agencies_text(self.agencies)
        return f"arrests {agencies} only of people {self.keep.text}; {rest} of others"


class HaltTransfers(Action):
    """Stop moving people between facilities.

    Mechanism: transfers of the people whom ``who`` means are zero; with ``facilities`` given,
    transfers out of and into these facilities.

    Engine inputs: the profile of the transfer rows becomes 0.

    Limits: crowding that transfers would have relieved is then not relieved.
    """

    do: ClassVar[str] = "halt_transfers"

    who: Who = everyone
    facilities: Who = everyone

    @property
    def text(self) -> str:
        """The action in plain words."""
        who = "" if self.who == everyone else f" of people {self.who.text}"
        place = "" if self.facilities == everyone else f" {self.facilities.text}"
        return f"no transfers{who}{place}"


class HaltRemovals(Action):
    """Stop removing people from the country.

    Mechanism: removals of the people whom ``who`` means are zero; they stay detained, so places
    fill up unless other flows change.

    Engine inputs: the profile of the removal rows becomes 0.

    Limits: what removals carry abroad is counted, not followed there.
    """

    do: ClassVar[str] = "halt_removals"
    protective: ClassVar[bool] = False

    who: Who = everyone

    @property
    def text(self) -> str:
        """The action in plain words."""
        who = "" if self.who == everyone else f" of people {self.who.text}"
        return f"no removals{who}"


class FasterRelease(Action):
    """Ordinary releases go faster.

    Mechanism: the daily chance of an ordinary release (bond, end of the case, served time) of
    the people meant is multiplied by ``factor``.

    Engine inputs: the profile of the ordinary release rows is multiplied by ``factor``.

    Limits: who is never released in the ordinary way is not released by this.
    """

    do: ClassVar[str] = "faster_release"

    factor: Annotated[float, Field(gt=1, le=100)]
    who: Who = everyone

    @property
    def text(self) -> str:
        """The action in plain words."""
        who = "" if self.who == everyone else f" of people {self.who.text}"
        return f"ordinary releases{who} {self.factor:g} times as fast"


class FollowRecord(Action):
    """Flows as recorded: follow the recorded book-ins and population of immigration detention.

    Mechanism: while it is in force, book-ins by agency follow the recorded month-by-month
    figures of the system, and releases and removals are scaled so that the detained population
    follows the recorded one, each as far as ``what`` names it. Jails and prisons go on as before.

    Engine inputs: the profiles of arrest, release and removal rows of those held for ICE are the
    recorded figures over those at the start.

    Limits: the record is of the whole country, not of each facility; a part of the country follows
    its share of it, which is reported as an assumption; what was done inside is not in it.
    """

    do: ClassVar[str] = "follow_record"
    protective: ClassVar[bool] = False

    what: tuple[Literal["arrests", "population"], ...] = ("arrests", "population")

    @model_validator(mode="after")
    def _follows_something(self) -> Self:
        if not self.what or len(set(self.what)) != len(self.what):
            raise FieldError("what must name arrests, population, or both, once each")
        return self

    @property
    def text(self) -> str:
        """The action in plain words."""
        return "as recorded: " + " and ".join(self.what)
