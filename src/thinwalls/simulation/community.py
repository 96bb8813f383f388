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
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thinwalls.engine import Tracked, track
from thinwalls.simulation.layout import Layout
from thinwalls.simulation.sampling import ascertainment
from thinwalls.system import OUTSIDE

BURN_IN_DAYS = 60
"""Days before the start from which the record is followed, so that all stages are filled."""
SMOOTHING_DAYS = 7
"""Width of the moving average that is applied twice to reported cases."""
Float = NDArray[np.float64]


def smooth(daily: Float, width: int = SMOOTHING_DAYS) -> Float:
    """Centred moving average along the last axis, applied twice; sums are kept inside the series."""
    kernel = np.ones(width) / width
    kernel = np.convolve(kernel, kernel)
    half = len(kernel) // 2
    padded = np.pad(daily, [(0, 0)] * (daily.ndim - 1) + [(half, half)], mode="edge")
    return np.apply_along_axis(lambda row: np.convolve(row, kernel, mode="valid"), -1, padded)


def share_reported(dates: pd.DatetimeIndex, factor: float) -> Float:
    """Share of infections reported on each date: the monthly series times the draw's factor."""
    by_month = ascertainment().share_by_month
    first, last = min(by_month), max(by_month)
    months = [min(max(f"{day:%Y-%m}", first), last) for day in dates]
    return np.minimum(1.0, np.array([by_month[month] for month in months]) * factor)


def infections_per_day(
    cumulative: pd.DataFrame, start: dt.date, days: int, values: Mapping[str, float]
) -> Float:
    """[places, BURN_IN_DAYS + days] infections per day from ``BURN_IN_DAYS`` before the start.

    ``cumulative`` has places as rows and ISO dates as columns.  Days before the record have no
    cases; days after its end repeat the mean of its last week (an assumption the report lists).
    """
    recorded = pd.DatetimeIndex(cumulative.columns)
    new = np.diff(cumulative.to_numpy(dtype=np.float64), axis=1, prepend=0.0)
    delay = values["mixing.report_delay_days"]
    first = pd.Timestamp(start) - pd.Timedelta(days=BURN_IN_DAYS)
    wanted = pd.date_range(first, periods=BURN_IN_DAYS + days + 16, freq="D")
    daily = np.zeros((len(cumulative), len(wanted)))
    position = (recorded - wanted[0]).days.to_numpy()
    inside = (position >= 0) & (position < len(wanted))
    daily[:, position[inside]] = new[:, inside]
    beyond = np.arange(len(wanted)) > position[-1]
    if beyond.any():
        daily[:, beyond] = new[:, -7:].mean(axis=1, keepdims=True)
    infections = smooth(daily) / share_reported(wanted, values["mixing.ascertainment_factor"])
    steps = np.arange(BURN_IN_DAYS + days) + delay
    low = np.floor(steps).astype(int)
    weight = steps - low
    return infections[:, low] * (1.0 - weight) + infections[:, low + 1] * weight


@dataclass(frozen=True)
class Community:
    """What one draw's counties do when nothing couples to them."""

    multiplier: Float
    """[T, N] contact multiplier of each county (1 = reproduction number 1 among the susceptible)"""
    hazard_per_day: Float
    """[T, N] external hazard"""
    share_by_stage: Float
    """[N, 3, S] share of each age band in each stage on the first day"""
    people: Float
    """[N, 3, S] expected people by stage on the first day"""
    shortfall: float
    """Infections of the record that could not be placed because too few were susceptible."""


def follow_record(
    layout: Layout,
    start: dt.date,
    days: int,
    steps_per_day: int,
    values: Mapping[str, float],
    *,
    transmission: float,
    reproduction_cap: float,
    stages: object,
) -> Community:
    """Solve the contact multipliers and hazards of all counties for one draw.

    ``transmission`` is the beta of a reproduction number of 1; ``reproduction_cap`` bounds the
    states' reproduction numbers.
    """
    system = layout.system
    cells = layout.cells
    course = cells["course"].to_numpy()[layout.residents[0]].astype(np.int32)
    band_people = system.counties.loc[list(layout.county_fips)][
        ["age_0_17", "age_18_64", "age_65_plus"]
    ].to_numpy(dtype=np.float64)
    per_day = infections_per_day(system.cases.loc[list(layout.county_fips)], start, days, values)
    county_target = np.repeat(per_day, steps_per_day, axis=1).T / steps_per_day

    states = system.cases_by_state
    state_per_day = infections_per_day(states, start, days, values)
    state_target = np.repeat(state_per_day, steps_per_day, axis=1).T / steps_per_day
    state_people = state_populations(layout, list(states.index))
    n_steps = county_target.shape[0]
    no_cap = np.full((n_steps, len(states)), reproduction_cap)
    common = {
        "stages": stages,
        "course": course,
        "step_days": 1.0 / steps_per_day,
        "transmission": transmission,
    }
    of_states = track(people=state_people, target=state_target, cap=no_cap, **common)
    state_index = {code: n for n, code in enumerate(states.index)}
    national = np.average(of_states.multiplier, axis=1, weights=state_people.sum(axis=1))
    cap = np.empty_like(county_target)
    for n, code in enumerate(layout.county_fips):
        state = str(system.counties.at[code, "state"])
        index = state_index.get(state)
        cap[:, n] = national if code == OUTSIDE or index is None else of_states.multiplier[:, index]
    begin = BURN_IN_DAYS * steps_per_day
    before: Tracked = track(people=band_people, target=county_target[:begin], cap=cap[:begin], **common)
    after: Tracked = track(people=before.final, target=county_target[begin:], cap=cap[begin:], **common)
    total = before.final.sum(axis=2, keepdims=True)
    return Community(
        multiplier=after.multiplier,
        hazard_per_day=after.hazard_per_day,
        share_by_stage=before.final / np.maximum(total, 1.0),
        people=before.final,
        shortfall=float(before.shortfall.sum() + after.shortfall.sum()),
    )
