"""The arrays that a run writes while it goes: its state, its outputs, and what checks them.

Letters as in :mod:`thinwalls.engine.contract.inputs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from thinwalls.common import Bool, Float, Index, Int, Key

BATCH_PEOPLE: Final = 0
BATCH_PROBABILITY: Final = 1
BATCH_HAZARD: Final = 2
BATCH_UNIFORM: Final = 3
BATCH_COUNT: Final = 4
"""Rows of ``State.binomial_batch`` and ``State.branch_batch``."""
BLOCK_BITS: Final = 4
"""A block of ``State.arrival_blocks`` is 2**4 cells."""


class State(NamedTuple):
    """Everything a run writes while it goes."""

    people: Float
    """[C, S] people of a cell in a stage, X_is of docs/model.md, section 1.3"""
    people_present: Float
    """[C] people who take part in settings: people weighted by ``Stages.present``"""
    stages_held: Key
    """[C, W] stages with people in them, as sets of bits; a stage without may still be there"""
    occupied_cells: Index
    """[C] the cells with people in them at the start of the step, in order; not filled in steps
    in which few settings have a force"""
    active_disease_cells: Index
    """[C] those in which somebody may leave a stage, or is infectious, in order"""
    cells_to_expose: Index
    """[C] those in which somebody may be infected, and all of ``active_disease_cells``, in order"""
    cells_to_expose_bits: Key
    """[1, C / 64] the same as a set of bits; empty between uses"""
    cells_to_progress: Index
    """[C] those in which somebody may be infected in this step or leave a stage, in order"""
    newly_infected: Float
    """[C] newly infected in this step"""
    susceptible_arriving: Float
    """[C] susceptible people on the way"""
    others_arriving: Float
    """[C, S] other people on the way"""
    stages_arriving: Key
    """[C, W] stages in which other people are on the way, as sets of bits"""
    arrival_blocks: Bool
    """[C / 16] blocks of cells to which susceptible people are on the way"""
    arrival_cells: Key
    """[1, C / 64] cells to which other people are on the way, as a set of bits"""
    force_of_infection: Float
    """[M, roles] per day, on one person of a role: what stands in brackets in docs/model.md,
    section 2 (the external hazard included)"""
    infectious_activity: Float
    """[M, roles] J_mq: infectious people weighted by infectiousness, infectivity and presence"""
    activity_present: Float
    """[M, roles] N_mq: people present weighted by presence; the first is negative
    in settings without infectious people"""
    infectious_settings: Index
    """[M] settings with infectious activity"""
    n_infectious_settings: Index
    """[1] their number"""
    has_force: Bool
    """[M] the force on some role is above 0"""
    crowding_memo: Float
    """[M, 2] activity present and the crowding factor it gave"""
    resource_in_use: Float
    """[R, resources] people whom a resource holds"""
    transmission_multiplier: Float
    """[M] c_m(t), in force in this step"""
    external_hazard: Float
    """[M] h_m(t) per day, in force in this step"""
    profile_in_force: Float
    """[F] multipliers of movements and programmes, in force in this step"""
    trigger_multiplier: Float
    """[M] product of the factors of triggers that are on"""
    activity: Float
    """[A] weight with which people meet others in a setting, in force in this step"""
    presence: Float
    """[A] weight with which they add to it, in force in this step"""
    exit_probability: Float
    """[C] probability of leaving by hazard at stage weight 1"""
    exit_hazard: Float
    """[C] the hazard behind it"""
    cells_with_exits: Index
    """[C] cells that people leave by hazard, in order"""
    n_cells_with_exits: Index
    """[1] their number"""
    exit_groups_in_force: Int
    """[groups] the groups of a cell that have a hazard now, from its first group on"""
    exit_hazard_sum: Float
    """[groups] their hazards, added up"""
    n_exit_groups: Int
    """[C] their number"""
    n_exit_rows: Int
    """[C] rows of these groups"""
    single_exit_row: Int
    """[C] first row of the group, if it is one that nobody counts; else -1"""
    stages_exit_alike: Bool
    """[C] people of whatever stage leave alike, if they are present"""
    programme_probability: Float
    """[groups] probability of a programme move"""
    programme_hazard: Float
    """[groups] the hazard behind it"""
    programme_hazard_sum: Float
    """[members] hazards of the members of a group, added up from its first on"""
    request_cell: Index
    request_target: Index
    """stage (of a hospital resource) or programme row that is asked for"""
    request_origin: Index
    """stage in which they are"""
    request_people: Float
    """how many of a cell ask for something that has a limit (beds, room in isolation)"""
    row_stage_people: Float
    """[S] people in the stages of one row of the outputs; zero between uses"""
    output_stage_people: Float
    """[O, S] people counted so far, once in every interval"""
    trigger_daily_count: Float
    """[Q, days] what a trigger saw each day"""
    trigger_on: Bool
    """[Q, days] whether a trigger is on, for days to come too"""
    trigger_holds: Bool
    """[Q, days] whether its condition holds, for days to come too"""
    trigger_began: Index
    """[Q] first day on which its condition held, the last time that it began to"""
    trigger_taken: Bool
    """[Q] whether the trigger is on that time"""
    changed_triggers: Index
    """[Q] triggers that were switched on this day"""
    trigger_stream: Key
    """[Q] random stream of a trigger"""
    trigger_total: Float
    """[Q] sum over the run up to the last day"""
    force_weight: Float
    """[O] weight of an output in the mean force of infection of its daily row"""
    cell_stream: Key
    """[C] random stream of a cell"""
    draft_stream: Key
    """[N] random stream of a movement by number"""
    seed_stream: Key
    """[I] random stream of people who are put into a stage"""
    draft_people: Float
    """[N] people asked for in this step"""
    drafts_in_force: Int
    """[N] movements by number that ask for anybody in this step"""
    binomial_batch: Float
    """[5, L] work space by ``BATCH_``: people, probability, hazard, uniform number
    and count of binomial draws that are made together"""
    batch_cell: Int
    """[L] work space: whose draws they are"""
    batch_stage: Int
    """[L]"""
    branch_batch: Float
    """[5, L] as ``binomial_batch``, for the first of several ways that people may take"""
    branch_complement: Bool
    """[L] the draw counts those who do not go the first way"""
    branch_cell: Int
    """[L]"""
    branch_stage: Int
    """[L] stage that is left, -1 for newly infected people"""
    choice_weights: Float
    """work space: weights of members of a pool, or sums of weights of destinations"""
    people_by_destination: Float
    """work space: people per destination"""
    limit_room: Float
    """[L] room under a limit"""
    limit_requests: Float
    """[L] people who ask for it"""
    region_demand: Float
    """[R] people who ask for a resource"""
    region_available: Float
    """[R] how many of them it can take"""
    recounted_use: Float
    """[R, resources] work space of the checked mode"""


class Reset(NamedTuple):
    """The memory of all arrays of a :class:`State`, to begin a draw with; empty for one draw."""

    now: Key
    """what a run reads and writes"""
    start: Key
    """as it was before the first step"""


class Invariants(NamedTuple):
    """What the checked mode compares a run with."""

    on: bool
    total_people: float
    """all people"""
    initial_people: Float
    """[S] people in a stage at the start"""
    needed_once: Bool
    """[resources] nobody can come to need the resource or a higher one twice in one stay in the
    one below (in one infection for the lowest)"""


class Outputs(NamedTuple):
    """What is kept of a run; for several draws, with the draw as first index of every array."""

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
    resource_in_use: Float
    overflowed: Float
    flow_total: Float
    """[O, V] over the run, as the others below"""
    stock_total: Float
    moved_total: Float
    arrived_total: Float
    moved_infected_total: Float
    seeded: Float
    """[C]"""
    trigger_days: Float
    """[Q] days on which a trigger was on"""
    trigger_people: Float
    """[watched] people of an output that a trigger watches, on the days on which it was on"""
    stage_moves: Float
    """[S, S] people who went from stage to stage so far; empty unless checked"""
