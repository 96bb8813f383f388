"""What is counted by age adds up to what is counted of everybody, and changes nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.results import BY_AGE
from thinwalls.simulation.outputs.by_age import NOT_ALWAYS

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.system import System

SCENARIOS = [
    tw.Scenario("nothing"),
    tw.Scenario("old go", [tw.Release(share=1.0, who=tw.age >= 50, over_days=5)]),
    tw.Scenario("tests of some", [tw.Testing(interval_days=5, who=tw.vulnerable)]),
    tw.Scenario("vaccines", [tw.Vaccination(people_per_day=80, delay_days=0)]),
]
DRAWS = 2


def run(system: System, pathogen: Pathogen, *, by_age: bool, mode: str = "stochastic") -> Results:
    return tw.simulate(
        system,
        pathogen,
        SCENARIOS,
        days=60,
        draws=DRAWS,
        places=[str(system.facilities.index[0])],
        threads=2,
        by_age=by_age,
        mode=mode,
    )


@pytest.fixture(scope="module")
def usual(louisiana: System, covid: Pathogen) -> Results:
    return run(louisiana, covid, by_age=False)


@pytest.fixture(scope="module")
def by_age(louisiana: System, covid: Pathogen) -> Results:
    return run(louisiana, covid, by_age=True)


def test_counting_by_age_changes_no_whole_number(usual: Results, by_age: Results) -> None:
    """The mean force of infection is another mean: over ages by their people of the first day."""
    for table in ("dataset", "totals", "hospitals", "parameters"):
        one, other = getattr(usual, table), getattr(by_age, table)
        for name in one.data_vars:
            if name != "force_of_infection":
                np.testing.assert_array_equal(one[name], other[name], err_msg=str(name))


@pytest.mark.parametrize("name", [one.name for one in BY_AGE])
def test_ages_add_up_to_the_totals(by_age: Results, name: str) -> None:
    assert by_age.ages is not None
    places, groups = by_age.ages["place"].values, by_age.ages["group"].values
    whole = by_age.totals[name].sel(place=places, group=groups)
    summed = by_age.ages[name].sum("age", skipna=False)
    np.testing.assert_allclose(summed, whole, rtol=1e-5, err_msg=name)
    assert float(whole.sel(place="all", group="followed").sum()) > 0


def test_what_is_always_counted_is_the_same(usual: Results, by_age: Results) -> None:
    assert usual.ages is not None
    assert by_age.ages is not None
    known = [one.name for one in BY_AGE if one.name not in NOT_ALWAYS]
    for name in known:
        np.testing.assert_array_equal(usual.ages[name], by_age.ages[name], err_msg=name)
    followed = {"place": "all", "group": "followed"}
    for name in ("infections", "people_ever"):
        one, other = usual.ages[name].sel(followed), by_age.ages[name].sel(followed)
        np.testing.assert_array_equal(one, other, err_msg=name)
    assert np.isnan(usual.ages["infections"].sel(group="detained")).all()
    assert np.isnan(usual.ages["admissions"]).all()


def test_a_release_by_age_is_seen_by_age(by_age: Results) -> None:
    assert by_age.ages is not None
    inside = by_age.ages["infections"].sel(place="all", group="detained").sum("draw")
    old, young = inside.sel(age=["50-64", "65+"]).sum("age"), inside.sel(age="18-49")
    ratio = old / young
    assert float(ratio.sel(scenario="old go")) < 0.7 * float(ratio.sel(scenario="nothing"))


@pytest.mark.slow
def test_expected_numbers_add_up_too(louisiana: System, covid: Pathogen) -> None:
    found = run(louisiana, covid, by_age=True, mode="mean_field")
    assert found.ages is not None
    for name in ("infections", "admissions", "deaths"):
        whole = found.totals[name].sel(place="all", group="detained")
        summed = found.ages[name].sel(place="all", group="detained").sum("age")
        np.testing.assert_allclose(summed, whole, rtol=1e-4, err_msg=name)
