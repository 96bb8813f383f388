"""A shorter time of infecting others: people go on sooner in the course of the disease."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.policy import everyone
from thinwalls.simulation.measures.scenario_builder import Work
from thinwalls.simulation.shared_types.compiled_scenario import Rule
from thinwalls.simulation.shared_types.drawn_effects import MOST_HAZARD_PER_DAY, ProgrammeRule
from thinwalls.simulation.shared_types.routes import Route
from thinwalls.simulation.shared_types.time_step import STEPS_PER_DAY

if TYPE_CHECKING:
    from thinwalls.pathogens import Stage
    from thinwalls.policy import InsideAction
    from thinwalls.simulation.shared_types.drawn_effects import Values

SHORTENED = "AI"
"""Letters of the compartments whose time is shortened: without symptoms, and with them."""


def goes_on(stage: Stage) -> bool:
    """Whether everybody leaves a contagious stage for the same one."""
    return stage.infectious and stage.compartment in SHORTENED and len(stage.exits) == 1


def further_hazard(shorter_by: float, days_in_stage: float, step_days: float) -> float:
    """Hazard per day besides the usual one with which a mean stay is shorter by a share.

    A stage of mean ``m`` is left with chance ``p = step / m`` a step, and whoever is in it after
    that, those who have just come included, with the further chance ``q``.  So a mean of
    ``(1 - q) / (1 - (1 - p) (1 - q))`` steps is spent there, which is to be ``(1 - s) / p``.
    """
    if shorter_by >= 1.0:
        return MOST_HAZARD_PER_DAY
    leaves = min(step_days / days_in_stage, 1.0)
    stays = (1.0 - shorter_by) / (1.0 - shorter_by * (1.0 - leaves))
    return min(-float(np.log(stays)) / step_days, MOST_HAZARD_PER_DAY)


class ShorteningBuilder(Work):
    """The part of a scenario's builder for a shorter time of infecting others."""

    def shorten_contagion(self, action: InsideAction, shorter_by: str) -> None:
        """Let detained people leave contagious stages sooner, by a share of the time in them.

        Parameters
        ----------
        action
            Says where and when.
        shorter_by
            Name of the quantity: share of the mean time.
        """
        where = self.facilities(action.facilities)
        cells = self.detained_by_facility(where, self.cells(everyone), action)
        index = {stage.name: number for number, stage in enumerate(self.pathogen.stages)}
        strength = self.strength(action)
        for stage in filter(goes_on, self.pathogen.stages):

            def hazard(
                values: Values, compartment: str, days: float, chain: int = stage.chain
            ) -> float:
                del compartment
                return further_hazard(values[shorter_by], days / chain, 1.0 / STEPS_PER_DAY)

            assert stage.dwell is not None
            along = Route(
                index[stage.name],
                index[stage.exits[0][0]],
                stage.compartment,
                stage.dwell,
                stage.chain,
                stage.link,
            )
            rule = ProgrammeRule(
                action.do, cells, stage.compartment, hazard, strength, False, along
            )
            self.rules.append(Rule(rule))
