"""Doses on dates: how many, for whom, what they do, and what is refused."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError
from thinwalls.pathogens import load_pathogen

if TYPE_CHECKING:
    from thinwalls.results import Results
    from thinwalls.system import System

FIRST = "2020-03-20"
CLOSED = (tw.HaltArrests(), tw.HaltTransfers(), tw.HaltRemovals())
DETAINED = tw.group("detained")


def doses(*given: tuple[str, int], **fields: object) -> tw.Vaccination:
    return tw.Vaccination.model_validate(
        {"doses": [{"date": date, "people": people} for date, people in given], **fields}
    )


@pytest.fixture(scope="module")
def stewart(ice_2020: System) -> System:
    return ice_2020.facilities_only(["stewart"])


def simulated(system: System, *actions: tw.Action, days: int = 12, draws: int = 4) -> Results:
    scenario = tw.Scenario("doses", [*CLOSED, *actions])
    measles = load_pathogen("measles")
    return tw.simulate(system, measles, [scenario], days=days, draws=draws, seed=1, check=True)


def totals(results: Results, name: str) -> np.ndarray:
    of_all = results.totals[name].sel(place="all", group="everyone", scenario="doses")
    return np.asarray(of_all.to_numpy(), dtype=float)


@pytest.mark.slow
def test_just_as_many_are_given_as_are_asked_for_and_those_for_the_immune_are_lost(
    stewart: System,
) -> None:
    results = simulated(stewart, doses(("2020-03-22", 277), ("2020-03-23", 76), delay_days=3))
    given, wasted = totals(results, "vaccine_courses"), totals(results, "doses_wasted")
    assert (given == 353).all()
    # Most people are immune to measles: as many of those drawn by lot, to sampling error.
    immune = results.parameters["immunity.inside_start_share"].to_numpy()
    spread = np.sqrt(353 * immune * (1 - immune))
    assert (np.abs(wasted - 353 * immune) < 5 * spread + 0.02 * 353).all()


@pytest.mark.slow
def test_who_shows_a_record_is_given_none(stewart: System) -> None:
    some = doses(("2020-03-22", 30), delay_days=2, share_with_record=1.0)
    results = simulated(stewart, some)
    assert (totals(results, "vaccine_courses") == 30).all()
    assert (totals(results, "doses_wasted") == 0).all()
    nobody_else = doses(("2020-03-22", 10**6), delay_days=2, share_with_record=1.0)
    results = simulated(stewart, nobody_else)
    assert (totals(results, "vaccine_courses") < 500).all()


@pytest.mark.slow
def test_half_of_the_immune_with_a_record_halves_what_is_lost_among_all(stewart: System) -> None:
    """With doses for everybody without a record, a binomial half of the immune is given none."""
    everybody = simulated(stewart, doses(("2020-03-22", 10**6), delay_days=1))
    half = simulated(stewart, doses(("2020-03-22", 10**6), delay_days=1, share_with_record=0.5))
    immune, without = totals(everybody, "doses_wasted"), totals(half, "doses_wasted")
    assert (np.abs(without - immune / 2) < 5 * np.sqrt(immune / 4) + 0.02 * immune).all()


def test_doses_whose_time_is_after_the_run_change_nothing(stewart: System) -> None:
    late = simulated(stewart, doses(("2020-03-22", 300), delay_days=12))
    assert (totals(late, "vaccine_courses") == 0).all()


@pytest.mark.slow
def test_doses_that_work_are_like_having_been_immune(ice_2020: System) -> None:
    """In expectation: with doses for all, infections inside are those of who fail (here nobody)."""
    system = ice_2020.facilities_only(["stewart"])
    covid = load_pathogen("covid-2020")
    found = []
    for share in (0.0, 0.5, 1.0):
        all_of_them = doses(("2020-03-20", 10**6), delay_days=0, effectiveness=share)
        results = tw.simulate(
            system, covid, [tw.Scenario("doses", [*CLOSED, all_of_them])],
            days=60, draws=1, seed=2, mode="mean_field",
        )  # fmt: skip
        inside = results.totals["infections"].sel(place="all", group="detained")
        found.append(float(inside.squeeze()))
    nothing = tw.simulate(
        system, covid, [tw.Scenario("x", CLOSED)], days=60, draws=1, seed=2, mode="mean_field"
    )
    without = float(nothing.totals["infections"].sel(place="all", group="detained").squeeze())
    # Who fails is as before, exactly: only the order of sums differs.
    assert found[0] == pytest.approx(without, rel=1e-4)
    assert found[2] < 0.02 * without
    assert found[2] < found[1] < found[0]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "give either people_per_day or doses"),
        ({"people_per_day": 5, "doses": [{"date": FIRST, "people": 1}]}, "give either"),
        ({"doses": [{"date": FIRST, "people": 0}]}, "must be at least 1"),
        ({"doses": [{"date": "soon", "people": 3}]}, "must be a date like 2020-03-20"),
        ({"doses": [{"date": FIRST, "people": 1}] * 2}, "in the order of their dates"),
        ({"doses": [{"date": FIRST, "people": 1}], "start": FIRST}, "start goes with people_per"),
        ({"doses": [{"date": FIRST, "people": 1}], "delay_days": 1.5}, "whole number of days"),
        (
            {"doses": [{"date": FIRST, "people": 1}], "delay_days": 0, "share_with_record": 0.5},
            "delay_days must be at least 1",
        ),
        ({"doses": [{"date": FIRST, "people": 1}], "effectiveness": 84}, "must be at most 1.0"),
        ({"people_per_day": 5, "share_with_record": 0.5}, "share_with_record goes with doses"),
        ({"people_per_day": 5, "effectiveness": 0.5}, "effectiveness goes with doses"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, object], problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        tw.Vaccination(**fields)
    assert "\n" not in str(caught.value)


def test_dates_outside_of_the_run_are_refused(stewart: System) -> None:
    with pytest.raises(InputError, match=r"doses\[0\].date = '2020-03-19': is before the start"):
        simulated(stewart, doses(("2020-03-19", 5)))
    with pytest.raises(InputError, match=r"doses\[0\].date = '2020-05-01': is after the end"):
        simulated(stewart, doses(("2020-05-01", 5)))


def test_two_ways_to_protect_are_refused_in_one_scenario(stewart: System) -> None:
    staff = tw.Vaccination(people_per_day=5, order=(tw.group("staff"),))
    with pytest.raises(InputError, match="cannot be in one scenario"):
        simulated(stewart, doses(("2020-03-22", 5)), staff)


def test_begun_later_every_date_is_later() -> None:
    scenario = tw.Scenario("doses", [doses(("2020-03-22", 5), ("2020-03-24", 7))])
    later = tw.starting_later(scenario, 7, dt.date(2020, 3, 20))
    assert later.actions == (doses(("2020-03-29", 5), ("2020-03-31", 7)),)
    assert later.actions[0].when == "from 2020-03-29 to 2020-03-31"


def test_explained_are_the_doses_of_a_day(stewart: System) -> None:
    scenario = tw.Scenario("doses", [doses(("2020-03-22", 50), ("2020-03-25", 20), delay_days=2)])
    changes = tw.explain(stewart, load_pathogen("measles"), scenario, days=30)
    (change,) = [one for one in changes if one.what.startswith("vaccination")]
    days = [(str(piece.first), piece.after) for piece in change.pieces if piece.after]
    assert days == [("2020-03-24", 50), ("2020-03-27", 20)]
