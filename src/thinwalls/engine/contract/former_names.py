"""Names of the contract that have another one now; they go on working, and say so."""

from __future__ import annotations

import warnings
from typing import Any, Final

from thinwalls.engine.contract.check_inputs import check_inputs
from thinwalls.engine.contract.inputs import OutputSpec

_FORMER: Final = {
    "Record": ("OutputSpec", OutputSpec),
    "validate": ("check_inputs", check_inputs),
}


def __getattr__(name: str) -> Any:
    """What a former name stands for, with a :class:`DeprecationWarning`."""
    if name not in _FORMER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    now, meant = _FORMER[name]
    warnings.warn(
        f"thinwalls.engine.{name} is now called {now}; use that name",
        DeprecationWarning,
        stacklevel=3,
    )
    return meant
