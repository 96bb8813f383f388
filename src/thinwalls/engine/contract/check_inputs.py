"""Everything that can be wrong with inputs, found before anything runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from thinwalls.common import Message
from thinwalls.engine.contract import array_rules as rules
from thinwalls.engine.contract.check_stages import check_stages
from thinwalls.engine.contract.check_tables import (
    check_counts,
    check_exits,
    check_programmes,
    check_triggers,
)
from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.contract.inputs import NONE
from thinwalls.engine.contract.sizes import Sizes
from thinwalls.engine.numba_support.memo import Memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from thinwalls.engine.contract.inputs import Attendance, Cells, Inputs, Rates, Record, Settings

_MOST_PEOPLE: Final = 2.0**52
_MOST_STEPS: Final = 2**32

_checked: Final[Memory[bool]] = Memory(64)


def validate(inputs: Inputs, mode: str = "stochastic") -> None:
    """Raise :class:`EngineError`, naming array, index and value, unless the inputs can be run.

    Parts of inputs that were found correct before (the same objects) are not looked at again.
    """
    sizes = _sizes(inputs)
    _check_times(inputs)
    parts: tuple[tuple[str, object, Callable[[Any, Sizes], None]], ...] = (
        ("stages", inputs.stages, check_stages),
        ("cells", inputs.cells, _check_cells),
        ("settings", inputs.settings, _check_settings),
        ("attendance", inputs.attendance, _check_attendance),
        ("exits", inputs.exits, check_exits),
        ("counts", inputs.counts, check_counts),
        ("programmes", inputs.programmes, check_programmes),
        ("triggers", inputs.triggers, check_triggers),
        ("record", inputs.record, _check_record),
    )
    for name, part, check in parts:
        _checked.get((part,), (name, sizes), partial(_correct, check, part, sizes))
    _check_rates(inputs.rates, inputs.n_steps, sizes)
    _check_people(inputs, sizes, mode)


def _correct(check: Callable[[Any, Sizes], None], part: object, sizes: Sizes) -> bool:
    check(part, sizes)
    return True


def _sizes(inputs: Inputs) -> Sizes:
    """Sizes that follow from the shape of one array each."""
    rules.has_shape("settings.contact", inputs.settings.contact, (None, None, None))
    rules.has_shape("rates.capacity", inputs.rates.capacity, (None, None, None))
    rules.has_shape("rates.profile", inputs.rates.profile, (None, None))
    rules.has_shape("rates.stage_weight", inputs.rates.stage_weight, (None, None))
    rules.has_shape("stages.dwell_days", inputs.stages.dwell_days, (None,))
    rules.has_shape("stages.branch_probability", inputs.stages.branch_probability, (None, None))
    rules.has_shape("cells.key", inputs.cells.key, (None,))
    rules.has_shape("settings.transmission", inputs.settings.transmission, (None,))
    rules.has_shape("record.flow", inputs.record.flow, (None, None, None))
    kinds, roles, _ = inputs.settings.contact.shape
    return Sizes(
        cells=inputs.cells.key.shape[0],
        settings=inputs.settings.transmission.shape[0],
        roles=roles,
        kinds=kinds,
        stages=inputs.stages.dwell_days.shape[0],
        courses=inputs.stages.branch_probability.shape[0],
        regions=inputs.rates.capacity.shape[1],
        resources=inputs.rates.capacity.shape[2],
        profiles=inputs.rates.profile.shape[1],
        stage_weights=inputs.rates.stage_weight.shape[0],
        outputs=inputs.record.n_outputs,
        flows=inputs.record.flow.shape[0],
        movements=inputs.record.n_movements,
    )


def _check_times(inputs: Inputs) -> None:
    step = inputs.step_days
    if not (np.isfinite(step) and step > 0):
        raise EngineError("step_days", "must be above 0 and finite", value=step)
    rules.whole("n_steps", inputs.n_steps, 1, _MOST_STEPS)
    rules.whole("record.every_days", inputs.record.every_days, 1, 2**31)
    ratio = inputs.record.every_days / step
    if abs(ratio - round(ratio)) > 1e-6 * ratio or round(ratio) < 1:
        raise EngineError("step_days", "record.every_days must be a multiple of it", value=step)
    if inputs.triggers.threshold.size and abs(1 / step - round(1 / step)) > 1e-6:
        raise EngineError("step_days", "a day must be a multiple of it with triggers", value=step)


def _check_cells(cells: Cells, sizes: Sizes) -> None:
    shape = (sizes.cells,)
    rules.is_kind("cells.key", cells.key, "u", Message("unsigned integer"))
    rules.unique("cells.key", cells.key)
    rules.indices("cells.course", cells.course, shape, 0, sizes.courses)
    rules.numbers("cells.susceptibility", cells.susceptibility, shape)
    rules.numbers("cells.infectivity", cells.infectivity, shape)
    rules.indices("cells.region", cells.region, shape, -1, sizes.regions)
    rules.indices("cells.output", cells.output, shape, -1, sizes.outputs)
    if cells.early is not None:
        rules.is_kind("cells.early", cells.early, "b", Message("boolean"))
        rules.has_shape("cells.early", cells.early, shape)


def _check_settings(settings: Settings, sizes: Sizes) -> None:
    shape = (sizes.settings,)
    contact_shape = (sizes.kinds, sizes.roles, sizes.roles)
    rules.numbers("settings.transmission", settings.transmission, shape)
    rules.numbers("settings.crowding_exponent", settings.crowding_exponent, shape)
    rules.numbers("settings.reference_present", settings.reference_present, shape, 1e-300)
    rules.indices("settings.kind", settings.kind, shape, 0, sizes.kinds)
    rules.numbers("settings.contact", settings.contact, contact_shape)
    rules.flags("settings.normalise_by_role", settings.normalise_by_role, (sizes.kinds,))


def _check_attendance(attendance: Attendance, sizes: Sizes) -> None:
    rules.has_shape("attendance.setting", attendance.setting, (None,))
    rows = attendance.setting.shape[0]
    rules.starts("attendance.start", attendance.start, sizes.cells, rows)
    rules.indices("attendance.setting", attendance.setting, (rows,), 0, sizes.settings)
    rules.indices("attendance.role", attendance.role, (rows,), 0, sizes.roles)
    rules.numbers("attendance.activity", attendance.activity, (rows,))
    rules.numbers("attendance.presence", attendance.presence, (rows,))


def _check_record(record: Record, sizes: Sizes) -> None:
    rules.whole("record.n_outputs", record.n_outputs, 0, 2**31)
    rules.whole("record.n_movements", record.n_movements, 0, 2**31)
    rules.flags("record.flow", record.flow, (None, sizes.stages, sizes.stages))
    rules.numbers("record.stock", record.stock, (None, sizes.stages), low=-1e300)
    if record.daily is not None:
        rules.indices("record.daily", record.daily, (sizes.outputs,), NONE, sizes.outputs)


def _check_rates(rates: Rates, n_steps: int, sizes: Sizes) -> None:
    rules.has_shape("rates.multiplier", rates.multiplier, (None, sizes.settings))
    periods = rates.multiplier.shape[0]
    by_setting = (periods, sizes.settings)
    rules.indices("rates.period_of_step", rates.period_of_step, (n_steps,), 0, periods)
    rules.numbers("rates.multiplier", rates.multiplier, by_setting)
    rules.numbers("rates.hazard_per_day", rates.hazard_per_day, by_setting)
    rules.numbers("rates.profile", rates.profile, (periods, sizes.profiles))
    if sizes.profiles < 1 or not bool((rates.profile[:, 0] == 1).all()):
        raise EngineError("rates.profile", "column 0 must be all ones")
    rules.numbers("rates.stage_weight", rates.stage_weight, (None, sizes.stages))
    rules.numbers(
        "rates.capacity",
        rates.capacity,
        (periods, sizes.regions, sizes.resources),
        infinite=True,
    )
    if rates.series_setting is None:
        for name in ("series_multiplier", "series_hazard_per_day"):
            if getattr(rates, name) is not None:
                raise EngineError(f"rates.{name}", "needs rates.series_setting")
        return
    rules.indices("rates.series_setting", rates.series_setting, (None,), 0, sizes.settings)
    rules.unique("rates.series_setting", rates.series_setting)
    shape = (n_steps, rates.series_setting.shape[0])
    if rates.series_multiplier is not None:
        rules.numbers("rates.series_multiplier", rates.series_multiplier, shape)
    if rates.series_hazard_per_day is not None:
        rules.numbers("rates.series_hazard_per_day", rates.series_hazard_per_day, shape)


def _check_people(inputs: Inputs, sizes: Sizes, mode: str) -> None:
    people = inputs.people
    rules.numbers("people", people, (sizes.cells, sizes.stages))
    if mode == "stochastic" and people.dtype.kind == "f":
        broken = np.flatnonzero(people != np.floor(people))
        if broken.size:
            rules.refuse("people", people, int(broken[0]), "must be a whole number")
    total = float(people.sum(dtype=np.float64))
    if total > _MOST_PEOPLE:
        raise EngineError(
            "people",
            "must not add up to more than {most_people}",
            value=total,
            most_people=f"{_MOST_PEOPLE:.0f}",
        )
