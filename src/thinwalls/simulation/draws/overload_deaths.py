"""Years that a death costs and deaths that want of beds costs, by the courses of one draw.

With the ages of the people of a course, ``w_a``, and the infection fatality at every age, ``f_a``,
people who die of it have on average

    years(course) = sum_a w_a f_a e_a / sum_a w_a f_a

years ahead of them, ``e_a`` from the life table.  Infection is taken to be even over the ages of a
course, as everywhere in the simulation, and beds to be free.

Someone who is turned away would have been in one of the stages that occupy the resource, with the
chances with which these are entered.  Want of a bed adds

    extra(course, resource) = P(death | turned away) - P(death | bed)
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.common import Float
    from thinwalls.pathogens import Disease
    from thinwalls.results import LifeTable
    from thinwalls.simulation.population.severity_rows import SeverityRow


def years_per_death(
    disease: Disease, courses: Sequence[SeverityRow], ages: Float, table: LifeTable
) -> Float:
    """Mean years of life ahead of the people of each severity row who die of the disease.

    Parameters
    ----------
    disease
        With the values of the draw.
    courses
        [K] kinds of people.
    ages
        [K, 101] people of each kind by year of age; rows sum to 1.
    table
        Years of life left by age.

    Returns
    -------
    NDArray
        [K] years.
    """
    oldest = ages.shape[1] - 1
    # The ages of a course are those of its row.
    kinds = [replace(course.person, age_low=0, age_high=oldest) for course in courses]
    row_of = {kind: row for row, kind in enumerate(dict.fromkeys(kinds))}
    fatality = disease.fatality_by_age(list(row_of))
    dying = ages * fatality[[row_of[kind] for kind in kinds]]
    # A course of which nobody dies has no deaths to count; any number will do.
    dying = np.where(dying.sum(axis=1, keepdims=True) > 0, dying, ages)
    ahead = _remaining(table, oldest)
    return np.asarray(dying @ ahead / dying.sum(axis=1))


@lru_cache(maxsize=8)
def _remaining(table: LifeTable, oldest: int) -> Float:
    return np.array([table.remaining(age + 0.5) for age in range(oldest + 1)])


def deaths_per_turned_away(
    disease: Disease, probability: Float, resources: Sequence[str]
) -> tuple[Float, Float]:
    """Further chance of death of who is turned away, and how many need the resource.

    Parameters
    ----------
    probability
        [K, B] chance of every branch, by course.

    Returns
    -------
    tuple
        [K, resources] each: the chance, and the expected number of needs per infection.
    """
    n, eye = len(disease.stages), np.eye(len(disease.stages))
    steps = np.zeros((len(probability), n, n))
    steps[:, disease.branch_from, disease.branch_to] = probability
    steps[:, disease.index[disease.susceptible]] = 0.0
    dead = np.array([not stage.alive for stage in disease.stages], dtype=np.float64)
    start = eye[disease.index[disease.infected]]
    # v = start + transposed P v: expected visits of every stage by one infection.
    visits = np.linalg.solve(eye - steps.transpose(0, 2, 1), start[:, None])[..., 0]
    # q = dead + P q: chance of death from every stage on.
    dies = np.linalg.solve(eye - steps, dead[:, None])[..., 0]
    extra = np.zeros((len(probability), len(resources)))
    need = np.zeros_like(extra)
    for full, instead in disease.overflow.items():
        stage = disease.index[full]
        resource = disease.stages[stage].resource
        if resource is None:
            continue
        q = resources.index(resource)
        need[:, q] += visits[:, stage]
        extra[:, q] += visits[:, stage] * (dies[:, disease.index[instead]] - dies[:, stage])
    return np.divide(extra, need, out=np.zeros_like(extra), where=need > 0), need
