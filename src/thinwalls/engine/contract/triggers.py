"""Triggers as the engine takes them in: changes that follow from what a run has seen so far.

Letters as in :mod:`thinwalls.engine.contract.inputs`.
"""

# Rules are read from the annotations, so these are not to become strings.
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray

from thinwalls.common import Float, Int, Key
from thinwalls.engine.contract.field_rules import (
    NONE,
    Indices,
    Keys,
    Numbers,
    Starts,
    Whole,
)

Index = NDArray[np.int32]

MANY: Final = 2**31
"""No fewer than anything that is counted in days."""


@dataclass(frozen=True, slots=True)
class Triggers:
    """State-triggered changes: while a condition on yesterday's record holds, profiles change.

    Trigger q looks at the sum over outputs of flow variable ``variable`` over the last
    ``window_days`` and is on for ``duration_days`` from the day after the sum reached
    ``threshold`` (again and again while it does).  While it is on, profile column ``profile`` is
    multiplied by ``factor``, the multiplier of the listed settings by ``setting_factor``, and
    activity and presence of the listed rows of attendance by ``row_factor``: who is kept apart
    neither meets others there nor is met.  With ``region`` >= 0 the condition is instead the share
    in use of the capacity of ``resource`` there.

    With a ``chance`` it is drawn whether a trigger is really on, once each time that its condition
    begins to hold, by the trigger's ``key`` and the day; so triggers of one key are on together.
    It is drawn in the mean field, too.
    """

    variable: Annotated[Index, Indices("Q", below="V", low=NONE)]
    """index into the flows that are kept (``OutputSpec.flow``), NONE with a region"""
    output_start: Annotated[Int, Starts("Q", rows="watched")]
    """rows of ``output`` of each trigger"""
    output: Annotated[Index, Indices("watched", below="O")]
    """outputs that are summed; they need no row by interval"""
    region: Annotated[Index, Indices("Q", below="R", low=NONE)]
    """region watched, or NONE"""
    resource: Annotated[Index, Indices("Q", below="resources", low=NONE)]
    """resource watched there, or NONE"""
    threshold: Annotated[Float, Numbers("Q")]
    """people, or with a region a share of its capacity"""
    window_days: Annotated[Index, Indices("Q", below=MANY, low=1)]
    """>= 1"""
    duration_days: Annotated[Index, Indices("Q", below=MANY, low=1)]
    """>= 1"""
    effect_after_days: Annotated[Index, Indices("Q", below=MANY)]
    """days added before it takes effect"""
    profile: Annotated[Index, Indices("Q", below="F", low=NONE)]
    """profile column that is multiplied, or NONE"""
    factor: Annotated[Float, Numbers("Q")]
    setting_start: Annotated[Int, Starts("Q", rows="switched")]
    """rows of ``setting`` of each trigger"""
    setting: Annotated[Index, Indices("switched", below="M")]
    """settings whose transmission is multiplied"""
    setting_factor: Annotated[Float, Numbers("Q")]
    row_start: Annotated[Int | None, Starts("Q", rows="attended")] = None
    """rows of ``row`` of each trigger, or None: no rows of attendance change"""
    row: Annotated[Index | None, Indices("attended", below="A")] = None
    """rows of attendance whose activity and presence are multiplied"""
    row_factor: Annotated[Float | None, Numbers("Q")] = None
    chance: Annotated[Index | None, Indices("Q", below="F", low=NONE)] = None
    """profile column with the chance that the trigger is on, read on the first day, or NONE: it
    always is"""
    key: Annotated[Key | None, Keys("Q", shared=True)] = None
    """identity for the random numbers, the same in every scenario; None: the index"""
    from_day: Annotated[Index | None, Indices("Q", below=MANY)] = None
    """first day on which the condition may hold; None: the second of the run, as before that
    nothing was seen"""
    until_day: Annotated[Index | None, Indices("Q", below=MANY)] = None
    """first day on which it may not hold any more; None: it may to the end"""
    first_days: Annotated[Index | None, Indices("Q", below=MANY)] = None
    """days, from the first on which the condition holds, in which alone the trigger is on, or 0:
    on all of them"""
    counted_stock: Annotated[int, Whole(NONE, "U")] = NONE
    """stock variable of which ``Output.trigger_people`` adds up the days, or NONE"""
