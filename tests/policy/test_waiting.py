"""Which scenarios of a run are the same package begun later."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.policy.later_starts import later_starts_among

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.system import System

FIRST = dt.date(2020, 3, 20)
PACKAGE = tw.Scenario("both", [tw.Hygiene(), tw.HaltArrests(start="2020-04-01", end="2020-06-01")])


def test_starts_are_found_whatever_they_are_called() -> None:
    one, four = tw.later_starts(PACKAGE, [1, 4], FIRST).values()
    renamed = tw.Scenario("a month late", four.actions[::-1])
    nothing = tw.Scenario("nothing")
    found = later_starts_among([nothing, renamed, PACKAGE, one], FIRST)
    assert found == {"both": {0: "both", 7: one.name, 28: "a month late"}}


def test_another_package_is_no_later_start() -> None:
    other = tw.Scenario("stronger", [tw.Hygiene(adherence=0.5, start="2020-04-01")])
    longer = tw.Scenario(
        "longer", [tw.Hygiene(start="2020-03-27"), tw.HaltArrests(start="2020-04-08")]
    )
    when = tw.Scenario("when", [tw.When(cases=1, then=tw.Hygiene())])
    assert later_starts_among([PACKAGE, other, longer, when, when], FIRST) == {}


@pytest.mark.slow
def test_a_run_says_it_and_its_numbers_are_those_of_the_run_without(
    louisiana: System, covid: Pathogen
) -> None:
    soap = tw.Scenario("soap", [tw.Hygiene()])
    later = tw.starting_later(soap, 7, FIRST)
    alone = tw.simulate(louisiana, covid, [soap], days=10, draws=1, threads=1)
    both = tw.simulate(louisiana, covid, [soap, later], days=10, draws=1, threads=1)
    assert alone.provenance["delays"] == {}
    assert both.provenance["delays"] == {"soap": {"0": "soap", "7": later.name}}
    np.testing.assert_array_equal(
        alone.totals["infections"].sel(scenario="soap"),
        both.totals["infections"].sel(scenario="soap"),
    )
