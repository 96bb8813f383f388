"""Our totals of a system, as publishers' :meth:`totals` compare them with theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.system import OUTSIDE

if TYPE_CHECKING:
    import pandas as pd

    from thinwalls.system import System

TERRITORIES = ("PR", "GU", "MP", "VI")


def by_month(system: System, series: str, agency: str) -> pd.Series:
    """A monthly series of ICE's tables, all categories together; index month (YYYY-MM)."""
    table = system.monthly
    rows = table[
        (table["series"] == series) & (table["agency"] == agency) & (table["category"] == "total")
    ]
    return rows.set_index("month")["value"]


def total_of(system: System, series: str, agency: str) -> float | None:
    """A published total of the year, or None where the system has none."""
    table = system.totals
    rows = table[
        (table["series"] == series) & (table["agency"] == agency) & (table["category"] == "total")
    ]
    return float(rows["value"].iloc[0]) if len(rows) else None


def counties_of_states(system: System) -> pd.DataFrame | None:
    """Counties and the rest of the country without territories and what lies abroad.

    None for a system of a place of one's own, whose counties are not the whole country.
    """
    counties = system.counties
    if "everywhere else" in set(counties["name"]):
        return None
    abroad = (counties.index == OUTSIDE) & (counties["name"] == "abroad")
    return counties[~counties["state"].isin(TERRITORIES) & ~abroad]
