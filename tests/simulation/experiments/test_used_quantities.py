"""A run lists the quantities that it uses: each of them, moved, changes some bit of its result."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import thinwalls as tw
from support.action_examples import EXAMPLES
from thinwalls.common import Quantity
from thinwalls.pathogens import list_pathogens
from thinwalls.simulation.draws.priors import Priors, Sampler
from thinwalls.simulation.experiments.experiment import Experiment
from thinwalls.simulation.experiments.run_options import RunOptions
from thinwalls.simulation.experiments.shared_work import Workbench

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.experiments.run_options import Mode
    from thinwalls.system import System

DERIVED = {"pathogen.severity.scale"}
"""Worked out from the record of deaths where counties follow one: listed as it is worked out."""
OF_CHANCE = {"pathogen.dispersion"}
"""What changes how things scatter and no expectation: moved in a run with chance."""
CEILINGS = {"pathogen.severity.critical_death_most"}
"""A bound that is reached where other values are at their ends only."""
FIXED_INPUTS = "measles-chicago-2024"
"""Everybody is found there and one place is meant, so actions that find people find nobody more."""
DAYS = 30
PREVALENCE = 0.02
ACTIONS = (
    "isolation",
    "testing",
    "screening",
    "quarantine with tests",
    "staff testing",
    "staff sick pay",
    "gate",
    "hygiene",
    "masks",
    "distancing",
    "single cells",
    "vaccination",
    "medical care",
    "visits",
    "community distancing",
    "surge",
)
"""One scenario each, so that none hides what another does."""


@cache
def few_beds() -> System:
    """Two places and a quarter of the country's beds, so that some are turned away."""
    system = tw.load_system("ice-2020")
    system = system.facilities_only(list(system.state("LA").facilities.index[:2]))
    counties = system.counties.copy()
    beds = [name for name in counties.columns if name.endswith("_beds")]
    counties[beds] = counties[beds] * 0.02
    return replace(system, counties=counties)


def fix(experiment: Experiment, fixed: Mapping[str, float]) -> None:
    """Make it begin anew, with these values of all quantities that are named."""
    run = experiment._run
    quantities = {
        name: Quantity(value=value, unit=run.quantities[name].unit, tag="assumption")
        for name, value in fixed.items()
    }
    priors = Priors("fixed", "", "", "", "", quantities, pd.DataFrame(), "")
    experiment._sampler = Sampler(run.quantities, 1, priors)
    experiment._runs = experiment._new()


def numbers(experiment: Experiment, scenario: int, draw: Draw) -> bytes:
    """Every number that is recorded of one run."""
    made = experiment._runs[scenario]
    experiment._simulate(0, scenario, made, draw)
    kept = made.recorder
    tables = (kept._by_place, kept._totals, kept._hospitals)
    parts = [table[name][scenario, 0] for table in tables for name in table]
    parts += [series.values[scenario, 0] for series in kept._series.values()]
    return b"".join(part.tobytes() for part in parts)


def differ(
    experiment: Experiment, name: str, one: Mapping[str, float], other: Mapping[str, float]
) -> bool:
    """Whether some scenario gives other bits with the one values than with the other.

    Of a number of an action those scenarios are looked at that have it.
    """
    fix(experiment, one)
    first = experiment._draw(0)
    fix(experiment, other)
    second = experiment._draw(0)
    of_action = [name in one.quantities for one in experiment._run.compiled]
    for scenario, its in enumerate(of_action):
        if any(of_action) and not its:
            continue
        before = numbers(experiment, scenario, first)
        experiment._runs = experiment._new()
        if numbers(experiment, scenario, second) != before:
            return True
        experiment._runs = experiment._new()
    return False


def central(experiment: Experiment) -> dict[str, float]:
    """Values in the middle; of so few people some are infected on the first day."""
    run = experiment._run
    return {
        name: PREVALENCE if name == "mixing.initial_prevalence" else one.central
        for name, one in run.quantities.items()
        if not one.is_fixed
    }


def listed(experiment: Experiment) -> dict[str, Quantity]:
    """The uncertain quantities that the run lists."""
    run = experiment._run
    return {
        name: one
        for name, one in run.quantities.items()
        if name not in run.unused and not one.is_fixed
    }


def silent(experiment: Experiment, names: Iterable[str]) -> set[str]:
    """Those whose 5 % and 95 % points give the same bits, all others being in the middle."""
    middle = central(experiment)
    found = set()
    for name in names:
        low, high = experiment._run.quantities[name].interval(0.9)
        if not differ(experiment, name, {**middle, name: low}, {**middle, name: high}):
            found.add(name)
    return found


def experiment(
    pathogen: str, *names: str, start: str | None = None, mode: Mode = "mean_field"
) -> Experiment:
    """Expectations of one draw in a scenario without a measure and in others."""
    scenarios = [tw.Scenario("nothing", [])]
    scenarios += [tw.Scenario(name, EXAMPLES[name]) for name in names]
    bench = Workbench(few_beds(), tw.load_pathogen(pathogen), remember=False)
    options = RunOptions(draws=1, days=DAYS, mode=mode, start=start)
    return Experiment(bench, scenarios, options)


@pytest.mark.slow
@pytest.mark.parametrize("pathogen", [one for one in list_pathogens() if one != FIXED_INPUTS])
def test_every_quantity_listed_changes_some_bit(pathogen: str) -> None:
    follows = pathogen == "covid-2020"
    run = experiment(pathogen, *ACTIONS, start="2020-05-20" if follows else None)
    found = silent(run, listed(run))
    assert found - CEILINGS == OF_CHANCE | (DERIVED if follows else set())
    assert not silent(experiment(pathogen, mode="stochastic"), OF_CHANCE)


@pytest.mark.slow
@pytest.mark.parametrize("pathogen", ["covid-2020", "measles"])
def test_every_quantity_left_out_changes_none(pathogen: str) -> None:
    run = experiment(pathogen)
    left_out = run._run.unused & set(central(run))
    assert left_out
    assert silent(run, left_out) == left_out


def test_results_list_neither_vaccine_nor_isolation_where_there_is_none() -> None:
    run = experiment("measles")
    names = {name.removeprefix("pathogen.") for name in listed(run)}
    assert "infectiousness.isolated" not in names
    assert not any(name.startswith("vaccine.") for name in names)
    with_isolation = listed(experiment("measles", "isolation"))
    assert "pathogen.infectiousness.isolated" in with_isolation


def test_shares_found_of_other_dates_are_not_listed() -> None:
    early = set(listed(experiment("covid-2020", start="2020-03-20")))
    late = set(listed(experiment("covid-2020", start="2020-09-01")))
    assert early - late == {"pathogen.detection.found_share_early"}
    assert late - early == {"pathogen.detection.found_share_late"}


def test_assumptions_are_those_of_what_is_used() -> None:
    run = experiment("measles")
    run.extend(1, threads=1)
    names = {one["name"] for one in run.results().assumptions}
    assert not names & run._run.unused
    assert not any("by month" in name for name in names)
