"""Runs that grow give the bits of runs made at once."""

from __future__ import annotations

from threading import Event

import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError
from thinwalls.simulation import Experiment, RunOptions, Workbench, one_person_in, person

STEWART = "stewart-detention-center-ga"
NOTHING = tw.Scenario("nothing changes")
SOAP = tw.Scenario("soap", [tw.Hygiene()])
FREE = tw.Scenario("free", [tw.Release(share=1.0, over_days=10), tw.HaltArrests()])
VACCINE = tw.Scenario("vaccine", [tw.Vaccination(people_per_day=50)])


@pytest.fixture(scope="module")
def stewart(ice_2020):
    return ice_2020.facilities_only([STEWART])


def grown(bench, scenarios, *steps, places=()):
    experiment = Experiment(bench, scenarios, RunOptions(days=30, draws=8, places=places))
    for draws in steps:
        experiment.extend(draws, threads=2)
    return experiment.results(steps[-1])


@pytest.mark.slow
def test_draws_added_one_after_the_other_are_those_of_one_run(stewart, covid):
    bench = Workbench(stewart, covid)
    whole = tw.simulate(stewart, covid, [NOTHING, FREE], days=30, draws=5, places=[STEWART])
    result = grown(bench, [NOTHING, FREE], 2, 5, places=[STEWART])
    assert result.checksum == whole.checksum
    assert result.provenance == whole.provenance
    assert result.assumptions == whole.assumptions
    assert result.dataset.attrs == whole.dataset.attrs
    for name, variable in whole.dataset.variables.items():
        assert result.dataset[name].attrs == variable.attrs


@pytest.mark.slow
@pytest.mark.parametrize("other", [SOAP, VACCINE])
def test_what_is_remembered_changes_no_bit(stewart, covid, other):
    bench = Workbench(stewart, covid)
    grown(bench, [NOTHING, FREE], 3)
    again = grown(bench, [NOTHING, other], 3)
    assert bench.nbytes > 0
    assert (
        again.checksum == tw.simulate(stewart, covid, [NOTHING, other], days=30, draws=3).checksum
    )


@pytest.mark.slow
def test_forgetting_leaves_an_experiment_under_way(stewart, covid):
    bench = Workbench(stewart, covid)
    experiment = Experiment(bench, [SOAP], RunOptions(days=30, draws=4))
    experiment.extend(2)
    bench.forget()
    assert bench.nbytes == 0
    experiment.extend(4)
    whole = tw.simulate(stewart, covid, [SOAP], days=30, draws=4)
    assert experiment.results().checksum == whole.checksum


@pytest.mark.slow
def test_a_stopped_run_can_go_on(stewart, covid):
    experiment = Experiment(Workbench(stewart, covid), [NOTHING], RunOptions(days=30, draws=4))
    stop = Event()
    experiment.extend(4, threads=1, stop=stop, progress=lambda done: stop.set())
    with pytest.raises(KeyError):
        experiment.results()
    experiment.extend(4)
    whole = tw.simulate(stewart, covid, [NOTHING], days=30, draws=4)
    assert experiment.results().checksum == whole.checksum


def test_no_more_draws_than_there_is_room_for(stewart, covid):
    experiment = Experiment(Workbench(stewart, covid), [NOTHING], RunOptions(days=30, draws=4))
    with pytest.raises(InputError, match="draws = 5: must be a whole number between 1 and 4"):
        experiment.extend(5)


@pytest.mark.slow
def test_a_person_in_a_run_is_the_person_of_a_run_made_for_them(stewart, covid):
    county = str(stewart.facilities["county_fips"][STEWART])
    alone = person(
        stewart, covid, facility=STEWART, age=58, vulnerable=True, release_to=county,
        after_days=3, days=20, draws=4,
    )  # fmt: skip
    results = tw.simulate(
        stewart, covid, [FREE, NOTHING], days=20, draws=4, places=[STEWART, county]
    )
    within = one_person_in(
        results, covid, facility=STEWART, age=58, vulnerable=True, release_to=county,
        after_days=3, scenario="nothing changes",
    )  # fmt: skip
    assert within.table.equals(alone.table)
    shorter = one_person_in(results, covid, facility=STEWART, age=58, vulnerable=True, days=5)
    assert (shorter.risks[0, 0] <= within.risks[0, 0]).all()
