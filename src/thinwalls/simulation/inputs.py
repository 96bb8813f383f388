"""The engine's inputs for one scenario of one draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thinwalls import engine
from thinwalls.simulation.drawing import RESOURCES, Draw

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.actions import ContactEffect, IsolationRule
    from thinwalls.simulation.compiling import CompiledScenario
    from thinwalls.simulation.layout import Layout

Float = NDArray[np.float64]
DETAINED, STAFF = 0, 1


@dataclass(frozen=True)
class Frame:
    """What no draw and no scenario changes: attendance, regions, outputs, stage pairs."""

    attendance_start: NDArray[np.int64]
    attendance_setting: NDArray[np.int32]
    is_staff_inside: NDArray[np.bool_]
    """[A] rows of staff in their facility"""
    is_staff_home: NDArray[np.bool_]
    capacity: Float
    """[1, R, resources] beds free for this epidemic"""
    symptomatic: tuple[tuple[int, int, str], ...]
    """(stage with symptoms, its isolated twin, parameter with the mean days of such stages)"""


def build_frame(layout: Layout, pathogen: Pathogen) -> Frame:
    """Lay out attendance: facilities are settings 0 to F - 1, counties follow."""
    cells = layout.cells
    n_facilities = layout.n_facilities
    group = cells["group"].to_numpy()
    facility = {facility_id: f for f, facility_id in enumerate(layout.facility_ids)}
    county = {code: n_facilities + n for n, code in enumerate(layout.county_fips)}
    rows: list[tuple[int, int, int]] = []
    for cell, (kind, place, home) in enumerate(
        zip(group, cells["place"], cells["home"], strict=True)
    ):
        if kind in ("detained", "staff"):
            rows.append((cell, facility[place], DETAINED if kind == "detained" else STAFF))
        if kind in ("residents", "released", "staff"):
            rows.append((cell, county[home], DETAINED))
    table = np.array(rows, dtype=np.int64)
    order = np.lexsort((table[:, 1], table[:, 0]))
    table = table[order]
    staff_row = group[table[:, 0]] == "staff"
    inside = table[:, 1] < n_facilities
    index = {stage.name: s for s, stage in enumerate(pathogen.stages)}
    return Frame(
        attendance_start=np.searchsorted(table[:, 0], np.arange(len(cells) + 1)).astype(np.int64),
        attendance_setting=table[:, 1].astype(np.int32),
        is_staff_inside=staff_row & inside,
        is_staff_home=staff_row & ~inside,
        capacity=_capacity(layout)[None],
        symptomatic=tuple(
            (index[stage.name], index[stage.twin], stage.dwell)
            for stage in pathogen.stages
            if stage.compartment == "I" and stage.twin is not None and stage.dwell is not None
        ),
    )


def _capacity(layout: Layout) -> Float:
    """[R, resources] staffed beds that a normal year leaves free; wards and intensive care."""
    counties = layout.system.counties.loc[list(layout.county_fips)]
    icu = counties["icu_beds"] * (1.0 - counties["icu_occupancy"])
    wards = (counties["acute_beds"] - counties["icu_beds"]).clip(lower=0.0)
    beds = wards * (1.0 - counties["bed_occupancy"])
    free = np.stack([beds.to_numpy(dtype=np.float64), icu.to_numpy(dtype=np.float64)], axis=1)
    by_region = np.zeros((len(layout.regions), len(RESOURCES)))
    np.add.at(by_region, layout.county_region, free)
    return np.asarray(np.floor(by_region))


def _contact_factors(
    layout: Layout, effects: tuple[ContactEffect, ...], draw: Draw, days: int
) -> Float:
    """[days, F] product of what all actions do to contact inside."""
    factors = np.ones((days, layout.n_facilities))
    for effect in effects:
        reduction = effect.reduction(draw.values)
        by_day = 1.0 - reduction * effect.strength
        if effect.meant is None or effect.meant.all():
            part = np.repeat(by_day[:, None], layout.n_facilities, axis=1)
        else:
            share = _share_of_activity(layout, effect.meant, draw.staff_inside)
            part = (1.0 - share[None, :] + share[None, :] * np.sqrt(by_day)[:, None]) ** 2
        factors[:, effect.facilities] *= part[:, effect.facilities]
    return factors


def _share_of_activity(layout: Layout, meant: NDArray[np.bool_], staff_inside: float) -> Float:
    """[F] share of the activity inside a facility at the start that is by the people meant."""
    people = layout.cells["people"].to_numpy(dtype=np.float64)
    weight, chosen = np.zeros(layout.n_facilities), np.zeros(layout.n_facilities)
    for f in range(layout.n_facilities):
        cells = layout.cells_of(f)
        weight[f] = people[cells].sum()
        chosen[f] = people[cells][meant[cells]].sum()
    np.add.at(weight, layout.staff_facility, staff_inside * people[layout.staff])
    np.add.at(chosen, layout.staff_facility, staff_inside * (people * meant)[layout.staff])
    return np.asarray(chosen / np.maximum(weight, 1e-12))


def _programmes(
    layout: Layout, frame: Frame, rules: tuple[IsolationRule, ...], draw: Draw, first_profile: int
) -> engine.Programmes:
    """Isolation as hazards from stages with symptoms to their twins.

    With mean days ``D`` with symptoms, share found ``f`` and mean delay ``d`` the hazard is
    ``f / ((1 - f) D + d)``: without delay a share ``f`` is found before symptoms end, and at
    ``f = 1`` the mean time to isolation is ``d``.
    """
    people = layout.cells["people"].to_numpy()
    start, cells = [0], list[int]()
    source, target, hazard, profile = list[int](), list[int](), list[float](), list[int]()
    limit, most = list[int](), list[float]()
    for number, rule in enumerate(rules):
        found, delay = draw.values[rule.found], draw.values[rule.delay_days]
        for f in np.flatnonzero(rule.facilities):
            members = layout.cells_of(int(f))
            place = engine.NONE
            if rule.places_per_100 is not None:
                place = len(most)
                most.append(np.floor(rule.places_per_100 / 100 * people[members].sum()))
            for stage, twin, dwell in frame.symptomatic:
                ill = draw.disease.values[dwell]
                cells += members.tolist()
                start.append(len(cells))
                source.append(stage)
                target.append(twin)
                hazard.append(found / ((1.0 - found) * ill + delay))
                profile.append(first_profile + number)
                limit.append(place)
    return engine.Programmes(
        cell_start=np.array(start, dtype=np.int64),
        cell=np.array(cells, dtype=np.int32),
        stage_from=np.array(source, dtype=np.int32),
        stage_to=np.array(target, dtype=np.int32),
        hazard_per_day=np.array(hazard, dtype=np.float64),
        profile=np.array(profile, dtype=np.int32),
        limit=np.array(limit, dtype=np.int32),
        limit_people=np.array(most, dtype=np.float64),
    )


def no_triggers() -> engine.Triggers:
    """An empty table of state-triggered changes."""
    index, number = np.zeros(0, dtype=np.int32), np.zeros(0)
    start = np.zeros(1, dtype=np.int64)
    return engine.Triggers(
        variable=index,
        output_start=start,
        output=index,
        region=index,
        resource=index,
        threshold=number,
        window_days=index,
        duration_days=index,
        delay_days=index,
        profile=index,
        factor=number,
        setting_start=start,
        setting=index,
        setting_factor=number,
    )


def inputs_of(
    layout: Layout,
    frame: Frame,
    compiled: CompiledScenario,
    draw: Draw,
    record: engine.Record,
    steps_per_day: int,
    days: int,
) -> engine.Inputs:
    """Everything the engine needs for one scenario of one draw."""
    cells = layout.cells
    n_facilities, n_counties = layout.n_facilities, len(layout.county_fips)
    n_settings = n_facilities + n_counties
    activity = np.ones(len(frame.attendance_setting))
    activity[frame.is_staff_inside] = draw.staff_inside
    activity[frame.is_staff_home] = 1.0 - draw.staff_inside
    strengths = [rule.strength for rule in compiled.isolation]
    profile = np.column_stack([compiled.profile, *strengths])
    contact = _contact_factors(layout, compiled.contact, draw, days)
    period_of_day, first_of_period = _periods(np.concatenate([profile, contact], axis=1))
    multiplier = np.ones((len(first_of_period), n_settings))
    multiplier[:, :n_facilities] = contact[first_of_period]
    people = draw.people
    present = np.zeros(n_settings)
    at_start = np.repeat(people @ draw.stages.present, np.diff(frame.attendance_start))
    np.add.at(present, frame.attendance_setting, activity * at_start)
    counties = np.arange(n_facilities, n_settings, dtype=np.int32)
    return engine.Inputs(
        step_days=1.0 / steps_per_day,
        n_steps=days * steps_per_day,
        people=people,
        cells=engine.Cells(
            key=layout.keys,
            course=cells["course"].to_numpy(dtype=np.int32),
            susceptibility=draw.susceptibility,
            infectivity=draw.infectivity,
            region=cells["region"].to_numpy(dtype=np.int32),
            output=cells["output"].to_numpy(dtype=np.int32),
        ),
        settings=engine.Settings(
            transmission=np.concatenate(
                [draw.facility_transmission, np.full(n_counties, draw.county_transmission)]
            ),
            crowding_exponent=np.concatenate(
                [np.full(n_facilities, draw.crowding_exponent), np.zeros(n_counties)]
            ),
            reference_present=np.maximum(present, 1.0),
            kind=np.zeros(n_settings, dtype=np.int32),
            contact=np.ones((1, 2, 2)),
            normalise_by_role=np.zeros(1, dtype=np.bool_),
        ),
        attendance=engine.Attendance(
            start=frame.attendance_start,
            setting=frame.attendance_setting,
            role=frame.is_staff_inside.astype(np.int32),
            activity=activity,
            presence=activity,
        ),
        stages=draw.stages,
        exits=compiled.exits,
        counts=compiled.counts,
        programmes=_programmes(layout, frame, compiled.isolation, draw, compiled.profile.shape[1]),
        triggers=no_triggers(),
        rates=engine.Rates(
            period_of_step=np.repeat(period_of_day, steps_per_day).astype(np.int32),
            multiplier=multiplier,
            hazard_per_day=np.zeros_like(multiplier),
            profile=profile[first_of_period],
            stage_weight=_movable(draw),
            capacity=np.repeat(frame.capacity, len(first_of_period), axis=0),
            series_setting=counties,
            series_multiplier=draw.community.multiplier,
            series_hazard_per_day=draw.community.hazard_per_day,
        ),
        record=record,
    )


def _periods(columns: Float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Runs of days with equal rows: period of every day, first day of every period."""
    changed = np.concatenate([[True], np.any(columns[1:] != columns[:-1], axis=1)])
    return np.cumsum(changed) - 1, np.flatnonzero(changed)


def _movable(draw: Draw) -> Float:
    """[1, S] people alive and not in hospital can be moved."""
    stages = draw.stages
    return (stages.alive & (stages.resource < 0)).astype(np.float64)[None]
