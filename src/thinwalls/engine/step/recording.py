"""Step 11: what is kept of the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.stage_sets import (
    NONE,
    drop_member,
    lowest_bit,
    natural_index,
    without_lowest_bit,
)
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.step.triggers import watch_triggers

if TYPE_CHECKING:
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


@kernel
def keep_outputs(
    plan: Plan, state: State, outputs: Outputs, step: int, n_steps: int, interval: int
) -> None:
    """Add the step to its interval; at the end of an interval, count the people."""
    never_inlined()
    output_plan = plan.output_plan
    steps_per_interval = output_plan.steps_per_interval
    ends = step + 1 == n_steps or (step + 1) % steps_per_interval == 0
    if output_plan.keeps_force:
        for output in range(outputs.force_sum.shape[0]):
            row = output_plan.daily_row[output]
            if row >= 0 and outputs.force_people[output] > 0.0:
                mean_force = outputs.force_sum[output] / outputs.force_people[output]
                outputs.force[interval, row] += state.force_weight[output] * mean_force
            outputs.force_sum[output] = 0.0
            outputs.force_people[output] = 0.0
        if ends:
            for row in range(outputs.force.shape[1]):
                # The mean over steps; the last interval may be a short one.
                outputs.force[interval, row] /= step + 1 - interval * steps_per_interval
    if ends:
        _count_stocks(plan, state, outputs, interval)
    if step + 1 == n_steps:
        _stock_totals(plan, state, outputs)
    if (step + 1) % plan.schedule.steps_per_day == 0:
        watch_triggers(plan, state, outputs, step)


@kernel
def _count_stocks(plan: Plan, state: State, outputs: Outputs, interval: int) -> None:
    """Add up the people of every output by stage, those of every row also by variable."""
    never_inlined()
    output_plan = plan.output_plan
    stock_weight = output_plan.stock_weight
    n_variables = stock_weight.shape[1]
    if n_variables == 0:
        return
    # Arrays are named here, as the compiler would look each up again after every store.
    people = state.people
    stages_held = state.stages_held
    output_stage_people = state.output_stage_people
    row_stage_people = state.row_stage_people
    daily_row = output_plan.daily_row
    stock_order = output_plan.stock_order
    stock_start = output_plan.stock_start
    stock_cell = output_plan.stock_cell
    interval_stock = outputs.stock[interval]
    for word_index in range(stages_held.shape[1]):
        stages = NONE
        for turn in range(stock_order.shape[0]):
            output = natural_index(stock_order[turn])
            for position in range(stock_start[output], stock_start[output + 1]):
                cell = natural_index(stock_cell[natural_index(position)])
                word = stages_held[cell, word_index]
                stages |= word
                while word != NONE:
                    stage = natural_index((word_index << 6) + lowest_bit(word))
                    word = without_lowest_bit(word)
                    count = people[cell, stage]
                    output_stage_people[output, stage] += count
                    row_stage_people[stage] += count
                    if count == 0.0:
                        drop_member(stages_held, cell, stage)
            row = daily_row[output]
            if (
                turn + 1 < stock_order.shape[0]
                and daily_row[natural_index(stock_order[turn + 1])] == row
            ):
                continue
            # The last output of a row: what was added up becomes its variables.
            while stages != NONE:
                stage = natural_index((word_index << 6) + lowest_bit(stages))
                stages = without_lowest_bit(stages)
                count = row_stage_people[stage]
                row_stage_people[stage] = 0.0
                if row >= 0:
                    for variable in range(n_variables):
                        interval_stock[natural_index(row), variable] += (
                            stock_weight[stage, variable] * count
                        )


@kernel
def _stock_totals(plan: Plan, state: State, outputs: Outputs) -> None:
    """At the end of a run: the people counted in all intervals, by variable."""
    never_inlined()
    stock_weight = plan.output_plan.stock_weight
    for output in range(state.output_stage_people.shape[0]):
        for stage in range(state.output_stage_people.shape[1]):
            count = state.output_stage_people[output, stage]
            if count > 0.0:
                for variable in range(stock_weight.shape[1]):
                    outputs.stock_total[output, variable] += stock_weight[stage, variable] * count
