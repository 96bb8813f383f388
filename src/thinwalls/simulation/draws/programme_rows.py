"""Who is found: from rules to the engine's rows, and the triggers that switch them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls import engine
from thinwalls.simulation.finding.found_by_symptoms import by_symptoms
from thinwalls.simulation.shared_types.compiled_scenario import ProgrammeTable
from thinwalls.simulation.shared_types.routes import EXPOSED, SYMPTOMS, Route

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario, Finding
    from thinwalls.simulation.shared_types.drawn_effects import ProgrammeRule

NEW_CASES = 1
"""Row of the record's flows that counts cases."""


def hazard_of_last(hazard: float, days: float, chain: int) -> float:
    """Hazard in the last stage of a chain that finds as many as ``hazard`` in all of its stages.

    In each stage of mean ``days / chain`` a share ``1 / (1 + hazard days / chain)`` is missed.
    """
    mean = days / chain
    missed = (1.0 + hazard * mean) ** -chain
    return (1.0 / missed - 1.0) / mean


def programme_table(
    layout: Layout,
    routes: Sequence[Route],
    rules: Sequence[tuple[ProgrammeRule, int]],
    findings: Sequence[Finding],
    places_per_100: Mapping[int, float],
) -> ProgrammeTable:
    """Rows of the rules of a scenario, with their profile columns, then those of the findings."""
    people = layout.cells["people"].to_numpy()
    cells: list[NDArray[np.int32]] = []
    source: list[int] = []
    target: list[int] = []
    profile: list[int] = []
    limit: list[int] = []
    most: list[float] = []
    limit_of: dict[int, int] = {}
    pairs: list[tuple[ProgrammeRule, Route]] = []
    rule_of_row: list[int] = []
    facility: list[int] = []
    by_route: list[int] = []

    def add(route: Route, members: NDArray[np.int32], column: int, f: int, limited: bool) -> None:
        place = engine.NONE
        if limited and f in places_per_100:
            if f not in limit_of:
                limit_of[f] = len(most)
                share = places_per_100[f] / 100
                most.append(np.floor(share * people[layout.cells_of(f)].sum()))
            place = limit_of[f]
        cells.append(members)
        source.append(route.source)
        target.append(route.target)
        profile.append(column)
        limit.append(place)

    for rule, column in rules:
        chosen = [route for route in routes if route.compartment in rule.compartments]
        first = len(pairs)
        pairs += [(rule, route) for route in chosen]
        for f, members in rule.cells.items():
            for number, route in enumerate(chosen):
                add(route, members, column, f, rule.limited)
                rule_of_row.append(first + number)
    ill = [route for route in routes if route.compartment == SYMPTOMS]
    for one in findings:
        for number, route in enumerate(ill):
            add(route, one.cells, one.column, one.facility, one.limited)
            facility.append(one.facility)
            by_route.append(number)
    return ProgrammeTable(
        cell_start=np.cumsum([0, *(len(members) for members in cells)], dtype=np.int64),
        cell=np.concatenate([np.zeros(0, np.int32), *cells]).astype(np.int32),
        stage_from=np.array(source, dtype=np.int32),
        stage_to=np.array(target, dtype=np.int32),
        profile=np.array(profile, dtype=np.int32),
        limit=np.array(limit, dtype=np.int32),
        limit_people=np.array(most, dtype=np.float64),
        rules=tuple(pairs),
        rule_of_row=np.array(rule_of_row, dtype=np.int64),
        facility=np.array(facility, dtype=np.int64),
        route=np.array(by_route, dtype=np.int64),
    )


def programmes(
    table: ProgrammeTable | None, draw: Draw, profile: Float
) -> tuple[engine.Programmes, Float, Mapping[int, list[int]]]:
    """The rows of a scenario with the hazards of a draw.

    Returns
    -------
    tuple
        The programmes; ``profile`` [days, columns] with columns added for hazards that change in
        time; of every column the added ones that a trigger of it switches, too.
    """
    if table is None:
        return engine.no_programmes(), profile, {}
    hazards = np.array([rate_of(rule.hazard, route, draw.values) for rule, route in table.rules])
    ruled = hazards[table.rule_of_row] if len(hazards) else np.zeros(0)
    found, column, profile, copies = by_symptoms(table, draw.found_hazard, profile)
    return (
        engine.Programmes(
            cell_start=table.cell_start,
            cell=table.cell,
            stage_from=table.stage_from,
            stage_to=table.stage_to,
            hazard_per_day=np.concatenate([ruled, found]),
            profile=column,
            limit=table.limit,
            limit_people=table.limit_people,
        ),
        profile,
        copies,
    )


def rate_of(
    rule: Callable[[Mapping[str, float], str, float], float],
    route: Route,
    values: Mapping[str, float],
) -> float:
    """Hazard per day of leaving a stage along a route, at the values of a draw."""
    days = values[f"pathogen.{route.dwell}"]
    hazard = rule(values, route.compartment, days)
    if route.compartment == EXPOSED:
        return hazard_of_last(hazard, days, route.chain)
    return hazard


def triggers(
    compiled: CompiledScenario,
    factors: Sequence[Mapping[int, float]],
    copies: Mapping[int, list[int]],
) -> engine.Triggers:
    """The switches of a scenario.

    ``factors`` gives each one's factors by setting in this draw, ``copies`` the further columns
    that are switched with a column.
    """
    rows: list[tuple[int, int, float, list[int], float]] = []
    for number, switch in enumerate(compiled.switches):
        rows += [
            (number, each, factor, [], 1.0)
            for column, factor in switch.columns
            for each in (column, *copies.get(column, ()))
        ]
        by_factor: dict[float, list[int]] = {}
        for setting, factor in factors[number].items():
            by_factor.setdefault(factor, []).append(setting)
        rows += [
            (number, engine.NONE, 1.0, settings, factor) for factor, settings in by_factor.items()
        ]
    conditions = [compiled.switches[number].condition for number, *_ in rows]

    def numbers(values: list[float]) -> NDArray[np.float64]:
        return np.array(values, dtype=np.float64)

    def indices(values: list[int]) -> NDArray[np.int32]:
        return np.array(values, dtype=np.int32)

    def starts(sizes: list[int]) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    return engine.Triggers(
        variable=indices([NEW_CASES if one.region < 0 else engine.NONE for one in conditions]),
        output_start=starts([len(one.outputs) for one in conditions]),
        output=indices([int(row) for one in conditions for row in one.outputs]),
        region=indices([one.region for one in conditions]),
        resource=indices([one.resource for one in conditions]),
        threshold=numbers([one.threshold for one in conditions]),
        window_days=indices([one.window_days for one in conditions]),
        duration_days=indices([one.duration_days for one in conditions]),
        effect_after_days=indices([one.delay_days for one in conditions]),
        profile=indices([column for _, column, *_ in rows]),
        factor=numbers([factor for _, _, factor, *_ in rows]),
        setting_start=starts([len(settings) for *_, settings, _ in rows]),
        setting=indices([setting for *_, settings, _ in rows for setting in settings]),
        setting_factor=numbers([factor for *_, factor in rows]),
    )
