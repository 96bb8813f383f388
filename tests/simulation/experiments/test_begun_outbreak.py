"""An outbreak that has begun: futures with as many cases found by the date, and no others."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common import InputError, RunError
from thinwalls.policy import dumps_scenarios, loads_scenarios
from thinwalls.simulation.experiments import experiment as module

if TYPE_CHECKING:
    from thinwalls.results import Results
    from thinwalls.system import System

STEWART = "stewart-detention-center-ga"
FIRST, BY = dt.date(2025, 4, 20), dt.date(2025, 5, 5)


@pytest.fixture(scope="module")
def stewart() -> System:
    return tw.load_system("ice-2025").facilities_only([STEWART])


def seed(cases: int = 2, place: str = "stewart") -> tw.Seed:
    return tw.Seed(place=place, cases_found=cases, first_found=FIRST, by=BY)


def run(system: System, *scenarios: tw.Scenario, draws: int = 6, threads: int = 2) -> Results:
    return tw.simulate(
        system,
        tw.load_pathogen("measles"),
        scenarios,
        days=45,
        draws=draws,
        seed=3,
        places=[STEWART],
        threads=threads,
    )


def found(results: Results, scenario: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """[draws, days] cases found in the facility."""
    cases = results.dataset["new_cases"].sel(place=STEWART, group=["detained", "staff"])
    return np.asarray(cases.isel(scenario=scenario).sum("group").values, dtype=np.float64)


@pytest.mark.slow
def test_every_draw_has_what_was_found(stewart: System) -> None:
    late = tw.Isolation(start=dt.date(2025, 5, 10))
    as_it_is = tw.Scenario("as it is", seeds=[seed()])
    results = run(stewart, as_it_is, tw.Scenario("later", [late], seeds=[seed()]))
    last, first = (BY - dt.date(2025, 4, 1)).days, (FIRST - dt.date(2025, 4, 1)).days
    for scenario in range(2):
        cases = found(results, scenario)
        assert (cases[:, : last + 1].sum(axis=1) == 2).all()
        assert (np.abs(np.argmax(cases > 0, axis=1) - first) <= 3).all()
    assert results.provenance["futures_tried"] >= 6
    # What is done later changes nothing before, and something after.
    before = [found(results, scenario)[:, : last + 1] for scenario in range(2)]
    np.testing.assert_array_equal(*before)
    # The draws are the same on one thread, and the first of more.
    again = run(stewart, as_it_is, draws=3, threads=1)
    np.testing.assert_array_equal(found(again, 0), found(results, 0)[:3])


@pytest.mark.slow
def test_what_does_not_happen_is_said(stewart: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TRIED", 1)
    with pytest.raises(RunError, match="only 0 of 64 simulated futures fit 900 cases found at"):
        run(stewart, tw.Scenario("as it is", seeds=[seed(900)]), draws=1)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"cases_found": 2}, "belong together"),
        ({"cases_found": 2, "first_found": BY, "by": FIRST}, "must not be before"),
        ({"cases_found": 0, "first_found": FIRST, "by": BY}, "must be at least 1"),
        ({"cases_found": 2, "first_found": FIRST, "by": BY, "people": 3}, "leave out people"),
        ({"cases_found": 2, "first_found": FIRST, "by": BY, "stage": "exposed"}, "out stage"),
        ({"cases_found": 2, "first_found": FIRST, "by": BY, "place": "13259"}, "in one facility"),
    ],
)
def test_what_cannot_be_meant_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        tw.Seed(**{"place": "stewart", **fields})


def test_scenarios_begin_with_the_same_outbreak_within_the_run(stewart: System) -> None:
    with pytest.raises(InputError, match="all scenarios of a run begin with the same outbreak"):
        run(stewart, tw.Scenario("a", seeds=[seed()]), tw.Scenario("b"))
    late = tw.Seed(place="stewart", cases_found=1, first_found=FIRST, by=dt.date(2025, 8, 1))
    with pytest.raises(InputError, match="within the run"):
        run(stewart, tw.Scenario("a", seeds=[late]))


def test_it_is_kept_in_a_file() -> None:
    scenario = tw.Scenario("begun", seeds=[seed()])
    (again,) = loads_scenarios(dumps_scenarios([scenario]), "a file")
    assert again == scenario
    assert again.seeds[0].text == (
        "2 cases found at stewart by 2025-05-05, the first on 2025-04-20"
    )
