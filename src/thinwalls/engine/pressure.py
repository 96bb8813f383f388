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
    start = mixing.member_start
    member = mixing.member
    member_role = mixing.member_role
    member_presence = mixing.member_presence
    people = state.present
    present_by_role = state.row_people
    for m in range(start.shape[0] - 1):
        force = state.force[m]
        infectious = state.source[m]
        beta = mixing.transmission[m] * state.multiplier[m]
        outside = state.hazard[m]
        source = 0.0
        if beta > 0.0:
            for r in range(roles):
                source += infectious[r]
        if source <= 0.0 and outside <= 0.0:
            state.lit[m] = False
            continue
        state.lit[m] = True
        for r in range(roles):
            force[r] = outside
        if source <= 0.0:
            continue
        for r in range(roles):
            present_by_role[r] = 0.0
        for row in range(start[m], start[m + 1]):
            present_by_role[member_role[row]] += member_presence[row] * people[member[row]]
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
            of = present_by_role[q] if by_role else present
            if infectious[q] > 0.0 and of > 0.0:
                weight = infectious[q] * (beta / of)
                contact = mixing.contact[kind, q]
                for r in range(roles):
                    force[r] += contact[r] * weight


@kernel
def _sources(plan: Plan, state: State) -> None:
    """Infectious activity by setting and role."""
    apart()
    mixing = plan.mixing
    held = state.held
    sources = plan.graph.sources
    infectiousness = plan.graph.infectiousness
    x = state.x
    state.source[:] = 0.0
    for i in range(x.shape[0]):
        activity = 0.0
        for w in range(held.shape[1]):
            word = held[i, w] & sources[w]
            while word != NONE:
                s = (w << 6) + lowest(word)
                word = without_lowest(word)
                activity += infectiousness[s] * x[i, s]
        if activity <= 0.0:
            continue
        activity *= plan.people.infectivity[i]
        for row in range(mixing.start[i], mixing.start[i + 1]):
            state.source[mixing.setting[row], mixing.role[row]] += mixing.presence[row] * activity
