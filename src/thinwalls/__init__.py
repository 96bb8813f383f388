"""thinwalls: disease in detention and in the communities around it, simulated on public data.

Names are imported when they are first used, so that ``import thinwalls`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from thinwalls._version import __version__ as __version__

if TYPE_CHECKING:
    from thinwalls.common import (
        InputError as InputError,
        Quantity as Quantity,
        RunError as RunError,
        ThinwallsError as ThinwallsError,
    )
    from thinwalls.evidence import validate as validate
    from thinwalls.runs import (
        make_record as make_record,
        verify as verify,
        write_record as write_record,
    )
    from thinwalls.reporting import write_report as write_report
    from thinwalls.policy.actions import *  # noqa: F403 (made: all actions)
    from thinwalls.pathogens import (
        Pathogen as Pathogen,
        list_pathogens as list_pathogens,
        load_pathogen as load_pathogen,
    )
    from thinwalls.policy import (
        Scenario as Scenario,
        Seed as Seed,
        age as age,
        custody_class as custody_class,
        delayed as delayed,
        delays as delays,
        dumps_scenarios as dumps_scenarios,
        everyone as everyone,
        facility as facility,
        from_link as from_link,
        group as group,
        kind as kind,
        later_starts as later_starts,
        list_scenarios as list_scenarios,
        load_scenario_set as load_scenario_set,
        load_scenarios as load_scenarios,
        loads_scenarios as loads_scenarios,
        pretrial as pretrial,
        save_scenarios as save_scenarios,
        sentenced as sentenced,
        starting_later as starting_later,
        state as state,
        threat_level as threat_level,
        to_link as to_link,
        vaccinated as vaccinated,
        vulnerable as vulnerable,
    )
    from thinwalls.results import (
        Results as Results,
        compare as compare,
        cost as cost,
        delay as delay,
        doubts as doubts,
        equity as equity,
        flattening as flattening,
        flip_value as flip_value,
        load_results as load_results,
        sensitivity as sensitivity,
    )
    from thinwalls.simulation import (
        PersonPlan as PersonPlan,
        explain as explain,
        known_burdens as known_burdens,
        known_equity as known_equity,
        person as person,
        simulate as simulate,
    )
    from thinwalls.system import (
        System as System,
        list_systems as list_systems,
        load_system as load_system,
    )

_HOMES = {
    "thinwalls.common": ("InputError", "Quantity", "RunError", "ThinwallsError"),
    "thinwalls.evidence": ("validate",),
    "thinwalls.runs": ("make_record", "verify", "write_record"),
    "thinwalls.reporting": ("write_report",),
    "thinwalls.pathogens": ("Pathogen", "list_pathogens", "load_pathogen"),
    "thinwalls.policy": (
        "Scenario",
        "Seed",
        "age",
        "custody_class",
        "delayed",
        "delays",
        "dumps_scenarios",
        "everyone",
        "facility",
        "from_link",
        "group",
        "kind",
        "later_starts",
        "list_scenarios",
        "load_scenario_set",
        "load_scenarios",
        "loads_scenarios",
        "pretrial",
        "save_scenarios",
        "sentenced",
        "starting_later",
        "state",
        "threat_level",
        "to_link",
        "vaccinated",
        "vulnerable",
    ),
    "thinwalls.results": (
        "Results",
        "compare",
        "cost",
        "delay",
        "doubts",
        "equity",
        "flattening",
        "flip_value",
        "load_results",
        "sensitivity",
    ),
    "thinwalls.simulation": (
        "PersonPlan",
        "explain",
        "known_burdens",
        "known_equity",
        "person",
        "simulate",
    ),
    "thinwalls.system": ("System", "list_systems", "load_system"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
_ACTIONS = "thinwalls.policy.actions"
"""Home of the actions, which are found by themselves."""


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return _exported()
    if name in _HOME_OF:
        return getattr(importlib.import_module(_HOME_OF[name]), name)
    if not name.startswith("_") and name in _actions():
        return _actions()[name]
    raise AttributeError(f"module 'thinwalls' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_exported()})


def _actions() -> dict[str, Any]:
    known = importlib.import_module(_ACTIONS).ACTIONS
    return {action.__name__: action for action in known.values()}


def _exported() -> list[str]:
    return ["__version__", *sorted([*_HOME_OF, *_actions()])]
