"""Screening on arrival: who is given a dose, who is isolated, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError
from thinwalls.pathogens import load_pathogen

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Action
    from thinwalls.results import Results
    from thinwalls.system import System


def share(value: float) -> tw.Quantity:
    return tw.Quantity(value=value, unit="share", source="a test", tag="assumption")


@pytest.fixture(scope="module")
def stewart(ice_2020: System) -> System:
    return ice_2020.facilities_only(["stewart"])


def simulated(system: System, germ: Pathogen, *actions: Action, days: int = 30) -> Results:
    scenarios = [tw.Scenario("nothing"), tw.Scenario("screening", actions)]
    return tw.simulate(system, germ, scenarios, days=days, draws=3, seed=4, check=True)


def of_all(results: Results, name: str, scenario: str = "screening") -> np.ndarray:
    return np.asarray(results.totals[name].sel(place="all", group="everyone", scenario=scenario))


def came(results: Results) -> np.ndarray:
    inside = results.totals.sel(place="all", group="detained", scenario="screening")
    return np.asarray(inside["people_ever"] - inside["people_start"])


@pytest.mark.slow
def test_all_who_come_are_offered_a_dose_once(stewart: System) -> None:
    measles = load_pathogen("measles")
    results = simulated(stewart, measles, tw.IntakeScreening(uptake=share(1.0)))
    given, wasted = of_all(results, "vaccine_courses"), of_all(results, "doses_wasted")
    arrivals = came(results)
    assert (arrivals > 100).all()
    # Who came on the last day has not been seen; who came and left between two mornings, neither.
    assert (given <= arrivals).all()
    assert (given > 0.9 * arrivals).all()
    immune = results.parameters["immunity.inside_start_share"].to_numpy()
    spread = np.sqrt(given * immune * (1 - immune))
    assert (np.abs(wasted - given * immune) < 5 * spread + 1).all()
    assert (of_all(results, "tests") == 0).all()


@pytest.mark.slow
def test_doses_fall_with_who_is_known_and_who_refuses(stewart: System) -> None:
    measles = load_pathogen("measles")
    all_of_them, half, known = (
        simulated(stewart, measles, action, days=12)
        for action in (
            tw.IntakeScreening(uptake=share(1.0)),
            tw.IntakeScreening(uptake=share(0.5)),
            tw.IntakeScreening(uptake=share(1.0), immune_known=1.0),
        )
    )
    np.testing.assert_allclose(
        of_all(half, "vaccine_courses"), of_all(all_of_them, "vaccine_courses") / 2, rtol=1e-5
    )
    assert (of_all(known, "doses_wasted") == 0).all()
    given = of_all(known, "vaccine_courses")
    expected = of_all(all_of_them, "vaccine_courses") - of_all(all_of_them, "doses_wasted")
    np.testing.assert_allclose(given, expected, rtol=1e-5)


@pytest.mark.slow
def test_sick_arrivals_are_isolated_and_infections_inside_fall(
    louisiana: System, covid: Pathogen
) -> None:
    found = []
    for amount in (0.0, 0.5, 1.0):
        screening = tw.IntakeScreening(found=share(amount), uptake=share(amount), effectiveness=0.9)
        results = tw.simulate(
            louisiana, covid, [tw.Scenario("screening", [screening])],
            days=40, draws=1, seed=2, mode="mean_field",
        )  # fmt: skip
        inside = results.totals["infections"].sel(place="all", group="detained")
        found.append(float(inside.squeeze()))
    assert found[2] < found[1] < found[0]
    only = tw.IntakeScreening(found=share(1.0), vaccinate=False)
    results = simulated(louisiana, covid, only, days=25)
    cases = results.totals["cases"].sel(place="all", group="detained").sum("draw")
    assert float(cases.sel(scenario="screening")) > float(cases.sel(scenario="nothing"))
    assert (of_all(results, "vaccine_courses") == 0).all()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"vaccinate": False, "immune_known": 0.5}, "immune_known goes with vaccinate = true"),
        ({"vaccinate": False, "effectiveness": 0.5}, "effectiveness goes with vaccinate = true"),
        ({"immune_known": 93}, "immune_known = 93: must be at most 1"),
        ({"found": share(2.0)}, "found"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, object], problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        tw.IntakeScreening(**fields)
    assert "\n" not in str(caught.value)


def test_what_contradicts_is_refused(stewart: System, covid: Pathogen) -> None:
    with pytest.raises(InputError, match="both say what happens on arrival"):
        tw.Scenario("x", [tw.IntakeScreening(), tw.IntakeQuarantine()])
    both = tw.Scenario("x", [tw.IntakeScreening(), tw.GateTesting(movements=("release",))])
    with pytest.raises(InputError, match="one action that screens or tests people"):
        tw.simulate(stewart, covid, [both], days=5, draws=1)
