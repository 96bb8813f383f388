"""Tests of people who are moved: who is found, where they are isolated, what is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError
from thinwalls.common.quantities import Quantity

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.system import System

pytestmark = pytest.mark.slow

DAYS, DRAWS = 45, 3


def always(share: float) -> dict[str, Quantity]:
    """A test that finds a share of every stage."""
    one = Quantity(distribution="fixed", value=share, unit="share", source="-", tag="assumption")
    return {"exposed": one, "presymptomatic": one, "infectious": one}


FREE = [tw.Release(share=1.0, over_days=20, start="2020-04-05"), tw.HaltArrests()]
SCENARIOS = [
    tw.Scenario("nothing"),
    tw.Scenario("free", FREE),
    tw.Scenario("free, none found", [*FREE, tw.GateTesting(**always(0.0))]),
    tw.Scenario("free, half found", [*FREE, tw.GateTesting(**always(0.5))]),
    tw.Scenario("free, all found", [*FREE, tw.GateTesting(**always(1.0))]),
    tw.Scenario("free, found late", [*FREE, tw.GateTesting(delay_days=3, **always(1.0))]),
    tw.Scenario("number", [tw.Release(people_per_day=20), tw.GateTesting(who=tw.vulnerable)]),
    tw.Scenario("arrivals", [tw.GateTesting(movements=("arrest", "transfer"), **always(1.0))]),
    tw.Scenario("removal", [tw.GateTesting(movements=("removal",), **always(1.0))]),
    tw.Scenario(
        "vaccinated too",
        [
            tw.GateTesting(movements=("arrest", "transfer", "release", "removal"), uptake=0.5),
            tw.Vaccination(people_per_day=50),
            tw.HaltRemovals(start="2020-04-20"),
        ],
    ),
]


@pytest.fixture(scope="module")
def results(louisiana: System, covid: Pathogen) -> Results:
    """Every example in one run, with the invariants checked after every step."""
    return tw.simulate(
        louisiana, covid, SCENARIOS, days=DAYS, draws=DRAWS, seed=5, threads=2, check=True
    )


def total(results: Results, name: str, scenario: str, group: str) -> float:
    return float(results.totals[name].sel(scenario=scenario, place="all", group=group).sum())


def moved(results: Results, scenario: str, movement: str) -> float:
    series = results.dataset[movement].sel(scenario=scenario, place="all", group="detained")
    return float(series.sum())


def test_everybody_released_is_tested_once(results: Results) -> None:
    for scenario in ("free, none found", "free, all found"):
        released = moved(results, scenario, "releases")
        # Those released on the last step are still at the gate.
        assert released - 30 <= total(results, "tests", scenario, "released") <= released
    assert total(results, "tests", "free", "released") == 0


def test_a_share_of_those_infected_is_found(results: Results) -> None:
    found = [
        total(results, "cases", f"free, {name} found", "released")
        for name in ("none", "half", "all")
    ]
    assert found[0] == 0
    # Binomial with share a half of those whom the perfect test finds: five standard deviations.
    assert abs(found[1] - found[2] / 2) < 5 * np.sqrt(found[2] / 4)
    assert 0 < total(results, "cases", "free, found late", "released") < found[2]


def test_testing_at_the_door_keeps_nobody_inside(results: Results) -> None:
    without, tested = (
        results.dataset["people"].sel(scenario=name, place="all", group="detained").isel(date=-1)
        for name in ("free", "free, all found")
    )
    # Those found recover outside; who leaves when is drawn alike, up to a few people.
    assert np.all(np.abs(without - tested) <= 10)


def test_finding_more_spares_those_outside(louisiana: System, covid: Pathogen) -> None:
    scenarios = [tw.Scenario(str(s), [*FREE, tw.GateTesting(**always(s))]) for s in (0.0, 0.5, 1.0)]
    found = tw.simulate(
        louisiana, covid, scenarios, days=DAYS, draws=2, seed=1, threads=2, mode="mean_field"
    )
    outside = found.totals["infections"].sel(place="all", group="residents")
    assert (outside.diff("scenario") < 0).all()


def test_only_the_people_meant_are_tested(results: Results) -> None:
    tests = total(results, "tests", "number", "released")
    assert 0 < tests < 0.8 * moved(results, "number", "releases")


def test_who_arrives_is_isolated_inside(results: Results) -> None:
    facilities = results.places.index[results.places["kind"] == "facility"]
    inside = results.totals.sel(scenario="arrivals", group="detained", place=list(facilities))
    arrived = float((inside["people_ever"] - inside["people_start"]).sum())
    # Those who arrive on the last step are still at the gate.
    assert 0.95 * arrived < total(results, "tests", "arrivals", "detained") <= arrived
    assert total(results, "cases", "arrivals", "detained") > 0


def test_isolated_on_arrival_people_infect_fewer(louisiana: System, covid: Pathogen) -> None:
    # Without chance: in three outbreaks it is larger than the difference.
    scenarios = [one for one in SCENARIOS if one.name in ("nothing", "arrivals")]
    found = tw.simulate(
        louisiana, covid, scenarios, days=DAYS, draws=2, seed=5, threads=2, mode="mean_field"
    )
    inside = found.totals["infections"].sel(place="all", group="detained")
    assert (inside.sel(scenario="arrivals") < inside.sel(scenario="nothing")).all()


def test_who_is_found_before_a_removal_stays(results: Results) -> None:
    assert total(results, "infected_removed", "removal", "detained") == 0
    assert total(results, "infected_removed", "nothing", "detained") > 0
    assert moved(results, "removal", "removals") < moved(results, "nothing", "removals")
    assert total(results, "tests", "removal", "detained") >= moved(results, "removal", "removals")


def test_a_halt_of_removals_holds_behind_the_gate(results: Results) -> None:
    series = results.dataset["removals"].sel(
        scenario="vaccinated too", place="all", group="detained"
    )
    assert float(series.sel(date=slice("2020-04-22", None)).sum()) == 0
    assert float(series.sel(date=slice(None, "2020-04-18")).sum()) > 0


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        ([tw.GateTesting(), tw.GateTesting(movements=("arrest",))], "has one, for all"),
        ([tw.GateTesting(movements=("arrest",)), tw.IntakeQuarantine()], "test_out = true"),
    ],
)
def test_what_cannot_be_together(actions: list[tw.Action], words: str) -> None:
    with pytest.raises(InputError, match=words):
        tw.Scenario("both", actions)
