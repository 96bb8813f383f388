"""Compiling, or loading what was compiled before, ahead of the first run."""

from __future__ import annotations

import gc
from threading import Lock
from typing import Final

import numpy as np

from thinwalls.engine.contract.inputs import (
    NONE,
    Attendance,
    Cells,
    Inputs,
    OutputSpec,
    Rates,
    Settings,
    Stages,
)
from thinwalls.engine.contract.no_rows import no_counts, no_exits, no_programmes, no_triggers
from thinwalls.engine.random.keyed_uniforms import key_of
from thinwalls.engine.running.draws import execute, prepare

_lock: Final = Lock()
_done: Final[list[bool]] = []


def make_ready() -> None:
    """Have everything that a run needs compiled; once per process, and at no cost after that.

    Call it before starting threads.  In the main thread, and without the search for cyclic
    garbage, of which a compiler makes little, the first run after installation takes two thirds of
    the time that it takes in a thread.
    """
    with _lock:
        if _done:
            return
        collects = gc.isenabled()
        gc.disable()
        try:
            execute(prepare(_nobody(), "stochastic"), 0, (), False)
            key_of(0, 0)
        finally:
            if collects:
                gc.enable()
        _done.append(True)


def _nobody() -> Inputs:
    """One empty cell in one setting."""
    one, whole = np.ones(1), np.zeros(1, np.int32)
    nowhere = np.full(2, NONE, np.int32)
    return Inputs(
        step_days=1.0,
        n_steps=1,
        people=np.zeros((1, 2), np.int64),
        cells=Cells(
            key=np.ones(1, np.uint64),
            severity_row=whole,
            susceptibility=one,
            infectivity=one,
            region=np.full(1, NONE, np.int32),
            output=whole,
        ),
        settings=Settings(
            transmission=one,
            crowding_exponent=one,
            reference_present=one,
            kind=whole,
            contact=np.ones((1, 1, 1)),
            normalise_by_role=np.zeros(1, np.bool_),
        ),
        attendance=Attendance(
            start=np.array([0, 1]), setting=whole, role=whole, activity=one, presence=one
        ),
        stages=Stages(
            dwell_days=np.array([np.inf, np.inf]),
            infectiousness=np.zeros(2),
            present=np.ones(2),
            alive=np.ones(2, np.bool_),
            branch_from=np.zeros(0, np.int32),
            branch_to=np.zeros(0, np.int32),
            branch_probability=np.zeros((1, 0)),
            susceptible=0,
            infected=1,
            resource=nowhere,
            overflow=nowhere,
        ),
        exits=no_exits(1),
        counts=no_counts(),
        programmes=no_programmes(),
        triggers=no_triggers(),
        rates=Rates(
            period_of_step=whole,
            multiplier=np.ones((1, 1)),
            hazard_per_day=np.zeros((1, 1)),
            profile=np.ones((1, 1)),
            stage_weight=np.ones((1, 2)),
            capacity=np.zeros((1, 0, 0)),
        ),
        outputs=OutputSpec(1, 1, np.zeros((0, 2, 2), np.bool_), np.zeros((0, 2)), 0, False),
    )
