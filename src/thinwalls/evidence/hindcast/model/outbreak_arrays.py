"""The reduced model of outbreaks as arrays of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls import engine
from thinwalls.engine import NONE
from thinwalls.simulation import BURN_IN_DAYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.evidence.hindcast.model.frame import Frame


PERIOD_DAYS: Final = 7
"""Flows and rates outside are constant over a week."""
POOL_PEOPLE: Final = 10_000_000
"""People from whom those booked in are drawn: enough that nobody runs out."""
STAFF_INSIDE: Final = 0.25
"""Share of a staff member's contact time spent inside: 40 to 60 hours of the week's 168."""
DAYS_ON_THE_WAY: Final = 1.0
DETAINED, STAFF = 0, 1
"""Roles in the shared spaces of a facility."""
N_OTHERS: Final = 4
"""Cells after units and staff: in transit, gone, two pools of people who are arrested."""


@dataclass(frozen=True)
class Units:
    """Housing units of all facilities."""

    facility: NDArray[np.int64]
    """[U] sorted"""
    people: NDArray[np.int64]
    """[U]"""
    share: Float
    """[U] of the people of the facility"""


def housing(people: Float, unit_people: float, well_mixed: bool) -> Units:
    """Split facilities into units of about ``unit_people`` each, as even as whole people allow."""
    n = np.ones(len(people), np.int64)
    if not well_mixed:
        n = np.maximum(1, np.round(people / unit_people)).astype(np.int64)
    facility = np.repeat(np.arange(len(people)), n)
    within = np.arange(len(facility)) - np.repeat(np.cumsum(n) - n, n)
    whole = people.astype(np.int64)
    base, rest = np.divmod(whole[facility], n[facility])
    count = base + (within < rest)
    return Units(facility, count, count / whole[facility])


def inputs_of(
    frame: Frame,
    units: Units,
    *,
    reproduction: Float,
    between: float,
    crowding: float,
    border: float,
    incidence: Float,
    people: NDArray[np.int64],
    contact: Float | None = None,
) -> engine.Inputs:
    """Inputs of one run.

    Parameters
    ----------
    frame
        What all runs share.
    units
        Housing units (U).
    reproduction
        [F] people infected by one in each facility when all are susceptible.
    between
        Share of infectious contacts of detained people that are with the whole facility, not the
        unit, in (0, 1]; 1 = everybody meets everybody.
    crowding
        Exponent of the people present.
    border
        Prevalence of those arrested by CBP over that of the country.
    incidence
        [BURN_IN_DAYS + days, F + 1] infections per resident and day.
    people
        [U, S] in the units at the start.
    contact
        [days] multiplies contact inside, 1 if not given.
    """
    n, n_units = len(frame.people), len(units.facility)
    staff = n_units + np.arange(n)
    transit, gone, inland, abroad = range(n_units + n, n_units + n + N_OTHERS)
    n_cells = n_units + n + N_OTHERS
    every = np.zeros((n_cells, len(frame.stages.dwell_days)), np.int64)
    every[:n_units] = people
    every[staff, 0] = frame.staff.astype(np.int64)
    every[[inland, abroad], 0] = POOL_PEOPLE
    susceptibility = np.ones(n_cells)
    susceptibility[abroad] = border
    output = np.full(n_cells, NONE, np.int32)
    output[:n_units] = units.facility
    beta = reproduction / frame.activity_days
    return engine.Inputs(
        step_days=1.0,
        n_steps=frame.days,
        people=every,
        cells=engine.Cells(
            key=np.arange(n_cells, dtype=np.uint64),
            severity_row=np.zeros(n_cells, np.int32),
            susceptibility=susceptibility,
            infectivity=np.ones(n_cells),
            region=np.full(n_cells, NONE, np.int32),
            output=output,
        ),
        settings=_settings(frame, units, beta, between, crowding),
        attendance=_attendance(units, n),
        stages=frame.stages,
        exits=_exits(frame, units, n_cells, transit, gone),
        counts=_book_ins(frame, units, (inland, abroad)),
        programmes=engine.no_programmes(),
        triggers=engine.no_triggers(),
        rates=_rates(frame, n_units, incidence, contact),
        outputs=_record(n, len(frame.stages.dwell_days)),
    )


def _settings(
    frame: Frame, units: Units, beta: Float, between: float, crowding: float
) -> engine.Settings:
    """Units, facilities, counties of the facilities, the two pools."""
    n, n_units = len(frame.people), len(units.facility)
    n_settings = n_units + 2 * n + 2
    transmission = np.zeros(n_settings)
    transmission[:n_units] = beta[units.facility] * (1.0 - between)
    transmission[n_units : n_units + n] = beta * between
    present = np.ones(n_settings)
    present[:n_units] = np.maximum(units.people, 1)
    present[n_units : n_units + n] = np.maximum(frame.people + STAFF_INSIDE * frame.staff, 1.0)
    # Staff meet everybody whatever the units do: only contacts among detained people are fewer.
    shared = np.full((2, 2), 1.0 / between)
    shared[DETAINED, DETAINED] = 1.0
    kind = np.zeros(n_settings, np.int32)
    kind[n_units : n_units + n] = 1
    exponent = np.zeros(n_settings)
    exponent[: n_units + n] = crowding
    return engine.Settings(
        transmission=transmission,
        crowding_exponent=exponent,
        reference_present=present,
        kind=kind,
        contact=np.stack([np.ones((2, 2)), shared]),
        normalise_by_role=np.zeros(2, bool),
    )


def _attendance(units: Units, n: int) -> engine.Attendance:
    n_units = len(units.facility)
    facility_setting = n_units + units.facility
    setting = np.concatenate(
        [
            np.stack([np.arange(n_units), facility_setting], axis=1).ravel(),
            np.stack([n_units + np.arange(n), n_units + n + np.arange(n)], axis=1).ravel(),
            n_units + 2 * n + np.arange(2),
        ]
    )
    activity = np.concatenate([np.ones(2 * n_units), np.tile([STAFF_INSIDE, 1.0], n), np.ones(2)])
    each = np.concatenate([np.full(n_units + n, 2), [0, 0, 1, 1]])
    role = np.full(len(setting), DETAINED, np.int32)
    role[2 * n_units : 2 * (n_units + n) : 2] = STAFF
    return engine.Attendance(
        start=np.concatenate([[0], np.cumsum(each)]).astype(np.int64),
        setting=setting.astype(np.int32),
        role=role,
        activity=activity,
        presence=activity,
    )


def _exits(frame: Frame, units: Units, n_cells: int, transit: int, gone: int) -> engine.Exits:
    n_units = len(units.facility)
    into = frame.transfer_in_share[units.facility] * units.share / DAYS_ON_THE_WAY
    each = np.zeros(n_cells, np.int64)
    each[:n_units] = 2
    each[transit] = n_units
    hazard = np.stack(
        [frame.exit_hazard[units.facility], frame.transfer_out_hazard[units.facility]], axis=1
    )
    rows = 3 * n_units
    profile = np.zeros(rows, np.int32)
    profile[: 2 * n_units : 2] = 1
    return engine.Exits(
        start=np.concatenate([[0], np.cumsum(each)]).astype(np.int64),
        to=np.concatenate([np.tile([gone, transit], n_units), np.arange(n_units)]).astype(np.int32),
        hazard_per_day=np.concatenate([hazard.ravel(), into]),
        profile=profile,
        movement=np.full(rows, NONE, np.int32),
        stage_weight=np.zeros(rows, np.int32),
    )


def _book_ins(frame: Frame, units: Units, pools: tuple[int, int]) -> engine.Counts:
    n = len(frame.people)
    size = np.bincount(units.facility, minlength=n)
    rows = 2 * n
    return engine.Counts(
        people_per_day=frame.book_ins.T.ravel(),
        profile=np.repeat([2, 3], n).astype(np.int32),
        movement=np.full(rows, NONE, np.int32),
        stage_weight=np.zeros(rows, np.int32),
        pool_start=np.arange(rows + 1, dtype=np.int64),
        pool_cell=np.repeat(pools, n).astype(np.int32),
        pool_weight=np.ones(rows),
        pool_to=np.full(rows, NONE, np.int32),
        fan_start=np.concatenate([[0], np.cumsum(np.tile(size, 2))]).astype(np.int64),
        fan_cell=np.tile(np.arange(len(units.facility)), 2).astype(np.int32),
        fan_weight=np.tile(units.share, 2),
    )


def _rates(frame: Frame, n_units: int, incidence: Float, contact: Float | None) -> engine.Rates:
    n = len(frame.people)
    first = np.arange(0, frame.days, PERIOD_DAYS)
    period = np.arange(frame.days) // PERIOD_DAYS
    length = np.diff(np.append(first, frame.days))

    def weekly(series: Float) -> Float:
        shape = (-1, *(1,) * (series.ndim - 1))
        return np.asarray(np.add.reduceat(series, first, axis=0) / length.reshape(shape))

    susceptible = 1.0 - np.minimum(np.cumsum(incidence, axis=0), 0.9)
    outside = weekly((incidence / susceptible)[BURN_IN_DAYS:])
    hazard = np.zeros((len(first), n_units + 2 * n + 2))
    hazard[:, n_units + n : n_units + 2 * n] = outside[:, :-1]
    hazard[:, -2:] = outside[:, -1:]
    multiplier = np.ones_like(hazard)
    if contact is not None:
        multiplier[:, : n_units + n] = weekly(contact)[:, None]
    profile = np.ones((len(first), 4))
    profile[:, 1] = weekly(frame.exit_factor)
    profile[:, 2:] = weekly(frame.book_in_factor)
    n_stages = len(frame.stages.dwell_days)
    return engine.Rates(
        period_of_step=period.astype(np.int32),
        multiplier=multiplier,
        hazard_per_day=hazard,
        profile=profile,
        stage_weight=np.ones((1, n_stages)),
        capacity=np.zeros((len(first), 0, 0)),
    )


def _record(n: int, n_stages: int) -> engine.OutputSpec:
    flow = np.zeros((2, n_stages, n_stages), bool)
    flow[0, 0, 1] = True
    flow[1, n_stages - 2, n_stages - 1] = True
    return engine.OutputSpec(
        n_outputs=n,
        every_days=1,
        flow=flow,
        stock=np.ones((1, n_stages)),
        n_movements=0,
        force=False,
    )
