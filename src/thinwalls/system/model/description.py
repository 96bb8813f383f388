"""What a facility's own row does not say: who runs it, ages, health, hospitals in reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thinwalls.system.model.system import System

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
_BAND_NAMES = {"0-17": "0_17", "18-49": "18_49", "50-64": "50_64", "65+": "65_plus"}
NEAR_MILES = 50.0
MOST_COUNTIES = 5


BY_RULE = {
    "fallback": "assumption:transfer-fallback",
    "sentenced": "assumption:jail-to-prison",
    "assumed": "assumption:prison_transfers_per_day",
}
"""Source of moves that are not counted, by the rule of the table ``transfers``."""


def moves_by_source(system: System, facility_id: str, label: str, key: str) -> list[Record]:
    """People per day who are moved from or to a place, by where that is known from."""
    moves = system.transfers[system.transfers[key] == facility_id]
    counted, note = system.source_of("transfers", facility_id, "people_per_day")
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


def more_about(system: System, facility_id: str) -> list[Record]:
    """Operator, age bands with chronic conditions, and hospitals of the nearest counties."""
    place = system.facilities.loc[facility_id]
    kind, custody = str(place["kind"]), str(place["custody"]).split(",")
    operator = OPERATORS.get(kind) or _BY_CUSTODY.get(custody[0])
    source, _ = system.source_of("facilities", facility_id, "kind")
    records: list[Record] = [
        (
            "operator",
            operator or "not known",
            "",
            source,
            "by the kind of place",
        )
    ]
    for band, row in system.composition_of(facility_id).iterrows():
        for what, name in (
            (f"aged {band}", "share"),
            (f"with a chronic condition, of those aged {band}", "vulnerable"),
        ):
            value = float(row[name if name == "share" else "vulnerable_share"])
            low, high = float(row[f"{name}_low"]), float(row[f"{name}_high"])
            note = f"drawn between {low:.3g} and {high:.3g}"
            source = str(row["source"])
            if name == "vulnerable" and source.startswith("assumption:"):
                source = f"assumption:vulnerable_{_BAND_NAMES[str(band)]}"
            records.append((what, value, "share", source, note))
    near = system.hospitals_within(facility_id, NEAR_MILES).head(MOST_COUNTIES)
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
