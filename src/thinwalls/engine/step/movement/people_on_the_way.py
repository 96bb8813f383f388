"""Step 10, and before: people on the way from cell to cell, sent off, counted, arriving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.stage_sets import (
    NONE,
    add_member,
    lowest_bit,
    natural_index,
    without_lowest_bit,
)
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.plan.state import BLOCK_BITS
from thinwalls.engine.random.counter_based import bits_of, first_half, second_half
from thinwalls.engine.step.event_draws import EXIT_ROW, event

if TYPE_CHECKING:
    import numpy as np

    from thinwalls.common import Bool, Float, Small
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State

_LOW_HALF = 2**32 - 1


@inlined
def send_susceptible(
    susceptible_arriving: Float, arrival_blocks: Bool, destination: int, people: float
) -> None:
    """Susceptible people are on their way to a cell."""
    susceptible_arriving[destination] += people
    arrival_blocks[natural_index(destination >> BLOCK_BITS)] = True


@inlined
def send(
    plan: Plan,
    state: State,
    outputs: Outputs,
    interval: int,
    cell: int,
    stage: int,
    destination: int,
    movement: int,
    people: float,
) -> None:
    """People of a stage are on their way from a cell to another, where they arrive at the end."""
    if stage == plan.graph.susceptible:
        send_susceptible(state.susceptible_arriving, state.arrival_blocks, destination, people)
    else:
        before = state.others_arriving[destination, stage]
        state.others_arriving[destination, stage] = before + people
        # Sets say what arrive() has to look at; all else is left alone.
        if before == 0.0:
            add_member(state.stages_arriving, destination, stage)
            add_member(state.arrival_cells, 0, destination)
    if movement >= 0:
        count_movement(plan, outputs, interval, cell, stage, destination, movement, people)


@kernel
def count_movement(
    plan: Plan,
    outputs: Outputs,
    interval: int,
    cell: int,
    stage: int,
    destination: int,
    movement: int,
    people: float,
) -> None:
    """Record people who move."""
    never_inlined()
    daily_row = plan.output_plan.daily_row
    output = plan.cells.output[cell]
    if output >= 0:
        row = daily_row[output]
        is_infected = plan.graph.is_infected[stage]
        outputs.moved_total[output, movement] += people
        if is_infected:
            outputs.moved_infected_total[output, movement] += people
        if row >= 0:
            outputs.moved[interval, row, movement] += people
            if is_infected:
                outputs.moved_infected[interval, row, movement] += people
    output = plan.cells.output[destination]
    if output >= 0:
        outputs.arrived_total[output, movement] += people
        if daily_row[output] >= 0:
            outputs.arrived[interval, daily_row[output], movement] += people


@inlined
def take_out(plan: Plan, state: State, cell: int, stage: int, people: float) -> None:
    """Take people of a stage out of a cell."""
    state.people[cell, stage] -= people
    state.people_present[cell] -= people * plan.graph.present[stage]


@inlined
def alias_destination(alias_table: Small, first: int, count: int, bits: np.int64) -> int:
    """Destination at 32 random bits in a table of equal slots, to within 2**-32 of its share."""
    # Bits above the 32nd are the slot, the others where in the slot.
    slot = bits * count
    row = natural_index(first + int(slot >> 32))
    # Without a branch, which would be mispredicted about every third time.
    return natural_index(
        # Column 0 is the slot's own part, 1 its destination, 2 that of whoever fills it up.
        alias_table[row, natural_index(2 - ((slot & _LOW_HALF) < alias_table[row, 0]))]
    )


@inlined
def scatter_susceptible(
    alias_table: Small,
    first: int,
    count: int,
    stream: np.uint64,
    step: int,
    first_person: int,
    people: float,
    stage: int,
    susceptible_arriving: Float,
    arrival_blocks: Bool,
) -> None:
    """Send susceptible people of a cell with one group of rows, when nobody counts them.

    Every random number serves two people.
    """
    end = first_person + int(people)
    person = first_person
    while person < end:
        # Persons 2 j and 2 j + 1 share the j-th number, a half each.
        bits = bits_of(stream, step, event(EXIT_ROW, stage, person >> 1))
        if person & 1 == 0:
            send_susceptible(
                susceptible_arriving,
                arrival_blocks,
                alias_destination(alias_table, first, count, first_half(bits)),
                1.0,
            )
            person += 1
        if person < end:
            send_susceptible(
                susceptible_arriving,
                arrival_blocks,
                alias_destination(alias_table, first, count, second_half(bits)),
                1.0,
            )
            person += 1


@inlined
def scatter_others(
    alias_table: Small,
    first: int,
    count: int,
    stream: np.uint64,
    step: int,
    first_person: int,
    people: float,
    stage: int,
    state: State,
) -> None:
    """As :func:`scatter_susceptible`, for a stage of those who are not susceptible."""
    others_arriving = state.others_arriving
    stages_arriving = state.stages_arriving
    arrival_cells = state.arrival_cells
    for person in range(first_person, first_person + int(people)):
        bits = bits_of(stream, step, event(EXIT_ROW, stage, person))
        destination = alias_destination(alias_table, first, count, second_half(bits))
        others_arriving[destination, stage] += 1.0
        add_member(stages_arriving, destination, stage)
        add_member(arrival_cells, 0, destination)


@kernel
def arrive(plan: Plan, state: State) -> None:
    """Everybody on the way arrives."""
    never_inlined()
    arrival_cells = state.arrival_cells
    susceptible_arriving = state.susceptible_arriving
    arrival_blocks = state.arrival_blocks
    people = state.people
    people_present = state.people_present
    stages_held = state.stages_held
    susceptible = natural_index(plan.graph.susceptible)
    present = plan.graph.present
    # Blocks of cells for susceptible people, who arrive in many; sets of bits for the others.
    for block in range(arrival_blocks.shape[0]):
        if arrival_blocks[block]:
            arrival_blocks[block] = False
            first_cell = block << BLOCK_BITS
            for cell in range(
                first_cell, min(first_cell + (1 << BLOCK_BITS), susceptible_arriving.shape[0])
            ):
                arrivals = susceptible_arriving[cell]
                if arrivals > 0.0:
                    susceptible_arriving[cell] = 0.0
                    people[cell, susceptible] += arrivals
                    people_present[cell] += arrivals * present[susceptible]
                    add_member(stages_held, cell, susceptible)
    for word_index in range(arrival_cells.shape[1]):
        word = arrival_cells[0, word_index]
        arrival_cells[0, word_index] = NONE
        while word != NONE:
            cell = natural_index((word_index << 6) + lowest_bit(word))
            word = without_lowest_bit(word)
            for stage_word in range(state.stages_arriving.shape[1]):
                stages = state.stages_arriving[cell, stage_word]
                state.stages_arriving[cell, stage_word] = NONE
                state.stages_held[cell, stage_word] |= stages
                while stages != NONE:
                    stage = natural_index((stage_word << 6) + lowest_bit(stages))
                    stages = without_lowest_bit(stages)
                    arrivals = state.others_arriving[cell, stage]
                    state.others_arriving[cell, stage] = 0.0
                    state.people[cell, stage] += arrivals
                    state.people_present[cell] += arrivals * present[stage]
