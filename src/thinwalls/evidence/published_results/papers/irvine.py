"""Irvine et al. 2020: outbreaks in ICE facilities and intensive-care beds nearby.

Their model is a stochastic SEIR per facility; latent and infectious periods, first infections,
severity, stays and the list of populations were not found.  So a bracket is all that can be held
against, and the counts of overwhelmed beds are reported beside theirs without a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import Quantity
from thinwalls.engine import activity_days, run
from thinwalls.evidence.published_results.compare_with_papers import Effort, Found
from thinwalls.evidence.published_results.small_systems import (
    Group,
    Plan,
    Pool,
    compile_plan,
    stage_graph,
)
from thinwalls.pathogens import PersonClass, load_pathogen, severity_shares
from thinwalls.policy import HaltArrests, HaltRemovals, HaltTransfers, Scenario
from thinwalls.simulation import simulate
from thinwalls.system import load_system, miles_between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thinwalls.common import Float
    from thinwalls.pathogens import Pathogen
    from thinwalls.system import System


SYSTEM = "ice-2020"
OTHER_SYSTEM = "ice-2019"
PATHOGEN = "covid-2020"
FACILITIES = 111
"""The largest by people on the first day; theirs are not listed."""
DAYS = 90
STEP_DAYS = 0.25
LOW, HIGH = 2.5, 7.0
RADII_MILES = (10.0, 50.0)
DRAWS, QUICK_DRAWS, FACE_DRAWS, QUICK_FACE_DRAWS = 100, 20, 20, 4
S, E, I, C, R = range(5)  # noqa: E741


@dataclass(frozen=True, slots=True)
class Course:
    """What is not known of their model."""

    seeds: int = 5
    latent_days: float = 3.0
    infectious_days: float = 7.0


MAIN = Course()
OTHERS = {
    "one seed": Course(seeds=1),
    "long generation time": Course(latent_days=5.1, infectious_days=10.0),
    "one seed, long generation time": Course(1, 5.1, 10.0),
}


def populations(system: System, most: int | None = None) -> tuple[list[str], Float]:
    """Ids and people of the facilities that hold anybody, the largest first."""
    held = system.facilities["population_start"]
    held = held[held > 0].sort_values(ascending=False, kind="stable")
    held = held if most is None else held.iloc[:most]
    return [str(name) for name in held.index], held.to_numpy(dtype=np.float64)


def outbreaks(
    people: Float,
    r: float,
    course: Course,
    critical: float,
    stay_days: float,
    draws: int,
    seed: int,
) -> tuple[Float, Float]:
    """[draws, facilities] share infected by day 90, and most people in intensive care at a time.

    Every facility by itself; a share ``critical`` of the infected goes from the end of the
    infectious period to intensive care.
    """
    stages = stage_graph(
        [np.inf, course.latent_days, course.infectious_days, stay_days, np.inf],
        [0, 0, 1, 0, 0],
        [(E, I, [1.0]), (I, C, [critical]), (I, R, [1 - critical]), (C, R, [1.0])],
    )
    beta = r / float(activity_days(stages, STEP_DAYS)[0])
    seeds = np.minimum(course.seeds, people)
    inputs = compile_plan(
        Plan(
            stages,
            [
                Group([n - first, 0, first, 0, 0], [(f, 0, 1.0, 1.0)])
                for f, (n, first) in enumerate(zip(people, seeds, strict=True))
            ],
            [Pool(beta) for _ in people],
            DAYS,
            STEP_DAYS,
        )
    )
    infected = np.zeros((draws, people.size))
    peak = np.zeros((draws, people.size))
    for draw in range(draws):
        output = run(inputs, seed=seed, draw=draw)
        infected[draw] = 1 - output.final[:, S] / people
        peak[draw] = output.stock[:, :, C].max(axis=0)
    return infected, peak


def critical_share(system: System, pathogen: Pathogen) -> float:
    """Share of infected detained people who need intensive care, ages as in most facilities."""
    table = system.composition
    ages = table[table["facility_id"] == "*"]
    disease = pathogen.at()
    total = 0.0
    for band, share in zip(ages["age_band"], ages["share"], strict=True):
        low, _, high = str(band).replace("+", "-100").partition("-")
        found = severity_shares(disease.values, [PersonClass(int(low), int(high), None)])
        total += float(share) * float(found["severe"][0] * found["critical"][0])
    return total


def beds_within(system: System, facilities: list[str], miles: float) -> Float:
    """[facilities] intensive-care beds of the counties whose middle is within ``miles``."""
    places = system.facilities.loc[facilities]
    counties = system.inside_counties
    away = miles_between(
        places["latitude"], places["longitude"], counties["latitude"], counties["longitude"]
    )
    beds = np.nan_to_num(counties["icu_beds"].to_numpy(dtype=np.float64))
    return np.asarray((away <= miles) @ beds)


def _percent(infected: Float, people: Float, note: str) -> Found:
    """Share of all people infected, with 90 % of draws and the error of the mean."""
    share = 100 * infected @ people / people.sum()
    low, high = np.quantile(share, (0.05, 0.95))
    error = float(share.std(ddof=1) / np.sqrt(len(share)))
    return Found(float(share.mean()), error, float(low), float(high), note)


def experiment(effort: Effort) -> Iterator[tuple[str, Found]]:
    """Every row of ``published/irvine.toml``."""
    draws = effort.draws(DRAWS, QUICK_DRAWS)
    system, pathogen = load_system(SYSTEM), load_pathogen(PATHOGEN)
    facilities, people = populations(system, FACILITIES)
    critical = critical_share(system, pathogen)
    stay = pathogen.parameters["dwell.icu_recover"].central
    beds = {miles: beds_within(system, facilities, miles) for miles in RADII_MILES}
    for r in (LOW, HIGH):
        infected, peak = outbreaks(people, r, MAIN, critical, stay, draws, effort.seed)
        note = f"{draws} draws, 90 % of them in brackets."
        yield f"infected/R {r:g}/main", _percent(infected, people, note)
        for miles in RADII_MILES:
            over = (peak > beds[miles]).sum(axis=1)
            low, high = np.quantile(over, (0.05, 0.95))
            none = int((beds[miles] == 0).sum())
            text = f"{none} of {FACILITIES} have no such bed in our data. {note}"
            yield (
                f"beds/R {r:g}/{miles:g} miles",
                Found(float(over.mean()), low=float(low), high=float(high), note=text),
            )
        for name, course in OTHERS.items():
            infected, _ = outbreaks(people, r, course, critical, stay, draws, effort.seed)
            yield f"infected/R {r:g}/{name}", _percent(infected, people, note)
        _, everybody = populations(load_system(OTHER_SYSTEM), FACILITIES)
        infected, _ = outbreaks(everybody, r, MAIN, critical, stay, draws, effort.seed)
        yield f"infected/R {r:g}/{OTHER_SYSTEM}", _percent(infected, everybody, note)
        yield f"infected/R {r:g}/public face", _face(effort, r)


def with_reproduction(pathogen: Pathogen, r: float) -> Pathogen:
    """The pathogen with one reproduction number in dormitories and cells."""
    number = Quantity(value=r, unit="people infected by one, all susceptible", tag="assumption")
    inside = {f"reproduction_number.{housing}": number for housing in ("dormitory", "cells")}
    return replace(pathogen, parameters={**pathogen.parameters, **inside})


def _face(effort: Effort, r: float) -> Found:
    """The same with everything that the model has: staff, counties, no arrest and no transfer."""
    draws = effort.draws(FACE_DRAWS, QUICK_FACE_DRAWS)
    system = load_system(SYSTEM)
    scenario = Scenario(
        "nobody comes or moves",
        actions=[
            action(start=system.start_date) for action in (HaltArrests, HaltTransfers, HaltRemovals)
        ],
    )
    pathogen = with_reproduction(load_pathogen(PATHOGEN), r)
    results = simulate(system, pathogen, [scenario], days=DAYS, draws=draws, seed=effort.seed)
    totals = results.totals.sel(scenario=scenario.name, place="all", group="followed")
    share = 100 * (totals["infections"] / totals["people_start"]).to_numpy()
    low, high = np.quantile(share, (0.05, 0.95))
    note = (
        f"thinwalls.simulate on {SYSTEM}, {draws} draws, 90 % of them in brackets: people detained "
        "on 20 March, wherever they are 90 days later."
    )
    error = float(share.std(ddof=1) / np.sqrt(draws))
    return Found(float(share.mean()), error, float(low), float(high), note)
