"""The counter-based generator: range, bits, and the independence of neighbouring counters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from thinwalls.engine.numba_support.decorators import standalone
from thinwalls.engine.random import counter_based as rng

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORD = 2**64
words = st.integers(0, WORD - 1)
shorts = st.integers(0, 2**32 - 1)


@standalone
def bits_in(key, first_step, n_steps, first_cell, n_cells, first_event, n_events):  # type: ignore[no-untyped-def]
    out = np.empty((n_steps, n_cells, n_events), np.uint64)
    for i in range(n_cells):
        stream = rng.stream(key, np.uint64(first_cell + i))
        for t in range(n_steps):
            for e in range(n_events):
                out[t, i, e] = rng.bits_of(stream, first_step + t, first_event + e)
    return out


def block(n_steps: int, n_cells: int, n_events: int, draw: int = 0) -> NDArray[np.uint64]:
    key = np.uint64(rng.key(np.uint64(20260101), np.uint64(draw)))
    return np.asarray(bits_in(key, 0, n_steps, 0, n_cells, 0, n_events))


def to_unit(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    return np.asarray(((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52)


def plain_mix(x: int) -> int:
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % WORD
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB % WORD
    return x ^ (x >> 31)


def plain_bits(seed: int, draw: int, step: int, cell: int, event: int) -> int:
    """The generator in unlimited integers."""
    key = plain_mix(
        (plain_mix((seed + 0x9E3779B97F4A7C15) % WORD) + draw * 0xD1342543DE82EF95) % WORD
    )
    stream = plain_mix((key + cell * 0x9E3779B97F4A7C15) % WORD)
    x = (((step << 32) | event) * 0x9E3779B97F4A7C15 + stream) % WORD
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % WORD
    x = (x + (stream ^ (stream << 32) % WORD)) % WORD
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB % WORD
    return x ^ (x >> 31)


@settings(deadline=None)
@given(words, words, shorts, words, shorts)
def test_agrees_with_unlimited_integers(
    seed: int, draw: int, step: int, cell: int, event: int
) -> None:
    key = np.uint64(rng.key(np.uint64(seed), np.uint64(draw)))
    expected = ((plain_bits(seed, draw, step, cell, event) >> 12) + 0.5) * 2.0**-52
    assert rng.uniform(key, step, np.uint64(cell), event) == expected


@settings(deadline=None)
@given(words, shorts, words, shorts)
def test_strictly_between_0_and_1_and_exactly_reflected(
    key: int, step: int, cell: int, event: int
) -> None:
    u = rng.uniform(np.uint64(key), step, np.uint64(cell), event)
    assert 0.0 < u < 1.0
    scaled = u * 2.0**53
    assert scaled == int(scaled)
    assert int(scaled) % 2 == 1
    assert 1.0 - (1.0 - u) == u


def test_golden_values() -> None:
    key = np.uint64(rng.key(np.uint64(1), np.uint64(2)))
    assert int(key) == 0xFEA92520A9BF2821
    assert rng.uniform(key, 0, np.uint64(0), 0).hex() == "0x1.69fb8ae2d1993p-1"
    assert rng.uniform(key, 719, np.uint64(2**63 + 5), 31).hex() == "0x1.f823f6b274339p-1"


@pytest.mark.parametrize("bins", [16, 256, 4096])
def test_equidistributed(bins: int) -> None:
    """Chi-square on the top bits and on the lowest bits used, over a million counters."""
    bits = block(20, 500, 100).ravel()
    shift = 64 - int(math.log2(bins))
    for part in (bits >> np.uint64(shift), (bits >> np.uint64(12)) % np.uint64(bins)):
        counts = np.bincount(part.astype(np.int64), minlength=bins)
        assert stats.chisquare(counts).pvalue > 1e-4


@pytest.mark.parametrize("axis", [0, 1, 2], ids=["step", "cell", "event"])
@pytest.mark.parametrize("lag", [1, 2, 3, 4, 8, 16, 64])
def test_neighbouring_counters_are_independent(axis: int, lag: int) -> None:
    """Pairs of counters that differ by ``lag`` in one coordinate fill a 32 x 32 grid evenly."""
    shape = [40, 40, 40]
    shape[axis] = 320
    u = to_unit(block(*shape))
    first = np.take(u, np.arange(shape[axis] - lag), axis=axis).ravel()
    second = np.take(u, np.arange(lag, shape[axis]), axis=axis).ravel()
    assert abs(np.corrcoef(first, second)[0, 1]) < 4.5 / math.sqrt(first.size)
    cell = (first * 32).astype(np.int64) * 32 + (second * 32).astype(np.int64)
    assert stats.chisquare(np.bincount(cell, minlength=1024)).pvalue > 1e-4


@pytest.mark.parametrize("other", [1, 2, 3, 1000, 2**20])
def test_draws_and_seeds_are_independent(other: int) -> None:
    here = to_unit(block(50, 50, 50)).ravel()
    there = to_unit(block(50, 50, 50, draw=other)).ravel()
    assert abs(np.corrcoef(here, there)[0, 1]) < 4.5 / math.sqrt(here.size)
    key = np.uint64(rng.key(np.uint64(20260101 + other), np.uint64(0)))
    seeded = to_unit(np.asarray(bits_in(key, 0, 50, 0, 50, 0, 50))).ravel()
    assert abs(np.corrcoef(here, seeded)[0, 1]) < 4.5 / math.sqrt(here.size)


def test_sums_over_a_step_have_the_right_spread() -> None:
    """Sums of 50 neighbours in each direction are normal with the variance of independence."""
    u = to_unit(block(50, 50, 400))
    for axis in (0, 1):
        z = (u.sum(axis=axis) - 25.0).ravel() / math.sqrt(50 / 12)
        assert stats.kstest(z, "norm").pvalue > 1e-4


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)], ids=str)
@pytest.mark.parametrize("shift", [32, 12])
def test_birthday_spacings(order: tuple[int, int, int], shift: int) -> None:
    """Marsaglia's test: 4,096 birthdays in a year of 2**32 days leave Poisson(4) equal spacings.

    Counters are read along step, cell or event first; the days are the top or lower 32 bits.
    """
    bits = block(64, 64, 400).transpose(order).ravel()[: 400 * 4096]
    days = ((bits >> np.uint64(shift)) & np.uint64(2**32 - 1)).reshape(400, 4096)
    spacings = np.sort(np.diff(np.sort(days.astype(np.int64), axis=1), axis=1), axis=1)
    equal = (np.diff(spacings, axis=1) == 0).sum()
    assert abs(equal - 1600) < 4.5 * 40


def test_weights_of_neighbours_are_independent() -> None:
    """Numbers of one-bits of outputs that are one counter apart (chi-square, 5 x 5 classes)."""
    bits = block(40, 40, 400)
    weight = np.bitwise_count(bits).astype(np.int64)
    part = np.searchsorted([28, 31, 33, 36], weight, side="right")
    for axis in (0, 1, 2):
        first = np.take(part, np.arange(bits.shape[axis] - 1), axis=axis).ravel()
        second = np.take(part, np.arange(1, bits.shape[axis]), axis=axis).ravel()
        table = np.bincount(first * 5 + second, minlength=25).reshape(5, 5)
        assert stats.chi2_contingency(table).pvalue > 1e-4


@pytest.mark.slow
def test_no_two_counters_give_the_same_bits() -> None:
    """Four million neighbouring counters, 64 bits each: a random function would repeat with
    probability 4e-7."""
    bits = block(100, 400, 100).ravel()
    assert np.unique(bits).size == bits.size


def test_keys_differ() -> None:
    keys = {int(rng.key(np.uint64(s), np.uint64(d))) for s in range(200) for d in range(200)}
    assert len(keys) == 40_000


@pytest.mark.parametrize("argument", ["seed", "draw", "step", "cell", "event"])
def test_one_bit_of_an_argument_changes_half_of_the_bits(argument: str) -> None:
    """Avalanche: the share of output bits flipped by one input bit is 1/2 for every input bit."""
    width = 32 if argument in ("step", "event") else 64
    start = {"seed": 7, "draw": 3, "step": 11, "cell": 5, "event": 2}
    flipped = np.zeros(width)
    rounds = 200
    for r in range(rounds):
        base = {name: value + 977 * r for name, value in start.items()}
        for bit in range(width):
            other = dict(base)
            other[argument] ^= 1 << bit
            flipped[bit] += (plain_bits(**base) ^ plain_bits(**other)).bit_count()
    share = flipped / (64 * rounds)
    # 12,800 bits each: a standard deviation of 0.0044
    assert np.all(np.abs(share - 0.5) < 5 * 0.0044)
