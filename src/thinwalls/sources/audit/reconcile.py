"""Our totals against published ones, with the differences explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.sources.publisher import Compared, all_publishers
from thinwalls.system import load_system

if TYPE_CHECKING:
    from thinwalls.system import System

COLUMNS = ["system", "what", "ours", "published", "difference", "published_by", "why"]


def reconcile(name: str | System = "ice-2020") -> pd.DataFrame:
    """Totals of a system beside published totals: what, ours, published, difference, by whom, why.

    Raises
    ------
    InputError
        When there is no such system.
    """
    system = load_system(name) if isinstance(name, str) else name
    rows = [row for publisher in all_publishers() for row in publisher.totals(system)]
    table = pd.DataFrame(rows, columns=list(Compared._fields))
    table["difference"] = table["ours"] - table["published"]
    table.insert(0, "system", system.name)
    return table[COLUMNS]


def inventory(name: str | System = "us-2020") -> pd.DataFrame:
    """Places, people, known beds and staff of a system by custody system; territories included.

    Raises
    ------
    InputError
        When there is no such system.
    """
    system = load_system(name) if isinstance(name, str) else name
    table = system.facilities[system.facilities["population_start"] > 0]
    grouped = table.groupby("custody")
    return pd.DataFrame(
        {
            "places": grouped.size(),
            "people": grouped["population_start"].sum(),
            "places_with_known_beds": grouped["capacity"].count(),
            "known_beds": grouped["capacity"].sum().round().astype("int64"),
            "people_there": table[table["capacity"].notna()]
            .groupby("custody")["population_start"]
            .sum(),
            "staff": grouped["staff"].sum(),
        }
    ).fillna(0)


def as_markdown(table: pd.DataFrame) -> str:
    """The table of :func:`reconcile` as a table of the documentation."""

    def number(value: float) -> str:
        share = 1e-6 < abs(value) < 1
        return f"{value:,.3f}" if share else f"{round(value):,}"

    lines = [
        "| what | ours | published | difference | published by | why |",
        "|---|---|---|---|---|---|",
    ]
    for row in table.to_dict("records"):
        values = [number(float(row[name])) for name in ("ours", "published", "difference")]
        lines.append(
            f"| {row['what']} | {' | '.join(values)} | {row['published_by']} | {row['why']} |"
        )
    return "\n".join(lines) + "\n"
