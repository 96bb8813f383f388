"""The chance of death by year of age, worked out for all ages at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from thinwalls.pathogens import PersonClass, list_pathogens, load_pathogen

PERSONS = (
    PersonClass(0, 100, vulnerable=None),
    PersonClass(0, 100, vulnerable=True, delayed_care=True, treated_share=0.7),
    PersonClass(0, 100, vulnerable=False, vaccinated=True, prior_infection=True),
)


@pytest.mark.parametrize("name", list_pathogens())
def test_fatality_by_age_is_that_of_people_of_one_age(name: str) -> None:
    disease = load_pathogen(name).at()
    found = disease.fatality_by_age(PERSONS)
    assert found.shape == (len(PERSONS), 101)
    for row, person in zip(found, PERSONS, strict=True):
        single = [replace(person, age_low=age, age_high=age) for age in range(101)]
        np.testing.assert_allclose(row, disease.infection_fatality(single), rtol=1e-12, atol=1e-18)


def test_fatality_by_age_where_people_can_fall_ill_again() -> None:
    """A graph that goes round: some of the mildly ill fall ill anew, the others stay out of it."""
    disease = load_pathogen("covid-2020").at()
    mild = next(to for one in disease.stages for to, share in one.exits if share == "mild")
    stages = tuple(
        replace(one, exits=(("E1", "critical"), *one.exits[1:])) if one.name == mild else one
        for one in disease.stages
    )
    around = replace(disease, stages=stages)
    row = around.fatality_by_age(PERSONS[:1])[0]
    single = [PersonClass(age, age, vulnerable=None) for age in (20, 50, 80)]
    np.testing.assert_allclose(row[[20, 50, 80]], around.infection_fatality(single), rtol=1e-12)
    assert not np.allclose(row, disease.fatality_by_age(PERSONS[:1])[0])
