"""Movements by number, as the engine takes them in."""

# Rules are read from the annotations, so these are not to become strings.
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray

from thinwalls.common import Bool, Float, Int, Key
from thinwalls.engine.contract.field_rules import Flags, Indices, Keys, Numbers, Starts

Index = NDArray[np.int32]

NONE: Final = -1
"""Marks "no such thing", as in every index array."""
_ONE: Final = 1.0 + 1e-9
"""Most of a probability, with rounding."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Movements by number: so many people a day out of a pool of cells.

    People are drawn from the pool without replacement, in proportion to their number times the
    cell's weight times the stage weight.  Who comes from a pool entry with ``pool_to`` >= 0 goes
    to that cell; others are spread over the fan of the row in proportion to ``fan_weight``.
    """

    people_per_day: Annotated[Float, Numbers("N", high=2.0**40)]
    profile: Annotated[Index, Indices("N", below="F")]
    movement: Annotated[Index, Indices("N", below="movements", low=NONE)]
    """as in :class:`Exits`"""
    stage_weight: Annotated[Index, Indices("N", below="W")]
    pool_start: Annotated[Int, Starts("N", rows="pool")]
    pool_cell: Annotated[Index, Indices("pool", below="C")]
    pool_weight: Annotated[Float, Numbers("pool")]
    """relative chance of a person of this cell"""
    pool_to: Annotated[Index, Indices("pool", below="C", low=NONE)]
    """own destination, or NONE to use the fan"""
    fan_start: Annotated[Int, Starts("N", rows="fan")]
    fan_cell: Annotated[Index, Indices("fan", below="C")]
    fan_weight: Annotated[Float, Numbers("fan")]
    key: Annotated[Key | None, Keys("N")] = None
    """identity of a row for the random numbers: the same in every scenario, unique within a
    run.  None: the index of the row (then scenarios share noise only if rows line up)."""
    at_once: Annotated[Bool | None, Flags("N")] = None
    """rows whose people of a day all move in its first step; None: evenly over its steps"""
    changed_to: Annotated[Index | None, Indices("N", below="S", low=NONE)] = None
    """stage in which people of the row arrive for whom it works (a dose that protects), or NONE:
    everybody keeps the stage.  None: no row changes anybody's"""
    changed_share: Annotated[Float | None, Numbers("N S", high=_ONE)] = None
    """probability with which it works for a person of a stage; needed with ``changed_to``"""
    movement_of_others: Annotated[Index | None, Indices("N", below="movements", low=NONE)] = None
    """class under which those are counted who were not susceptible and for whom it did not work;
    None: as the others"""
