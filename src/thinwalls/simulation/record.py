"""What happened, month by month: factors on the flows of the start that follow the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from thinwalls.errors import InputError

if TYPE_CHECKING:
    import datetime as dt

    from thinwalls.system import System

Float = NDArray[np.float64]


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


def recorded_factors(
    system: System, flows: FacilityFlows, first: dt.date, days: int
) -> tuple[dict[str, Float], Float]:
    """Factors on book-ins by agency, and on releases and removals, that follow the record.

    Book-ins are the recorded ones of each agency.  The expected people of every facility are
    followed day by day; the factor on all exits of a day is what makes their sum the recorded
    population at its end (never negative).
    """
    dates = pd.date_range(first, periods=days, freq="D")
    arrests = {
        agency: recorded_book_ins(system, agency, dates) / at_start.sum()
        for agency, at_start in flows.book_ins.items()
    }
    population = recorded_population(system, dates)
    scale = population[0] / flows.people.sum()
    people = flows.people * scale
    exits = np.zeros(days)
    for day in range(days):
        entering = np.zeros(len(people))
        for agency, at_start in flows.book_ins.items():
            entering += at_start * arrests[agency][day]
        leaving = flows.exit_hazard * people
        wanted = people.sum() + entering.sum() - population[day + 1]
        exits[day] = max(wanted, 0.0) / leaving.sum()
        moved = people[:, None] * flows.transfer_hazard
        people = people + entering - exits[day] * leaving + moved.sum(axis=0) - moved.sum(axis=1)
        people = np.maximum(people, 0.0)
    return arrests, exits
