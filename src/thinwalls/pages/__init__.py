"""Words, charts and reports made from results; nothing is simulated here.

Heavy libraries (charts, templates) are loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thinwalls.pages.readme import readme_picture
    from thinwalls.pages.report import write_report
    from thinwalls.pages.terminal import print_results, results_dict
    from thinwalls.pages.words import Words

_HOME = {
    "Words": "words",
    "print_results": "terminal",
    "readme_picture": "readme",
    "results_dict": "terminal",
    "write_report": "report",
}

__all__ = ["Words", "print_results", "readme_picture", "results_dict", "write_report"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_HOME[name]}")
    value = getattr(module, name)
    globals()[name] = value
    return value
