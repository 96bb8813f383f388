"""A season that ends, and reproduction numbers that count the immunity of the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation.experiments.provenance import pathogen_checksum

if TYPE_CHECKING:
    from pathlib import Path

OWN = """
schema = 1
name = "own"
title = "Own"
extends = "influenza-seasonal"
"""


def written(folder: Path, text: str) -> str:
    path = folder / "own.toml"
    path.write_text(OWN + text, encoding="utf-8")
    return str(path)


def test_the_factor_is_one_in_the_season_and_less_after_it() -> None:
    disease = load_pathogen("influenza-seasonal").at({"season.days": 3.0, "season.after": 0.6})
    np.testing.assert_array_equal(disease.season(5), [1.0, 1.0, 1.0, 0.6, 0.6])
    assert load_pathogen("covid-2020").at().season(5) is None


def test_stated_numbers_are_those_of_people_with_the_usual_immunity() -> None:
    flu = load_pathogen("influenza-seasonal")
    disease = flu.at({"reproduction_number.community": 1.3, "immunity.start_share": 0.35})
    assert disease.reproduction_number["community"] == pytest.approx(1.3 / 0.65)
    measles = load_pathogen("measles").at({"reproduction_number.community": 15.0})
    assert measles.reproduction_number["community"] == 15.0


def test_who_extends_a_pathogen_keeps_its_season_unless_it_says_none(tmp_path: Path) -> None:
    own = load_pathogen(written(tmp_path, ""))
    assert own.immunity_in_reproduction_number
    assert own.parameters["season.days"] == load_pathogen("influenza-seasonal").parameters[
        "season.days"
    ]  # fmt: skip
    none = load_pathogen(written(tmp_path, "season = {}\nimmunity_in_reproduction_number = false"))
    assert not none.immunity_in_reproduction_number
    assert not [name for name in none.parameters if name.startswith("season")]
    pandemic = load_pathogen("influenza-pandemic")
    assert not pandemic.immunity_in_reproduction_number
    assert pandemic.at().season(10) is None
    assert pathogen_checksum(own) != pathogen_checksum(none)


@pytest.mark.parametrize(
    ("text", "field", "problem"),
    [
        ("season = 3", "season", "must be a table"),
        ("[season.days]\nvalue = 90.0\ntag = 'assumption'", "season.after", "is missing"),
        ("[season.weeks]\nvalue = 9.0\ntag = 'assumption'", "season.weeks", "no such parameter"),
        ("immunity_in_reproduction_number = 'often'", "immunity_in_reproduction", "true or false"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, field: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem) as error:
        load_pathogen(written(tmp_path, text))
    assert field in str(error.value)
    assert "own.toml" in str(error.value)


@pytest.mark.slow
def test_immunity_and_the_end_of_the_season_reach_people_inside(tmp_path: Path) -> None:
    """Mean field, so that there is no chance in it: the same epidemic but for one number."""
    louisiana = tw.load_system("ice-2020").state("LA")
    found = {}
    for name, days, after in (("long", 400.0, 0.5), ("no fall", 20.0, 1.0), ("short", 20.0, 0.5)):
        season = f"[season]\ndays = {{value = {days}}}\nafter = {{value = {after}}}\n"
        pathogen = load_pathogen(written(tmp_path, season))
        results = tw.simulate(
            louisiana, pathogen, [tw.Scenario("x")], days=90, draws=1, threads=1, mode="mean_field"
        )
        one = results.dataset["new_infections"].sel(place="all", group="detained")
        found[name] = one.values.ravel()
    np.testing.assert_array_equal(found["long"], found["no fall"])
    # Infections of a day follow from the day's own contagion, so they fall from day 20 on.
    np.testing.assert_array_equal(found["short"][:20], found["long"][:20])
    assert found["short"][20] == pytest.approx(0.5 * found["long"][20], rel=0.05)
    assert found["short"][20:].sum() < 0.5 * found["long"][20:].sum()
