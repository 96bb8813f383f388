"""Blumberg et al. 2022: what fewer people or less contact does to outbreaks from introductions.

Their steps (preprint 10.1101/2021.07.05.21260043; PLoS Comput Biol 2022;18(7), PMID 35857774):
introductions in a window, the chance that one of them is not contained at 10 cases, the size of an
outbreak by a deterministic SEIR with steps of a fifth of a day, symptomatic cases.  Sizes, peaks
and the chance of a major outbreak are the engine's; the cluster-size sum is theirs and is not a
simulation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.optimize import brentq

from thinwalls.engine import Inputs, activity_days, contagion_shape, run, run_ensemble
from thinwalls.evidence.published_results.compare_with_papers import Effort, Found
from thinwalls.evidence.published_results.small_systems import (
    Group,
    Plan,
    Pool,
    compile_plan,
    seir,
    sir,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


Mechanism = Literal["density", "people", "contact"]
PREVALENCE, CONTACTS, ATTACK, WINDOW_DAYS, DISPERSION = 1e-4, 10, 0.01, 100, 0.2
PEOPLE, LATENT_DAYS, INFECTIOUS_DAYS, STEP_DAYS, SYMPTOMATIC = 1000.0, 3.0, 7.0, 0.2, 0.75
REPRODUCTION = (1.5, 2.0, 3.0, 5.0, 8.0)
LARGEST_CONTAINED = 10
LONGEST_DAYS = 1500


def contained(r: float, k: float = DISPERSION) -> float:
    """Chance that one introduction ends with at most 10 cases (their step 2)."""
    total = 0.0
    for i in range(1, LARGEST_CONTAINED + 1):
        j = i - 1
        log_chance = (
            math.lgamma(j + k * i) - math.lgamma(j + 1) - math.lgamma(k * i)
            + k * i * math.log(k / (r + k)) + j * math.log(r / (r + k))
        )  # fmt: skip
        total += math.exp(log_chance) / i
    return total


@dataclass(frozen=True, slots=True)
class Outbreak:
    """What one setting of the controls gives."""

    chance: float
    """of an outbreak in the window"""
    size: float
    """people ever infected in an outbreak"""
    cases: float
    """expected symptomatic cases in the window"""
    peak: float
    """most infectious people at a time"""
    peak_day: float


def course(
    r: float, cut_people: float, cut_contact: float, exponent: float
) -> tuple[float, float, float]:
    """Final size, peak of infectious people and its day, by the engine's mean field.

    The engine records once a day and they look at every step, so a step stands for a day here.
    """
    people = PEOPLE * (1 - cut_people)
    per_day = 1 / STEP_DAYS
    plan = Plan(
        seir(LATENT_DAYS * per_day, INFECTIOUS_DAYS * per_day),
        [Group([people - 1, 1, 0, 0])],
        [Pool(r / (INFECTIOUS_DAYS * per_day) * (1 - cut_contact), exponent, PEOPLE)],
        LONGEST_DAYS * per_day,
        1.0,
        linear=True,
        integer=False,
    )
    stock = run(compile_plan(plan), seed=0, draw=0, mode="mean_field").stock[:, 0]
    ended = int(np.argmax(stock[:, 1] <= 0.001))
    top = int(stock[:, 2].argmax())
    return float(stock[ended, 3]), float(stock[top, 2]), (top + 1) * STEP_DAYS


def outbreak(r: float, cut: float = 0.0, mechanism: Mechanism = "density") -> Outbreak:
    """Their steps 1 to 5 with a control of strength ``cut``.

    ``density``: fewer people and less contact per head; ``people``: fewer people, contact per head
    as before; ``contact``: less transmission alone.
    """
    fewer = cut if mechanism in ("density", "people") else 0.0
    less_spread = cut if mechanism in ("density", "contact") else 0.0
    introductions = WINDOW_DAYS * PREVALENCE * CONTACTS * PEOPLE * (1 - fewer) * ATTACK
    chance = 1.0 - math.pow(contained(r * (1 - less_spread)), introductions)
    # In the engine a crowding exponent of 1 makes contact per head fall with the people.
    settings = (cut, 0.0, 1.0) if mechanism == "density" else (fewer, less_spread, 0.0)
    size, peak, day = course(r, *settings)
    return Outbreak(chance, size, chance * size * SYMPTOMATIC, peak, day)


MAJOR_PEOPLE, MAJOR_CASES = 2000, 200
MAJOR_INFECTIOUS_DAYS = 5.0
MAJOR_STEP_DAYS, MAJOR_DAYS = 0.25, 200


def closed_form(r: float, k: float) -> float:
    """Chance of a major outbreak with negative binomial offspring: q = (1 + R (1 - q) / k)^-k."""
    return 1 - float(brentq(lambda q: (1 + r * (1 - q) / k) ** -k - q, 0, 1 - 1e-9))


def one_introduction(r: float, step_days: float, days: int) -> Inputs:
    """One infectious person among :data:`MAJOR_PEOPLE`."""
    stages = sir(MAJOR_INFECTIOUS_DAYS)
    beta = r / float(activity_days(stages, step_days)[0])
    start = [MAJOR_PEOPLE - 1, 1, 0]
    return compile_plan(
        Plan(stages, [Group(start)], [Pool(beta)], days, step_days, every_days=days)
    )


def share_major(inputs: Inputs, k: float | None, r: float, *, draws: int, seed: int) -> float:
    """Share of draws with a major outbreak."""
    if k is not None:
        shape = contagion_shape(inputs.stages, np.array([r]), k, step_days=inputs.step_days)
        cells = replace(inputs.cells, contagion_shape_per_day=shape)
        inputs = replace(inputs, cells=cells)
    major = 0
    for _, output in run_ensemble(lambda _: inputs, range(draws), seed=seed, threads=2):
        major += MAJOR_PEOPLE - output.final[0, 0] > MAJOR_CASES
    return float(major) / draws


CUTS: dict[str, tuple[float, Mechanism]] = {
    "density 10 %": (0.1, "density"),
    "density 20 %": (0.2, "density"),
    "density 30 %": (0.3, "density"),
    "density 50 %": (0.5, "density"),
    "people 20 %": (0.2, "people"),
    "contact 20 %": (0.2, "contact"),
}
BRANCHING = (1.5, 2.0, 2.4, 3.0, 5.0, 8.0)
DRAWS, QUICK_DRAWS = 3000, 600


def experiment(effort: Effort) -> Iterator[tuple[str, Found]]:
    """Every row of ``published/blumberg.toml``."""
    for r in REPRODUCTION:
        name = f"R {r:g}"
        base = outbreak(r)
        yield f"base/{name}/P", Found(base.chance)
        yield f"base/{name}/size", Found(base.size)
        yield f"base/{name}/cases", Found(base.cases)
        yield f"base/{name}/peak", Found(base.peak)
        yield f"base/{name}/peak day", Found(base.peak_day)
        for text, (cut, mechanism) in CUTS.items():
            less = outbreak(r, cut, mechanism)
            yield f"reduction/{name}/{text}", Found(1 - less.cases / base.cases)
    detail = outbreak(3.0, 0.2)
    yield "headline", Found(100 * (1 - detail.cases / outbreak(3.0).cases))
    yield "detail/R 3, density 20 %/P", Found(detail.chance)
    yield "detail/R 3, density 20 %/size", Found(detail.size)
    yield "detail/R 3, density 20 %/cases", Found(detail.cases)
    draws = effort.draws(DRAWS, QUICK_DRAWS)
    for r in BRANCHING:
        yield f"closed form/R {r:g}/P", Found(closed_form(r, DISPERSION))
        inputs = one_introduction(r, MAJOR_STEP_DAYS, MAJOR_DAYS)
        share = share_major(inputs, DISPERSION, r, draws=draws, seed=effort.seed)
        error = math.sqrt(share * (1 - share) / draws)
        yield (
            f"simulated/R {r:g}/P",
            Found(share, error, note=f"{draws} draws of one introduction among {MAJOR_PEOPLE}."),
        )
