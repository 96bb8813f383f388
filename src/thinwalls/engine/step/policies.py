"""Step 1: what is in force: multipliers, hazards, profiles, triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.step.movement.exits_by_hazard import list_cells_with_exits, update_exits
from thinwalls.engine.step.programmes import update_programme, update_programmes
from thinwalls.engine.step.triggers import list_changed_triggers, multiply_contact, profile_now

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import State


@kernel
def policies(plan: Plan, state: State, step: int) -> None:
    """Bring multipliers, external hazards, profiles and what follows from them up to date."""
    never_inlined()
    schedule = plan.schedule
    period = schedule.period[step]
    day = step // schedule.steps_per_day
    n_changed = 0
    if plan.triggers.threshold.shape[0] > 0 and step % schedule.steps_per_day == 0:
        n_changed = list_changed_triggers(plan, state, day)
        if n_changed > 0:
            multiply_contact(plan, state, day, n_changed)
    # What follows from a period or a trigger is worked out only when one changes.
    if step == 0 or period != schedule.period[step - 1]:
        for setting in range(state.transmission_multiplier.shape[0]):
            state.transmission_multiplier[setting] = (
                schedule.multiplier[period, setting] * state.trigger_multiplier[setting]
            )
            _set_external_hazard(state, setting, schedule.external_hazard[period, setting])
        for profile in range(state.profile_in_force.shape[0]):
            state.profile_in_force[profile] = profile_now(plan, state, period, profile, day)
        for cell in range(state.exit_probability.shape[0]):
            update_exits(plan, state, cell)
        list_cells_with_exits(state)
        update_programmes(plan, state)
    elif n_changed > 0:
        _follow_triggers(plan, state, period, day, n_changed)
    for series in range(schedule.series_setting.shape[0]):
        setting = schedule.series_setting[series]
        # From the start each time: the series of the last step must not stay in the product.
        base = schedule.multiplier[period, setting] * state.trigger_multiplier[setting]
        state.transmission_multiplier[setting] = base * schedule.series_multiplier[step, series]
        _set_external_hazard(
            state,
            setting,
            schedule.external_hazard[period, setting]
            + schedule.series_external_hazard[step, series],
        )


@kernel
def _follow_triggers(plan: Plan, state: State, period: int, day: int, n_changed: int) -> None:
    """Work out what changed triggers act on, and nothing else."""
    never_inlined()
    triggers = plan.triggers
    n_cells = 0
    for position in range(n_changed):
        trigger = state.changed_triggers[position]
        for at in range(triggers.setting_start[trigger], triggers.setting_start[trigger + 1]):
            setting = triggers.setting[at]
            state.transmission_multiplier[setting] = (
                plan.schedule.multiplier[period, setting] * state.trigger_multiplier[setting]
            )
        profile = triggers.profile[trigger]
        if profile >= 0:
            state.profile_in_force[profile] = profile_now(plan, state, period, profile, day)
    # After all profiles, as groups may have rows of several.
    for position in range(n_changed):
        profile = triggers.profile[state.changed_triggers[position]]
        if profile < 0:
            continue
        for at in range(triggers.exit_cell_start[profile], triggers.exit_cell_start[profile + 1]):
            update_exits(plan, state, triggers.exit_cell[at])
            n_cells += 1
        for at in range(triggers.programme_start[profile], triggers.programme_start[profile + 1]):
            update_programme(plan, state, triggers.programme_group[at])
    if n_cells > 0:
        list_cells_with_exits(state)


@inlined
def _set_external_hazard(state: State, setting: int, hazard: float) -> None:
    """Set the external hazard of a setting, and what it is without anybody infectious."""
    state.external_hazard[setting] = hazard
    state.has_force[setting] = hazard > 0.0
    for role in range(state.force_of_infection.shape[1]):
        state.force_of_infection[setting, role] = hazard
