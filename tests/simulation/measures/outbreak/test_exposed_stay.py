"""No transfers out of places with a case: just these, for just so long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Action
    from thinwalls.results import Results
    from thinwalls.system import System

FOUND = tw.Quantity(value=0.5, unit="share", source="a test", tag="assumption")
ISOLATION = tw.Isolation(found=FOUND)
DAYS, HELD = 40, 6


def simulated(system: System, covid: Pathogen, *actions: Action, days: int = DAYS) -> Results:
    scenarios = [
        tw.Scenario("isolation", [ISOLATION]),
        tw.Scenario("exposed stay", [ISOLATION, *actions]),
    ]
    facilities = tuple(map(str, system.facilities.index))
    return tw.simulate(
        system, covid, scenarios, days=days, draws=2, seed=6, places=facilities, check=True
    )


def days_after_a_case(cases: np.ndarray) -> np.ndarray:
    """[days] whether a case was found on one of the days before that still hold people back."""
    held = np.zeros(len(cases), dtype=bool)
    for day in np.flatnonzero(cases):
        held[day + 1 : day + 1 + HELD] = True
    return held


@pytest.mark.slow
@pytest.mark.parametrize("into", [False, True])
def test_nobody_leaves_while_there_was_a_case_and_people_leave_otherwise(
    louisiana: System, covid: Pathogen, into: bool
) -> None:
    action = tw.HaltTransfersOfExposed(for_days=HELD, into=into)
    results = simulated(louisiana, covid, action)
    kept = results.dataset.sel(scenario="exposed stay")
    some, free = 0, 0.0
    for place in map(str, louisiana.facilities.index):
        here = kept.sel(place=place)
        for draw in range(2):
            cases = here["new_cases"].sel(group=["detained", "staff"]).isel(draw=draw).sum("group")
            out = here["transfers"].sel(group="detained").isel(draw=draw).to_numpy()
            held = days_after_a_case(cases.to_numpy())
            assert out[held].sum() == 0, place
            some += int(held.sum())
            free += float(out[~held].sum())
    assert some > 20
    assert free > 0


@pytest.mark.slow
def test_fewer_infected_people_are_moved_and_without_cases_nothing_changes_to_the_bit(
    louisiana: System, covid: Pathogen
) -> None:
    results = simulated(louisiana, covid, tw.HaltTransfersOfExposed())
    moved = results.totals["infected_transferred"].sel(group="detained")
    places = [place for place in moved["place"].to_numpy() if place != "all"]
    total = moved.sel(place=places).sum(["draw", "place"])
    assert float(total.sel(scenario="exposed stay")) < float(total.sel(scenario="isolation"))
    never = simulated(louisiana, covid, tw.HaltTransfersOfExposed(cases=10**6), days=15)
    for name, values in never.dataset.items():
        if "scenario" in values.dims:
            one, other = (values.isel(scenario=s) for s in (0, 1))
            np.testing.assert_array_equal(one, other, err_msg=str(name))


@pytest.mark.slow
def test_of_units_only_those_with_a_case_stay(louisiana: System, covid: Pathogen) -> None:
    results = simulated(louisiana.with_units(), covid, tw.HaltTransfersOfExposed(), days=25)
    moved = results.dataset["transfers"].sel(place="all", group="detained").sum(["draw", "date"])
    assert 0 < float(moved.sel(scenario="exposed stay")) < float(moved.sel(scenario="isolation"))


def test_one_facility_can_be_meant(louisiana: System, covid: Pathogen) -> None:
    place = tw.facility(str(louisiana.facilities.index[0]))
    scenario = tw.Scenario("x", [tw.HaltTransfersOfExposed(facilities=place, for_days=30)])
    (change,) = tw.explain(louisiana, covid, scenario, days=10)
    assert change.where == "1 places, 1 cases within 1 days, on for 30 days"


def test_what_cannot_be_is_refused(louisiana: System, covid: Pathogen) -> None:
    with pytest.raises(InputError, match="for_days = 0: must be at least 1"):
        tw.HaltTransfersOfExposed(for_days=0)
    late = tw.Scenario("x", [tw.HaltTransfersOfExposed(start="2020-04-01")])
    with pytest.raises(InputError, match=r"exposed.start = '2020-04-01': a condition is looked at"):
        tw.simulate(louisiana, covid, [late], days=20, draws=1)
