"""What holds a result against the world: published results, recorded outbreaks, claims.

Nothing here draws or prints; tables are data.  Modules are loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME: dict[str, str] = {
    "load_claims": "claim_file",
    "packaged_claims": "claim_report",
    "try_claims": "claim_testing",
}
"""Exported name -> module of this package that it lives in."""

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
