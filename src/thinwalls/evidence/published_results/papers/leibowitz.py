"""Leibowitz et al. 2021: crowding, single cells and county cases in 14 Massachusetts prisons.

They regressed weekly cases of each prison on its crowding or its single cells and on the county's
incidence (Poisson generalised estimating equations).  Here 14 prisons of that kind are simulated
at each crowding exponent, and the same regression is fitted to the simulated weeks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.common import RunError
from thinwalls.engine import activity_days, run
from thinwalls.evidence.published_results.compare_with_papers import Effort, Found
from thinwalls.evidence.published_results.estimators import poisson_regression
from thinwalls.evidence.published_results.papers.parts.leibowitz_prisons import studies
from thinwalls.evidence.published_results.small_systems import Group, Plan, Pool, compile_plan, seir
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation import mixing_quantities
from thinwalls.system import load_system

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thinwalls.common import Float
    from thinwalls.system import System


SYSTEM, STATE, CUSTODY = "us-2020", "MA", "state"
PATHOGEN = "covid-2020"
PRISONS, PEOPLE = 14, 6876
CROWDING = (0.25, 1.55)
"""People over design capacity, least and most crowded prison."""
FIRST = "2020-04-21"
WEEKS = 20
"""Theirs are 38, to 11 January 2021; the packaged record ends on 13 September 2020."""
EXPONENTS = (0.0, 0.25, 0.5, 0.75, 1.0)
STAFF_PER_PERSON = 1 / 3.0
"""2000 census of prisons, Stephan and Karberg, BJS NCJ 198272, 2003: 3.0 held per employee."""
STAFF_INSIDE = 0.24
"""share of a staff member's contact: 40 of 168 hours"""
REPORTED = 0.26
"""share of infections reported, May to August 2020 (Gu Y, covid19-projections.com)"""
LATENT_DAYS, INFECTIOUS_DAYS, STEP_DAYS = 3.0, 7.0, 0.5
MEASURES = (1.0, 0.5, 0.3)
"""Factors on R: none, and what measures in force may have left of it (assumption)."""
DRAWS, QUICK_DRAWS = 60, 8
DEALS, FACE_DRAWS = 6, 6
PUBLISHED = 1.14
PUBLISHED_ENDS = (1.03, 1.27)


@dataclass(frozen=True, slots=True)
class State:
    """14 prisons and what their counties recorded."""

    system: System
    """the prisons alone"""
    people: Float
    """[14]"""
    incidence: Float
    """[14, days] recorded cases per person and day in the county"""


@dataclass(frozen=True, slots=True)
class Ratios:
    """Incidence rate ratios of one simulated study."""

    crowding: float
    """per 10 points of design capacity"""
    county: float
    """per 10 county cases per 100,000 person-weeks"""
    single: float
    """per 10 points more in single cells"""


def massachusetts() -> State:
    """The packaged prisons of the state, scaled to the number of people in the paper."""
    system = load_system(SYSTEM)
    table = system.facilities
    here = table[(table["state"] == STATE) & table["custody"].str.contains(CUSTODY)]
    if len(here) != PRISONS:
        raise RunError(
            "{system} has {count} prisons in {state}, not {prisons}",
            system=SYSTEM,
            count=len(here),
            state=STATE,
            prisons=PRISONS,
        )
    people = here["population_start"].to_numpy(dtype=np.float64)
    people = np.maximum(np.round(people * PEOPLE / people.sum()), 20)
    record = system.cases
    first = list(record.columns).index(FIRST)
    days = slice(first, first + 7 * WEEKS)
    daily = np.diff(record.to_numpy(dtype=np.float64), axis=1, prepend=0.0)[:, days]
    rows = record.index.get_indexer(pd.Index(here["county_fips"]))
    residents = system.counties.loc[here["county_fips"], "population"].to_numpy(dtype=np.float64)
    prisons = system.facilities_only([str(name) for name in here.index])
    return State(prisons, people, daily[rows] / residents[:, None])


def _weekly(daily: Float) -> Float:
    return np.asarray(daily.reshape(len(daily), WEEKS, 7).sum(axis=2))


def study(
    state: State, exponent: float, seed: int, draw: int, measures: float = 1.0
) -> Ratios | None:
    """One simulated study; None when there are too few cases to fit.

    Prisons get evenly spaced degrees of crowding and of single cells in an order by lot; R at
    design capacity is that of the pathogen's draw for dormitories and cells, weighted by single
    cells, times the prison's own effect; staff bring in what their county records.
    """
    lot = np.random.default_rng([seed, draw])
    pathogen = load_pathogen(PATHOGEN).parameters
    crowding = lot.permutation(np.linspace(*CROWDING, PRISONS))
    single = lot.permutation(np.linspace(0.0, 1.0, PRISONS))
    dormitory, cells = (
        float(pathogen[f"reproduction_number.{housing}"].quantile(float(lot.random())))
        for housing in ("dormitory", "cells")
    )
    spread = float(mixing_quantities()["mixing.facility_effect_sd"].quantile(float(lot.random())))
    own = np.exp(spread * lot.standard_normal(PRISONS) - spread**2 / 2)
    r = (single * cells + (1 - single) * dormitory) * own * measures
    weekly = _simulated(state, crowding, r, exponent, seed, draw)
    county = _weekly(state.incidence) * 1e5 / 10
    exposure = np.repeat(state.people, WEEKS)
    cases, incidence = weekly.ravel(), county.ravel()
    try:
        by_crowding = poisson_regression(
            cases, np.column_stack([np.repeat(10 * crowding, WEEKS), incidence]), exposure
        )
        by_cells = poisson_regression(
            cases, np.column_stack([np.repeat(10 * single, WEEKS), incidence]), exposure
        )
    except RunError:
        return None
    return Ratios(*(float(np.exp(one)) for one in (by_crowding[1], by_crowding[2], by_cells[1])))


def _simulated(
    state: State, crowding: Float, r: Float, exponent: float, seed: int, draw: int
) -> Float:
    """[14, weeks] infections."""
    stages = seir(LATENT_DAYS, INFECTIOUS_DAYS)
    per_r = 1.0 / float(activity_days(stages, STEP_DAYS)[0])
    days = 7 * WEEKS
    groups = [Group([n, 0, 0, 0], [(p, 0, 1.0, 1.0)]) for p, n in enumerate(state.people)]
    capacity = state.people / crowding
    pools = [
        Pool(float(one * per_r), exponent, float(room))
        for one, room in zip(r, capacity, strict=True)
    ]
    steps = round(days / STEP_DAYS)
    plan = Plan(stages, groups, pools, days, STEP_DAYS, profiles=np.ones((steps, 1)))
    inputs = compile_plan(plan)
    at_crowding = r * crowding**exponent
    infected = state.incidence / REPORTED * STAFF_PER_PERSON * STAFF_INSIDE
    hazard = np.repeat((infected * at_crowding[:, None]).T, round(1 / STEP_DAYS), axis=0)
    rates = replace(inputs.rates, hazard_per_day=np.ascontiguousarray(hazard))
    output = run(replace(inputs, rates=rates), seed=seed, draw=draw)
    return _weekly(output.flow[:, :, 0].astype(np.float64).T)


def experiment(effort: Effort) -> Iterator[tuple[str, Found]]:
    """Every row of ``published/leibowitz.toml``."""
    draws = effort.draws(DRAWS, QUICK_DRAWS)
    state = massachusetts()
    for measures in MEASURES:
        every: list[Ratios] = []
        medians = []
        for exponent in EXPONENTS:
            found = [study(state, exponent, effort.seed, draw, measures) for draw in range(draws)]
            ratios = [one for one in found if one is not None]
            every += ratios
            one = _summary([ratio.crowding for ratio in ratios])
            medians.append(one.value)
            yield f"crowding/R x {measures:g}/exponent {exponent:g}", one
        if measures == MEASURES[0]:
            yield "crowding/default prior", _summary([one.crowding for one in every])
            yield "single cells/default prior", _summary([one.single for one in every])
            yield "county/default prior", _summary([one.county for one in every])
        else:
            yield f"single cells/R x {measures:g}", _summary([one.single for one in every])
            yield f"county/R x {measures:g}", _summary([one.county for one in every])
        for ratio in (PUBLISHED_ENDS[0], PUBLISHED, PUBLISHED_ENDS[1]):
            yield f"exponent/R x {measures:g}/{ratio:g}", Found(_exponent(medians, ratio))

    yield from _face(state, effort)


def _face(state: State, effort: Effort) -> Iterator[tuple[str, Found]]:
    """Some deals of single cells, each with some draws."""
    deals, draws = effort.draws(DEALS, 1), FACE_DRAWS
    incidence = _weekly(state.incidence) * 1e5 / 10
    found = [
        one
        for deal in range(deals)
        for one in studies(state.system, incidence, FIRST, WEEKS, draws, effort.seed + 1000 * deal)
    ]
    yield "single cells/public face", _summary([one.single for one in found])
    yield "county/public face", _summary([one.county for one in found])


def _exponent(medians: list[float], ratio: float) -> float:
    """Exponent at which the median study finds a ratio; the nearest end where none does."""
    rising = np.maximum.accumulate(medians)
    return float(np.interp(np.log(ratio), np.log(rising), EXPONENTS))


def _summary(values: list[float]) -> Found:
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    logs = np.log(values)
    error = float(middle * 1.2533 * logs.std(ddof=1) / np.sqrt(len(values)))
    note = f"Median and 90 % of {len(values)} studies of {PRISONS} prisons over {WEEKS} weeks."
    return Found(float(middle), error, float(low), float(high), note)
