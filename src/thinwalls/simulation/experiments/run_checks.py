"""Checks of a run before anything is simulated: scenarios, dates, memory."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

from thinwalls.common import InputError, Message
from thinwalls.simulation.draws.county_epidemics import RECORD_OF
from thinwalls.simulation.experiments.run_options import as_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import (
        Scenario,
    )
    from thinwalls.system import System

GIGABYTE = 1e9
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
"""First days that a run may have: a slip of the pen lies outside."""


def check_scenarios(scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """At least one scenario, each with a name of its own."""
    chosen = tuple(scenarios)
    if not chosen:
        raise InputError("needs at least one scenario", field="scenarios")
    names = [scenario.name for scenario in chosen]
    for name in names:
        if names.count(name) > 1:
            raise InputError("two scenarios have this name", field="scenarios", value=name)
    return chosen


def start_date(system: System, start: str | dt.date | None) -> dt.date:
    """The first day of a run: as given, else the system's.

    Raises
    ------
    InputError
        For a text that is no date, and a date that no system can be meant for.
    """
    first = as_date("start", system.start_date if start is None else start)
    if not EARLIEST <= first <= LATEST:
        raise InputError(
            "must be between {low} and {high}",
            field="start",
            value=first.isoformat(),
            low=EARLIEST,
            high=LATEST,
        )
    return first


def memory_bytes() -> int | None:
    """Memory of this machine; None where the operating system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def check_dates_recorded(system: System, pathogen: Pathogen, first: dt.date, days: int) -> None:
    """Refuse a run that begins after the record of cases that it would follow, or ends before.

    A run over the end of the record repeats its last week, which the report says.
    """
    if pathogen.name != RECORD_OF or not len(system.cases.columns):
        return
    begin, end = (dt.date.fromisoformat(str(system.cases.columns[n])) for n in (0, -1))
    if first > end or first + dt.timedelta(days=days - 1) < begin:
        raise InputError(
            "no day of the run is in the record of cases, {begin} to {end}",
            where=Message("system {name}", name=system.name),
            field="start",
            value=first.isoformat(),
            begin=begin,
            end=end,
        )
