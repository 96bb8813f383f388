"""One facility through the packaged years, although its name changes."""

from __future__ import annotations

import pandas as pd

from thinwalls.common import InputError
from thinwalls.system.model.search import find_facilities
from thinwalls.system.packaged import list_systems
from thinwalls.system.packaged_tables import load_table


def history(text: str) -> pd.DataFrame:
    """Facilities that fit ``text`` in any packaged year of immigration detention.

    ``text`` is an id, or words of a name, city, state or county; a facility that fits in one year
    is shown for all years.  Columns ``facility_id, system, name, kind, population_average,
    population_start, length_of_stay_days, guaranteed_minimum``, by facility and year.

    Raises
    ------
    InputError
        When nothing fits in any year.
    """
    years = [name for name in list_systems().index if str(name).startswith("ice-")]
    loaded = {str(name): load_table(str(name), "facilities") for name in sorted(years)}
    found: set[str] = set()
    for name, table in loaded.items():
        counties = load_table(name, "counties")["name"]
        found |= {text} & set(table.index) or set(find_facilities(table, counties, text).index)
    if not found:
        raise InputError(
            "no facility of {system} has this name",
            field="facility",
            value=text,
            system=", ".join(sorted(years)),
        )
    columns = [
        "name",
        "kind",
        "population_average",
        "population_start",
        "length_of_stay_days",
        "guaranteed_minimum",
    ]
    parts = []
    for name, table in loaded.items():
        rows = table[table.index.isin(found)][columns]
        parts.append(rows.reset_index().assign(system=name))
    every = pd.concat(parts, ignore_index=True)
    order = ["facility_id", "system", *columns]
    return every[order].sort_values(["facility_id", "system"]).reset_index(drop=True)
