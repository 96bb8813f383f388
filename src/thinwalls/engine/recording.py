"""Step 8: the record, and triggers that read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.bits import NONE, drop, lowest, without_lowest
from thinwalls.engine.jit import kernel
from thinwalls.engine.reference import apart

if TYPE_CHECKING:
    from thinwalls.engine.layout import Plan, Sheet, State


@kernel
def record(plan: Plan, state: State, sheet: Sheet, step: int, n_steps: int, interval: int) -> None:
    """Add the step to its interval; at the end of an interval, count the people."""
    apart()
    ledger = plan.ledger
    length = ledger.steps
    ends = step + 1 == n_steps or (step + 1) % length == 0
    if ledger.force:
        for o in range(sheet.force_sum.shape[0]):
            row = ledger.daily[o]
            if row >= 0 and sheet.force_people[o] > 0.0:
                mean = sheet.force_sum[o] / sheet.force_people[o]
                sheet.force[interval, row] += state.force_share[o] * mean
            sheet.force_sum[o] = 0.0
            sheet.force_people[o] = 0.0
        if ends:
            for row in range(sheet.force.shape[1]):
                sheet.force[interval, row] /= step + 1 - interval * length
    if ends:
        _stocks(plan, state, sheet, interval)
    if (step + 1) % ledger.steps_per_day == 0:
        _watch(plan, state, sheet, step)


@kernel
def _stocks(plan: Plan, state: State, sheet: Sheet, interval: int) -> None:
    apart()
    ledger = plan.ledger
    start = ledger.stock_start
    if ledger.stock_weight.shape[0] == 0:
        return
    for i in range(state.x.shape[0]):
        output = plan.people.output[i]
        if output < 0:
            continue
        row = ledger.daily[output]
        for w in range(state.held.shape[1]):
            word = state.held[i, w]
            while word != NONE:
                s = (w << 6) + lowest(word)
                word = without_lowest(word)
                n = state.x[i, s]
                if n == 0.0:
                    drop(state.held, i, s)
                    continue
                for at in range(start[s], start[s + 1]):
                    variable = ledger.stock_variable[at]
                    weighted = ledger.stock_weight[at] * n
                    sheet.stock_total[output, variable] += weighted
                    if row >= 0:
                        sheet.stock[interval, row, variable] += weighted


@kernel
def _watch(plan: Plan, state: State, sheet: Sheet, step: int) -> None:
    """At the end of a day: what triggers saw, and which are on from when to when."""
    apart()
    signals = plan.signals
    day = (step + 1) // plan.ledger.steps_per_day - 1
    days = state.trigger_on.shape[1]
    for q in range(signals.threshold.shape[0]):
        reached = False
        region = signals.region[q]
        if region >= 0:
            resource = signals.resource[q]
            capacity = plan.schedule.capacity[plan.schedule.period[step], region, resource]
            used = state.in_use[region, resource]
            reached = used >= signals.threshold[q] * capacity
        else:
            total = 0.0
            for at in range(signals.output_start[q], signals.output_start[q + 1]):
                total += sheet.flow_total[signals.output[at], signals.variable[q]]
            state.trigger_day[q, day] = total - state.trigger_seen[q]
            state.trigger_seen[q] = total
            window = 0.0
            for back in range(max(0, day + 1 - signals.window[q]), day + 1):
                window += state.trigger_day[q, back]
            reached = window >= signals.threshold[q]
        if reached:
            start = day + 1 + signals.delay[q]
            for on in range(start, min(days, start + signals.duration[q])):
                state.trigger_on[q, on] = True
