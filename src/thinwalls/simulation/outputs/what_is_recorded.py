"""What the engine is asked to record: flows and stocks of people by stage, in a fixed order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine import OutputSpec
from thinwalls.simulation.shared_types.movement_classes import N_MOVEMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thinwalls.pathogens import Stage

BED, ICU = 0, 1
"""Hospital resources in the order in which the engine counts them."""
FLOWS = ("new_infections", "new_cases", "admissions", "icu_admissions", "deaths")
OUTPUT_TOTALS = ("infections", "cases", "admissions", "icu_admissions", "deaths")
STOCKS = ("prevalence", "hospital_beds", "icu_beds", "people", "unable_to_work")
TESTABLE = len(STOCKS)
"""Stock after these: people who would be tested, alive, not isolated and not in hospital."""
CASES = FLOWS.index("new_cases")


def record_of(
    stages: Sequence[Stage],
    n_outputs: int,
    susceptible: str,
    daily: NDArray[np.int32] | None = None,
) -> OutputSpec:
    """What the engine records: flows and stocks in the order of this module.

    ``daily`` [O]: row of the daily record of each output (None: one of its own).
    """
    n = len(stages)
    name = [stage.name for stage in stages]
    compartment = np.array([stage.compartment for stage in stages])
    isolated = np.array([stage.isolated for stage in stages])
    bed = np.array([stage.resource is not None for stage in stages])
    icu = np.array([stage.resource == "icu" for stage in stages])
    dead = np.array([not stage.alive for stage in stages])
    flow = np.zeros((len(FLOWS), n, n), dtype=bool)
    flow[0, name.index(susceptible), :] = True
    flow[1] = ~isolated[:, None] & isolated[None, :]
    flow[2] = ~bed[:, None] & bed[None, :]
    flow[3] = ~icu[:, None] & icu[None, :]
    flow[4] = ~dead[:, None] & dead[None, :]
    for one in flow:
        np.fill_diagonal(one, False)
    infected = ~np.isin(compartment, ["S", "R", "D"])
    unable = np.isin(compartment, ["I", "H", "C", "U"]) | isolated
    testable = ~(dead | isolated | bed)
    stock = np.array([infected, bed, icu, ~dead, unable, testable], dtype=np.float64)
    return OutputSpec(
        n_outputs=n_outputs,
        every_days=1,
        flow=flow,
        stock=stock,
        n_movements=N_MOVEMENTS,
        force=True,
        daily=daily,
    )
