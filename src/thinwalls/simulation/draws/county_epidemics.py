"""Counties as the record has them: infections per day, and the contact that reproduces them.

The record is of reported cases.  Infections on day *t* are the smoothed cases of day *t* + delay
over the share reported in that month.  From them the engine's mean field is solved forward once
per draw (:func:`thinwalls.engine.track`), first for whole states, whose multiplier is their
reproduction number, then for counties with the state's as the most that contact may supply; what
is missing is an external hazard.  Without any coupling to facilities the mean field then gives the
record back exactly, and what detention adds is simulated on top of what happened.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from thinwalls.engine import Stages, Tracked, track
from thinwalls.simulation.shared_types.quantity_library import ascertainment

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from thinwalls.common import Float, Index
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.system import System

PER = 1e6 * 365.25
"""People times days of a rate per million and year."""
LEAST = 1e-6
"""Least share of residents who can be infected: an introduction needs somebody."""
BURN_IN_DAYS = 60
"""Days before the start from which the record is followed, so that all stages are filled."""
SMOOTHING_DAYS = 7
"""Width of the moving average that is applied twice to reported cases."""
RECORD_OF = "covid-2020"
"""Pathogen of the packaged records of cases; others spread at their own reproduction number."""
PLENTY = 1e9
"""People in a state when its reproduction number is solved: infections so far take nobody away, so
the multiplier is the effective reproduction number, at most a tenth below that of contact."""


def smooth(daily: Float, width: int = SMOOTHING_DAYS) -> Float:
    """Centred moving average along the last axis, applied twice; keeps sums inside the series."""
    kernel = np.ones(width) / width
    kernel = np.convolve(kernel, kernel)
    half = len(kernel) // 2
    padded = np.pad(daily, [(0, 0)] * (daily.ndim - 1) + [(half, half)], mode="edge")
    return np.apply_along_axis(lambda row: np.convolve(row, kernel, mode="valid"), -1, padded)


def share_reported(dates: pd.DatetimeIndex, factor: float) -> Float:
    """Share of infections reported on each date: the monthly series times the draw's factor.

    The series holds in the middle of a month and changes in a straight line in between, so that
    infections do not jump when a month begins.
    """
    return np.minimum(1.0, _share_estimated(dates) * factor)


def _share_estimated(dates: pd.DatetimeIndex) -> Float:
    by_month = ascertainment().share_by_month
    firsts = pd.DatetimeIndex([f"{month}-01" for month in sorted(by_month)])
    middles = firsts + pd.to_timedelta(firsts.days_in_month / 2, unit="D")
    day = (dates - middles[0]).days.to_numpy(dtype=np.float64)
    known = (middles - middles[0]).days.to_numpy(dtype=np.float64)
    share = np.interp(day, known, [by_month[month] for month in sorted(by_month)])
    return np.asarray(share, dtype=np.float64)


@dataclass(frozen=True)
class Smoothed:
    """Reported cases of some places, smoothed, and the share reported: what no draw changes."""

    daily: Float
    """[places, days and some more]"""
    share: Float
    """[days and some more] share of infections reported, as estimated"""
    days: int

    def infections(self, values: Mapping[str, float]) -> Float:
        """[places, days] infections per day at the values of a draw."""
        share = np.minimum(1.0, self.share * values["mixing.ascertainment_factor"])
        infections = self.daily / share
        # A case is reported some days after infection, so the record is read that much later; a
        # delay that is not whole lies between two days.
        steps = np.arange(self.days) + values["mixing.report_delay_days"]
        low = np.floor(steps).astype(int)
        weight = steps - low
        return np.asarray(infections[:, low] * (1.0 - weight) + infections[:, low + 1] * weight)


def infections_per_day(
    cumulative: pd.DataFrame, start: dt.date, days: int, values: Mapping[str, float]
) -> Float:
    """[places, BURN_IN_DAYS + days] infections per day from ``BURN_IN_DAYS`` before the start.

    See :func:`smoothed`.
    """
    return smoothed(cumulative, start, days).infections(values)


def smoothed(cumulative: pd.DataFrame, start: dt.date, days: int) -> Smoothed:
    """Cases from ``BURN_IN_DAYS`` before the start, smoothed.

    ``cumulative`` has places as rows and ISO dates as columns.  Days before the record have no
    cases; days after its end repeat the mean of its last week (an assumption the report lists).
    """
    recorded = pd.DatetimeIndex(cumulative.columns)
    new = np.diff(cumulative.to_numpy(dtype=np.float64), axis=1, prepend=0.0)
    first = pd.Timestamp(start) - pd.Timedelta(days=BURN_IN_DAYS)
    wanted = pd.date_range(first, periods=BURN_IN_DAYS + days + 16, freq="D")
    daily = np.zeros((len(cumulative), len(wanted)))
    position = (recorded - wanted[0]).days.to_numpy()
    inside = (position >= 0) & (position < len(wanted))
    daily[:, position[inside]] = new[:, inside]
    beyond = np.arange(len(wanted)) > position[-1]
    if beyond.any():
        daily[:, beyond] = new[:, -7:].mean(axis=1, keepdims=True)
    return Smoothed(smooth(daily), _share_estimated(wanted), BURN_IN_DAYS + days)


_MOST_KNOWN = 64
_KNOWN: WeakKeyDictionary[System, OrderedDict[Hashable, Smoothed]] = WeakKeyDictionary()
_LOCK = Lock()


def _smoothed_of(
    system: System, start: dt.date, days: int, *, places: tuple[str, ...] | None
) -> Smoothed:
    """The record of some places of a system (None: of states), smoothed once for all draws."""
    key = (start, days, places)
    with _LOCK:
        known = _KNOWN.setdefault(system, OrderedDict())
        found = known.get(key)
    if found is None:
        table = system.cases_by_state if places is None else system.cases.loc[list(places)]
        found = smoothed(table, start, days)
        with _LOCK:
            known[key] = found
            while len(known) > _MOST_KNOWN:
                known.popitem(last=False)
    return found


@dataclass(frozen=True)
class Community:
    """What one draw's counties do when nothing couples to them."""

    multiplier: Float
    """[T, N] contact multiplier of each county (1 = reproduction number 1 among the susceptible)"""
    hazard_per_day: Float
    """[T, N] external hazard"""
    share_by_stage: Float
    """[N, S] share of residents in each stage on the first day"""
    people: Float
    """[N, S] expected people by stage on the first day"""
    shortfall: float
    """Infections of the record that could not be placed because too few were susceptible."""


def follow_record(
    layout: Layout,
    start: dt.date,
    days: int,
    steps_per_day: int,
    values: Mapping[str, float],
    *,
    stages: Stages,
    transmission: float,
    reproduction_cap: float,
) -> Community:
    """Solve the contact multipliers and hazards of all counties for one draw.

    ``transmission`` is the beta of a reproduction number of 1; ``reproduction_cap`` bounds the
    states' reproduction numbers.
    """
    system = layout.system
    n_counties = len(layout.county_fips)
    course = layout.first_county_course + np.arange(n_counties)[:, None]

    def solve(people: Float, course: Index, target: Float, cap: Float) -> Tracked:
        places, cells, _ = people.shape
        return track(
            stages,
            people=people,
            severity_row=course,
            target=target,
            cap=cap,
            step_days=1.0 / steps_per_day,
            transmission=np.full(places, transmission),
            exposure=np.ones(places),
            presence=np.ones((places, cells)),
            infectivity=np.ones((places, cells)),
            crowding_exponent=np.zeros(places),
            reference_present=np.ones(places),
        )

    def healthy(people: Float) -> Float:
        stocked = np.zeros((len(people), 1, len(stages.dwell_days)))
        stocked[:, 0, stages.susceptible] = people
        return stocked

    def per_step(per_day: Float) -> Float:
        return np.ascontiguousarray(np.repeat(per_day, steps_per_day, axis=1).T / steps_per_day)

    states = system.cases_by_state
    of_states = _smoothed_of(system, start, days, places=None).infections(values)
    targets = per_step(of_states)
    of_country = np.full((len(states), 1), course[layout.outside, 0], dtype=np.int64)
    plenty = healthy(np.full(len(states), PLENTY))
    cap = np.full(targets.shape, reproduction_cap)
    reproduction = solve(plenty, of_country, targets, cap).multiplier
    weights = np.maximum(of_states.sum(axis=1), 1e-9)
    # For counties in states without a record: the mean weighted by infections.
    national = np.average(reproduction, axis=1, weights=weights)

    number = {str(code): n for n, code in enumerate(states.index)}
    of_counties = _smoothed_of(system, start, days, places=layout.county_fips)
    target = per_step(of_counties.infections(values))
    cap = np.empty_like(target)
    for n, state in enumerate(layout.county_states):
        index = number.get(state)
        cap[:, n] = national if index is None else reproduction[:, index]
    begin = BURN_IN_DAYS * steps_per_day
    # The days before the start fill the stages; the run begins with what they end with.
    before = solve(healthy(layout.county_population), course, target[:begin], cap[:begin])
    after = solve(before.final, course, target[begin:], cap[begin:])
    people = before.final[:, 0]
    return Community(
        multiplier=after.multiplier,
        hazard_per_day=after.hazard_per_day,
        share_by_stage=people / np.maximum(people.sum(axis=1, keepdims=True), 1.0),
        people=people,
        shortfall=float(before.shortfall.sum() + after.shortfall.sum()),
    )


def hypothetical(
    layout: Layout,
    days: int,
    steps_per_day: int,
    *,
    stages: Stages,
    recovered: int,
    reproduction: float,
    prevalence: float,
    immune: float,
    introduced: float,
) -> Community:
    """Counties without a record: a reproduction number that stays, and introductions.

    ``immune`` is the share in stage ``recovered`` and ``prevalence`` the share of the others newly
    infected on the first day; ``introduced`` infections per million residents and year come from
    elsewhere, evenly over time and places.
    """
    n_counties, n_steps = len(layout.county_fips), days * steps_per_day
    people = layout.cells["people"].to_numpy(dtype=np.float64)[layout.residents]
    share = np.zeros((n_counties, len(stages.dwell_days)))
    share[:, recovered] = immune
    share[:, stages.infected] = (1.0 - immune) * prevalence
    share[:, stages.susceptible] = (1.0 - immune) * (1.0 - prevalence)
    return Community(
        multiplier=np.full((n_steps, n_counties), reproduction),
        hazard_per_day=np.full((n_steps, n_counties), introduced / PER / max(1.0 - immune, LEAST)),
        share_by_stage=share,
        people=share * people[:, None],
        shortfall=0.0,
    )


def recorded_infections(system: System, last: dt.date, values: Mapping[str, float]) -> float:
    """Infections of the whole record of a country up to and with the day ``last``.

    Those of a system's counties where they add up to the country's states; where they do not,
    because a row stands for people abroad, those of the states.
    """
    cases, states = system.cases, system.cases_by_state
    whole = not len(states) or int(cases.iloc[:, -1].sum()) == int(states.iloc[:, -1].sum())
    record = cases if whole else states
    first = dt.date.fromisoformat(str(record.columns[0])) + dt.timedelta(days=BURN_IN_DAYS)
    places = tuple(map(str, record.index)) if whole else None
    made = _smoothed_of(system, first, (last - first).days + 1, places=places)
    return float(made.infections(values).sum())
