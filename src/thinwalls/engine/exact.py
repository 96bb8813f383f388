"""Event by event: the exact stochastic process that the stepped engine approaches as dt shrinks.

For small systems and for checks.  The direct method (Gillespie 1977, "Exact stochastic simulation
of coupled chemical reactions"): every event happens at its rate; the waiting time to the next is
exponential with the sum of all rates; rates that change with time are constant within a period and
waiting times are cut at its end, which is exact because they have no memory.

Written on its own, from the model page and not from the stepped kernels, so that the two can be
held against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from thinwalls.engine.elementary import log
from thinwalls.engine.errors import EngineError
from thinwalls.engine.inputs import NONE, Float, Index, Inputs, Int, Output
from thinwalls.engine.jit import compiled
from thinwalls.engine.rng import key, stream, uniform_of
from thinwalls.engine.validate import validate

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STREAM = 2**64 - 1
"""Cell identity under which the events of an exact run draw their numbers."""


class _Rules(NamedTuple):
    """What does not change within a run, flat."""

    attend_start: Int
    attend_setting: Index
    attend_role: Index
    activity: Float
    presence: Float
    susceptibility: Float
    infectivity: Float
    course: Index
    output: Index
    transmission: Float
    exponent: Float
    reference: Float
    kind: Index
    contact: Float
    by_role: NDArray[np.bool_]
    dwell: Float
    infectiousness: Float
    present: Float
    movable: NDArray[np.bool_]
    on_the_way: NDArray[np.bool_]
    branch_from: Index
    branch_to: Index
    branch_probability: Float
    susceptible: int
    entry: Index
    entry_probability: Float
    exit_start: Int
    exit_to: Index
    exit_hazard: Float
    exit_profile: Index
    exit_movement: Index
    exit_weight: Index
    stage_weight: Float
    care_cell: Index
    care_from: Index
    care_to: Index
    care_hazard: Float
    care_profile: Index
    flow: NDArray[np.bool_]
    stock: Float
    daily: Int


class _Sheet(NamedTuple):
    flow: Float
    stock: Float
    moved: Float
    arrived: Float
    moved_infected: Float
    flow_total: Float
    stock_total: Float
    moved_total: Float
    arrived_total: Float
    moved_infected_total: Float


def run_exact(inputs: Inputs, *, seed: int, draw: int) -> Output:
    """Run one draw in continuous time, event by event.

    Args:
        inputs: the same compiled inputs as for :func:`thinwalls.engine.run`; ``step_days`` and
            ``n_steps`` only say how long the run is and when periods change.
        seed: 0 <= seed < 2**64.
        draw: number of the draw, 0 <= draw < 2**64.

    Returns:
        An :class:`Output`.  Its force of infection is empty, and so are use and overflow of
        hospital resources (which have no limits here).

    Raises:
        EngineError: the inputs cannot be used, or hold what has no exact counterpart here:
            movements by number, triggers, programmes with a limit, hospital overflow, series per
            step, linear steps.
    """
    validate(inputs, "stochastic")
    _refuse_what_is_not_exact(inputs)
    rules = _rules_of(inputs)
    record = inputs.record
    days = inputs.n_steps * inputs.step_days
    intervals = max(1, int(np.ceil(days / record.every_days - 1e-9)))
    flows, stocks, movements = record.flow.shape[0], record.stock.shape[0], record.n_movements
    numbers = (flows, stocks, movements, movements, movements)
    sheet = _Sheet(
        *(np.zeros((intervals, record.n_rows, number)) for number in numbers),
        *(np.zeros((record.n_outputs, number)) for number in numbers),
    )
    people = np.array(inputs.people, dtype=np.int64)
    period = np.asarray(inputs.rates.period_of_step)
    changes = np.flatnonzero(np.diff(period)) + 1
    start_of_part = np.concatenate([[0], changes]) * inputs.step_days
    period_of_part = period[np.concatenate([[0], changes])]
    random_stream = stream(np.uint64(key(np.uint64(seed), np.uint64(draw))), np.uint64(_STREAM))
    counter = 0
    for part, begin in enumerate(start_of_part):
        end = start_of_part[part + 1] if part + 1 < start_of_part.size else days
        p = int(period_of_part[part])
        counter = _run_part(
            rules,
            sheet,
            people,
            np.uint64(random_stream),
            counter,
            float(begin),
            float(end),
            float(record.every_days),
            np.ascontiguousarray(inputs.rates.multiplier[p]),
            np.ascontiguousarray(inputs.rates.hazard_per_day[p]),
            np.ascontiguousarray(inputs.rates.profile[p]),
        )
    _count(rules, sheet, people, intervals - 1)
    regions, resources = inputs.rates.capacity.shape[1:]
    return Output(
        **sheet._asdict(),
        force=np.zeros((intervals, 0)),
        resource_in_use=np.zeros((intervals, regions, resources)),
        overflowed=np.zeros((intervals, regions, resources)),
        final=people.astype(np.float64),
    )


def _refuse_what_is_not_exact(inputs: Inputs) -> None:
    """Raise for everything that this process cannot express."""
    if inputs.linear:
        raise EngineError("linear", "has no exact counterpart", value=True)
    if inputs.counts.people_per_day.size:
        raise EngineError("counts", "movements by number happen in steps, not as events")
    if inputs.triggers.threshold.size:
        raise EngineError("triggers", "look at daily records, not at events")
    if np.any(inputs.programmes.limit != NONE):
        raise EngineError("programmes.limit", "limits are shared out per step, not per event")
    housed = inputs.cells.region != NONE
    if np.any(housed) and np.any(inputs.stages.overflow != NONE):
        raise EngineError("stages.overflow", "beds are shared out per step, not per event")
    if inputs.rates.series_setting is not None and inputs.rates.series_setting.size:
        raise EngineError("rates.series_setting", "series change every step")


def _rules_of(inputs: Inputs) -> _Rules:
    stages = inputs.stages
    programmes = inputs.programmes
    entry = stages.entry
    entry_probability = stages.entry_probability
    if entry is None or entry_probability is None:
        entry = np.array([stages.infected], np.int32)
        entry_probability = np.ones((stages.branch_probability.shape[0], 1))
    group = np.repeat(np.arange(programmes.stage_from.size), np.diff(programmes.cell_start))
    return _Rules(
        attend_start=inputs.attendance.start,
        attend_setting=inputs.attendance.setting,
        attend_role=inputs.attendance.role,
        activity=inputs.attendance.activity,
        presence=inputs.attendance.presence,
        susceptibility=inputs.cells.susceptibility,
        infectivity=inputs.cells.infectivity,
        course=inputs.cells.course,
        output=inputs.cells.output,
        transmission=inputs.settings.transmission,
        exponent=inputs.settings.crowding_exponent,
        reference=inputs.settings.reference_present,
        kind=inputs.settings.kind,
        contact=inputs.settings.contact,
        by_role=inputs.settings.normalise_by_role,
        dwell=stages.dwell_days,
        infectiousness=stages.infectiousness,
        present=stages.present,
        movable=np.asarray(stages.alive & (stages.resource == NONE)),
        on_the_way=_on_the_way(inputs),
        branch_from=stages.branch_from,
        branch_to=stages.branch_to,
        branch_probability=stages.branch_probability,
        susceptible=stages.susceptible,
        entry=entry,
        entry_probability=entry_probability,
        exit_start=inputs.exits.start,
        exit_to=inputs.exits.to,
        exit_hazard=inputs.exits.hazard_per_day,
        exit_profile=inputs.exits.profile,
        exit_movement=inputs.exits.movement,
        exit_weight=inputs.exits.stage_weight,
        stage_weight=inputs.rates.stage_weight,
        care_cell=programmes.cell,
        care_from=programmes.stage_from[group],
        care_to=programmes.stage_to[group],
        care_hazard=programmes.hazard_per_day[group],
        care_profile=programmes.profile[group],
        flow=inputs.record.flow,
        stock=inputs.record.stock,
        daily=_daily_rows(inputs),
    )


def _daily_rows(inputs: Inputs) -> Int:
    """[O] row of the daily record of each output, or NONE."""
    daily = inputs.record.daily
    return np.arange(inputs.record.n_outputs) if daily is None else daily.astype(np.int64)


def _on_the_way(inputs: Inputs) -> NDArray[np.bool_]:
    """[S] stages with infectiousness, or from which the disease leads to one that has it."""
    stages = inputs.stages
    found = np.asarray(stages.infectiousness > 0)
    found[stages.susceptible] = False
    for _ in range(found.size):
        leads = found[stages.branch_to]
        found[stages.branch_from[leads]] = True
        found[stages.susceptible] = False
    return found


@compiled
def _pressure(rules: _Rules, people: Int, multiplier: Float, outside: Float, force: Float) -> None:
    """force[m, r] per day for a fully susceptible, fully active person of role r."""
    n_settings, n_roles = force.shape
    source = np.zeros((n_settings, n_roles))
    here = np.zeros((n_settings, n_roles))
    for i in range(people.shape[0]):
        infectious = 0.0
        present = 0.0
        for s in range(people.shape[1]):
            infectious += rules.infectiousness[s] * people[i, s]
            present += rules.present[s] * people[i, s]
        for a in range(rules.attend_start[i], rules.attend_start[i + 1]):
            m = rules.attend_setting[a]
            r = rules.attend_role[a]
            source[m, r] += rules.presence[a] * infectious * rules.infectivity[i]
            here[m, r] += rules.presence[a] * present
    for m in range(n_settings):
        everybody = here[m].sum()
        beta = rules.transmission[m] * multiplier[m]
        if everybody > 0.0 and rules.exponent[m] != 0.0:
            beta *= (everybody / rules.reference[m]) ** rules.exponent[m]
        kind = rules.kind[m]
        for r in range(n_roles):
            force[m, r] = outside[m]
            for q in range(n_roles):
                of = here[m, q] if rules.by_role[kind] else everybody
                if of > 0.0:
                    force[m, r] += beta * rules.contact[kind, r, q] * source[m, q] / of


@compiled
def _rates(
    rules: _Rules, people: Int, force: Float, profile: Float, rate: Float
) -> tuple[float, int, int]:
    """Rate of every event: infections, ends of stages, exits, programmes, in this order."""
    n_cells, n_stages = people.shape
    total = 0.0
    at = 0
    for i in range(n_cells):
        felt = 0.0
        for a in range(rules.attend_start[i], rules.attend_start[i + 1]):
            felt += rules.activity[a] * force[rules.attend_setting[a], rules.attend_role[a]]
        rate[at] = people[i, rules.susceptible] * rules.susceptibility[i] * felt
        total += rate[at]
        at += 1
    for i in range(n_cells):
        for s in range(n_stages):
            rate[at] = people[i, s] / rules.dwell[s]
            total += rate[at]
            at += 1
    first_exit = at
    for i in range(n_cells):
        for x in range(rules.exit_start[i], rules.exit_start[i + 1]):
            hazard = rules.exit_hazard[x] * profile[rules.exit_profile[x]]
            for s in range(n_stages):
                weight = rules.stage_weight[rules.exit_weight[x], s] if rules.movable[s] else 0.0
                rate[at] = people[i, s] * hazard * weight
                total += rate[at]
                at += 1
    first_care = at
    for c in range(rules.care_cell.size):
        hazard = rules.care_hazard[c] * profile[rules.care_profile[c]]
        rate[at] = people[rules.care_cell[c], rules.care_from[c]] * hazard
        total += rate[at]
        at += 1
    return total, first_exit, first_care


@compiled
def _choose(weight: Float, total: float, u: float) -> int:
    """Index chosen in proportion to weight."""
    target = u * total
    last = 0
    for at in range(weight.size):
        if weight[at] > 0.0:
            last = at
            if target < weight[at]:
                return at
            target -= weight[at]
    return last


@compiled
def _add(
    by_row: Float, total: Float, daily: Int, interval: int, output: int, variable: int, n: float
) -> None:
    """Record n people of an output: in its total, and in its daily row if it has one."""
    total[output, variable] += n
    if daily[output] >= 0:
        by_row[interval, daily[output], variable] += n


@compiled
def _change(
    rules: _Rules, sheet: _Sheet, people: Int, interval: int, i: int, origin: int, to: int
) -> None:
    """One person of cell i changes stage."""
    people[i, origin] -= 1
    people[i, to] += 1
    output = rules.output[i]
    if output >= 0:
        for v in range(rules.flow.shape[0]):
            if rules.flow[v, origin, to]:
                _add(sheet.flow, sheet.flow_total, rules.daily, interval, output, v, 1.0)


@compiled
def _move(rules: _Rules, sheet: _Sheet, people: Int, interval: int, i: int, x: int, s: int) -> None:
    """One person in stage s of cell i goes along exit x."""
    to = rules.exit_to[x]
    movement = rules.exit_movement[x]
    people[i, s] -= 1
    people[to, s] += 1
    if movement < 0:
        return
    daily = rules.daily
    output = rules.output[i]
    if output >= 0:
        _add(sheet.moved, sheet.moved_total, daily, interval, output, movement, 1.0)
        if rules.on_the_way[s]:
            infected, total = sheet.moved_infected, sheet.moved_infected_total
            _add(infected, total, daily, interval, output, movement, 1.0)
    output = rules.output[to]
    if output >= 0:
        _add(sheet.arrived, sheet.arrived_total, daily, interval, output, movement, 1.0)


@compiled
def _count(rules: _Rules, sheet: _Sheet, people: Int, interval: int) -> None:
    """Record the stocks at the end of an interval."""
    for i in range(people.shape[0]):
        output = rules.output[i]
        if output >= 0:
            for u in range(rules.stock.shape[0]):
                for s in range(people.shape[1]):
                    n = rules.stock[u, s] * people[i, s]
                    _add(sheet.stock, sheet.stock_total, rules.daily, interval, output, u, n)


@compiled
def _happen(
    rules: _Rules,
    sheet: _Sheet,
    people: Int,
    interval: int,
    what: int,
    first_exit: int,
    first_care: int,
    u: float,
) -> None:
    """Let event number ``what`` happen; ``u`` draws the branch."""
    n_cells, n_stages = people.shape
    if what < n_cells:
        chance = rules.entry_probability[rules.course[what]]
        to = rules.entry[_choose(chance, chance.sum(), u)]
        _change(rules, sheet, people, interval, what, rules.susceptible, to)
    elif what < first_exit:
        i = (what - n_cells) // n_stages
        s = (what - n_cells) % n_stages
        chance = np.where(rules.branch_from == s, rules.branch_probability[rules.course[i]], 0.0)
        to = rules.branch_to[_choose(chance, chance.sum(), u)]
        _change(rules, sheet, people, interval, i, s, to)
    elif what < first_care:
        x = (what - first_exit) // n_stages
        s = (what - first_exit) % n_stages
        i = int(np.searchsorted(rules.exit_start, x, side="right")) - 1
        _move(rules, sheet, people, interval, i, x, s)
    else:
        c = what - first_care
        origin, to = rules.care_from[c], rules.care_to[c]
        _change(rules, sheet, people, interval, rules.care_cell[c], origin, to)


@compiled
def _run_part(
    rules: _Rules,
    sheet: _Sheet,
    people: Int,
    random_stream: np.uint64,
    counter: int,
    begin: float,
    end: float,
    every: float,
    multiplier: Float,
    outside: Float,
    profile: Float,
) -> int:
    """Run from ``begin`` to ``end`` with constant rates; returns the counter of random numbers."""
    n_cells, n_stages = people.shape
    n_events = n_cells * (1 + n_stages) + rules.exit_to.size * n_stages + rules.care_cell.size
    rate = np.zeros(n_events)
    force = np.zeros((rules.transmission.size, rules.contact.shape[1]))
    intervals = sheet.stock.shape[0]
    time = begin
    interval = min(int(begin / every + 1e-9), intervals - 1)
    while True:
        _pressure(rules, people, multiplier, outside, force)
        total, first_exit, first_care = _rates(rules, people, force, profile, rate)
        if total > 0.0:
            time -= log(uniform_of(random_stream, counter, 0)) / total
        else:
            time = end
        while interval < intervals - 1 and (interval + 1) * every <= min(time, end) + 1e-9:
            _count(rules, sheet, people, interval)
            interval += 1
        if time >= end:
            return counter + 1
        what = _choose(rate, total, uniform_of(random_stream, counter, 1))
        u = uniform_of(random_stream, counter, 2)
        _happen(rules, sheet, people, interval, what, first_exit, first_care, u)
        counter += 1
