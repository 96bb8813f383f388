"""People with whom an outbreak begins: how many, where, who, when, and how ill."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from thinwalls.common import FieldError, TypedRecord
from thinwalls.policy.actions.fields import Date

if TYPE_CHECKING:
    import datetime as dt

SeedGroup = Literal["detained", "staff", "booked in", "residents"]
SeedStage = Literal["exposed", "contagious", "symptoms"]

ANYWHERE: Final = "system"
"""A place: some facility, in proportion to what brings infections in."""
_AGES: Final = re.compile(r"(\d{1,3})(?:-(\d{1,3})|\+)")
_OLDEST: Final = 100
_COUNTY: Final = re.compile(r"\d{5}")
_WHO: Final = {
    "detained": ("detained person", "detained people"),
    "staff": ("member of staff", "members of staff"),
    "booked in": ("newly booked in person", "newly booked in people"),
    "residents": ("resident", "residents"),
}
"""One of a group, and several."""
_ILL: Final = {"exposed": "just infected", "contagious": "contagious", "symptoms": "ill"}

WITH_AGES: Final = ("detained", "booked in")
"""Groups whose people are known by age."""


class Seed(TypedRecord):
    """Index cases: people who are infected from a day on without anybody having infected them.

    They are drawn from the people of the place who can be infected.  A result with index cases
    answers a question with an "if" in it: what follows if they come.  Infections do not count
    them; they are counted apart, as index cases.

    >>> Seed(place="stewart", date="2026-03-01").text
    '1 contagious detained person at stewart on 2026-03-01'

    Parameters
    ----------
    place
        Id of a facility, FIPS code of a county, or ``"system"``: each person comes to some
        facility, in proportion to its book-ins and staff, weighted with the recorded cases of the
        counties they come from where there is a record.
    people
        How many, on each of the dates.
    group
        ``detained`` (unless given, in a facility), ``staff``, ``booked in`` (they arrive from
        outside on the day), or ``residents`` (of a county).
    stage
        ``exposed``: just infected; ``contagious`` (unless given): at the beginning of the
        contagious days; ``symptoms``: at the beginning of symptoms.
    onset
        Day on which their symptoms begin, instead of ``stage`` and ``date``.
    date, dates
        Day, or days, on which they are there; the first day of the run unless given.
    unit
        Number of their housing unit within the facility, from 1; any unit unless given.
    age
        Their ages, like ``"1-11"``: of bands of the system that lie within.
    cases_found, first_found, by
        An outbreak that has begun, instead of all that says when and how ill: so many cases were
        found in the facility by the end of one day, the first of them on another.
    """

    place: str = Field(min_length=1, max_length=200)
    people: int = Field(default=1, ge=1, le=100_000)
    group: SeedGroup | None = None
    stage: SeedStage | None = None
    onset: Date | None = None
    date: Date | None = None
    dates: Annotated[tuple[Date, ...], Field(max_length=1_000)] = ()
    unit: Annotated[int, Field(ge=1, le=10_000)] | None = None
    age: str | None = None
    cases_found: Annotated[int, Field(ge=1, le=100_000)] | None = None
    first_found: Date | None = None
    by: Date | None = None

    @model_validator(mode="after")
    def _one_meaning(self) -> Self:
        self._begun()
        if self.onset is not None and (self.stage or self.date or self.dates):
            raise FieldError("onset says when and how ill: leave out stage, date and dates")
        if self.date is not None and self.dates:
            raise FieldError("give either date or dates")
        by_unit = self.place != ANYWHERE and self.group in (None, "detained")
        if self.unit is not None and not by_unit:
            raise FieldError("unit is of people detained in one facility")
        if self.group == "residents" and self.place == ANYWHERE:
            raise FieldError("residents are of a county: place must be its FIPS code")
        if self.age is not None:
            if self.group not in (None, *WITH_AGES):
                raise FieldError("age is of people who are detained or booked in")
            self._ages(self.age)
        return self

    def _begun(self) -> None:
        given = (self.cases_found, self.first_found, self.by)
        if given == (None, None, None):
            return
        if self.cases_found is None or self.first_found is None or self.by is None:
            raise FieldError("cases_found, first_found and by belong together")
        if self.by < self.first_found:
            raise FieldError("by must not be before first_found")
        alone = Seed.model_construct(place=self.place)
        for name in ("people", "group", "stage", "onset", "date", "dates", "unit", "age"):
            if getattr(self, name) != getattr(alone, name):
                raise FieldError(
                    "an outbreak that has begun says when and how ill: leave out {name}", name=name
                )
        if self.place == ANYWHERE or _COUNTY.fullmatch(self.place):
            raise FieldError("an outbreak that has begun is in one facility: place must be its id")

    @staticmethod
    def _ages(text: str) -> tuple[int, int]:
        found = _AGES.fullmatch(text)
        if found is not None:
            low = int(found[1])
            high = _OLDEST if text.endswith("+") else int(found[2])
            if low <= high <= _OLDEST:
                return low, high
        raise FieldError('age must be like "18-49" or "65+", at most 100')

    @property
    def ages(self) -> tuple[int, int] | None:
        """Youngest and oldest, or None for any age."""
        return None if self.age is None else self._ages(self.age)

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Dates of all imports; none: the first day of a run."""
        one = self.onset or self.date or self.first_found
        return (one,) if one is not None else self.dates

    @property
    def ill(self) -> SeedStage:
        """The stage in which they are, whether or not it is given."""
        return "symptoms" if self.onset is not None else self.stage or "contagious"

    def table(self) -> dict[str, Any]:
        """The record as it stands in a file."""
        return self.model_dump(exclude_defaults=True)

    @property
    def text(self) -> str:
        """Who comes where and when, in plain words."""
        if self.cases_found is not None:
            cases = "1 case" if self.cases_found == 1 else f"{self.cases_found} cases"
            return f"{cases} found at {self.place} by {self.by}, the first on {self.first_found}"
        group = self.group or ("residents" if _COUNTY.fullmatch(self.place) else "detained")
        who = _WHO[group][self.people > 1]
        ages = "" if self.age is None else f" aged {self.age}"
        unit = "" if self.unit is None else f", unit {self.unit}"
        where = "somewhere in the system" if self.place == ANYWHERE else f"at {self.place}{unit}"
        if self.onset is not None:
            return f"{self.people} {who}{ages} {where}, symptoms from {self.onset}"
        days = " on " + ", ".join(map(str, self.days)) if self.days else " on the first day"
        return f"{self.people} {_ILL[self.ill]} {who}{ages} {where}{days}"
