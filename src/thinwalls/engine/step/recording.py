"""Step 8: the record, and triggers that read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import NONE, drop, lowest, natural, without_lowest
from thinwalls.engine.numba_support.tuple_references import apart

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Sheet, State


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
    if step + 1 == n_steps:
        _stock_totals(plan, state, sheet)
    if (step + 1) % ledger.steps_per_day == 0:
        _watch(plan, state, sheet, step)


@kernel
def _stocks(plan: Plan, state: State, sheet: Sheet, interval: int) -> None:
    """Add up the people of every output by stage, those of every row also by variable."""
    apart()
    ledger = plan.ledger
    weight = ledger.stock
    variables = weight.shape[1]
    if variables == 0:
        return
    # Arrays are named here, as the compiler would look each up again after every store.
    x = state.x
    held = state.held
    counted = state.counted
    in_row = state.stage_people
    daily = ledger.daily
    order = ledger.stock_order
    start = ledger.stock_start
    cell = ledger.stock_cell
    counts = sheet.stock[interval]
    for w in range(held.shape[1]):
        stages = NONE
        for turn in range(order.shape[0]):
            output = natural(order[turn])
            for at in range(start[output], start[output + 1]):
                i = natural(cell[natural(at)])
                word = held[i, w]
                stages |= word
                while word != NONE:
                    s = natural((w << 6) + lowest(word))
                    word = without_lowest(word)
                    n = x[i, s]
                    counted[output, s] += n
                    in_row[s] += n
                    if n == 0.0:
                        drop(held, i, s)
            row = daily[output]
            if turn + 1 < order.shape[0] and daily[natural(order[turn + 1])] == row:
                continue
            while stages != NONE:
                s = natural((w << 6) + lowest(stages))
                stages = without_lowest(stages)
                n = in_row[s]
                in_row[s] = 0.0
                if row >= 0:
                    for v in range(variables):
                        counts[natural(row), v] += weight[s, v] * n


@kernel
def _stock_totals(plan: Plan, state: State, sheet: Sheet) -> None:
    """At the end of a run: the people counted in all intervals, by variable."""
    apart()
    weight = plan.ledger.stock
    for output in range(state.counted.shape[0]):
        for s in range(state.counted.shape[1]):
            n = state.counted[output, s]
            if n > 0.0:
                for v in range(weight.shape[1]):
                    sheet.stock_total[output, v] += weight[s, v] * n


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
