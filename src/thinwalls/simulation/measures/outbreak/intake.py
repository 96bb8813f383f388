"""Doses at intake: whoever has arrived is seen once, on the morning after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.simulation.measures.outbreak.doses import EFFECTIVENESS, DoseBuilder, doses_of
from thinwalls.simulation.measures.outbreak.prophylaxis import EVERYBODY
from thinwalls.simulation.population.layout import COHORTS, cell_key
from thinwalls.simulation.shared_types.compiled_scenario import MoreCounts
from thinwalls.simulation.shared_types.movement_classes import SEEN_OTHERS, SEEN_SUSCEPTIBLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.common import Float
    from thinwalls.pathogens import Stage
    from thinwalls.policy import Action, IntakeDoses
    from thinwalls.simulation.shared_types.drawn_effects import Values


class IntakeBuilder(DoseBuilder):
    """The part of a scenario's builder for doses at intake."""

    def vaccinate_arrivals(self, action: Action, doses: IntakeDoses) -> None:
        """Give a dose to everybody who arrives and is not known to be immune.

        All who have arrived are taken to the vaccinated variant of their cell, whether they are
        given a dose or not, so each is seen once.

        Raises
        ------
        InputError
            If no facility is meant.
        """
        cells = self.layout.cells
        detained = (cells["group"] == "detained").to_numpy()
        arrived = detained & (cells["cohort"] == COHORTS[1]).to_numpy()
        meant = arrived & self.cells(doses.facilities)
        if not meant.any():
            raise InputError("means no facility of the system", field=f"{action.do}.facilities")
        self.all_or_nothing = True
        self.intake = doses.uptake, doses.immune_known
        share, uptake = doses.effectiveness, doses.uptake

        def works(values: Values, stages: Sequence[Stage]) -> Float:
            protected = values[EFFECTIVENESS] if share is None else share
            taken = protected * values[uptake]
            return np.array([taken * (stage.compartment == "S") for stage in stages])

        key = cell_key("seen at intake", str(doses.facilities))
        row = doses_of(key, EVERYBODY, *self.dosed(meant), works)
        row = replace(row, movement=SEEN_SUSCEPTIBLE, movement_of_others=SEEN_OTHERS)
        self.more_counts.append(MoreCounts([row], self.in_force(action)))
