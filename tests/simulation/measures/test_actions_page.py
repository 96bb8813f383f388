"""The examples of docs/actions.md: every action has one, and all run on the whole of ice-2020."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import thinwalls as tw
from thinwalls.policy import ACTIONS
from thinwalls.simulation.population.cell_variants import NOTHING, needs_of

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.system import System

DOCS = Path(__file__).parents[3] / "docs"
HEAD = 'schema = 1\n[[scenario]]\nname = "example"\n\n'


def examples() -> dict[str, str]:
    """Name of the action's section -> its example."""
    page = (DOCS / "actions.md").read_text(encoding="utf-8")
    found = re.findall(r"^## (\w+)$.*?```toml\n(.*?)```", page, re.MULTILINE | re.DOTALL)
    return dict(found)


def test_every_action_has_an_example_and_a_picture() -> None:
    assert set(examples()) == {action.__name__ for action in ACTIONS.values()}
    for action in ACTIONS.values():
        assert (DOCS / "images" / "actions" / f"{action.do}.svg").is_file()


def test_an_example_holds_the_action_of_its_section() -> None:
    for name, text in examples().items():
        (scenario,) = tw.loads_scenarios(HEAD + text)
        assert name in {type(action).__name__ for action in scenario.actions}


@pytest.mark.slow
def test_every_example_runs_on_the_whole_system(ice_2020: System, covid: Pathogen) -> None:
    plain, others = [tw.Scenario("nothing changes")], []
    for name, text in examples().items():
        (scenario,) = tw.loads_scenarios(HEAD + text)
        needs = needs_of([scenario])
        (plain if needs == NOTHING else others).append(tw.Scenario(name, scenario.actions))
    for scenarios in (plain, *([one] for one in others)):
        prophylaxis = tw.PostExposureProphylaxis in map(type, scenarios[0].actions)
        germ = tw.load_pathogen("varicella") if prophylaxis else covid
        results = tw.simulate(ice_2020, germ, scenarios, days=2, draws=1, seed=1)
        infections = results.totals["infections"].sel(place="all", group="everyone")
        assert (infections > 0).all()
