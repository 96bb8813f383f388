"""The arrays as the compiled kernels read them: flat, contiguous, cells in the order of their keys.

Letters as in :mod:`thinwalls.engine.contract.inputs`.  Nothing here is written during a run; what
is written stands in :mod:`thinwalls.engine.plan.state`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from thinwalls.common import Bool, Float, Index, Int, Key, Small


class Graph(NamedTuple):
    """The stage graph."""

    leave_probability: Float
    """[S] probability of leaving a stage within a step"""
    leave_hazard: Float
    """[S] the hazard behind it"""
    is_active: Bool
    """[S] people leave the stage by themselves, or are infectious in it"""
    active_stages: Key
    """[W] the same, as a set of bits"""
    infectious_stages: Key
    """[W] stages with infectiousness > 0, as a set of bits, without those of people found"""
    found_stages: Key
    """[W] the same stages of people who are found"""
    found_least: float
    """least factor on the contagion of people who are found"""
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
    is_infected: Bool
    """[S] infectious, or on the way there"""
    only_target: Index
    """[S] the stage to which everybody who leaves goes, without asking for room; else -1"""
    second_target: Index
    """[S] as ``only_target``, for stages of two branches: where those go who take the second"""
    first_target: Index
    """[S] as ``only_target``, for stages of two branches: where those go who take the first"""
    single_entry: bool
    """newly infected people enter one stage, in which they need no room"""


class CellArrays(NamedTuple):
    """The cells, in the order of the kernels; all arrays are [C], see ``contract.inputs.Cells``."""

    key: Key
    severity_row: Index
    susceptibility: Float
    infectivity: Float
    contagion_shape: Float
    """per step of full contagiousness; inf without variation"""
    region: Index
    output: Index
    found_profile: Index


class Mixing(NamedTuple):
    """Settings and who attends them."""

    row_start: Int
    setting: Index
    role: Index
    activity: Float
    presence: Float
    attending_start: Int
    """[M + 1] cells that attend a setting"""
    attending_cell: Index
    transmission: Float
    crowding_exponent: Float
    reference_present: Float
    kind: Index
    contact: Float
    """[kinds, roles, roles] of an infectious role (row) with a susceptible role (column)"""
    normalise_by_role: Bool


class ExitGroups(NamedTuple):
    """Movements by hazard: rows of a cell in groups of one movement, profile and stage weight.

    Where rows of a cell, movement and stage weight come into force together but with several
    profiles, all of them make up another group, the whole, that comes before them.  It stands for
    its members while their profiles are equal, so that a policy that gives some of the rows another
    profile does not show before it begins.
    """

    group_start: Int
    """[C + 1] groups of a cell"""
    n_members: Int
    """[groups] how many of the next groups a whole consists of, 0 for a group that is no whole"""
    profile: Index
    """[groups]"""
    stage_weight: Index
    """[groups]"""
    movement: Index
    """[groups]"""
    total_hazard: Float
    """[groups] hazard per day of all rows of the group, at profile 1"""
    first_row: Int
    """[groups + 1] rows of a group"""
    to: Index
    """[X]"""
    hazard: Float
    """[X]"""
    alias_table: Small
    """[X, 3] one row of destinations in a piece, as its parts are read together from distant
    memory: the share of an equal slot that goes to ``to`` in units of 2**-32, then ``to``, then
    where the rest goes (Walker 1977, "An efficient method for generating discrete random variables
    with general distributions", ACM TOMS 3:253)"""
    by_presence: Bool
    """[groups] stage weights are 1 for people who are present, 0 for others"""


class Drafts(NamedTuple):
    """Movements by number."""

    key: Key
    people_per_step: Float
    """[N] per step"""
    profile: Index
    movement: Index
    stage_weight: Index
    pool_start: Int
    pool_cell: Index
    pool_weight: Float
    pool_to: Index
    fan_start: Int
    fan_cell: Index
    fan_weight_sum: Float
    """weights added up from the first of a row on"""
    by_presence: Bool
    """[N] the stage weights are 1 for people who are present, 0 for others"""
    at_once: Bool
    """[N] the people of a day move in its first step"""
    changed_to: Index
    """[N] stage in which people arrive for whom it works, or NONE"""
    changed_share: Float
    """[N, S] how probably it works for people of a stage"""
    movement_of_others: Index
    """[N] class of those who were not susceptible, if it did not work"""


class SeedArrays(NamedTuple):
    """People put into a stage, in the order in which it is done: by step, then by key."""

    key: Key
    step: Index
    stage: Index
    people: Float
    movement: Index
    pool_start: Int
    pool_cell: Index
    pool_weight: Float
    pool_to: Index
    """cell in which they are put into the stage; their own unless they go to another"""


class ProgrammeGroups(NamedTuple):
    """Programmes, grouped by cell and stage of origin."""

    group_start: Int
    """[C + 1] groups of a cell"""
    stage: Index
    """[groups] stage of origin"""
    member_start: Int
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
    counted_limit: Index
    """distinct (limit, cell, stage) whose people count against a limit"""
    counted_cell: Index
    counted_stage: Index
    cells: Index
    """cells with any group"""
    has_resting_stage: Bool
    """[C] some group of the cell starts from a stage that people do not leave by themselves"""


class TriggerArrays(NamedTuple):
    """Triggers."""

    variable: Index
    output_start: Int
    output: Index
    region: Index
    resource: Index
    threshold: Float
    window_days: Index
    duration_days: Index
    effect_after_days: Index
    profile: Index
    profile_factor: Float
    setting_start: Int
    setting: Index
    setting_factor: Float
    row_start: Int
    row: Index
    row_factor: Float
    chance: Index
    key: Key
    from_day: Index
    until_day: Index
    first_days: Index
    counted_stock: int
    by_profile_start: Int
    """[F + 1] triggers that multiply a profile, in order"""
    by_profile: Index
    by_setting_start: Int
    """[M + 1] triggers that multiply a setting, in order"""
    by_setting: Index
    by_row_start: Int
    """[A + 1] triggers that multiply a row of attendance, in order; empty if none does"""
    by_row: Index
    exit_cell_start: Int
    """[F + 1] cells with exits under a profile that triggers multiply"""
    exit_cell: Index
    programme_start: Int
    """[F + 1] programme groups with rows under such a profile"""
    programme_group: Index


class Schedule(NamedTuple):
    """What changes with time."""

    period: Index
    multiplier: Float
    external_hazard: Float
    profile: Float
    stage_weight: Float
    """[W, S] zero for the dead and for people in hospital"""
    capacity: Float
    series_setting: Index
    """[Z] settings that follow a series, step by step"""
    series_multiplier: Float
    """[T, Z]"""
    series_external_hazard: Float
    """[T, Z] per day"""
    steps_per_day: int
    step_days: float
    """days per step"""
    linear: bool
    """a hazard h acts with probability min(1, h dt) instead of 1 - exp(-h dt)"""


class OutputPlan(NamedTuple):
    """What is kept of a run."""

    daily_row: Index
    """[O] row of the daily outputs, or NONE"""
    flow_start: Index
    """[S * S + 1] variables that count a move from stage to stage"""
    flow_variable: Index
    stock_weight: Float
    """[S, V] weight of a person in a stage"""
    stock_order: Index
    """[O] outputs by row, so that a row is finished before the next begins"""
    stock_start: Int
    """[O + 1] cells of an output"""
    stock_cell: Index
    steps_per_interval: int
    """steps per interval"""
    keeps_force: bool


class Plan(NamedTuple):
    """Everything a run reads."""

    graph: Graph
    cells: CellArrays
    mixing: Mixing
    exit_groups: ExitGroups
    drafts: Drafts
    seeds: SeedArrays
    programme_groups: ProgrammeGroups
    triggers: TriggerArrays
    schedule: Schedule
    output_plan: OutputPlan
