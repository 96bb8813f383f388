"""What can be done, to whom and when: actions, selectors, scenarios and their files."""

from thinwalls.policy.actions import (
    ACTIONS,
    Action,
    InsideAction,
    action_from_table,
    all_actions as listed,
)
from thinwalls.policy.actions.all_actions import *  # noqa: F403 (the one list)
from thinwalls.policy.delays import delayed, delays, delays_among
from thinwalls.policy.effect_library import effects
from thinwalls.policy.files.json_schema import action_json_schema, scenario_json_schema
from thinwalls.policy.files.migrations import SCHEMA
from thinwalls.policy.files.packaged_sets import list_scenarios, load_scenario_set
from thinwalls.policy.files.scenario_files import (
    LINK,
    document,
    dumps_scenarios,
    from_document,
    from_link,
    load_scenarios,
    loads_scenarios,
    save_scenarios,
    to_link,
)
from thinwalls.policy.scenario import Scenario
from thinwalls.policy.selectors.from_text import parse_selector
from thinwalls.policy.selectors.selectors import Selector, everyone
from thinwalls.policy.selectors.words import (
    age,
    custody_class,
    facility,
    group,
    kind,
    pretrial,
    sentenced,
    state,
    threat_level,
    vaccinated,
    vulnerable,
)

__all__ = [
    "ACTIONS",
    "LINK",
    "SCHEMA",
    "Action",
    "InsideAction",
    "Scenario",
    "Selector",
    "action_from_table",
    "action_json_schema",
    "age",
    "custody_class",
    "delayed",
    "delays",
    "delays_among",
    "document",
    "dumps_scenarios",
    "effects",
    "everyone",
    "facility",
    "from_document",
    "from_link",
    "group",
    "kind",
    "list_scenarios",
    "load_scenario_set",
    "load_scenarios",
    "loads_scenarios",
    "parse_selector",
    "pretrial",
    "save_scenarios",
    "scenario_json_schema",
    "sentenced",
    "state",
    "threat_level",
    "to_link",
    "vaccinated",
    "vulnerable",
]
__all__ += listed.__all__
