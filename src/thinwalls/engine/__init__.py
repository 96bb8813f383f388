"""The numerical core: arrays in, arrays out; it knows no places, diseases or policies."""

from thinwalls.engine.dispersion import Classes, with_classes, with_dispersion
from thinwalls.engine.empty import no_counts, no_exits, no_programmes, no_triggers
from thinwalls.engine.ensemble import run_ensemble
from thinwalls.engine.errors import EngineError
from thinwalls.engine.inputs import (
    NOBODY_SUSCEPTIBLE,
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
from thinwalls.engine.ready import make_ready
from thinwalls.engine.reproduction import (
    activity_by_time,
    activity_days,
    generation_interval,
    next_generation_R,
    renewal_R,
)
from thinwalls.engine.run import StepPart, run, run_draws, step_order, uniforms
from thinwalls.engine.tracking import Tracked, track
from thinwalls.engine.validate import validate

__all__ = [
    "NOBODY_SUSCEPTIBLE",
    "NONE",
    "Attendance",
    "Cells",
    "Classes",
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
    "Tracked",
    "Triggers",
    "activity_by_time",
    "activity_days",
    "generation_interval",
    "make_ready",
    "next_generation_R",
    "no_counts",
    "no_exits",
    "no_programmes",
    "no_triggers",
    "renewal_R",
    "run",
    "run_draws",
    "run_ensemble",
    "step_order",
    "track",
    "uniforms",
    "validate",
    "with_classes",
    "with_dispersion",
]
