"""The 14 prisons of Leibowitz et al. through the public face: single cells and county cases.

The facilities have the packaged people, staff, flows and counties; only where people sleep is dealt
out by lot, because it was not published by prison.  Crowding cannot be looked at this way: it is
relative to a facility's own first day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import RunError
from thinwalls.evidence.published_results.estimators import poisson_regression
from thinwalls.pathogens import load_pathogen
from thinwalls.policy import Scenario
from thinwalls.simulation import simulate

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.system import System


@dataclass(frozen=True, slots=True)
class Study:
    """Incidence rate ratios of one simulated study through the public face."""

    single: float
    county: float


def studies(
    system: System, incidence: Float, first: str, weeks: int, draws: int, seed: int
) -> list[Study]:
    """One study per draw of a system in which single cells are dealt out by lot.

    Parameters
    ----------
    system
        The prisons alone.
    incidence
        [prisons, weeks] recorded county cases per 10 and 100,000 person-weeks.
    first, weeks
        First day and length.
    """
    table = system.facilities.copy()
    single = np.random.default_rng(seed).permutation(np.linspace(0.0, 1.0, len(table)))
    table["dormitory_share"] = 1.0 - single
    ids = [str(name) for name in table.index]
    results = simulate(
        system.replaced(facilities=table),
        load_pathogen("covid-2020"),
        [Scenario("nothing changes")],
        start=first,
        days=7 * weeks,
        draws=draws,
        seed=seed,
        places=ids,
    )
    here = results.dataset.sel(scenario="nothing changes", group="detained", place=ids)
    daily = here["new_infections"].transpose("draw", "place", "date").to_numpy()
    weekly = daily.astype(np.float64).reshape(draws, len(ids), weeks, 7).sum(axis=3)
    people = here["people"].transpose("draw", "place", "date").to_numpy().astype(np.float64)
    held = np.maximum(people.reshape(draws, len(ids), weeks, 7).mean(axis=3), 1.0)
    covariates = np.column_stack([np.repeat(10 * single, weeks), incidence.ravel()])
    out = []
    for cases, exposure in zip(weekly, held, strict=True):
        try:
            found = np.exp(poisson_regression(cases.ravel(), covariates, exposure.ravel()))
        except RunError:
            continue
        out.append(Study(float(found[1]), float(found[2])))
    return out
