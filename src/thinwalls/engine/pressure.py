"""Step 2: the force of infection of every setting, from one snapshot of the people.

For role r in setting m: F_mr = beta0_m c_m (n_m / n_ref)^rho  sum_q K[r, q] J_mq / N_m  +  h_m.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.bits import NONE, anything, lowest, natural, without_lowest
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
def muster(plan: Plan, state: State) -> int:
    """Put the cells with people in them into ``state.living``; returns how many they are."""
    apart()
    n_living = 0
    for i in range(state.held.shape[0]):
        state.living[n_living] = i
        n_living += anything(state.held, i)
    return n_living


@kernel
def pressure(plan: Plan, state: State, n_living: int) -> None:
    """Fill ``state.force`` and ``state.lit``."""
    apart()
    _sources(plan, state, n_living)
    mixing = plan.mixing
    roles = mixing.contact.shape[1]
    any_lit = False
    for m in range(state.lit.shape[0]):
        source = 0.0
        if mixing.transmission[m] * state.multiplier[m] > 0.0:
            for r in range(roles):
                source += state.source[m, r]
        # An external hazard alone needs no count of the people present.
        state.here[m, 0] = 0.0 if source > 0.0 else -1.0
        state.lit[m] = source > 0.0 or state.hazard[m] > 0.0
        any_lit = any_lit or source > 0.0
        for r in range(roles):
            state.force[m, r] = state.hazard[m]
    if not any_lit:
        return
    _presence(plan, state, n_living)
    for m in range(state.lit.shape[0]):
        if state.here[m, 0] >= 0.0:
            _force(plan, state, m)


@kernel
def _presence(plan: Plan, state: State, n_living: int) -> None:
    """Activity present by role, in settings with infectious people."""
    apart()
    mixing = plan.mixing
    here = state.here
    for m in range(here.shape[0]):
        if here[m, 0] >= 0.0:
            for r in range(here.shape[1]):
                here[m, r] = 0.0
    for at in range(n_living):
        i = natural(state.living[at])
        people = state.present[i]
        for row in range(natural(mixing.start[i]), mixing.start[i + 1]):
            m = natural(mixing.setting[row])
            if here[m, 0] >= 0.0:
                here[m, natural(mixing.role[row])] += mixing.presence[row] * people


@kernel
def _force(plan: Plan, state: State, m: int) -> None:
    """Add what the infectious people of a setting do to its force."""
    mixing = plan.mixing
    roles = mixing.contact.shape[1]
    force = state.force[m]
    infectious = state.source[m]
    present = 0.0
    for r in range(roles):
        present += state.here[m, r]
    if present <= 0.0:
        return
    beta = mixing.transmission[m] * state.multiplier[m]
    if mixing.exponent[m] != 0.0:
        if state.crowd[m, 0] != present:
            state.crowd[m, 0] = present
            state.crowd[m, 1] = power(present / mixing.reference[m], mixing.exponent[m])
        beta *= state.crowd[m, 1]
    kind = mixing.kind[m]
    by_role = mixing.by_role[kind]
    for q in range(roles):
        of = state.here[m, q] if by_role else present
        if infectious[q] > 0.0 and of > 0.0:
            weight = infectious[q] * (beta / of)
            contact = mixing.contact[kind, q]
            for r in range(roles):
                force[r] += contact[r] * weight


@kernel
def _sources(plan: Plan, state: State, n_living: int) -> None:
    """Infectious activity by setting and role."""
    apart()
    mixing = plan.mixing
    held = state.held
    sources = plan.graph.sources
    infectiousness = plan.graph.infectiousness
    x = state.x
    state.source[:] = 0.0
    for at in range(n_living):
        i = natural(state.living[at])
        activity = 0.0
        for w in range(held.shape[1]):
            word = held[i, w] & sources[w]
            while word != NONE:
                s = natural((w << 6) + lowest(word))
                word = without_lowest(word)
                activity += infectiousness[s] * x[i, s]
        if activity <= 0.0:
            continue
        activity *= plan.people.infectivity[i]
        for row in range(natural(mixing.start[i]), mixing.start[i + 1]):
            state.source[natural(mixing.setting[row]), natural(mixing.role[row])] += (
                mixing.presence[row] * activity
            )
