"""Step 2: the force of infection of every setting, from one snapshot of the people.

For role r in setting m: F_mr = beta0_m c_m (n_m / n_ref)^rho  sum_q K[r, q] J_mq / N_m  +  h_m.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import (
    NONE,
    add,
    any_in,
    anything,
    drop,
    holds,
    lowest,
    natural,
    without_lowest,
)
from thinwalls.engine.numba_support.tuple_references import apart
from thinwalls.engine.random.counter_based import uniform_of
from thinwalls.engine.random.exact_math import exp_neg, log
from thinwalls.engine.step.event_draws import (
    INFECTION,
    chance,
    count_lot,
    event,
    hazard_behind,
    put,
)

if TYPE_CHECKING:
    from thinwalls.common import Key
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Sheet, State

_BLOCK = 8
"""Cells that are passed over together when nothing stirs in them."""
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
def muster(plan: Plan, state: State, all_living: bool) -> tuple[int, int]:
    """Fill ``state.stirring`` and, if asked, ``state.living``.

    Returns how many cells are in ``state.living``, -1 if it was not asked for, and in
    ``state.stirring``.
    """
    apart()
    held = state.held
    living = state.living
    stirring = state.stirring
    moving = plan.graph.moving
    n_stirring = 0
    if all_living:
        n_living = 0
        for i in range(held.shape[0]):
            living[n_living] = i
            n_living += anything(held, i)
            stirring[n_stirring] = i
            n_stirring += any_in(held, i, moving)
        return n_living, n_stirring
    for begin in range(0, held.shape[0], _BLOCK):
        end = min(begin + _BLOCK, held.shape[0])
        found = NONE
        for i in range(begin, end):
            for w in range(held.shape[1]):
                found |= held[i, w] & moving[w]
        if found == NONE:
            continue
        for i in range(begin, end):
            stirring[n_stirring] = i
            n_stirring += any_in(held, i, moving)
    return -1, n_stirring


@kernel
def expose(plan: Plan, state: State, n_stirring: int) -> int:
    """Put the cells that :func:`infection` has to look at into ``state.exposed``, in order.

    Returns their number.
    """
    apart()
    lit = state.lit
    bits = state.exposed_bits
    exposed = state.exposed
    start = plan.mixing.member_start
    member = plan.mixing.member
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
def pressure(plan: Plan, state: State, n_living: int, n_stirring: int) -> int:
    """Fill ``state.force`` and ``state.lit``.

    Returns how many cells are in ``state.living``, which is filled when it was not; or -1 when so
    few settings have a force that looking up their cells is faster than looking at all.
    """
    apart()
    transmission = plan.mixing.transmission
    multiplier = state.multiplier
    sources = state.source
    sourced = state.sourced
    here = state.here
    lit = state.lit
    _calm(state)
    n_sourced = _sources(plan, state, n_stirring)
    state.n_sourced[0] = n_sourced
    n_active = 0
    for at in range(n_sourced):
        m = natural(sourced[at])
        source = 0.0
        for r in range(sources.shape[1]):
            source += sources[m, r]
        # An external hazard alone needs no count of the people present.
        if source > 0.0 and transmission[m] * multiplier[m] > 0.0:
            lit[m] = True
            n_active += 1
        else:
            here[m, 0] = -1.0
    n_lit = 0
    for m in range(lit.shape[0]):
        n_lit += lit[m]
    few = n_lit * _WORTH <= lit.shape[0] and not plan.ledger.force
    if few:
        n_living = -1
    elif n_living < 0:
        n_living, n_stirring = muster(plan, state, True)
    if n_active == 0:
        return n_living
    for at in range(n_sourced):
        m = natural(sourced[at])
        if here[m, 0] >= 0.0:
            for r in range(here.shape[1]):
                here[m, r] = 0.0
            if few:
                _presence_in(plan, state, m)
    if not few:
        _presence(plan, state, n_living)
    for at in range(n_sourced):
        if here[natural(sourced[at]), 0] >= 0.0:
            _force(plan, state, natural(sourced[at]))
    return n_living


@kernel
def _calm(state: State) -> None:
    """Make the settings with infectious people of the last step what they are without any."""
    for at in range(state.n_sourced[0]):
        m = natural(state.sourced[at])
        state.here[m, 0] = -1.0
        state.lit[m] = state.hazard[m] > 0.0
        for r in range(state.source.shape[1]):
            state.source[m, r] = 0.0
            state.force[m, r] = state.hazard[m]


@kernel
def _presence(plan: Plan, state: State, n_living: int) -> None:
    """Activity present by role, in all settings with infectious people."""
    apart()
    mixing = plan.mixing
    here = state.here
    for at in range(n_living):
        i = natural(state.living[at])
        people = state.present[i]
        for row in range(natural(mixing.start[i]), mixing.start[i + 1]):
            m = natural(mixing.setting[row])
            if here[m, 0] >= 0.0:
                here[m, natural(mixing.role[row])] += mixing.presence[row] * people


@kernel
def _presence_in(plan: Plan, state: State, m: int) -> None:
    """Activity present by role in one setting: the same sums in the same order."""
    mixing = plan.mixing
    here = state.here
    last = -1
    for at in range(mixing.member_start[m], mixing.member_start[m + 1]):
        i = natural(mixing.member[at])
        # A cell stands there once for each of its rows.
        if i == last or not anything(state.held, i):
            continue
        last = i
        people = state.present[i]
        for row in range(natural(mixing.start[i]), mixing.start[i + 1]):
            if mixing.setting[row] == m:
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
def _sources(plan: Plan, state: State, n_stirring: int) -> int:
    """Infectious activity by setting and role; returns how many settings have any.

    They are in ``state.sourced``, and their ``state.here`` is no longer negative.
    """
    apart()
    mixing = plan.mixing
    held = state.held
    sources = plan.graph.sources
    infectiousness = plan.graph.infectiousness
    x = state.x
    here = state.here
    n = 0
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
            m = natural(mixing.setting[row])
            if here[m, 0] < 0.0:
                here[m, 0] = 0.0
                state.sourced[n] = m
                n += 1
            state.source[m, natural(mixing.role[row])] += mixing.presence[row] * activity
    return n


_NOBODY = 1e-9
"""Weight of a cell without susceptible people in the mean force of infection of its row."""


@kernel
def infection(
    plan: Plan,
    state: State,
    sheet: Sheet,
    streams: Key,
    step: int,
    mean: bool,
    n_living: int,
    n_stirring: int,
) -> int:
    """Draw the newly infected of every cell into ``state.infected``; nobody moves yet.

    Returns the number of cells in ``state.active``.
    """
    apart()
    susceptibility = plan.people.susceptibility
    output = plan.people.output
    start = plan.mixing.start
    setting = plan.mixing.setting
    role = plan.mixing.role
    exposure = plan.mixing.activity
    moving = plan.graph.moving
    susceptible = plan.graph.susceptible
    dt = plan.ledger.step_days
    recorded = plan.ledger.force
    x = state.x
    held = state.held
    lit = state.lit
    pressed = state.force
    linear = plan.ledger.linear
    most = state.lot_cell.shape[0]
    size = 0
    n_active = 0
    looked_at = state.living
    n_looked_at = n_living
    if n_living < 0:
        looked_at = state.exposed
        n_looked_at = expose(plan, state, n_stirring)
    for at in range(n_looked_at):
        i = natural(looked_at[at])
        force = 0.0
        for row in range(natural(start[i]), start[i + 1]):
            m = natural(setting[row])
            if lit[m]:
                force += exposure[row] * pressed[m, natural(role[row])]
        newly = 0.0
        drawn = False
        if force > 0.0 or recorded:
            force *= susceptibility[i]
            n = 0.0
            if holds(held, i, susceptible):
                n = x[i, susceptible]
                if n <= 0.0:
                    drop(held, i, susceptible)
            if recorded and output[i] >= 0:
                weight = max(n, 0.0) + _NOBODY
                sheet.force_people[output[i]] += weight
                sheet.force_sum[output[i]] += weight * force
            if force > 0.0 and n > 0.0:
                hazard = force * dt
                if mean:
                    newly = n * chance(hazard, linear)
                else:
                    u = uniform_of(streams[i], step, event(INFECTION, 0, 0))
                    # Mostly nobody is infected, which needs no exponential.
                    if linear or u >= 1.0 - n * hazard:
                        p = chance(hazard, linear)
                        put(state, size, i, susceptible, n, p, hazard_behind(p, hazard, linear), u)
                        size += 1
                        drawn = True
        state.infected[i] = newly
        if size == most:
            _count_infected(state, size)
            size = 0
        state.active[n_active] = i
        n_active += drawn or newly > 0.0 or any_in(held, i, moving)
    _count_infected(state, size)
    return n_active


@kernel
def _count_infected(state: State, size: int) -> None:
    """How many of the lot are infected."""
    apart()
    count_lot(state, size)
    for j in range(size):
        state.infected[state.lot_cell[j]] = state.lot[4, j]
