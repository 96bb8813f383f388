"""What a simulation gives back: one labelled dataset, and everything that is worked out from it.

Nothing here knows how the numbers were made. Heavy libraries are loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thinwalls.results.against import Doubts, doubts
    from thinwalls.results.burden import Equity, counted_by_age, equity, equity_by_age
    from thinwalls.results.capacity import Flattening, flattening
    from thinwalls.results.comparison import Comparison, compare, compare_ages, summary
    from thinwalls.results.costing import Cost, cost
    from thinwalls.results.dataset import Results, labelled, labelled_parameters
    from thinwalls.results.deciding import Flip, Sensitivity, flip_value, sensitivity
    from thinwalls.results.lifetimes import LifeTable, life_table
    from thinwalls.results.person_risk import PersonRisk
    from thinwalls.results.personal import PersonalRisk, Stay, person
    from thinwalls.results.prices import Price, load_prices, with_values
    from thinwalls.results.store import load_results, save_results, write_summary
    from thinwalls.results.waiting import Delay, delay

_HOME = {
    "Comparison": "comparison",
    "Cost": "costing",
    "Delay": "waiting",
    "Doubts": "against",
    "Equity": "burden",
    "Flattening": "capacity",
    "Flip": "deciding",
    "LifeTable": "lifetimes",
    "PersonRisk": "person_risk",
    "PersonalRisk": "personal",
    "Price": "prices",
    "Results": "dataset",
    "Sensitivity": "deciding",
    "Stay": "personal",
    "compare": "comparison",
    "compare_ages": "comparison",
    "cost": "costing",
    "counted_by_age": "burden",
    "delay": "waiting",
    "doubts": "against",
    "equity": "burden",
    "equity_by_age": "burden",
    "flattening": "capacity",
    "flip_value": "deciding",
    "labelled": "dataset",
    "labelled_parameters": "dataset",
    "life_table": "lifetimes",
    "load_prices": "prices",
    "load_results": "store",
    "person": "personal",
    "save_results": "store",
    "sensitivity": "deciding",
    "summary": "comparison",
    "with_values": "prices",
    "write_summary": "store",
}

__all__ = [
    "Comparison",
    "Cost",
    "Delay",
    "Doubts",
    "Equity",
    "Flattening",
    "Flip",
    "LifeTable",
    "PersonRisk",
    "PersonalRisk",
    "Price",
    "Results",
    "Sensitivity",
    "Stay",
    "compare",
    "compare_ages",
    "cost",
    "counted_by_age",
    "delay",
    "doubts",
    "equity",
    "equity_by_age",
    "flattening",
    "flip_value",
    "labelled",
    "labelled_parameters",
    "life_table",
    "load_prices",
    "load_results",
    "person",
    "save_results",
    "sensitivity",
    "summary",
    "with_values",
    "write_summary",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_HOME[name]}")
    value = getattr(module, name)
    globals()[name] = value
    return value
