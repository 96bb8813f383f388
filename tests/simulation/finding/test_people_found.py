"""People with symptoms are found in every run; isolation is what makes them infect less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import thinwalls as tw
from thinwalls.common import Quantity
from thinwalls.engine import NONE
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation.draws.priors import Priors
from thinwalls.simulation.experiments.prepared_run import PreparedRun, prepare
from thinwalls.simulation.experiments.run_options import RunOptions
from thinwalls.simulation.experiments.shared_work import Workbench

if TYPE_CHECKING:
    from thinwalls.policy import Action
    from thinwalls.results import Results
    from thinwalls.system import System

DAYS = 30
SHARE, SYMPTOMS = 0.6, 0.8
LATER = pd.Timedelta(days=12)
PREVALENCE = {"mixing.initial_prevalence": 0.02}


@pytest.fixture(scope="module")
def few() -> System:
    """Two places, their counties and the outside."""
    system = tw.load_system("ice-2020")
    return system.facilities_only(list(system.state("LA").facilities.index[:2]))


def fixed(**values: float) -> Priors:
    """The usual priors of measles, but for numbers that are known: ``a__b`` stands for ``a.b``."""
    named = {name.replace("__", "."): value for name, value in values.items()}
    quantities = {
        name: Quantity(value=value, unit="", tag="assumption")
        for name, value in {**PREVALENCE, **named}.items()
    }
    return Priors("fixed", "", "", "measles", "", quantities, pd.DataFrame(), "")


def run(system: System, *actions: Action, days: int = DAYS, **values: float) -> Results:
    """Expectations of one draw without a measure, and with some."""
    scenarios = [tw.Scenario("nothing", []), tw.Scenario("something", list(actions))]
    return tw.simulate(
        system,
        load_pathogen("measles"),
        scenarios,
        days=days,
        draws=1,
        mode="mean_field",
        threads=1,
        priors=fixed(**values),
    )


def prepared(system: System, *actions: Action, days: int = DAYS) -> PreparedRun:
    bench = Workbench(system, load_pathogen("measles"), remember=False)
    return prepare(bench, [tw.Scenario("something", list(actions))], RunOptions(days=days, draws=1))


def column_of(made: PreparedRun, cells: np.ndarray, left: float = 0.25) -> np.ndarray:
    """[days, cells] factor on contagion at a contagion left in isolation."""
    compiled = made.compiled[0]
    assert compiled.found_profile is not None
    profile = compiled.profile.copy()
    for one in compiled.drawn:
        profile[:, one.column] = one.series({"pathogen.infectiousness.isolated": left})
    column = compiled.found_profile[cells]
    return np.where(column == NONE, 1.0, profile[:, column])


def total(results: Results, name: str, group: str, scenario: str = "nothing") -> float:
    return float(results.totals[name].sel(scenario=scenario, place="all", group=group)[0])


def test_the_share_of_people_with_symptoms_is_found(few: System) -> None:
    results = run(
        few,
        days=500,
        pathogen__detection__found_share=SHARE,
        pathogen__detection__facility_sd=0.0,
        pathogen__symptomatic_share=SYMPTOMS,
        pathogen__introductions__community=0.0,
    )
    # Staff stay where they are; in the end nobody is ill any more.
    infections = total(results, "infections", "staff")
    at_start = results.dataset["prevalence"].sel(scenario="nothing", place="all", group="staff")
    everybody = infections + float(at_start[0, 0])
    assert float(at_start[0, -1]) < 3e-3 * everybody
    assert total(results, "cases", "staff") == pytest.approx(SHARE * SYMPTOMS * everybody, rel=5e-3)
    assert total(results, "cases", "residents") == 0


def test_being_found_alone_changes_no_contagion(few: System) -> None:
    rarely, mostly = (run(few, pathogen__detection__found_share=share) for share in (0.01, 0.99))
    for name in ("new_infections", "deaths", "people"):
        np.testing.assert_allclose(
            rarely.dataset[name].values, mostly.dataset[name].values, rtol=1e-5, atol=1e-6
        )
    assert total(mostly, "cases", "detained") > 3 * total(rarely, "cases", "detained") > 0
    assert total(mostly, "tests", "detained") == 0


def test_isolation_makes_those_found_without_it_infect_less(few: System) -> None:
    never = {"found": Quantity(value=0.0, unit="share", tag="assumption")}
    results = run(few, tw.Isolation(**never), pathogen__detection__found_share=0.9)
    less = total(results, "infections", "detained", "something")
    assert less < 0.999 * total(results, "infections", "detained")


def test_a_condition_on_cases_is_met_without_a_measure_that_finds_them(few: System) -> None:
    results = run(few, tw.When(cases=1, then=tw.Cohorting(effect=Quantity(value=0.9))))
    less = total(results, "infections", "detained", "something")
    assert less < 0.999 * total(results, "infections", "detained")


def test_days_before_isolation_begins_are_those_of_nothing(few: System) -> None:
    begin = (pd.Timestamp(few.start_date) + LATER).date()
    action = tw.Isolation(start=begin, places_per_100=0.1)
    scenarios = [tw.Scenario("nothing", []), tw.Scenario("later", [action])]
    results = tw.simulate(
        few,
        load_pathogen("measles"),
        scenarios,
        days=DAYS,
        draws=2,
        threads=1,
        priors=fixed(pathogen__detection__found_share=0.9),
    )
    cases = results.dataset["new_cases"].sel(place="all", group="detained").values
    np.testing.assert_array_equal(cases[0, :, :12], cases[1, :, :12])
    assert cases[1, :, 12:].sum() < cases[0, :, 12:].sum()


def test_the_factor_follows_the_strength_and_the_strongest_counts(few: System) -> None:
    one = str(few.facilities.index[0])
    here = tw.facility(one)
    made = prepared(
        few,
        tw.Isolation(facilities=here, ramp_days=10),
        tw.Testing(facilities=here, start=(pd.Timestamp(few.start_date) + LATER).date()),
    )
    layout = made.layout
    f = layout.facility_ids.index(one)
    inside = column_of(made, np.flatnonzero(layout.facility_of == f))
    strength = np.minimum((np.arange(DAYS) + 1) / 10, 1.0)
    np.testing.assert_allclose(
        inside, np.repeat(1 - 0.75 * strength, inside.shape[1]).reshape(inside.shape)
    )
    elsewhere = np.flatnonzero((layout.facility_of >= 0) & (layout.facility_of != f))
    assert np.all(column_of(made, elsewhere) == 1.0)
    assert np.all(column_of(made, layout.residents) == 1.0)
    assert np.all(column_of(made, layout.staff) == 1.0)
    released = np.flatnonzero(layout.cells["group"] == "released")
    np.testing.assert_allclose(column_of(made, released)[:, 0], 1 - 0.75 * strength)


def test_without_isolation_nothing_multiplies_contagion(few: System) -> None:
    assert prepared(few, tw.Hygiene()).compiled[0].found_profile is None


def test_only_staff_of_the_places_meant_stay_at_home(few: System) -> None:
    one = str(few.facilities.index[0])
    made = prepared(few, tw.StaffTesting(facilities=tw.facility(one)))
    layout, exits = made.layout, made.compiled[0].exits
    home = layout.variants[2, layout.staff]
    goes = np.isin(layout.staff, np.repeat(np.arange(len(layout.cells)), np.diff(exits.start)))
    assert np.array_equal(goes, layout.staff_facility == layout.facility_ids.index(one))
    np.testing.assert_allclose(column_of(made, home), 0.25)
