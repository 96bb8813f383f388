"""Who can be moved: weights by stage of the disease, for every kind of movement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.simulation.draws.one_draw import IMMUNE_OUTSIDE
from thinwalls.simulation.shared_types.routes import EXPOSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.common import Float
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.shared_types.compiled_scenario import Gate
    from thinwalls.simulation.shared_types.routes import Route

_SOME = 1e-6
"""Least share of residents who are immune, and who are not: nobody can be drawn from none."""


def stage_weights(draw: Draw, routes: Sequence[Route], gate: Gate | None) -> Float:
    """Who can be moved, by stage: [W, S].

    Rows are people alive and not in hospital; the well; those found; people from abroad, of whom
    fewer are infected; those arrested in the country; those found at a gate and those missed
    (nobody without a gate); those to whom doses go; the immune; those neither immune nor found.
    Where a pathogen states who is immune inside, people who are arrested are as often immune (or
    as the system says of everybody who is detained): susceptible and immune residents are drawn
    by the ratio of the shares inside and outside.
    """
    stages = draw.stages
    movable = stages.alive & (stages.resource < 0)
    recovered = movable & ~np.isin(np.arange(len(movable)), stages.branch_from)
    recovered[stages.susceptible] = False
    well = recovered.copy()
    well[stages.susceptible] = True
    known = np.isin(np.arange(len(movable)), [route.target for route in routes])
    arrested = movable.astype(np.float64)
    inside = draw.immune_arriving
    if inside is not None:
        outside = min(max(draw.values[IMMUNE_OUTSIDE], _SOME), 1.0 - _SOME)
        # A pool with the share outside, so weighted, gives people with the share inside.
        arrested[recovered] = inside / outside
        arrested[stages.susceptible] = (1.0 - inside) / (1.0 - outside)
    abroad = np.where(well, 1.0, draw.values["mixing.border_prevalence_ratio"]) * arrested
    found = missed = np.zeros(len(movable))
    if gate is not None:
        found = gate.found_by_stage(draw.values, draw.disease.stages) * movable
        missed = (1.0 - found) * (movable & ~known)
    exposed = np.array([stage.compartment == EXPOSED for stage in draw.disease.stages])
    rows = [movable, well, movable & known, abroad, arrested, found, missed]
    rows += [well | (movable & exposed), recovered, movable & ~recovered & ~known]
    return np.stack(rows).astype(np.float64)
