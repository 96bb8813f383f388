"""What the natural experiment of 2020 averted, when people detained fell by nearly half.

What happened (flows as recorded) against the flows of March going on, with the same measures inside
and the same random numbers.  Twice: in the whole simulation with its usual priors, and in the
reduced model with the parameters fitted to recorded outbreaks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from thinwalls.evidence.hindcast.fit.trajectories import VARIANTS, as_values
from thinwalls.evidence.hindcast.model.measures_inside import (
    HAPPENED,
    measures_of_2020,
    what_happened,
)
from thinwalls.evidence.hindcast.model.reduced_model import RECORDED_DAYS, simulate_outbreaks

if TYPE_CHECKING:
    from collections.abc import Callable

    from thinwalls.evidence.hindcast.model.frame import Frame
    from thinwalls.results import Results
    from thinwalls.system import System

MARCH: Final = "March goes on"
SHOWN: Final = (
    ("detained", "infections"),
    ("detained", "admissions"),
    ("detained", "deaths"),
    ("staff", "infections"),
    ("staff", "deaths"),
    ("residents", "infections"),
    ("residents", "deaths"),
    ("everyone", "infections"),
    ("everyone", "deaths"),
)


def run_simulation(
    system: System, *, draws: int, seed: int, progress: Callable[[int], None] | None = None
) -> Results:
    """What happened and March's flows with the same measures, to 30 September 2020, paired."""
    from thinwalls.pathogens import load_pathogen
    from thinwalls.policy import Scenario
    from thinwalls.simulation import simulate

    return simulate(
        system,
        load_pathogen("covid-2020"),
        [Scenario(MARCH, measures_of_2020()), what_happened()],
        days=RECORDED_DAYS,
        draws=draws,
        seed=seed,
        progress=progress,
    )


def in_simulation(results: Results) -> pd.DataFrame:
    """Averted in the whole simulation, from :func:`run_simulation`.

    Rows of ``group, outcome``, medians ``happened`` and ``march_goes_on``, ``averted`` with
    ``averted_low, averted_high`` (90 %), ``probability`` that anything was averted, and
    ``population`` at risk if March's flows go on.
    """
    from thinwalls.results import compare

    # Against what happened, so that what March's flows add is what was averted.
    table = compare(results, baseline=HAPPENED)
    rows = []
    for group, outcome in SHOWN:
        more = table.row(MARCH, group, outcome)
        base = table.row(HAPPENED, group, outcome)
        rows.append(
            {
                "group": group,
                "outcome": outcome,
                "happened": float(base["median"]),
                "march_goes_on": float(more["median"]),
                "averted": float(more["difference"]),
                "averted_low": float(more["difference_low"]),
                "averted_high": float(more["difference_high"]),
                "probability": float(more["probability_higher"]),
                "population": float(more["population_at_risk"]),
            }
        )
    return pd.DataFrame(rows)


def in_reduced_model(
    frame: Frame,
    posterior: pd.DataFrame,
    *,
    draws: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Infections inside averted, with fitted parameters, paired; one row per variant.

    ``frame`` ends with the record; rows as :func:`in_simulation`, and ``people_end``: people
    detained on 30 September, as it happened and if March's flows had gone on.  ``population``:
    people detained at any time if March's flows go on.
    """
    march = replace(
        frame,
        book_in_factor=np.ones_like(frame.book_in_factor),
        exit_factor=np.ones_like(frame.exit_factor),
    )
    rows: list[dict[str, Any]] = []
    done = 0
    for variant in VARIANTS:
        table = as_values(posterior[posterior["variant"] == variant])
        if not table:
            continue
        infections = np.zeros((2, draws))
        people = np.zeros((2, draws))
        for draw in range(draws):
            for n, one in enumerate((frame, march)):
                simulated = simulate_outbreaks(
                    one,
                    table[draw % len(table)],
                    seed * 1_000_003 + draw,
                    well_mixed=variant == VARIANTS[1],
                )
                infections[n, draw] = simulated.infections.sum()
                people[n, draw] = simulated.people[:, -1].sum()
            done += 1
            if progress is not None:
                progress(done)
        more = infections[1] - infections[0]
        low, middle, high = np.quantile(more, (0.05, 0.5, 0.95))
        rows.append(
            {
                "variant": variant,
                "happened": float(np.median(infections[0])),
                "march_goes_on": float(np.median(infections[1])),
                "averted": float(middle),
                "averted_low": float(low),
                "averted_high": float(high),
                "probability": float((more > 0).mean()),
                "population": float(frame.people.sum() + frame.book_ins.sum() * frame.days),
                "people_end": float(np.median(people[0])),
                "people_end_march": float(np.median(people[1])),
            }
        )
    return pd.DataFrame(rows)
