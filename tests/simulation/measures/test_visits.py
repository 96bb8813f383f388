"""Visits: off while they were suspended, a way in and out while they take place."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls import engine
from thinwalls.common.errors import InputError
from thinwalls.simulation.draws.engine_inputs import build_frame, inputs_of
from thinwalls.simulation.draws.one_draw import make_draw
from thinwalls.simulation.draws.sampled_values import sample_quantities
from thinwalls.simulation.experiments.provenance import quantities_of
from thinwalls.simulation.measures.compile_scenario import compile_scenario
from thinwalls.simulation.measures.visits import usual_visits
from thinwalls.simulation.movement.base_flows import origins, read_flows
from thinwalls.simulation.outputs.what_is_recorded import output_spec
from thinwalls.simulation.population.build_cells import build_layout

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.system import System

pytestmark = pytest.mark.slow

NOTHING, HALT = tw.Scenario("nothing"), tw.Scenario("halt", [tw.VisitsHalt()])


def test_the_record_has_none_from_13_march_2020_to_10_may_2022() -> None:
    assert usual_visits(dt.date(2020, 3, 10), 5).tolist() == [1, 1, 1, 0, 0]
    assert usual_visits(dt.date(2022, 5, 9), 4).tolist() == [0, 0, 1, 1]


def infections(results: Results, scenario: str, group: str) -> float:
    found = results.totals["infections"].sel(scenario=scenario, place="all", group=group)
    return float(found.mean("draw"))


def test_while_visits_are_suspended_a_halt_changes_no_bit(
    louisiana: System, covid: Pathogen
) -> None:
    found = tw.simulate(louisiana, covid, [NOTHING, HALT], days=20, draws=2, threads=2)
    assert "visits_per_person_week" not in found.parameters
    for values in found.totals.values():
        np.testing.assert_array_equal(values.isel(scenario=0), values.isel(scenario=1))


@pytest.fixture(scope="module")
def wide_open(louisiana: System, covid: Pathogen) -> Results:
    """Visits in the mean field, so that a small way in is seen."""
    first = str(louisiana.facilities.index[0])
    scenarios = [
        NOTHING,
        tw.Scenario("visits", [tw.Visits()]),
        tw.Scenario("visits in one", [tw.Visits(facilities=tw.facility(first))]),
    ]
    return tw.simulate(louisiana, covid, scenarios, days=45, draws=3, threads=2, mode="mean_field")


def test_visits_bring_infections_in_and_carry_them_out(wide_open: Results) -> None:
    for group in ("detained", "residents"):
        none, one, every = (
            infections(wide_open, name, group) for name in ("nothing", "visits in one", "visits")
        )
        assert none < one < every


def test_before_the_suspension_a_halt_spares(louisiana: System, covid: Pathogen) -> None:
    found = tw.simulate(
        louisiana,
        covid,
        [NOTHING, HALT],
        start="2020-02-20",
        days=30,
        draws=2,
        threads=2,
        mode="mean_field",
    )
    for group in ("detained", "residents"):
        assert infections(found, "halt", group) < infections(found, "nothing", group)


def test_the_hazard_is_visits_times_contact_times_infectious_share(
    louisiana: System, covid: Pathogen
) -> None:
    """One step, nobody infected but residents: what the formula of the module says, exactly."""
    layout = build_layout(louisiana)
    flows, first = read_flows(layout), dt.date(2020, 3, 20)
    scenario = tw.Scenario("visits", [tw.Visits()])
    compiled = compile_scenario(layout, flows, covid, scenario, first, 1)
    values = sample_quantities(quantities_of(covid, [compiled]), 1, 0)
    draw = make_draw(
        layout,
        covid,
        values,
        origins=origins(layout, flows),
        start=first,
        days=1,
        steps_per_day=1,
        seed=1,
        draw=0,
    )
    people = draw.people.copy()
    others = np.setdiff1d(np.arange(len(people)), layout.residents)
    total = people[others].sum(axis=1)
    people[others] = 0
    people[others, draw.stages.susceptible] = total
    draw = replace(draw, people=people)
    record = output_spec(covid.stages, len(layout.outputs), covid.susceptible)
    frame = build_frame(layout, covid, visits=True)
    inputs = inputs_of(layout, frame, compiled, draw, record, 1, 1)
    force = engine.run(inputs, seed=1, draw=0, mode="mean_field").force[0]
    infectious, present = draw.stages.infectiousness, draw.stages.present
    per_day = values["mixing.visits_per_person_week"] / 7 * values["mixing.visit_share_of_day"]
    output = layout.cells["output"].to_numpy()
    for f in range(layout.n_facilities):
        county = people[layout.residents[layout.facility_county[f]]]
        share = (county @ infectious) / (county @ present)
        expected = per_day * draw.county_transmission * share
        row = output[layout.cells_of(f)[0]]
        np.testing.assert_allclose(force[row], expected, rtol=1e-9)


def test_visits_and_no_visits_contradict() -> None:
    with pytest.raises(InputError, match="different days"):
        tw.Scenario("both", [tw.Visits(), tw.VisitsHalt(start="2020-04-01")])
    tw.Scenario("in turn", [tw.Visits(end="2020-03-31"), tw.VisitsHalt(start="2020-04-01")])
