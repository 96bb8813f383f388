"""Step 2: the force of infection of every setting, from one snapshot of the people.

For role r in setting m: F_mr = beta0_m c_m (n_m / n_ref)^rho  sum_q K[r, q] J_mq / N_m  +  h_m.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.bits import NONE, lowest, without_lowest
from thinwalls.engine.elementary import exp_neg, log
from thinwalls.engine.jit import kernel
from thinwalls.engine.reference import apart

if TYPE_CHECKING:
    from thinwalls.engine.layout import Plan, State


@kernel
def power(base: float, exponent: float) -> float:
    """base ** exponent for base >= 0."""
    apart()
    if exponent == 0.0:
        return 1.0
    if exponent == 1.0:
        return base
    if base <= 0.0:
        return 0.0 if exponent > 0.0 else np.inf
    value = exponent * log(base)
    return exp_neg(-value) if value <= 0.0 else 1.0 / exp_neg(value)


@kernel
def pressure(plan: Plan, state: State) -> None:
    """Fill ``state.force`` and ``state.lit``."""
    apart()
    _sources(plan, state)
    mixing = plan.mixing
    roles = mixing.contact.shape[1]
    present_by_role = state.row_people
    for m in range(mixing.transmission.shape[0]):
        beta = mixing.transmission[m] * state.multiplier[m]
        outside = state.hazard[m]
        source = 0.0
        if beta > 0.0:
            for r in range(roles):
                source += state.source[m, r]
        if source <= 0.0 and outside <= 0.0:
            state.lit[m] = False
            continue
        state.lit[m] = True
        for r in range(roles):
            state.force[m, r] = outside
        if source <= 0.0:
            continue
        for r in range(roles):
            present_by_role[r] = 0.0
        for row in range(mixing.member_start[m], mixing.member_start[m + 1]):
            here = mixing.member_presence[row] * state.present[mixing.member[row]]
            present_by_role[mixing.member_role[row]] += here
        present = 0.0
        for r in range(roles):
            present += present_by_role[r]
        if present <= 0.0:
            continue
        if mixing.exponent[m] != 0.0:
            if state.crowd[m, 0] != present:
                state.crowd[m, 0] = present
                state.crowd[m, 1] = power(present / mixing.reference[m], mixing.exponent[m])
            beta *= state.crowd[m, 1]
        kind = mixing.kind[m]
        by_role = mixing.by_role[kind]
        for q in range(roles):
            infectious = state.source[m, q]
            if infectious <= 0.0:
                continue
            of = present_by_role[q] if by_role else present
            if of <= 0.0:
                continue
            infectious *= beta / of
            for r in range(roles):
                state.force[m, r] += mixing.contact[kind, r, q] * infectious


@kernel
def _sources(plan: Plan, state: State) -> None:
    """Infectious activity by setting and role."""
    apart()
    graph = plan.graph
    mixing = plan.mixing
    state.source[:] = 0.0
    for i in range(state.x.shape[0]):
        activity = 0.0
        for w in range(state.held.shape[1]):
            word = state.held[i, w] & graph.sources[w]
            while word != NONE:
                s = (w << 6) + lowest(word)
                word = without_lowest(word)
                activity += graph.infectiousness[s] * state.x[i, s]
        if activity <= 0.0:
            continue
        activity *= plan.people.infectivity[i]
        for row in range(mixing.start[i], mixing.start[i + 1]):
            state.source[mixing.setting[row], mixing.role[row]] += mixing.presence[row] * activity
