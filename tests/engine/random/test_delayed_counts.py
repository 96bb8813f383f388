"""Events that are reported later: geometric delays, batches, rows that keep their chance."""

from __future__ import annotations

import numpy as np
import pytest

from thinwalls.engine import delayed_counts

ROWS = np.array([3, 9, 27], dtype=np.uint64)
FOUND = np.arange(60.0).reshape(20, 3) % 7


def reports(counts: np.ndarray, *, delay: float = 2.0, every: int = 1, draw: int = 0) -> np.ndarray:
    rows = ROWS[: counts.shape[1]]
    return delayed_counts(counts, rows, mean_delay_days=delay, every_days=every, seed=5, draw=draw)


def test_without_a_delay_events_are_reported_at_once() -> None:
    np.testing.assert_array_equal(reports(FOUND, delay=0.0), FOUND)


def test_nothing_is_reported_before_it_happens_or_twice() -> None:
    found = np.vstack([FOUND, np.zeros((400, 3))])
    told = reports(found)
    assert np.all(np.cumsum(told, axis=0) <= np.cumsum(found, axis=0))
    np.testing.assert_array_equal(told.sum(axis=0), found.sum(axis=0))
    assert np.all(told == np.floor(told))


@pytest.mark.parametrize("delay", [0.5, 2.0, 9.0])
def test_the_delay_has_the_stated_mean(delay: float) -> None:
    n = 40_000
    found = np.zeros((600, 1))
    found[0] = n
    told = reports(found, delay=delay)[:, 0]
    mean = np.arange(600) @ told / n
    # Standard deviation of a geometric number that begins at 0.
    error = np.sqrt(delay * (1 + delay) / n)
    assert mean == pytest.approx(delay, abs=4 * error)


def test_batches_come_on_their_days_and_lose_nobody() -> None:
    told, batches = reports(FOUND), reports(FOUND, every=7)
    assert set(np.flatnonzero(batches.any(axis=1))) <= {6, 13}
    np.testing.assert_array_equal(batches[6], told[:7].sum(axis=0))
    np.testing.assert_array_equal(batches[13], told[7:14].sum(axis=0))


def test_a_row_does_not_depend_on_the_others_nor_a_day_on_later_ones() -> None:
    told = reports(FOUND)
    np.testing.assert_array_equal(reports(FOUND[:, :1]), told[:, :1])
    np.testing.assert_array_equal(reports(FOUND[:9]), told[:9])
    assert not np.array_equal(reports(FOUND, draw=1), told)


def test_expectations_are_delayed_as_expectations() -> None:
    told = reports(FOUND / 3.0, delay=1.0)
    waiting = np.zeros(3)
    for day, new in enumerate(FOUND / 3.0):
        waiting = waiting + new
        np.testing.assert_allclose(told[day], waiting / 2)
        waiting = waiting / 2
