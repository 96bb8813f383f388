"""Arrays in pieces read like the whole; intervals do not mind which draws are missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, strategies as st

from thinwalls.results.data.checksum import checksum
from thinwalls.results.data.intervals import bounds, interval
from thinwalls.results.data.lazy_pieces import NOWHERE, Pieces

DIMS = ("scenario", "draw", "date", "place", "group")
ROW_OF = np.array([[0, NOWHERE, 3], [1, 2, NOWHERE]])


def both() -> tuple[xr.DataArray, xr.DataArray]:
    """The same numbers in pieces and whole."""
    random = np.random.default_rng(5)
    parts = [random.random((4, 5, 4)).astype(np.float32) for _ in range(2)]
    whole = np.full((2, 4, 5, 2, 3), np.nan, np.float32)
    for scenario, part in enumerate(parts):
        for place, group in zip(*np.nonzero(ROW_OF != NOWHERE), strict=True):
            whole[scenario, :, :, place, group] = part[:, :, ROW_OF[place, group]]
    coords = {"scenario": ["a", "b"], "place": ["all", "x"], "group": ["p", "q", "r"]}
    pieces = Pieces(parts, ROW_OF)
    np.testing.assert_array_equal(pieces.whole(), whole)
    lazy = xr.DataArray(xr.Variable(DIMS, pieces.lazily()), coords=coords)
    return lazy, xr.DataArray(whole, dims=DIMS, coords=coords)


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"place": "all"},
        {"place": "all", "group": "p"},
        {"scenario": "b", "place": "x", "group": "r"},
        {"scenario": ["b", "a"], "group": ["r", "p"]},
    ],
)
def test_what_is_read_is_what_is_in_the_whole(chosen: dict[str, Any]) -> None:
    lazy, whole = both()
    xr.testing.assert_identical(lazy.sel(chosen), whole.sel(chosen))
    here, there = (one.sel(chosen).isel(draw=slice(1, 3), date=-1) for one in both())
    xr.testing.assert_identical(here, there)


def test_what_no_row_holds_is_nan() -> None:
    nothing = Pieces([np.empty((3, 2, 0), np.float32)] * 2, np.full((1, 2), NOWHERE))
    assert nothing.whole().shape == (2, 3, 2, 1, 2)
    assert np.isnan(nothing.whole()).all()


def test_pieces_have_the_checksum_of_the_whole() -> None:
    lazy, whole = both()
    assert checksum(lazy.to_dataset(name="v")) == checksum(whole.to_dataset(name="v"))
    changed = whole.copy()
    changed[1, 3, 4, 1, 1] += 1e-6
    assert checksum(changed.to_dataset(name="v")) != checksum(whole.to_dataset(name="v"))


@given(
    st.lists(
        st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(np.nan)), min_size=5, max_size=5),
        min_size=1,
        max_size=8,
    )
)
def test_intervals_of_columns_are_those_of_their_numbers(rows: list[list[float]]) -> None:
    values = np.array(rows)
    found = interval(values, 0.9, axis=1)
    low, high = bounds(0.9)
    for n, row in enumerate(values):
        kept = row[~np.isnan(row)]
        expected = np.quantile(kept, (low, 0.5, high)) if kept.size else np.full(3, np.nan)
        np.testing.assert_array_equal(found[:, n], expected)
