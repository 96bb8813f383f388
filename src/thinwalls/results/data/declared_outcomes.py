"""The outcomes of a run, each declared once: what it is called, of whom, and where it comes from.

Everything else follows: the variables of a result, what :func:`thinwalls.results.compare` gives,
the rows of ``summary.csv``, the words and tables of a report, the table in ``docs/results.md``.
``simulation.outputs`` reads :class:`Measure` and takes the numbers out of what the engine kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from thinwalls.common import Message
from thinwalls.results.data.schema import GROUPS, Variable

How = Literal[
    "leaving", "entering", "in", "moved", "force", "reported", "counted", "sum of", "highest of"
]
ByAge = Literal["always", "when asked"]


@dataclass(frozen=True)
class Measure:
    """Where the numbers of an outcome come from.

    - ``leaving``, ``entering``: people who leave or enter the set of stages ``what``;
    - ``in``: people in the set of stages ``what`` at the end of a day, in total days in it;
    - ``moved``: people moved by the class of movement ``what``, by day only;
    - ``force``: mean force of infection, by day only;
    - ``reported``: people who were found, on the day of their report, by day only;
    - ``counted``: by the function ``what`` of ``simulation.outputs.counts``, in total only;
    - ``sum of``, ``highest of``: of the daily variable ``what``, worked out when an answer asks
      for it, so that nothing is kept.

    Sets of stages are those of ``simulation.outputs.what_is_recorded``.
    """

    how: How
    what: str = ""


@dataclass(frozen=True)
class Outcome:
    """One outcome.

    ``daily`` is its variable along days, ``total`` the one over the whole run, either may be
    missing.  ``by_age``: whether the total is known by age in every run or only when asked for,
    and not at all unless given.  One with a ``word`` for people is compared between scenarios
    and explained by ``meaning`` on the page about results; ``reported_for`` names the group for
    which a report has it in its further table.
    """

    measure: Measure
    daily: Variable | None = None
    total: Variable | None = None
    by_age: ByAge | None = None
    word: Message | None = None
    meaning: str = ""
    reported_for: str = ""

    @property
    def kept(self) -> bool:
        """Whether a result keeps it; else it is worked out from a daily variable."""
        return self.measure.how not in ("sum of", "highest of")


def _flow(name: str, long_name: str, groups: tuple[str, ...] = GROUPS) -> Variable:
    return Variable(name, "people/day", long_name, "flow", groups)


def _stock(name: str, units: str, long_name: str, groups: tuple[str, ...] = GROUPS) -> Variable:
    return Variable(name, units, long_name, "stock", groups)


def _count(name: str, units: str, long_name: str, groups: tuple[str, ...] = GROUPS) -> Variable:
    return Variable(name, units, long_name, "count", groups)


_MOVED = ("detained",)
_EXPOSED = ("detained", "staff", "residents")
_STAFF = ("staff",)
_LEAVE = ("detained", "followed", "everyone")
_OFFERED = ("detained", "staff", "released", "everyone")

DECLARED = (
    Outcome(
        Measure("leaving", "susceptible"),
        _flow("new_infections", "new infections"),
        _count("infections", "people", "infections"),
        by_age="when asked",
        word=Message("infections"),
        meaning="as they happen",
    ),
    Outcome(
        Measure("counted", "index_cases"),
        total=_count("index_cases", "people", "index cases placed by the question"),
    ),
    Outcome(
        Measure("entering", "found"),
        _flow("new_cases", "new detected cases"),
        _count("cases", "people", "detected cases"),
        by_age="when asked",
        word=Message("detected cases"),
        meaning="people detained and staff who become known to be infected: by symptoms, in tests, "
        "on arrival, when they are moved",
    ),
    Outcome(Measure("reported"), _flow("new_reported_cases", "new reported cases")),
    Outcome(
        Measure("entering", "bed"),
        _flow("admissions", "hospital admissions"),
        _count("admissions", "people", "hospital admissions"),
        by_age="when asked",
        word=Message("hospital admissions"),
        meaning="as they happen, intensive care included",
    ),
    Outcome(
        Measure("entering", "icu"),
        _flow("icu_admissions", "intensive-care admissions"),
        _count("icu_admissions", "people", "intensive-care admissions"),
        by_age="when asked",
        word=Message("intensive-care admissions"),
        meaning="as they happen",
    ),
    Outcome(
        Measure("entering", "dead"),
        _flow("deaths", "deaths"),
        _count("deaths", "people", "deaths"),
        by_age="always",
        word=Message("deaths"),
        meaning="as they happen",
    ),
    Outcome(
        Measure("counted", "years_lost"),
        total=_count("years_lost", "years", "years of life lost"),
        by_age="always",
        word=Message("years of life lost"),
        meaning="deaths times the years ahead of those who die: ages of the cell they are in, "
        "weighted by the fatality at each age, remaining life from the US life table of 2019",
        reported_for="everyone",
    ),
    Outcome(
        Measure("counted", "people_start"),
        total=_count("people_start", "people", "people on the first day"),
        by_age="always",
    ),
    Outcome(
        Measure("counted", "people_ever"),
        total=_count("people_ever", "people", "people on the first day and all who arrived"),
        by_age="when asked",
    ),
    Outcome(
        Measure("in", "infected"),
        _stock("prevalence", "people", "people infected now"),
    ),
    Outcome(
        Measure("in", "bed"),
        _stock("hospital_beds", "beds", "hospital beds in use, intensive care included"),
    ),
    Outcome(
        Measure("in", "icu"),
        _stock("icu_beds", "beds", "intensive-care beds in use"),
    ),
    Outcome(
        Measure("sum of", "icu_beds"),
        total=_count("icu_days", "bed days", "days in intensive care"),
        word=Message("days in intensive care"),
        meaning="from the daily series, so only for places that were kept day by day",
        reported_for="everyone",
    ),
    Outcome(
        Measure("in", "alive"),
        _stock("people", "people", "people present"),
        _count("person_days", "person days", "days lived in the group"),
    ),
    Outcome(
        Measure("in", "unable"),
        _stock("unable_to_work", "people", "people with symptoms, isolated or in hospital", _STAFF),
        _count("unable_days", "person days", "days with symptoms, isolated or in hospital", _STAFF),
        word=Message("days of staff unable to work"),
        meaning="days with symptoms, isolated at home or in hospital, whether or not they stay at "
        "home for it; the dead are not counted",
        reported_for="staff",
    ),
    Outcome(Measure("moved", "arrests"), _flow("arrests", "people brought into detention", _MOVED)),
    Outcome(
        Measure("moved", "releases"), _flow("releases", "people released from detention", _MOVED)
    ),
    Outcome(
        Measure("moved", "transfers"),
        _flow("transfers", "people moved between facilities", _MOVED),
    ),
    Outcome(
        Measure("moved", "removals"),
        _flow("removals", "people removed from the country", _MOVED),
    ),
    Outcome(
        Measure("force"),
        Variable(
            "force_of_infection", "1/day", "infections per susceptible person-day", "rate", _EXPOSED
        ),
    ),
    Outcome(
        Measure("counted", "infected_removed"),
        total=_count("infected_removed", "people", "infected people removed", _LEAVE),
        word=Message("infected people removed from the country"),
        meaning="people who are removed from the country while infected",
        reported_for="detained",
    ),
    Outcome(
        Measure("counted", "infected_transferred"),
        total=_count(
            "infected_transferred",
            "people",
            "infected people transferred out of the place",
            _LEAVE,
        ),
        word=Message("infected people transferred out"),
        meaning="people transferred out of the place while infected; for the whole system, those "
        "taken to places that are not in it",
        reported_for="detained",
    ),
    Outcome(Measure("counted", "tests"), total=_count("tests", "tests", "tests done", _OFFERED)),
    Outcome(
        Measure("counted", "vaccine_courses"),
        total=_count("vaccine_courses", "courses", "vaccine courses given", _OFFERED),
    ),
    Outcome(
        Measure("counted", "doses_wasted"),
        total=_count("doses_wasted", "courses", "vaccine courses wasted", _OFFERED),
        meaning="of the doses given on dates or after a case: those for people who were immune or "
        "infected already and whom they did not help",
    ),
    Outcome(
        Measure("counted", "staff_excluded_days"),
        total=_count(
            "staff_excluded_days", "person days", "days of staff away after exposure", _STAFF
        ),
        word=Message("days of staff who stay away after exposure"),
        meaning="days on which staff without proof of immunity stay away because a case was found",
        reported_for="staff",
    ),
    Outcome(
        Measure("highest of", "icu_beds"),
        total=_count("peak_icu", "beds", "highest number of intensive-care beds in use"),
        word=Message("most intensive-care beds in use"),
        meaning="from the daily series, so only for places that were kept day by day",
    ),
    Outcome(
        Measure("highest of", "hospital_beds"),
        total=_count("peak_beds", "beds", "highest number of hospital beds in use"),
        word=Message("most hospital beds in use"),
        meaning="from the daily series, so only for places that were kept day by day",
    ),
    Outcome(
        Measure("highest of", "prevalence"),
        total=_count("peak_prevalence", "people", "highest number of people infected at once"),
        word=Message("most people infected at once"),
        meaning="from the daily series, so only for places that were kept day by day",
    ),
)
"""Every outcome; tables and pages have them in this order."""

SERIES_BY_GROUP = tuple(one.daily for one in DECLARED if one.daily is not None)
"""Variables along (scenario, draw, date, place, group); NaN where a group has no such thing."""

TOTALS = tuple(one.total for one in DECLARED if one.total is not None and one.kept)
"""Variables along (scenario, draw, place, group), over the whole run.

NaN where a group has no such thing, and ``tests`` where they were not counted.
"""

BY_AGE = tuple(one.total for one in DECLARED if one.total is not None and one.by_age)
"""Variables along (scenario, draw, place, group, age), over the whole run, of groups of
:data:`~thinwalls.results.data.schema.AGE_GROUPS`.

Always counted: ``people_start``, ``deaths`` and ``years_lost``, and for ``followed`` in the whole
system ``people_ever`` and ``infections``.  The others are NaN unless the run counted by age.
"""

COMPARED = tuple(
    (one, one.total)
    for one in sorted(DECLARED, key=lambda one: not one.kept)
    if one.word is not None and one.total is not None
)
"""Outcomes that scenarios are compared by: those that are kept, then those of daily variables."""
