"""The arrays as the compiled kernels read them: flat, contiguous, cells in the order of their keys.

Letters as in :mod:`thinwalls.engine.inputs`.  Nothing here is written during a run except
:class:`State` and :class:`Sheet`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Index = NDArray[np.int64]
Bool = NDArray[np.bool_]
Key = NDArray[np.uint64]
Small = NDArray[np.uint32]


BLOCK_BITS: Final = 4
"""A block of ``State.near`` is 2**4 cells."""


class Graph(NamedTuple):
    """The stage graph."""

    leave: Float
    """[S] probability of leaving a stage within a step"""
    leave_hazard: Float
    """[S] the hazard behind it"""
    is_moving: Bool
    """[S] people leave the stage by themselves, or are infectious in it"""
    moving: Key
    """[W] the same, as a set of bits"""
    sources: Key
    """[W] stages with infectiousness > 0, as a set of bits"""
    branch_start: Index
    """[S + 1] branches sorted by the stage they leave"""
    branch_to: Index
    """[B]"""
    branch_share: Float
    """[K, B] probability of a branch, given that none before it was taken"""
    susceptible: int
    entry: Index
    """[N] stages that newly infected people enter"""
    entry_share: Float
    """[K, N] as ``branch_share``"""
    infectiousness: Float
    """[S]"""
    present: Float
    """[S]"""
    resource: Index
    """[S]"""
    overflow: Index
    """[S]"""
    infected: Bool
    """[S] infectious, or on the way there"""
    next: Index
    """[S] the stage to which everybody who leaves goes, and nobody has to ask for room; else -1"""
    usual: Index
    """[S] as ``next``, for stages of two branches: where those go who do not take the first"""
    likely: Index
    """[S] as ``next``, for stages of two branches: where those go who take the first"""
    entry_simple: bool
    """newly infected people enter one stage, in which they need no room"""


class People(NamedTuple):
    """The cells."""

    key: Key
    course: Index
    susceptibility: Float
    infectivity: Float
    region: Index
    output: Index


class Mixing(NamedTuple):
    """Settings and who attends them."""

    start: Int
    setting: Index
    role: Index
    activity: Float
    presence: Float
    member_start: Int
    """[M + 1] cells that attend a setting"""
    member: Index
    transmission: Float
    exponent: Float
    reference: Float
    kind: Index
    contact: Float
    """[kinds, roles, roles] of an infectious role (row) with a susceptible role (column)"""
    by_role: Bool


class Hazards(NamedTuple):
    """Movements by hazard: rows of a cell in groups of one profile, stage weight and movement."""

    start: Int
    """[C + 1] groups of a cell"""
    profile: Index
    """[groups]"""
    weight: Index
    """[groups]"""
    movement: Index
    """[groups]"""
    total: Float
    """[groups] hazard per day of all rows of the group, at profile 1"""
    first: Int
    """[groups + 1] rows of a group"""
    to: Index
    """[X]"""
    hazard: Float
    """[X]"""
    alias: Small
    """[X, 3] one row of destinations in a piece, as its parts are read together from distant
    memory: the share of an equal slot that goes to ``to`` in units of 2**-32, then ``to``, then
    where the rest goes (Walker 1977, "An efficient method for generating discrete random variables
    with general distributions", ACM TOMS 3:253)"""
    plain: Bool
    """[C] all stage weights of the cell are 1 for people who are present, 0 for others"""
    uncounted: Bool
    """[C] all rows are in one group, and nobody counts who moves"""


class Drafts(NamedTuple):
    """Movements by number."""

    key: Key
    people: Float
    """[N] per step"""
    profile: Index
    movement: Index
    weight: Index
    pool_start: Int
    pool_cell: Index
    pool_weight: Float
    pool_to: Index
    fan_start: Int
    fan_cell: Index
    fan_reach: Float
    """weights added up from the first of a row on"""
    plain: Bool
    """[N] the stage weights are 1 for people who are present, 0 for others"""


class Care(NamedTuple):
    """Programmes, grouped by cell and stage of origin."""

    start: Int
    """[C + 1] groups of a cell"""
    stage: Index
    """[groups] stage of origin"""
    group_start: Int
    """[groups + 1] members of a group"""
    row: Index
    """[members] programme row"""
    to: Index
    """[G]"""
    hazard: Float
    """[G]"""
    profile: Index
    """[G]"""
    limit: Index
    """[G]"""
    limit_people: Float
    """[L]"""
    place_limit: Index
    """distinct (limit, cell, stage) whose people count against a limit"""
    place_cell: Index
    place_stage: Index
    cells: Index
    """cells with any group"""
    has_still: Bool
    """[C] some group of the cell starts from a stage that people do not leave by themselves"""


class Signals(NamedTuple):
    """Triggers."""

    variable: Index
    output_start: Int
    output: Index
    region: Index
    resource: Index
    threshold: Float
    window: Index
    duration: Index
    delay: Index
    profile: Index
    factor: Float
    setting_start: Int
    setting: Index
    setting_factor: Float


class Schedule(NamedTuple):
    """What changes with time."""

    period: Index
    multiplier: Float
    hazard: Float
    profile: Float
    stage_weight: Float
    """[W, S] zero for the dead and for people in hospital"""
    capacity: Float
    series_setting: Index
    series_multiplier: Float
    series_hazard: Float


class Ledger(NamedTuple):
    """What is recorded."""

    daily: Index
    """[O] row of the daily record, or NONE"""

    flow_start: Index
    """[S * S + 1] variables that count a move from stage to stage"""
    flow_variable: Index
    stock: Float
    """[S, V] weight of a person in a stage"""
    stock_start: Int
    """[O + 1] cells of an output"""
    stock_cell: Index
    steps: int
    """steps per interval"""
    steps_per_day: int
    force: bool
    linear: bool
    step_days: float


class Plan(NamedTuple):
    """Everything a run reads."""

    graph: Graph
    people: People
    mixing: Mixing
    hazards: Hazards
    drafts: Drafts
    care: Care
    signals: Signals
    schedule: Schedule
    ledger: Ledger


class State(NamedTuple):
    """Everything a run writes while it goes."""

    x: Float
    """[C, S] people"""
    present: Float
    """[C] people present, weighted by stage"""
    held: Key
    """[C, W] stages with people in them, as sets of bits; a stage without may still be there"""
    living: Index
    """[C] the cells with people in them at the start of the step, in order"""
    stirring: Index
    """[C] those in which somebody may leave a stage, or is infectious, in order"""
    exposed: Index
    """[C] those in which somebody may be infected, and all that are stirring, in order"""
    exposed_bits: Key
    """[1, C / 64] the same as a set of bits; empty between uses"""
    active: Index
    """[C] those in which somebody may be infected in this step or leave a stage, in order"""
    infected: Float
    """[C] newly infected in this step"""
    coming: Float
    """[C] susceptible people on the way"""
    arriving: Float
    """[C, S] other people on the way"""
    bound: Key
    """[C, W] stages in which other people are on the way, as sets of bits"""
    near: Bool
    """[C / 16] blocks of cells to which susceptible people are on the way"""
    reached: Key
    """[1, C / 64] cells to which other people are on the way, as a set of bits"""
    force: Float
    """[M, roles] transmission x contact x activity / activity present, plus the external hazard"""
    source: Float
    """[M, roles] infectious activity"""
    here: Float
    """[M, roles] activity present, of settings with a force"""
    lit: Bool
    """[M] a force is not zero"""
    crowd: Float
    """[M, 2] activity present and the crowding factor it gave"""
    in_use: Float
    """[R, resources]"""
    multiplier: Float
    """[M] in force in this step"""
    hazard: Float
    """[M]"""
    profile: Float
    """[F]"""
    setting_trigger: Float
    """[M] product of the factors of triggers that are on"""
    leave: Float
    """[C] probability of leaving by hazard at stage weight 1"""
    leave_hazard: Float
    """[C] the hazard behind it"""
    exit_reach: Float
    """[groups] hazards of the groups of a cell, added up from its first group on"""
    care_leave: Float
    """[groups] probability of a programme move"""
    care_hazard: Float
    """[groups] the hazard behind it"""
    care_reach: Float
    """[members] hazards of the members of a group, added up from its first on"""
    request_cell: Index
    request_row: Index
    request_from: Index
    request_people: Float
    """requests for something that has a limit (beds, room)"""
    stage_people: Float
    """[S] people in the stages of one cell or output; zero between uses"""
    came: Key
    """[1, W] the stages in which somebody arrives, as a set of bits; empty between uses"""
    trigger_day: Float
    """[Q, days] what a trigger saw each day"""
    trigger_on: Bool
    """[Q, days + ...]"""
    trigger_seen: Float
    """[Q] sum over the run up to the last day"""
    force_share: Float
    """[O] weight of an output in the mean force of infection of its daily row"""
    cell_stream: Key
    """[C] random stream of a cell"""
    draft_stream: Key
    """[N] random stream of a movement by number"""
    draft_people: Float
    """[N] people asked for in this step"""
    draft_live: Int
    """[N] movements by number that ask for anybody in this step"""
    lot: Float
    """[5, L] work space: people, probability, hazard, uniform number and count of binomial draws
    that are made together"""
    lot_cell: Int
    """[L] work space: whose draws they are"""
    lot_stage: Int
    """[L]"""
    fork: Float
    """[5, L] as ``lot``, for the first of several ways that people may take"""
    fork_often: Bool
    """[L] the draw counts those who do not go the first way"""
    fork_cell: Int
    """[L]"""
    fork_stage: Int
    """[L] stage that is left, -1 for newly infected people"""
    choices: Float
    """work space: weights of members of a pool, or sums of weights of destinations"""
    chosen: Float
    """work space: people per destination"""
    room: Float
    """[L] room under a limit"""
    asked: Float
    """[L] people who ask for it"""
    region_wanted: Float
    """[R] units wanted"""
    region_free: Float
    """[R] units free"""
    counted_use: Float
    """[R, resources] work space of the checked mode"""


class Reset(NamedTuple):
    """The memory of all arrays of a :class:`State`, to begin a draw with; empty for one draw."""

    now: Key
    """what a run reads and writes"""
    start: Key
    """as it was before the first step"""


class Audit(NamedTuple):
    """What the checked mode compares a run with."""

    on: bool
    people: float
    """all people"""
    began: Float
    """[S] people in a stage at the start"""
    once: Bool
    """[resources] nobody can come to need the resource or a higher one twice in one stay in the
    one below (in one infection for the lowest)"""


class Sheet(NamedTuple):
    """The record; for several draws, with the draw as first index of every array."""

    flow: Float
    stock: Float
    moved: Float
    arrived: Float
    moved_infected: Float
    force: Float
    force_sum: Float
    """[O] of this step"""
    force_people: Float
    """[O] of this step"""
    in_use: Float
    overflowed: Float
    flow_total: Float
    """[O, V] over the run, as the others below"""
    stock_total: Float
    moved_total: Float
    arrived_total: Float
    moved_infected_total: Float
    moves: Float
    """[S, S] people who went from stage to stage so far; empty unless checked"""
