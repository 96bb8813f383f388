"""Step 1: what is in force: multipliers, hazards, profiles, triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.tuple_references import apart
from thinwalls.engine.step.exits_by_hazard import set_exits
from thinwalls.engine.step.programmes import set_programmes

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import State


@kernel
def policies(plan: Plan, state: State, step: int) -> None:
    """Bring ``state.multiplier``, ``hazard``, ``profile`` and the chances up to date."""
    apart()
    schedule = plan.schedule
    period = schedule.period[step]
    changed = step == 0 or period != schedule.period[step - 1]
    n_triggers = plan.signals.threshold.shape[0]
    if n_triggers > 0 and step % plan.ledger.steps_per_day == 0:
        day = step // plan.ledger.steps_per_day
        for q in range(n_triggers):
            before = day > 0 and state.trigger_on[q, day - 1]
            changed = changed or state.trigger_on[q, day] != before
    if changed:
        for m in range(state.multiplier.shape[0]):
            state.multiplier[m] = schedule.multiplier[period, m]
            _press(state, m, schedule.hazard[period, m])
        for column in range(state.profile.shape[0]):
            state.profile[column] = schedule.profile[period, column]
        if n_triggers > 0:
            _apply_triggers(plan, state, step)
        set_exits(plan, state)
        set_programmes(plan, state)
    for z in range(schedule.series_setting.shape[0]):
        m = schedule.series_setting[z]
        base = schedule.multiplier[period, m] * state.setting_trigger[m]
        state.multiplier[m] = base * schedule.series_multiplier[step, z]
        _press(state, m, schedule.hazard[period, m] + schedule.series_hazard[step, z])


@inlined
def _press(state: State, m: int, hazard: float) -> None:
    """Set the external hazard of a setting, and what it is without anybody infectious."""
    state.hazard[m] = hazard
    state.lit[m] = hazard > 0.0
    for r in range(state.force.shape[1]):
        state.force[m, r] = hazard


@kernel
def _apply_triggers(plan: Plan, state: State, step: int) -> None:
    apart()
    signals = plan.signals
    day = step // plan.ledger.steps_per_day
    state.setting_trigger[:] = 1.0
    for q in range(signals.threshold.shape[0]):
        if not state.trigger_on[q, day]:
            continue
        if signals.profile[q] >= 0:
            state.profile[signals.profile[q]] *= signals.factor[q]
        for at in range(signals.setting_start[q], signals.setting_start[q + 1]):
            state.setting_trigger[signals.setting[at]] *= signals.setting_factor[q]
    for m in range(state.multiplier.shape[0]):
        state.multiplier[m] *= state.setting_trigger[m]
