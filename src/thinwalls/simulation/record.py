"""What happened, month by month: factors on the flows of the start that follow the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

from thinwalls.errors import InputError

if TYPE_CHECKING:
    import datetime as dt

    from thinwalls.system import System

Float = NDArray[np.float64]


BLOCK_DAYS = 7
"""Days over which the factor on exits stays the same."""
MOST_FACTOR = 1e3
MOST_APART = 0.1
"""Share by which the people of the system may differ from those of its record."""


def _monthly(system: System, series: str, agency: str) -> pd.Series:
    table = system.monthly
    rows = table[
        (table["series"] == series)
        & (table["agency"] == agency)
        & (table["category"] == "total")
        & ~table["partial"]
    ]
    if rows.empty:
        raise InputError(
            f"has no monthly record of {series} ({agency}), so it cannot be followed",
            where=f"system {system.name}",
        )
    return rows.set_index("month")["value"].sort_index()


def _cover(system: System, months: pd.Index, days: pd.DatetimeIndex, series: str) -> None:
    first, last = f"{days[0]:%Y-%m}", f"{days[-1]:%Y-%m}"
    if first < months[0] or last > months[-1]:
        raise InputError(
            f"the record of {series} is from {months[0]} to {months[-1]}, "
            f"the run from {first} to {last}",
            where=f"system {system.name}",
        )


def recorded_book_ins(system: System, agency: str, days: pd.DatetimeIndex) -> Float:
    """[days] book-ins per day by an agency: each month's number spread evenly over its days."""
    record = _monthly(system, "book_ins", agency)
    _cover(system, record.index, days, "book-ins")
    return np.array([record[f"{day:%Y-%m}"] / day.days_in_month for day in days])


def recorded_population(system: System, days: pd.DatetimeIndex) -> Float:
    """[days + 1] people detained at the start of each day, and at the end of the last.

    The smooth curve (cubic spline of person-days) whose monthly averages are the published ones.
    """
    record = _monthly(system, "average_daily_population", "total")
    _cover(system, record.index, days, "average daily population")
    firsts = pd.DatetimeIndex([f"{month}-01" for month in record.index])
    lengths = firsts.days_in_month.to_numpy()
    knots = np.concatenate([[0.0], np.cumsum(lengths)])
    person_days = np.concatenate([[0.0], np.cumsum(record.to_numpy() * lengths)])
    rate = CubicSpline(knots, person_days).derivative()
    position = (days - firsts[0]).days.to_numpy(dtype=np.float64)
    return np.asarray(rate(np.append(position, position[-1] + 1.0)), dtype=np.float64)


@dataclass(frozen=True)
class FacilityFlows:
    """Flows of the start by facility (F), as hazards where people leave."""

    people: Float
    """[F]"""
    book_ins: dict[str, Float]
    """[F] people per day by agency"""
    exit_hazard: Float
    """[F] releases and removals per person and day"""
    transfer_hazard: Float
    """[F, F] transfers from (row) to (column) per person and day"""


def _people_after(flows: FacilityFlows, people: Float, entering: Float, factor: float) -> Float:
    """[F] expected people after the days of ``entering`` ([days, F]) at one factor on exits."""
    for arriving in entering:
        moved = people[:, None] * flows.transfer_hazard
        change = moved.sum(axis=0) - moved.sum(axis=1)
        people = people + arriving - factor * flows.exit_hazard * people + change
    return np.asarray(np.maximum(people, 0.0))


def recorded_factors(
    system: System, flows: FacilityFlows, first: dt.date, days: int
) -> tuple[dict[str, Float], Float]:
    """Factors on book-ins by agency, and on releases and removals, that follow the record.

    Book-ins are the recorded ones of each agency.  The expected people of every facility are
    followed day by day; the factor on all exits is constant over :data:`BLOCK_DAYS` and such that
    the recorded population is reached at the end of each block (never negative).
    """
    dates = pd.date_range(first, periods=days, freq="D")
    population = recorded_population(system, dates)
    detained = float(flows.people.sum())
    if abs(detained / population[0] - 1.0) > MOST_APART:
        raise InputError(
            f"the record is of {population[0]:,.0f} people, the system holds {detained:,.0f}: "
            "it can be followed on the whole of immigration detention only",
            where=f"system {system.name}",
            field="follow_record",
        )
    arrests = {
        agency: recorded_book_ins(system, agency, dates) / at_start.sum()
        for agency, at_start in flows.book_ins.items()
    }
    entering = np.zeros((days, len(flows.people)))
    for agency, at_start in flows.book_ins.items():
        entering += arrests[agency][:, None] * at_start
    people = flows.people * (population[0] / detained)
    exits = np.zeros(days)
    for begin in range(0, days, BLOCK_DAYS):
        end = min(begin + BLOCK_DAYS, days)

        def excess(
            factor: float, start: Float = people, begin: int = begin, end: int = end
        ) -> float:
            there = _people_after(flows, start, entering[begin:end], factor)
            return float(there.sum() - population[end])

        most = 1.0
        while excess(most) > 0.0 and most < MOST_FACTOR:
            most *= 2.0
        exits[begin:end] = brentq(excess, 0.0, most) if excess(0.0) > 0.0 > excess(most) else 0.0
        people = _people_after(flows, people, entering[begin:end], exits[begin])
    return arrests, exits
