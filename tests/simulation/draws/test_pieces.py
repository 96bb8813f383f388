"""The parts of the simulation room that need no system."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from thinwalls.common.quantities import Quantity
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation.draws.county_epidemics import smooth
from thinwalls.simulation.draws.sampled_values import (
    BLOCK,
    latin_hypercube,
    randomised_rounding,
    sample_quantities,
)
from thinwalls.simulation.population.layout import largest_remainder, parse_age_band
from thinwalls.simulation.shared_types.flow_tables import RowFactors
from thinwalls.simulation.shared_types.quantity_library import mixing_quantities


@given(st.integers(0, 2**40), st.text(min_size=1, max_size=20))
def test_each_block_of_draws_visits_every_stratum_once(seed: int, name: str) -> None:
    strata = sorted(
        int(latin_hypercube(seed, draw, name) * BLOCK) for draw in range(BLOCK, 2 * BLOCK)
    )
    assert strata == list(range(BLOCK))


def test_a_quantity_does_not_depend_on_which_others_are_sampled() -> None:
    one = Quantity(distribution="uniform", low=0, high=1)
    alone = sample_quantities({"a": one}, 1, 7)
    with_others = sample_quantities({"b": one, "a": one, "c": one}, 1, 7)
    assert alone["a"] == with_others["a"]
    assert len(set(with_others.values())) == 3


def test_a_block_of_draws_has_the_bits_of_single_draws() -> None:
    quantities = {**mixing_quantities(), **load_pathogen("covid-2020").parameters}
    for draw in (0, BLOCK - 1, BLOCK, 3 * BLOCK + 7):
        values = sample_quantities(quantities, 3, draw)
        for name, quantity in quantities.items():
            alone = quantity.quantile(latin_hypercube(3, draw, name))
            assert values[name] == (quantity.central if quantity.is_fixed else alone), name


def test_quantities_are_not_correlated_with_each_other() -> None:
    n = 20 * BLOCK
    a = [latin_hypercube(1, draw, "a") for draw in range(n)]
    b = [latin_hypercube(1, draw, "b") for draw in range(n)]
    # Standard error of a correlation of n independent pairs is 1/sqrt(n); 4 of them.
    assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(n)


def test_every_mixing_quantity_says_where_it_comes_from() -> None:
    for name, quantity in mixing_quantities().items():
        assert quantity.source, name
        assert quantity.unit, name


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=50).filter(lambda weights: sum(weights) > 0),
    st.integers(0, 100_000),
)
def test_largest_remainder_adds_up_and_is_within_one(weights: list[float], total: int) -> None:
    shares = np.array(weights)
    whole = largest_remainder(shares, total)
    assert whole.sum() == total
    assert np.all(np.abs(whole - shares / shares.sum() * total) < 1 + 1e-6)


def test_age_bands() -> None:
    assert parse_age_band("18-49") == (18, 49)
    assert parse_age_band("65+") == (65, 100)


def test_randomised_rounding_keeps_the_mean() -> None:
    uniform = (np.arange(1000) + 0.5) / 1000
    assert randomised_rounding(np.full(1000, 2.25), uniform).mean() == pytest.approx(2.25)


def test_smoothing_keeps_constant_series_and_sums() -> None:
    assert smooth(np.full((2, 40), 3.0)) == pytest.approx(np.full((2, 40), 3.0))
    pulse = np.zeros((1, 61))
    pulse[0, 30] = 7.0
    assert smooth(pulse).sum() == pytest.approx(7.0)


def test_rows_under_the_same_factors_share_a_column() -> None:
    factors = RowFactors(4)
    factors.add(np.array([True, True, False, False]), np.array([0.5, 1.0]))
    factors.add(np.array([False, True, True, False]), np.array([1.0, 0.0]))
    column, made = factors.columns(2, first_column=3)
    assert column[3] == 0
    assert len(made) == 3
    assert set(column[:3]) == {3, 4, 5}
    expected = {0: [0.5, 1.0], 1: [0.5, 0.0], 2: [1.0, 0.0]}
    for row, series in expected.items():
        assert made[column[row] - 3].tolist() == series


def test_a_factor_of_one_makes_no_column() -> None:
    factors = RowFactors(2)
    factors.add(np.array([True, False]), np.ones(5))
    column, made = factors.columns(5, first_column=1)
    assert column.tolist() == [0, 0]
    assert made == []
