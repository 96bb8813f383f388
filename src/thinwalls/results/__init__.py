"""What a simulation gives back: one labelled dataset, and everything that is worked out from it.

Nothing here knows how the numbers were made. Heavy libraries are loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thinwalls.results.compare import Comparison, compare, summary
    from thinwalls.results.dataset import Results, labelled, labelled_parameters
    from thinwalls.results.doubts import Doubts, doubts
    from thinwalls.results.flattening import Flattening, flattening
    from thinwalls.results.store import load_results, save_results, write_summary

_HOME = {
    "Comparison": "compare",
    "Doubts": "doubts",
    "Flattening": "flattening",
    "Results": "dataset",
    "compare": "compare",
    "doubts": "doubts",
    "flattening": "flattening",
    "labelled": "dataset",
    "labelled_parameters": "dataset",
    "load_results": "store",
    "save_results": "store",
    "summary": "compare",
    "write_summary": "store",
}

__all__ = [
    "Comparison",
    "Doubts",
    "Flattening",
    "Results",
    "compare",
    "doubts",
    "flattening",
    "labelled",
    "labelled_parameters",
    "load_results",
    "save_results",
    "summary",
    "write_summary",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_HOME[name]}")
    value = getattr(module, name)
    globals()[name] = value
    return value
