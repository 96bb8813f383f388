"""What a run is counted for beside the disease: years, tests, courses, overload, days unable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.pathogens import PersonClass
from thinwalls.results import compare, cost, life_table
from thinwalls.simulation.draws.overload_deaths import deaths_per_turned_away, years_per_death
from thinwalls.simulation.population.severity_rows import SeverityRow
from thinwalls.system import OUTSIDE

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.system import System

DAYS, DRAWS = 40, 2
DETAINED = tw.group("detained")
SCENARIOS = [
    tw.Scenario("nothing"),
    tw.Scenario("tests", [tw.Testing(kind="antigen", interval_days=5, uptake=0.8)]),
    tw.Scenario("tests of some", [tw.Testing(kind="antigen", interval_days=5, who=tw.vulnerable)]),
    tw.Scenario("tests of the others", [tw.Testing(interval_days=5, who=~tw.vulnerable)]),
    tw.Scenario("tests from day 1 to 10", [tw.Testing(interval_days=5, end="2020-03-29")]),
    tw.Scenario("staff", [tw.StaffTesting(interval_days=5)]),
    tw.Scenario("courses", [tw.Vaccination(people_per_day=50, delay_days=0, order=(DETAINED,))]),
    tw.Scenario("when", [tw.Isolation(), tw.When(cases=1, then=tw.Testing(interval_days=5))]),
]


@pytest.fixture(scope="module")
def results(louisiana: System, covid: Pathogen) -> Results:
    return tw.simulate(louisiana, covid, SCENARIOS, days=DAYS, draws=DRAWS, seed=3, threads=2)


def total(results: Results, name: str, scenario: str, group: str = "everyone") -> float:
    return float(results.totals[name].sel(scenario=scenario, place="all", group=group).sum())


def test_tests_are_person_days_over_the_interval(results: Results) -> None:
    people = results.dataset["people"].sel(scenario="tests", place="all", group="detained")
    most = 0.8 / 5 * float(people.sum())
    done = total(results, "tests", "tests")
    # Everybody is tested but those isolated, in hospital or dead: fewer than one in ten here.
    assert 0.9 * most < done < most
    short = total(results, "tests", "tests from day 1 to 10")
    assert 0.9 * float(people.isel(date=slice(0, 10)).sum()) / 5 < short
    assert total(results, "tests", "nothing") == 0
    assert total(results, "tests", "staff", "staff") > 0
    assert total(results, "tests", "staff", "detained") == 0


def test_tests_of_some_and_of_the_others_are_tests_of_all(results: Results) -> None:
    some, others = (
        total(results, "tests", name) for name in ("tests of some", "tests of the others")
    )
    people = results.dataset["people"].sel(scenario="nothing", place="all", group="detained")
    assert 0.9 * float(people.sum()) / 5 < some + others < float(people.sum()) / 5
    share = some / (some + others)
    cells = results.totals["tests"].sel(place="all", group="detained")
    assert 0.1 < share < 0.9
    assert not np.isnan(cells.values).any()


def test_tests_under_a_condition_are_fewer_than_always(results: Results) -> None:
    people = results.dataset["people"].sel(scenario="when", place="all", group="detained")
    assert 0 < total(results, "tests", "when") < float(people.sum()) / 5


def test_a_condition_on_beds_leaves_tests_uncounted(louisiana: System, covid: Pathogen) -> None:
    action = tw.When(hospital="icu", above=0.3, place="county", then=tw.Testing())
    found = tw.simulate(
        louisiana, covid, [tw.Scenario("beds", [action])], days=5, draws=1, threads=1
    )
    assert np.isnan(found.totals["tests"].sel(place="all", group="detained")).all()
    assert "test" in cost(found).left_out


def test_courses_are_those_who_were_vaccinated(results: Results) -> None:
    given = total(results, "vaccine_courses", "courses", "detained") / DRAWS
    assert 0.3 * 50 * DAYS < given <= 50 * DAYS
    assert total(results, "vaccine_courses", "nothing") == 0


def test_tests_and_courses_are_paid_for(results: Results) -> None:
    table = cost(results).table.set_index(["scenario", "price"])
    assert table.loc[("tests", "test"), "cost"] == 0
    assert table.loc[("tests", "antigen_test"), "cost"] > 0
    assert table.loc[("staff", "test"), "cost"] > 0
    assert table.loc[("staff", "antigen_test"), "cost"] == 0
    assert table.loc[("courses", "vaccine_course"), "cost"] > 0
    assert table.loc[("nothing", "test"), "cost"] == 0


def test_years_lost_are_those_of_the_ages_that_die(results: Results) -> None:
    totals = results.totals.sel(place="all", scenario="nothing")
    deaths, years = (totals[name].sum("draw") for name in ("deaths", "years_lost"))
    for group in ("residents", "everyone"):
        mean = float(years.sel(group=group) / deaths.sel(group=group))
        # Deaths of spring 2020 in the United States were at about 75 on average.
        assert life_table().remaining(85) < mean < life_table().remaining(60)
    parts = [years.sel(group=g) for g in ("detained", "staff", "residents", "released", "removed")]
    assert float(sum(parts)) == pytest.approx(float(years.sel(group="everyone")), rel=1e-5)


def test_years_per_death_is_the_sum_over_ages(covid: Pathogen) -> None:
    disease = covid.at({name: one.central for name, one in covid.parameters.items()})
    person = PersonClass(50, 59, vulnerable=True)
    ages = np.zeros((1, 101))
    ages[0, 50:60] = np.arange(10, 0, -1) / 55
    expected = years = 0.0
    for age in range(50, 60):
        one = PersonClass(age, age, vulnerable=True)
        weight = ages[0, age] * float(disease.infection_fatality([one])[0])
        expected += weight
        years += weight * life_table().remaining(age + 0.5)
    found = years_per_death(disease, [SeverityRow(person)], ages, life_table())
    assert found[0] == pytest.approx(years / expected)


def test_want_of_a_bed_costs_the_difference_of_the_two_courses(covid: Pathogen) -> None:
    disease = covid.at({name: one.central for name, one in covid.parameters.items()})
    person = PersonClass(60, 69, vulnerable=None)
    chances = disease.branch_probability([person])
    extra, need = deaths_per_turned_away(disease, chances, ("bed", "icu"))
    share = {
        (disease.stages[a].name, disease.stages[b].name): float(p)
        for a, b, p in zip(disease.branch_from, disease.branch_to, chances[0], strict=True)
    }
    bed = (
        share["I_severe2", "H_dies"] + share["I_severe2", "H_to_icu"] * share["H_to_icu", "C_dies"]
    )
    treated = 1 - share["I_severe2", "U"]
    assert extra[0, 0] == pytest.approx(share["U", "D"] - bed / treated)
    assert extra[0, 1] == pytest.approx(share["U_critical", "D"] - share["H_to_icu", "C_dies"])
    assert need[0, 1] == pytest.approx(need[0, 0] / treated * share["I_severe2", "H_to_icu"])
    assert (extra > 0).all()


def test_unable_to_work_holds_the_ill_and_those_at_home(results: Results) -> None:
    series = results.dataset.sel(place="all", group="staff")
    assert (series["unable_to_work"] <= series["prevalence"] + 1e-3).all()
    days = total(results, "unable_days", "nothing", "staff")
    assert days == pytest.approx(float(series["unable_to_work"].sel(scenario="nothing").sum()))
    assert np.isnan(results.totals["unable_days"].sel(group="residents")).all()


def test_infections_that_leave_are_among_those_who_leave(results: Results) -> None:
    totals = results.totals.sel(scenario="nothing")
    removed = results.dataset["removals"].sel(scenario="nothing", place="all", group="detained")
    gone = totals["infected_removed"].sel(place="all", group="detained")
    assert (gone <= removed.sum("date")).all()
    assert (gone > 0).all()
    # From one facility to another is a transfer out of the place and none out of the system.
    places = [place for place in totals["place"].values if place != "all"]
    by_place = totals["infected_transferred"].sel(group="detained")
    assert (by_place.sel(place="all") <= by_place.sel(place=places).sum("place")).all()
    table = compare(results).table
    assert {"unable_days", "infected_removed", "infected_transferred", "years_lost"} <= set(
        table["outcome"]
    )


def test_the_rest_of_the_country_is_no_hospital_region(results: Results, louisiana: System) -> None:
    """It has beds and overflow of its own, which no table of regions may count."""
    local = set(results.hospitals["region"].values.tolist())
    assert local
    assert OUTSIDE not in local
    assert local <= set(louisiana.counties.index)
    assert set(tw.flattening(results).table["regions"]) == {len(local)}
