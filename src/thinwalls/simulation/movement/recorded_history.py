"""What happened, month by month: factors on the flows of the start that follow the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

from thinwalls.common import InputError, Message, Quantity
from thinwalls.system import CLASSES_OF

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.engine import Counts
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.system import System


BLOCK_DAYS = 7
"""Days over which the factor on exits stays the same."""
MOST_FACTOR = 1e3
MOST_APART = 0.1
"""Share by which people may differ from those of the record and still be the same people."""


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
            "has no monthly record of {series} ({agency}), so it cannot be followed",
            where=Message("system {name}", name=system.name),
            series=series,
            agency=agency,
        )
    return rows.set_index("month")["value"].sort_index()


def _cover(system: System, months: pd.Index, days: pd.DatetimeIndex, series: str) -> None:
    first, last = f"{days[0]:%Y-%m}", f"{days[-1]:%Y-%m}"
    if first < months[0] or last > months[-1]:
        raise InputError(
            "the record of {series} is from {first} to {last}, the run from {start} to {end}",
            where=Message("system {name}", name=system.name),
            series=series,
            first=months[0],
            last=months[-1],
            start=first,
            end=last,
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
    # Its slope is people; its rise over a month is exactly the month's person-days.
    rate = CubicSpline(knots, person_days).derivative()
    position = (days - firsts[0]).days.to_numpy(dtype=np.float64)
    return np.asarray(rate(np.append(position, position[-1] + 1.0)), dtype=np.float64)


@dataclass(frozen=True)
class RecordedFlows:
    """Flows of the start of those whom the record counts, by facility (F) that holds some."""

    people: Float
    """[F]"""
    book_ins: dict[str, Float]
    """[F] people per day by agency"""
    from_elsewhere: Float
    """[F] people per day who are moved in from places that are not in the system"""
    exit_hazard: Float
    """[F] releases and removals per person and day"""
    elsewhere_hazard: Float
    """[F] moves to places that are not in the system per person and day"""
    transfer_hazard: Float
    """[F, F] transfers from (row) to (column) per person and day"""


@dataclass(frozen=True)
class RecordedFactors:
    """[days] factors on the flows of the start that follow the record."""

    arrests: dict[str, Float]
    """by agency"""
    from_elsewhere: Float
    exits: Float
    share: float
    """of the recorded people whom the system holds"""


def _people_after(flows: RecordedFlows, people: Float, entering: Float, factor: float) -> Float:
    """[F] expected people after the days of ``entering`` ([days, F]) at one factor on exits."""
    leaving = factor * flows.exit_hazard + flows.elsewhere_hazard
    for arriving in entering:
        moved = people[:, None] * flows.transfer_hazard
        change = moved.sum(axis=0) - moved.sum(axis=1)
        people = people + arriving - leaving * people + change
    return np.asarray(np.maximum(people, 0.0))


def _share_of_record(system: System, detained: float, first: Float) -> float:
    """Share of the recorded people of the system's first day whom the system holds."""
    begin = pd.DatetimeIndex([system.start_date])
    at_start = float(recorded_population(system, begin)[0])
    where, field = f"system {system.name}", "follow_record"
    if detained <= 0.0:
        raise InputError(
            "the record is of people held for ICE and the system holds none",
            where=where,
            field=field,
        )
    share = detained / at_start
    if share > 1.0 + MOST_APART:
        raise InputError(
            "the record is of {recorded} people, the system holds {held} for ICE: it "
            "is not a record of this system",
            where=where,
            field=field,
            recorded=f"{at_start:,.0f}",
            held=f"{detained:,.0f}",
        )
    if abs(first[0] / at_start - 1.0) > MOST_APART:
        raise InputError(
            "the system holds the people of {date} ({people} by the record); on the "
            "first day of the run the record has {first}",
            where=where,
            field=field,
            date=system.start_date,
            people=f"{at_start:,.0f}",
            first=f"{first[0]:,.0f}",
        )
    return share


def recorded_factors(
    system: System, flows: RecordedFlows, first: dt.date, days: int
) -> RecordedFactors:
    """Factors on book-ins by agency, and on releases and removals, that follow the record.

    Book-ins of each agency go as the recorded ones go from the system's first day on.  The
    expected people of every facility are followed day by day; the factor on all exits is constant
    over :data:`BLOCK_DAYS` and such that the recorded population is reached at the end of each
    block (never negative).  A part of the country follows its share of the recorded population;
    who is moved in from elsewhere goes as the recorded population goes.

    Raises
    ------
    InputError
        When there is no record, it does not cover the days, or it is not of this system.
    """
    dates = pd.date_range(first, periods=days, freq="D")
    population = recorded_population(system, dates)
    detained = float(flows.people.sum())
    share = _share_of_record(system, detained, population)
    begin = pd.DatetimeIndex([system.start_date])
    arrests = {
        agency: recorded_book_ins(system, agency, dates) / recorded_book_ins(system, agency, begin)
        for agency in flows.book_ins
    }
    whole = population / population[0]
    entering = whole[:-1, None] * flows.from_elsewhere
    for agency, at_start in flows.book_ins.items():
        entering = entering + arrests[agency][:, None] * at_start
    people = flows.people
    exits = np.zeros(days)
    for begin_day in range(0, days, BLOCK_DAYS):
        end = min(begin_day + BLOCK_DAYS, days)
        goal = detained * float(whole[end])

        def excess(
            factor: float,
            start: Float = people,
            arriving: Float = entering[begin_day:end],
            goal: float = goal,
        ) -> float:
            return float(_people_after(flows, start, arriving, factor).sum()) - goal

        most = 1.0
        while excess(most) > 0.0 and most < MOST_FACTOR:
            most *= 2.0
        # Where even no exits leave too few, or the most too many, exits stop for the block.
        found = brentq(excess, 0.0, most) if excess(0.0) > 0.0 > excess(most) else 0.0
        exits[begin_day:end] = found
        people = _people_after(flows, people, entering[begin_day:end], found)
    return RecordedFactors(arrests, whole[:-1], exits, share)


BOOK_INS_OF_PART = "record.book_ins_over_share"


def book_ins_of_part() -> Quantity:
    """How many are booked in in a part of the country, over its share of those recorded."""
    return Quantity(
        distribution="lognormal",
        median=1.0,
        low=0.67,
        high=1.5,
        unit="book-ins over the part's share of the recorded ones",
        tag="derived",
        source="ICE Detention Statistics, fiscal years 2019 to 2025: average daily population by "
        "field office (24 with more than 100 people)",
        note="the record is national. From one packaged year to the next the population of an "
        "office changed by other factors than the country's: standard deviation of their logarithm "
        "0.25, 0.59, 0.33, 0.21, or 0.15 to 0.29 per root of half-years; 0.2 taken",
    )


def of_record(
    layout: Layout, counts: Counts, quantities: Mapping[str, Quantity]
) -> NDArray[np.bool_]:
    """[N] rows that book people in for ICE, where they are a part of those whom a record counts."""
    found = np.zeros(len(counts.people_per_day), dtype=bool)
    if BOOK_INS_OF_PART not in quantities:
        return found
    custody = layout.cells["custody_class"].to_numpy()
    fans = np.flatnonzero(counts.fan_start[1:] > counts.fan_start[:-1])
    first = counts.fan_cell[counts.fan_start[:-1][fans]]
    found[fans] = np.isin(custody[first], CLASSES_OF["ice"])
    return found


def share_assumed(factors: RecordedFactors) -> Quantity | None:
    """What a part of the country takes from the national record, as an assumption to be shown."""
    if factors.share >= 1.0 - MOST_APART:
        return None
    return Quantity(
        value=factors.share,
        unit="share of the recorded people",
        source="people held for ICE in the part on the first day / ICE's record of all",
        note="the record is national: book-ins, population and moves from elsewhere of the part "
        "are taken to go as those of the whole country go",
    )
