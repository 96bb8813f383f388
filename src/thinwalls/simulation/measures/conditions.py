"""Actions that begin when something has happened: place by place, a condition and what it changes.

The action is compiled as if it were always in force; what it would change is then split by place,
left off, and switched on by a trigger of the engine while the condition of the place holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.engine import NONE
from thinwalls.simulation.population.cell_variants import (
    APART,
    ORDINARY,
    VACCINATED,
    VACCINATED_APART,
)
from thinwalls.simulation.population.hospital_beds import free_beds, region_beds, use_of_free_beds
from thinwalls.simulation.shared_types.compiled_scenario import (
    Factor,
    InPlaces,
    MoreCounts,
    MoreExits,
    Rule,
)
from thinwalls.simulation.shared_types.drawn_effects import (
    MOST_HAZARD_PER_DAY,
    Condition,
    ContactEffect,
    Mask,
    Switch,
)
from thinwalls.simulation.shared_types.flow_tables import ANYBODY, ExitRows, FlowTable
from thinwalls.simulation.shared_types.movement_classes import WITHIN
from thinwalls.system import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from thinwalls.policy import Action, Place, Watch
    from thinwalls.simulation.measures.scenario_builder import Work
    from thinwalls.simulation.population.layout import Layout

_RESOURCE = {"bed": 0, "icu": 1}
_KINDS_OF_PLACE: tuple[Place, ...] = ("unit", "facility", "county")


@dataclass(frozen=True)
class WatchedPlace:
    """Where a condition is looked at, and what is there."""

    facilities: Mask
    """[F]"""
    counties: Mask
    """[N]"""
    condition: Condition
    unit: int | None = None
    """the housing unit, if it is one"""

    def cells(self, layout: Layout) -> Mask:
        """[C] cells of the people detained there."""
        if self.unit is not None:
            return np.asarray(layout.unit_of == self.unit)
        return self.facilities[layout.facility_of] & (layout.facility_of >= 0)


def split_by_place(work: Work, always: Work, watch: Watch, then: Action) -> None:
    """Split what the action changes, compiled as ``always``, by place and leave it to triggers."""
    meant = None if watch.facilities is None else work.facilities(watch.facilities)
    for place in places_of(work.layout, watch):
        if meant is not None and not (meant & place.facilities).any():
            continue
        mark = len(work.switches)
        switch = Switch(
            place.condition,
            (),
            inside=_restricted(always.inside, place.facilities),
            outside=_restricted(always.outside, place.counties),
            unit=place.unit,
        )
        if place.unit is not None and then.apart_by:
            _keep_apart(work, place.unit, mark)
            work.kept_apart = then.value(then.apart_by)
            work.switches.append(replace(switch, inside=()))
            continue
        changed = _move(work, always, watch, place, mark)
        if changed or switch.inside or switch.outside:
            work.switches.append(switch)


def check(work: Work, action: Action, watch: Watch, then: Action) -> None:
    """Refuse a condition or an action after it that cannot be switched.

    Raises
    ------
    InputError
        Names the field of ``when`` or of the action after it.
    """
    field = f"{action.do}.then"
    if watch.place == "unit":
        _check_unit(work, action, then)
    last = work.days_in_force(action)
    if last != slice(0, work.days):
        raise InputError(
            "a condition is looked at on every day of the run; leave start and end out",
            field=f"{action.do}.start",
            value=str(action.start or action.end),
        )
    if not any(then.can_switch(place) for place in _KINDS_OF_PLACE):
        raise InputError("cannot be switched on and off by a condition", field=field, value=then.do)
    if getattr(then, "ramp_days", 0):
        raise InputError(
            "a condition switches at once to full strength; leave it out",
            field=f"{field}.ramp_days",
            value=getattr(then, "ramp_days", 0),
        )
    if not then.can_switch(watch.place):
        raise InputError("acts in counties; place must be 'county'", field=f"{action.do}.place")


def _check_unit(work: Work, action: Action, then: Action) -> None:
    if not work.layout.housing.n_units:
        raise InputError(
            "no facility of the system is housed in units; load it with units, or the place must "
            "be facility or county",
            field=f"{action.do}.place",
            value="unit",
        )
    if not then.can_switch("unit"):
        raise InputError(
            "cannot be done in one housing unit", field=f"{action.do}.then", value=then.do
        )
    if then.apart_by and work.kept_apart:
        raise InputError(
            "two conditions that keep a housing unit apart cannot be told apart",
            field=f"{action.do}.then",
            value=then.do,
        )


def _keep_apart(work: Work, unit: int, mark: int) -> None:
    """While the trigger is on, the people of a unit are in variants that others hardly meet."""
    layout = work.layout
    mine = layout.housing.cell[layout.housing.unit == unit]
    there, back = ExitRows(), ExitRows()
    for free, apart in ((ORDINARY, APART), (VACCINATED, VACCINATED_APART)):
        cells, variants = layout.variants[free, mine], layout.variants[apart, mine]
        there.add(cells, variants, MOST_HAZARD_PER_DAY, WITHIN, ANYBODY)
        back.add(variants, cells, MOST_HAZARD_PER_DAY, WITHIN, ANYBODY)
    always = np.ones(work.days)
    work.more_exits.append(MoreExits(FlowTable.from_rows(there), always, mark))
    work.more_exits.append(MoreExits(FlowTable.from_rows(back), always, mark, while_off=True))


def _restricted(effects: list[ContactEffect], here: Mask) -> tuple[ContactEffect, ...]:
    found = (replace(effect, settings=effect.settings & here) for effect in effects)
    return tuple(effect for effect in found if effect.settings.any())


def places_of(layout: Layout, watch: Watch) -> Iterator[WatchedPlace]:
    """Every unit, facility, county or hospital region with the rows that its condition reads."""
    n_facilities, n_counties = layout.n_facilities, len(layout.county_fips)
    no_counties = np.zeros(n_counties, dtype=bool)
    if watch.hospital is not None:
        yield from _regions(layout, watch)
        return
    place = layout.outputs["place"].to_numpy()
    in_units = np.zeros(n_facilities, dtype=bool)
    if watch.place == "unit":
        yield from _units(layout, watch)
        if not watch.or_facilities:
            return
        in_units[layout.housing.unit_facility] = True
    if watch.place != "county":
        for f, name in enumerate(layout.facility_ids):
            if in_units[f]:
                continue
            rows = np.flatnonzero(place == name)
            condition = _by_cases(watch, name, rows)
            yield WatchedPlace(np.arange(n_facilities) == f, no_counties, condition)
        return
    for n, code in enumerate(layout.county_fips):
        if code == OUTSIDE:
            continue
        facilities = layout.facility_county == n
        names = [layout.facility_ids[f] for f in np.flatnonzero(facilities)]
        rows = np.flatnonzero(np.isin(place, [code, *names]))
        yield WatchedPlace(facilities, np.arange(n_counties) == n, _by_cases(watch, code, rows))


def _units(layout: Layout, watch: Watch) -> Iterator[WatchedPlace]:
    """Every housing unit; cases are those of the people who live there."""
    no_counties = np.zeros(len(layout.county_fips), dtype=bool)
    place, number = (layout.outputs[name].to_numpy() for name in ("place", "unit"))
    facility = layout.housing.unit_facility
    for unit, f in enumerate(facility):
        within = unit - int(np.searchsorted(facility, f))
        name = layout.facility_ids[f]
        rows = np.flatnonzero((place == name) & (number == within))
        condition = _by_cases(watch, f"{name}, unit {within + 1}", rows)
        yield WatchedPlace(np.arange(layout.n_facilities) == f, no_counties, condition, unit)


def _by_cases(watch: Watch, label: str, rows: NDArray[np.int64]) -> Condition:
    assert watch.cases is not None
    return Condition(
        label=label,
        outputs=rows,
        region=NONE,
        resource=NONE,
        threshold=float(watch.cases),
        window_days=watch.within_days,
        duration_days=watch.for_days,
        delay_days=_delay(watch),
    )


def _delay(watch: Watch) -> int:
    """Days after the earliest, which is the day after the record was read."""
    return max(round(watch.delay_days) - 1, 0)


def _regions(layout: Layout, watch: Watch) -> Iterator[WatchedPlace]:
    """Hospital regions: of all beds a share is in use in a normal year, the rest is free here."""
    assert watch.hospital is not None
    assert watch.above is not None
    resource = _RESOURCE[watch.hospital]
    beds, free = region_beds(layout)[:, resource], free_beds(layout)[:, resource]
    for r, code in enumerate(layout.regions):
        counties = layout.county_region == r
        if code == OUTSIDE or not beds[r] > 0:
            continue
        condition = Condition(
            label=code,
            outputs=np.zeros(0, dtype=np.int64),
            region=r,
            resource=resource,
            threshold=use_of_free_beds(float(beds[r]), float(free[r]), watch.above),
            window_days=1,
            duration_days=watch.for_days,
            delay_days=_delay(watch),
        )
        yield WatchedPlace(counties[layout.facility_county], counties, condition)


def _move(work: Work, always: Work, watch: Watch, place: WatchedPlace, mark: int) -> bool:
    """Give the place's part of flows and programmes to the trigger; whether there is any."""
    layout, flows = work.layout, work.flows
    here = place.cells(layout)
    arriving = place.facilities[flows.book_ins.facility]
    if watch.out_only or place.unit is not None:
        arriving = np.zeros_like(arriving)
    pairs = np.repeat(arriving, len(layout.detained_classes))
    exits = here[flows.exits.cell]
    if not watch.out_only:
        exits = exits | here[flows.exits.to]
    count = 0
    for factors, mine, target in (
        (always.book_ins, pairs, work.book_ins),
        (always.exits, exits, work.exits),
    ):
        for one in factors:
            rows = one.rows & mine
            if rows.any():
                target.append(Factor(rows, one.series, mark))
                count += 1
    for more in always.more_exits:
        rows = here[more.table.cell]
        if rows.any():
            work.more_exits.append(
                _release(
                    more.table.at(rows), always.share_released, watch.for_days, work.days, mark
                )
            )
            count += 1
    for counts in always.more_counts:
        from_here = [row for row in counts.rows if here[row.pool_cell[0]]]
        if from_here:
            work.more_counts.append(MoreCounts(from_here, counts.series, mark))
            count += 1
    for rule in always.rules:
        cells = _here(rule.programme.cells, place, here)
        if cells:
            work.rules.append(Rule(replace(rule.programme, cells=cells), mark))
            count += 1
    for given, into in (
        (always.isolating, work.isolating),
        (always.staff_home, work.staff_home),
        (always.limiting, work.limiting),
    ):
        for whole in given:
            cells = _here(whole.cells, place, here)
            if cells:
                into.append(InPlaces(cells, whole.series, mark))
    for tests in always.tests:
        outputs = {f: made for f, made in tests.outputs.items() if place.facilities[f]}
        if place.unit is not None:
            watched = place.condition.outputs
            outputs = {f: made[np.isin(made, watched)] for f, made in outputs.items()}
        if outputs:
            work.tests.append(replace(tests, outputs=outputs, mark=mark))
    return count > 0


def _here(
    cells: Mapping[int, NDArray[np.int32]], place: WatchedPlace, here: Mask
) -> dict[int, NDArray[np.int32]]:
    """The cells of a place, by facility; ``here`` are those of the people detained there."""
    if place.unit is None:
        return {f: c for f, c in cells.items() if place.facilities[f]}
    return {f: c[here[c]] for f, c in cells.items() if here[c].any()}


def _release(table: FlowTable, share: float, for_days: int, days: int, mark: int) -> MoreExits:
    """The share leaves over one time in force, at a constant hazard."""
    with np.errstate(divide="ignore"):
        hazard = min(-np.log1p(-share) / for_days, MOST_HAZARD_PER_DAY)
    return MoreExits(table, np.full(days, hazard), mark)
