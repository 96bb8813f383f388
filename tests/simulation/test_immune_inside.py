"""Detained people may be immune to another share than residents, at the start and when arrested."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation.building import build_layout
from thinwalls.simulation.drawing import IMMUNE_INSIDE, IMMUNE_OUTSIDE, make_draw
from thinwalls.simulation.flows import origins, read_flows
from thinwalls.simulation.movable import stage_weights
from thinwalls.simulation.run import quantities_of
from thinwalls.simulation.sampling import sample
from thinwalls.simulation.tables import ANYBODY, ARRESTED, FROM_ABROAD

if TYPE_CHECKING:
    from thinwalls.simulation.drawing import Draw
    from thinwalls.system import System

INSIDE, OUTSIDE = 0.6, 0.9


def drawn(system: System, name: str, **values: float) -> tuple[Draw, np.ndarray]:
    """A draw, and the people detained in it at the start, by stage."""
    pathogen = load_pathogen(name)
    layout = build_layout(system)
    flows = read_flows(layout)
    draw = make_draw(
        layout,
        pathogen,
        {**sample(quantities_of(pathogen, []), 3, 0), **values},
        origins=origins(layout, flows),
        start=dt.date(2020, 3, 20),
        days=30,
        steps_per_day=4,
        seed=3,
        draw=0,
    )
    inside = layout.cells["group"].to_numpy() == "detained"
    return draw, draw.people[inside].sum(axis=0)


def test_people_start_and_are_arrested_as_immune_as_stated(louisiana: System) -> None:
    given = {IMMUNE_INSIDE: INSIDE, IMMUNE_OUTSIDE: OUTSIDE}
    draw, people = drawn(louisiana, "varicella", **given)
    recovered = draw.disease.index["R"]
    n = people.sum()
    # Every cell is rounded at random, so the total is nearer than independent people would be.
    assert people[recovered] / n == pytest.approx(
        INSIDE, abs=4 * np.sqrt(INSIDE * (1 - INSIDE) / n)
    )
    weights = stage_weights(draw, (), None)
    county = draw.community.share_by_stage[0]
    assert county[recovered] == pytest.approx(OUTSIDE)
    taken = county * weights[ARRESTED]
    assert taken[recovered] / taken.sum() == pytest.approx(INSIDE, rel=1e-3)
    others = np.arange(len(county)) != recovered
    others[draw.stages.susceptible] = False
    np.testing.assert_array_equal(weights[ARRESTED][others], weights[ANYBODY][others])
    abroad = draw.values["mixing.border_prevalence_ratio"]
    np.testing.assert_allclose(weights[FROM_ABROAD][others], abroad * weights[ANYBODY][others])


def test_a_pathogen_that_does_not_say_has_one_share(louisiana: System) -> None:
    draw, people = drawn(louisiana, "influenza-seasonal")
    assert IMMUNE_INSIDE not in draw.values
    recovered = draw.disease.index["R"]
    share = draw.values[IMMUNE_OUTSIDE]
    n = people.sum()
    assert people[recovered] / n == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / n))
    weights = stage_weights(draw, (), None)
    np.testing.assert_array_equal(weights[ARRESTED], weights[ANYBODY])


def test_fewer_immune_inside_means_more_infections_inside(louisiana: System) -> None:
    measles = load_pathogen("measles")
    nothing = [tw.Scenario("nothing")]
    found = {}
    for share in (0.5, 0.95):
        immune = measles.parameters["immunity.inside_start_share"].model_copy(
            update={
                "distribution": "fixed",
                "value": share,
                "mean": None,
                "low": None,
                "high": None,
            }
        )
        pathogen = tw.Pathogen(
            measles.name,
            measles.title,
            measles.description,
            {**measles.parameters, "immunity.inside_start_share": immune},
            measles.stages,
        )
        found[share] = tw.simulate(
            louisiana, pathogen, nothing, days=60, draws=4, seed=3, threads=1, mode="mean_field"
        ).totals["infections"]
    less, more = (found[share].sel(place="all", group="detained").values for share in (0.5, 0.95))
    assert np.all(less > more)
