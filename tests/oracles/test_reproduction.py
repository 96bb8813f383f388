"""Reproduction numbers: solved, simulated and recovered from the first generation.

Sources: the next-generation matrix (Diekmann, Heesterbeek and Roberts 2010, J R Soc Interface
7:873-885); the 2 x 2 matrix between two settings is worked out by hand below.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from thinwalls.engine import Inputs, next_generation_R, run
from thinwalls.evidence.published_results.small_systems import (
    Group,
    Plan,
    Pool,
    compile_plan,
    sir,
    stage_graph,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Float = NDArray[np.float64]

INFECTIOUS = 5.0
STEP = 0.125
ACTIVE_DAYS = STEP / -math.expm1(-STEP / INFECTIOUS)
"""mean number of steps in the infectious stage, times their length"""
DRAWS = 4000
S, SEED, INFECTED, R = range(4)
FIRST_GENERATION = stage_graph(
    [np.inf, INFECTIOUS, np.inf, np.inf],
    [0, 1, 0, 0],
    [(SEED, R, [1.0])],
    infected=INFECTED,
)
"""People infected here pass nothing on, so infections are the first generation."""

DETAINED, STAFF = 4_000_000, 1_000_000
CONTACT = [[[1.0, 0.4], [0.7, 0.2]]]
SHARE = 0.5
"""of the day that staff spend in the facility"""


def facility_groups(seeds: Sequence[int]) -> list[Group]:
    return [
        Group([DETAINED - seeds[0], seeds[0], 0, 0], [(0, 0, 1.0, 1.0)]),
        Group([STAFF - seeds[1], seeds[1], 0, 0], [(0, 1, SHARE, SHARE)]),
    ]


def facility(beta: float, seeds: Sequence[int]) -> Inputs:
    return compile_plan(
        Plan(
            FIRST_GENERATION,
            facility_groups(seeds),
            [Pool(beta)],
            60,
            STEP,
            contact=CONTACT,
            every_days=60,
            flows=[(S, INFECTED)],
        )
    )


def facility_matrix(beta: float) -> Float:
    """[i, j] people of group i infected by one of group j, worked out by hand."""
    present = DETAINED + SHARE * STAFF
    activity = np.array([1.0, SHARE])
    people = np.array([DETAINED, STAFF])
    contact = np.array(CONTACT[0])
    takes = (people * activity)[:, None] * contact
    matrix: Float = beta * ACTIVE_DAYS * takes * activity[None, :] / present
    return matrix


def solved_beta(r: float) -> float:
    case = compile_plan(
        Plan(sir(INFECTIOUS), [Group([1, 0, 0], g.attends) for g in facility_groups((0, 0))],
             [Pool(1.0)], 1, STEP, contact=CONTACT)
    )  # fmt: skip
    per_beta = next_generation_R(
        case.stages, case.cells, case.settings, case.attendance,
        np.array([DETAINED, STAFF], np.float64), step_days=STEP,
    )  # fmt: skip
    return r / float(per_beta[0])


def test_solved_by_the_next_generation_matrix() -> None:
    beta = solved_beta(2.5)
    assert max(abs(np.linalg.eigvals(facility_matrix(beta)))) == pytest.approx(2.5, rel=1e-10)


def first_generation(case: Inputs, draws: int) -> tuple[Float, Float]:
    """Mean infections by cell, and their standard errors."""
    found = np.array([run(case, seed=2, draw=draw).flow.sum(axis=(0, 2)) for draw in range(draws)])
    return found.mean(axis=0), found.std(axis=0) / math.sqrt(draws)


@pytest.mark.slow
def test_recovered_from_the_first_generation() -> None:
    """10 people of one group infect, in a large population, 10 columns of the matrix each."""
    beta = solved_beta(2.5)
    columns, errors = zip(
        *(first_generation(facility(beta, seeds), DRAWS) for seeds in ((10, 0), (0, 10))),
        strict=True,
    )
    matrix, error = np.array(columns).T / 10, np.array(errors).T / 10
    assert np.all(np.abs(matrix - facility_matrix(beta)) < 4 * error)
    assert max(abs(np.linalg.eigvals(matrix))) == pytest.approx(2.5, abs=4 * error.sum())


def test_simulated_growth_has_the_solved_number() -> None:
    """Mean-field growth per step g solves R (1 - q) / (g - q) = 1, q the share that stays
    infectious (Euler-Lotka in steps); growth follows the number solved."""
    beta = solved_beta(2.5)
    groups = [
        Group([1e14, 4.0, 0], [(0, 0, 1.0, 1.0)]),
        Group([0.25e14, 1.0, 0], [(0, 1, SHARE, SHARE)]),
    ]
    plan = Plan(sir(INFECTIOUS), groups, [Pool(beta)], 40, STEP, contact=CONTACT, integer=False)
    stock = run(compile_plan(plan), seed=0, draw=0, mode="mean_field").stock[:, :, 1].sum(axis=1)
    growth = (stock[39] / stock[29]) ** (STEP / 10)
    stays = math.exp(-STEP / INFECTIOUS)
    assert (growth - stays) / (1 - stays) == pytest.approx(2.5, rel=1e-6)


@pytest.mark.slow
def test_two_settings_with_staff_between_them() -> None:
    """Facilities A and B share staff who spend half of their shift in each.

    Worked out by hand, per infection acquired in setting n: everybody there is exposed and
    present with weight 1 (detained people) or 1/2 (the W staff), so the infected person is staff
    with probability w_n = (W / 2) / (n_n + W / 2) and detained there with 1 - w_n.  A detained
    person spends all infectious activity in n, a staff member half of it in each facility; of
    b_m D infections per full activity (b transmission, D infectious days) that makes

        T[m, n] = b_m D ((1 - w_n) [m = n] + w_n / 2).
    """
    detained = np.array([3_000_000.0, 1_000_000.0])
    staff = 800_000.0
    beta = np.array([0.4, 0.7])
    w = (staff / 2) / (detained + staff / 2)
    by_hand = np.array(
        [
            [beta[0] * ((1 - w[0]) + w[0] / 2), beta[0] * w[1] / 2],
            [beta[1] * w[0] / 2, beta[1] * ((1 - w[1]) + w[1] / 2)],
        ]
    ) * ACTIVE_DAYS  # fmt: skip
    where = [[(0, 0, 1.0, 1.0)], [(1, 0, 1.0, 1.0)], [(0, 0, 0.5, 0.5), (1, 0, 0.5, 0.5)]]
    people = [*detained, staff]
    per_setting = 100
    found, error = np.zeros((2, 2)), np.zeros((2, 2))
    for n in range(2):
        seeds = [0, 0, round(per_setting * w[n])]
        seeds[n] = per_setting - seeds[2]
        groups = [Group([people[i] - seeds[i], seeds[i], 0, 0], where[i]) for i in range(3)]
        exact_share = np.array([seeds[n], seeds[2]]) / per_setting
        column = by_hand[:, n] + ACTIVE_DAYS * beta * (
            (exact_share[0] - (1 - w[n])) * (np.arange(2) == n) + (exact_share[1] - w[n]) / 2
        )
        for m in range(2):
            pools = [Pool(beta[k] if k == m else 0.0) for k in range(2)]
            plan = Plan(
                FIRST_GENERATION, groups, pools, 60, STEP, every_days=60, flows=[(S, INFECTED)]
            )
            infections = np.array(
                [
                    run(compile_plan(plan), seed=4, draw=draw).flow.sum() / per_setting
                    for draw in range(600)
                ]
            )
            found[m, n] = infections.mean()
            error[m, n] = infections.std() / math.sqrt(600)
            assert abs(found[m, n] - column[m]) < 4 * error[m, n]
    radius = max(abs(np.linalg.eigvals(by_hand)))
    assert max(abs(np.linalg.eigvals(found))) == pytest.approx(radius, abs=4 * error.sum() + 0.02)

    # The same number from the growth of the mean field, started along the leading eigenvector of
    # the matrix between cells, whose other eigenvalues are those of T.
    attends = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    present = attends.T @ people
    between = np.array(people)[:, None] * ((attends * beta / present) @ attends.T) * ACTIVE_DAYS
    values, vectors = np.linalg.eig(between)
    lead = int(np.argmax(values.real))
    assert values[lead].real == pytest.approx(radius, rel=1e-12)
    first = np.abs(vectors[:, lead].real)
    groups = [Group([n * 1e8, first[i], 0], where[i]) for i, n in enumerate(people)]
    plan = Plan(sir(INFECTIOUS), groups, [Pool(b) for b in beta], 20, STEP, integer=False)
    stock = run(compile_plan(plan), seed=0, draw=0, mode="mean_field").stock[:, :, 1].sum(axis=1)
    growth = (stock[19] / stock[9]) ** (STEP / 10)
    stays = math.exp(-STEP / INFECTIOUS)
    assert (growth - stays) / (1 - stays) == pytest.approx(radius, rel=1e-7)


def test_each_setting_by_itself() -> None:
    """The number solved for a setting does not depend on other settings."""
    case = facility(1.0, (0, 0))
    numbers = next_generation_R(
        replace(case.stages, infected=SEED), case.cells, case.settings, case.attendance,
        np.array([DETAINED, STAFF], np.float64), step_days=STEP,
    )  # fmt: skip
    radius = max(abs(np.linalg.eigvals(facility_matrix(1.0))))
    assert numbers[0] == pytest.approx(radius, rel=1e-10)
