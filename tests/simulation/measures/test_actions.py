"""Every action on a part of ice-2020: what it changes, what it leaves, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from support.action_examples import DETAINED, EXAMPLES, ISOLATION, STAFF
from thinwalls.common.errors import InputError
from thinwalls.policy import ACTIONS, list_scenarios

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Action
    from thinwalls.results import Results
    from thinwalls.system import System

pytestmark = pytest.mark.slow

DAYS, DRAWS = 45, 2
NOTHING = tw.Scenario("nothing changes")


@pytest.fixture(scope="module")
def results(louisiana: System, covid: Pathogen) -> Results:
    """All examples in one run, with the invariants checked after every step."""
    scenarios = [NOTHING, *(tw.Scenario(name, actions) for name, actions in EXAMPLES.items())]
    return tw.simulate(
        louisiana, covid, scenarios, days=DAYS, draws=DRAWS, seed=5, threads=2, check=True
    )


def total(results: Results, scenario: str, outcome: str, group: str = "detained") -> float:
    return float(
        results.totals[outcome].sel(scenario=scenario, place="all", group=group).sum("draw")
    )


def moved(results: Results, scenario: str, movement: str) -> float:
    series = results.dataset[movement].sel(scenario=scenario, place="all", group="detained")
    return float(series.sum())


def test_every_action_has_an_example() -> None:
    shown = {type(action) for actions in EXAMPLES.values() for action in actions}
    # follow_record needs the whole country (tests/simulation/movement/test_record.py), prophylaxis
    # another disease (outbreak/test_prophylaxis.py).
    assert shown | {tw.FollowRecord, tw.PostExposureProphylaxis} == set(ACTIONS.values())


def test_nothing_is_the_same_to_the_bit_whatever_else_is_in_the_run(
    louisiana: System, covid: Pathogen, results: Results
) -> None:
    alone = tw.simulate(louisiana, covid, [NOTHING], days=DAYS, draws=DRAWS, seed=5, threads=1)
    for name, values in alone.dataset.items():
        np.testing.assert_array_equal(
            values.isel(scenario=0), results.dataset[name].isel(scenario=0), err_msg=str(name)
        )
    for name, values in alone.totals.items():
        np.testing.assert_array_equal(
            values.isel(scenario=0), results.totals[name].isel(scenario=0), err_msg=str(name)
        )


def test_arrests_follow_the_factors(results: Results) -> None:
    usual = moved(results, "nothing changes", "arrests")
    # Sums of about Poisson numbers with shared noise: 6 standard deviations of one of them.
    for scenario, factor in (("limit arrests", 0.3), ("alternatives", 0.4)):
        assert abs(moved(results, scenario, "arrests") - factor * usual) < 6 * np.sqrt(usual)
    late = 5 / DAYS
    expected = usual * (late + 1.5 * (1 - late))
    assert abs(moved(results, "surge", "arrests") - expected) < 6 * np.sqrt(1.5 * usual)


def test_residents_who_avoid_care_do_not_die_less(results: Results) -> None:
    assert total(results, "surge", "deaths", "residents") >= total(
        results, "nothing changes", "deaths", "residents"
    )


def test_quarantine_changes_nobody_s_place(results: Results) -> None:
    usual = results.dataset["people"].sel(place="all", group="detained")
    people = usual.sel(scenario="quarantine").isel(date=-1)
    # Arrivals of the quarantine rows are drawn anew; their sums are about Poisson.
    arrivals = moved(results, "nothing changes", "arrests") / DRAWS
    gap = people - usual.sel(scenario="nothing changes").isel(date=-1)
    assert np.all(np.abs(gap) < 6 * np.sqrt(arrivals))


def test_quarantine_alone_spares_more_than_together(results: Results) -> None:
    alone = total(results, "quarantine alone", "infections")
    assert alone < total(results, "quarantine", "infections")
    assert alone < total(results, "nothing changes", "infections")


def test_tests_and_screening_find_a_larger_share_of_those_infected(results: Results) -> None:
    """People with symptoms are found anyway."""

    def share(scenario: str, group: str = "detained") -> float:
        return total(results, scenario, "cases", group) / total(
            results, scenario, "infections", group
        )

    for scenario in ("screening", "testing", "isolation", "quarantine with tests"):
        assert share(scenario) > share("nothing changes") > 0
    for scenario in ("staff testing", "staff sick pay"):
        assert share(scenario, "staff") > share("nothing changes", "staff") > 0


def test_vaccination_spares_the_vaccinated(results: Results) -> None:
    for group in ("detained", "staff"):
        assert total(results, "vaccination", "infections", group) < total(
            results, "nothing changes", "infections", group
        )


def test_a_condition_that_is_never_met_changes_no_bit(
    louisiana: System, covid: Pathogen, results: Results
) -> None:
    never = tw.Scenario(
        "nothing changes",
        [tw.When(cases=10**6, then=tw.Cohorting()), tw.When(cases=10**6, then=tw.HaltArrests())],
    )
    run = tw.simulate(louisiana, covid, [never], days=DAYS, draws=DRAWS, seed=5, threads=1)
    np.testing.assert_array_equal(
        run.totals["infections"].isel(scenario=0), results.totals["infections"].isel(scenario=0)
    )


def test_a_condition_does_less_than_acting_always(louisiana: System, covid: Pathogen) -> None:
    inside = tw.Cohorting()
    scenarios = [
        tw.Scenario("never", [ISOLATION]),
        tw.Scenario("when", [ISOLATION, tw.When(cases=1, then=inside)]),
        tw.Scenario("always", [ISOLATION, inside]),
    ]
    run = tw.simulate(
        louisiana, covid, scenarios, days=30, draws=1, seed=5, threads=2, mode="mean_field"
    )
    never, when, always = run.totals["infections"].sel(place="all", group="detained").to_numpy()
    assert np.all(always <= when)
    assert np.all(when <= never)
    assert when.sum() < never.sum()


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (tw.When(cases=1, then=tw.VisitsHalt()), "cannot be switched"),
        (
            tw.When(cases=3, place="unit", then=tw.Cohorting()),
            "no facility of the system is housed in units",
        ),
        (tw.When(cases=3, then=tw.MedicalCare()), "cannot be switched"),
        (tw.When(cases=3, then=tw.Hygiene(ramp_days=7)), "ramp_days"),
        (tw.When(cases=3, start="2020-04-01", then=tw.Hygiene()), "leave start and end out"),
        (tw.When(cases=3, then=tw.CommunityDistancing()), "place must be 'county'"),
        (tw.Vaccination(people_per_day=1, order=(tw.everyone,)), "residents cannot be vaccinated"),
        (tw.Testing(who=STAFF), "means nobody who is detained"),
        (tw.HospitalSurge(more_icu=1.0, states=tw.state("WA")), "no state of this name"),
        (tw.Vaccination(people_per_day=1, order=(tw.facility("zzzz"),)), "zzzz"),
        (tw.Release(people_per_day=1e6), "is more than all of those meant"),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_one_line(
    louisiana: System, covid: Pathogen, action: Action, words: str
) -> None:
    with pytest.raises(InputError, match=words) as problem:
        tw.simulate(louisiana, covid, [tw.Scenario("x", [action])], days=20, draws=1)
    assert "\n" not in str(problem.value)
    assert "actions[0]" in str(problem.value)


def test_nobody_is_released_more_than_once(louisiana: System, covid: Pathogen) -> None:
    """Other people, or the same ones later, can be."""
    most = tw.Release(share=0.7)
    old = tw.Release(share=0.5, who=tw.age >= 50)
    later = tw.Release(share=0.5, who=tw.age >= 50, start="2020-03-27")
    young = tw.Release(share=0.5, who=tw.age < 50)
    for actions in ([most, old], [old, most]):
        with pytest.raises(InputError, match=r"some people are released 1.2 times"):
            tw.simulate(louisiana, covid, [tw.Scenario("x", actions)], days=20, draws=1)
    for actions in ([most, later], [old, young]):
        tw.simulate(louisiana, covid, [tw.Scenario("x", actions)], days=20, draws=1)


@pytest.mark.parametrize(
    "actions",
    [
        [tw.MedicalCare(treated_share=0.5), tw.MedicalCare(who=tw.vulnerable & DETAINED)],
        [tw.IntakeQuarantine(), tw.IntakeQuarantine(facilities=tw.state("LA"))],
    ],
)
def test_two_actions_on_the_same_people_are_refused(
    louisiana: System, covid: Pathogen, actions: list[Action]
) -> None:
    with pytest.raises(InputError, match="two "):
        tw.simulate(louisiana, covid, [tw.Scenario("x", actions)], days=5, draws=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", [one for one in list_scenarios() if one != "chicago-2024"])
def test_packaged_sets_run_on_the_whole_system(
    ice_2020: System, covid: Pathogen, name: str
) -> None:
    scenarios = tw.load_scenario_set(name)
    # Some begin to do something only three weeks after the first day.
    results = tw.simulate(ice_2020, covid, scenarios, days=25, draws=1, seed=1)
    assert list(results.scenarios) == [scenario.name for scenario in scenarios]
