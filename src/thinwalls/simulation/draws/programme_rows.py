"""Who is found: from rules to the engine's rows, and the triggers that switch them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thinwalls import engine
from thinwalls.simulation.finding.found_by_symptoms import by_symptoms
from thinwalls.simulation.outputs.what_is_recorded import TESTABLE
from thinwalls.simulation.shared_types.compiled_scenario import ProgrammeTable
from thinwalls.simulation.shared_types.routes import EXPOSED, SYMPTOMS, Route

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from thinwalls.common import Float
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.population.contact_in_units import UnitSettings
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario, Finding
    from thinwalls.simulation.shared_types.drawn_effects import ProgrammeRule, UnitSwitches

NEW_CASES = 1
"""Row of the record's flows that counts cases."""
_PER_TRIGGER = (
    "variable",
    "region",
    "resource",
    "threshold",
    "window_days",
    "duration_days",
    "effect_after_days",
    "profile",
    "factor",
    "setting_factor",
    "row_factor",
    "chance",
    "key",
    "from_day",
    "until_day",
    "first_days",
)
_STARTS = ("output_start", "setting_start", "row_start")
_LISTED = ("output", "setting", "row")
_LAST_DAY = 2**31 - 1


InUnits = tuple["UnitSettings", tuple[NDArray[np.int64], NDArray[np.int32]], "Mapping[str, float]"]
"""Settings of units, rows of their people in shared spaces (starts, rows), values of the draw."""


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
        found = [route for route in routes if route.compartment in rule.compartments]
        chosen = found if rule.along is None else [rule.along]
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
    in_units: InUnits,
) -> engine.Triggers:
    """What a scenario switches, that in housing units first.

    ``factors`` gives the factors by setting of each switch in this draw, ``copies`` the further
    columns that are switched with a column.
    """
    of_units = [_triggers_of(one, *in_units) for one in compiled.unit_switches]
    return _joined([*of_units, _plain(compiled, factors, copies)])


def _plain(
    compiled: CompiledScenario,
    factors: Sequence[Mapping[int, float]],
    copies: Mapping[int, list[int]],
) -> engine.Triggers:
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
        **_in_every_case(len(rows)),
    )


def _in_every_case(n: int) -> dict[str, Any]:
    """Fields of triggers that are on whenever their condition holds, and change no attendance."""
    none = np.full(n, engine.NONE, np.int32)
    return {
        "row_start": np.zeros(n + 1, np.int64),
        "row": np.zeros(0, np.int32),
        "row_factor": np.ones(n),
        "chance": none,
        "key": np.arange(n, dtype=np.uint64),
        "from_day": np.zeros(n, np.int32),
        "until_day": np.full(n, _LAST_DAY, np.int32),
        "first_days": np.zeros(n, np.int32),
    }


def _triggers_of(
    switches: UnitSwitches,
    units: UnitSettings,
    shared_rows: tuple[NDArray[np.int64], NDArray[np.int32]],
    values: Mapping[str, float],
) -> engine.Triggers:
    shared_start, shared_row = shared_rows
    places, rows = switches.places, switches.rows
    n, n_contact = len(rows), len(places.unit) if switches.locks else 0
    output_start, output = switches.watched(rows)
    divided = places.unit >= 0
    setting = np.where(divided, units.first + units.n_shared + places.unit, places.facility)[
        :n_contact
    ]
    # A facility that is one unit has no spaces that it shares with others.
    unit = np.where(divided, places.unit, 0)[:n_contact]
    size = np.zeros(n, np.int64)
    if switches.between and units.n_shared:
        size[:n_contact] = np.where(divided, shared_start[unit + 1] - shared_start[unit], 0)
    row_start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    first = np.zeros(n, np.int64)
    first[:n_contact] = shared_start[unit] if len(shared_start) > 1 else 0
    within = np.arange(row_start[-1]) - np.repeat(row_start[:-1], size)
    column = np.array([column for _, column, _ in switches.switched], dtype=np.int32)
    factor = np.array([factor for *_, factor in switches.switched], dtype=np.float64)

    def every(value: int) -> NDArray[np.int32]:
        return np.full(n, value, np.int32)

    def left(name: str) -> NDArray[np.float64]:
        return np.full(n, 1.0 - values[name] if name else 1.0)

    return engine.Triggers(
        variable=every(NEW_CASES),
        output_start=output_start,
        output=output.astype(np.int32),
        region=every(engine.NONE),
        resource=every(engine.NONE),
        threshold=np.ones(n),
        window_days=every(1),
        duration_days=every(switches.duration_days),
        effect_after_days=every(0),
        profile=np.concatenate([np.full(n_contact, engine.NONE, np.int32), column]),
        factor=np.concatenate([np.ones(n_contact), factor]),
        setting_start=np.minimum(np.arange(n + 1), n_contact).astype(np.int64),
        setting=setting.astype(np.int32),
        setting_factor=left(switches.within),
        row_start=row_start,
        row=shared_row[np.repeat(first, size) + within].astype(np.int32),
        row_factor=left(switches.between),
        chance=every(switches.chance_column),
        key=places.key[rows],
        from_day=every(switches.from_day),
        until_day=every(switches.until_day),
        first_days=every(switches.first_days),
    )


def _joined(parts: Sequence[engine.Triggers]) -> engine.Triggers:
    """All triggers, in order."""
    if len(parts) == 1:
        return parts[0]
    fields: dict[str, Any] = {
        name: np.concatenate([getattr(one, name) for one in parts])
        for name in (*_PER_TRIGGER, *_LISTED)
    }
    for name in _STARTS:
        sizes = np.concatenate([np.diff(getattr(one, name)) for one in parts])
        fields[name] = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return engine.Triggers(**fields, counted_stock=TESTABLE)
