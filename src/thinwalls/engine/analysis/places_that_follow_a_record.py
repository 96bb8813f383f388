"""Places that reproduce a record when nothing couples to them (model page, section 2.3).

The mean field of every place is run forward once.  At each step the hazard that gives exactly the
infections of the record is split: contact within the place supplies as much as a given largest
multiplier allows, an external hazard (introductions) the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.kernel_arrays import floats, indices
from thinwalls.engine.numba_support.tuple_references import by_reference
from thinwalls.engine.plan.stage_graph import graph_of
from thinwalls.engine.random.exact_math import hazard_of
from thinwalls.engine.step.disease.force_of_infection import power

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float, Index
    from thinwalls.engine.contract.inputs import Stages
    from thinwalls.engine.plan.plan_arrays import Graph


_MOST: Final = 1.0 - 2.0**-20
"""Largest share of susceptible people infected in one step."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """What makes each place follow its record; T steps, M places."""

    multiplier: Float
    """[T, M] c_m(t) on the transmission, between 0 and the given cap"""
    hazard_per_day: Float
    """[T, M] external hazard h_m(t)"""
    shortfall: Float
    """[T, M] infections of the record that could not happen, too few people being susceptible"""
    final: Float
    """[M, c, S] people at the end"""

    @property
    def complete(self) -> bool:
        """Whether every infection of the record happens."""
        return not bool(self.shortfall.any())


def track(
    stages: Stages,
    *,
    people: Float,
    severity_row: Index,
    target: Float,
    cap: Float,
    step_days: float,
    transmission: Float,
    exposure: Float,
    presence: Float,
    infectivity: Float,
    crowding_exponent: Float,
    reference_present: Float,
    linear: bool = False,
) -> Tracked:
    """Multipliers and external hazards with which the uncoupled mean field follows a record.

    The mean field of :func:`thinwalls.engine.run` on the same places then has ``target`` new
    infections in every step (to about 1e-9; no hospital may be full).

    Parameters
    ----------
    stages
        The stage graph.
    people
        [M, c, S] people at the start, in c cells of each place.
    severity_row
        [M, c] row of the branch probabilities of each cell.
    target
        [T, M] new infections of a place per step, >= 0.
    cap
        [T, M] largest contact multiplier, >= 0.
    step_days
        Length of a step.
    transmission
        [M] beta0 per day.
    exposure
        [M] susceptibility x activity, the same for all cells of a place.
    presence
        [M, c] weight with which a person adds to J and N.
    infectivity
        [M, c]
    crowding_exponent
        [M]
    reference_present
        [M]
    linear
        As in :class:`thinwalls.engine.Inputs`.

    Raises
    ------
    EngineError
        An array has the wrong shape or a value that cannot be used.
    """
    places, cells, n_stages = people.shape
    steps = target.shape[0]
    shapes: list[tuple[str, NDArray[np.generic], tuple[int, ...]]] = [
        ("people", people, (places, cells, stages.dwell_days.shape[0])),
        ("severity_row", severity_row, (places, cells)),
        ("target", target, (steps, places)),
        ("cap", cap, (steps, places)),
        ("transmission", transmission, (places,)),
        ("exposure", exposure, (places,)),
        ("presence", presence, (places, cells)),
        ("infectivity", infectivity, (places, cells)),
        ("crowding_exponent", crowding_exponent, (places,)),
        ("reference_present", reference_present, (places,)),
    ]
    for name, values, shape in shapes:
        if values.shape != shape:
            raise EngineError(name, "must have shape {shape}", value=values.shape, shape=shape)
        bad = ~(np.isfinite(values) & np.greater_equal(values, 0))
        if bad.any():
            at = tuple(int(i) for i in np.argwhere(bad)[0])
            raise EngineError(name, "must be finite and at least 0", index=at, value=values[at])
    x = np.array(people, np.float64, order="C")
    out = [np.zeros((steps, places)) for _ in range(3)]
    _track(
        graph_of(stages, step_days, linear),
        x,
        indices(severity_row),
        floats(target),
        floats(cap),
        float(step_days),
        floats(transmission),
        floats(exposure),
        floats(presence),
        floats(infectivity),
        floats(crowding_exponent),
        floats(reference_present),
        bool(linear),
        np.zeros(n_stages),
        *out,
    )
    return Tracked(out[0], out[1], out[2], x)


@kernel
def _track(
    graph: Graph,
    x: Float,
    severity_row: Index,
    target: Float,
    cap: Float,
    dt: float,
    transmission: Float,
    exposure: Float,
    presence: Float,
    infectivity: Float,
    exponent: Float,
    reference: Float,
    linear: bool,
    arriving: Float,
    multiplier: Float,
    hazard: Float,
    shortfall: Float,
) -> None:
    """Fill ``multiplier``, ``hazard`` and ``shortfall``; ``x`` ends as the people at the end."""
    stages = by_reference(graph)
    infectiousness = stages.infectiousness
    takes_part = stages.present
    for m in range(x.shape[0]):
        for t in range(target.shape[0]):
            susceptible = 0.0
            present = 0.0
            source = 0.0
            for c in range(x.shape[1]):
                susceptible += x[m, c, stages.susceptible]
                here = 0.0
                infectious = 0.0
                for s in range(x.shape[2]):
                    here += takes_part[s] * x[m, c, s]
                    infectious += infectiousness[s] * x[m, c, s]
                present += presence[m, c] * here
                source += presence[m, c] * infectivity[m, c] * infectious
            wanted = target[t, m]
            share = 0.0
            if wanted > 0.0:
                # All infections of a step as a share of susceptible people; _MOST keeps the hazard
                # finite.
                share = min(wanted / susceptible, _MOST) if susceptible > 0.0 else 0.0
                missing = wanted - share * susceptible
                shortfall[t, m] = missing if missing > 1e-12 * wanted else 0.0
            contact = 0.0
            if source > 0.0 and present > 0.0:
                # beta (n / n_ref)**rho J / N: the force at a multiplier of 1, per day.
                contact = transmission[m] * power(present / reference[m], exponent[m])
                contact *= source / present
            needed = 0.0
            if share > 0.0 and exposure[m] > 0.0:
                # The force for which 1 - exp(-exposure force dt) is that share, per day.
                needed = (share if linear else hazard_of(share)) / (dt * exposure[m])
            # As much as contact may supply; introductions supply the rest.
            inside = cap[t, m] * contact
            if needed <= inside:
                multiplier[t, m] = needed / contact if contact > 0.0 else cap[t, m]
            else:
                multiplier[t, m] = cap[t, m]
                hazard[t, m] = needed - inside
            for c in range(x.shape[1]):
                _advance(stages, x, m, c, severity_row[m, c], share, arriving)


@kernel
def _advance(
    graph: Graph, x: Float, m: int, c: int, severity_row: int, share: float, arriving: Float
) -> None:
    """One step of one cell in expectation."""
    leave = graph.leave_probability
    start = graph.branch_start
    to = graph.branch_to
    for s in range(arriving.shape[0]):
        arriving[s] = 0.0
    newly = share * x[m, c, graph.susceptible]
    for s in range(leave.shape[0]):
        n = x[m, c, s]
        if n <= 0.0 or leave[s] <= 0.0:
            continue
        # The newly infected are spoken for, as in the step of a run.
        if s == graph.susceptible:
            n -= newly
        k = n * leave[s]
        x[m, c, s] -= k
        last = start[s + 1] - 1
        for b in range(start[s], last):
            part = k * graph.branch_share[severity_row, b]
            arriving[to[b]] += part
            # What is left after each way: shares are given none before it.
            k -= part
        arriving[to[last]] += k
    if newly > 0.0:
        x[m, c, graph.susceptible] -= newly
        last = graph.entry.shape[0] - 1
        for at in range(last):
            part = newly * graph.entry_share[severity_row, at]
            arriving[graph.entry[at]] += part
            newly -= part
        arriving[graph.entry[last]] += newly
    for s in range(arriving.shape[0]):
        x[m, c, s] += arriving[s]
