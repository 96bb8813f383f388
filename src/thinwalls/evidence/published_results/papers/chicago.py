"""Masters et al. 2024: measles in a shelter in Chicago, through the public face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.evidence.published_results.compare_with_papers import Effort, Found
from thinwalls.pathogens import load_pathogen
from thinwalls.policy import load_scenario_set
from thinwalls.simulation import simulate
from thinwalls.system import load_system

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thinwalls.common import Float

SYSTEM, PATHOGEN, SCENARIOS = "chicago-2024", "measles-chicago-2024", "chicago-2024"
DRAWS, QUICK_DRAWS = 2000, 200
BLOCK = 500
"""Draws of one run, so that their days fit into memory; every block has a seed of its own."""
DAYS = 200
"""From 1 February: nearly all outbreaks are over by then."""
SIZES = {"0": (0, 0), "1-9": (1, 9), "10-49": (10, 49), "50-99": (50, 99), "100+": (100, 10**9)}
"""Cases reported after the first one."""
_NORMAL = 1.0
"""Standard errors that the ranks around the median are apart from it."""


def experiment(effort: Effort) -> Iterator[tuple[str, Found]]:
    """Shares of outbreaks by size, and the median day of the last reported case."""
    draws = effort.draws(DRAWS, QUICK_DRAWS)
    further: dict[str, list[Float]] = {}
    last: dict[str, list[Float]] = {}
    for block, first in enumerate(range(0, draws, BLOCK)):
        reported, day = _reported(min(BLOCK, draws - first), effort.seed * 1000 + block)
        for name, by_day in reported.items():
            further.setdefault(name, []).append(by_day.sum(axis=1) - 1.0)
            latest = day[by_day.shape[1] - 1 - np.argmax(by_day[:, ::-1] > 0, axis=1)]
            last.setdefault(name, []).append(latest)
    for name, parts in further.items():
        cases = np.concatenate(parts)
        for size, (low, high) in SIZES.items():
            share = float(np.mean((cases >= low) & (cases <= high)))
            error = float(np.sqrt(share * (1 - share) / draws))
            yield f"share/{name}/{size}", Found(100 * share, 100 * error)
        days = np.sort(np.concatenate(last[name]))
        rank = draws / 2 + np.array([-1.0, 1.0]) * _NORMAL * np.sqrt(draws) / 2
        low_day, high_day = days[np.clip(rank.astype(int), 0, draws - 1)]
        yield f"last/{name}/day", Found(float(np.median(days)), float(high_day - low_day) / 2)


def _reported(draws: int, seed: int) -> tuple[dict[str, Float], Float]:
    """By scenario, cases reported by draw and day; and the days, counted from 1 February 2024."""
    system = load_system(SYSTEM)
    results = simulate(
        system,
        load_pathogen(PATHOGEN),
        load_scenario_set(SCENARIOS),
        days=DAYS,
        draws=draws,
        seed=seed,
    )
    cases = results.dataset["new_reported_cases"].sel(place="all", group="detained")
    dates = pd.DatetimeIndex(cases["date"].to_numpy())
    day = (dates - pd.Timestamp(system.start_date)) / pd.Timedelta(days=1)
    by_scenario = {
        str(name): np.asarray(cases.sel(scenario=name).transpose("draw", "date"), dtype=np.float64)
        for name in cases["scenario"].to_numpy()
    }
    return by_scenario, np.asarray(day, dtype=np.float64)
