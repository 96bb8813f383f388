"""Individual variation in infectiousness: few people infect many, most infect nobody.

With dispersion k, the infections caused by one person are negative binomial with mean R, that is
Poisson with a mean that is Gamma(k) distributed between people (Lloyd-Smith et al. 2005,
"Superspreading and the effect of individual variation on disease emergence", Nature 438:355-359).
Part of that variation is there already, because infectious periods differ.  A Gamma(k) variable is
a Gamma(a) variable times an independent Beta(k, a - k) variable, so people are given a personal
factor with that Beta distribution, a being the shape of the infectious activity of the stage
graph (1 for one exponential stage).  The Beta distribution is replaced by the few classes of its
Gauss-Jacobi quadrature, each a copy of the infected stages: what the branching process knows of
the distribution is a smooth integral over it, which quadrature has to many digits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.contract.inputs import Stages
from thinwalls.engine.plan.stage_graph import graph_of, infected_stages
from thinwalls.engine.random.keyed_uniforms import key_of, uniforms_of
from thinwalls.engine.random.quantile_samplers import binomial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float, Int
    from thinwalls.engine.contract.inputs import Inputs, Programmes


_DIGITS = 12
_STREAM = 0x6B


@dataclass(frozen=True, slots=True)
class Classes:
    """A stage graph with classes of infectiousness.  Class 0 keeps the numbers of the stages."""

    stages: Stages
    of: Int
    """[S'] stage of the original graph that each stage is a copy of"""
    copies: Int
    """[classes, S] number of a stage in each class (stages without classes keep theirs)"""
    probability: Float
    """[classes] share of people"""
    factor: Float
    """[classes] relative infectiousness, mean 1"""

    def collapse(self, people: Float) -> Float:
        """[..., S] people by stage of the original graph, from [..., S']."""
        out = np.zeros((*people.shape[:-1], self.copies.shape[1]))
        np.add.at(out.T, self.of, people.T)
        return out


def activity_shape(
    stages: Stages, step_days: float, severity_row: int, linear: bool = False
) -> float:
    """Shape (1 / squared coefficient of variation) of a person's infectious activity.

    Mean m and second moment q of the activity to come solve, with r = infectiousness x dt and the
    probabilities P of one step, m = r + P m and q = r^2 + 2 r P m + P q.
    """
    graph = graph_of(stages, step_days, linear)
    n = graph.leave_probability.shape[0]
    moves = np.zeros((n, n))
    at = (stages.branch_from.astype(np.int64), stages.branch_to.astype(np.int64))
    np.add.at(moves, at, stages.branch_probability[severity_row])
    moves *= graph.leave_probability[:, None]
    moves[np.arange(n), np.arange(n)] += 1.0 - graph.leave_probability
    infected = infected_stages(stages)
    moves[~infected] = 0.0
    moves[:, ~infected] = 0.0
    reward = np.where(infected, stages.infectiousness, 0.0) * step_days
    # Infected stages are left for good in the end, so I - P can be inverted.
    inverse = np.linalg.inv(np.eye(n) - moves)
    mean = inverse @ reward
    square = inverse @ (reward**2 + 2.0 * reward * (moves @ mean))
    entry = np.array([stages.infected]) if stages.entry is None else stages.entry
    share = (
        np.ones(1) if stages.entry_probability is None else stages.entry_probability[severity_row]
    )
    m = float((share * mean[entry]).sum())
    q = float((share * square[entry]).sum())
    return m * m / (q - m * m)


def with_classes(
    stages: Stages,
    k: float,
    *,
    step_days: float,
    classes: int = 8,
    severity_row: int = 0,
    linear: bool = False,
) -> Classes:
    """A stage graph in which infectiousness differs between people with dispersion k.

    Parameters
    ----------
    stages
        The graph without classes.
    k
        Dispersion, > 0; small = few people cause most infections.
    step_days, linear
        As in :class:`thinwalls.engine.Inputs`.
    classes
        Number of classes; 8 give major-outbreak probabilities to three digits.
    severity_row
        Whose infectious activity the variation refers to.

    Raises
    ------
    EngineError
        K cannot be reached, because infectious periods alone vary more.
    """
    if not (np.isfinite(k) and k > 0):
        raise EngineError("k", "must be above 0", value=k)
    if classes < 1:
        raise EngineError("classes", "must be at least 1", value=classes)
    shape = activity_shape(stages, step_days, severity_row, linear)
    if not k < shape:
        raise EngineError(
            "k",
            "infectious periods alone vary more: must be below {shape}",
            value=k,
            shape=f"{shape:.3g}",
        )
    from scipy.special import roots_jacobi  # 0.3 s, needed here only

    with np.errstate(invalid="ignore"):
        # Weight (1 - x)**(a - k - 1) (1 + x)**(k - 1), which is Beta(k, a - k) at (1 + x) / 2.
        nodes, weights = roots_jacobi(classes, shape - k - 1.0, k - 1.0)
    probability = np.round(weights / weights.sum(), _DIGITS)
    probability /= probability.sum()
    factor = np.round((1.0 + nodes) / 2.0, _DIGITS)
    # The mean is 1 again after rounding: the reproduction number stays.
    factor /= (factor * probability).sum()
    return _copied(stages, probability, factor)


def _copied(stages: Stages, probability: Float, factor: Float) -> Classes:
    n = stages.dwell_days.shape[0]
    classes = probability.shape[0]
    infected = np.flatnonzero(infected_stages(stages))
    copies = np.tile(np.arange(n), (classes, 1))
    for number in range(1, classes):
        copies[number, infected] = n + (number - 1) * infected.size + np.arange(infected.size)
    of = np.concatenate([np.arange(n), np.tile(infected, classes - 1)])
    infectiousness = stages.infectiousness[of].astype(np.float64)
    for number in range(classes):
        infectiousness[copies[number, infected]] *= factor[number]
    inside = np.flatnonzero(np.isin(stages.branch_from, infected))
    branches = np.concatenate([np.arange(stages.branch_from.size), np.tile(inside, classes - 1)])
    number_of = np.concatenate(
        [
            np.zeros(stages.branch_from.size, np.int64),
            np.repeat(np.arange(1, classes), inside.size),
        ]
    )
    entry = np.array([stages.infected], np.int32) if stages.entry is None else stages.entry
    n_severity_rows = stages.branch_probability.shape[0]
    share = (
        np.ones((n_severity_rows, 1))
        if stages.entry_probability is None
        else stages.entry_probability
    )
    overflow = np.where(stages.overflow < 0, stages.overflow, copies[0][stages.overflow])[of]
    expanded = Stages(
        dwell_days=stages.dwell_days[of],
        infectiousness=infectiousness,
        present=stages.present[of],
        alive=stages.alive[of],
        branch_from=copies[number_of, stages.branch_from[branches]].astype(np.int32),
        branch_to=copies[number_of, stages.branch_to[branches]].astype(np.int32),
        branch_probability=stages.branch_probability[:, branches],
        susceptible=stages.susceptible,
        infected=stages.infected,
        resource=stages.resource[of],
        overflow=overflow.astype(np.int32),
        entry=copies[:, entry].ravel().astype(np.int32),
        entry_probability=(probability[None, :, None] * share[:, None, :]).reshape(
            n_severity_rows, -1
        ),
        found=None if stages.found is None else stages.found[of],
        found_least=stages.found_least,
    )
    return Classes(expanded, of, copies, probability, factor)


def with_dispersion(
    inputs: Inputs, k: float, *, seed: int, draw: int, classes: int = 8
) -> tuple[Inputs, Classes]:
    """The same inputs with individual variation in infectiousness of dispersion k.

    People infected at the start are spread over the classes by lot (in expectation when
    ``inputs.people`` is not of integer type).  Rows of programmes are repeated per class, weights
    and records by stage carry over.  ``Output.final`` then has the stages of the expanded graph.

    Raises
    ------
    EngineError
        K cannot be reached, or a programme makes people infectious.
    """
    expansion = with_classes(
        inputs.stages,
        k,
        step_days=inputs.step_days,
        classes=classes,
        linear=inputs.linear,
    )
    infected = infected_stages(inputs.stages)
    of = expansion.of
    record = inputs.outputs
    return replace(
        inputs,
        stages=expansion.stages,
        people=_spread(inputs.people, infected, expansion, seed, draw),
        programmes=_repeated(inputs.programmes, infected, expansion),
        rates=replace(inputs.rates, stage_weight=inputs.rates.stage_weight[:, of]),
        outputs=replace(
            record,
            flow=np.ascontiguousarray(record.flow[:, of][:, :, of]),
            stock=np.ascontiguousarray(record.stock[:, of]),
        ),
    ), expansion


def _spread(
    people: Int, infected: NDArray[np.bool_], classes: Classes, seed: int, draw: int
) -> Int:
    out = np.zeros((people.shape[0], classes.of.shape[0]), people.dtype)
    out[:, : people.shape[1]] = people
    cell, stage = np.nonzero((people != 0) & infected)
    n_classes = classes.probability.shape[0]
    by_lot = np.issubdtype(people.dtype, np.integer)
    u = uniforms_of(key_of(seed, draw), np.uint64(_STREAM), cell.size * n_classes)
    for at, (i, s) in enumerate(zip(cell.tolist(), stage.tolist(), strict=True)):
        left = people[i, s]
        out[i, s] = 0
        rest = 1.0
        for number in range(n_classes):
            share = min(1.0, classes.probability[number] / rest) if rest > 0 else 1.0
            if number == n_classes - 1:
                part = left
            elif by_lot:
                part = binomial(int(left), share, u[at * n_classes + number])
            else:
                part = left * share
            out[i, classes.copies[number, s]] += part
            left -= part
            rest -= classes.probability[number]
    return out


def _repeated(programmes: Programmes, infected: NDArray[np.bool_], classes: Classes) -> Programmes:
    origin, to = programmes.stage_from, programmes.stage_to
    for wrong in np.flatnonzero(~infected[origin] & infected[to]):
        raise EngineError(
            "programmes.stage_to", "infected stage of people who are not", index=int(wrong),
            value=int(to[wrong]),
        )  # fmt: skip
    n_classes = classes.copies.shape[0]
    row = np.concatenate(
        [
            np.arange(origin.size),
            np.tile(np.flatnonzero(infected[origin]), n_classes - 1),
        ]
    ).astype(np.int64)
    repeated = np.count_nonzero(infected[origin])
    number = np.concatenate(
        [np.zeros(origin.size, np.int64), np.repeat(np.arange(1, n_classes), repeated)]
    )
    lengths = np.diff(programmes.cell_start)[row]
    start = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    cells = np.repeat(programmes.cell_start[row] - start[:-1], lengths) + np.arange(start[-1])
    return replace(
        programmes,
        cell_start=start,
        cell=programmes.cell[cells],
        stage_from=classes.copies[number, origin[row]].astype(np.int32),
        stage_to=classes.copies[number, to[row]].astype(np.int32),
        hazard_per_day=programmes.hazard_per_day[row],
        profile=programmes.profile[row],
        limit=programmes.limit[row],
    )
