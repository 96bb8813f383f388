"""Reported cases: sums over groups and places, the same chance whatever else is kept, batches."""

from __future__ import annotations

from functools import cache

import numpy as np

import thinwalls as tw
from thinwalls.results.data.schema import BASIC_GROUPS

DAYS, DRAWS, EVERY = 40, 3, 7
SCENARIOS = (
    tw.Scenario("nothing", []),
    tw.Scenario("tests from day 20", [tw.Testing(start="2020-04-09", interval_days=3)]),
)


@cache
def results(n_places: int, every: int = 1) -> tw.Results:
    """Two places of Louisiana, of which none, one or both are kept day by day."""
    system = tw.load_system("ice-2020")
    ids = list(system.state("LA").facilities.index[:2])
    return tw.simulate(
        system.facilities_only(ids),
        tw.load_pathogen("covid-2020"),
        SCENARIOS,
        days=DAYS,
        draws=DRAWS,
        seed=4,
        threads=1,
        places=ids[:n_places],
        report_every_days=every,
    )


def reported(made: tw.Results) -> np.ndarray:
    """[scenario, draw, date, place, group] reports, 0 where a place has nobody of a group."""
    return np.nan_to_num(made.dataset["new_reported_cases"].values)


def test_groups_add_up_to_everyone_and_reports_follow_cases() -> None:
    data = results(2).dataset.fillna(0.0)
    told, found = data["new_reported_cases"], data["new_cases"]
    np.testing.assert_array_equal(
        told.sel(group=list(BASIC_GROUPS)).sum("group"), told.sel(group="everyone")
    )
    assert bool((told.cumsum("date") <= found.cumsum("date")).all())
    assert float(told.sum()) > 0
    assert bool((told == np.floor(told)).all())


def test_a_place_has_the_same_reports_whatever_else_is_kept() -> None:
    one, both = results(1).dataset["new_reported_cases"], results(2).dataset["new_reported_cases"]
    place = str(one["place"][1].values)
    np.testing.assert_array_equal(one.sel(place=place), both.sel(place=place))


def test_days_before_a_measure_are_reported_alike() -> None:
    told = reported(results(1))
    np.testing.assert_array_equal(told[0, :, :20], told[1, :, :20])
    assert told[1, :, 20:].sum() > told[0, :, 20:].sum()


def test_batches_hold_what_would_be_reported_by_day() -> None:
    daily, batches = reported(results(1)), reported(results(1, EVERY))
    on = np.arange(EVERY - 1, DAYS, EVERY)
    off = np.setdiff1d(np.arange(DAYS), on)
    assert not batches[:, :, off].any()
    last = on[-1]
    np.testing.assert_array_equal(
        np.cumsum(daily, axis=2)[:, :, last], np.cumsum(batches, axis=2)[:, :, last]
    )
