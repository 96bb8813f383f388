"""What every action states about itself, and what a simulation offers to compile it.

A new action is one module in a folder here: a subclass of :class:`Action` with a name in files
(``do``).  Making the class makes it known.
"""

from __future__ import annotations

import inspect
from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from pydantic import model_validator

from thinwalls.common import FieldError, Quantity, TypedRecord
from thinwalls.policy.actions.cited_numbers import CitedNumbers
from thinwalls.policy.actions.demands import NOTHING
from thinwalls.policy.actions.effect_library import cite
from thinwalls.policy.actions.fields import Date, Days
from thinwalls.policy.selectors.selectors import Selector, everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from thinwalls.common import Float
    from thinwalls.policy.actions.demands import (
        Doses,
        GateTests,
        IntakeDoses,
        Needs,
        Place,
        Prophylaxis,
        StaffAway,
        Tested,
        UnitTests,
        Watch,
    )

    Values = Mapping[str, float]
    """the uncertain numbers of a draw by name (:meth:`Action.value`)"""
    Factor = Callable[[Values, Float], Float]
    """factor of contact from the values of a draw and shares of full strength, one per day"""
    Hazard = Callable[[Values, str, float], float]
    """hazard of being found per day, from the values of a draw, the compartment (``E``, ``P``,
    ``A`` or ``I``) and the mean days that are spent in it"""

ACTIONS: dict[str, type[Action]] = {}
"""Every action by its name in files."""
LAST = 1_000
"""Position of actions that name none."""


class ScenarioBuilder(Protocol):
    """What actions write into when a scenario is compiled.

    Where a method takes the action, its days in force (and ramp, and facilities) hold; ``who`` are
    the people meant.  Errors name the action's fields.
    """

    @property
    def has_units(self) -> bool:
        """Whether the system is housed in units."""

    def measured(self, name: str) -> str:
        """Draw a number that comes with the program (``measures.toml``); its name."""

    def multiply_arrests(
        self, action: Action, factor: float, *, who: Selector, agencies: tuple[str, ...]
    ) -> None:
        """Multiply the arrests of people by some agencies (none named: all)."""

    def multiply_transfers(
        self, action: Action, factor: float, *, who: Selector, facilities: Selector
    ) -> None:
        """Multiply transfers of people out of and into facilities."""

    def multiply_removals(self, action: Action, factor: float, *, who: Selector) -> None:
        """Multiply removals from the country."""

    def multiply_releases(self, action: Action, factor: float, *, who: Selector) -> None:
        """Multiply ordinary releases."""

    def release_share(
        self, action: Action, share: float, *, who: Selector, over_days: float, home: bool
    ) -> None:
        """Release a share of people, evenly; ``home`` or into the facility's county."""

    def release_number(
        self, action: Action, people_per_day: float, *, who: Selector, home: bool
    ) -> None:
        """Release so many people a day while there are any."""

    def follow_record(self, action: Action, *, arrests: bool, population: bool) -> None:
        """Let flows of those held for ICE follow the recorded ones."""

    def avoid_care(self, action: Action, *, affected_share: float, avoiding: str) -> None:
        """Let a share (a drawn value) of the residents affected come to hospital late."""

    def multiply_contact(
        self,
        action: InsideAction,
        factor: Factor,
        *,
        who: Selector | None = None,
        between_units: bool = False,
    ) -> None:
        """Multiply contact inside facilities: of everybody, or between the people meant."""

    def multiply_contact_outside(
        self, action: Action, factor: Factor, *, states: Selector, ramp_days: float
    ) -> None:
        """Multiply contact in counties."""

    def shorten_contagion(self, action: InsideAction, shorter_by: str) -> None:
        """Let detained people leave contagious stages sooner, by a share of the time in them."""

    def isolate(
        self,
        action: InsideAction,
        hazard: Hazard,
        *,
        compartments: str,
        who: Selector = everyone,
        tested: Tested | None = None,
    ) -> None:
        """Find infected detained people and isolate them, where there is room."""

    def limit_isolation(self, action: InsideAction, places_per_100: float) -> None:
        """Let there be so many places for isolation per 100 people at the start."""

    def keep_staff_home(
        self,
        action: InsideAction,
        hazard: Hazard,
        *,
        compartments: str,
        tested: Tested | None = None,
    ) -> None:
        """Find infected staff, who stay at home until they have recovered."""

    def quarantine_arrivals(
        self, action: InsideAction, *, days: float, alone: bool, found: Hazard | None
    ) -> None:
        """Keep people who arrive apart first; with ``found`` the infected are isolated there."""

    def test_at_gates(
        self,
        action: Action,
        tests: GateTests,
        *,
        sensitivity: Mapping[str, str],
        uptake: float,
        delay_days: float,
        counted: bool = True,
    ) -> None:
        """Test people who are moved; ``sensitivity`` is a drawn value by compartment.

        With ``counted`` the tests are counted as such.
        """

    def lock_units(
        self, action: Action, where: Selector, *, days: int, between: str, within: str
    ) -> None:
        """Lower contact of a unit, within it and with others, for so long after a case there."""

    def test_units(
        self, action: Action, where: Selector, hazard: Hazard, compartments: str, tests: UnitTests
    ) -> None:
        """Test everybody in a unit once, with some chance, when a case was found there."""

    def set_visits(self, action: InsideAction, share: float) -> None:
        """Let a share of the usual visits take place."""

    def vaccinate(
        self,
        action: Action,
        *,
        order: tuple[Selector, ...],
        people_per_day: float,
        uptake: str,
        delay_days: float,
    ) -> None:
        """Vaccinate detained people and staff, one entry of the order after the other."""

    def give_doses(self, action: Action, doses: Doses) -> None:
        """Give so many doses of a vaccine on dates."""

    def give_after_exposure(self, action: Action, given: Prophylaxis) -> None:
        """Give prophylaxis where a case was found."""

    def vaccinate_arrivals(self, action: Action, doses: IntakeDoses) -> None:
        """Give a dose to everybody who arrives and is not known to be immune."""

    def exclude_staff(self, action: Action, away: StaffAway) -> None:
        """Let staff who are not immune stay away where a case was found."""

    def set_care(self, action: Action, *, who: Selector, treated_share: float, late: bool) -> None:
        """Set what care people get for the whole run."""

    def add_beds(self, action: Action, *, states: Selector, beds: float, icu: float) -> None:
        """Raise hospital beds in counties by these shares."""

    def do_when(self, action: Action, watch: Watch, then: Action) -> None:
        """Do something whenever a condition is met, in the place where it is."""


class Action(CitedNumbers):
    """Something that can be done.

    ``start`` is the first day in force (None: the first day of the run), ``end`` the last one
    (None: to the end of the run).  Attributes of the class say what holds for every action of
    the kind; those below are what is left unsaid.
    """

    position: ClassVar[int] = LAST
    """where it stands in lists, from the lowest"""
    protective: ClassVar[bool] = True
    """whether more of it is meant to lower infections where it acts"""
    switched_in: ClassVar[frozenset[Place]] = frozenset()
    """places in which a condition can switch it on and off"""
    apart_by: ClassVar[str] = ""
    """field with the reduction of contact between housing units, if a condition in one unit is
    to keep just that unit apart"""
    can_wait: ClassVar[bool] = True
    """whether it can be begun later"""

    start: Date | None = None
    end: Date | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """Make an action known by its name; its cited effects, too.

        Raises
        ------
        TypeError
            If another action has the name.
        """
        if "do" not in cls.__dict__:
            return
        known = ACTIONS.get(cls.do)
        if known is not None and known.__qualname__ != cls.__qualname__:
            raise TypeError(f"{cls.__qualname__}: {known.__qualname__} is called {cls.do} already")
        cite(cls.cited)
        ACTIONS[cls.do] = cls

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise FieldError(
                "end = {end} must not be before start = {start}", end=self.end, start=self.start
            )
        return self

    @property
    def begins(self) -> dt.date | None:
        """First day in force; None: the first day of the run."""
        return self.start

    @property
    def begins_in(self) -> str:
        """Field that says when it begins."""
        return "start"

    def put_off(self, gap: dt.timedelta, run_start: dt.date) -> Self:
        """The same, begun so much later."""
        end = None if self.end is None else self.end + gap
        return self.model_copy(update={"start": self.first_day(run_start) + gap, "end": end})

    def first_day(self, run_start: dt.date) -> dt.date:
        """First day in force in a run."""
        return run_start if self.begins is None else max(self.begins, run_start)

    def last_day(self, run_end: dt.date) -> dt.date:
        """Last day in force in a run whose last day is ``run_end``."""
        return run_end if self.end is None else min(self.end, run_end)

    def table(self) -> dict[str, Any]:
        """The action as it stands in a file: ``do`` and what differs from the defaults."""
        content: dict[str, Any] = {"do": self.do}
        for name, info in type(self).model_fields.items():
            value = getattr(self, name)
            if value == info.default or isinstance(value, Action):
                continue
            if isinstance(value, Quantity):
                value = value.model_dump(exclude_defaults=True)
                value.setdefault("distribution", "fixed")
            elif isinstance(value, Selector):
                value = str(value)
            elif isinstance(value, tuple):
                value = [_in_file(part) for part in value]
            content[name] = value
        return content

    @classmethod
    def about(cls, heading: str) -> str:
        """What the documentation of the action says under a heading; empty when nothing.

        Headings are ``Mechanism``, ``Engine inputs`` and ``Limits``.
        """
        lead = f"{heading}: "
        for paragraph in inspect.cleandoc(cls.__doc__ or "").split("\n\n"):
            if paragraph.startswith(lead):
                return " ".join(paragraph.removeprefix(lead).split())
        return ""

    @property
    def when(self) -> str:
        """The time in force in plain words."""
        start = "from the first day" if self.start is None else f"from {self.start}"
        return start if self.end is None else f"{start} to {self.end}"

    @property
    @abstractmethod
    def text(self) -> str:
        """The action in plain words."""

    @classmethod
    @abstractmethod
    def example(cls) -> Self:
        """One of the kind, as documentation and tests show it."""

    @abstractmethod
    def compile(self, builder: ScenarioBuilder) -> None:
        """Write what it changes into a scenario that is being compiled.

        Raises
        ------
        InputError
            For what the system cannot express.
        """

    def needs(self, in_unit: bool = False) -> Needs:
        """Cells that it needs; ``in_unit`` when a condition does it in one housing unit."""
        del in_unit
        return NOTHING

    def at_gates(self) -> GateTests | None:
        """Tests of people who are moved, if it has them tested."""
        return None

    def tested_apart(self) -> Selector | None:
        """Detained people whose tests are counted, if it is for some."""
        return None

    def test_kinds(self) -> tuple[str, ...]:
        """Kinds of test that it uses, ``pcr`` or ``antigen``."""
        return ()

    def can_switch(self, place: Place) -> bool:
        """Whether a condition can switch it on and off in places of a kind."""
        return place in self.switched_in


def _in_file(part: object) -> object:
    """One of several values of a field, as it stands in a file."""
    if isinstance(part, TypedRecord):
        return part.model_dump()
    return str(part) if isinstance(part, Selector) else part


class InsideAction(Action):
    """An action inside facilities.

    ``facilities`` says in which, ``ramp_days`` over how many days from ``start`` it grows in a
    straight line to full strength.
    """

    facilities: Who = everyone
    ramp_days: Days = 0.0

    @property
    def where(self) -> str:
        """The facilities in plain words."""
        if self.facilities == everyone:
            return "in every facility"
        return self.facilities.text

    def strength(self, day: dt.date, run_start: dt.date) -> float:
        """Share of full strength on a day: 0 outside its time, rising over the ramp."""
        first = run_start if self.start is None else self.start
        if day < first or (self.end is not None and day > self.end):
            return 0.0
        if self.ramp_days == 0:
            return 1.0
        return min(1.0, ((day - first).days + 1) / self.ramp_days)
