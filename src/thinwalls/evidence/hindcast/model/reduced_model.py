"""A reduced model of outbreaks in facilities, for fitting: the engine with few cells.

Facilities are housing units without strata; staff carry infection in from their county's record;
people are booked in, moved between facilities and leave as the record of the months says.
Natural history is fixed at the central values of covid-2020.  The measures of 2020 multiply contact
inside, as in the scenario *what happened*.  Compared with ``thinwalls.simulate`` it lacks ages,
hospitals, residents, home counties of staff other than the facility's own, and who goes where on a
transfer (people in transit mix: a facility receives its share of them).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from thinwalls import engine
from thinwalls.common import InputError
from thinwalls.evidence.hindcast.model.frame import Frame
from thinwalls.evidence.hindcast.model.measures_inside import contact_inside
from thinwalls.evidence.hindcast.model.outbreak_arrays import Units, housing, inputs_of
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation import (
    BORDER_AGENCY,
    BURN_IN_DAYS,
    build_layout,
    infections_per_day,
    read_flows,
    recorded_factors,
    recorded_flows,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.system import System


START: Final = dt.date(2020, 3, 20)
RECORDED_DAYS: Final = 195
"""Days from the start to the end of the monthly record, 30 September 2020."""
STEP_DAYS: Final = 1.0
DORMITORY_OVER_CELLS: Final = 6.16 / 2.65
"""Ratio of the medians of R in dormitories and in cells (covid-2020)."""
SHARE_DORMITORY: Final = 0.65
"""Middle of the simulation's range, 0.4 to 0.9."""
REPORT_DELAY_DAYS: Final = 10.0
"""Middle of the simulation's range, 7 to 14 days from infection to the record of a county."""
LAST_DELAY_DAYS: Final = 3
"""From the end of the infectious period (7.2 days after infection) to the facility's report."""
EARLY_UNTIL: Final = dt.date(2020, 5, 31)
LATE_FROM: Final = dt.date(2020, 8, 1)
"""The logit of the share found changes in a straight line between these days."""


def stages_of() -> engine.Stages:
    """S, E1, E2, P, I1, I2, R at the central values of covid-2020.

    Mean times are exact at the step: a stage is left with probability step / dwell.
    """
    pathogen = load_pathogen("covid-2020")

    def central(name: str) -> float:
        return pathogen.parameters[name].central

    latent, before = central("dwell.latent"), central("dwell.presymptomatic")
    after = central("dwell.infectious_after_onset")
    early = central("infectiousness.presymptomatic_share")
    dwell = np.array([np.inf, latent / 2, latent / 2, before, after / 2, after / 2, np.inf])
    finite = np.isfinite(dwell)
    dwell[finite] = -STEP_DAYS / np.log1p(-STEP_DAYS / dwell[finite])
    ratio = early / before / ((1.0 - early) / after)
    none = np.full(7, engine.NONE, np.int32)
    return engine.Stages(
        dwell_days=dwell,
        infectiousness=np.array([0.0, 0.0, 0.0, ratio, 1.0, 1.0, 0.0]),
        present=np.ones(7),
        alive=np.ones(7, bool),
        branch_from=np.arange(1, 6, dtype=np.int32),
        branch_to=np.arange(2, 7, dtype=np.int32),
        branch_probability=np.ones((1, 5)),
        susceptible=0,
        infected=1,
        resource=none,
        overflow=none,
    )


def build_frame(system: System, days: int = RECORDED_DAYS) -> Frame:
    """Frame of immigration detention in 2020; beyond the record, flows and rates stay as they were.

    Raises
    ------
    InputError
        When the system has no record of months or of cases.
    """
    layout = build_layout(system)
    flows = recorded_flows(layout, read_flows(layout))
    recorded = recorded_factors(system, flows, START, RECORDED_DAYS)
    table = system.facilities[system.facilities["population_start"] > 0]
    inland = sum(
        (flows.book_ins[name] for name in flows.book_ins if name != BORDER_AGENCY),
        flows.from_elsewhere,
    )
    book_ins = np.stack([inland, flows.book_ins[BORDER_AGENCY]], axis=1)
    exits = recorded.exits
    out_hazard = flows.transfer_hazard.sum(axis=1)
    into = (flows.people[:, None] * flows.transfer_hazard).sum(axis=0)
    factor = np.stack([recorded.arrests["ICE"], recorded.arrests[BORDER_AGENCY]], axis=1)
    # The last month's flows go on, with exits that keep the population where it is.
    steady = float(exits[-28:].mean())
    extra = max(days - RECORDED_DAYS, 0)
    factor = np.concatenate([factor, np.repeat(factor[-1:], extra, axis=0)])[:days]
    exits = np.concatenate([exits, np.full(extra, steady)])[:days]
    stages = stages_of()
    return Frame(
        facility_ids=tuple(str(name) for name in table.index),
        people=np.round(flows.people),
        staff=table["staff"].to_numpy(dtype=np.float64),
        book_ins=book_ins,
        book_in_factor=factor,
        exit_hazard=flows.exit_hazard + flows.elsewhere_hazard,
        exit_factor=exits,
        transfer_out_hazard=out_hazard,
        transfer_in_share=into / into.sum(),
        incidence=_incidence(system, [str(code) for code in table["county_fips"]], days),
        stages=stages,
        activity_days=float(engine.activity_days(stages, STEP_DAYS)[0]),
    )


def _incidence(system: System, counties: list[str], days: int) -> Float:
    values = {"mixing.report_delay_days": REPORT_DELAY_DAYS, "mixing.ascertainment_factor": 1.0}
    names = sorted(set(counties))
    # Places without a record of their own have that of the whole country.
    whole = system.cases.sum(axis=0).to_frame("all").T
    known = system.cases.reindex(names)
    residents = system.counties["population"]
    daily = infections_per_day(pd.concat([known.fillna(0), whole]), START, days, values)
    rate = daily / np.append(residents.reindex(names).to_numpy(), residents.sum())[:, None]
    missing = known.isna().all(axis=1).to_numpy()
    rate[:-1][missing] = rate[-1]
    row = {name: n for n, name in enumerate(names)}
    return np.ascontiguousarray(rate[[*(row[name] for name in counties), -1]].T)


def these_only(frame: Frame, facility_ids: Sequence[str]) -> Frame:
    """The frame with some of its facilities; people are moved between these only.

    Raises
    ------
    InputError
        When one of them holds nobody.
    """
    row = {name: n for n, name in enumerate(frame.facility_ids)}
    missing = [name for name in facility_ids if name not in row]
    if missing:
        raise InputError("holds nobody in the system", field="facility", value=missing[0])
    rows = sorted(row[name] for name in set(facility_ids))
    into = frame.transfer_in_share[rows]
    return replace(
        frame,
        facility_ids=tuple(frame.facility_ids[n] for n in rows),
        people=frame.people[rows],
        staff=frame.staff[rows],
        book_ins=frame.book_ins[rows],
        exit_hazard=frame.exit_hazard[rows],
        transfer_out_hazard=frame.transfer_out_hazard[rows],
        transfer_in_share=into / into.sum(),
        incidence=np.ascontiguousarray(frame.incidence[:, [*rows, -1]]),
    )


@dataclass(frozen=True)
class Simulated:
    """One simulation, by facility and day."""

    infections: Float
    """[F, days] infections of detained people inside"""
    resolved: Float
    """[F, days] detained people whose infectious period ended"""
    people: Float
    """[F, days] detained people present at the end of the day"""


def simulate_outbreaks(
    frame: Frame,
    values: Mapping[str, float],
    seed: int,
    *,
    well_mixed: bool = False,
    community_factor: Float | None = None,
) -> Simulated:
    """Run the reduced model once.

    Parameters
    ----------
    frame
        What is simulated.
    values
        One value of every quantity of ``outbreak_priors.toml`` and of the measures inside.
    seed
        Of all chance in the run.
    well_mixed
        One unit per facility: everybody meets everybody.
    community_factor
        [days] multiplies the infections outside (a forecast's uncertainty).
    """
    draws = np.random.default_rng(seed)
    units = housing(frame.people, values["mixing.unit_people"], well_mixed)
    effect = draws.standard_normal(len(frame.people))
    reproduction = facility_reproduction(values, effect)
    incidence = frame.incidence / values["mixing.ascertainment_factor"]
    if community_factor is not None:
        incidence = incidence.copy()
        incidence[BURN_IN_DAYS:] *= community_factor[:, None]
    inputs = inputs_of(
        frame,
        units,
        reproduction=reproduction,
        between=1.0 if well_mixed else values["mixing.between_unit_share"],
        crowding=values["mixing.crowding_exponent"],
        border=values["mixing.border_prevalence_ratio"],
        incidence=incidence,
        people=_start(frame, units, incidence, values, draws),
        contact=contact_inside(values, frame.days, start=START),
    )
    output = engine.run(inputs, seed=seed, draw=0)
    n = len(frame.people)
    return Simulated(
        infections=output.flow[:, :n, 0].T,
        resolved=output.flow[:, :n, 1].T,
        people=output.stock[:, :n, 0].T,
    )


def facility_reproduction(values: Mapping[str, float], normal: Float) -> Float:
    """R of each facility: the mean of dormitories and cells, times a lognormal of mean 1."""
    dormitory = values["pathogen.reproduction_number.dormitory"]
    mean = dormitory * (SHARE_DORMITORY + (1.0 - SHARE_DORMITORY) / DORMITORY_OVER_CELLS)
    sd = values["mixing.facility_effect_sd"]
    return np.asarray(mean * np.exp(sd * normal - 0.5 * sd * sd))


def _start(
    frame: Frame,
    units: Units,
    incidence: Float,
    values: Mapping[str, float],
    draws: np.random.Generator,
) -> NDArray[np.int64]:
    """[U, S] whole people of the units: those infected in the last days have the county's rate."""
    real = np.array([np.inf, 1.575, 1.575, 1.65, 1.2, 1.2])
    n_stages = len(frame.stages.dwell_days)
    counts = np.zeros((len(units.facility), n_stages), np.int64)
    ratio = values["mixing.detained_initial_prevalence_ratio"]
    before = incidence[:BURN_IN_DAYS][::-1, :-1]
    ends = np.concatenate([[0.0], np.cumsum(real[1:])])
    for s in range(1, 6):
        rate = before[int(ends[s - 1]) : int(np.ceil(ends[s]))].mean(axis=0) * real[s] * ratio
        counts[:, s] = draws.poisson(units.people * rate[units.facility])
    over = counts.sum(axis=1) > units.people
    counts[over] = 0
    counts[:, 0] = units.people - counts.sum(axis=1)
    return counts


def share_found(values: Mapping[str, float], days: int, first_day: int = 0) -> Float:
    """[days] share of infections that become a reported case: early, then rising to late.

    ``first_day`` counts from :data:`START`.
    """
    early, late = values["detection.share_found_early"], values["mixing.share_found"]
    day = first_day + np.arange(days, dtype=np.float64)
    ends = [(EARLY_UNTIL - START).days, (LATE_FROM - START).days]
    logit = np.interp(day, ends, [np.log(early / (1 - early)), np.log(late / (1 - late))])
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))


def reported(
    simulated: Simulated, values: Mapping[str, float], seed: int, first_day: int = 0
) -> Float:
    """[F, days] cases reported: each infection is found by chance; reports come in batches.

    ``first_day`` of the simulation counts from :data:`START`.
    """
    draws = np.random.default_rng([seed, 1])
    n, days = simulated.resolved.shape
    normal = draws.standard_normal((n,)) * values["detection.between_facility_sd"]
    share = share_found(values, days, first_day)
    logit = np.asarray(np.log(share / (1 - share)))[None, :] + normal[:, None]
    found = draws.binomial(simulated.resolved.astype(np.int64), 1.0 / (1.0 + np.exp(-logit)))
    reports = draws.random((n, days)) * values["detection.days_between_reports"] < 1.0
    day = np.where(reports, np.arange(days), days)
    waits = np.minimum.accumulate(day[:, ::-1], axis=1)[:, ::-1]
    at = np.minimum(waits + LAST_DELAY_DAYS, days)
    place = np.arange(n)[:, None] * (days + 1) + at
    cases = np.bincount(place.ravel(), weights=found.ravel(), minlength=n * (days + 1))
    return np.asarray(cases.reshape(n, days + 1)[:, :days])
