"""Exposed staff stay away: who, when, how many days, and what is refused."""

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

DAYS, FROM, TO = 40, 3, 8
CLOSED = (tw.HaltArrests(), tw.HaltTransfers())


def share(value: float) -> tw.Quantity:
    return tw.Quantity(value=value, unit="share", source="a test", tag="assumption")


ISOLATION = tw.Isolation(found=share(0.9))


@pytest.fixture(scope="module")
def stewart(ice_2020: System) -> System:
    return ice_2020.facilities_only(["stewart"])


def simulated(system: System, covid: Pathogen, *actions: Action, days: int = DAYS) -> Results:
    scenarios = [
        tw.Scenario("isolation", [*CLOSED, ISOLATION]),
        tw.Scenario("exclusion", [*CLOSED, ISOLATION, *actions]),
    ]
    return tw.simulate(system, covid, scenarios, days=days, draws=3, seed=8, check=True)


@pytest.mark.slow
def test_days_away_are_those_after_a_case(stewart: System, covid: Pathogen) -> None:
    excluded = tw.StaffExclusion(from_day=FROM, to_day=TO, without_proof=share(0.25))
    results = simulated(stewart, covid, excluded)
    days = results.totals["staff_excluded_days"].sel(place="all", group="staff")
    assert float(days.sel(scenario="isolation").sum()) == 0
    series = results.dataset.sel(place="all", scenario="exclusion")
    cases = series["new_cases"].sel(group=["detained", "staff"]).sum("group").to_numpy()
    staff = series["people"].sel(group="staff").to_numpy()
    for draw in range(3):
        away = np.zeros(DAYS, dtype=bool)
        for day in np.flatnonzero(cases[draw]):
            away[day + FROM : day + TO + 1] = True
        # Staff in hospital are not counted, so at most as many as there are.
        most = 0.25 * staff[draw][away].sum()
        assert 0.95 * most <= float(days.sel(scenario="exclusion")[draw]) <= most * (1 + 1e-6)


@pytest.mark.slow
def test_staff_who_are_away_are_not_infected_inside(stewart: System, covid: Pathogen) -> None:
    always = tw.StaffExclusion(from_day=1, to_day=100)
    results = simulated(stewart, covid, always, days=60)
    infected = results.totals["infections"].sel(place="all", group="staff").sum("draw")
    # In Stewart most staff are infected inside: outside of it the epidemic has only begun.
    assert float(infected.sel(scenario="exclusion")) < 0.7 * float(
        infected.sel(scenario="isolation")
    )


@pytest.mark.slow
def test_before_it_begins_and_without_cases_nothing_changes_to_the_bit(
    stewart: System, covid: Pathogen
) -> None:
    never = simulated(stewart, covid, tw.StaffExclusion(cases=10**6), days=20)
    late = simulated(stewart, covid, tw.StaffExclusion(from_day=1, start="2020-04-05"), days=30)
    for results, until in ((never, 20), (late, 15)):
        for name, values in results.dataset.items():
            if "scenario" in values.dims:
                one, other = (values.isel(scenario=s, date=slice(0, until)) for s in (0, 1))
                np.testing.assert_array_equal(one, other, err_msg=str(name))


@pytest.mark.slow
def test_beside_tests_of_staff_everybody_comes_back(stewart: System, covid: Pathogen) -> None:
    short = tw.StaffExclusion(from_day=1, to_day=2, end="2020-03-30")
    results = simulated(stewart, covid, tw.StaffTesting(interval_days=3), short)
    people = results.dataset["people"].sel(place="all", group="staff")
    gap = people.sel(scenario="exclusion") - people.sel(scenario="isolation")
    assert float(np.abs(gap).max()) <= 3


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"from_day": 0}, "must be at least 1"),
        ({"from_day": 9, "to_day": 8}, "to_day = 8 must not be before from_day = 9"),
        ({"without_proof": share(13)}, "without_proof"),
        ({"facilities": "somewhere"}, "facilities"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, object], problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        tw.StaffExclusion(**fields)
    assert "\n" not in str(caught.value)


def test_two_in_one_facility_are_refused(stewart: System, covid: Pathogen) -> None:
    twice = tw.Scenario(
        "x", [tw.StaffExclusion(end="2020-03-25"), tw.StaffExclusion(start="2020-03-26")]
    )
    with pytest.raises(InputError, match="two exclusions of staff in one facility"):
        tw.simulate(stewart, covid, [twice], days=20, draws=1)
