"""What has to hold for every policy, in the mean field where chance would hide it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common.quantities import Quantity
from thinwalls.engine import run as run_engine
from thinwalls.simulation.draws.engine_inputs import build_frame, inputs_of
from thinwalls.simulation.draws.one_draw import make_draw
from thinwalls.simulation.draws.sampled_values import sample_quantities
from thinwalls.simulation.experiments.provenance import quantities_of
from thinwalls.simulation.experiments.run_checks import start_date
from thinwalls.simulation.measures.compile_scenario import compile_scenario
from thinwalls.simulation.movement.base_flows import origins, read_flows
from thinwalls.simulation.outputs.what_is_recorded import output_spec
from thinwalls.simulation.population.build_cells import build_layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from thinwalls.engine import Inputs, Output
    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Action
    from thinwalls.results import Results
    from thinwalls.system import System

pytestmark = pytest.mark.slow

NOTHING = tw.Scenario("nothing")
DAYS = 40


def infections(
    system: System, pathogen: Pathogen, scenarios: list[tw.Scenario], group: str, **options: Any
) -> np.ndarray:
    """[scenario, draw] expected infections of a group."""
    settings: dict[str, Any] = {"days": 25, "draws": 1, "seed": 4, "threads": 2, **options}
    results = tw.simulate(system, pathogen, scenarios, mode="mean_field", **settings)
    return np.asarray(
        results.totals["infections"].sel(place="all", group=group).to_numpy(), dtype=float
    )


def fixed(value: float) -> Quantity:
    return Quantity(value=value, unit="share", source="a test", tag="assumption")


def doses(people: int, effectiveness: float) -> tw.Vaccination:
    return tw.Vaccination.model_validate(
        {
            "doses": [{"date": "2020-03-24", "people": people}],
            "effectiveness": effectiveness,
            "delay_days": 2,
        }
    )


MORE: dict[str, tuple[str, Callable[[float], Action]]] = {
    "hygiene": ("detained", lambda x: tw.Hygiene(adherence=x)),
    "distancing": ("detained", lambda x: tw.Distancing(adherence=x)),
    "masks": ("detained", lambda x: tw.Masks(effect=fixed(0.6), wearing=fixed(x))),
    "masks of staff": (
        "staff",
        lambda x: tw.Masks(who=tw.group("staff"), effect=fixed(0.6), wearing=fixed(x)),
    ),
    "single cells": ("detained", lambda x: tw.SingleCells(added_share=x)),
    "cohorting": ("detained", lambda x: tw.Cohorting(effect=fixed(x))),
    "isolation": (
        "detained",
        lambda x: tw.Isolation(found=fixed(x), delay_days=fixed(1.0), places_per_100=10),
    ),
    "screening": ("detained", lambda x: tw.SymptomScreening(sensitivity=fixed(x))),
    "testing": ("detained", lambda x: tw.Testing(uptake=x, delay_days=0)),
    "vaccination": (
        "detained",
        lambda x: tw.Vaccination(people_per_day=300, uptake=fixed(x), delay_days=0),
    ),
    "case-finding": ("detained", lambda x: tw.CaseFinding(shorter_by=fixed(x))),
    "doses on dates": ("detained", lambda x: doses(round(4000 * x), 0.9)),
    "doses that work": ("detained", lambda x: doses(2000, x)),
    "staff testing": ("staff", lambda x: tw.StaffTesting(uptake=x, interval_days=3.5)),
    "sick pay": ("staff", lambda x: tw.StaffSickPay(stay_home=fixed(x))),
    "community": ("residents", lambda x: tw.CommunityDistancing(adherence=x)),
    "release": ("followed", lambda x: tw.Release(share=x, over_days=10)),
    "limit arrests": ("everyone", lambda x: tw.LimitArrests(share=1 - x)),
    "alternatives": ("everyone", lambda x: tw.AlternativesToDetention(share=x)),
}


AMOUNTS = (0.3, 0.9)


@pytest.fixture(scope="module")
def amounts(louisiana: System, covid: Pathogen) -> Results:
    """Every protective action at two amounts, in expectation."""
    scenarios = [NOTHING] + [
        tw.Scenario(f"{name} {x}", [action(x)])
        for name, (_, action) in MORE.items()
        for x in AMOUNTS
    ]
    return tw.simulate(
        louisiana, covid, scenarios, days=40, draws=1, seed=4, threads=2, mode="mean_field"
    )


@pytest.mark.parametrize("name", MORE)
def test_more_of_what_protects_never_raises_expected_infections(
    amounts: Results, name: str
) -> None:
    group, _ = MORE[name]
    chosen = ["nothing", *(f"{name} {x}" for x in AMOUNTS)]
    totals = amounts.totals["infections"].sel(place="all", group=group, scenario=chosen)
    found = totals.isel(draw=0).to_numpy().astype(float)
    # Totals are kept as 32-bit numbers: a relative error of 1e-6.
    assert np.all(np.diff(found) <= 1e-6 * found[:-1])
    assert found[-1] < found[0]


def test_actions_that_change_nothing_give_the_same_bits(louisiana: System, covid: Pathogen) -> None:
    nobody = ~tw.everyone
    idle = tw.Scenario(
        "idle",
        [
            tw.HaltTransfers(who=nobody),
            tw.FasterRelease(factor=2, who=nobody),
            tw.LimitArrests(keep=tw.everyone),
            tw.Hygiene(adherence=0.0),
            tw.Release(share=0.5, who=nobody),
        ],
    )
    results = tw.simulate(louisiana, covid, [NOTHING, idle], days=30, draws=2, threads=1)
    for values in (*results.dataset.values(), *results.totals.values()):
        np.testing.assert_array_equal(values.isel(scenario=0), values.isel(scenario=1))


def test_order_of_actions_does_not_matter(louisiana: System, covid: Pathogen) -> None:
    actions: list[Action] = [
        tw.IntakeQuarantine(days=10, test_out=True),
        tw.Vaccination(people_per_day=100),
        tw.Testing(),
        tw.Isolation(places_per_100=5),
        tw.HaltTransfers(start="2020-03-25"),
        tw.Release(share=0.3, over_days=10),
        tw.MedicalCare(treated_share=0.8),
        tw.StaffTesting(),
        tw.Cohorting(),
    ]
    one = infections(louisiana, covid, [tw.Scenario("x", actions)], "everyone")
    two = infections(louisiana, covid, [tw.Scenario("x", actions[::-1])], "everyone")
    # The same sums in another order.
    np.testing.assert_allclose(one, two, rtol=1e-6)


def inputs_with(system: System, pathogen: Pathogen, scenario: tw.Scenario, days: int) -> Inputs:
    layout = build_layout(system)
    flows = read_flows(layout)
    first = start_date(system, None)
    compiled = compile_scenario(layout, flows, pathogen, scenario, first, days)
    values = sample_quantities(quantities_of(pathogen, [compiled]), 1, 0)
    values["mixing.crowding_exponent"] = 0.0
    draw = make_draw(
        layout,
        pathogen,
        values,
        origins=origins(layout, flows),
        start=first,
        days=days,
        steps_per_day=2,
        seed=1,
        draw=0,
    )
    record = output_spec(pathogen.stages, len(layout.outputs), pathogen.susceptible)
    return inputs_of(layout, build_frame(layout, pathogen), compiled, draw, record, 2, days)


def mean_field(inputs: Inputs) -> Output:
    return run_engine(inputs, seed=1, draw=0, mode="mean_field")


def test_at_no_crowding_release_leaves_the_risk_of_those_who_stay(
    louisiana: System, covid: Pathogen
) -> None:
    # Without staff, arrests and transfers a facility is on its own, and releasing alike from all
    # stages leaves prevalence per head; hospital stays are the exception, so days are few.
    calm = [tw.HaltArrests(), tw.HaltTransfers()]
    force = []
    for actions in (calm, [*calm, tw.Release(share=0.6, over_days=10)]):
        inputs = inputs_with(louisiana, covid, tw.Scenario("x", actions), 20)
        staff = inputs.attendance.role == 1
        activity = np.where(staff, 0.0, inputs.attendance.activity)
        alone = replace(inputs.attendance, activity=activity, presence=activity)
        outputs = build_layout(louisiana).outputs
        inside = (outputs["group"] == "detained") & (outputs["cohort"] == "start")
        force.append(mean_field(replace(inputs, attendance=alone)).force[:, inside.to_numpy()])
    np.testing.assert_allclose(force[0], force[1], rtol=2e-3)


def test_release_to_places_without_infection_never_harms_those_released(
    louisiana: System, covid: Pathogen
) -> None:
    layout = build_layout(louisiana)
    outputs = layout.outputs
    followed = (outputs["cohort"] == "start").to_numpy()
    found = []
    for actions in ([], [tw.Release(share=1.0, over_days=5)]):
        inputs = inputs_with(louisiana, covid, tw.Scenario("x", actions), DAYS)
        rates = inputs.rates
        # No contact outside and no introductions: counties in which nobody can be infected.
        assert rates.series_multiplier is not None
        calm = replace(
            rates,
            series_multiplier=np.zeros_like(rates.series_multiplier),
            series_hazard_per_day=np.zeros_like(rates.series_multiplier),
        )
        output = mean_field(replace(inputs, rates=calm))
        found.append(output.flow[:, followed, 0].sum(axis=1))
    assert np.all(found[1].cumsum() <= found[0].cumsum() * (1 + 1e-9))
    assert found[1].sum() < found[0].sum()
