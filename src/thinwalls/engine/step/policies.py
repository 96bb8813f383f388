"""Step 1: what is in force: multipliers, hazards, profiles, triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.step.movement.exits_by_hazard import update_exits
from thinwalls.engine.step.programmes import update_programmes

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import State


@kernel
def policies(plan: Plan, state: State, step: int) -> None:
    """Bring multipliers, external hazards, profiles and what follows from them up to date."""
    never_inlined()
    schedule = plan.schedule
    period = schedule.period[step]
    changed = step == 0 or period != schedule.period[step - 1]
    n_triggers = plan.triggers.threshold.shape[0]
    if n_triggers > 0 and step % plan.schedule.steps_per_day == 0:
        day = step // plan.schedule.steps_per_day
        for trigger in range(n_triggers):
            before = day > 0 and state.trigger_on[trigger, day - 1]
            changed = changed or state.trigger_on[trigger, day] != before
    # What follows from a period or a trigger is worked out only when one changes.
    if changed:
        for setting in range(state.transmission_multiplier.shape[0]):
            state.transmission_multiplier[setting] = schedule.multiplier[period, setting]
            _set_external_hazard(state, setting, schedule.external_hazard[period, setting])
        for profile in range(state.profile_in_force.shape[0]):
            state.profile_in_force[profile] = schedule.profile[period, profile]
        if n_triggers > 0:
            _apply_triggers(plan, state, step)
        update_exits(plan, state)
        update_programmes(plan, state)
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


@inlined
def _set_external_hazard(state: State, setting: int, hazard: float) -> None:
    """Set the external hazard of a setting, and what it is without anybody infectious."""
    state.external_hazard[setting] = hazard
    state.has_force[setting] = hazard > 0.0
    for role in range(state.force_of_infection.shape[1]):
        state.force_of_infection[setting, role] = hazard


@kernel
def _apply_triggers(plan: Plan, state: State, step: int) -> None:
    never_inlined()
    triggers = plan.triggers
    day = step // plan.schedule.steps_per_day
    state.trigger_multiplier[:] = 1.0
    for trigger in range(triggers.threshold.shape[0]):
        if not state.trigger_on[trigger, day]:
            continue
        if triggers.profile[trigger] >= 0:
            state.profile_in_force[triggers.profile[trigger]] *= triggers.profile_factor[trigger]
        for position in range(triggers.setting_start[trigger], triggers.setting_start[trigger + 1]):
            state.trigger_multiplier[triggers.setting[position]] *= triggers.setting_factor[trigger]
    for setting in range(state.transmission_multiplier.shape[0]):
        state.transmission_multiplier[setting] *= state.trigger_multiplier[setting]
