"""Step 3: the force of infection of every setting, from one snapshot of the people.

The formula is that of docs/model.md, section 2.  For role r in setting m:

    F_mr = beta_m c_m (n_m / n_ref)^rho  sum_q K[r, q] J_mq / N_m  +  h_m    per day

J is ``State.infectious_activity``, N ``State.activity_present``, F ``State.force_of_infection``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import (
    NONE,
    has_any,
    lowest_bit,
    natural_index,
    shares_any,
    without_lowest_bit,
)
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.random.counter_based import uniform_of
from thinwalls.engine.random.exact_math import exp_neg, log
from thinwalls.engine.random.gamma_sampler import gamma
from thinwalls.engine.step.event_draws import CONTAGION, event

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import State


_BLOCK = 8
"""Cells that are passed over together when nobody is active in them."""
_SETTINGS_PER_FORCE = 4
"""Cells are looked up through the settings where at most one setting in so many has a force."""


@kernel
def power(base: float, exponent: float) -> float:
    """Power base ** exponent, for base >= 0."""
    never_inlined()
    # The usual exponents need no logarithm.
    if exponent == 0.0:
        return 1.0
    if exponent == 1.0:
        return base
    if base <= 0.0:
        return 0.0 if exponent > 0.0 else np.inf
    value = exponent * log(base)
    return exp_neg(-value) if value <= 0.0 else 1.0 / exp_neg(value)


@kernel
def list_active_cells(plan: Plan, state: State, list_occupied: bool) -> tuple[int, int]:
    """Fill ``state.active_disease_cells`` and, if asked, ``state.occupied_cells``.

    Returns how many cells are in ``state.occupied_cells``, -1 if it was not asked for, and in
    ``state.active_disease_cells``.
    """
    never_inlined()
    stages_held = state.stages_held
    occupied_cells = state.occupied_cells
    active_cells = state.active_disease_cells
    active_stages = plan.graph.active_stages
    n_active = 0
    if list_occupied:
        n_occupied = 0
        for cell in range(stages_held.shape[0]):
            # Without branches: a cell that does not count is written over by the next.
            occupied_cells[n_occupied] = cell
            n_occupied += has_any(stages_held, cell)
            active_cells[n_active] = cell
            n_active += shares_any(stages_held, cell, active_stages)
        return n_occupied, n_active
    for block_start in range(0, stages_held.shape[0], _BLOCK):
        block_end = min(block_start + _BLOCK, stages_held.shape[0])
        # Infection is rare. Most blocks have nobody active, which a few operations on bits show.
        found = NONE
        for cell in range(block_start, block_end):
            for word_index in range(stages_held.shape[1]):
                found |= stages_held[cell, word_index] & active_stages[word_index]
        if found == NONE:
            continue
        for cell in range(block_start, block_end):
            active_cells[n_active] = cell
            n_active += shares_any(stages_held, cell, active_stages)
    return -1, n_active


@kernel
def pressure(
    plan: Plan, state: State, step: int, mean_field: bool, n_occupied: int, n_active: int
) -> int:
    """Fill ``state.force_of_infection`` and ``state.has_force``.

    Returns how many cells are in ``state.occupied_cells``, which is filled when it was not; or -1
    when so few settings have a force that looking up their cells is faster than looking at all.
    """
    never_inlined()
    transmission = plan.mixing.transmission
    multiplier = state.transmission_multiplier
    infectious_activity = state.infectious_activity
    infectious_settings = state.infectious_settings
    activity_present = state.activity_present
    has_force = state.has_force
    _clear_infectious_settings(state)
    n_infectious = _sum_infectious_activity(plan, state, step, mean_field, n_active)
    state.n_infectious_settings[0] = n_infectious
    n_transmitting = 0
    for position in range(n_infectious):
        setting = natural_index(infectious_settings[position])
        activity = 0.0
        for role in range(infectious_activity.shape[1]):
            activity += infectious_activity[setting, role]
        # An external hazard alone needs no count of the people present.
        if activity > 0.0 and transmission[setting] * multiplier[setting] > 0.0:
            # It now waits for N; all others are marked as in need of none.
            has_force[setting] = True
            n_transmitting += 1
        else:
            activity_present[setting, 0] = -1.0
    n_with_force = 0
    for setting in range(has_force.shape[0]):
        n_with_force += has_force[setting]
    # Either way the same products are added in the same order, so the choice changes no bit. A
    # force that is kept needs all cells.
    few_settings = (
        n_with_force * _SETTINGS_PER_FORCE <= has_force.shape[0]
        and not plan.output_plan.keeps_force
    )
    if few_settings:
        n_occupied = -1
    elif n_occupied < 0:
        n_occupied, n_active = list_active_cells(plan, state, True)
    if n_transmitting == 0:
        return n_occupied
    for position in range(n_infectious):
        setting = natural_index(infectious_settings[position])
        if activity_present[setting, 0] >= 0.0:
            for role in range(activity_present.shape[1]):
                activity_present[setting, role] = 0.0
            if few_settings:
                _sum_activity_present_in(plan, state, setting)
    if not few_settings:
        _sum_activity_present(plan, state, n_occupied)
    for position in range(n_infectious):
        if activity_present[natural_index(infectious_settings[position]), 0] >= 0.0:
            _add_force(plan, state, natural_index(infectious_settings[position]))
    return n_occupied


@kernel
def _clear_infectious_settings(state: State) -> None:
    """Make the settings with infectious people of the last step what they are without any."""
    for position in range(state.n_infectious_settings[0]):
        setting = natural_index(state.infectious_settings[position])
        state.activity_present[setting, 0] = -1.0
        state.has_force[setting] = state.external_hazard[setting] > 0.0
        for role in range(state.infectious_activity.shape[1]):
            state.infectious_activity[setting, role] = 0.0
            state.force_of_infection[setting, role] = state.external_hazard[setting]


@kernel
def _sum_activity_present(plan: Plan, state: State, n_occupied: int) -> None:
    """Activity present by role, in all settings with infectious people."""
    never_inlined()
    mixing = plan.mixing
    activity_present = state.activity_present
    for position in range(n_occupied):
        cell = natural_index(state.occupied_cells[position])
        people = state.people_present[cell]
        for row in range(natural_index(mixing.row_start[cell]), mixing.row_start[cell + 1]):
            setting = natural_index(mixing.setting[row])
            # Negative where nobody infects: N would not be used.
            if activity_present[setting, 0] >= 0.0:
                activity_present[setting, natural_index(mixing.role[row])] += (
                    state.presence[row] * people
                )


@kernel
def _sum_activity_present_in(plan: Plan, state: State, setting: int) -> None:
    """Activity present by role in one setting: the same sums in the same order."""
    mixing = plan.mixing
    activity_present = state.activity_present
    last_cell = -1
    for position in range(mixing.attending_start[setting], mixing.attending_start[setting + 1]):
        cell = natural_index(mixing.attending_cell[position])
        # A cell stands there once for each of its rows.
        if cell == last_cell or not has_any(state.stages_held, cell):
            continue
        last_cell = cell
        people = state.people_present[cell]
        for row in range(natural_index(mixing.row_start[cell]), mixing.row_start[cell + 1]):
            if mixing.setting[row] == setting:
                activity_present[setting, natural_index(mixing.role[row])] += (
                    state.presence[row] * people
                )


@kernel
def _add_force(plan: Plan, state: State, setting: int) -> None:
    """Add what the infectious people of a setting do to its force."""
    mixing = plan.mixing
    n_roles = mixing.contact.shape[1]
    force = state.force_of_infection[setting]
    infectious_activity = state.infectious_activity[setting]
    total_present = 0.0
    for role in range(n_roles):
        total_present += state.activity_present[setting, role]
    if total_present <= 0.0:
        return
    # beta_m c_m of docs/model.md, section 2, per day.
    beta = mixing.transmission[setting] * state.transmission_multiplier[setting]
    if mixing.crowding_exponent[setting] != 0.0:
        # A power is dear, and often as many are present as a step ago. The factor depends on that
        # number alone, so the memo gives the same bits.
        if state.crowding_memo[setting, 0] != total_present:
            state.crowding_memo[setting, 0] = total_present
            state.crowding_memo[setting, 1] = power(
                total_present / mixing.reference_present[setting], mixing.crowding_exponent[setting]
            )
        beta *= state.crowding_memo[setting, 1]
    kind = mixing.kind[setting]
    by_role = mixing.normalise_by_role[kind]
    for infectious_role in range(n_roles):
        # N_mq where each role is counted alone, else N_m.
        denominator = state.activity_present[setting, infectious_role] if by_role else total_present
        if infectious_activity[infectious_role] > 0.0 and denominator > 0.0:
            force_per_contact = infectious_activity[infectious_role] * (beta / denominator)
            # The plan has K turned around, [kind, infectious role q, role r], so that r runs
            # innermost.
            contact = mixing.contact[kind, infectious_role]
            for role in range(n_roles):
                # The force began at h_m, set by policies or by _clear_infectious_settings.
                force[role] += contact[role] * force_per_contact


@kernel
def _activity_of_found(plan: Plan, state: State, cell: int) -> float:
    """Sum over the stages of people found of iota_s X_js, times what is in force where they are."""
    never_inlined()
    found_stages = plan.graph.found_stages
    activity = 0.0
    for word_index in range(found_stages.shape[0]):
        word = state.stages_held[cell, word_index] & found_stages[word_index]
        while word != NONE:
            stage = natural_index((word_index << 6) + lowest_bit(word))
            word = without_lowest_bit(word)
            activity += plan.graph.infectiousness[stage] * state.people[cell, stage]
    profile = plan.cells.found_profile[cell]
    if profile >= 0:
        activity *= max(state.profile_in_force[profile], plan.graph.found_least)
    return activity


@kernel
def _varied(activity: float, shape_per_step: float, stream: np.uint64, step: int) -> float:
    """What people of this activity pass on in a step, of which ``activity`` is the mean.

    A Gamma process in the time for which people are contagious: what one person passes on in all
    is Gamma distributed if all are contagious for equally long (docs/model.md, section 2.6).
    """
    never_inlined()
    shape = activity * shape_per_step
    varied = gamma(
        shape,
        uniform_of(stream, step, event(CONTAGION, 0, 0)),
        uniform_of(stream, step, event(CONTAGION, 0, 1)),
        uniform_of(stream, step, event(CONTAGION, 0, 2)),
        uniform_of(stream, step, event(CONTAGION, 0, 3)),
    )
    return varied / shape_per_step


@kernel
def _sum_infectious_activity(
    plan: Plan, state: State, step: int, mean_field: bool, n_active: int
) -> int:
    """Infectious activity by setting and role; returns how many settings have any.

    They are in ``state.infectious_settings``, and their ``state.activity_present`` is no longer
    negative.
    """
    never_inlined()
    mixing = plan.mixing
    stages_held = state.stages_held
    infectious_stages = plan.graph.infectious_stages
    found_stages = plan.graph.found_stages
    infectiousness = plan.graph.infectiousness
    contagion_shape = plan.cells.contagion_shape
    people = state.people
    activity_present = state.activity_present
    n_infectious = 0
    for position in range(n_active):
        cell = natural_index(state.active_disease_cells[position])
        activity = 0.0
        for word_index in range(stages_held.shape[1]):
            word = stages_held[cell, word_index] & infectious_stages[word_index]
            while word != NONE:
                stage = natural_index((word_index << 6) + lowest_bit(word))
                word = without_lowest_bit(word)
                activity += infectiousness[stage] * people[cell, stage]
        if shares_any(stages_held, cell, found_stages):
            activity += _activity_of_found(plan, state, cell)
        if activity <= 0.0:
            continue
        # Now nu_j times the sum over s of iota_s X_js.
        activity *= plan.cells.infectivity[cell]
        if not mean_field and contagion_shape[cell] < np.inf:
            activity = _varied(activity, contagion_shape[cell], state.cell_stream[cell], step)
            if activity <= 0.0:
                continue
        for row in range(natural_index(mixing.row_start[cell]), mixing.row_start[cell + 1]):
            setting = natural_index(mixing.setting[row])
            # The first infectious cell of a setting puts it on the list, once.
            if activity_present[setting, 0] < 0.0:
                activity_present[setting, 0] = 0.0
                state.infectious_settings[n_infectious] = setting
                n_infectious += 1
            state.infectious_activity[setting, natural_index(mixing.role[row])] += (
                state.presence[row] * activity
            )
    return n_infectious
