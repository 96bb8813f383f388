"""An action that begins after the last day: a run refuses it, and it would change nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from support.action_examples import EXAMPLES, begun
from thinwalls.common.errors import InputError
from thinwalls.policy import ACTIONS
from thinwalls.simulation import start_date

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Action
    from thinwalls.results import Results
    from thinwalls.system import System

pytestmark = pytest.mark.slow

DAYS, DRAWS = 20, 2
NOTHING = tw.Scenario("nothing changes")
WHOLE_RUN = tw.MedicalCare
"""The one action that has no start."""
LATE: dict[str, list[Action]] = {
    "what happened": [tw.FollowRecord()],
    **{name: done for name, done in EXAMPLES.items() if not isinstance(done[0], WHOLE_RUN)},
}


def after(actions: list[Action], first: dt.date) -> list[Action]:
    """The actions, each begun on the day after the last one."""
    start = first + dt.timedelta(days=DAYS)
    return [begun(one, start) for one in actions]


def test_every_action_that_can_start_late_is_tried() -> None:
    tried = {type(action) for actions in LATE.values() for action in actions}
    # Prophylaxis does not exist against COVID-19: measures/outbreak/test_prophylaxis.py.
    assert tried | {WHOLE_RUN, tw.PostExposureProphylaxis} == set(ACTIONS.values())
    with pytest.raises(InputError, match="holds for the whole run"):
        WHOLE_RUN(start="2020-05-01")


@pytest.fixture(scope="module")
def late(louisiana: System, covid: Pathogen) -> Results:
    """All examples begun after the end, past the check that refuses them."""
    first = start_date(louisiana, None)
    scenarios = [tw.Scenario(name, after(actions, first)) for name, actions in LATE.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tw.Scenario, "check", lambda *_: None)
        return tw.simulate(
            louisiana, covid, [NOTHING, *scenarios], days=DAYS, draws=DRAWS, seed=5, threads=2
        )


def same_bits(results: Results, name: str) -> None:
    for part in (results.dataset, results.totals, results.hospitals):
        for variable, values in part.items():
            np.testing.assert_array_equal(
                values.sel(scenario=NOTHING.name), values.sel(scenario=name), err_msg=str(variable)
            )


@pytest.mark.parametrize("name", LATE)
def test_it_changes_no_bit(late: Results, name: str) -> None:
    assert float(late.totals["infections"].sel(scenario=NOTHING.name, place="all").sum()) > 0
    same_bits(late, name)


@pytest.mark.parametrize("name", LATE)
def test_a_run_refuses_it(louisiana: System, covid: Pathogen, name: str) -> None:
    scenario = tw.Scenario(name, after(LATE[name], start_date(louisiana, None)))
    with pytest.raises(InputError, match="is after the end of the run") as refused:
        tw.simulate(louisiana, covid, [scenario], days=DAYS, draws=1)
    assert refused.value.field == f"actions[0].{LATE[name][0].begins_in}"


def test_on_the_last_day_it_is_not_refused_and_changes_something(
    louisiana: System, covid: Pathogen
) -> None:
    last = start_date(louisiana, None) + dt.timedelta(days=DAYS - 1)
    halt = tw.Scenario("halt", [tw.HaltArrests(start=last)])
    results = tw.simulate(louisiana, covid, [NOTHING, halt], days=DAYS, draws=1, threads=1)
    arrests = results.dataset["arrests"].sel(place="all", group="detained", draw=0)
    gap = (arrests.sel(scenario="nothing changes") - arrests.sel(scenario="halt")).to_numpy()
    assert np.all(gap[:-1] == 0)
    assert gap[-1] > 0
