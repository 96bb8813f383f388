"""Where each value of a system of immigration detention comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.common import Message
from thinwalls.sources.packaged.all_counties import TERRITORY_ROWS, World
from thinwalls.sources.packaged.county_of_facility import FIELD_OFFICE, POSTAL
from thinwalls.sources.packaged.ice.daily_people import COUNTED, SOURCE, STAYS_NOTE
from thinwalls.system import OUTSIDE

if TYPE_CHECKING:
    from thinwalls.sources.packaged.ice.daily_people import DayCounts
    from thinwalls.sources.publishers.aclu_movements import MatchedMoves

BY_LEVEL = Message("by ICE threat level as over the year")
_Record = tuple[str, str, str, str, str | None]


def ice_provenance(
    facilities: pd.DataFrame,
    counties: pd.DataFrame,
    world: World,
    source: str,
    moves: MatchedMoves,
    counts: DayCounts | None = None,
) -> pd.DataFrame:
    """The table ``provenance``: a source for every column, and for rows that differ from it."""
    rows: list[_Record] = []

    def column(table: str, names: str, where: str, note: str | None = None) -> None:
        rows.extend((table, "*", name, where, note) for name in names.split())

    column(
        "facilities",
        "name address city state zip area_of_responsibility kind guaranteed_minimum",
        source,
    )
    column(
        "facilities",
        "length_of_stay_days share_female",
        source,
        Message("average over the fiscal year"),
    )
    column(
        "facilities", "population_average near_empty", source, "sum of classification levels A to D"
    )
    column("facilities", "custody", source, "people held for ICE only")
    start = "assumption:start-population" if counts is None else SOURCE
    column("facilities", "population_start", start, None if counts is None else COUNTED)
    if counts is not None:
        rows.extend(_not_counted(facilities, counts))
        rows.extend(
            ("facilities", str(place), "length_of_stay_days", SOURCE, STAYS_NOTE)
            for place in facilities.index.intersection(counts.with_stays)
        )
    column("facilities", "capacity", "hifld-prisons", Message("where not below the people held"))
    column("facilities", "dormitory_share", source, "not published")
    column(
        "facilities",
        "staff",
        "assumption:ice_people_per_staff",
        Message("population_average / 2.8, rounded up"),
    )
    column("facilities", "hospital_fips", "assumption:hospital")
    column("facilities", "county_fips latitude longitude placed_by", "hifld-prisons")
    for facility, how in facilities["placed_by"].items():
        if how != "HIFLD facility":
            for name in ("county_fips", "latitude", "longitude", "placed_by"):
                where = source_of_place(str(how), source)
                rows.append(("facilities", str(facility), name, where, f"placed by {how}"))
    column("population", "custody_class people_average", source, "ICE threat level")
    column("population", "people_start", start, None if counts is None else BY_LEVEL)
    rows.extend(county_provenance(counties, world))
    column(
        "staff", "people county_fips", "assumption:staff_home_share", "and the rule staff-gravity"
    )
    column(
        "transfers",
        "people_per_day from_id to_id rule custody",
        "aclu-movements",
        moves.note,
    )
    column("monthly", "month series agency category value partial", source)
    column("totals", "fiscal_year series agency category value", source)
    column(
        "cases", "*", "jhu-csse", "never falling: a later, lower total corrects the days before it"
    )
    return pd.DataFrame(rows, columns=["table", "row", "column", "source", "note"])


def _not_counted(facilities: pd.DataFrame, counts: DayCounts) -> list[_Record]:
    """Facilities whose people of the first day are the year's average: no code is theirs."""
    return [
        ("facilities", str(place), "population_start", "assumption:start-population", None)
        for place in facilities.index.difference(counts.facilities.index)
    ]


def source_of_place(placed_by: str, workbook: str) -> str:
    """Source id of the county of a facility, by how it was found."""
    if placed_by.startswith("territory"):
        return "census-2020-territories"
    if placed_by.endswith(POSTAL) or f"{POSTAL}," in placed_by:
        return "geonames-postal"
    by_rule = {"county in the name": workbook, FIELD_OFFICE: "ice-field-offices"}
    return by_rule.get(placed_by, "hifld-prisons")


def county_provenance(counties: pd.DataFrame, world: World) -> list[_Record]:
    """Entries for the table ``counties``."""
    rows: list[_Record] = []

    def column(table: str, names: str, where: str, note: str | None = None) -> None:
        rows.extend((table, "*", name, where, note) for name in names.split())

    column(
        "counties",
        "name state population age_0_17 age_18_64 age_65_plus latitude longitude",
        "census-acs-2018",
    )
    column("counties", "icu_beds", "khn-icu")
    column(
        "counties",
        "acute_beds",
        "covidcaremap",
        "staffed beds, never fewer than intensive-care beds",
    )
    column("counties", "bed_occupancy icu_occupancy", "covidcaremap")
    column("counties", "hospital_fips", "assumption:hospital")
    column("counties", "case_record", "jhu-csse")
    for fips in counties.index:
        if fips == OUTSIDE:
            continue
        if fips in TERRITORY_ROWS:
            for name in ("name", "state", "population", "latitude", "longitude"):
                rows.append(("counties", fips, name, "census-2020-territories", None))
            for name in ("age_0_17", "age_18_64", "age_65_plus"):
                rows.append(("counties", fips, name, "assumption:territory-age", None))
            rows.append(("counties", fips, "icu_beds", "covidcaremap", None))
        for name in ("bed_occupancy", "icu_occupancy"):
            if not bool(world.counties.loc[fips, f"{name}_known"]):
                rows.append(
                    (
                        "counties",
                        fips,
                        name,
                        f"assumption:{name}",
                        "not in the source for this county",
                    )
                )
        if counties.loc[fips, "case_record"] == "state rate":
            rows.append(("counties", fips, "case_record", "assumption:state-rate", None))
    return rows
