"""Chin et al. 2021: dormitory against cell inside one outbreak.

They estimated a hazard ratio of infection in nine California prisons with outbreaks.  Here nine
prisons of their mean size are simulated with dormitory units and cell units that share staff,
yard and meals, and the ratio is estimated from the simulated days as they did from the recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine import activity_days, run, uniforms
from thinwalls.evidence.published_results.compare_with_papers import Effort, Found
from thinwalls.evidence.published_results.estimators import hazard_ratio
from thinwalls.evidence.published_results.small_systems import Group, Plan, Pool, compile_plan, seir
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation import measure_quantities, stream_of_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thinwalls.common import Float


PRISONS = 9
PEOPLE = 2400
"""21,750 people in nine prisons, in whole units."""
UNIT = 100
"""people of a housing unit (assumption)"""
DORMITORY_SHARES = (0.2, 0.8)
"""Share of people in dormitories, uniform over this range (assumption)."""
SEEDS = 5
DAYS = 224
"""1 March to 10 October 2020"""
STEP_DAYS = 0.5
LATENT_DAYS, INFECTIOUS_DAYS = 3.0, 7.0
PATHOGEN = "covid-2020"
SHARED = "mixing.shared_spaces_share"
RATIOS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0)
CELLS_R = (1.5, 2.6)
PUBLISHED = 2.51
DRAWS, QUICK_DRAWS = 100, 20
GRID_DRAWS, QUICK_GRID_DRAWS = 20, 5
OUTBREAK = 0.1
"""Attack that makes a prison one with an outbreak, as theirs were chosen for having one."""


@dataclass(frozen=True, slots=True)
class Prison:
    """One simulated prison."""

    dormitory_r: float
    cells_r: float
    shared: float
    """share of contact that is with everybody"""
    dormitory_share: float


def observed(prison: Prison, seed: int, draw: int) -> tuple[Float, Float]:
    """[days, 2] infections and susceptible people in cells and in dormitories."""
    units = PEOPLE // UNIT
    dormitories = round(units * prison.dormitory_share)
    stages = seir(LATENT_DAYS, INFECTIOUS_DAYS)
    per_r = 1.0 / float(activity_days(stages, STEP_DAYS)[0])
    everybody = units
    groups = []
    for unit in range(units):
        r = prison.dormitory_r if unit < dormitories else prison.cells_r
        first = 1 if unit % (units // SEEDS) == 0 and unit // (units // SEEDS) < SEEDS else 0
        where = [
            (unit, 0, (1 - prison.shared) * r, 1.0),
            (everybody, 0, prison.shared * r, 1.0),
        ]
        groups.append(Group([UNIT - first, 0, first, 0], where))
    plan = Plan(stages, groups, [Pool(per_r)] * (units + 1), DAYS, STEP_DAYS)
    output = run(compile_plan(plan), seed=seed, draw=draw)
    infections = output.flow[:, :, 0].astype(np.float64)
    start = np.array([group.people[0] for group in groups])
    before = start - np.cumsum(infections, axis=0) + infections
    split = [slice(dormitories, None), slice(0, dormitories)]
    return (
        np.stack([infections[:, part].sum(axis=1) for part in split], axis=1),
        np.stack([before[:, part].sum(axis=1) for part in split], axis=1),
    )


def study(prisons: list[Prison], seed: int, draw: int) -> float | None:
    """The hazard ratio over those prisons that have an outbreak; None when none has."""
    events, at_risk = [], []
    for number, prison in enumerate(prisons):
        d, n = observed(prison, seed, draw * PRISONS + number)
        if d.sum() >= OUTBREAK * PEOPLE:
            events.append(d)
            at_risk.append(n)
    if not events:
        return None
    return hazard_ratio(np.concatenate(events), np.concatenate(at_risk))


def _at_random(seed: int, draw: int) -> list[Prison]:
    """Nine prisons: R and mixing of the draw, dormitories of each prison's own."""
    pathogen = load_pathogen(PATHOGEN).parameters
    shared = measure_quantities()[SHARED]
    numbers = uniforms(seed, draw, stream_of_name("chin"), 3 + PRISONS)
    low, high = DORMITORY_SHARES
    return [
        Prison(
            float(pathogen["reproduction_number.dormitory"].quantile(float(numbers[0]))),
            float(pathogen["reproduction_number.cells"].quantile(float(numbers[1]))),
            float(shared.quantile(float(numbers[2]))),
            low + (high - low) * float(numbers[3 + n]),
        )
        for n in range(PRISONS)
    ]


def experiment(effort: Effort) -> Iterator[tuple[str, Found]]:
    """Every row of ``published/chin.toml``."""
    draws = effort.draws(DRAWS, QUICK_DRAWS)
    found = [study(_at_random(effort.seed, draw), effort.seed, draw) for draw in range(draws)]
    ratios = np.array([one for one in found if one is not None])
    low, high = np.quantile(ratios, (0.05, 0.95))
    note = f"Median and 90 % of {draws} studies of {PRISONS} prisons, {len(ratios)} with outbreaks."
    error = float(1.2533 * ratios.std(ddof=1) / np.sqrt(len(ratios)))
    yield (
        "ratio/default priors",
        Found(float(np.median(ratios)), error, float(low), float(high), note),
    )
    mixing = measure_quantities()[SHARED].central
    each = effort.draws(GRID_DRAWS, QUICK_GRID_DRAWS)
    for cells in CELLS_R:
        medians = []
        for ratio in RATIOS:
            prisons = [Prison(cells * ratio, cells, mixing, 0.5)] * PRISONS
            some = [study(prisons, effort.seed, draw) for draw in range(each)]
            here = np.array([one for one in some if one is not None])
            middle = float(np.median(here)) if len(here) else float("nan")
            medians.append(middle)
            ends = np.quantile(here, (0.05, 0.95))
            yield (
                f"hazard ratio/R {cells:g} in cells/rate x {ratio:g}",
                Found(middle, low=float(ends[0]), high=float(ends[1])),
            )
        needed = float(np.interp(PUBLISHED, medians, RATIOS, left=np.nan, right=np.nan))
        yield f"needed/R {cells:g} in cells", Found(needed)
