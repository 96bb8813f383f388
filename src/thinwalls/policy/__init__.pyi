from .actions import (  # made by scripts/policy_docs.py
    ACTIONS as ACTIONS,
    Action as Action,
    AlternativesToDetention as AlternativesToDetention,
    CaseFinding as CaseFinding,
    Cohorting as Cohorting,
    CommunityDistancing as CommunityDistancing,
    Distancing as Distancing,
    EnforcementSurge as EnforcementSurge,
    FasterRelease as FasterRelease,
    FollowRecord as FollowRecord,
    GateTesting as GateTesting,
    HaltArrests as HaltArrests,
    HaltRemovals as HaltRemovals,
    HaltTransfers as HaltTransfers,
    HaltTransfersOfExposed as HaltTransfersOfExposed,
    HospitalSurge as HospitalSurge,
    Hygiene as Hygiene,
    InsideAction as InsideAction,
    IntakeQuarantine as IntakeQuarantine,
    IntakeScreening as IntakeScreening,
    Isolation as Isolation,
    LimitArrests as LimitArrests,
    Masks as Masks,
    MedicalCare as MedicalCare,
    PostExposureProphylaxis as PostExposureProphylaxis,
    Release as Release,
    SingleCells as SingleCells,
    StaffExclusion as StaffExclusion,
    StaffSickPay as StaffSickPay,
    StaffTesting as StaffTesting,
    SymptomScreening as SymptomScreening,
    Testing as Testing,
    UnitResponse as UnitResponse,
    Vaccination as Vaccination,
    Visits as Visits,
    VisitsHalt as VisitsHalt,
    When as When,
    action_from_table as action_from_table,
)
from .actions.base import (
    Factor as Factor,
    Hazard as Hazard,
    ScenarioBuilder as ScenarioBuilder,
)
from .actions.demands import (
    IN_UNITS as IN_UNITS,
    NOTHING as NOTHING,
    Doses as Doses,
    GateTests as GateTests,
    IntakeDoses as IntakeDoses,
    Needs as Needs,
    Place as Place,
    Prophylaxis as Prophylaxis,
    StaffAway as StaffAway,
    Tested as Tested,
    UnitTests as UnitTests,
    Watch as Watch,
)
from .actions.effect_library import (
    Cited as Cited,
    effect_names as effect_names,
    effects as effects,
)
from .files.json_schema import (
    action_json_schema as action_json_schema,
    scenario_json_schema as scenario_json_schema,
)
from .files.migrations import SCHEMA as SCHEMA
from .files.packaged_sets import (
    list_scenarios as list_scenarios,
    load_scenario_set as load_scenario_set,
)
from .files.scenario_files import (
    LINK as LINK,
    document as document,
    dumps_scenarios as dumps_scenarios,
    from_document as from_document,
    from_link as from_link,
    load_scenarios as load_scenarios,
    loads_scenarios as loads_scenarios,
    save_scenarios as save_scenarios,
    to_link as to_link,
)
from .later_starts import (
    delayed as delayed,
    delays as delays,
    later_starts as later_starts,
    later_starts_among as later_starts_among,
    starting_later as starting_later,
)
from .scenario import Scenario as Scenario
from .seed import (
    ANYWHERE as ANYWHERE,
    Seed as Seed,
)
from .seed_text import parse_seed as parse_seed
from .selectors.from_text import parse_selector as parse_selector
from .selectors.selectors import (
    Selector as Selector,
    everyone as everyone,
)
from .selectors.words import (
    age as age,
    custody_class as custody_class,
    facility as facility,
    group as group,
    kind as kind,
    pretrial as pretrial,
    sentenced as sentenced,
    state as state,
    threat_level as threat_level,
    vaccinated as vaccinated,
    vulnerable as vulnerable,
)
