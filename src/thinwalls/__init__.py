"""thinwalls: disease in detention and in the communities around it, simulated on public data.

Names are imported when they are first used, so that ``import thinwalls`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from thinwalls._version import __version__ as __version__

if TYPE_CHECKING:
    from thinwalls.errors import InputError, RunError, ThinwallsError
    from thinwalls.pages import write_report
    from thinwalls.pathogens import Pathogen, list_pathogens, load_pathogen
    from thinwalls.policy import (
        Distancing,
        FollowRecord,
        HaltArrests,
        HaltRemovals,
        HaltTransfers,
        Hygiene,
        Isolation,
        LimitArrests,
        Masks,
        Release,
        Scenario,
        age,
        custody_class,
        everyone,
        facility,
        kind,
        list_scenarios,
        load_scenario_set,
        load_scenarios,
        pretrial,
        state,
        threat_level,
        vulnerable,
    )
    from thinwalls.quantities import Quantity
    from thinwalls.results import Results, compare, flattening, load_results
    from thinwalls.simulation import simulate
    from thinwalls.system import System, list_systems, load_system

_HOMES = {
    "thinwalls.errors": ("InputError", "RunError", "ThinwallsError"),
    "thinwalls.pages": ("write_report",),
    "thinwalls.pathogens": ("Pathogen", "list_pathogens", "load_pathogen"),
    "thinwalls.policy": (
        "Distancing",
        "FollowRecord",
        "HaltArrests",
        "HaltRemovals",
        "HaltTransfers",
        "Hygiene",
        "Isolation",
        "LimitArrests",
        "Masks",
        "Release",
        "Scenario",
        "age",
        "custody_class",
        "everyone",
        "facility",
        "kind",
        "list_scenarios",
        "load_scenario_set",
        "load_scenarios",
        "pretrial",
        "state",
        "threat_level",
        "vulnerable",
    ),
    "thinwalls.quantities": ("Quantity",),
    "thinwalls.results": ("Results", "compare", "flattening", "load_results"),
    "thinwalls.simulation": ("simulate",),
    "thinwalls.system": ("System", "list_systems", "load_system"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted(_HOME_OF)]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'thinwalls' has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME_OF])
