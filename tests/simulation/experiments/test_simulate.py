"""The join, through the public face: bits, balance, what actions do, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.system import System

pytestmark = pytest.mark.slow

DAYS = 40
START = "2020-03-20"
NOTHING = tw.Scenario("nothing changes")


def run(system: System, pathogen: Pathogen, *scenarios: tw.Scenario, **options: object) -> Results:
    settings: dict[str, object] = {"days": DAYS, "draws": 2, "seed": 7, "threads": 1, **options}
    return tw.simulate(system, pathogen, scenarios, **settings)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def baseline(louisiana: System, covid: Pathogen) -> Results:
    return run(louisiana, covid, NOTHING)


def series(
    results: Results, variable: str, scenario: int = 0, group: str = "detained"
) -> np.ndarray:
    """[draw, date] of the whole system."""
    return (
        results.dataset[variable].sel(place="all", group=group).isel(scenario=scenario).to_numpy()
    )


def test_the_number_of_threads_changes_no_bit(
    louisiana: System, covid: Pathogen, baseline: Results
) -> None:
    assert run(louisiana, covid, NOTHING, threads=2).checksum == baseline.checksum


def test_another_seed_gives_other_numbers(
    louisiana: System, covid: Pathogen, baseline: Results
) -> None:
    assert run(louisiana, covid, NOTHING, seed=8).checksum != baseline.checksum


def test_more_draws_leave_the_first_ones_as_they_were(
    louisiana: System, covid: Pathogen, baseline: Results
) -> None:
    more = run(louisiana, covid, NOTHING, draws=3)
    for name, values in baseline.dataset.items():
        np.testing.assert_array_equal(more.dataset[name].isel(draw=slice(2)), values)


def test_a_checked_run_conserves_people_and_gives_the_same_bits(
    louisiana: System, covid: Pathogen, baseline: Results
) -> None:
    assert run(louisiana, covid, NOTHING, check=True).checksum == baseline.checksum


def test_inputs_are_not_changed(louisiana: System, covid: Pathogen) -> None:
    before = louisiana.content_hash
    run(louisiana, covid, NOTHING, draws=1, days=2)
    assert louisiana.content_hash == before


def test_flows_are_in_balance_when_nothing_changes(louisiana: System, covid: Pathogen) -> None:
    results = run(louisiana, covid, NOTHING, draws=8)
    people = series(results, "people")
    start = louisiana.facilities["population_start"].sum()
    # Net change over the run is arrivals less departures, each about Poisson: the variance of a
    # draw's change is at most the number of moves. Deaths and hospital stays are added to 4 sd.
    moves = sum(series(results, name).sum(axis=1) for name in ("arrests", "releases", "removals"))
    absent = series(results, "deaths").sum(axis=1) + series(results, "hospital_beds")[:, -1]
    drift = people[:, -1] - start
    assert abs(drift.mean()) < 4 * np.sqrt(moves.mean() / 8) + absent.mean()


def test_halting_arrests_halts_them_from_that_day(louisiana: System, covid: Pathogen) -> None:
    halt = tw.Scenario("halt", [tw.HaltArrests(start="2020-03-30")])
    results = run(louisiana, covid, NOTHING, halt)
    arrests = series(results, "arrests", scenario=1)
    assert arrests[:, 10:].sum() == 0
    np.testing.assert_array_equal(arrests[:, :10], series(results, "arrests")[:, :10])


def test_halting_one_agency_leaves_the_other(louisiana: System, covid: Pathogen) -> None:
    only_cbp = tw.Scenario("no CBP", [tw.HaltArrests(agencies=("CBP",), start=START)])
    only_ice = tw.Scenario("no ICE", [tw.HaltArrests(agencies=("ICE",), start=START)])
    results = run(louisiana, covid, NOTHING, only_cbp, only_ice)
    total, without_cbp, without_ice = (series(results, "arrests", k).sum() for k in range(3))
    assert without_cbp < total
    assert without_ice < total
    # Each halted half is another stream of whole numbers; 6 standard deviations of a Poisson sum.
    assert abs(without_cbp + without_ice - total) < 6 * np.sqrt(total)


def test_release_empties_the_places_on_time_and_nobody_is_lost(
    louisiana: System, covid: Pathogen
) -> None:
    free = tw.Scenario(
        "free",
        [
            tw.HaltArrests(start=START),
            tw.HaltTransfers(start=START),
            tw.Release(share=1.0, start=START, over_days=20),
        ],
    )
    results = run(louisiana, covid, free)
    people, beds = series(results, "people"), series(results, "hospital_beds")
    start = louisiana.facilities["population_start"].sum()
    # Nobody is moved out of a hospital bed, so those who come back from it may still be there.
    assert np.all(people[:, 20] <= beds[:, :21].max(axis=1) + 25)
    half = people[:, 9] / start
    assert np.all((half > 0.3) & (half < 0.5))  # 10 of 20 days, and ordinary exits on top
    followed = series(results, "people", group="followed")
    deaths = series(results, "deaths", group="followed").cumsum(axis=1)
    np.testing.assert_array_equal(followed + deaths, np.full_like(followed, start))


def test_release_of_some_leaves_the_others(louisiana: System, covid: Pathogen) -> None:
    old = tw.Scenario("old", [tw.Release(share=1.0, who=tw.age >= 50, start=START, over_days=5)])
    results = run(louisiana, covid, NOTHING, old)
    released = series(results, "releases", 1).sum() - series(results, "releases").sum()
    share = louisiana.composition_of(str(louisiana.facilities.index[0]))["share"]
    expected = 2 * louisiana.facilities["population_start"].sum() * (1 - share["18-49"])
    assert 0.5 * expected < released < 1.6 * expected


def test_release_by_number(louisiana: System, covid: Pathogen) -> None:
    some = tw.Scenario("30 a day", [tw.Release(people_per_day=30, start=START, end="2020-03-29")])
    results = run(louisiana, covid, NOTHING, some)
    extra = series(results, "releases", 1)[:, :10].sum(axis=1) - series(results, "releases")[
        :, :10
    ].sum(axis=1)
    assert np.all(np.abs(extra - 300) < 60)


def test_soap_and_masks_lower_infections_inside(louisiana: System, covid: Pathogen) -> None:
    inside = tw.Scenario("inside", [tw.Hygiene(), tw.Masks(), tw.Distancing(), tw.Isolation()])
    results = run(louisiana, covid, NOTHING, inside, draws=4, days=90)
    fewer = series(results, "new_infections", 1).sum() < series(results, "new_infections").sum()
    assert fewer
    # People with symptoms are found whatever is done.
    assert series(results, "new_cases", 1).sum() > 0
    assert series(results, "new_cases").sum() > 0


def test_order_of_actions_does_not_matter(louisiana: System, covid: Pathogen) -> None:
    actions = [tw.HaltArrests(start=START), tw.Hygiene(), tw.Release(share=0.5, over_days=10)]
    one = run(louisiana, covid, tw.Scenario("a", actions), draws=1)
    two = run(louisiana, covid, tw.Scenario("a", actions[::-1]), draws=1)
    np.testing.assert_array_equal(one.totals.infections, two.totals.infections)


def test_an_action_outside_its_time_changes_no_bit(
    louisiana: System, covid: Pathogen, baseline: Results
) -> None:
    late = tw.Scenario("nothing changes", [tw.HaltTransfers(start="2020-04-28", who=~tw.everyone)])
    np.testing.assert_array_equal(
        run(louisiana, covid, late).totals.infections, baseline.totals.infections
    )


def test_a_pathogen_without_a_record_spreads_on_its_own(louisiana: System) -> None:
    results = run(louisiana, tw.load_pathogen("influenza-pandemic"), NOTHING, draws=1)
    assert series(results, "new_infections", group="residents").sum() > 0


def test_people_immune_at_the_start_are_not_infected(louisiana: System) -> None:
    measles = tw.load_pathogen("measles")
    results = run(louisiana, measles, NOTHING, draws=1, days=120)
    immune = measles.parameters["immunity.start_share"].interval(0.999)[0]
    infected = results.totals["infections"].sel(place="all", group="residents").item()
    people = results.totals["people_start"].sel(place="all", group="residents").item()
    assert infected < (1 - immune) * people


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"draws": 0}, "draws = 0"),
        ({"days": 0}, "days = 0"),
        ({"days": 2.5}, "days = 2.5"),
        ({"seed": -1}, "seed = -1"),
        ({"start": "20 March"}, "date like 2020-03-20"),
        ({"places": ["nowhere"]}, "nowhere"),
    ],
)
def test_bad_arguments_are_one_clear_line(
    louisiana: System, covid: Pathogen, options: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError, match=words) as problem:
        run(louisiana, covid, NOTHING, **options)
    assert "\n" not in str(problem.value)


def test_unknown_facility_names_the_nearest(louisiana: System, covid: Pathogen) -> None:
    scenario = tw.Scenario("x", [tw.Hygiene(facilities=tw.facility("winn"))])
    with pytest.raises(InputError, match="winn-correctional-center-la"):
        run(louisiana, covid, scenario)


def test_two_scenarios_of_one_name_are_refused(louisiana: System, covid: Pathogen) -> None:
    with pytest.raises(InputError, match="two scenarios have this name"):
        run(louisiana, covid, NOTHING, NOTHING)


def test_an_action_after_the_end_is_refused(louisiana: System, covid: Pathogen) -> None:
    late = tw.Scenario("late", [tw.HaltArrests(start="2021-01-01")])
    with pytest.raises(InputError, match="after the end of the run"):
        run(louisiana, covid, late)


def test_a_part_without_any_flow_runs(ice_2020: System, covid: Pathogen) -> None:
    # Wyoming's one facility held less than one person on average.
    part = ice_2020.state("WY")
    results = tw.simulate(part, covid, [tw.Scenario("nothing")], days=5, draws=1, check=True)
    assert float(results.totals["people_ever"].sel(group="detained", place="all").max()) < 1
