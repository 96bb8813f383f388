"""The engine's inputs for one scenario of one draw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls import engine
from thinwalls.engine import NONE
from thinwalls.simulation.draws.programme_rows import programmes, triggers
from thinwalls.simulation.draws.stage_weights import stage_weights
from thinwalls.simulation.movement.index_cases import seed_rows
from thinwalls.simulation.movement.recorded_history import BOOK_INS_OF_PART
from thinwalls.simulation.movement.stays import exits_in_steps
from thinwalls.simulation.movement.vaccine_doses import of_cells, with_doses
from thinwalls.simulation.population.cell_variants import is_apart
from thinwalls.simulation.population.contact_in_units import (
    MEET_STAFF_ONLY,
    UnitSettings,
    activity_in_units,
    unit_settings,
)
from thinwalls.simulation.population.hospital_beds import added_beds, free_beds
from thinwalls.simulation.population.housing_units import IN_NO_UNIT
from thinwalls.simulation.population.layout import NOT_DETAINED
from thinwalls.simulation.population.visiting_rooms import room_activity, room_rows
from thinwalls.simulation.shared_types.routes import Route, routes_of
from thinwalls.simulation.shared_types.time_step import periods

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario
    from thinwalls.simulation.shared_types.drawn_effects import ContactEffect, Values

DETAINED, STAFF, QUARANTINED = 0, 1, 2
_MEETS = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
"""Who meets whom in a facility: people in quarantine meet only staff."""


@dataclass(frozen=True)
class Frame:
    """What no draw and no scenario changes: attendance, regions, outputs, stage pairs."""

    attendance_start: NDArray[np.int64]
    attendance_setting: NDArray[np.int32]
    is_staff_inside: NDArray[np.bool_]
    """[A] rows of staff in their facility"""
    is_kept_apart: NDArray[np.bool_]
    """[A] rows of people in units that are kept apart, in the spaces that units share"""
    is_staff_home: NDArray[np.bool_]
    """[A] rows of staff who go to work, in their county"""
    role: NDArray[np.int32]
    """[A]"""
    shared_rows: tuple[NDArray[np.int64], NDArray[np.int32]]
    """[K + 1] starts by unit, and rows of its people in the spaces that units share"""
    n_units: int
    """settings for quarantine on arrival: one per facility, or none; they come after counties"""
    n_rooms: int
    """visiting rooms: one per facility, or none; they come after those for quarantine"""
    units: UnitSettings
    """settings of facilities with housing units; they come last"""
    capacity: Float
    """[R, resources] beds free for this epidemic"""
    routes: tuple[Route, ...]
    """stages in which infected people can be found"""


def build_frame(layout: Layout, pathogen: Pathogen, *, visits: bool = False) -> Frame:
    """Lay out attendance.

    Settings are facilities (0 to F - 1), then counties, quarantine, visiting rooms, housing units.
    """
    cells = layout.cells
    n_facilities = layout.n_facilities
    group = cells["group"].to_numpy()
    apart = is_apart(cells["variant"].to_numpy())
    facility = {facility_id: f for f, facility_id in enumerate(layout.facility_ids)}
    county = {code: n_facilities + n for n, code in enumerate(layout.county_fips)}
    first_unit = n_facilities + len(county)
    in_none = cells["unit"].to_numpy() == IN_NO_UNIT
    n_units = n_facilities if (apart & in_none & (group == "detained")).any() else 0
    n_rooms = n_facilities if visits else 0
    units = unit_settings(layout, first_unit + n_units + n_rooms)
    in_units = set(units.facilities.tolist())
    first_of = {f: int(np.flatnonzero(layout.housing.unit_facility == f)[0]) for f in in_units}
    rows: list[tuple[int, int, int]] = []
    for cell, (kind, place, home, alone, unit) in enumerate(
        zip(group, cells["place"], cells["home"], apart, cells["unit"], strict=True)
    ):
        here = facility.get(place, NOT_DETAINED)
        if kind == "detained":
            quarantined = alone and unit == IN_NO_UNIT
            if n_units or here not in in_units:
                rows.append((cell, here, QUARANTINED if quarantined else DETAINED))
            if quarantined:
                rows.append((cell, first_unit + here, DETAINED))
            elif here in in_units:
                rows.append((cell, units.shared(here), DETAINED))
                if unit >= 0:
                    rows.append((cell, units.unit(first_of[here] + unit), DETAINED))
        if kind == "staff" and not alone:
            if n_units or here not in in_units:
                rows.append((cell, here, STAFF))
            if here in in_units:
                rows += [(cell, int(setting), STAFF) for setting in units.of(here)]
        if kind in ("residents", "released", "staff"):
            rows.append((cell, county[home], DETAINED))
    table = np.array(rows, dtype=np.int64)
    if n_rooms:
        table = np.concatenate([table, room_rows(layout, ~apart, first_unit + n_units)])
    order = np.lexsort((table[:, 1], table[:, 0]))
    table = table[order]
    works = (group[table[:, 0]] == "staff") & ~apart[table[:, 0]]
    inside = (table[:, 1] < n_facilities) | (table[:, 1] >= units.first)
    shared = np.isin(table[:, 1], units.first + np.arange(units.n_shared))
    in_unit = np.where(shared, layout.unit_of[table[:, 0]], IN_NO_UNIT)
    by_unit = np.argsort(in_unit, kind="stable")
    return Frame(
        attendance_start=np.searchsorted(table[:, 0], np.arange(len(cells) + 1)).astype(np.int64),
        attendance_setting=table[:, 1].astype(np.int32),
        is_staff_inside=works & inside,
        is_staff_home=works & ~inside,
        is_kept_apart=(apart & (group == "detained") & ~in_none)[table[:, 0]] & shared,
        role=table[:, 2].astype(np.int32),
        shared_rows=(
            np.searchsorted(in_unit[by_unit], np.arange(layout.housing.n_units + 1)).astype(
                np.int64
            ),
            by_unit.astype(np.int32),
        ),
        n_units=n_units,
        n_rooms=n_rooms,
        units=units,
        capacity=free_beds(layout),
        routes=routes_of(pathogen),
    )


def inside_factors(
    layout: Layout,
    effects: Sequence[ContactEffect],
    values: Values,
    days: int,
    *,
    between: bool = False,
) -> Float:
    """[days, F] product of what all actions do to contact inside, or only to that between units."""
    factors = np.ones((days, layout.n_facilities))
    for effect in effects:
        if effect.between != between:
            continue
        part = _inside_factor(layout, effect, values)
        factors[:, effect.settings] *= part[:, effect.settings]
    return factors


def _inside_factor(layout: Layout, effect: ContactEffect, values: Values) -> Float:
    """[days, F] what one action does to contact inside facilities."""
    by_day = effect.factor(values, effect.strength)
    if effect.meant is None or effect.meant.all():
        return np.repeat(by_day[:, None], layout.n_facilities, axis=1)
    share = _share_of_activity(layout, effect.meant, values["mixing.staff_time_inside_share"])
    return np.asarray((1.0 - share[None, :] + share[None, :] * np.sqrt(by_day)[:, None]) ** 2)


def outside_factors(effects: Sequence[ContactEffect], values: Values, n: int, days: int) -> Float:
    """[days, N] product of what all actions do to contact in counties."""
    factors = np.ones((days, n))
    for effect in effects:
        by_day = effect.factor(values, effect.strength)
        factors[:, effect.settings] *= by_day[:, None]
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


def _switched(
    layout: Layout, frame: Frame, compiled: CompiledScenario, draw: Draw
) -> list[Mapping[int, float]]:
    """Of every switch, the factors by setting while it is on."""
    n_facilities = layout.n_facilities
    found: list[Mapping[int, float]] = []
    for switch in compiled.switches:
        factors: dict[int, float] = {}
        for effect in switch.inside:
            part = _inside_factor(layout, effect, draw.values)[0]
            for f in map(int, np.flatnonzero(effect.settings)):
                one = None if switch.unit is None else [frame.units.unit(switch.unit)]
                for setting in one or _settings_of(layout, frame, f, effect):
                    factors[setting] = factors.get(setting, 1.0) * float(part[f])
        for effect in switch.outside:
            value = float(effect.factor(draw.values, effect.strength)[0])
            for n in map(int, np.flatnonzero(effect.settings)):
                factors[n_facilities + n] = factors.get(n_facilities + n, 1.0) * value
        found.append(factors)
    return found


def _settings_of(layout: Layout, frame: Frame, f: int, effect: ContactEffect) -> list[int]:
    """Settings of a facility on whose contact an effect acts."""
    if effect.between:
        return [frame.units.shared(f)] if f in frame.units.facilities else []
    own = [f]
    if frame.n_units:
        own.append(layout.n_facilities + len(layout.county_fips) + f)
    return [*own, *map(int, frame.units.of(f))]


def _activity(
    layout: Layout, frame: Frame, compiled: CompiledScenario, draw: Draw
) -> tuple[Float, Float]:
    """[A] share of the day, and weight among those present.

    In a quarantine unit the share is what is not spent with staff, if not alone.
    """
    n_facilities, n_counties = layout.n_facilities, len(layout.county_fips)
    activity = np.ones(len(frame.attendance_setting))
    activity[frame.is_staff_inside] = draw.staff_inside
    activity[frame.is_staff_home] = 1.0 - draw.staff_inside
    if frame.n_units:
        staff = (layout.cells["group"] == "staff").to_numpy()
        with_others = 1.0 - _share_of_activity(layout, staff, draw.staff_inside)
        unit = frame.attendance_setting - n_facilities - n_counties
        rows = np.flatnonzero((unit >= 0) & (unit < n_facilities))
        activity[rows] = np.where(compiled.together, with_others, 0.0)[unit[rows]]
    if frame.n_rooms:
        room = frame.attendance_setting - n_facilities - n_counties - frame.n_units
        rows = np.flatnonzero((room >= 0) & (room < frame.n_rooms))
        cell = np.repeat(np.arange(len(layout.cells)), np.diff(frame.attendance_start))[rows]
        activity[rows] = room_activity(layout, cell, room[rows], frame.role[rows], draw.values)
    if not frame.units.n_shared:
        return activity, activity
    presence = activity.copy()
    rows, activity[rows], presence[rows] = activity_in_units(
        frame.units, frame.attendance_setting, frame.is_staff_inside, draw.values
    )
    if compiled.kept_apart:
        rows = np.flatnonzero(frame.is_kept_apart)
        activity[rows] *= 1.0 - draw.values[compiled.kept_apart]
        presence[rows] *= 1.0 - draw.values[compiled.kept_apart]
    return activity, presence


def inputs_of(
    layout: Layout,
    frame: Frame,
    compiled: CompiledScenario,
    draw: Draw,
    record: engine.OutputSpec,
    steps_per_day: int,
    days: int,
) -> engine.Inputs:
    """Everything the engine needs for one scenario of one draw."""
    cells = layout.cells
    n_facilities, n_counties = layout.n_facilities, len(layout.county_fips)
    exits, counts = compiled.exits, compiled.counts
    if draw.imputed is not None:
        frame = replace(frame, capacity=draw.imputed.free_beds)
        exits = draw.imputed.exits(exits, compiled.usual)
        counts = draw.imputed.counts(counts)
    exits = exits_in_steps(compiled, exits, steps_per_day)
    activity, presence = _activity(layout, frame, compiled, draw)
    profile = compiled.profile
    if compiled.drawn:
        profile = profile.copy()
        for one in compiled.drawn:
            profile[:, one.column] = one.series(draw.values)
    care, profile, copies = programmes(compiled.programmes, draw, profile)
    inside = inside_factors(layout, compiled.inside, draw.values, days)
    outside = outside_factors(compiled.outside, draw.values, n_counties, days)
    between = inside_factors(layout, compiled.inside, draw.values, days, between=True)
    in_units = frame.units.expanded(inside, between)
    rooms = (inside * compiled.visits)[:, : frame.n_rooms]
    contact = np.concatenate([inside, outside, inside[:, : frame.n_units], rooms, in_units], axis=1)
    season = draw.disease.season(days)
    if season is not None:
        contact = contact * season[:, None]
    beds = frame.capacity + added_beds(layout, compiled.beds, days)
    by_day = [profile, contact, beds.reshape(days, -1)]
    period_of_day, first_of_period = periods(np.concatenate(by_day, axis=1))
    multiplier = contact[first_of_period]
    people = draw.people
    if compiled.of_record.any():
        factor = np.where(compiled.of_record, draw.values[BOOK_INS_OF_PART], 1.0)
        counts = replace(counts, people_per_day=counts.people_per_day * factor)
    counts = with_doses(counts, compiled, draw)
    present = np.zeros(contact.shape[1])
    at_start = np.repeat(people @ draw.stages.present, np.diff(frame.attendance_start))
    np.add.at(present, frame.attendance_setting, presence * at_start)
    counties = np.arange(n_facilities, n_facilities + n_counties, dtype=np.int32)
    return engine.Inputs(
        step_days=1.0 / steps_per_day,
        n_steps=days * steps_per_day,
        people=people,
        cells=engine.Cells(
            key=layout.keys,
            severity_row=compiled.course,
            susceptibility=of_cells(compiled, draw.susceptibility),
            infectivity=of_cells(compiled, draw.infectivity),
            contagion_shape_per_day=draw.contagion_shape_per_day,
            region=cells["region"].to_numpy(dtype=np.int32),
            output=cells["output"].to_numpy(dtype=np.int32),
            early=cells["people"].to_numpy() > 0.0,
            found_profile=compiled.found_profile,
        ),
        settings=_settings(layout, frame, draw, np.maximum(present, 1.0)),
        attendance=engine.Attendance(
            start=frame.attendance_start,
            setting=frame.attendance_setting,
            role=frame.role,
            activity=activity,
            presence=presence,
        ),
        stages=draw.stages,
        exits=exits,
        counts=counts,
        programmes=care,
        triggers=triggers(
            compiled,
            _switched(layout, frame, compiled, draw),
            copies,
            (frame.units, frame.shared_rows, draw.values),
        ),
        rates=engine.Rates(
            period_of_step=np.repeat(period_of_day, steps_per_day).astype(np.int32),
            multiplier=multiplier,
            hazard_per_day=np.zeros_like(multiplier),
            profile=profile[first_of_period],
            stage_weight=stage_weights(draw, frame.routes, compiled.gate),
            capacity=beds[first_of_period],
            series_setting=counties,
            series_multiplier=draw.community.multiplier,
            series_hazard_per_day=draw.community.hazard_per_day,
        ),
        outputs=record,
        seeds=seed_rows(compiled.seeds, draw.susceptibility, steps_per_day, draw.lot),
    )


def _settings(layout: Layout, frame: Frame, draw: Draw, reference: Float) -> engine.Settings:
    """Facilities, counties, quarantine, visiting rooms (as contagious as a county), housing.

    Quarantine and housing units are as contagious as their facility.
    """
    n_facilities, n_counties, n_units = (
        layout.n_facilities,
        len(layout.county_fips),
        frame.n_units,
    )
    counties = np.full(n_counties, draw.county_transmission)
    inside = draw.facility_transmission
    units, n_rooms = frame.units, frame.n_rooms
    kind = np.zeros(len(reference), dtype=np.int32)
    contact = np.ones((1, 2, 2))
    if n_units:
        contact = np.stack([np.ones((3, 3)), _MEETS, MEET_STAFF_ONLY])
        kind[:n_facilities] = 1
        kind[units.facilities] = 2
    if n_rooms:
        across = np.zeros_like(contact[:1])
        across[0, DETAINED, STAFF] = across[0, STAFF, DETAINED] = 1.0
        kind[units.first - n_rooms : units.first] = len(contact)
        contact = np.concatenate([contact, across])
    exponent = np.full(len(reference), draw.crowding_exponent)
    exponent[n_facilities : units.first] = 0.0
    rooms = np.full(n_rooms, draw.county_transmission)
    return engine.Settings(
        transmission=np.concatenate(
            [inside, counties, inside[:n_units], rooms, inside[units.facility]]
        ),
        crowding_exponent=exponent,
        reference_present=reference,
        kind=kind,
        contact=contact,
        normalise_by_role=np.arange(len(contact)) == (len(contact) - 1 if n_rooms else NONE),
    )
