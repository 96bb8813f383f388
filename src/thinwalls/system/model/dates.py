"""How old the numbers of a system are: the date of each kind of data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from thinwalls.system.model.system_tables import SystemTables

KINDS = {
    "people held": ("facilities", "population_start"),
    "length of stay": ("facilities", "length_of_stay_days"),
    "moves between places": ("transfers", "people_per_day"),
    "beds of places": ("facilities", "capacity"),
    "residents": ("counties", "population"),
    "hospital beds": ("counties", "acute_beds"),
}
"""What data there is, and a column that is of it."""
FLOWS = "book-ins, releases, removals"


def dates_of(system: SystemTables) -> pd.DataFrame:
    """Date and source of each kind of data of a system; an assumption has no date.

    Returns
    -------
    pandas.DataFrame
        Index ``what``; ``date`` as the source gives it (a day, a month, a year or two of them;
        of people the first day, on which they are laid), ``source``.
    """
    rows = []
    for what, (table, column) in KINDS.items():
        source, _ = system.source_of(table, "*", column)
        if source:
            date = _date(system, source)
            if what == "people held":  # counted on the first day, or laid on it
                laid = source.startswith("assumption:")
                date = f"laid on {system.start_date}" if laid else system.start_date
            rows.append((what, date, source))
    if len(system.monthly):
        last = system.record_last
        source, _ = system.source_of("monthly", "*", "value")
        rows.append((FLOWS, f"to {last}", source))
    return pd.DataFrame(rows, columns=["what", "date", "source"]).set_index("what")


def _date(system: SystemTables, source: str) -> str:
    if source not in system.sources.index:
        return ""
    date = system.sources["date"][source]
    return "" if pd.isna(date) else str(date)
