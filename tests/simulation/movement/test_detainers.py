"""Jails and prisons hand people over: to immigration detention, and jails to prisons."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.simulation.measures.compile_scenario import compile_scenario
from thinwalls.simulation.movement.base_flows import read_flows
from thinwalls.simulation.population.build_cells import build_layout
from thinwalls.simulation.population.cell_variants import needs_of
from thinwalls.simulation.shared_types.movement_classes import ARREST, RELEASE, TRANSFER

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.movement.base_flows import BaseFlows
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.system import System


@pytest.fixture(scope="module")
def two_states() -> System:
    """Jails, prisons and immigration detention of two states."""
    return tw.load_system("us-2020").state("LA", "MS")


@pytest.fixture(scope="module")
def compiled(two_states: System) -> tuple[Layout, BaseFlows]:
    """The flows of the start."""
    layout = build_layout(two_states, needs_of([tw.Scenario("nothing")]))
    return layout, read_flows(layout)


def per_day(layout: Layout, flows: BaseFlows, movement: int, *, ice: bool) -> float:
    """People per day who move in one way at the start, out of ICE custody or out of any other."""
    exits = flows.exits.at(flows.exits.movement == movement)
    cells = layout.cells
    threat = cells["custody_class"].astype(str).str.startswith("threat").to_numpy()
    here = threat[exits.cell] == ice
    people = cells["people"].to_numpy(dtype=np.float64)[exits.cell]
    return float((exits.hazard_per_day * people)[here].sum())


def test_whom_ice_takes_over_leaves_a_jail(
    two_states: System, compiled: tuple[Layout, BaseFlows]
) -> None:
    layout, flows = compiled
    taken = two_states.detainers["people_per_day"].sum()
    assert taken > 1.0
    # Small places of no children have no cell for the few children expected there.
    assert per_day(layout, flows, ARREST, ice=False) == pytest.approx(taken, rel=0.01)
    assert per_day(layout, flows, ARREST, ice=True) == 0.0
    table = two_states.flows
    released = table[(table["flow"] == "release") & (table["custody"] != "ice")]
    rest = released["people_per_day"].sum() - taken
    assert per_day(layout, flows, RELEASE, ice=False) == pytest.approx(rest, rel=0.01)
    booked = table[(table["detail"] == "ICE") & (table["flow"] == "book_in")]["people_per_day"]
    rows = flows.book_ins.agency == "ICE"
    assert flows.book_ins.per_day[rows].sum() == pytest.approx(booked.sum() - taken, rel=1e-9)


def test_who_is_taken_over_is_held_for_ice(compiled: tuple[Layout, BaseFlows]) -> None:
    layout, flows = compiled
    rows = flows.exits.at(flows.exits.movement == ARREST)
    cells = layout.cells
    for column in ("age_low", "vulnerable", "cohort"):
        values = cells[column].to_numpy()
        assert (values[rows.cell] == values[rows.to]).all()
    assert cells["custody_class"].iloc[rows.to].astype(str).str.startswith("threat").all()


def test_all_whom_jails_and_prisons_pass_on_arrive_in_prisons(
    two_states: System, compiled: tuple[Layout, BaseFlows]
) -> None:
    layout, flows = compiled
    table = two_states.transfers
    passed_on = table.loc[table["custody"] != "ice", "people_per_day"].sum()
    across = per_day(layout, flows, TRANSFER, ice=False)
    border = two_states.flows
    border = border[
        (border["detail"].str.startswith("transfer out")) & (border["custody"] != "ice")
    ]
    expected = passed_on + border["people_per_day"].sum()
    assert across == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("action", "left"),
    [
        (tw.HaltArrests(), 0.0),
        (tw.HaltArrests(agencies=("ICE",)), 0.0),
        (tw.HaltArrests(agencies=("CBP",)), 1.0),
        (tw.LimitArrests(share=0.25), 0.25),
        (tw.HaltTransfers(), 1.0),
    ],
)
def test_arrests_that_are_halted_are_not_handed_over(
    compiled: tuple[Layout, BaseFlows], covid: Pathogen, action: tw.Action, left: float
) -> None:
    layout, flows = compiled
    scenario = tw.Scenario("one action", [action])
    made = compile_scenario(layout, flows, covid, scenario, dt.date(2020, 3, 20), 3)
    rows = made.exits.movement == ARREST
    assert rows.any()
    assert np.unique(made.profile[:, made.exits.profile[rows]]) == pytest.approx([left])


@pytest.mark.slow
def test_jails_and_prisons_keep_their_people(two_states: System, covid: Pathogen) -> None:
    """With nothing changed people come and go as on the first day, and all are counted."""
    results = tw.simulate(
        two_states, covid, [tw.Scenario("nothing")], days=60, draws=1, seed=1, check=True
    )
    people = results.dataset["people"].sel(place="all", group="detained").to_numpy()[0, 0]
    # Poisson numbers come and go; those who are ill in hospital come back.
    assert abs(people[-1] - people[0]) < 5 * np.sqrt(people[0])
