"""The arrays that a run writes while it goes: its state, its record, and what checks them.

Letters as in :mod:`thinwalls.engine.contract.inputs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from thinwalls.common import Bool, Float, Index, Int, Key

BLOCK_BITS: Final = 4
"""A block of ``State.near`` is 2**4 cells."""


class State(NamedTuple):
    """Everything a run writes while it goes."""

    x: Float
    """[C, S] people"""
    present: Float
    """[C] people present, weighted by stage"""
    held: Key
    """[C, W] stages with people in them, as sets of bits; a stage without may still be there"""
    living: Index
    """[C] the cells with people in them at the start of the step, in order; not filled in steps
    in which few settings have a force"""
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
    """[M, roles] activity present; the first is negative in settings without infectious people"""
    sourced: Index
    """[M] settings with infectious activity"""
    n_sourced: Index
    """[1] their number"""
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
    leaving: Index
    """[C] cells that people leave by hazard, in order"""
    n_leaving: Index
    """[1] their number"""
    exit_group: Int
    """[groups] the groups of a cell that have a hazard now, from its first slot on"""
    exit_reach: Float
    """[groups] their hazards, added up"""
    n_exit_groups: Int
    """[C] their number"""
    n_exit_rows: Int
    """[C] rows of these groups"""
    exit_alone: Int
    """[C] first row of the group, if it is one that nobody counts; else -1"""
    exit_alike: Bool
    """[C] people of whatever stage leave alike, if they are present"""
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
    """[S] people in the stages of one row of the record; zero between uses"""
    counted: Float
    """[O, S] people counted so far, once in every interval"""
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
