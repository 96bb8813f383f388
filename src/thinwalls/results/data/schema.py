"""What a result is made of: groups, dimensions, and the variables of hospitals.

Variables by group are outcomes: :mod:`thinwalls.results.data.declared_outcomes`.
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


SERIES_BY_PLACE = (
    Variable("icu_free", "beds", "intensive-care beds free for this epidemic", "stock"),
    Variable("beds_free", "beds", "hospital beds free for this epidemic", "stock"),
    Variable("overflow", "people/day", "people turned away because beds were full", "flow"),
)
"""Variables along (scenario, draw, date, place): beds of the hospital regions serving a place."""

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
