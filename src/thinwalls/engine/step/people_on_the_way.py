"""People on the way from cell to cell: sent off, counted, and there at the end of the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import inlined, kernel
from thinwalls.engine.numba_support.stage_sets import NONE, add, lowest, natural, without_lowest
from thinwalls.engine.numba_support.tuple_references import apart
from thinwalls.engine.plan.state import BLOCK_BITS
from thinwalls.engine.random.counter_based import bits_of, first_half, second_half
from thinwalls.engine.step.event_draws import EXIT_ROW, event

if TYPE_CHECKING:
    import numpy as np

    from thinwalls.common import Bool, Float, Small
    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Sheet, State

_HALF = 2**32 - 1


@inlined
def expect(coming: Float, near: Bool, to: int, n: float) -> None:
    """Susceptible people are on their way to a cell."""
    coming[to] += n
    near[natural(to >> BLOCK_BITS)] = True


@inlined
def send(
    plan: Plan,
    state: State,
    sheet: Sheet,
    interval: int,
    i: int,
    s: int,
    to: int,
    movement: int,
    n: float,
) -> None:
    """People of a stage are on their way from a cell to another, where they arrive at the end."""
    if s == plan.graph.susceptible:
        expect(state.coming, state.near, to, n)
    else:
        before = state.arriving[to, s]
        state.arriving[to, s] = before + n
        if before == 0.0:
            add(state.bound, to, s)
            add(state.reached, 0, to)
    if movement >= 0:
        _count(plan, sheet, interval, i, s, to, movement, n)


@kernel
def _count(
    plan: Plan, sheet: Sheet, interval: int, i: int, s: int, to: int, movement: int, n: float
) -> None:
    """Record people who move."""
    apart()
    daily = plan.ledger.daily
    output = plan.people.output[i]
    if output >= 0:
        row = daily[output]
        infected = plan.graph.infected[s]
        sheet.moved_total[output, movement] += n
        if infected:
            sheet.moved_infected_total[output, movement] += n
        if row >= 0:
            sheet.moved[interval, row, movement] += n
            if infected:
                sheet.moved_infected[interval, row, movement] += n
    output = plan.people.output[to]
    if output >= 0:
        sheet.arrived_total[output, movement] += n
        if daily[output] >= 0:
            sheet.arrived[interval, daily[output], movement] += n


@inlined
def remove(plan: Plan, state: State, i: int, s: int, n: float) -> None:
    """Take people of a stage out of a cell."""
    state.x[i, s] -= n
    state.present[i] -= n * plan.graph.present[s]


@inlined
def destination(alias: Small, first: int, count: int, bits: np.int64) -> int:
    """Destination at 32 random bits in a table of equal slots, to within 2**-32 of its share."""
    place = bits * count
    row = natural(first + int(place >> 32))
    # Without a branch, which would be mispredicted about every third time.
    return natural(alias[row, natural(2 - ((place & _HALF) < alias[row, 0]))])


@inlined
def scatter(
    alias: Small,
    first: int,
    count: int,
    stream: np.uint64,
    step: int,
    person: int,
    n: float,
    s: int,
    coming: Float,
    near: Bool,
) -> None:
    """Send susceptible people of a cell with one group of rows, when nobody counts them.

    Every random number serves two people.
    """
    last = person + int(n)
    j = person
    while j < last:
        bits = bits_of(stream, step, event(EXIT_ROW, s, j >> 1))
        if j & 1 == 0:
            expect(coming, near, destination(alias, first, count, first_half(bits)), 1.0)
            j += 1
        if j < last:
            expect(coming, near, destination(alias, first, count, second_half(bits)), 1.0)
            j += 1


@inlined
def scatter_others(
    alias: Small,
    first: int,
    count: int,
    stream: np.uint64,
    step: int,
    person: int,
    n: float,
    s: int,
    state: State,
) -> None:
    """As :func:`_scatter`, for a stage of those who are not susceptible."""
    arriving = state.arriving
    bound = state.bound
    reached = state.reached
    for j in range(person, person + int(n)):
        bits = bits_of(stream, step, event(EXIT_ROW, s, j))
        to = destination(alias, first, count, second_half(bits))
        arriving[to, s] += 1.0
        add(bound, to, s)
        add(reached, 0, to)


@kernel
def arrive(plan: Plan, state: State) -> None:
    """Everybody on the way arrives."""
    apart()
    reached = state.reached
    coming = state.coming
    near = state.near
    x = state.x
    here = state.present
    held = state.held
    susceptible = natural(plan.graph.susceptible)
    present = plan.graph.present
    for block in range(near.shape[0]):
        if near[block]:
            near[block] = False
            begin = block << BLOCK_BITS
            for i in range(begin, min(begin + (1 << BLOCK_BITS), coming.shape[0])):
                n = coming[i]
                if n > 0.0:
                    coming[i] = 0.0
                    x[i, susceptible] += n
                    here[i] += n * present[susceptible]
                    add(held, i, susceptible)
    for w in range(reached.shape[1]):
        word = reached[0, w]
        reached[0, w] = NONE
        while word != NONE:
            i = natural((w << 6) + lowest(word))
            word = without_lowest(word)
            for v in range(state.bound.shape[1]):
                stages = state.bound[i, v]
                state.bound[i, v] = NONE
                state.held[i, v] |= stages
                while stages != NONE:
                    s = natural((v << 6) + lowest(stages))
                    stages = without_lowest(stages)
                    n = state.arriving[i, s]
                    state.arriving[i, s] = 0.0
                    state.x[i, s] += n
                    state.present[i] += n * present[s]
