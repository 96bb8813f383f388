"""Triggers: what they saw, which of them are on, and what they multiply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.stage_sets import (
    NONE,
    lowest_bit,
    natural_index,
    without_lowest_bit,
)
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.random.counter_based import uniform_of
from thinwalls.engine.step.event_draws import TRIGGER, event

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


@kernel
def list_changed_triggers(plan: Plan, state: State, day: int) -> int:
    """Fill ``state.changed_triggers`` with those switched on this day; returns their number."""
    never_inlined()
    n_changed = 0
    # None is on on the first day.
    if day > 0:
        for trigger in range(plan.triggers.threshold.shape[0]):
            state.changed_triggers[n_changed] = trigger
            n_changed += state.trigger_on[trigger, day] != state.trigger_on[trigger, day - 1]
    return n_changed


@kernel
def multiply_contact(plan: Plan, state: State, day: int, n_changed: int) -> None:
    """Multipliers of the settings and rows of attendance that changed triggers act on."""
    never_inlined()
    triggers = plan.triggers
    for position in range(n_changed):
        trigger = state.changed_triggers[position]
        for at in range(triggers.setting_start[trigger], triggers.setting_start[trigger + 1]):
            setting = triggers.setting[at]
            factor = 1.0
            for turn in range(
                triggers.by_setting_start[setting], triggers.by_setting_start[setting + 1]
            ):
                other = triggers.by_setting[turn]
                if state.trigger_on[other, day]:
                    factor *= triggers.setting_factor[other]
            state.trigger_multiplier[setting] = factor
        for at in range(triggers.row_start[trigger], triggers.row_start[trigger + 1]):
            row = triggers.row[at]
            factor = 1.0
            for turn in range(triggers.by_row_start[row], triggers.by_row_start[row + 1]):
                other = triggers.by_row[turn]
                if state.trigger_on[other, day]:
                    factor *= triggers.row_factor[other]
            state.activity[row] = plan.mixing.activity[row] * factor
            state.presence[row] = plan.mixing.presence[row] * factor


@kernel
def profile_now(plan: Plan, state: State, period: int, profile: int, day: int) -> float:
    """A profile as the schedule and the triggers that are on have it."""
    never_inlined()
    triggers = plan.triggers
    value: float = plan.schedule.profile[period, profile]
    for turn in range(triggers.by_profile_start[profile], triggers.by_profile_start[profile + 1]):
        trigger = triggers.by_profile[turn]
        if state.trigger_on[trigger, day]:
            value *= triggers.profile_factor[trigger]
    return value


@kernel
def watch_triggers(plan: Plan, state: State, outputs: Outputs, step: int) -> None:
    """At the end of a day: what triggers saw, and which are on from when to when."""
    never_inlined()
    triggers = plan.triggers
    day = (step + 1) // plan.schedule.steps_per_day - 1
    n_days = state.trigger_on.shape[1]
    for trigger in range(triggers.threshold.shape[0]):
        if state.trigger_on[trigger, day]:
            outputs.trigger_days[trigger] += 1.0
            if triggers.counted_stock >= 0:
                _count_people(plan, state, outputs, trigger)
        is_reached = False
        region = triggers.region[trigger]
        if region >= 0:
            resource = triggers.resource[trigger]
            capacity = plan.schedule.capacity[plan.schedule.period[step], region, resource]
            used = state.resource_in_use[region, resource]
            # Here the threshold is a share of the capacity; for a sum of flows it is a number of
            # people.
            is_reached = used >= triggers.threshold[trigger] * capacity
        else:
            total = 0.0
            for position in range(
                triggers.output_start[trigger], triggers.output_start[trigger + 1]
            ):
                total += outputs.flow_total[triggers.output[position], triggers.variable[trigger]]
            state.trigger_daily_count[trigger, day] = total - state.trigger_total[trigger]
            state.trigger_total[trigger] = total
            window = 0.0
            for past_day in range(max(0, day + 1 - triggers.window_days[trigger]), day + 1):
                window += state.trigger_daily_count[trigger, past_day]
            is_reached = window >= triggers.threshold[trigger]
        if is_reached:
            # A day is judged when it is over, so the next day is the first.
            first_day = day + 1 + triggers.effect_after_days[trigger]
            end = min(first_day + triggers.duration_days[trigger], triggers.until_day[trigger])
            first_day = max(first_day, triggers.from_day[trigger])
            if first_day < min(end, n_days):
                _hold(plan, state, trigger, first_day, min(end, n_days))


@inlined
def _hold(plan: Plan, state: State, trigger: int, first_day: int, end: int) -> None:
    """Let the condition of a trigger hold from a day to another."""
    triggers = plan.triggers
    if not state.trigger_holds[trigger, first_day - 1]:
        state.trigger_began[trigger] = first_day
        state.trigger_taken[trigger] = _is_taken(plan, state, trigger, first_day)
    on_until = end
    if triggers.first_days[trigger] > 0:
        on_until = min(end, state.trigger_began[trigger] + triggers.first_days[trigger])
    for day_on in range(first_day, end):
        state.trigger_holds[trigger, day_on] = True
        if state.trigger_taken[trigger] and day_on < on_until:
            state.trigger_on[trigger, day_on] = True


@kernel
def _is_taken(plan: Plan, state: State, trigger: int, first_day: int) -> bool:
    """Whether a trigger is on this time, by its chance on the first day."""
    never_inlined()
    profile = plan.triggers.chance[trigger]
    if profile < 0:
        return True
    step = first_day * plan.schedule.steps_per_day
    period = plan.schedule.period[min(step, plan.schedule.period.shape[0] - 1)]
    uniform = uniform_of(state.trigger_stream[trigger], step, event(TRIGGER, 0, 0))
    return bool(uniform < plan.schedule.profile[period, profile])


@kernel
def _count_people(plan: Plan, state: State, outputs: Outputs, trigger: int) -> None:
    """Add up the people who are now in the outputs that a trigger watches."""
    never_inlined()
    triggers = plan.triggers
    output_plan = plan.output_plan
    variable = natural_index(triggers.counted_stock)
    for position in range(triggers.output_start[trigger], triggers.output_start[trigger + 1]):
        output = triggers.output[position]
        people = 0.0
        for at in range(output_plan.stock_start[output], output_plan.stock_start[output + 1]):
            cell = output_plan.stock_cell[at]
            for word_index in range(state.stages_held.shape[1]):
                word = state.stages_held[cell, word_index]
                while word != NONE:
                    stage = natural_index((word_index << 6) + lowest_bit(word))
                    word = without_lowest_bit(word)
                    people += output_plan.stock_weight[stage, variable] * state.people[cell, stage]
        outputs.trigger_people[position] += people
