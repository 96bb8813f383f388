"""The numerical core: arrays in, arrays out; it knows no places, diseases or policies."""

from thinwalls.engine.ensemble import run_ensemble
from thinwalls.engine.errors import EngineError
from thinwalls.engine.inputs import (
    NONE,
    Attendance,
    Cells,
    Counts,
    Exits,
    Inputs,
    Output,
    Programmes,
    Rates,
    Record,
    Settings,
    Stages,
    Triggers,
)
from thinwalls.engine.run import StepPart, run, step_order, uniforms
from thinwalls.engine.validate import validate

__all__ = [
    "NONE",
    "Attendance",
    "Cells",
    "Counts",
    "EngineError",
    "Exits",
    "Inputs",
    "Output",
    "Programmes",
    "Rates",
    "Record",
    "Settings",
    "Stages",
    "StepPart",
    "Triggers",
    "run",
    "run_ensemble",
    "step_order",
    "uniforms",
    "validate",
]
