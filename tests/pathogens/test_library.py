"""What has to hold for every pathogen that comes with the package."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from thinwalls.pathogens import Pathogen, PersonClass, list_pathogens, load_pathogen
from thinwalls.pathogens.severity import by_year

NAMES = list_pathogens()
EXPECTED = {
    "covid-2020",
    "covid-delta",
    "covid-omicron",
    "influenza-pandemic",
    "influenza-seasonal",
    "measles",
    "measles-chicago-2024",
    "mumps",
    "varicella",
}
GENERATION_DAYS = {
    # the cited interval that the mean generation time has to lie in
    "covid-2020": (4.8, 6.5),
    "covid-delta": (3.8, 6.84),
    "covid-omicron": (2.48, 6.84),
    "influenza-seasonal": (2.2, 3.6),
    "influenza-pandemic": (2.2, 3.6),
    "measles": (10.0, 14.0),
    "measles-chicago-2024": (12.5, 13.0),
    "mumps": (16.0, 26.0),
    "varicella": (14.0, 23.0),
}
GROUPS = [
    PersonClass(low, high, vulnerable, vaccinated, prior, treated, late)
    for low, high in ((0, 17), (18, 49), (50, 64), (80, 100))
    for vulnerable, vaccinated, prior, treated, late in (
        (False, False, False, 1.0, False),
        (True, True, True, 0.5, True),
        (True, False, False, 0.0, True),
    )
]


@pytest.fixture(scope="module", params=NAMES)
def pathogen(request: pytest.FixtureRequest) -> Pathogen:
    return load_pathogen(request.param)


def draw(pathogen: Pathogen, seed: int) -> dict[str, float]:
    u = np.random.default_rng(seed).uniform(size=len(pathogen.uncertain))
    return {
        name: pathogen.parameters[name].quantile(float(share))
        for name, share in zip(pathogen.uncertain, u, strict=True)
    }


def positions(pathogen: Pathogen) -> list[str]:
    return [name for name in pathogen.parameters if name.endswith(".position")]


def test_all_are_there() -> None:
    assert set(NAMES) == EXPECTED == set(GENERATION_DAYS)


def test_generation_time_is_in_the_cited_interval(pathogen: Pathogen) -> None:
    low, high = GENERATION_DAYS[pathogen.name]
    assert low <= pathogen.at().mean_generation_days <= high


@pytest.mark.parametrize("position", [None, 0.0, 0.3, 1.0])
@pytest.mark.parametrize("name", NAMES)
def test_infection_fatality_is_the_cited_table(name: str, position: float | None) -> None:
    pathogen = load_pathogen(name)
    places = {} if position is None else dict.fromkeys(positions(pathogen), position)
    disease = pathogen.at({"severity.scale": 1.0, **places})
    table = by_year(disease.values, "death_share")
    vulnerable = by_year(disease.values, "vulnerable_share")
    for age in range(0, 101, 5):
        ill, well = disease.infection_fatality(
            [PersonClass(age, age, vulnerable=True), PersonClass(age, age, vulnerable=False)]
        )
        average = vulnerable[age] * ill + (1 - vulnerable[age]) * well
        assert average == pytest.approx(table[age], rel=1e-9, abs=1e-15)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_every_draw_is_a_disease(name: str, seed: int) -> None:
    pathogen = load_pathogen(name)
    disease = pathogen.at(draw(pathogen, seed))
    assert np.all(disease.dwell_days > 0)
    assert np.all(disease.infectiousness >= 0)
    probability = disease.branch_probability(GROUPS)
    assert np.all((probability >= 0) & (probability <= 1))
    for row in range(len(pathogen.stages)):
        out = disease.branch_from == row
        assert out.any() == math.isfinite(disease.dwell_days[row])
        if out.any():
            np.testing.assert_allclose(probability[:, out].sum(axis=1), 1, atol=1e-12)
    for share in (disease.susceptibility(GROUPS), disease.infectivity(GROUPS)):
        assert np.all((share >= 0) & (share <= 1))
    assert np.all(disease.infectious_days(GROUPS) > 0)
    assert 0 < disease.mean_generation_days < 30


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_care_and_vaccines_never_harm(name: str, seed: int) -> None:
    pathogen = load_pathogen(name)
    disease = pathogen.at(draw(pathogen, seed))
    base, none, late, jab, again = disease.infection_fatality(
        [
            PersonClass(50, 64, True),
            PersonClass(50, 64, True, treated_share=0.0),
            PersonClass(50, 64, True, delayed_care=True),
            PersonClass(50, 64, True, vaccinated=True),
            PersonClass(50, 64, True, prior_infection=True),
        ]
    )
    slack = 1e-12
    assert none >= base - slack
    assert late >= base - slack
    assert jab <= base + slack
    assert again <= base + slack


def test_stage_names_are_there(pathogen: Pathogen) -> None:
    names = [stage.name for stage in pathogen.stages]
    assert len(set(names)) == len(names)
    special = (pathogen.susceptible, pathogen.infected, pathogen.recovered, pathogen.dead)
    assert set(special) <= set(names)
    for stage in pathogen.stages:
        assert stage.overflow is None or stage.overflow in names
        assert stage.twin is None or stage.twin in names
        assert stage.alive == (stage.compartment != "D")
        assert stage.present == (stage.compartment not in "HCD")
    disease = pathogen.at()
    for stage, iota in zip(pathogen.stages, disease.infectiousness, strict=True):
        # CDC's model for Chicago has no contagion before the rash: the stage is there, at 0.
        nothing_before = pathogen.name == "measles-chicago-2024" and stage.compartment == "P"
        assert stage.infectious == (iota > 0) or nothing_before


def test_every_number_has_a_unit_and_a_source_or_says_it_is_assumed(pathogen: Pathogen) -> None:
    for name, quantity in pathogen.parameters.items():
        assert quantity.unit, name
        assert quantity.source or quantity.tag == "assumption", name


def test_reproduction_numbers_rise_from_cells_to_dormitories(pathogen: Pathogen) -> None:
    number = pathogen.at().reproduction_number
    assert set(number) == {"community", "cells", "dormitory"}
    assert number["cells"] < number["dormitory"]
