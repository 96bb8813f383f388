"""Step 2: the force of infection of every setting, from one snapshot of the people.

For role r in setting m: F_mr = beta0_m c_m (n_m / n_ref)^rho  sum_q K[r, q] J_mq / N_m  +  h_m.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.bits import NONE, add, any_in, anything, lowest, natural, without_lowest
from thinwalls.engine.elementary import exp_neg, log
from thinwalls.engine.jit import kernel
from thinwalls.engine.reference import apart

if TYPE_CHECKING:
    from thinwalls.engine.layout import Plan, State

_WORTH = 4
"""Cells are looked up through the settings where at most one setting in so many has a force."""


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
def muster(plan: Plan, state: State) -> tuple[int, int]:
    """Fill ``state.living`` and ``state.stirring``; returns how many cells are in each."""
    apart()
    held = state.held
    living = state.living
    stirring = state.stirring
    moving = plan.graph.moving
    n_living = 0
    n_stirring = 0
    for i in range(held.shape[0]):
        living[n_living] = i
        n_living += anything(held, i)
        stirring[n_stirring] = i
        n_stirring += any_in(held, i, moving)
    return n_living, n_stirring


@kernel
def expose(plan: Plan, state: State, n_stirring: int) -> int:
    """Put the cells that :func:`infection` has to look at into ``state.exposed``, in order.

    Returns their number, or -1 when they are so many that looking at all is as fast.
    """
    apart()
    lit = state.lit
    bits = state.exposed_bits
    exposed = state.exposed
    start = plan.mixing.member_start
    member = plan.mixing.member
    n_lit = 0
    for m in range(lit.shape[0]):
        n_lit += lit[m]
    if n_lit * _WORTH > lit.shape[0]:
        return -1
    for m in range(lit.shape[0]):
        if lit[m]:
            for at in range(start[m], start[m + 1]):
                add(bits, 0, member[at])
    for at in range(n_stirring):
        add(bits, 0, state.stirring[at])
    n = 0
    for w in range(bits.shape[1]):
        word = bits[0, w]
        bits[0, w] = NONE
        while word != NONE:
            exposed[n] = (w << 6) + lowest(word)
            word = without_lowest(word)
            n += 1
    return n


@kernel
def pressure(plan: Plan, state: State, n_living: int, n_stirring: int) -> None:
    """Fill ``state.force`` and ``state.lit``."""
    apart()
    _sources(plan, state, n_stirring)
    transmission = plan.mixing.transmission
    multiplier = state.multiplier
    hazard = state.hazard
    sources = state.source
    force = state.force
    here = state.here
    lit = state.lit
    any_lit = False
    for m in range(lit.shape[0]):
        source = 0.0
        for r in range(sources.shape[1]):
            source += sources[m, r]
            force[m, r] = hazard[m]
        active = source > 0.0 and transmission[m] * multiplier[m] > 0.0
        # An external hazard alone needs no count of the people present.
        here[m, 0] = 0.0 if active else -1.0
        lit[m] = active or hazard[m] > 0.0
        any_lit = any_lit or active
    if not any_lit:
        return
    _presence(plan, state, n_living)
    for m in range(lit.shape[0]):
        if here[m, 0] >= 0.0:
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
def _sources(plan: Plan, state: State, n_stirring: int) -> None:
    """Infectious activity by setting and role."""
    apart()
    mixing = plan.mixing
    held = state.held
    sources = plan.graph.sources
    infectiousness = plan.graph.infectiousness
    x = state.x
    state.source[:] = 0.0
    for at in range(n_stirring):
        i = natural(state.stirring[at])
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
