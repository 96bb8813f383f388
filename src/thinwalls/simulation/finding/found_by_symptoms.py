"""People with symptoms who are found without any measure: hazards by place, day and stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls import engine
from thinwalls.engine import normal_quantile
from thinwalls.pathogens import hazard_that_misses, split_of_found
from thinwalls.simulation.draws.sampled_values import stream_of_name
from thinwalls.simulation.shared_types.drawn_effects import MOST_HAZARD_PER_DAY
from thinwalls.simulation.shared_types.routes import SYMPTOMS, Route, routes_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.pathogens import Disease, Pathogen
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import ProgrammeTable

_WEEK = 7
"""Days for which a share that changes keeps its value, so that hazards change once a week."""


def normal_of_place(seed: int, draw: int, effect: str, places: Sequence[str]) -> Float:
    """[places] a normal number for an effect in each place: the same in every system and run."""
    uniform = [
        float(engine.uniforms(seed, draw, stream_of_name(f"{effect} {place}"), 1)[0])
        for place in places
    ]
    return np.array([normal_quantile(one) for one in uniform])


def found_hazard(
    layout: Layout,
    pathogen: Pathogen,
    disease: Disease,
    *,
    start: dt.date,
    days: int,
    step_days: float,
    seed: int,
    draw: int,
) -> Float | None:
    """[weeks or 1, F, routes] hazard per day of being found by symptoms, in each stage with them.

    None for a pathogen that says nothing about it.  One row stands for all days where the share
    does not change.
    """
    detection = disease.detection
    if detection is None:
        return None
    routes = [one for one in routes_of(pathogen) if one.compartment == SYMPTOMS]
    normal = normal_of_place(seed, draw, "share found", layout.facility_ids)
    share = detection.share_at(start, days, normal)
    middle = np.minimum(np.arange(0, days, _WEEK) + _WEEK // 2, days - 1)
    share = share[:1] if bool((share[0] == share).all()) else share[middle]
    columns = [_hazard(share, route, disease, detection.delay_days, step_days) for route in routes]
    return np.stack(columns, axis=-1)


def _hazard(
    share: Float, route: Route, disease: Disease, delay_days: float, step_days: float
) -> Float:
    """In a stage of a chain: of two stages by the delay, of other chains alike in all."""
    mean = disease.values[route.dwell] / route.chain
    if route.chain == 2:
        missed = split_of_found(share, mean, delay_days)[route.link]
    else:
        missed = (1.0 - share) ** (1.0 / route.chain)
    return np.minimum(hazard_that_misses(missed, mean, step_days), MOST_HAZARD_PER_DAY)


def by_symptoms(
    table: ProgrammeTable, hazard: Float | None, profile: Float
) -> tuple[Float, NDArray[np.int32], Float, Mapping[int, list[int]]]:
    """Hazards of the rows in which people are found by symptoms, and their profile columns.

    ``hazard`` is that of :func:`found_hazard`.

    Returns
    -------
    tuple
        Hazards of these rows; columns of all rows of the table; ``profile`` with the columns added
        for hazards that change in time; of every column those made from it.
    """
    if hazard is None or not len(table.facility):
        return np.zeros(len(table.facility)), table.profile, profile, {}
    by_week = hazard[:, table.facility, table.route]
    if len(by_week) == 1:
        return by_week[0], table.profile, profile, {}
    week = np.arange(len(profile)) // _WEEK
    first = len(table.rule_of_row)
    base = table.profile[first:]
    added = profile[:, base] * by_week[week]
    column = table.profile.copy()
    column[first:] = profile.shape[1] + np.arange(len(base))
    copies: dict[int, list[int]] = {}
    for was, now in zip(base.tolist(), column[first:].tolist(), strict=True):
        if was:
            copies.setdefault(was, []).append(now)
    return np.ones(len(base)), column, np.concatenate([profile, added], axis=1), copies
