"""Malloy et al. 2021 and Puglisi et al. 2021: the reproduction number of a jail in four phases.

Their inputs were not published (phase dates, population, natural history).  What can be shown is
that outbreaks simulated with their reproduction numbers give these numbers back to our estimator.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine import Inputs, activity_days, generation_interval, run
from thinwalls.evidence.published_results.compare_with_papers import Effort, Found
from thinwalls.evidence.published_results.small_systems import Group, Plan, Pool, compile_plan, seir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thinwalls.common import Float


PHASES = {
    "1 start": 8.44,
    "2 depopulation": 3.64,
    "3 single cells": 1.72,
    "4 testing": 0.58,
}
PEOPLE = 4000
"""Assumption: "several thousand" is all that is known."""
SEEDS = 20
LATENT_DAYS, INFECTIOUS_DAYS = 3.0, 7.0
"""Assumption: as in Blumberg et al. 2022; theirs are not known."""
PER_DAY = 4
"""steps; a step stands for a day, because infections have to be recorded at every step"""
LARGEST_ATTACK = 0.05
DAYS = 83
DRAWS, QUICK_DRAWS = 200, 40
STARTS = {
    "equal phases": (0.0, 20.75, 41.5, 62.25),
    "measures early": (0.0, 7.0, 14.0, 28.0),
    "measures late": (0.0, 35.0, 49.0, 63.0),
}
"""Day on which each phase begins, three guesses."""


def jail(reproduction: Float) -> Inputs:
    """A closed jail with a reproduction number per step."""
    stages = seir(LATENT_DAYS * PER_DAY, INFECTIOUS_DAYS * PER_DAY)
    base = 1.0 / float(activity_days(stages, 1.0)[0])
    plan = Plan(
        stages,
        [Group([PEOPLE - SEEDS, SEEDS, 0, 0])],
        [Pool(base)],
        len(reproduction),
        1.0,
        profiles=np.ones((len(reproduction), 1)),
    )
    inputs = compile_plan(plan)
    return replace(inputs, rates=replace(inputs.rates, multiplier=reproduction[:, None]))


def renewed(infections: Float, interval: Float) -> tuple[float, float]:
    """Infections of one outbreak while at most 5 % are infected, and what R = 1 would have made.

    The people infected at the start count as infections of the step before the first; what R = 1
    makes is the renewal equation's, times the share still susceptible.
    """
    series = np.concatenate([[SEEDS], infections])
    susceptible = 1 - np.cumsum(series) / PEOPLE
    last = int(np.searchsorted(1 - susceptible, LARGEST_ATTACK)) + 1
    pressure = 0.0
    caused = 0.0
    for step in range(1, min(last, len(series))):
        reach = min(step, len(interval))
        earlier = interval[:reach] @ series[step - reach : step][::-1]
        pressure += susceptible[step - 1] * earlier
        caused += series[step]
    return caused, pressure


def reproduction(outbreaks: list[tuple[float, float]]) -> tuple[float, float]:
    """R from several outbreaks, and its standard error: a ratio of sums.

    The mean of single ratios would be too low where most outbreaks die out.
    """
    caused, pressure = np.array(outbreaks, np.float64).T
    r = caused.sum() / pressure.sum()
    error = np.sqrt(((caused - r * pressure) ** 2).sum()) / pressure.sum()
    return float(r), float(error)


def experiment(effort: Effort) -> Iterator[tuple[str, Found]]:
    """Every row of ``published/malloy.toml``."""
    draws = effort.draws(DRAWS, QUICK_DRAWS)
    steps = DAYS * PER_DAY
    interval, _ = generation_interval(
        seir(LATENT_DAYS * PER_DAY, INFECTIOUS_DAYS * PER_DAY), 1.0, tail=1e-6
    )
    for name, r in PHASES.items():
        inputs = jail(np.full(steps, r))
        found = [
            renewed(
                run(inputs, seed=effort.seed, draw=draw).flow[:, 0, 0].astype(np.float64), interval
            )
            for draw in range(draws)
        ]
        value, error = reproduction(found)
        low, high = np.quantile([caused / pressure for caused, pressure in found], (0.05, 0.95))
        note = f"From {draws} outbreaks together; 90 % of single outbreaks in brackets."
        yield f"R/{name}/recovered", Found(value, error, float(low), float(high), note)
    yield from _averted()


def _averted() -> Iterator[tuple[str, Found]]:
    """Infections averted over 83 days, expectations, for three guesses of the phase dates."""
    steps = DAYS * PER_DAY
    numbers = list(PHASES.values())
    as_at_first = _infections(np.full(steps, numbers[0]))
    for name, starts in STARTS.items():
        phase = np.searchsorted(starts, np.arange(steps) / PER_DAY, side="right") - 1
        share = 1 - _infections(np.array(numbers)[phase]) / as_at_first
        yield f"averted/{name}", Found(100 * share)


def _infections(reproduction: Float) -> float:
    inputs = jail(reproduction)
    return float(run(inputs, seed=0, draw=0, mode="mean_field").flow.sum())
