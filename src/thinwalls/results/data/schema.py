"""What is in a result: every variable with its unit, its long name and where it applies.

This is the one place where dimensions, groups and units of results are decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SCHEMA_VERSION = 2
"""Version of the layout below, stored with every saved result."""

WHOLE_SYSTEM = "all"
"""The place that stands for every facility and county of the system together."""

BASIC_GROUPS = ("detained", "staff", "residents", "released", "removed")
"""Groups that do not overlap; every person is in exactly one of them at a time."""

DERIVED_GROUPS = ("followed", "everyone")
"""Groups that overlap the basic ones.

``followed``: the people who are detained on the first day, wherever they are later (detained,
released or removed). ``everyone``: all people of the system.
"""

GROUPS = BASIC_GROUPS + DERIVED_GROUPS

Kind = Literal["flow", "stock", "rate", "count"]


@dataclass(frozen=True)
class Variable:
    """One variable: ``kind`` says how it adds up over time.

    A ``flow`` is per day and adds up; a ``stock`` is the number on a day; a ``rate`` is per
    person; a ``count`` is a total over the whole run.
    """

    name: str
    units: str
    long_name: str
    kind: Kind
    groups: tuple[str, ...] = GROUPS


_MOVED = ("detained",)
_EXPOSED = ("detained", "staff", "residents")
_STAFF = ("staff",)
_LEAVE = ("detained", "followed", "everyone")
_OFFERED = ("detained", "staff", "released", "everyone")

SERIES_BY_GROUP = (
    Variable("new_infections", "people/day", "new infections", "flow"),
    Variable("new_cases", "people/day", "new detected cases", "flow"),
    Variable("admissions", "people/day", "hospital admissions", "flow"),
    Variable("icu_admissions", "people/day", "intensive-care admissions", "flow"),
    Variable("deaths", "people/day", "deaths", "flow"),
    Variable("prevalence", "people", "people infected now", "stock"),
    Variable("hospital_beds", "beds", "hospital beds in use, intensive care included", "stock"),
    Variable("icu_beds", "beds", "intensive-care beds in use", "stock"),
    Variable("people", "people", "people present", "stock"),
    Variable(
        "unable_to_work", "people", "people with symptoms, isolated or in hospital", "stock", _STAFF
    ),
    Variable("arrests", "people/day", "people brought into detention", "flow", _MOVED),
    Variable("releases", "people/day", "people released from detention", "flow", _MOVED),
    Variable("transfers", "people/day", "people moved between facilities", "flow", _MOVED),
    Variable("removals", "people/day", "people removed from the country", "flow", _MOVED),
    Variable(
        "force_of_infection", "1/day", "infections per susceptible person-day", "rate", _EXPOSED
    ),
)
"""Variables along (scenario, draw, date, place, group); NaN where a group has no such thing."""

SERIES_BY_PLACE = (
    Variable("icu_free", "beds", "intensive-care beds free for this epidemic", "stock"),
    Variable("beds_free", "beds", "hospital beds free for this epidemic", "stock"),
    Variable("overflow", "people/day", "people turned away because beds were full", "flow"),
)
"""Variables along (scenario, draw, date, place): beds of the hospital regions serving a place."""

TOTALS = (
    Variable("infections", "people", "infections", "count"),
    Variable("cases", "people", "detected cases", "count"),
    Variable("admissions", "people", "hospital admissions", "count"),
    Variable("icu_admissions", "people", "intensive-care admissions", "count"),
    Variable("deaths", "people", "deaths", "count"),
    Variable("years_lost", "years", "years of life lost", "count"),
    Variable("people_start", "people", "people on the first day", "count"),
    Variable("people_ever", "people", "people on the first day and all who arrived", "count"),
    Variable("person_days", "person days", "days lived in the group", "count"),
    Variable(
        "unable_days", "person days", "days with symptoms, isolated or in hospital", "count", _STAFF
    ),
    Variable("infected_removed", "people", "infected people removed", "count", _LEAVE),
    Variable(
        "infected_transferred",
        "people",
        "infected people transferred out of the place",
        "count",
        _LEAVE,
    ),
    Variable("tests", "tests", "tests done", "count", _OFFERED),
    Variable("vaccine_courses", "courses", "vaccine courses given", "count", _OFFERED),
)
"""Variables along (scenario, draw, place, group), over the whole run.

NaN where a group has no such thing, and ``years_lost`` and ``tests`` where they were not counted.
"""

_COUNTED_BY_AGE = (
    "people_start",
    "people_ever",
    "infections",
    "cases",
    "admissions",
    "icu_admissions",
    "deaths",
    "years_lost",
)
BY_AGE = tuple(one for one in TOTALS if one.name in _COUNTED_BY_AGE)
"""Variables along (scenario, draw, place, group, age), over the whole run, of groups of
:data:`AGE_GROUPS`.

Always counted: ``people_start``, ``deaths`` and ``years_lost``, and for ``followed`` in the whole
system ``people_ever`` and ``infections``.  The others are NaN unless the run counted by age.
"""

AGE_GROUPS = ("detained", "released", "removed", "followed")
"""Groups whose people keep their age band; staff are one band, residents those of their county."""

HOSPITALS = (
    Variable("peak_icu", "beds", "highest number of intensive-care beds needed", "count"),
    Variable("peak_beds", "beds", "highest number of hospital beds needed", "count"),
    Variable("icu_free", "beds", "intensive-care beds free for this epidemic", "count"),
    Variable("beds_free", "beds", "hospital beds free for this epidemic", "count"),
    Variable("days_over_icu", "days", "days with more need than free intensive-care beds", "count"),
    Variable("days_over_beds", "days", "days with more need than free hospital beds", "count"),
    Variable("turned_away", "people", "people turned away because beds were full", "count"),
    Variable("overload_deaths", "people", "deaths expected from want of beds", "count"),
)
"""Variables along (scenario, draw, region), over the whole run."""

PARAMETER_ATTRIBUTES = ("units", "long_name", "source", "tag", "distribution", "low", "high")
"""What every sampled parameter says about itself; low and high bound its 90 % prior interval."""

PLACE_COLUMNS = ("name", "kind", "state", "latitude", "longitude", "people")
"""Columns that the table of places has; it may have more."""

ASSUMPTION_KEYS = ("name", "value", "unit", "source", "tag", "note")
"""What every assumption says about itself."""

CROWDING_EXPONENT = "crowding_exponent"
"""Name of the parameter for how contacts follow crowding (0: not at all, 1: in proportion)."""

SERIES_DIMS = ("scenario", "draw", "date", "place", "group")
PLACE_DIMS = ("scenario", "draw", "date", "place")
TOTALS_DIMS = ("scenario", "draw", "place", "group")
AGE_DIMS = ("scenario", "draw", "place", "group", "age")
HOSPITALS_DIMS = ("scenario", "draw", "region")


def group_kind(group: str) -> str:
    """``"basic"`` or ``"derived"``."""
    return "derived" if group in DERIVED_GROUPS else "basic"
