"""The events of an exact run: rates, choice of the next event, what it changes.  Compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from thinwalls.engine.numba_support.decorators import standalone
from thinwalls.engine.random.counter_based import uniform_of
from thinwalls.engine.random.exact_math import log

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float, Int
    from thinwalls.engine.contract.inputs import Index


class Rules(NamedTuple):
    """What does not change within a run, flat."""

    attend_start: Int
    attend_setting: Index
    attend_role: Index
    activity: Float
    presence: Float
    susceptibility: Float
    infectivity: Float
    severity_row: Index
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


class Sheet(NamedTuple):
    """What is written down."""

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


@standalone
def _pressure(rules: Rules, people: Int, multiplier: Float, outside: Float, force: Float) -> None:
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


@standalone
def _rates(
    rules: Rules, people: Int, force: Float, profile: Float, rate: Float
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


@standalone
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


@standalone
def _add(
    by_row: Float, total: Float, daily: Int, interval: int, output: int, variable: int, n: float
) -> None:
    """Record n people of an output: in its total, and in its daily row if it has one."""
    total[output, variable] += n
    if daily[output] >= 0:
        by_row[interval, daily[output], variable] += n


@standalone
def _change(
    rules: Rules, sheet: Sheet, people: Int, interval: int, i: int, origin: int, to: int
) -> None:
    """One person of cell i changes stage."""
    people[i, origin] -= 1
    people[i, to] += 1
    output = rules.output[i]
    if output >= 0:
        for v in range(rules.flow.shape[0]):
            if rules.flow[v, origin, to]:
                _add(sheet.flow, sheet.flow_total, rules.daily, interval, output, v, 1.0)


@standalone
def _move(rules: Rules, sheet: Sheet, people: Int, interval: int, i: int, x: int, s: int) -> None:
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


@standalone
def count(rules: Rules, sheet: Sheet, people: Int, interval: int) -> None:
    """Record the stocks at the end of an interval."""
    for i in range(people.shape[0]):
        output = rules.output[i]
        if output >= 0:
            for u in range(rules.stock.shape[0]):
                for s in range(people.shape[1]):
                    n = rules.stock[u, s] * people[i, s]
                    _add(sheet.stock, sheet.stock_total, rules.daily, interval, output, u, n)


@standalone
def _happen(
    rules: Rules,
    sheet: Sheet,
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
        chance = rules.entry_probability[rules.severity_row[what]]
        to = rules.entry[_choose(chance, chance.sum(), u)]
        _change(rules, sheet, people, interval, what, rules.susceptible, to)
    elif what < first_exit:
        i = (what - n_cells) // n_stages
        s = (what - n_cells) % n_stages
        probability = rules.branch_probability[rules.severity_row[i]]
        chance = np.where(rules.branch_from == s, probability, 0.0)
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


@standalone
def run_part(
    rules: Rules,
    sheet: Sheet,
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
            count(rules, sheet, people, interval)
            interval += 1
        if time >= end:
            return counter + 1
        what = _choose(rate, total, uniform_of(random_stream, counter, 1))
        u = uniform_of(random_stream, counter, 2)
        _happen(rules, sheet, people, interval, what, first_exit, first_care, u)
        counter += 1
