"""What the engine takes in: arrays, and nothing that has a name.

One :class:`Inputs` describes one scenario of one draw.  Arrays that do not differ between draws
(cells, attendance, movement topology) are the same objects in every ``Inputs`` and may be shared.

Notation follows the model page, sections 1 and 2: ``C`` cells, ``M`` settings, ``S`` stages,
``R`` regions (hospital catchments), ``K`` severity rows, ``T`` steps, ``P`` periods (a period is a
set of steps with the same rates), ``O`` outputs, ``Y`` rows of the daily outputs (an output each,
or several together).  All times are in days, all rates per day.

Each field says its type, its shape (letters) and its bounds; :data:`MEASURED` says what a letter
stands for, and :func:`thinwalls.engine.contract.field_rules.check_fields` holds inputs against it.
"""

# Rules are read from the annotations, so these are not to become strings.
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray

from thinwalls.common import Bool, Float, Int, Key
from thinwalls.engine.contract.counts import Counts
from thinwalls.engine.contract.field_rules import (
    NONE as NONE,
    Flags,
    Indices,
    Keys,
    Numbers,
    Starts,
    Whole,
)
from thinwalls.engine.contract.seeds import NO_SEEDS, Seeds
from thinwalls.engine.contract.triggers import Triggers as Triggers

Index = NDArray[np.int32]

_POSITIVE: Final = 1e-300
"""Least of what has to be above 0."""
_ONE: Final = 1.0 + 1e-9
"""Most of a probability, with rounding."""
_MANY: Final = 2**31

MEASURED: Final = {
    "kinds": ("settings.contact", 0),
    "roles": ("settings.contact", 1),
    "R": ("rates.capacity", 1),
    "resources": ("rates.capacity", 2),
    "F": ("rates.profile", 1),
    "W": ("rates.stage_weight", 0),
    "S": ("stages.dwell_days", 0),
    "K": ("stages.branch_probability", 0),
    "C": ("cells.key", 0),
    "M": ("settings.transmission", 0),
    "V": ("outputs.flow", 0),
    "U": ("outputs.stock", 0),
    "O": ("outputs.n_outputs", -1),
    "movements": ("outputs.n_movements", -1),
    "T": ("n_steps", -1),
    "B": ("stages.branch_from", 0),
    "E": ("stages.entry", 0),
    "A": ("attendance.setting", 0),
    "X": ("exits.to", 0),
    "N": ("counts.people_per_day", 0),
    "pool": ("counts.pool_cell", 0),
    "fan": ("counts.fan_cell", 0),
    "G": ("programmes.stage_from", 0),
    "reached": ("programmes.cell", 0),
    "L": ("programmes.limit_people", 0),
    "I": ("seeds.step", 0),
    "seeded": ("seeds.pool_cell", 0),
    "Q": ("triggers.threshold", 0),
    "watched": ("triggers.output", 0),
    "switched": ("triggers.setting", 0),
    "attended": ("triggers.row", 0),
    "P": ("rates.multiplier", 0),
    "Z": ("rates.series_setting", 0),
}
"""Where each letter is measured: field and axis; -1: the field is the size itself."""
NOBODY_SUSCEPTIBLE = 1e-12
"""People as which an output without susceptible people counts in the mean force of its row."""


@dataclass(frozen=True, slots=True)
class Stages:
    """The stage graph: where a person can be in the course of the disease.

    A person who leaves stage ``s`` goes along one of its branches; the branch is drawn where it
    splits, so exits never compete (stages with different dwell times per branch are separate
    stages entered at the split).  Erlang dwell times are chains of stages made by the caller.
    """

    dwell_days: Annotated[Float, Numbers("S", low=_POSITIVE, infinite=True)]
    """mean time in a stage; ``inf`` for stages that nobody leaves by themselves."""
    infectiousness: Annotated[Float, Numbers("S")]
    """relative infectious activity of one person, 0 for most stages."""
    present: Annotated[Float, Numbers("S")]
    """1 where the person takes part in settings, 0 where not (in hospital, dead)."""
    alive: Annotated[Bool, Flags("S")]
    """False for deaths: such people are counted but never moved, tested or vaccinated."""
    branch_from: Annotated[Index, Indices("B", below="S")]
    """stage that a branch leaves."""
    branch_to: Annotated[Index, Indices("B", below="S")]
    """stage that a branch enters."""
    branch_probability: Annotated[Float, Numbers("K B", high=_ONE)]
    """probability of a branch, given that its stage is left; sums to 1 per stage and row."""
    susceptible: Annotated[int, Whole(0, "S")]
    """Stage from which people are infected."""
    infected: Annotated[int, Whole(0, "S")]
    """Stage that a newly infected person enters."""
    resource: Annotated[Index, Indices("S", below="resources", low=NONE)]
    """hospital resource (0 = bed, 1 = intensive care, ...) that a stage occupies, or NONE."""
    overflow: Annotated[Index, Indices("S", below="S", low=NONE)]
    """stage entered instead when the region has no free capacity of that resource, or NONE (then
    the resource never refuses anybody).  The overflow stage may itself occupy a resource only if
    that one has a smaller index (no intensive care -> a bed)."""
    entry: Annotated[Index | None, Indices("E", below="S")] = None
    """stages over which newly infected people are spread (classes of infectiousness, for
    example), or None: all of them enter ``infected``."""
    entry_probability: Annotated[Float | None, Numbers("K E", high=_ONE)] = None
    """probability of each entry; sums to 1 per severity row."""
    found: Annotated[Bool | None, Flags("S")] = None
    """stages of people who are known to be infected, whose contagion ``Cells.found_profile``
    changes, or None: there are none."""
    found_least: float = 0.0
    """Least factor, 0 to 1, that a profile leaves of their contagion: however many things are done
    at once, a person who is kept apart stays as contagious as this."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Groups of people who share home, group and stratum."""

    key: Annotated[Key, Keys("C")]
    """identity for the random numbers: the same in every scenario, unique within a run."""
    severity_row: Annotated[Index, Indices("C", below="K")]
    """row of ``branch_probability``."""
    susceptibility: Annotated[Float, Numbers("C")]
    """multiplies the force of infection."""
    infectivity: Annotated[Float, Numbers("C")]
    """multiplies the infectious activity of the cell's people (vaccination, for example)."""
    region: Annotated[Index, Indices("C", below="R", low=NONE)]
    """hospital region, or NONE (no hospital is ever full for these people)."""
    output: Annotated[Index, Indices("C", below="O", low=NONE)]
    """output to which the cell adds, or NONE."""
    contagion_shape_per_day: Annotated[Float | None, Numbers("C", low=_POSITIVE, infinite=True)] = (
        None
    )
    """what people pass on is Gamma distributed around its mean, with this shape for every day of
    full contagiousness of one person (None or ``inf``: it is its mean, as in the mean field)"""
    early: Annotated[Bool | None, Flags("C")] = None
    """cells that mostly have people at the start (None: those that have in this run).  The
    kernels put them first; what they derive from the order is used again as long as this stays."""
    found_profile: Annotated[Index | None, Indices("C", below="F", low=NONE)] = None
    """column of ``Rates.profile`` that multiplies the contagion of the cell's people in
    ``Stages.found``, or NONE (None: everywhere): they infect like anybody else."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Pools in which people meet."""

    transmission: Annotated[Float, Numbers("M")]
    """beta0 per day: what one fully infectious person passes on per day when all are
    susceptible, at the reference crowding."""
    crowding_exponent: Annotated[Float, Numbers("M")]
    """rho: 0 frequency-dependent, 1 density-dependent."""
    reference_present: Annotated[Float, Numbers("M", low=_POSITIVE)]
    """activity present at which ``transmission`` holds (n_ref), > 0."""
    kind: Annotated[Index, Indices("M", below="kinds")]
    """row of ``contact``."""
    contact: Annotated[Float, Numbers("kinds roles roles")]
    """relative contact of a susceptible role (row) with an infectious role
    (column); all ones = proportionate mixing."""
    normalise_by_role: Annotated[Bool, Flags("kinds")]
    """False: J_mr / N_m summed over roles (N of the whole setting).  True: J_mr / N_mr,
    the prevalence within each role, weighted by ``contact`` (contact-matrix models)."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """Sparse: which cell attends which setting, sorted by cell."""

    start: Annotated[Int, Starts("C", rows="A")]
    """rows of cell i are start[i]:start[i + 1]."""
    setting: Annotated[Index, Indices("A", below="M")]
    role: Annotated[Index, Indices("A", below="roles")]
    activity: Annotated[Float, Numbers("A")]
    """a_im >= 0: weight with which the person meets others there; it scales the exposure of
    the person."""
    presence: Annotated[Float, Numbers("A")]
    """weight with which the person adds to J and N there; equal to ``activity`` except in
    published models that tell exposure and contribution apart."""


@dataclass(frozen=True, slots=True)
class Exits:
    """Movements by hazard: every person of a cell faces them alike, sorted by cell."""

    start: Annotated[Int, Starts("C", rows="X")]
    to: Annotated[Index, Indices("X", below="C")]
    """destination cell."""
    hazard_per_day: Annotated[Float, Numbers("X")]
    profile: Annotated[Index, Indices("X", below="F")]
    """column of ``Rates.profile`` that multiplies the hazard."""
    movement: Annotated[Index, Indices("X", below="movements", low=NONE)]
    """class under which moves are counted (0 .. n_movements - 1), or NONE: not counted."""
    stage_weight: Annotated[Index, Indices("X", below="W")]
    """row of ``Rates.stage_weight``."""


@dataclass(frozen=True, slots=True)
class Programmes:
    """Moves between stages of one cell that are not the disease's doing: detection, isolation.

    Row n moves people of its cells from ``stage_from`` to ``stage_to`` at a hazard, as long as
    the place has room (``capacity``: people who may be in any ``stage_to`` of the same limit).
    """

    cell_start: Annotated[Int, Starts("G", rows="reached")]
    cell: Annotated[Index, Indices("reached", below="C")]
    stage_from: Annotated[Index, Indices("G", below="S")]
    stage_to: Annotated[Index, Indices("G", below="S")]
    hazard_per_day: Annotated[Float, Numbers("G")]
    profile: Annotated[Index, Indices("G", below="F")]
    limit: Annotated[Index, Indices("G", below="L", low=NONE)]
    """row of ``limit_people``, or NONE for unlimited"""
    limit_people: Annotated[Float, Numbers("L", infinite=True)]
    """most people in the target stages of the rows with that limit, together"""


@dataclass(frozen=True, slots=True)
class Rates:
    """What changes with time."""

    period_of_step: Annotated[Index, Indices("T", below="P")]
    """period in force during a step"""
    multiplier: Annotated[Float, Numbers("P M")]
    """c_m(t) on the transmission of a setting"""
    hazard_per_day: Annotated[Float, Numbers("P M")]
    """external hazard of a setting (introductions): adds sigma_i a_im h_m to lambda_i"""
    profile: Annotated[Float, Numbers("P F")]
    """multipliers of movements and programmes; column 0 is all ones"""
    stage_weight: Annotated[Float, Numbers("W S")]
    """relative chance of being moved by stage; row 0 is all ones for people alive"""
    capacity: Annotated[Float, Numbers("P R resources", infinite=True)]
    """people whom each resource can still hold, without those outside of this model"""
    series_setting: Annotated[Index | None, Indices("Z", below="M", unique=True)] = None
    """settings that follow a series of their own, step by step, or None.  It keeps
    ``multiplier`` small when some settings (counties that reproduce a record) change every step
    and the others a few times."""
    series_multiplier: Annotated[Float | None, Numbers("T Z")] = None
    """multiplies ``multiplier`` of that setting"""
    series_hazard_per_day: Annotated[Float | None, Numbers("T Z")] = None
    """adds to ``hazard_per_day`` of that setting"""


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """What is kept of a run: totals for each output, and rows by interval to which they add."""

    n_outputs: Annotated[int, Whole(0, _MANY)]
    every_days: Annotated[int, Whole(1, _MANY)]
    flow: Annotated[Bool, Flags("V S S")]
    """variable v counts moves from stage (row) to stage (column), summed over the
    interval, whether by the disease or by a programme"""
    stock: Annotated[Float, Numbers("U S", low=-1e300)]
    """variable u is the weighted number of people at the end of the interval"""
    n_movements: Annotated[int, Whole(0, _MANY)]
    """classes of movement; ``moved`` counts people who leave, ``arrived`` those who come"""
    force: bool
    """keep the force of infection averaged over the people susceptible in an output; of several
    outputs in one row, the mean weighted with the people susceptible in each at the start"""
    daily: Annotated[Index | None, Indices("O", below="O", low=NONE)] = None
    """row of the daily outputs (by interval, whatever ``every_days``) to which an output adds,
    or NONE (only its totals are kept); several may share one.  None: each has a row of its own."""

    @property
    def n_rows(self) -> int:
        """Y, rows of the daily outputs."""
        return self.n_outputs if self.daily is None else int(self.daily.max(initial=NONE)) + 1


@dataclass(frozen=True, slots=True)
class Inputs:
    """One scenario of one draw, ready to run.

    Arrays are never changed by a run and must never be changed in place by anybody else: what was
    checked or compiled once for a ``Cells``, ``Attendance``, ``Exits``, ``Counts``,
    ``Programmes``, ``Stages`` or ``OutputSpec`` object is used again when the same object returns.
    Use the same objects for all draws and scenarios that share them.
    """

    step_days: float
    n_steps: Annotated[int, Whole(1, 2**32)]
    people: Annotated[Int, Numbers("C S")]
    """at the start (float64 allowed for the mean field)"""
    cells: Cells
    settings: Settings
    attendance: Attendance
    stages: Stages
    exits: Exits
    counts: Counts
    programmes: Programmes
    triggers: Triggers
    rates: Rates
    outputs: OutputSpec
    linear: bool = False
    """False: a hazard h acts for a step with probability 1 - exp(-h dt).  True: min(1, h dt), the
    explicit Euler step that some published models use."""
    seeds: Seeds = NO_SEEDS
    """who is infected but by nobody in the run"""
