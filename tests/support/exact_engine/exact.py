"""Event by event: the exact stochastic process that the stepped engine approaches as dt shrinks.

For small systems and for checks.  The direct method (Gillespie 1977, "Exact stochastic simulation
of coupled chemical reactions"): every event happens at its rate; the waiting time to the next is
exponential with the sum of all rates; rates that change with time are constant within a period and
waiting times are cut at its end, which is exact because they have no memory.

Written on its own, from the model page, sections 1 to 3, and not from the stepped kernels, so that
the two can be held against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from support.exact_engine.exact_events import Rules, Sheet, count, run_part
from thinwalls.engine.contract.check_inputs import check_inputs
from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.contract.inputs import NONE, Inputs
from thinwalls.engine.contract.output import Output
from thinwalls.engine.random.counter_based import key, stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Int

_STREAM = 2**64 - 1
"""Cell identity under which the events of an exact run draw their numbers."""


def run_exact(inputs: Inputs, *, seed: int, draw: int) -> Output:
    """Run one draw in continuous time, event by event.

    Parameters
    ----------
    inputs
        The same compiled inputs as for :func:`thinwalls.engine.running.draws`; ``step_days`` and
        ``n_steps`` only say how long the run is and when periods change.
    seed
        0 <= seed < 2**64.
    draw
        Number of the draw, 0 <= draw < 2**64.

    Returns
    -------
    Output
        Its force of infection is empty, and so are use and overflow of
        hospital resources (which have no limits here).

    Raises
    ------
    EngineError
        When the inputs cannot be used, or hold what has no exact counterpart here: movements by
        number, seeds, people found, triggers, programmes with a limit, hospital overflow, series
        per step,
        linear steps.
    """
    check_inputs(inputs, "stochastic")
    _refuse_what_is_not_exact(inputs)
    rules = _rules_of(inputs)
    record = inputs.outputs
    days = inputs.n_steps * inputs.step_days
    intervals = max(1, int(np.ceil(days / record.every_days - 1e-9)))
    flows, stocks, movements = record.flow.shape[0], record.stock.shape[0], record.n_movements
    numbers = (flows, stocks, movements, movements, movements)
    sheet = Sheet(
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
        counter = run_part(
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
    count(rules, sheet, people, intervals - 1)
    regions, resources = inputs.rates.capacity.shape[1:]
    return Output(
        **sheet._asdict(),
        force=np.zeros((intervals, 0)),
        resource_in_use=np.zeros((intervals, regions, resources)),
        overflowed=np.zeros((intervals, regions, resources)),
        final=people.astype(np.float64),
        seeded=np.zeros(len(people)),
        trigger_days=np.zeros(0),
        trigger_people=np.zeros(0),
    )


def _refuse_what_is_not_exact(inputs: Inputs) -> None:
    """Raise for everything that this process cannot express."""
    if inputs.linear:
        raise EngineError("linear", "has no exact counterpart", value=True)
    if inputs.counts.people_per_day.size:
        raise EngineError("counts", "movements by number happen in steps, not as events")
    if inputs.stages.found is not None:
        raise EngineError("stages.found", "profiles of contagion have no exact counterpart here")
    shape = inputs.cells.contagion_shape_per_day
    if shape is not None and np.isfinite(shape).any():
        raise EngineError("cells.contagion_shape_per_day", "has no exact counterpart here")
    if inputs.seeds.step.size:
        raise EngineError("seeds", "are placed at the beginning of a step, not as events")
    if inputs.triggers.threshold.size:
        raise EngineError("triggers", "look at daily records, not at events")
    if np.any(inputs.programmes.limit != NONE):
        raise EngineError("programmes.limit", "limits are shared out per step, not per event")
    housed = inputs.cells.region != NONE
    if np.any(housed) and np.any(inputs.stages.overflow != NONE):
        raise EngineError("stages.overflow", "beds are shared out per step, not per event")
    if inputs.rates.series_setting is not None and inputs.rates.series_setting.size:
        raise EngineError("rates.series_setting", "series change every step")


def _rules_of(inputs: Inputs) -> Rules:
    stages = inputs.stages
    programmes = inputs.programmes
    entry = stages.entry
    entry_probability = stages.entry_probability
    if entry is None or entry_probability is None:
        entry = np.array([stages.infected], np.int32)
        entry_probability = np.ones((stages.branch_probability.shape[0], 1))
    group = np.repeat(np.arange(programmes.stage_from.size), np.diff(programmes.cell_start))
    return Rules(
        attend_start=inputs.attendance.start,
        attend_setting=inputs.attendance.setting,
        attend_role=inputs.attendance.role,
        activity=inputs.attendance.activity,
        presence=inputs.attendance.presence,
        susceptibility=inputs.cells.susceptibility,
        infectivity=inputs.cells.infectivity,
        severity_row=inputs.cells.severity_row,
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
        flow=inputs.outputs.flow,
        stock=inputs.outputs.stock,
        daily=_daily_rows(inputs),
    )


def _daily_rows(inputs: Inputs) -> Int:
    """[O] row of the daily record of each output, or NONE."""
    daily = inputs.outputs.daily
    return np.arange(inputs.outputs.n_outputs) if daily is None else daily.astype(np.int64)


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
