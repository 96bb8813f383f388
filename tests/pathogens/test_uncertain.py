"""Every number of a pathogen is a distribution; tables by age have one place between two ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from thinwalls.common.errors import InputError
from thinwalls.common.quantities import Quantity
from thinwalls.common.typed_records import read_as
from thinwalls.pathogens import Pathogen, PersonClass, list_pathogens, load_pathogen
from thinwalls.pathogens.describe import age_table_entries
from thinwalls.pathogens.schema import AgeTable
from thinwalls.pathogens.severity import by_year
from thinwalls.simulation.shared_types.quantity_library import mixing_quantities

NAMES = list_pathogens()
FIXED = {"mixing.deaths_recorded": "counted", "mixing.hospital_reach_miles": "definition"}
"""Every packaged number without uncertainty, and why."""
REPEATED = ("measles-chicago-2024",)
"""Pathogens that repeat a published model: its numbers are as it had them."""
RISING = ("covid-2020", "covid-delta", "covid-omicron")
YOUNGEST_ADULT = 18


def tables(pathogen: Pathogen) -> set[str]:
    return {name.split(".")[1] for name in pathogen.parameters if name.startswith("by_age.")}


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_a_distribution(name: str) -> None:
    pathogen = load_pathogen(name)
    fixed = {
        key: item.tag
        for key, item in pathogen.parameters.items()
        if item.is_fixed and not key.startswith("by_age.")
    }
    if name in REPEATED:
        assert "assumption" not in fixed.values()
    else:
        assert fixed == {}
    for table in tables(pathogen):
        place = pathogen.parameters[f"by_age.{table}.position"]
        assert not place.is_fixed, table
        for low, high in (
            (item.central, pathogen.parameters[key.replace(".low.", ".high.")].central)
            for key, item in pathogen.parameters.items()
            if key.startswith(f"by_age.{table}.low.")
        ):
            assert low != high, table


def test_what_is_fixed_of_the_mixing_says_why() -> None:
    fixed = {key: item.tag for key, item in mixing_quantities().items() if item.is_fixed}
    assert fixed == FIXED


@pytest.mark.parametrize("tag", ["counted", "definition"])
def test_a_distribution_is_neither_counted_nor_a_definition(tag: str) -> None:
    table = {"unit": "people", "source": "a count", "tag": tag}
    assert read_as(Quantity, {"value": 3.0, **table}, where="x").is_fixed
    with pytest.raises(InputError, match="is for a fixed value"):
        read_as(Quantity, {"distribution": "uniform", "low": 0, "high": 1, **table}, where="x")


@pytest.mark.slow
@pytest.mark.parametrize("name", RISING)
@given(place=st.floats(0, 1))
@settings(max_examples=20, deadline=None)
def test_adults_die_more_the_older_they_are_at_every_place(name: str, place: float) -> None:
    pathogen = load_pathogen(name)
    at = {f"by_age.{table}.position": place for table in ("death_share", "hospitalised_share")}
    values = pathogen.at(at).values
    for table in ("death_share", "hospitalised_share", "vulnerable_share"):
        assert np.all(np.diff(by_year(values, table)[YOUNGEST_ADULT:]) >= 0), table
    fatality = pathogen.at(at).fatality_by_age([PersonClass(0, 100, None)])[0]
    assert np.all(np.diff(fatality[YOUNGEST_ADULT:]) >= -1e-12)


def test_the_place_is_between_the_ends_in_logarithms() -> None:
    values = {
        "by_age.t.0": 0.01,
        "by_age.t.40": 0.04,
        "by_age.t.low.0": 0.0025,
        "by_age.t.low.40": 0.09,
        "by_age.t.high.0": 0.04,
        "by_age.t.high.40": 0.01,
    }
    for place, young, old in (
        (0.0, 0.0025, 0.09),
        (0.25, 0.005, 0.06),
        (0.5, 0.01, 0.04),
        (0.75, 0.02, 0.02),
        (1.0, 0.04, 0.01),
    ):
        found = by_year({**values, "by_age.t.position": place}, "t")
        assert found[[0, 39]] == pytest.approx([young, young])
        assert found[[40, 100]] == pytest.approx([old, old])
    nobody = {**values, "by_age.t.low.0": 0.0, "by_age.t.position": 0.25}
    assert by_year(nobody, "t")[[0, 40]] == pytest.approx([0.005, 0.065])
    assert by_year({"by_age.t.0": 0.3}, "t") == pytest.approx(np.full(101, 0.3))


def test_an_interval_is_shown_with_every_age() -> None:
    pathogen = load_pathogen("covid-2020")
    place = pathogen.parameters["by_age.death_share.position"]
    for age, text in age_table_entries(pathogen, "death_share"):
        ends = [
            100
            * by_year(pathogen.at({"by_age.death_share.position": at}).values, "death_share")[age]
            for at in (place.central, *place.interval())
        ]
        low, high = sorted(ends[1:])
        assert text == f"{ends[0]:.3g} ({low:.3g} to {high:.3g}) %"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"low": [0.1, 0.1]}, "needs both low and high"),
        ({"low": [0.1], "high": [0.3, 0.4]}, "as many entries as from_age"),
        ({"low": [0.1, 0.1], "high": [0.3, 0.15]}, "from age 40: 0.2 must be between 0.1 and 0.15"),
        ({"low": [0.1, 0.1], "high": [0.3, 1.5]}, "1.5 is not a share"),
        ({"position": {"value": 0.5}}, "position needs low and high"),
        (
            {"low": [0.1, 0.1], "high": [0.3, 0.4], "position": {"value": 2.0}},
            "is 2, must be between 0 and 1",
        ),
    ],
)
def test_mistakes_in_the_ends_are_told(fields: dict[str, object], words: str) -> None:
    table = {"from_age": [0, 40], "values": [0.2, 0.2], **fields}
    with pytest.raises(InputError) as caught:
        read_as(AgeTable, table, where="mine.toml")
    assert words in str(caught.value)


def test_ends_that_cross_the_values_need_a_stated_place() -> None:
    table = {"from_age": [0, 40], "values": [0.1, 0.3], "low": [0.05, 0.4], "high": [0.2, 0.35]}
    with pytest.raises(InputError, match="from age 40"):
        read_as(AgeTable, table, where="x")
    stated = {"distribution": "uniform", "low": 0, "high": 1}
    assert read_as(AgeTable, {**table, "position": stated}, where="x").low == (0.05, 0.4)


def test_a_file_may_say_where_its_draws_lie() -> None:
    nearer = {"distribution": "triangular", "low": 0, "mode": 0.2, "high": 1}
    table = {"from_age": [0], "values": [0.2], "low": [0.1], "high": [0.4], "position": nearer}
    stated = dict(read_as(AgeTable, table, where="x").quantities())["position"]
    assert stated.central == 0.2
    assert dict(
        read_as(AgeTable, {"from_age": [0], "values": [0.2]}, where="x").quantities()
    ).keys() == {"0"}
