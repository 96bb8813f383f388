"""Actions: frozen typed records of what can be done, one a module.

Every module below this package is found by itself; what makes a new action known is its class.
"""

import pkgutil
from importlib import import_module

from thinwalls.policy.actions.base import ACTIONS, Action, InsideAction
from thinwalls.policy.actions.from_table import action_from_table

for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
_found = sorted(ACTIONS.values(), key=lambda action: (action.position, action.do))
ACTIONS.clear()
ACTIONS.update((action.do, action) for action in _found)
globals().update((action.__name__, action) for action in _found)

__all__ = ["ACTIONS", "Action", "InsideAction", "action_from_table"]
__all__ += [action.__name__ for action in _found]
