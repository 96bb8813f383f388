"""The reproduction number in facilities and counties is the one that the pathogen states."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.engine import next_generation_R
from thinwalls.pathogens import list_pathogens
from thinwalls.simulation.draws.engine_inputs import build_frame, inputs_of
from thinwalls.simulation.draws.one_draw import facility_reproduction, make_draw
from thinwalls.simulation.draws.sampled_values import sample_quantities
from thinwalls.simulation.experiments.provenance import quantities_of
from thinwalls.simulation.measures.compile_scenario import compile_scenario
from thinwalls.simulation.movement.base_flows import origins, read_flows
from thinwalls.simulation.outputs.what_is_recorded import output_spec
from thinwalls.simulation.population.build_cells import build_layout

if TYPE_CHECKING:
    from thinwalls.system import System

FIRST = dt.date(2020, 3, 20)


@pytest.mark.parametrize("name", list_pathogens())
def test_next_generation_matrix_gives_the_stated_number(louisiana: System, name: str) -> None:
    pathogen = tw.load_pathogen(name)
    layout = build_layout(louisiana)
    flows = read_flows(layout)
    compiled = compile_scenario(layout, flows, pathogen, tw.Scenario("nothing"), FIRST, 2)
    values = sample_quantities(quantities_of(pathogen, [compiled]), 1, 3)
    draw = make_draw(
        layout,
        pathogen,
        values,
        origins=origins(layout, flows),
        start=FIRST,
        days=2,
        steps_per_day=2,
        seed=1,
        draw=3,
    )
    record = output_spec(pathogen.stages, len(layout.outputs), pathogen.susceptible)
    inputs = inputs_of(layout, build_frame(layout, pathogen), compiled, draw, record, 2, 2)
    # By themselves: people detained in facilities, residents in counties; no staff between them.
    group = layout.cells["group"].to_numpy()
    cell = np.repeat(np.arange(len(group)), np.diff(inputs.attendance.start))
    alone = np.where(np.isin(group[cell], ("detained", "residents")), 1.0, 0.0)
    per_unit = next_generation_R(
        inputs.stages,
        replace(inputs.cells, susceptibility=np.ones(len(group))),
        inputs.settings,
        replace(inputs.attendance, activity=alone, presence=alone),
        layout.cells["people"].to_numpy(dtype=np.float64),
        step_days=inputs.step_days,
    )
    found = inputs.settings.transmission * per_unit
    stated = facility_reproduction(layout, draw.values, draw.disease, 1, 3)
    n = layout.n_facilities
    np.testing.assert_allclose(found[:n], stated, rtol=1e-9)
    # Outside the stated number is that of the ages of the rest of the country; a county with other
    # ages differs by how many of its people are soon in hospital.
    rest = n + layout.outside
    if name == "covid-2020":
        expected = 1.0
    else:
        assert inputs.rates.series_multiplier is not None
        expected = draw.disease.reproduction_number["community"]
        found = found * inputs.rates.series_multiplier[0, layout.outside]
    np.testing.assert_allclose(found[rest], expected, rtol=1e-9)
