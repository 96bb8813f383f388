"""Where each value of a system of the whole country comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.common import Message
from thinwalls.sources.packaged.ice.provenance import county_provenance
from thinwalls.sources.packaged.us.national_totals import TITLES, National
from thinwalls.system import CLASSES_OF, OUTSIDE

if TYPE_CHECKING:
    from thinwalls.sources.packaged.all_counties import World
    from thinwalls.system import System

_Record = tuple[str, str, str, str, str | None]


def us_provenance(
    ice: System,
    hosts: pd.DataFrame,
    facilities: pd.DataFrame,
    counties: pd.DataFrame,
    world: World,
    source: str,
    national: National,
) -> pd.DataFrame:
    """The table ``provenance``: jails and prisons by column, immigration detention row by row."""
    rows: list[_Record] = []

    def column(table: str, names: str, where: str, note: str | None = None) -> None:
        rows.extend((table, "*", name, where, note) for name in names.split())

    published = (
        "name address city state zip kind custody county_fips latitude longitude placed_by capacity"
    )
    column("facilities", published, "hifld-prisons")
    column("facilities", "population_average population_start", "assumption:imputed-size")
    column(
        "facilities",
        "length_of_stay_days",
        "assumption:jail_stay_spread",
        Message("national mean, BJS"),
    )
    column("facilities", "share_female", "assumption:national-women")
    column("facilities", "staff", "assumption:jail_people_per_staff")
    column("facilities", "near_empty", "assumption:imputed-size")
    column(
        "facilities",
        "area_of_responsibility guaranteed_minimum",
        source,
        "immigration detention only",
    )
    column("facilities", "dormitory_share", "hifld-prisons", "not published")
    column("facilities", "hospital_fips", "assumption:hospital")
    factors = hosts["people"] / hosts["size"]
    for (facility, basis), factor in zip(hosts["basis"].items(), factors, strict=True):
        note = f"size from {basis}, times {factor:.3f}"
        where = f"assumption:size_{basis}_spread"
        rows.append(("facilities", str(facility), "population_average", where, note))
    for facility, kind in hosts.loc[hosts["kind_ours"] != "jail", "kind_ours"].items():
        where = "assumption:prison_stay_spread"
        rows += [
            (
                "facilities",
                str(facility),
                "length_of_stay_days",
                where,
                Message("mean time served, BJS"),
            ),
            ("facilities", str(facility), "staff", f"assumption:{kind}_people_per_staff", None),
        ]
    own = ice.provenance[ice.provenance["table"] == "facilities"]
    general = own[own["row"] == "*"].set_index("column")
    special = {(row.row, row.column): (row.source, row.note) for row in own.itertuples()}
    for facility in ice.facilities.index:
        if facility in hosts.index:
            continue
        for name in own["column"].unique():
            where, note = special.get(
                (facility, name), (general["source"][name], general["note"][name])
            )
            rows.append(("facilities", str(facility), str(name), str(where), note))
    for name in CLASSES_OF["ice"]:
        rows.append(("population", name, "people_start", "assumption:start-population", None))
    for kind, people in national.people.items():
        rows.append(("totals", TITLES[kind], "value", str(people.cited_as), people.source))
        rests_on = national.stays[kind].source
        rows.append(("flows", TITLES[kind], "people_per_day", "bjs-jails", rests_on))
    rows.extend(county_provenance(counties, world))
    rows.append(("counties", OUTSIDE, "population", "assumption:abroad", None))
    column(
        "population",
        "custody_class people_average people_start",
        "bjs-jails",
        national.pretrial_share.source,
    )
    column(
        "staff", "people county_fips", "assumption:staff_home_share", "and the rule staff-gravity"
    )
    column(
        "transfers",
        "people_per_day from_id to_id rule custody",
        "aclu-movements",
        "immigration detention; others by the rules jail-to-prison and prison-to-prison",
    )
    column(
        "detainers",
        "from_id to_id people_per_day custody",
        "trac-arrests",
        national.handed_over["jail"].source,
    )
    column("monthly", "month series agency category value partial", source)
    column("totals", "fiscal_year series agency category value", source)
    column(
        "cases", "*", "jhu-csse", "never falling: a later, lower total corrects the days before it"
    )
    table = pd.DataFrame(rows, columns=["table", "row", "column", "source", "note"])
    return table.drop_duplicates(["table", "row", "column"], keep="last").reset_index(drop=True)
