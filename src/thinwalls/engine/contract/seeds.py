"""People who are infected at the beginning of a step: where an outbreak comes from."""

# Rules are read from the annotations, so these are not to become strings.
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray

from thinwalls.common import Float, Int, Key
from thinwalls.engine.contract.field_rules import Indices, Keys, Numbers, Starts

_NONE: Final = -1
MOST_SEEDED: Final = 2**18 - 64
"""People of one row: what fits into the number of an event."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """Susceptible people who are put into another stage at the beginning of a step.

    They are drawn from the susceptible people of a pool of cells one after another, without
    replacement, in proportion to the weight of their cell.  Where fewer are there than a row wants,
    it takes all of them; ``Output.seeded`` says how many it took.  Nobody infected them in this
    run, so no flow counts them.
    """

    step: Annotated[NDArray[np.int32], Indices("I", below="T")]
    """step at whose beginning it happens"""
    stage: Annotated[NDArray[np.int32], Indices("I", below="S")]
    """stage that they are put into; neither the susceptible one nor one in hospital"""
    people: Annotated[Float | Int, Numbers("I", high=MOST_SEEDED)]
    """how many; of a fraction one more with its chance"""
    movement: Annotated[NDArray[np.int32], Indices("I", below="movements", low=_NONE)]
    """class under which those who go to another cell are counted, or NONE: not counted"""
    pool_start: Annotated[Int, Starts("I", rows="seeded")]
    """rows of the pool of each row"""
    pool_cell: Annotated[NDArray[np.int32], Indices("seeded", below="C")]
    pool_weight: Annotated[Float, Numbers("seeded")]
    """relative chance of a person of this cell"""
    pool_to: Annotated[NDArray[np.int32], Indices("seeded", below="C", low=_NONE)]
    """cell to which they go, or NONE: they stay where they are"""
    key: Annotated[Key, Keys("I")]
    """identity of a row for the random numbers: the same in every scenario, unique within a run;
    rows of one step are done in its order"""


_NOTHING: Final = np.zeros(0, np.int32)
NO_SEEDS: Final = Seeds(
    step=_NOTHING,
    stage=_NOTHING,
    people=np.zeros(0),
    movement=_NOTHING,
    pool_start=np.zeros(1, np.int64),
    pool_cell=_NOTHING,
    pool_weight=np.zeros(0),
    pool_to=_NOTHING,
    key=np.zeros(0, np.uint64),
)
"""One object for all inputs without seeds, so that it is checked and compiled once."""


def no_seeds() -> Seeds:
    """Nobody is infected but by somebody else; always the same object."""
    return NO_SEEDS
