"""The age pattern of severity in the draws of a run: one named quantity, given back by priors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.simulation import load_priors
from thinwalls.simulation.draws.one_draw import OLDEST, age_weights, disease_of, scale_of_record
from thinwalls.simulation.draws.priors import Sampler
from thinwalls.simulation.draws.sampled_values import BLOCK, latin_hypercube
from thinwalls.simulation.experiments.provenance import assumptions_of, quantities_of
from thinwalls.simulation.population.build_cells import build_layout

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.pathogens import Pathogen
    from thinwalls.system import System

POSITION = "pathogen.by_age.death_share.position"
PRIORS = f"""
title = "As in Report 9"
source = "nowhere"
pathogen = "covid-2020"

[quantities."{POSITION}"]
distribution = "uniform"
low = 0.8
high = 1.0
unit = "place"
"""


def centres(covid: Pathogen) -> dict[str, float]:
    return {name: one.central for name, one in quantities_of(covid, []).items()}


def test_one_quantity_for_all_ages_is_drawn(covid: Pathogen) -> None:
    sampler = Sampler(quantities_of(covid, []), 3)
    assert [name for name in sampler.drawn if name.startswith("pathogen.by_age.")] == [
        f"pathogen.by_age.{table}_share.position"
        for table in ("critical", "death", "hospitalised", "vulnerable")
    ]
    places = np.sort([sampler.values(draw)[POSITION] for draw in range(BLOCK)])
    # A Latin hypercube: one draw of a block in each of its equally likely strata.
    edges = covid.parameters[POSITION.removeprefix("pathogen.")].quantile(
        np.arange(BLOCK + 1) / BLOCK
    )
    assert np.all((edges[:-1] <= places) & (places <= edges[1:]))


@pytest.mark.slow
def test_priors_replace_it_and_results_keep_it(
    louisiana: System, covid: Pathogen, tmp_path: Path
) -> None:
    file = tmp_path / "flat.toml"
    file.write_text(PRIORS)
    results = tw.simulate(
        louisiana,
        covid,
        [tw.Scenario("nothing")],
        days=3,
        draws=6,
        seed=3,
        threads=1,
        priors=str(file),
    )
    flat = results.parameters[POSITION.removeprefix("pathogen.")]
    shares = [latin_hypercube(3, draw, POSITION) for draw in range(6)]
    np.testing.assert_allclose(flat, 0.8 + 0.2 * np.array(shares))
    sampler = Sampler(quantities_of(covid, []), 3, load_priors(str(file)))
    assert sampler.values(4)[POSITION] == pytest.approx(float(flat[4]))


def test_the_report_lists_the_places_and_not_the_ends(ice_2020: System, covid: Pathogen) -> None:
    names = {row["name"] for row in assumptions_of(ice_2020, quantities_of(covid, []))}
    assert POSITION in names
    assert not [name for name in names if ".low." in name or ".high." in name]


@pytest.mark.slow
def test_the_record_sets_the_level_and_the_place_the_steepness(
    ice_2020: System, covid: Pathogen
) -> None:
    """Deaths of the country are the same at every place; those of the young are not."""
    layout = build_layout(ice_2020)
    first = layout.first_county_course
    country, fatality = [], []
    for place in (0.0, 0.5, 1.0):
        values = {**centres(covid), POSITION: place}
        values["pathogen.severity.scale"] = scale_of_record(layout, covid, values)
        disease = disease_of(covid, values)
        courses = layout.courses[first : first + len(layout.county_fips)]
        ages = age_weights(layout, values, courses).sum(axis=0, keepdims=True)
        everyone = [replace(courses[0].person, age_low=0, age_high=OLDEST)]
        country.append(float(disease.infection_fatality(everyone, ages)[0]))
        fatality.append(disease.fatality_by_age(everyone)[0][[25, 35, 90]])
    assert country == pytest.approx([country[1]] * 3, rel=1e-6)
    steep, middle, flat = fatality
    assert np.all(steep[:2] < middle[:2])
    assert np.all(middle[:2] < flat[:2])
    assert steep[2] > max(middle[2], flat[2])


@pytest.mark.slow
def test_people_who_are_held_get_fewer_with_age_from_50(ice_2020: System, covid: Pathogen) -> None:
    layout = build_layout(ice_2020)
    values = centres(covid)
    weights = age_weights(layout, values)
    others = layout.first_county_course
    np.testing.assert_allclose(weights[:others].sum(axis=1), 1.0)
    for course, row in zip(layout.courses[:others], weights[:others], strict=True):
        low, high = course.person.age_low, course.person.age_high
        if (low, high) == (50, 64) and course.held:
            kept = values["mixing.detained_kept_per_year_after_50"]
            np.testing.assert_allclose(row[51:65] / row[50:64], kept)
        if (low, high) == (18, 49) and course.held:
            np.testing.assert_allclose(row[18:50], 1 / 32)
        assert row[:low].sum() == row[high + 1 :].sum() == 0.0
    # Staff, the last before the counties, and residents are not held.
    assert [course.held for course in layout.courses[:others]] == [True] * (others - 1) + [False]
    assert not any(course.held for course in layout.courses[others:])
