"""Days are recorded of few rows: results are those of a record of every output and day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.simulation.experiments import prepared_run

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.simulation.outputs.daily_rows import Selection
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario
    from thinwalls.system import System

COMMON = [tw.SymptomScreening(), tw.Isolation()]
SCENARIOS = [
    tw.Scenario("nothing"),
    tw.Scenario("tests of some", [tw.Testing(interval_days=5, who=tw.vulnerable)]),
    tw.Scenario("gate", [tw.GateTesting(movements=("arrest", "transfer", "release", "removal"))]),
    tw.Scenario("courses", [tw.Vaccination(people_per_day=50)]),
    tw.Scenario("when", [*COMMON, tw.When(cases=2, then=tw.Testing(interval_days=5))]),
    tw.Scenario(
        "in counties", [*COMMON, tw.When(cases=5, place="county", then=tw.Testing(interval_days=5))]
    ),
    tw.Scenario("fewer people", [*COMMON, tw.When(cases=2, then=tw.HaltTransfers())]),
]


def every_output(selection: Selection, compiled: CompiledScenario) -> np.ndarray:
    del compiled
    return np.arange(selection.members.shape[1], dtype=np.int32)


def run(system: System, pathogen: Pathogen, places: list[str], mode: str) -> Results:
    return tw.simulate(
        system, pathogen, SCENARIOS, days=30, draws=1, places=places, threads=1, mode=mode
    )


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["stochastic", "mean_field"])
def test_results_are_those_of_a_whole_record(
    louisiana: System, covid: Pathogen, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """With kept places, conditions, tests, gate tests, courses and removals.

    Rows add up in another order than outputs do, so numbers that are not whole may differ by the
    rounding of single precision in which results are kept.
    """
    facilities = list(louisiana.facilities.index[:2])
    places = [*facilities, str(louisiana.counties.index[0]), "removed"]
    found = run(louisiana, covid, places, mode)
    monkeypatch.setattr(prepared_run, "daily_rows", every_output)
    expected = run(louisiana, covid, places, mode)
    for table in ("dataset", "totals", "hospitals"):
        one, other = getattr(found, table), getattr(expected, table)
        assert set(one.data_vars) == set(other.data_vars)
        for name in one.data_vars:
            np.testing.assert_allclose(one[name], other[name], rtol=1e-6, err_msg=name)
    everyone = found.totals.sel(place="all", group="everyone")
    for scenario in ("tests of some", "gate", "when", "in counties"):
        assert float(everyone["tests"].sel(scenario=scenario).sum()) > 0
    assert float(everyone["vaccine_courses"].sel(scenario="courses").sum()) > 0
    transfers = found.dataset["transfers"].sel(place="all", group="detained").sum(("draw", "date"))
    assert float(transfers.sel(scenario="fewer people")) < float(transfers.sel(scenario="nothing"))


@pytest.mark.slow
def test_kept_places_change_nothing_in_the_whole(louisiana: System, covid: Pathogen) -> None:
    """Whole people, so every series but the mean force is the same bit for bit."""
    places = list(louisiana.facilities.index)
    without = run(louisiana, covid, [], "stochastic")
    kept = run(louisiana, covid, places, "stochastic")
    for name, values in without.dataset.data_vars.items():
        whole = kept.dataset[name].sel(place=["all"])
        # Delays of reports are drawn place by place.
        if name == "new_reported_cases":
            continue
        if name == "force_of_infection":
            np.testing.assert_allclose(whole, values, rtol=1e-6)
        else:
            np.testing.assert_array_equal(whole, values, err_msg=str(name))
    np.testing.assert_array_equal(kept.totals["infections"], without.totals["infections"])
    daily = kept.dataset["new_infections"].sel(place=places, group="detained").sum("date")
    total = kept.totals["infections"].sel(place=places, group="detained")
    np.testing.assert_array_equal(daily, total)
