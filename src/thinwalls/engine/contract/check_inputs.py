"""Everything that can be wrong with inputs, found before anything runs.

What one field may hold is declared beside it (:mod:`thinwalls.engine.contract.inputs`); here and in
the other modules ``check_*`` stands what concerns several fields.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from thinwalls.engine.contract.check_tables import (
    check_counts,
    check_entry_given,
    check_exits,
    check_programmes,
    check_stages,
    check_triggers,
)
from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.contract.field_rules import (
    check_fields,
    letters_of,
    measured,
    refuse,
    rules_of,
)
from thinwalls.engine.contract.inputs import MEASURED
from thinwalls.engine.numba_support.memo import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from thinwalls.engine.contract.inputs import Inputs, Rates

_MOST_PEOPLE: Final = 2.0**52

_checked: Final[Memory[bool]] = Memory(64)


def check_inputs(inputs: Inputs, mode: str = "stochastic") -> None:
    """Raise an error unless the inputs can be run.

    Parts of inputs that were found correct before (the same objects) are not looked at again.

    Parameters
    ----------
    inputs
        What is going to be run.
    mode
        "stochastic" (people are whole) or "mean_field".

    Raises
    ------
    EngineError
        Something cannot be used; names array, index, value and what is allowed.
    """
    _check_scalars(inputs)
    sizes = measured(inputs, MEASURED)
    check_entry_given(inputs.stages)
    parts: tuple[tuple[str, Any, Callable[[Any], None] | None], ...] = (
        ("stages", inputs.stages, check_stages),
        ("cells", inputs.cells, None),
        ("settings", inputs.settings, None),
        ("attendance", inputs.attendance, None),
        ("exits", inputs.exits, check_exits),
        ("counts", inputs.counts, check_counts),
        ("programmes", inputs.programmes, check_programmes),
        ("triggers", inputs.triggers, check_triggers),
        ("outputs", inputs.outputs, None),
        ("seeds", inputs.seeds, None),
    )
    for name, part, check in parts:
        own = {letter: sizes[letter] for letter in letters_of(type(part))}
        make = partial(_check_part, name, part, own, check)
        _checked.get((part,), (name, *own.values()), make)
    _check_rates(inputs.rates, sizes)
    _check_people(inputs, sizes, mode)
    _check_seeded_stages(inputs)


def _check_part(
    name: str, part: object, sizes: Mapping[str, int], check: Callable[[Any], None] | None
) -> bool:
    check_fields(name, part, sizes)
    if check is not None:
        check(part)
    return True


def _check_scalars(inputs: Inputs) -> None:
    step, outputs = inputs.step_days, inputs.outputs
    if not (np.isfinite(step) and step > 0):
        raise EngineError("step_days", "must be above 0 and finite", value=step)
    rules_of(type(inputs))["n_steps"].check("n_steps", inputs.n_steps, {})
    for field in ("every_days", "n_outputs", "n_movements"):
        rules_of(type(outputs))[field].check(f"outputs.{field}", getattr(outputs, field), {})
    ratio = outputs.every_days / step
    if abs(ratio - round(ratio)) > 1e-6 * ratio or round(ratio) < 1:
        raise EngineError("step_days", "outputs.every_days must be a multiple of it", value=step)
    if inputs.triggers.threshold.size and abs(1 / step - round(1 / step)) > 1e-6:
        raise EngineError("step_days", "a day must be a multiple of it with triggers", value=step)


def _check_rates(rates: Rates, sizes: Mapping[str, int]) -> None:
    if rates.series_setting is None:
        for name in ("series_multiplier", "series_hazard_per_day"):
            if getattr(rates, name) is not None:
                raise EngineError(f"rates.{name}", "needs rates.series_setting")
    check_fields("rates", rates, sizes)
    if rates.profile.shape[1] < 1 or not bool((rates.profile[:, 0] == 1).all()):
        raise EngineError("rates.profile", "column 0 must be all ones")


def _check_seeded_stages(inputs: Inputs) -> None:
    stages, stage = inputs.stages, inputs.seeds.stage
    # Nobody is put into hospital past those who wait for a bed.
    refused = np.flatnonzero((stage == stages.susceptible) | (stages.resource[stage] >= 0))
    if refused.size:
        refuse(
            "seeds.stage",
            stage,
            int(refused[0]),
            "must be neither the susceptible stage nor one in hospital",
        )


def _check_people(inputs: Inputs, sizes: Mapping[str, int], mode: str) -> None:
    people = inputs.people
    rules_of(type(inputs))["people"].check("people", people, sizes)
    if mode == "stochastic" and people.dtype.kind == "f":
        broken = np.flatnonzero(people != np.floor(people))
        if broken.size:
            refuse("people", people, int(broken[0]), "must be a whole number")
    total = float(people.sum(dtype=np.float64))
    if total > _MOST_PEOPLE:
        raise EngineError(
            "people",
            "must not add up to more than {most_people}",
            value=total,
            most_people=f"{_MOST_PEOPLE:.0f}",
        )
