"""What happened, month by month: factors on the flows of the start that follow the record."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from thinwalls.errors import InputError
from thinwalls.simulation.flows import BookIns
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
            f"the record of {series} goes from {months[0]} to {months[-1]}, the run from {first} to {last}",
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


def recorded_factors(
    system: System, book_ins: BookIns, exits_per_day: float, people_start: float, first: dt.date, days: int
) -> tuple[dict[str, Float], Float]:
    """Factors on book-ins by agency, and on releases and removals, that follow the record.

    ``exits_per_day`` people leave the system at the start, of ``people_start``.  Exits are what
    the recorded population and the recorded book-ins leave over, as a hazard relative to that of
    the start; never negative.
    """
    dates = pd.date_range(first, periods=days, freq="D")
    arrests: dict[str, Float] = {}
    entering = np.zeros(days)
    for agency in np.unique(book_ins.agency):
        at_start = book_ins.per_day[book_ins.agency == agency].sum()
        recorded = recorded_book_ins(system, str(agency), dates)
        arrests[str(agency)] = recorded / at_start
        entering += recorded
    population = recorded_population(system, dates)
    middle = 0.5 * (population[1:] + population[:-1])
    leaving = np.maximum(entering - np.diff(population), 0.0)
    return arrests, (leaving / middle) / (exits_per_day / people_start)
