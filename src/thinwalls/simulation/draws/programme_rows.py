"""Who is found and isolated: from rules to the engine's rows, and the triggers that switch them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thinwalls import engine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario

EXPOSED = "E"
NEW_CASES = 1
"""Row of the record's flows that counts cases."""


@dataclass(frozen=True)
class Route:
    """A stage in which infected people can be found, and the isolated stage they go to."""

    source: int
    target: int
    compartment: str
    dwell: str
    """parameter with the mean days in all stages of the compartment"""
    chain: int
    """number of stages that share them"""


def routes_of(pathogen: Pathogen) -> tuple[Route, ...]:
    """Every stage with an isolated twin; from the last exposed stage to the first contagious one.

    There is no isolated exposed stage, so people found while exposed enter the isolated
    contagious stage from the last exposed one.
    """
    index = {stage.name: s for s, stage in enumerate(pathogen.stages)}
    made = []
    for stage in pathogen.stages:
        target = stage.twin
        if stage.compartment == EXPOSED:
            entered = [pathogen.stages[index[to]] for to, _ in stage.exits]
            target = entered[0].twin if len(entered) == 1 else None
        if target is not None and stage.dwell is not None:
            made.append(
                Route(index[stage.name], index[target], stage.compartment, stage.dwell, stage.chain)
            )
    return tuple(made)


def hazard_of_last(hazard: float, days: float, chain: int) -> float:
    """Hazard in the last stage of a chain that finds as many as ``hazard`` in all of its stages.

    In each stage of mean ``days / chain`` a share ``1 / (1 + hazard days / chain)`` is missed.
    """
    mean = days / chain
    missed = (1.0 + hazard * mean) ** -chain
    return (1.0 / missed - 1.0) / mean


def programmes(
    layout: Layout, routes: Sequence[Route], compiled: CompiledScenario, draw: Draw
) -> engine.Programmes:
    """The rules of a scenario as hazards from stages to their isolated twins."""
    people = layout.cells["people"].to_numpy()
    start, cells = [0], list[int]()
    source, target, hazard, profile = list[int](), list[int](), list[float](), list[int]()
    limit, most = list[int](), list[float]()
    limit_of: dict[int, int] = {}
    for rule, column in compiled.rules:
        chosen = [route for route in routes if route.compartment in rule.compartments]
        per_day = [rate_of(rule.hazard, route, draw.values) for route in chosen]
        for f, members in rule.cells.items():
            place = engine.NONE
            if rule.limited and f in compiled.places_per_100:
                if f not in limit_of:
                    limit_of[f] = len(most)
                    share = compiled.places_per_100[f] / 100
                    most.append(np.floor(share * people[layout.cells_of(f)].sum()))
                place = limit_of[f]
            for route, rate in zip(chosen, per_day, strict=True):
                cells += members.tolist()
                start.append(len(cells))
                source.append(route.source)
                target.append(route.target)
                hazard.append(rate)
                profile.append(column)
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


def triggers(compiled: CompiledScenario, factors: Sequence[Mapping[int, float]]) -> engine.Triggers:
    """The switches of a scenario; ``factors`` gives each one's factors by setting in this draw."""
    rows: list[tuple[int, int, float, list[int], float]] = []
    for number, switch in enumerate(compiled.switches):
        rows += [(number, column, factor, [], 1.0) for column, factor in switch.columns]
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
