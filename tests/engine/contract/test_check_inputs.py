"""Everything that can be wrong is said before a run: array, index, value."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from support.systems import f, i32, i64, seir, system, twisted
from thinwalls.common.errors import InputError
from thinwalls.engine import (
    Counts,
    EngineError,
    Exits,
    Inputs,
    Triggers,
    check_inputs,
    run,
    run_ensemble,
    uniforms,
)
from thinwalls.engine.contract.check_tables import check_exits, check_programmes, check_stages
from thinwalls.engine.contract.field_rules import letters_of, rules_of
from thinwalls.engine.contract.inputs import MEASURED

PARTS = {
    "cells", "settings", "attendance", "stages", "exits", "counts", "programmes", "triggers",
    "rates", "outputs", "seeds",
}  # fmt: skip


def change(inputs, path, value):
    part, _, name = path.rpartition(".")
    if not part:
        return replace(inputs, **{name: value})
    return replace(inputs, **{part: replace(getattr(inputs, part), **{name: value})})


def at(array, index, value):
    array = np.array(array)
    array[index] = value
    return array


BASE = twisted()

CASES = [
    ("step_days", 0.0, "step_days"),
    ("step_days", np.nan, "step_days"),
    ("step_days", 0.3, "step_days"),
    ("n_steps", 0, "n_steps"),
    ("n_steps", 2.5, "n_steps"),
    ("people", at(BASE.people, (1, 0), -1), "people[1, 0]"),
    ("people", at(BASE.people.astype(float), (2, 3), np.nan), "people[2, 3]"),
    ("people", at(BASE.people.astype(float), (2, 3), 0.5), "people[2, 3]"),
    ("people", at(BASE.people, (0, 0), 2**53), "people"),
    ("people", BASE.people[:3], "people"),
    ("stages.dwell_days", at(BASE.stages.dwell_days, 1, 0.0), "stages.dwell_days[1]"),
    ("stages.dwell_days", at(BASE.stages.dwell_days, 6, 4.0), "stages.dwell_days[6]"),
    ("stages.infectiousness", at(BASE.stages.infectiousness, 2, np.inf), "infectiousness[2]"),
    ("stages.branch_to", at(BASE.stages.branch_to, 0, 8), "stages.branch_to[0]"),
    ("stages.branch_probability", BASE.stages.branch_probability * 0.9, "add up to 1"),
    ("stages.branch_to", i32(2, 1, 1, 4, 6, 6, 7, 6, 7), "cycle that nobody leaves"),
    ("stages.infected", 0, "stages.infected"),
    ("stages.overflow", at(BASE.stages.overflow, 3, 4), "stages.overflow[3]"),
    ("stages.overflow", at(BASE.stages.overflow, 1, 5), "stages.overflow[1]"),
    ("stages.resource", at(BASE.stages.resource, 3, 2), "stages.resource[3]"),
    ("stages.entry", i32(1), "stages.entry"),
    ("stages.found", np.zeros(3, np.bool_), "stages.found"),
    ("stages.found", np.zeros(8), "stages.found"),
    ("stages.found_least", 1.5, "must be between 0 and 1"),
    ("cells.found_profile", i32(0, 0, 0, 9), "cells.found_profile[3]"),
    ("cells.key", at(BASE.cells.key, 1, BASE.cells.key[0]), "cells.key[1]"),
    ("cells.key", BASE.cells.key.astype(np.int64), "cells.key"),
    ("cells.severity_row", at(BASE.cells.severity_row, 3, 1), "cells.severity_row[3]"),
    ("cells.susceptibility", at(BASE.cells.susceptibility, 0, -0.1), "susceptibility[0]"),
    ("cells.region", at(BASE.cells.region, 0, 1), "cells.region[0]"),
    ("settings.transmission", at(BASE.settings.transmission, 0, np.nan), "transmission[0]"),
    ("settings.reference_present", at(BASE.settings.reference_present, 1, 0.0), "present[1]"),
    ("settings.contact", -BASE.settings.contact, "settings.contact[0, 0, 0]"),
    ("attendance.setting", at(BASE.attendance.setting, 2, 5), "attendance.setting[2] = 5"),
    ("attendance.role", at(BASE.attendance.role, 2, 1), "attendance.role[2]"),
    ("attendance.start", at(BASE.attendance.start, 1, 4), "attendance.start[2]"),
    ("attendance.activity", at(BASE.attendance.activity, 0, np.nan), "attendance.activity[0]"),
    ("exits.to", at(BASE.exits.to, 0, 4), "exits.to[0]"),
    ("exits.hazard_per_day", at(BASE.exits.hazard_per_day, 0, -1.0), "hazard_per_day[0]"),
    ("exits.movement", at(BASE.exits.movement, 0, 3), "exits.movement[0]"),
    ("counts.people_per_day", at(BASE.counts.people_per_day, 1, np.inf), "people_per_day[1]"),
    ("counts.fan_weight", np.zeros(5), "nobody in the fan"),
    ("counts.key", np.zeros(3, np.uint64), "counts.key[1]"),
    ("programmes.stage_to", at(BASE.programmes.stage_to, 0, 2), "programmes.stage_to[0]"),
    ("programmes.limit", at(BASE.programmes.limit, 0, 1), "programmes.limit[0]"),
    ("rates.period_of_step", BASE.rates.period_of_step[:-1], "rates.period_of_step"),
    ("rates.period_of_step", at(BASE.rates.period_of_step, 7, 1), "rates.period_of_step[7]"),
    ("rates.multiplier", np.full((1, 2), -1.0), "rates.multiplier[0, 0]"),
    ("rates.profile", np.full((1, 2), 2.0), "rates.profile"),
    ("rates.series_multiplier", np.ones((300, 1)), "rates.series_multiplier"),
    ("outputs.every_days", 0, "outputs.every_days"),
    ("outputs.flow", BASE.outputs.flow.astype(int), "outputs.flow"),
    ("outputs.stock", np.full((1, 8), np.nan), "outputs.stock[0, 0]"),
    ("outputs.daily", i32(0, 1, -2, 0), "outputs.daily[2] = -2"),
    ("outputs.daily", i32(0, 4, 1, 0), "outputs.daily[1] = 4"),
    ("outputs.daily", i32(0, 1), "outputs.daily"),
    ("outputs.n_outputs", -1, "outputs.n_outputs = -1: must be between 0 and"),
    ("people", [[1, 2]], "people = 'list': must be a NumPy array"),
    ("people", BASE.people.astype(str), "must be of numeric type"),
    ("cells.region", BASE.cells.region.astype(float), "must be of integer type"),
    ("cells.early", np.ones(4, np.int8), "must be of boolean type"),
    ("stages.branch_probability", BASE.stages.branch_probability * 1.5, "must be between 0 and 1"),
    ("rates.capacity", BASE.rates.capacity - 1e9, "must be at least 0"),
    ("attendance.start", BASE.attendance.start + 1, "attendance.start[0] = 1: must be 0"),
    ("attendance.start", at(BASE.attendance.start, -1, 99), "must be the number of rows"),
    ("rates.multiplier", np.zeros((0, 2)), "rates.period_of_step[0] = 0: must not be given"),
    ("triggers.profile", i32(0), "triggers.profile"),
]


@pytest.mark.parametrize(("path", "value", "said"), CASES, ids=[str(i) for i in range(len(CASES))])
def test_what_cannot_be_used_is_named(path, value, said):
    with pytest.raises(EngineError) as caught:
        run(change(BASE, path, value), seed=1, draw=0)
    assert said in str(caught.value)
    assert str(caught.value).startswith("engine: ")
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, InputError)


def test_inputs_that_are_right_pass_in_either_mode():
    check_inputs(BASE)
    check_inputs(replace(BASE, people=BASE.people + 0.25), "mean_field")


@pytest.mark.parametrize(
    ("seed", "draw"), [(-1, 0), (2**64, 0), (0, -1), (0, 2**64), (1.5, 0), (0, True)]
)
def test_seeds_and_draws_out_of_range(seed, draw):
    with pytest.raises(EngineError):
        run(BASE, seed=seed, draw=draw)
    with pytest.raises(EngineError):
        uniforms(seed, draw, 0, 3)


def test_modes_threads_and_draws_that_make_no_sense():
    with pytest.raises(EngineError, match="mode"):
        run(BASE, seed=1, draw=0, mode="exactly")
    with pytest.raises(EngineError, match="threads"):
        run_ensemble(lambda _: BASE, [1], seed=1, threads=0)
    with pytest.raises(EngineError, match="draws"):
        run_ensemble(lambda _: BASE, [1, 1], seed=1)


def test_triggers_need_one_condition_and_whole_days():
    def trigger(variable, region):
        return Triggers(
            i32(variable), i64(0, 1), i32(0), i32(region), i32(0), f(1.0), i32(1), i32(1), i32(0),
            i32(-1), f(1.0), i64(0, 0), i32(), f(1.0),
        )  # fmt: skip

    with pytest.raises(EngineError, match=r"triggers.variable\[0\]"):
        check_inputs(replace(BASE, triggers=trigger(0, 0)))
    record = replace(BASE.outputs, every_days=3)
    slow = replace(BASE, outputs=record, triggers=trigger(0, -1), step_days=0.75)
    with pytest.raises(EngineError, match="a day must be a multiple"):
        check_inputs(slow)


def test_a_movement_needs_a_destination():
    inputs = system(np.array([[5, 0, 0, 0, 0]]), seir())
    counts = Counts(
        f(1.0), i32(0), i32(0), i32(0), i64(0, 1), i32(0), f(1.0), i32(-1), i64(0, 0), i32(), f()
    )
    with pytest.raises(EngineError, match="no own destination"):
        check_inputs(replace(inputs, counts=counts))


def test_errors_name_index_and_value():
    error = EngineError("cells.severity_row", "must be between 0 and 1", index=(3, 4), value=7)
    assert str(error) == "engine: cells.severity_row[3, 4] = 7: must be between 0 and 1"
    assert (error.array, error.index) == ("cells.severity_row", (3, 4))


def test_a_stage_graph_has_two_stages_at_least_and_few_branches():
    one = replace(
        BASE.stages, dwell_days=f(np.inf), branch_from=i32(), branch_to=i32(), infected=0,
        branch_probability=np.zeros((1, 0)),
    )  # fmt: skip
    with pytest.raises(EngineError, match="stages = 1: must be 2 to 511 stages"):
        check_stages(one)
    many = replace(BASE.stages, branch_from=np.zeros(2**18, np.int32))
    with pytest.raises(EngineError, match="too many branches"):
        check_stages(many)


@pytest.mark.parametrize(
    ("entry", "probability", "said"),
    [
        (i32(1, 2), [[0.5, 0.4]], "probabilities must add up to 1"),
        (i32(0, 2), [[0.5, 0.5]], "must not be the susceptible stage"),
        (i32(1, 2), None, "must be given with entry_probability"),
    ],
)
def test_entries_are_stages_with_probabilities(entry, probability, said):
    given = None if probability is None else np.array(probability)
    stages = replace(BASE.stages, entry=entry, entry_probability=given)
    with pytest.raises(EngineError, match=said):
        check_inputs(replace(BASE, stages=stages))


def test_rows_of_a_group_fit_into_the_number_of_an_event():
    n = 2**18
    exits = Exits(
        np.array([0, n]), np.zeros(n, np.int32), np.ones(n), np.zeros(n, np.int32),
        np.zeros(n, np.int32), np.zeros(n, np.int32),
    )  # fmt: skip
    with pytest.raises(EngineError, match=r"exits.start\[0\] = 262144: must be below \d+ rows"):
        check_exits(exits)
    rows = replace(BASE.programmes, stage_from=np.zeros(n, np.int32), stage_to=np.ones(n, np.int32))
    with pytest.raises(EngineError, match=r"programmes.stage_from = 262144: must be below"):
        check_programmes(rows)


def test_a_trigger_leaves_the_first_profile_alone():
    trigger = Triggers(
        i32(0), i64(0, 1), i32(0), i32(-1), i32(-1), f(1.0), i32(1), i32(1), i32(0), i32(0),
        f(1.0), i64(0, 0), i32(), f(1.0),
    )  # fmt: skip
    with pytest.raises(
        EngineError, match=r"triggers.profile\[0\] = 0: column 0 must stay all ones"
    ):
        check_inputs(replace(BASE, triggers=trigger))


def test_every_array_of_the_contract_declares_its_rule():
    """Fields without a rule are parts, flags of the run, or checked with others."""
    free = {"step_days", "linear", "force", "found_least"}
    for part in (Inputs, *(type(getattr(BASE, name)) for name in PARTS)):
        declared = set(rules_of(part))
        assert {field.name for field in fields(part)} - declared <= free | PARTS, part
        assert set(letters_of(part)) <= set(MEASURED), part
