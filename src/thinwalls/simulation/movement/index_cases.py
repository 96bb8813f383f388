"""Index cases: whom a scenario's seeds mean in a system, and the engine's rows for them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from thinwalls import engine
from thinwalls.common import InputError, Message
from thinwalls.engine import NONE
from thinwalls.policy import ANYWHERE
from thinwalls.simulation.movement.where_from import BookedIn, brought_in
from thinwalls.simulation.population.cell_variants import with_variants
from thinwalls.simulation.population.layout import age_band_text, cell_key
from thinwalls.simulation.shared_types.compiled_scenario import Import
from thinwalls.simulation.shared_types.movement_classes import ARREST

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.engine import Counts
    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Scenario, Seed
    from thinwalls.simulation.movement.base_flows import BaseFlows
    from thinwalls.simulation.population.layout import Layout

Pool = tuple["NDArray[np.int64]", "Float", "NDArray[np.int64]"]
"""Cells, weights and destinations."""

WINDOW_DAYS = 28
"""Days before the first case was found among which the introduction of an outbreak lies; an
assumption: a generation or two of the diseases that are packaged.  What was found decides."""


def imports_of(
    layout: Layout,
    flows: BaseFlows,
    pathogen: Pathogen,
    scenario: Scenario,
    counts: Counts,
    profile: Float,
    first: dt.date,
) -> tuple[Import, ...]:
    """The index cases of a scenario by day; those that come after the last day are left out.

    Parameters
    ----------
    layout, flows, pathogen
        Where people are, how they move, and the disease.
    scenario
        Whose seeds are meant.
    counts, profile
        Book-ins as they are under the scenario; ``profile`` [days, columns] multiplies them.
    first
        First day of the run.

    Raises
    ------
    InputError
        For a place, unit, age or stage that is not there, or more people than there are.
    """
    made: list[Import] = []
    seen: Counter[tuple[object, ...]] = Counter()
    for index, seed in enumerate(scenario.seeds):
        where = in_seeds(scenario, index)
        stage = _stage(pathogen, seed, where)
        for date in seed.days or (first,):
            day = (date - first).days
            if day >= len(profile):
                continue
            come = BookedIn(layout, counts, profile[day])
            cell, weight, to = _pool(layout, flows, pathogen, seed, come, date, where)
            who = (_identity(layout, seed, where), seed.group, seed.unit, seed.age, seed.ill, day)
            # One of several like it: the first of them in every scenario has the same key.
            seen[who] += 1
            made.append(
                Import(
                    key=cell_key("index cases", *who, seen[who]),
                    day=day,
                    window_days=0 if seed.cases_found is None else min(WINDOW_DAYS, day),
                    stage=stage,
                    people=seed.people,
                    movement=NONE if (to == NONE).all() else ARREST,
                    cell=cell,
                    weight=weight,
                    to=to,
                )
            )
    return tuple(made)


def with_place_ids(layout: Layout, scenario: Scenario) -> Scenario:
    """The scenario with ids for places of index cases that are given as parts of names.

    Raises
    ------
    InputError
        When no place of the system is meant, or several are.
    """
    if not scenario.seeds:
        return scenario
    seeds = [
        seed.model_copy(update={"place": _identity(layout, seed, in_seeds(scenario, index))})
        for index, seed in enumerate(scenario.seeds)
    ]
    return scenario.model_copy(update={"seeds": tuple(seeds)})


def in_seeds(scenario: Scenario, index: int) -> Message:
    """Where index cases are, for errors."""
    return Message("scenario {name}, {action}", name=repr(scenario.name), action=f"seeds[{index}]")


def seed_rows(
    imports: Sequence[Import],
    susceptibility: Float,
    steps_per_day: int,
    lots: Callable[[int], float],
) -> engine.Seeds:
    """The engine's rows; people of a cell are drawn in proportion to how susceptible they are.

    ``susceptibility`` [C] is that of a draw.  Of people who come from elsewhere, that of the cell
    that they come to counts.  ``lots`` gives the draw's uniform number for a key.
    """
    if not imports:
        return engine.no_seeds()
    cell = np.concatenate([one.cell for one in imports])
    to = np.concatenate([one.to for one in imports])
    weight = np.concatenate([one.weight for one in imports])
    return engine.Seeds(
        step=np.array([_step(one, steps_per_day, lots) for one in imports], dtype=np.int32),
        stage=np.array([one.stage for one in imports], dtype=np.int32),
        people=np.array([one.people for one in imports], dtype=np.float64),
        movement=np.array([one.movement for one in imports], dtype=np.int32),
        pool_start=np.concatenate([[0], np.cumsum([len(one.cell) for one in imports])]),
        pool_cell=cell.astype(np.int32),
        pool_weight=weight * susceptibility[np.where(to == NONE, cell, to)],
        pool_to=to.astype(np.int32),
        key=np.array([one.key for one in imports], dtype=np.uint64),
    )


def _step(one: Import, steps_per_day: int, lots: Callable[[int], float]) -> int:
    """On the day, or on any of the steps of the window before it, each as likely."""
    last = one.day * steps_per_day
    if not one.window_days:
        return last
    return last - int(lots(one.key) * (one.window_days * steps_per_day + 1))


def _identity(layout: Layout, seed: Seed, where: Message) -> str:
    """The id of the place, by whichever of its names it is called."""
    if seed.place == ANYWHERE or seed.place in layout.county_fips:
        return seed.place
    return layout.facility_ids[_facility(layout, seed, where)]


def _stage(pathogen: Pathogen, seed: Seed, where: Message) -> int:
    """The first stage of the disease that is meant."""
    names = [stage.name for stage in pathogen.stages]
    if seed.ill == "exposed":
        return names.index(pathogen.infected)
    for number, stage in enumerate(pathogen.stages):
        meant = stage.infectious if seed.ill == "contagious" else stage.compartment == "I"
        if meant and not stage.found and stage.resource is None and stage.alive:
            return number
    raise InputError(
        "{pathogen} has no such stage",
        where=where,
        field="stage" if seed.onset is None else "onset",
        value=seed.ill,
        pathogen=pathogen.name,
    )


def _pool(
    layout: Layout,
    flows: BaseFlows,
    pathogen: Pathogen,
    seed: Seed,
    come: BookedIn,
    date: dt.date,
    where: Message,
) -> Pool:
    """Out of whom the index cases of a day are drawn."""
    if seed.place in layout.county_fips:
        pool = _residents(layout, seed, where)
    elif seed.group == "residents":
        raise InputError(
            "residents are of a county: place must be its FIPS code",
            where=where,
            field="place",
            value=seed.place,
        )
    elif seed.place == ANYWHERE:
        pool = _of_any_facility(layout, flows, pathogen, seed, come, date, where)
    else:
        pool = _of_facility(layout, seed, come, _facility(layout, seed, where), where)
    there = int(layout.cells["people"].to_numpy()[np.unique(pool[0])].sum())
    if seed.people > there:
        raise InputError(
            "must be at most {count}: so many are there",
            where=where,
            field="people",
            value=seed.people,
            count=there,
        )
    return pool


def _facility(layout: Layout, seed: Seed, where: Message) -> int:
    """The facility that is meant by an id, a name or part of a name."""
    try:
        return layout.facility_ids.index(layout.system.facility(seed.place))
    except InputError as problem:
        told = problem.problem
    except ValueError:
        told = Message("holds nobody in this system")
    raise InputError.of(told, where=where, field="place", value=seed.place)


def _stay(cells: NDArray[np.integer]) -> Pool:
    """People of some cells, all alike, who stay where they are."""
    n = len(cells)
    return cells.astype(np.int64), np.ones(n), np.full(n, NONE, dtype=np.int64)


def _residents(layout: Layout, seed: Seed, where: Message) -> Pool:
    if seed.group not in (None, "residents"):
        raise InputError(
            "must be residents: {place} is a county",
            where=where,
            field="group",
            value=seed.group,
            place=seed.place,
        )
    for field in ("unit", "age"):
        if getattr(seed, field) is not None:
            raise InputError(
                "is of people detained in a facility",
                where=where,
                field=field,
                value=getattr(seed, field),
            )
    home = layout.residents[layout.county_fips.index(seed.place)]
    return _stay(with_variants(layout.variants, [home]))


def _of_any_facility(
    layout: Layout,
    flows: BaseFlows,
    pathogen: Pathogen,
    seed: Seed,
    come: BookedIn,
    date: dt.date,
    where: Message,
) -> Pool:
    """A facility has its weight, whatever number of people it holds."""
    weights = brought_in(layout, flows, pathogen, seed.group or "detained", date)
    people = layout.cells["people"].to_numpy(dtype=np.float64)
    parts = []
    for f in np.flatnonzero(weights > 0.0):
        cell, weight, to = _of_facility(layout, seed, come, int(f), where)
        total = float(people[cell] @ weight)
        if total > 0.0:
            parts.append((cell, weight * (weights[f] / total), to))
    if not parts:
        raise InputError("nobody is there", where=where, field="place", value=seed.place)
    cells, shares, goals = zip(*parts, strict=True)
    return np.concatenate(cells), np.concatenate(shares), np.concatenate(goals)


def _of_facility(layout: Layout, seed: Seed, come: BookedIn, f: int, where: Message) -> Pool:
    if seed.group == "staff":
        return _stay(with_variants(layout.variants, layout.staff[layout.staff_facility == f]))
    if seed.group == "booked in":
        origin, goals, weight = come.to_facility(f)
        meant = _of_age(layout, seed, goals, where)
        goals, weight = goals[meant], weight[meant]
        return np.full(len(goals), origin), weight, goals
    cells = np.flatnonzero(layout.facility_of == f)
    if seed.unit is not None:
        units = np.flatnonzero(layout.housing.unit_facility == f)
        if not len(units):
            raise InputError(
                "{place} has no housing units here",
                where=where,
                field="unit",
                value=seed.unit,
                place=seed.place,
            )
        if seed.unit > len(units):
            raise InputError(
                "must be between 1 and {count}",
                where=where,
                field="unit",
                value=seed.unit,
                count=len(units),
            )
        cells = cells[layout.unit_of[cells] == units[seed.unit - 1]]
    return _stay(cells[_of_age(layout, seed, cells, where)])


def _of_age(
    layout: Layout, seed: Seed, cells: NDArray[np.integer], where: Message
) -> NDArray[np.bool_]:
    """Which cells are of people of the ages that are meant."""
    if seed.ages is None:
        return np.ones(len(cells), dtype=np.bool_)
    low, high = (layout.cells[name].to_numpy()[cells] for name in ("age_low", "age_high"))
    meant = (low >= seed.ages[0]) & (high <= seed.ages[1])
    if not meant.any():
        bands = sorted(set(zip(low.tolist(), high.tolist(), strict=True)))
        names = ", ".join(age_band_text(*band) for band in bands)
        raise InputError(
            "no ages there lie within; they are {names}",
            where=where,
            field="age",
            value=seed.age,
            names=names,
        )
    return np.asarray(meant)
