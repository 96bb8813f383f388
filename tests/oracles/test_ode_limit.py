"""The mean field approaches the ordinary differential equations as the step shrinks.

Source: the equations of docs/model.md, sections 2 and 3, in continuous time, integrated
with scipy (DOP853, relative tolerance 1e-11): two groups that meet in two settings, move between
cells, are found and isolated, fall ill and recover, with transmission that depends on crowding.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.integrate import solve_ivp

from thinwalls.engine import run
from thinwalls.evidence.published_results.small_systems import (
    Change,
    Group,
    Plan,
    Pool,
    Way,
    compile_plan,
    stage_graph,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float = NDArray[np.float64]

LATENT, INFECTIOUS, ILL = 3.0, 5.0, 8.0
S, E, I, Q, R, D = range(6)  # noqa: E741
DAYS = 60
BETA = np.array([0.5, 0.3])
RHO = np.array([0.0, 0.6])
REFERENCE = np.array([1.0, 900.0])
ACTIVITY = np.array([[0.7, 0.3], [0.0, 1.0]])
CONTACT = np.array([[1.0, 0.4], [0.8, 1.2]])
INFECTED_SHARE = 0.7
DYING = 0.1
LEAVE, RETURN, FIND = 0.05, 0.02, 0.1
START = np.array([[490.0, 5, 5, 0, 0, 0], [400.0, 0, 0, 0, 0, 0]])
PRESENT = np.array([1.0, 1, 1, 1, 1, 0])
INFECTIOUSNESS = np.array([0, 0, 1.0, 0.2, 0, 0])


def plan(step_days: float) -> Plan:
    stages = stage_graph(
        [np.inf, LATENT, INFECTIOUS, ILL, np.inf, np.inf],
        list(INFECTIOUSNESS),
        [
            (E, I, [INFECTED_SHARE]),
            (E, R, [1 - INFECTED_SHARE]),
            (I, R, [1.0]),
            (Q, R, [1 - DYING]),
            (Q, D, [DYING]),
        ],
        present=list(PRESENT),
        alive=[True, True, True, True, True, False],
    )
    groups = [
        Group(START[i], [(m, i, ACTIVITY[i, m], ACTIVITY[i, m]) for m in (0, 1)]) for i in (0, 1)
    ]
    return Plan(
        stages=stages,
        groups=groups,
        pools=[Pool(BETA[m], RHO[m], REFERENCE[m]) for m in (0, 1)],
        contact=[CONTACT.tolist()],
        days=DAYS,
        step_days=step_days,
        ways=[Way(0, 1, LEAVE), Way(1, 0, RETURN)],
        changes=[Change(0, I, Q, FIND)],
        integer=False,
    )


def derivative(_time: float, flat: Float) -> Float:
    x = flat.reshape(2, 6)
    present = x @ PRESENT
    infectious = x @ INFECTIOUSNESS
    here = ACTIVITY * present[:, None]
    n = here.sum(axis=0)
    beta = BETA * (n / REFERENCE) ** RHO
    source = ACTIVITY * infectious[:, None]
    force = np.array([(ACTIVITY[i] * beta * (CONTACT[i] @ source) / n).sum() for i in (0, 1)])
    out = np.zeros((2, 6))
    infected = force * x[:, S]
    out[:, S] -= infected
    out[:, E] += infected - x[:, E] / LATENT
    out[:, I] += INFECTED_SHARE * x[:, E] / LATENT - x[:, I] / INFECTIOUS
    out[:, R] += (1 - INFECTED_SHARE) * x[:, E] / LATENT + x[:, I] / INFECTIOUS
    out[0, I] -= FIND * x[0, I]
    out[0, Q] += FIND * x[0, I]
    out[:, Q] -= x[:, Q] / ILL
    out[:, R] += (1 - DYING) * x[:, Q] / ILL
    out[:, D] += DYING * x[:, Q] / ILL
    flow = LEAVE * x[0, :D] - RETURN * x[1, :D]
    out[0, :D] -= flow
    out[1, :D] += flow
    return out.ravel()


def test_first_order_and_the_right_limit() -> None:
    """The error halves with the step (order 1); extrapolation leaves an error of second order."""
    solution = solve_ivp(
        derivative, (0, DAYS), START.ravel(), "DOP853", rtol=1e-11, atol=1e-9,
        t_eval=np.arange(1, DAYS + 1),
    )  # fmt: skip
    exact = solution.y.T.reshape(DAYS, 2, 6)
    stocks = [
        run(compile_plan(plan(1 / n)), seed=0, draw=0, mode="mean_field").stock
        for n in (4, 8, 16, 32, 64)
    ]
    errors = np.array([np.abs(stock - exact).max() for stock in stocks])
    order = np.log2(errors[:-1] / errors[1:])
    assert np.all(np.abs(order - 1) < [0.25, 0.12, 0.06, 0.03])
    better = np.array([np.abs(2 * b - a - exact).max() for a, b in pairwise(stocks)])
    assert np.all(np.log2(better[:-1] / better[1:]) > 1.7)
    assert better[-1] < 0.01
