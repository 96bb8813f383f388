"""A place in balance stays as full as it is, whatever its stays and the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.engine import Exits
from thinwalls.simulation.movement.stays import at_stated_flows
from thinwalls.sources import load_user_system

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = "name,state,county,custody,people,length_of_stay_days"
HELD = 480


@pytest.mark.parametrize("stay_days", [0.5, 1.0, 2.0, 4.0, 40.0])
def test_a_place_in_balance_stays_as_full(stay_days: float, tmp_path: Path) -> None:
    """It held 607 people instead of 480 after 30 days at a stay of one day, 534 at two."""
    table = tmp_path / "mine.csv"
    row = f"Our jail,WI,Rock,jail,{HELD},{stay_days}"
    table.write_text(f"{FIELDS}\n{row}\n")
    results = tw.simulate(
        load_user_system(table),
        tw.load_pathogen("measles"),
        [tw.Scenario("nothing changes")],
        days=30,
        draws=1,
        mode="mean_field",
        seed=1,
    )
    people = results.dataset["people"].sel(group="detained").isel(scenario=0, draw=0)
    assert float(people.sel(place="all").isel(date=-1)) == pytest.approx(HELD, rel=0.01)


@pytest.mark.parametrize("steps_per_day", [1, 2, 4, 8])
def test_the_stated_share_leaves_in_a_step(steps_per_day: int) -> None:
    rng = np.random.default_rng(4)
    start = np.array([0, 3, 3, 5, 6])
    hazard = np.append(rng.uniform(0.0, 0.4 * steps_per_day / 3, 5), 0.0)
    usual = np.array([True, True, False, True, True, True])
    exits = Exits(
        start=start,
        to=np.zeros(6, np.int32),
        hazard_per_day=hazard,
        profile=np.zeros(6, np.int32),
        movement=np.zeros(6, np.int32),
        stage_weight=np.zeros(6, np.int32),
    )
    made = at_stated_flows(exits, usual, np.zeros(6, bool), steps_per_day).hazard_per_day
    assert made[2] == hazard[2]
    for first, last in ((0, 2), (3, 5)):
        leaving = 1.0 - np.exp(-made[first:last].sum() / steps_per_day)
        assert leaving == pytest.approx(hazard[first:last].sum() / steps_per_day)
        # The rows of a cell keep their proportions.
        assert made[first:last] / made[first] == pytest.approx(hazard[first:last] / hazard[first])
