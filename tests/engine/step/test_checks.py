"""The checked mode finds what is wrong: every invariant is broken once, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from support.systems import f, i32, i64, twisted
from thinwalls.common import RunError
from thinwalls.engine import Programmes, run
from thinwalls.engine.numba_support.decorators import standalone
from thinwalls.engine.numba_support.tuple_references import by_reference
from thinwalls.engine.plan.allocation import outputs_of, state_of
from thinwalls.engine.plan.invariants import invariants_of
from thinwalls.engine.running.draws import execute, prepare
from thinwalls.engine.step.invariants import PROBLEMS, check_step

BED, INTENSIVE, HEALTHY, LATENT, ILL, WELL = 3, 4, 0, 1, 2, 6


@standalone
def check(plan, state, outputs, invariants):
    return check_step(
        by_reference(plan),
        by_reference(state),
        by_reference(outputs),
        by_reference(invariants),
        False,
    )


def parts():
    """Plan, state, record and invariants at the start of a run of a system with hospitals."""
    inputs, _, _, plan, people = prepare(twisted(), "stochastic")
    all_outputs = outputs_of(inputs, 1, True)
    outputs = type(all_outputs)(*(array[0] for array in all_outputs))
    return plan, state_of(inputs, plan, people), outputs, invariants_of(inputs, plan, people, True)


def negative(state, outputs):
    state.people[0, WELL] = -1.0


def fraction(state, outputs):
    state.people[0, HEALTHY] -= 0.5
    state.people[0, WELL] += 0.5


def created(state, outputs):
    state.people[1, HEALTHY] += 1.0
    state.people_present[1] += 1.0


def miscounted(state, outputs):
    state.people_present[1] += 1.0


def hidden(state, outputs):
    state.stages_held[0, 0] &= ~np.uint64(1 << ILL)


def bed_lost(state, outputs):
    state.resource_in_use[0, 0] += 1.0


def on_the_way(state, outputs):
    state.others_arriving[2, HEALTHY] = 1.0


def healthy_on_the_way(state, outputs):
    state.susceptible_arriving[2] = 1.0


def unrecorded(state, outputs):
    """Somebody falls ill, and no move says so."""
    state.people[0, HEALTHY] -= 1.0
    state.people[0, LATENT] += 1.0
    state.stages_held[0, 0] |= np.uint64(1 << LATENT)


def phantom(state, outputs):
    """A move that nobody made."""
    outputs.stage_moves[LATENT, ILL] = 1.0


def admitted_healthy(state, outputs):
    """More people come to hospital and leave it than were ever infected."""
    outputs.stage_moves[ILL, BED] = 11.0
    outputs.stage_moves[BED, WELL] = 11.0
    outputs.stage_moves[WELL, ILL] = 11.0
    outputs.stage_moves[ILL, WELL] = 11.0
    outputs.stage_moves[WELL, ILL] = 22.0


def intensive_without_bed(state, outputs):
    """One person in a bed, two in intensive care."""
    outputs.stage_moves[ILL, BED] = 1.0
    outputs.stage_moves[BED, INTENSIVE] = 2.0
    outputs.stage_moves[INTENSIVE, BED] = 1.0
    outputs.stage_moves[INTENSIVE, ILL] = 1.0


BROKEN = [
    (negative, 1),
    (fraction, 2),
    (created, 3),
    (miscounted, 4),
    (hidden, 5),
    (bed_lost, 6),
    (on_the_way, 7),
    (healthy_on_the_way, 7),
    (unrecorded, 8),
    (phantom, 8),
    (admitted_healthy, 9),
    (intensive_without_bed, 10),
]


def test_every_problem_is_broken_once():
    assert {number for _, number in BROKEN} == set(PROBLEMS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("corrupt", "expected"), BROKEN, ids=lambda each: getattr(each, "__name__", str(each))
)
def test_corruption_is_caught(corrupt, expected):
    plan, state, outputs, invariants = parts()
    assert check(plan, state, outputs, invariants)[0] == 0
    corrupt(state, outputs)
    assert check(plan, state, outputs, invariants)[0] == expected


@pytest.mark.slow
def test_a_run_stops_at_the_first_problem_and_says_where_it_is():
    prepared = prepare(twisted(), "stochastic")
    people = prepared.people.copy()
    people[1, WELL] = 0.5
    where = rf"draw 7, step 0, cell 1, stage {WELL}: a fraction of a person"
    with pytest.raises(RunError, match=where):
        execute(prepared._replace(people=people), 3, (7, 8), True)


def test_admissions_are_compared_only_where_nobody_can_come_back():
    inputs = twisted()
    assert parts()[3].needed_once.tolist() == [True, True]
    stages = inputs.stages
    relapsing = replace(
        stages,
        branch_from=np.append(stages.branch_from, 6).astype(np.int32),
        branch_to=np.append(stages.branch_to, 2).astype(np.int32),
        branch_probability=np.append(stages.branch_probability, [[1.0]], axis=1),
        dwell_days=np.where(np.arange(8) == 6, 5.0, stages.dwell_days),
    )
    inputs = replace(inputs, stages=relapsing)
    _, _, _, plan, people = prepare(inputs, "stochastic")
    assert invariants_of(inputs, plan, people, True).needed_once.tolist() == [False, True]
    output = run(inputs, seed=2, draw=0, check=True)
    assert output.final.sum() == people.sum()


def test_programmes_may_lead_from_healthy_to_hospital():
    """People whom a programme makes ill are no admissions without infections."""
    base = twisted()
    programmes = Programmes(i64(0, 1), i32(0), i32(HEALTHY), i32(ILL), f(0.2), i32(0), i32(-1), f())
    settings = replace(base.settings, transmission=np.zeros(2))
    inputs = replace(base, programmes=programmes, settings=settings)
    output = run(inputs, seed=1, draw=0, check=True)
    # More came to hospital than were infected or ill at the start.
    assert output.resource_in_use[:, 0, 0].max() > output.flow_total[:, 0].sum() + 10
