"""One contagious person in each of many places: outbreaks as often as the branching process says.

Lloyd-Smith et al. 2005 (Nature 438:355-359): with R and dispersion k, the chance q that an
introduction dies out solves q = (1 + R (1 - q) / k)^-k.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import thinwalls as tw
from thinwalls.common import Quantity
from thinwalls.engine import extinction_chance
from thinwalls.simulation import Priors
from thinwalls.sources import load_user_system

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.system import System

PLACES, HELD, R = 100, 500, 3.0


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> System:
    """Places of 500 people whom nobody joins, leaves or works with."""
    rows = [
        "name,state,county,custody,people,length_of_stay_days,staff,book_ins_per_day",
        *(f"Place {n},WI,Rock,jail,{HELD},100000,0,0" for n in range(PLACES)),
    ]
    table: Path = tmp_path_factory.mktemp("places") / "mine.csv"
    table.write_text("\n".join(rows))
    return load_user_system(table)


def priors(**fixed: float) -> Priors:
    quantities = {
        name.replace("__", "."): Quantity(
            distribution="fixed", value=value, unit="", tag="assumption"
        )
        for name, value in fixed.items()
    }
    return Priors("test", "", "", "covid-2020", "", quantities, pd.DataFrame(), "")


@pytest.mark.slow
@pytest.mark.parametrize("k", [0.1, 0.25, 1.0])
def test_shares_of_outbreaks(places: System, k: float) -> None:
    draws = 8
    ids = list(places.facilities.index)
    results = tw.simulate(
        places,
        tw.load_pathogen("covid-2020"),
        [tw.Scenario("one case each", seeds=[tw.Seed(place=one) for one in ids])],
        start="2020-03-20",
        days=200,
        draws=draws,
        seed=5,
        places=ids,
        priors=priors(
            pathogen__dispersion=k,
            pathogen__reproduction_number__dormitory=R,
            pathogen__reproduction_number__cells=R,
            mixing__facility_effect_sd=0.0,
            mixing__detained_initial_prevalence_ratio=0.0,
        ),
    )
    infected = results.dataset["new_infections"].sel(place=ids, group="detained").sum("date")
    share = float((infected.values.ravel() + 1 >= 50).mean())
    expected = 1.0 - float(extinction_chance(np.array(R), k))
    error = np.sqrt(expected * (1.0 - expected) / (draws * PLACES))
    assert abs(share - expected) < 4 * error
