"""What a facility's own row does not say: who runs it, ages, health, hospitals in reach."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.system.model.housing_units import UNIT_PEOPLE
from thinwalls.system.model.search import facility_id
from thinwalls.system.tables.distances import miles_between
from thinwalls.system.tables.tables import EVERY, SCHEMAS

if TYPE_CHECKING:
    from thinwalls.system.model.system_tables import SystemTables

Record = tuple[str, object, str, str, str]
"""What, value, unit, source, how it was made."""

OPERATORS = {
    "BOP": "Federal Bureau of Prisons",
    "CDF": "private company, by contract with ICE",
    "SPC": "federal government, with federal and contract staff",
    "DIGSA": "state or local government or a company, all beds for ICE by agreement",
    "IGSA": "state or local government or a company, by agreement with ICE",
    "USMS IGA": "state or local government, by agreement of the U.S. Marshals Service",
    "USMS CDF": "private company, by contract with the U.S. Marshals Service",
    "HOLD": "ICE",
}
"""Who runs a place of a kind, by the footnotes of ICE's workbooks; other places by custody."""
_BY_CUSTODY = {"state": "state", "federal": "Federal Bureau of Prisons", "jail": "local government"}
_HEALTH_FROM = ((65, "65_plus"), (50, "50_64"), (18, "18_49"), (0, "0_17"))
"""From which age on which assumption about chronic conditions holds."""
NEAR_MILES = 50.0
MOST_COUNTIES = 5


BY_RULE = {
    "fallback": "assumption:transfer-fallback",
    "sentenced": "assumption:jail-to-prison",
    "assumed": "assumption:prison_transfers_per_day",
}
"""Source of moves that are not counted, by the rule of the table ``transfers``."""


def moves_by_source(system: SystemTables, facility: str, label: str, key: str) -> list[Record]:
    """People per day who are moved from or to a place, by where that is known from."""
    moves = system.transfers[system.transfers[key] == facility]
    counted, note = system.source_of("transfers", facility, "people_per_day")
    by_rule = moves.groupby("rule", observed=True)["people_per_day"].sum()
    if by_rule.empty:
        return [(label, 0.0, "people per day", counted, "none known")]
    return [
        (
            f"{label} ({rule})",
            float(people),
            "people per day",
            BY_RULE.get(str(rule), counted),
            "" if str(rule) in BY_RULE else note,
        )
        for rule, people in by_rule.items()
    ]


def more_about(system: SystemTables, facility: str) -> list[Record]:
    """Operator, age bands with chronic conditions, and hospitals of the nearest counties."""
    place = system.facilities.loc[facility]
    kind, custody = str(place["kind"]), str(place["custody"]).split(",")
    operator = OPERATORS.get(kind) or _BY_CUSTODY.get(custody[0])
    source, _ = system.source_of("facilities", facility, "kind")
    records: list[Record] = [
        (
            "operator",
            operator or "not known",
            "",
            source,
            "by the kind of place",
        )
    ]
    for band, row in composition_of(system, facility).iterrows():
        for what, name in (
            (f"aged {band}", "share"),
            (f"with a chronic condition, of those aged {band}", "vulnerable"),
        ):
            value = float(row[name if name == "share" else "vulnerable_share"])
            low, high = float(row[f"{name}_low"]), float(row[f"{name}_high"])
            note = f"drawn between {low:.3g} and {high:.3g}"
            source = str(row["source"])
            if name == "vulnerable" and source.startswith("assumption:"):
                age = int(re.split(r"\D", str(band))[0])
                years = next(years for low, years in _HEALTH_FROM if age >= low)
                source = f"assumption:vulnerable_{years}"
            records.append((what, value, "share", source, note))
    records += _immunity(system, facility)
    near = hospitals_within(system, facility, NEAR_MILES).head(MOST_COUNTIES)
    for fips, row in near.iterrows():
        where = f"{row['name']}, {row['state']} ({row['miles']:.0f} miles)"
        for what, all_beds, free, occupancy in (
            ("hospital beds", "acute_beds", "free_acute_beds", "bed_occupancy"),
            ("intensive-care beds", "icu_beds", "free_icu_beds", "icu_occupancy"),
        ):
            source, _ = system.source_of("counties", str(fips), all_beds)
            records.append((f"{what} in {where}", float(row[all_beds]), "beds", source, ""))
            source, note = system.source_of("counties", str(fips), occupancy)
            records.append(
                (f"of them free in a normal year, {where}", float(row[free]), "beds", source, note)
            )
    return records


def _immunity(system: SystemTables, facility: str) -> list[Record]:
    """Rows of the table ``immunity`` that speak of a facility."""
    table = system.immunity
    found: list[Record] = []
    health = {"true": ", with a chronic condition", "false": ", without a chronic condition"}
    for row in table[table["facility_id"].isin([facility, EVERY])].to_dict("records"):
        band, disease = row["age_band"], row["pathogen"]
        who = str(row["group"]) if band == EVERY else f"{row['group']} aged {band}"
        who += health.get(str(row["vulnerable"]), "")
        to = "" if disease == EVERY else f" to {disease}"
        low, high = float(row["low"]), float(row["high"])
        note = f"drawn between {low:.3g} and {high:.3g}" if low < high else ""
        share = float(row["immune_share"])
        found.append((f"immune{to}: {who}", share, "share", str(row["source"]), note))
    return found


def hospitals_within(system: SystemTables, name_or_id: str, miles: float = 50.0) -> pd.DataFrame:
    """Counties with hospital beds within ``miles`` of a place, nearest first.

    Columns ``name, state, miles, acute_beds, free_acute_beds, icu_beds, free_icu_beds``; free
    as in a normal year; distance to the middle of the county.
    """
    place = system.facilities.loc[[facility_id(system, name_or_id)]]
    table = system.inside_counties
    away = miles_between(
        place["latitude"], place["longitude"], table["latitude"], table["longitude"]
    )[0]
    near = table.assign(
        miles=away,
        free_acute_beds=table["acute_beds"] * (1 - table["bed_occupancy"]),
        free_icu_beds=table["icu_beds"] * (1 - table["icu_occupancy"]),
    )
    near = near[(near["miles"] <= miles) & (near["acute_beds"] > 0)].sort_values("miles")
    return near[
        ["name", "state", "miles", "acute_beds", "free_acute_beds", "icu_beds", "free_icu_beds"]
    ]


def composition_of(system: SystemTables, name_or_id: str) -> pd.DataFrame:
    """Age bands of one facility: its own rows, else those that hold everywhere."""
    row = facility_id(system, name_or_id)
    own = system.composition[system.composition["facility_id"] == row]
    if not len(own):
        own = system.composition[system.composition["facility_id"] == "*"]
    return own.set_index("age_band")


def description_of(system: SystemTables, name_or_id: str) -> pd.DataFrame:
    """Every value of one facility with its unit, where it comes from and how it was made.

    Returns a table with the columns ``value, unit, source, note``, indexed by column name.
    """
    row = facility_id(system, name_or_id)
    values = system.facilities.loc[row]
    schema = SCHEMAS["facilities"]
    records = []
    for column, about in schema.columns.items():
        source, note = system.source_of("facilities", row, column)
        records.append((column, values[column], about.unit, source, note))
    if row in system.units.index:
        size = system.units.loc[row]
        records.append(
            (
                UNIT_PEOPLE,
                size[UNIT_PEOPLE],
                "people per housing unit",
                str(size["source"]),
                "",
            )
        )
    for held in system.population[system.population["facility_id"] == row].itertuples():
        source, note = system.source_of("population", str(held.custody_class), "people_start")
        records.append((f"held: {held.custody_class}", held.people_start, "people", source, note))
    for flow in system.flows[system.flows["facility_id"] == row].itertuples():
        label = f"{flow.flow}: {flow.detail}"
        records.append((label, flow.people_per_day, "people per day", str(flow.source), ""))
    for label, key in (("transfers out", "from_id"), ("transfers in", "to_id")):
        records += moves_by_source(system, row, label, key)
    for home in system.staff[system.staff["facility_id"] == row].itertuples():
        source, note = system.source_of("staff", row, "people")
        county = str(system.counties["name"][str(home.county_fips)])
        records.append((f"staff living in {county}", home.people, "people", source, note))
    records += more_about(system, row)
    return pd.DataFrame(records, columns=["what", "value", "unit", "source", "note"]).set_index(
        "what"
    )
