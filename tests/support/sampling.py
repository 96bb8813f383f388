"""Draws from the compiled samplers, and what quantiles have to satisfy."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from thinwalls.engine.numba_support.decorators import standalone
from thinwalls.engine.random import counter_based as rng, quantile_samplers as samplers

Float = NDArray[np.float64]
Int = NDArray[np.int64]

SIZES = (1, 2, 5, 19, 20, 21, 33, 100, 1000, 30_000, 1_000_000, 10**9)
CHANCES = (1e-12, 1e-9, 1e-6, 1e-4, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999, 1 - 1e-12)
EXTREME_SIZES = (0, 1, 10**9)
EXTREME_CHANCES = (0.0, 1e-12, 0.5, 1 - 1e-12, 1.0)


def on_grid(u: float) -> float:
    """Nearest value that the generator can give: an odd multiple of 2**-53."""
    return (min(math.floor(u * 2.0**52), 2**52 - 1) + 0.5) * 2.0**-52


uniforms = st.one_of(
    st.integers(0, 2**52 - 1).map(lambda k: (k + 0.5) * 2.0**-52),
    st.floats(0, 16).map(lambda e: on_grid(10.0**-e)),
    st.floats(0, 16).map(lambda e: 1.0 - on_grid(10.0**-e)),
)
sizes = st.one_of(st.integers(0, 60), st.integers(0, 10**4), st.integers(0, 10**9))
chances = st.one_of(
    st.sampled_from(EXTREME_CHANCES),
    st.floats(0, 1),
    st.floats(0, 13).map(lambda e: 10.0**-e),
)


@standalone
def binomials(n, p, u):  # type: ignore[no-untyped-def]
    out = np.empty(u.size, np.int64)
    for i in range(u.size):
        out[i] = samplers.binomial(n, p, u[i])
    return out


@standalone
def binomials_by_hazard(n, hazard, u):  # type: ignore[no-untyped-def]
    out = np.empty(u.size, np.int64)
    for i in range(u.size):
        out[i] = samplers.binomial_hazard(n, hazard, u[i])
    return out


@standalone
def hypergeometrics(good, bad, draws, u):  # type: ignore[no-untyped-def]
    out = np.empty(u.size, np.int64)
    for i in range(u.size):
        out[i] = samplers.hypergeometric(good, bad, draws, u[i])
    return out


@standalone
def keyed(count, draw):  # type: ignore[no-untyped-def]
    stream = rng.stream(rng.key(np.uint64(5), np.uint64(draw)), np.uint64(0))
    out = np.empty(count)
    for i in range(count):
        out[i] = rng.uniform_of(stream, i, 0)
    return out


def central_and_tail_uniforms(count: int, seed: int) -> Float:
    random = np.random.default_rng(seed)
    tails = np.array([on_grid(u) for u in 10.0 ** -random.uniform(0, 15.5, count // 4)])
    return np.concatenate([np.asarray(keyed(count, seed)), tails, 1.0 - tails])


def assert_is_quantile(
    k: Int, u: Float, below: Float, at: Float, above_less: Float, above: Float
) -> None:
    """k is the smallest count with P(X <= k) >= u, to a relative error of 1e-9 in the tail.

    ``below`` = P(X <= k - 1), ``at`` = P(X <= k), ``above_less`` = P(X > k - 1),
    ``above`` = P(X > k).
    """
    low = u < 0.5
    slack = 1e-9
    assert np.all(below[low] < u[low] * (1 + slack))
    assert np.all(at[low] >= u[low] * (1 - slack))
    high = ~low
    rest = 1.0 - u
    assert np.all(above[high] <= rest[high] * (1 + slack))
    assert np.all(above_less[high] > rest[high] * (1 - slack))
    assert k.min() >= 0
