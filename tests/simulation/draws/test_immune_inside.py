"""Detained people may be immune to another share than residents, at the start and when arrested."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common.quantities import Quantity
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation.draws.one_draw import IMMUNE_INSIDE, IMMUNE_OUTSIDE, make_draw
from thinwalls.simulation.draws.sampled_values import sample_quantities
from thinwalls.simulation.draws.stage_weights import stage_weights
from thinwalls.simulation.experiments.provenance import quantities_of
from thinwalls.simulation.movement.base_flows import origins, read_flows
from thinwalls.simulation.population.build_cells import build_layout
from thinwalls.simulation.shared_types.flow_tables import ANYBODY, ARRESTED, FROM_ABROAD

if TYPE_CHECKING:
    from thinwalls.simulation.draws.one_draw import Draw
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
        {**sample_quantities(quantities_of(pathogen, []), 3, 0), **values},
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


def fixed(pathogen: tw.Pathogen, **values: float) -> tw.Pathogen:
    """A pathogen with some of its numbers known."""
    known = {
        name.replace("__", "."): Quantity(value=value, unit="as stated")
        for name, value in values.items()
    }
    return replace(pathogen, parameters={**pathogen.parameters, **known})


def infections(system: System, pathogen: tw.Pathogen, group: str) -> np.ndarray:
    results = tw.simulate(
        system,
        pathogen,
        [tw.Scenario("nothing")],
        days=60,
        draws=4,
        seed=3,
        threads=1,
        mode="mean_field",
    )
    return np.asarray(results.totals["infections"].sel(place="all", group=group).values)


@pytest.mark.slow
def test_fewer_immune_inside_means_more_infections_inside(louisiana: System) -> None:
    measles = load_pathogen("measles")
    less, more = (
        infections(louisiana, fixed(measles, immunity__inside_start_share=share), "detained")
        for share in (0.5, 0.95)
    )
    assert np.all(less > more)


@pytest.mark.slow
def test_introductions_are_as_many_as_stated(louisiana: System) -> None:
    """Where nobody infects anybody, residents have what comes from elsewhere and nothing else."""
    alone = {f"reproduction_number__{kind}": 1e-9 for kind in ("community", "cells", "dormitory")}
    per_million_and_year = 365.25
    pathogen = fixed(
        load_pathogen("varicella"), introductions__community=per_million_and_year, **alone
    )
    layout = build_layout(louisiana)
    counties = np.array(layout.residents)[np.arange(len(layout.county_fips)) != layout.outside]
    residents = layout.cells["people"].to_numpy()[counties].sum()
    # One a day per million; the few who were infected before no longer count as susceptible.
    expected = residents / 1e6 * 60
    assert infections(louisiana, pathogen, "residents") == pytest.approx(expected, rel=0.01)
