"""Small populations: the stepped engine, the exact run and an independent simulation agree.

Source: Gillespie 1977, J Phys Chem 81:2340-2361 (direct method).  The independent simulation below
shares no code with the package and uses numpy's generator.  Steps are 1/32 day, so that what
remains of their bias is below what 2,000 draws can see.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from support.exact_engine import run_exact
from thinwalls.engine import EngineError, Inputs, run
from thinwalls.evidence.published_results.small_systems import (
    Change,
    Draft,
    Group,
    Plan,
    Pool,
    Way,
    compile_plan,
    seir,
    sir,
    stage_graph,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Float = NDArray[np.float64]

DRAWS = 2000
ENOUGH = 1e-3
"""p-values below this fail; about twenty are looked at."""


def plain_gillespie(
    random: np.random.Generator,
    people: int,
    beta: float,
    latent: float,
    infectious: float,
    look: float,
) -> tuple[int, int]:
    """People ever infected, and infectious at time ``look``, from one infectious person.

    ``latent`` 0 means SIR.
    """
    s, e, i = people - 1, 0, 1
    time = 0.0
    seen = -1
    while e + i > 0:
        infect = beta * s * i / people
        ripen = e / latent if latent > 0 else 0.0
        recover = i / infectious
        total = infect + ripen + recover
        time += random.exponential(1 / total)
        if seen < 0 and time > look:
            seen = i
        u = random.uniform(0, total)
        if u < infect:
            s -= 1
            if latent > 0:
                e += 1
            else:
                i += 1
        elif u < infect + ripen:
            e, i = e - 1, i + 1
        else:
            i -= 1
    return people - s, max(seen, 0)


def outbreak(people: int, beta: float, latent: float, infectious: float, days: int) -> Inputs:
    stages = seir(latent, infectious) if latent > 0 else sir(infectious)
    start = [people - 1, 0, 1, 0] if latent > 0 else [people - 1, 1, 0]
    return compile_plan(Plan(stages, [Group(start)], [Pool(beta)], days, 1 / 32))


def sizes(inputs: Inputs, how: Callable[..., object], look: int, seed: int) -> tuple[Float, Float]:
    """Ever infected, and infectious at the end of day ``look``, of every draw."""
    ever, then = [], []
    people = float(np.asarray(inputs.people).sum())
    for draw in range(DRAWS):
        output = how(inputs, seed=seed, draw=draw)
        ever.append(people - output.final[0, 0])  # type: ignore[attr-defined]
        then.append(output.stock[look - 1, 0, -2])  # type: ignore[attr-defined]
    return np.array(ever), np.array(then)


def same_distribution(a: Float, b: Float) -> float:
    """p-value of a chi-square test of homogeneity over at most twelve classes of values."""
    both = np.concatenate([a, b])
    edges = np.unique(np.quantile(both, np.linspace(0, 1, 13)[1:-1]))
    table = np.array(
        [np.bincount(np.searchsorted(edges, x), minlength=edges.size + 1) for x in (a, b)]
    )
    table = table[:, table.sum(axis=0) >= 10]
    return float(stats.chi2_contingency(table).pvalue)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("people", "r", "latent", "infectious", "look"),
    [
        (30, 1.3, 0.0, 4.0, 6),
        (60, 2.5, 0.0, 4.0, 8),
        (100, 2.0, 2.0, 4.0, 15),
        (200, 1.2, 2.0, 4.0, 20),
    ],
)
def test_three_ways_agree(
    people: int, r: float, latent: float, infectious: float, look: int
) -> None:
    """Distribution of final size and of people infectious on a day, pairwise."""
    beta = r / infectious
    inputs = outbreak(people, beta, latent, infectious, 150)
    random = np.random.default_rng(people)
    plain = np.array(
        [plain_gillespie(random, people, beta, latent, infectious, look) for _ in range(DRAWS)],
        np.float64,
    )
    stepped = sizes(inputs, run, look, seed=5)
    exact = sizes(inputs, run_exact, look, seed=6)
    for which in (0, 1):
        assert same_distribution(exact[which], plain[:, which]) > ENOUGH
        assert same_distribution(stepped[which], plain[:, which]) > ENOUGH
        assert same_distribution(stepped[which], exact[which]) > ENOUGH


def facility(step_days: float) -> Inputs:
    """Detained people and staff, two settings, crowding, isolation, deaths, exits, a lockdown."""
    s, e, i, q, r, d = range(6)
    stages = stage_graph(
        [np.inf, 2.0, 4.0, 6.0, np.inf, np.inf],
        [0, 0, 1, 0.1, 0, 0],
        [(e, i, [1.0]), (i, r, [1.0]), (q, r, [0.8]), (q, d, [0.2])],
        present=[1, 1, 1, 1, 1, 0],
        alive=[True, True, True, True, True, False],
    )
    inputs = compile_plan(
        Plan(
            stages,
            [
                Group([60, 0, 3, 0, 0, 0], [(0, 0, 1.0, 1.0)]),
                Group([20, 0, 0, 0, 0, 0], [(0, 1, 0.4, 0.4), (1, 1, 0.6, 0.6)]),
                Group([40, 0, 0, 0, 0, 0], [(1, 0, 1.0, 1.0)]),
            ],
            [Pool(0.6, 0.7, 70.0), Pool(0.3)],
            30,
            step_days,
            contact=[[[1.0, 0.5], [0.7, 0.3]]],
            ways=[Way(0, 2, 0.03), Way(2, 0, 0.02)],
            changes=[Change(0, i, q, 0.15)],
            flows=[(s, e), (q, d)],
        )
    )
    period = (np.arange(inputs.n_steps) * step_days >= 10).astype(np.int32)
    rates = replace(
        inputs.rates,
        period_of_step=period,
        multiplier=np.array([[1.0, 1.0], [0.4, 1.0]]),
        hazard_per_day=np.array([[0.0, 0.01], [0.0, 0.0]]),
        profile=np.ones((2, 1)),
        capacity=np.zeros((2, 0, 0)),
    )
    return replace(inputs, rates=rates)


@pytest.mark.slow
def test_a_facility_with_everything() -> None:
    """Infections, deaths, moves and stocks by cell: one distribution, stepped or exact."""
    inputs = facility(1 / 32)
    seen: dict[str, list[list[float]]] = {"exact": [], "stepped": []}
    for draw in range(DRAWS):
        for name, output in (
            ("exact", run_exact(inputs, seed=7, draw=draw)),
            ("stepped", run(inputs, seed=8, draw=draw)),
        ):
            seen[name].append(
                [
                    *output.flow.sum(axis=0).ravel(),
                    *output.moved.sum(axis=0)[[0, 2], 0],
                    *output.moved_infected.sum(axis=0)[[0, 2], 0],
                    *output.stock[9, :, :3].ravel(),
                ]
            )
    exact, stepped = np.array(seen["exact"]), np.array(seen["stepped"])
    for column in range(exact.shape[1]):
        if exact[:, column].any() or stepped[:, column].any():
            assert same_distribution(exact[:, column], stepped[:, column]) > ENOUGH / 5


def test_nobody_is_lost_and_counts_add_up() -> None:
    inputs = facility(0.25)
    before = np.asarray(inputs.people).sum()
    for draw in range(50):
        output = run_exact(inputs, seed=1, draw=draw)
        assert output.final.sum() == before
        assert np.all(output.final >= 0)
        assert output.moved.sum() == output.arrived.sum()
        assert np.array_equal(output.stock[-1], output.final)
        infected = output.flow[:, :, 0].sum(axis=0)
        start = np.asarray(inputs.people)[:, 0]
        moved = output.moved.sum(axis=0)[:, 0] - output.moved_infected.sum(axis=0)[:, 0]
        assert infected.sum() == start.sum() - output.final[:, 0].sum()
        assert np.all(moved >= 0)


def test_what_is_not_exact_is_refused() -> None:
    plan = Plan(sir(4.0), [Group([10, 1, 0])], [Pool(0.5)], 10, 0.25)
    with pytest.raises(EngineError, match="linear"):
        run_exact(compile_plan(replace(plan, linear=True)), seed=1, draw=0)
    with pytest.raises(EngineError, match="by number"):
        run_exact(compile_plan(replace(plan, drafts=[Draft([0], 0, 1.0)])), seed=1, draw=0)
    limited = compile_plan(replace(plan, changes=[Change(0, 1, 2, 0.1)]))
    programmes = replace(
        limited.programmes, limit=np.zeros(1, np.int32), limit_people=np.array([3.0])
    )
    with pytest.raises(EngineError, match=r"programmes\.limit"):
        run_exact(replace(limited, programmes=programmes), seed=1, draw=0)
