"""What can be done, to whom and when: actions, selectors, scenarios and their files.

Others may import what ``__init__.pyi`` lists and nothing else; a name is loaded when first used.
An action is there as soon as its class is made, whether or not it is listed.
"""

from typing import Any

import lazy_loader

_listed, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    try:
        return _listed(name)
    except AttributeError:
        for action in _listed("ACTIONS").values():
            if action.__name__ == name:
                return action
        raise
