from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from thinwalls.common.errors import InputError
from thinwalls.common.quantities import Quantity

EVERY = [
    Quantity(value=3.0),
    Quantity(distribution="uniform", low=1, high=2),
    Quantity(distribution="loguniform", low=1, high=20),
    Quantity(distribution="triangular", low=0.25, mode=0.75, high=1),
    Quantity(distribution="triangular", low=0, mode=0, high=1),
    Quantity(distribution="normal", mean=5, sd=2),
    Quantity(distribution="normal", mean=0.21, low=0.05, high=0.34, min=0, max=1),
    Quantity(distribution="lognormal", median=1, low=0.592, high=2.04),
    Quantity(distribution="lognormal", low=2, high=8),
    Quantity(distribution="lognormal", mean=3, sd=1),
    Quantity(distribution="beta", mean=0.83, low=0.8, high=0.86),
    Quantity(distribution="gamma", mean=5, sd=2),
    Quantity(distribution="gamma", mean=5, sd=2, max=9),
]


@pytest.mark.slow
@pytest.mark.parametrize("quantity", EVERY, ids=str)
@given(u=st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_quantiles_rise_stay_finite_and_inside(quantity: Quantity, u: list[float]) -> None:
    shares = np.sort(np.array(u))
    values = quantity.quantile(shares)
    assert values.shape == shares.shape
    assert np.all(np.isfinite(values))
    assert np.all(np.diff(values) >= -1e-9 * (1 + np.abs(values[1:])))
    if quantity.min is not None:
        assert values.min() >= quantity.min
    if quantity.max is not None:
        assert values.max() <= quantity.max
    assert quantity.quantile(float(shares[0])) == pytest.approx(values[0])


@pytest.mark.parametrize("quantity", EVERY, ids=str)
def test_round_trip_through_json(quantity: Quantity) -> None:
    assert Quantity.model_validate_json(quantity.model_dump_json()) == quantity


def test_moments_and_intervals_are_those_stated() -> None:
    u = (np.arange(200_000) + 0.5) / 200_000
    for quantity in (
        Quantity(distribution="normal", mean=5, sd=2),
        Quantity(distribution="lognormal", mean=5, sd=2),
        Quantity(distribution="gamma", mean=5, sd=2),
    ):
        values = quantity.quantile(u)
        assert values.mean() == pytest.approx(5, rel=1e-3)
        assert values.std() == pytest.approx(2, rel=1e-2)
    low, high = Quantity(distribution="lognormal", low=2, high=8).interval(0.95)
    assert (low, high) == (pytest.approx(2), pytest.approx(8))
    low, high = Quantity(distribution="beta", mean=0.83, low=0.8, high=0.86).interval(0.95)
    assert low == pytest.approx(0.8, abs=0.005)
    assert high == pytest.approx(0.86, abs=0.005)


def test_central_is_the_published_value() -> None:
    assert Quantity(distribution="triangular", low=2, mode=2.5, high=4).central == 2.5
    assert Quantity(distribution="lognormal", median=1, low=0.6, high=2).central == 1
    assert Quantity(distribution="loguniform", low=1, high=4).central == pytest.approx(2)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"tag": "memory", "value": 1}, "memory is never a default"),
        ({"tag": "[memory]", "value": 1}, "memory is never a default"),
        ({"distribution": "normal", "low": 1}, "normal needs mean, sd or"),
        ({"distribution": "uniform", "low": 3, "high": 1}, "low = 3 must be less than high = 1"),
        ({"distribution": "uniform", "low": 3, "high": float("nan")}, "finite"),
        ({"distribution": "loguniform", "low": 0, "high": 1}, "more than 0"),
        ({"distribution": "beta", "mean": 0.5, "sd": 0.6}, "cannot have a standard deviation"),
        ({"distribution": "normal", "mean": 0, "sd": 1, "min": 50}, "leave nothing"),
        ({"value": 1, "tag": "seen"}, "needs a source"),
        ({"value": 1, "tagg": "seen"}, "did you mean 'tag'?"),
        ({}, "fixed needs value; given: nothing"),
    ],
)
def test_what_is_no_quantity_is_refused_in_one_line(fields: dict, words: str) -> None:
    with pytest.raises(InputError, match="Quantity") as caught:
        Quantity(**fields)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_shares_outside_0_to_1_are_refused() -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        Quantity(value=1).quantile(1.5)


def test_fingerprint_is_of_the_numbers_only() -> None:
    one = Quantity(distribution="uniform", low=0, high=1)
    assert one.fingerprint == one.model_copy(update={"note": "words"}).fingerprint
    assert one.fingerprint != Quantity(distribution="uniform", low=0, high=2).fingerprint
