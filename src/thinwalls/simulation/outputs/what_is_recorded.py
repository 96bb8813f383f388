"""What the engine is asked to keep: flows and stocks of people by stage, as outcomes want them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine import OutputSpec
from thinwalls.results import DECLARED, Measure
from thinwalls.simulation.shared_types.movement_classes import N_MOVEMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thinwalls.pathogens import Stage

BED, ICU = 0, 1
"""Hospital resources in the order in which the engine counts them."""
_MEASURES = tuple(dict.fromkeys(one.measure for one in DECLARED))
FLOWS = tuple(one for one in _MEASURES if one.how in ("leaving", "entering"))
"""What the engine counts as it happens, in the order of its record."""
CASES = FLOWS.index(Measure("entering", "found"))
STOCKS = tuple(one for one in _MEASURES if one.how == "in")
"""What the engine counts at the end of a day, in the order of its record."""
TESTABLE = len(STOCKS)
"""Stock after these: people who would be tested, alive, not in hospital and not found yet."""


def stage_sets(stages: Sequence[Stage], susceptible: str) -> dict[str, NDArray[np.bool_]]:
    """Sets of stages that outcomes are about: [S] whether each stage is in it.

    Parameters
    ----------
    stages
        Stages of the disease.
    susceptible
        Name of the stage of people who can be infected.

    Returns
    -------
    dict
        By the names that :class:`thinwalls.results.Measure` uses.
    """
    compartment = np.array([stage.compartment for stage in stages])
    found = np.array([stage.found for stage in stages])
    bed = np.array([stage.resource is not None for stage in stages])
    dead = np.array([not stage.alive for stage in stages])
    return {
        "susceptible": np.array([stage.name == susceptible for stage in stages]),
        "infected": ~np.isin(compartment, ["S", "R", "D"]),
        "found": found,
        "unable": np.isin(compartment, ["I", "H", "C", "U"]) | found,
        "bed": bed,
        "icu": np.array([stage.resource == "icu" for stage in stages]),
        "alive": ~dead,
        "dead": dead,
        "testable": ~(dead | found | bed),
    }


def output_spec(
    stages: Sequence[Stage],
    n_outputs: int,
    susceptible: str,
    daily: NDArray[np.int32] | None = None,
) -> OutputSpec:
    """What the engine keeps: flows and stocks in the order of this module.

    Parameters
    ----------
    stages
        Stages of the disease.
    n_outputs
        Outputs that people are counted by.
    susceptible
        Name of the stage of people who can be infected.
    daily
        [O] row of the daily record of each output; one of its own unless given.

    Returns
    -------
    OutputSpec
        As the engine wants it.
    """
    sets = stage_sets(stages, susceptible)
    flow = np.zeros((len(FLOWS), len(stages), len(stages)), dtype=bool)
    for moves, measure in zip(flow, FLOWS, strict=True):
        inside = sets[measure.what]
        before, after = (inside, ~inside) if measure.how == "leaving" else (~inside, inside)
        if measure.what == "susceptible":
            # Whom a dose makes immune is not susceptible any more, either, but not infected.
            after = sets["infected"]
        moves[:] = before[:, None] & after[None, :]
    counted = [*(measure.what for measure in STOCKS), "testable"]
    return OutputSpec(
        n_outputs=n_outputs,
        every_days=1,
        flow=flow,
        stock=np.array([sets[name] for name in counted], dtype=np.float64),
        n_movements=N_MOVEMENTS,
        force=True,
        daily=daily,
    )
