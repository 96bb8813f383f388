"""What the engine takes in: arrays, and nothing that has a name.

One :class:`Inputs` describes one scenario of one draw.  Arrays that do not differ between draws
(cells, attendance, movement topology) are the same objects in every ``Inputs`` and may be shared.

Notation follows the model page, sections 1 and 2: ``C`` cells, ``M`` settings, ``S`` stages,
``R`` regions (hospital catchments), ``K`` courses (rows of severity), ``T`` steps, ``P`` periods
(a period is a set of steps with the same rates), ``O`` outputs (rows of what is recorded), ``Y``
rows of the daily record (an output each, or several outputs together).
All times are in days, all rates per day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from thinwalls.common import Float, Int

Index = NDArray[np.int32]

NONE = -1
"""Marks "no such thing" in every index array."""
NOBODY_SUSCEPTIBLE = 1e-12
"""People as which an output without susceptible people counts in the mean force of its row."""


@dataclass(frozen=True, slots=True)
class Stages:
    """The stage graph: where a person can be in the course of the disease.

    A person who leaves stage ``s`` goes along one of its branches; the branch is drawn where it
    splits, so exits never compete (stages with different dwell times per branch are separate
    stages entered at the split).  Erlang dwell times are chains of stages made by the caller.
    """

    dwell_days: Float
    """[S] mean time in a stage; ``inf`` for stages that nobody leaves by themselves."""
    infectiousness: Float
    """[S] relative infectious activity of one person, 0 for most stages."""
    present: Float
    """[S] 1 where the person takes part in settings, 0 where not (in hospital, dead)."""
    alive: NDArray[np.bool_]
    """[S] False for deaths: such people are counted but never moved, tested or vaccinated."""
    branch_from: Index
    """[B] stage that a branch leaves."""
    branch_to: Index
    """[B] stage that a branch enters."""
    branch_probability: Float
    """[K, B] probability of a branch, given that its stage is left; sums to 1 per stage, course."""
    susceptible: int
    """Stage from which people are infected."""
    infected: int
    """Stage that a newly infected person enters."""
    resource: Index
    """[S] hospital resource (0 = bed, 1 = intensive care, ...) that a stage occupies, or NONE."""
    overflow: Index
    """[S] stage entered instead when the region has no free unit of that resource, or NONE (then
    the resource never refuses anybody).  The overflow stage may itself occupy a resource only if
    that one has a smaller index (no intensive care -> a bed)."""
    entry: Index | None = None
    """[N] stages over which newly infected people are spread (classes of infectiousness, for
    example), or None: all of them enter ``infected``."""
    entry_probability: Float | None = None
    """[K, N] probability of each entry; sums to 1 per course."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Groups of people who share home, group and stratum."""

    key: NDArray[np.uint64]
    """[C] identity for the random numbers: the same in every scenario, unique within a run."""
    course: Index
    """[C] row of ``branch_probability``."""
    susceptibility: Float
    """[C] multiplies the force of infection."""
    infectivity: Float
    """[C] multiplies the infectious activity of the cell's people (vaccination, for example)."""
    region: Index
    """[C] hospital region, or NONE (no hospital is ever full for these people)."""
    output: Index
    """[C] row of the record to which the cell adds, or NONE."""
    early: NDArray[np.bool_] | None = None
    """[C] cells that mostly have people at the start (None: those that have in this run).  The
    kernels put them first; what they derive from the order is used again as long as this stays."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Pools in which people meet."""

    transmission: Float
    """[M] beta0 per day: what one fully infectious person passes on per day when all are
    susceptible, at the reference crowding."""
    crowding_exponent: Float
    """[M] rho: 0 frequency-dependent, 1 density-dependent."""
    reference_present: Float
    """[M] activity present at which ``transmission`` holds (n_ref), > 0."""
    kind: Index
    """[M] row of ``contact``."""
    contact: Float
    """[kinds, roles, roles] relative contact of a susceptible role (row) with an infectious role
    (column); all ones = proportionate mixing."""
    normalise_by_role: NDArray[np.bool_]
    """[kinds] False: J_mr / N_m summed over roles (N of the whole setting).  True: J_mr / N_mr,
    the prevalence within each role, weighted by ``contact`` (contact-matrix models)."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """Sparse: which cell attends which setting, sorted by cell."""

    start: Int
    """[C + 1] rows of cell i are start[i]:start[i + 1]."""
    setting: Index
    """[A]"""
    role: Index
    """[A]"""
    activity: Float
    """[A] a_im >= 0: weight with which the person meets others there; it scales the exposure of
    the person."""
    presence: Float
    """[A] weight with which the person adds to J and N there; equal to ``activity`` except in
    published models that tell exposure and contribution apart."""


@dataclass(frozen=True, slots=True)
class Exits:
    """Movements by hazard: every person of a cell faces them alike, sorted by cell."""

    start: Int
    """[C + 1]"""
    to: Index
    """[X] destination cell."""
    hazard_per_day: Float
    """[X]"""
    profile: Index
    """[X] column of ``Rates.profile`` that multiplies the hazard."""
    movement: Index
    """[X] class under which moves are counted (0 .. n_movements - 1), or NONE: not counted."""
    stage_weight: Index
    """[X] row of ``Rates.stage_weight``."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Movements by number: so many people a day out of a pool of cells.

    People are drawn from the pool without replacement, in proportion to their number times the
    cell's weight times the stage weight.  Who comes from a pool entry with ``pool_to`` >= 0 goes
    to that cell; others are spread over the fan of the row in proportion to ``fan_weight``.
    """

    people_per_day: Float
    """[N]"""
    profile: Index
    """[N]"""
    movement: Index
    """[N] as in :class:`Exits`"""
    stage_weight: Index
    """[N]"""
    pool_start: Int
    """[N + 1]"""
    pool_cell: Index
    """[.]"""
    pool_weight: Float
    """[.] relative chance of a person of this cell"""
    pool_to: Index
    """[.] own destination, or NONE to use the fan"""
    fan_start: Int
    """[N + 1]"""
    fan_cell: Index
    """[.]"""
    fan_weight: Float
    """[.]"""
    key: NDArray[np.uint64] | None = None
    """[N] identity of a row for the random numbers: the same in every scenario, unique within a
    run.  None: the index of the row (then scenarios share noise only if rows line up)."""


@dataclass(frozen=True, slots=True)
class Programmes:
    """Moves between stages of one cell that are not the disease's doing: detection, isolation.

    Row n moves people of its cells from ``stage_from`` to ``stage_to`` at a hazard, as long as
    the place has room (``capacity``: people who may be in any ``stage_to`` of the same limit).
    """

    cell_start: Int
    """[G + 1]"""
    cell: Index
    """[.]"""
    stage_from: Index
    """[G]"""
    stage_to: Index
    """[G]"""
    hazard_per_day: Float
    """[G]"""
    profile: Index
    """[G]"""
    limit: Index
    """[G] row of ``limit_people``, or NONE for unlimited"""
    limit_people: Float
    """[L] most people in the target stages of the rows with that limit, together"""


@dataclass(frozen=True, slots=True)
class Triggers:
    """State-triggered changes: while a condition on yesterday's record holds, profiles change.

    Trigger q looks at the sum over outputs of flow variable ``variable`` over the last
    ``window_days`` and is on for ``duration_days`` from the day after the sum reached
    ``threshold`` (again and again while it does).  While it is on, profile column ``profile`` is
    multiplied by ``factor`` and the multiplier of the listed settings by ``setting_factor``.
    With ``region`` >= 0 the condition is instead the share of ``resource`` units in use there.
    """

    variable: Index
    """[Q] index into the flows recorded (``Record.flow``), NONE with a region"""
    output_start: Int
    """[Q + 1] rows of ``output`` of each trigger"""
    output: Index
    """[.] outputs that are summed; they need no row of the daily record"""
    region: Index
    """[Q] region watched, or NONE"""
    resource: Index
    """[Q] resource watched there, or NONE"""
    threshold: Float
    """[Q] people, or a share of the units with a region"""
    window_days: Index
    """[Q] >= 1"""
    duration_days: Index
    """[Q] >= 1"""
    delay_days: Index
    """[Q] days added before it takes effect"""
    profile: Index
    """[Q] profile column that is multiplied, or NONE"""
    factor: Float
    """[Q]"""
    setting_start: Int
    """[Q + 1] rows of ``setting`` of each trigger"""
    setting: Index
    """[.] settings whose transmission is multiplied"""
    setting_factor: Float
    """[Q]"""


@dataclass(frozen=True, slots=True)
class Rates:
    """What changes with time."""

    period_of_step: Index
    """[T] period in force during a step"""
    multiplier: Float
    """[P, M] c_m(t) on the transmission of a setting"""
    hazard_per_day: Float
    """[P, M] external hazard of a setting (introductions): adds sigma_i a_im h_m to lambda_i"""
    profile: Float
    """[P, F] multipliers of movements and programmes; column 0 is all ones"""
    stage_weight: Float
    """[W, S] relative chance of being moved by stage; row 0 is all ones for people alive"""
    capacity: Float
    """[P, R, resources] units free for the people of this model"""
    series_setting: Index | None = None
    """[Z] settings that follow a series of their own, step by step, or None.  It keeps
    ``multiplier`` small when some settings (counties that reproduce a record) change every step
    and the others a few times."""
    series_multiplier: Float | None = None
    """[T, Z] multiplies ``multiplier`` of that setting"""
    series_hazard_per_day: Float | None = None
    """[T, Z] adds to ``hazard_per_day`` of that setting"""


@dataclass(frozen=True, slots=True)
class Record:
    """What is saved: totals over the run for each output, and every ``every_days`` days the rows
    to which outputs add up."""

    n_outputs: int
    every_days: int
    flow: NDArray[np.bool_]
    """[V, S, S] variable v counts moves from stage (row) to stage (column), summed over the
    interval, whether by the disease or by a programme"""
    stock: Float
    """[U, S] variable u is the weighted number of people at the end of the interval"""
    n_movements: int
    """classes of movement; ``moved`` counts people who leave, ``arrived`` those who come"""
    force: bool
    """record the force of infection averaged over the people susceptible in an output; of several
    outputs in one row, the mean weighted with the people susceptible in each at the start"""
    daily: Index | None = None
    """[O] row of the daily record (by interval, whatever ``every_days``) to which an output adds,
    or NONE (only its totals are kept); several may share one.  None: each has a row of its own."""

    @property
    def n_rows(self) -> int:
        """Y, rows of the daily record."""
        return self.n_outputs if self.daily is None else int(self.daily.max(initial=NONE)) + 1


@dataclass(frozen=True, slots=True)
class Inputs:
    """One scenario of one draw, ready to run.

    Arrays are never changed by a run and must never be changed in place by anybody else: what was
    checked or compiled once for a ``Cells``, ``Attendance``, ``Exits``, ``Counts``,
    ``Programmes``, ``Stages`` or ``Record`` object is used again when the same object returns.
    Use the same objects for all draws and scenarios that share them.
    """

    step_days: float
    n_steps: int
    people: Int
    """[C, S] at the start (float64 allowed for the mean field)"""
    cells: Cells
    settings: Settings
    attendance: Attendance
    stages: Stages
    exits: Exits
    counts: Counts
    programmes: Programmes
    triggers: Triggers
    rates: Rates
    record: Record
    linear: bool = False
    """False: a hazard h acts for a step with probability 1 - exp(-h dt).  True: min(1, h dt), the
    explicit Euler step that some published models use."""


@dataclass(frozen=True, slots=True)
class Output:
    """What one run gives back; D = recorded intervals, Y = rows of the daily record (all outputs
    unless ``Record.daily`` says otherwise)."""

    flow: Float
    """[D, Y, V]"""
    stock: Float
    """[D, Y, U]"""
    moved: Float
    """[D, Y, movements] people who left cells of the row, by class"""
    arrived: Float
    """[D, Y, movements]"""
    force: Float
    """[D, Y] mean force of infection per day (empty when not recorded)"""
    moved_infected: Float
    """[D, Y, movements] of those who left, people in a stage with infectiousness > 0 or on the
    way there"""
    resource_in_use: Float
    """[D, R, resources] largest number in use within the interval"""
    overflowed: Float
    """[D, R, resources] people turned away within the interval"""
    final: Float
    """[C, S] people at the end"""
    flow_total: Float
    """[O, V] sum over all intervals, as the others below"""
    stock_total: Float
    """[O, U] with ``every_days`` 1 and stocks of people: person-days"""
    moved_total: Float
    """[O, movements]"""
    arrived_total: Float
    """[O, movements]"""
    moved_infected_total: Float
    """[O, movements]"""
