"""Stays that are as long in steps as they are in days, so that nobody piles up in short ones.

Within a step of ``dt`` days a hazard ``h`` moves the share ``1 - exp(-h dt)``, less than ``h dt``;
with arrivals as stated a place would fill up until as many leave: at a stay of half a day by 58 %.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.simulation.shared_types.drawn_effects import MOST_HAZARD_PER_DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.engine import Exits
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario


def at_stated_flows(
    exits: Exits, usual: NDArray[np.bool_], second: NDArray[np.bool_], steps_per_day: int
) -> Exits:
    """Exits of which as many people leave in a step as the hazard says for a day in proportion.

    The usual exits of a cell, together ``H`` per day, become ``-log(1 - H dt) / (H dt)`` times as
    large, so a share ``H dt`` leaves.  Nobody can stay for less than a step: where ``H dt`` is 1
    or more, all leave with the next.

    Parameters
    ----------
    exits
        As stated.
    usual
        [X] those that are nobody's measure; the others stay as they are.
    second
        [X] those of them that are a second row of the same people, of which a share is in force.
    steps_per_day
        Steps of the run.
    """
    cell = np.repeat(np.arange(len(exits.start) - 1), np.diff(exits.start))
    hazard = np.where(usual, exits.hazard_per_day, 0.0)
    once = np.where(second, 0.0, hazard)
    share = np.bincount(cell, weights=once, minlength=len(exits.start) - 1) / steps_per_day
    factor = np.ones(len(share))
    most = 1.0 - np.exp(-MOST_HAZARD_PER_DAY / steps_per_day)
    some = share > 0.0
    left = np.minimum(share[some], most)
    factor[some] = -np.log1p(-left) / share[some]
    return replace(
        exits,
        hazard_per_day=np.where(usual, hazard * factor[cell], exits.hazard_per_day),
    )


def exits_in_steps(compiled: CompiledScenario, exits: Exits, steps_per_day: int) -> Exits:
    """The exits of a draw as :func:`at_stated_flows` has them.

    Where a draw's exits are those of the scenario, the same object comes back each time, which the
    engine knows again.
    """
    if exits is not compiled.exits:
        return at_stated_flows(exits, compiled.usual, compiled.second, steps_per_day)
    known = compiled.exits_by_steps
    if steps_per_day not in known:
        made = at_stated_flows(exits, compiled.usual, compiled.second, steps_per_day)
        return known.setdefault(steps_per_day, made)
    return known[steps_per_day]
