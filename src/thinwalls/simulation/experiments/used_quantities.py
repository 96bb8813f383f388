"""Which quantities a run makes use of: what changes nothing in it is not told of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.pathogens import EARLY, LATE
from thinwalls.simulation.draws.county_epidemics import RECORD_OF
from thinwalls.simulation.shared_types.flow_tables import FROM_ABROAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.population.severity_rows import SeverityRow
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario

_OF_RECORD = (
    "mixing.ascertainment_factor",
    "mixing.report_delay_days",
    "mixing.deaths_recorded",
    "mixing.deaths_over_recorded",
    "mixing.infection_to_death_days",
)
"""Used only where counties follow a record."""
_WITHOUT_RECORD = (
    "mixing.initial_prevalence",
    "pathogen.introductions.community",
    "pathogen.immunity.start_share",
)
"""Used only where counties follow none: the record has no use for a state of the first day."""
_NEVER = ("pathogen.immunity.prior_infection", "pathogen.vaccine.waning")
"""Beginnings of names of what only questions beside a run use: nobody was infected before it and
keeps some protection, and a run ends before a vaccine's protection falls."""
_VACCINATED = (
    "pathogen.vaccine.infection",
    "pathogen.vaccine.transmission",
    "pathogen.vaccine.severe",
)
_SURELY = 1e-9
"""Chance of a season so short that it counts as impossible."""
_LATE_CARE = "pathogen.severity.delayed_care_death_ratio"
_VULNERABLE = ("pathogen.severity.vulnerable_ratio", "pathogen.by_age.vulnerable_share")
_ISOLATED = "pathogen.infectiousness.isolated"
_PLACES = (
    ("pathogen.reproduction_number.dormitory", 0.0),
    ("pathogen.reproduction_number.cells", 1.0),
)
"""Numbers for a kind of housing, and the share in dormitories at which nobody is housed so."""


def unused(
    names: Iterable[str],
    pathogen: Pathogen,
    layout: Layout,
    compiled: Sequence[CompiledScenario],
    courses: Sequence[SeverityRow],
    start: dt.date,
    days: int,
) -> frozenset[str]:
    """Those of the quantities of a run that change no number of it.

    Parameters
    ----------
    names
        Dotted names of the quantities.
    pathogen, layout, compiled
        Of the run, ``compiled`` one a scenario.
    courses
        Kinds of people of the run.
    start, days
        First day and length of the run.
    """
    follows = pathogen.name == RECORD_OF and len(layout.system.cases) > 0
    out = [*(_WITHOUT_RECORD if follows else _OF_RECORD), *_NEVER]
    out += _of_places(layout)
    out += _of_people(courses)
    if not any(one.found_profile is not None for one in compiled):
        out.append(_ISOLATED)
    rows = [one.counts.stage_weight for one in compiled] + [
        one.exits.stage_weight for one in compiled
    ]
    if not any((weight == FROM_ABROAD).any() for weight in rows):
        out.append("mixing.border_prevalence_ratio")
    change = pathogen.change_of_share
    if change is not None and start >= change.late_from:
        out.append(f"pathogen.{EARLY}")
    if change is not None and start + dt.timedelta(days=days - 1) <= change.early_until:
        out.append(f"pathogen.{LATE}")
    season = pathogen.parameters.get("season.days")
    if season is not None and days <= season.quantile(_SURELY):
        out.append("pathogen.season.")
    return frozenset(name for name in names if name.startswith(tuple(out)))


def _of_places(layout: Layout) -> list[str]:
    """What would matter for places that the system does not have."""
    share = layout.dormitory_share
    known = bool(np.isfinite(share).all())
    out = [name for name, nobody in _PLACES if known and bool((share == nobody).all())]
    if known:
        out.append("mixing.share_dormitory")
    if not len(layout.staff):
        out.append("mixing.staff_time_inside_share")
    return out


def _of_people(courses: Sequence[SeverityRow]) -> list[str]:
    """What would matter for people who are not there."""
    out: list[str] = []
    persons = [one.person for one in courses]
    if not any(person.vaccinated for person in persons):
        out += _VACCINATED
    if not any(person.delayed_care for person in persons):
        out.append(_LATE_CARE)
    if not any(person.vulnerable is not None for person in persons):
        out += _VULNERABLE
    return out
