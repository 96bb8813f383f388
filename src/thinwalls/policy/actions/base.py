"""What every action has in common: when it is in force and how sure its effects are."""

from __future__ import annotations

import datetime as dt
import inspect
import typing
from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from thinwalls.common import FieldError, Quantity, TypedRecord
from thinwalls.policy.effect_library import library_effect, problem_with_own
from thinwalls.policy.selectors.selectors import Selector, everyone
from thinwalls.policy.selectors.who_field import Who


def _date(value: object) -> object:
    if isinstance(value, dt.datetime):
        raise FieldError("must be a date without a time, like 2020-03-20")
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise FieldError("must be a date like 2020-03-20") from None
    raise FieldError("must be a date like 2020-03-20")


Date = Annotated[dt.date, BeforeValidator(_date)]
Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[float, Field(ge=0, le=3650)]


class Action(TypedRecord):
    """Something that can be done.

    ``start`` is the first day in force (None: the first day of the run), ``end`` the last one
    (None: to the end of the run).
    """

    do: ClassVar[str]
    """name in scenario files"""
    protective: ClassVar[bool] = True
    """whether more of it is meant to lower infections where it acts"""

    start: Date | None = None
    end: Date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise FieldError(
                "end = {end} must not be before start = {start}", end=self.end, start=self.start
            )
        return self

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for field in self.effect_fields():
            own: Quantity | None = getattr(self, field)
            if own is not None:
                problem = problem_with_own(own, library_effect(self.library_name(field)).unit)
                if problem:
                    raise FieldError("{name} {problem}", name=field, problem=problem)
        return self

    @classmethod
    def effect_fields(cls) -> tuple[str, ...]:
        """Fields that hold an uncertain number; None there stands for the cited default."""
        return tuple(
            name
            for name, info in cls.model_fields.items()
            if Quantity in typing.get_args(info.annotation)
        )

    def effect_names(self) -> dict[str, str]:
        """Field to name of the number: ``hygiene.effect``, or with a mark if it is one's own.

        Two actions with the same name take the same value in a draw, in all scenarios.
        """
        names = {}
        for field in self.effect_fields():
            own: Quantity | None = getattr(self, field)
            mark = "" if own is None else f"@{own.fingerprint}"
            names[field] = f"{self.library_name(field)}{mark}"
        return names

    def library_name(self, field: str) -> str:
        """Name of the cited default of a field."""
        return f"{self.do}.{field}"

    @property
    def effect_name(self) -> str | None:
        """Name of the number in the field ``effect``; None for actions without one."""
        return self.effect_names().get("effect")

    def quantities(self) -> dict[str, Quantity]:
        """Every uncertain number of this action by its name."""
        return {
            name: getattr(self, field) or library_effect(self.library_name(field))
            for field, name in self.effect_names().items()
        }

    def first_day(self, run_start: dt.date) -> dt.date:
        """First day in force in a run."""
        return run_start if self.start is None else max(self.start, run_start)

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
                value = [str(part) if isinstance(part, Selector) else part for part in value]
            content[name] = value
        return content

    @classmethod
    def about(cls, heading: str) -> str:
        """What the documentation of the action says under ``Mechanism``, ``Engine inputs`` or
        ``Limits``; empty when it says nothing."""
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


def percent(share: float) -> str:
    """A share as people write it."""
    return f"{100 * share:.3g} %"
