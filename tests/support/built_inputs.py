"""Inputs of one draw of a scenario, as a run makes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

import thinwalls as tw
from thinwalls.simulation.draws.engine_inputs import build_frame, inputs_of
from thinwalls.simulation.draws.one_draw import make_draw
from thinwalls.simulation.draws.sampled_values import sample_quantities
from thinwalls.simulation.experiments.provenance import quantities_of
from thinwalls.simulation.experiments.run_checks import start_date
from thinwalls.simulation.measures.compile_scenario import compile_scenario
from thinwalls.simulation.movement.base_flows import origins, read_flows
from thinwalls.simulation.outputs.what_is_recorded import output_spec
from thinwalls.simulation.population.build_cells import build_layout
from thinwalls.simulation.population.cell_variants import needs_of

if TYPE_CHECKING:
    from thinwalls.engine import Inputs
    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Action
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.system import System


@dataclass(frozen=True)
class Built:
    """One draw of one scenario, ready to run."""

    layout: Layout
    draw: Draw
    inputs: Inputs

    def seeded(self, unit: int | None, share: float) -> Inputs:
        """Nobody infected but a share of the people of one unit, or of all detained people."""
        people = np.zeros(self.inputs.people.shape)
        stages = self.inputs.stages
        people[:, stages.susceptible] = self.inputs.people.sum(axis=1)
        mine = (self.layout.facility_of >= 0) if unit is None else self.layout.unit_of == unit
        ill = int(np.flatnonzero(stages.infectiousness > 0)[0])
        people[mine, ill] = people[mine, stages.susceptible] * share
        people[:, stages.susceptible] -= people[:, ill]
        rates = self.inputs.rates
        assert rates.series_hazard_per_day is not None
        calm = replace(rates, series_hazard_per_day=np.zeros_like(rates.series_hazard_per_day))
        return replace(self.inputs, people=people, rates=calm)  # type: ignore[arg-type]


def built(
    system: System, pathogen: Pathogen, *actions: Action, days: int = 20, **values: float
) -> Built:
    """The inputs of one draw of a scenario; ``values`` replace what is drawn."""
    scenario = tw.Scenario("x", list(actions))
    layout = build_layout(system, needs_of([scenario]))
    flows, first = read_flows(layout), start_date(system, None)
    compiled = compile_scenario(layout, flows, pathogen, scenario, first, days)
    drawn = sample_quantities(quantities_of(pathogen, [compiled]), 1, 0) | values
    draw = make_draw(
        layout,
        pathogen,
        drawn,
        origins=origins(layout, flows),
        start=first,
        days=days,
        steps_per_day=2,
        seed=1,
        draw=0,
    )
    record = output_spec(pathogen.stages, len(layout.outputs), pathogen.susceptible)
    frame = build_frame(layout, pathogen)
    return Built(layout, draw, inputs_of(layout, frame, compiled, draw, record, 2, days))
