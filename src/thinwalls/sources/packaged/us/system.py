"""The country: jails and prisons of HIFLD and immigration detention, every county and hospital."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from thinwalls.sources.packaged.all_counties import with_abroad
from thinwalls.sources.packaged.county_of_facility import TERRITORIES, match_hifld
from thinwalls.sources.packaged.ice.sources import ice_source_id, ice_sources
from thinwalls.sources.packaged.ice.system import build_ice_system
from thinwalls.sources.packaged.jail_sizes import KINDS, scaled, sizes
from thinwalls.sources.packaged.moves_to_prison import detainers, jail_to_prison, prison_to_prison
from thinwalls.sources.packaged.shared_inputs import YEARS, Ground, IceYear
from thinwalls.sources.packaged.us.national_totals import National, national_totals, values_of
from thinwalls.sources.packaged.us.people import us_catchment, us_composition
from thinwalls.sources.packaged.us.provenance import us_provenance
from thinwalls.sources.publisher import citation, source_table
from thinwalls.sources.reading.facility_names import slug
from thinwalls.system import (
    OUTSIDE,
    System,
    assumed,
    assumption_sources,
    assumption_table,
    staff_homes,
    whole_people,
)

DEDICATED = ("CDF", "SPC", "DIGSA", "STAGING", "FAMILY", "FRC", "FSC")
"""Kinds in which ICE has all beds (the workbook's footnotes): nobody else is held there."""


@dataclass(frozen=True)
class UsYear:
    """One packaged system of the whole country."""

    name: str
    ice: IceYear
    title: str

    @property
    def national(self) -> National:
        """Published totals that it is scaled to."""
        return national_totals().systems[self.name]


US_YEARS = (
    UsYear("us-2020", YEARS[0], "U.S. jails, prisons and immigration detention, March 2020"),
    UsYear("us", YEARS[4], "U.S. jails, prisons and immigration detention, newest figures"),
)
"""The packaged systems of the country."""

CITED = ("bjs-jails", "bjs-prisons", "ap-marshall-prisons", "trac-arrests")
"""Source ids of the national totals."""


def build_us_system(ground: Ground, year: UsYear) -> System:
    """Build the system of the whole country around that year's immigration detention.

    Raises
    ------
    InputError
        When a publisher's file is missing or cannot be used.
    """
    ice = build_ice_system(ground, year.ice)
    hosts, left_out = _hosts(ground, ice, year.national)
    facilities = _facilities(ground, ice, hosts, year.national)
    population = _population(ice, hosts, year.national, facilities)
    facilities["population_start"] = (
        population.groupby("facility_id")["people_start"]
        .sum()
        .reindex(facilities.index, fill_value=0)
    )
    facilities["near_empty"] = facilities["population_start"] == 0
    flows, transfers = _movements(ice, hosts, year.national, facilities)
    homes = staff_homes(facilities, ground.world.counties)
    counties, cases = with_abroad(ground.world)
    has_cases = len(ice.cases) > 0
    if not has_cases:
        counties["case_record"] = "none"
    source = ice_source_id(year.ice.fiscal_year)
    file = ground.books[year.ice.fiscal_year]
    held = facilities["population_start"].sum()
    return System(
        name=year.name,
        title=year.title,
        description=(
            f"{(~facilities['near_empty']).sum():,} places with {held:,} people: open adult "
            f"jails and prisons "
            f"of HIFLD scaled to national totals, and immigration detention on "
            f"{ice.start_date}; every county"
        ),
        start_date=ice.start_date,
        record_first=ice.record_first,
        record_last=ice.record_last,
        facilities=facilities,
        population=population,
        composition=us_composition(ice, population, facilities),
        counties=counties,
        staff=homes,
        flows=flows,
        catchment=us_catchment(ice, flows, facilities, counties),
        transfers=transfers,
        detainers=detainers(facilities, flows, values_of(year.national.handed_over)),
        monthly=ice.monthly,
        totals=pd.concat([ice.totals, _national_rows(year.national)], ignore_index=True),
        assumptions=assumption_table(),
        sources=pd.concat(
            [
                ice_sources(year.ice, file.through),
                source_table([citation(name) for name in CITED]),
                assumption_sources(),
            ]
        ),
        provenance=us_provenance(
            ice, hosts, facilities, counties, ground.world, source, year.national
        ),
        cases=cases if has_cases else cases.iloc[:0, :0],
        cases_by_state=ice.cases_by_state,
        left_out=left_out,
    )


def _hosts(ground: Ground, ice: System, national: National) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Jails and prisons that hold people for others than ICE, with their scaled size; the rest."""
    table = ground.hifld.copy()
    territory = table["state"].isin(TERRITORIES)
    table.loc[territory, "county_fips"] = table.loc[territory, "state"].map(TERRITORIES)
    reason = pd.Series("", index=table.index)
    reason[table["kind"].isna()] = "kind not given"
    reason[table["county_fips"].isna()] = "no county"
    reason[table["security"] == "JUVENILE"] = "juvenile"
    reason[table["status"] == "CLOSED"] = "closed"
    table["ice_id"] = _ice_ids(ground, table, set(ice.facilities.index))
    dedicated = _dedicated(ground)
    reason[table["ice_id"].isin(dedicated) & (reason == "")] = "immigration detention only"
    open_adult = table[reason == ""].copy()
    found = sizes(open_adult, ground.world.counties["population"])
    ice_there = open_adult["ice_id"].map(ice.facilities["population_start"]).fillna(0.0)
    open_adult = open_adult.join(found[["size", "basis"]])
    in_jails = float(ice_there[found["kind"] == "jail"].sum())
    targets = values_of(national.people)
    targets["jail"] -= in_jails  # the published count of jails has those held for ICE in it
    inside = ~open_adult["state"].isin(TERRITORIES)
    sized = found[inside]
    _, factors = scaled(sized, targets)
    open_adult["people"] = found["size"] * found["kind"].map(factors)
    open_adult["kind_ours"] = found["kind"]
    open_adult["id"] = _ids(open_adult, set(ice.facilities.index))
    open_adult["people_start"] = 0
    for name in targets:
        for here in (inside, ~inside):
            rows = here & (found["kind"] == name)
            if rows.any():
                open_adult.loc[rows, "people_start"] = whole_people(open_adult.loc[rows, "people"])
    left = table[reason != ""]
    left_out = pd.DataFrame(
        {
            "hifld_id": left["hifld_id"],
            "name": left["name"],
            "kind": left["kind"].map(KINDS),
            "city": left["city"],
            "state": left["state"],
            "county_fips": left["county_fips"],
            "capacity": left["capacity"],
            "reason": reason[reason != ""],
        }
    ).reset_index(drop=True)
    return open_adult.set_index("id"), left_out


def _ice_ids(ground: Ground, table: pd.DataFrame, wanted: set[str]) -> pd.Series:
    """Id of the immigration detention facility that a HIFLD row is, of any year, else none."""
    ids = pd.Series(pd.NA, index=table.index, dtype=object)
    order = sorted(ground.books, key=lambda year: not wanted.issuperset(ground.ids[year]))
    for year in order:
        rows = ground.books[year].facilities.copy()
        rows.index = pd.Index(ground.ids[year], name="facility_id")
        matched = match_hifld(rows, ground.hifld).dropna()
        for facility, row in matched.items():
            if pd.isna(ids[row]) and facility not in set(ids.dropna()):
                ids[row] = facility
    return ids


def _dedicated(ground: Ground) -> set[str]:
    """Facilities that were immigration detention and nothing else in any of the years."""
    found: set[str] = set()
    for year, book in ground.books.items():
        kinds = book.facilities["kind"].str.upper().isin(DEDICATED)
        found |= {name for name, yes in zip(ground.ids[year], kinds, strict=True) if yes}
    return found


def _ids(rows: pd.DataFrame, ice_ids: set[str]) -> list[str]:
    taken: set[str] = set(ice_ids)
    names = [
        slug(str(name), str(state)) for name, state in zip(rows["name"], rows["state"], strict=True)
    ]
    made = []
    for name, ice_id, number in zip(names, rows["ice_id"], rows["hifld_id"], strict=True):
        if ice_id in ice_ids:
            made.append(str(ice_id))
            continue
        unique = name if name not in taken else f"{name}-{number}"
        taken.add(unique)
        made.append(unique)
    return made


def _facilities(
    ground: Ground, ice: System, hosts: pd.DataFrame, national: National
) -> pd.DataFrame:
    shared = [facility for facility in hosts.index if facility in ice.facilities.index]
    kind = hosts["kind_ours"].replace({"state": "prison", "federal": "federal prison"})
    made = pd.DataFrame(
        {
            "name": hosts["name"],
            "kind": kind,
            "custody": hosts["kind_ours"],
            "address": hosts["address"],
            "city": hosts["city"],
            "state": hosts["state"],
            "zip": hosts["zip"],
            "area_of_responsibility": None,
            "county_fips": hosts["county_fips"],
            "latitude": hosts["latitude"],
            "longitude": hosts["longitude"],
            "capacity": hosts["capacity"].where(hosts["capacity"] > 0).astype(float),
            "guaranteed_minimum": np.nan,
            "population_average": hosts["people"],
            "population_start": 0,
            "length_of_stay_days": hosts["kind_ours"].map(national.stay_days),
            "share_female": hosts["kind_ours"].map(values_of(national_totals().women)),
            "dormitory_share": np.nan,
            "staff": np.ceil(hosts["people"] / hosts["kind_ours"].map(_per_staff())).astype(
                "int64"
            ),
            "placed_by": "HIFLD facility",
        }
    )
    made.loc[shared, "custody"] = made.loc[shared, "custody"] + ",ice"
    for column in ("population_average", "staff"):
        made.loc[shared, column] += ice.facilities.loc[shared, column]
    for column in ("area_of_responsibility", "guaranteed_minimum"):
        made.loc[shared, column] = ice.facilities.loc[shared, column]
    own = ice.facilities.drop(index=shared).drop(columns="hospital_fips")
    made = pd.concat([made, own[made.columns]])
    made["hospital_fips"] = made["county_fips"].map(
        ground.world.counties["hospital_fips"].to_dict() | {OUTSIDE: OUTSIDE}
    )
    made.index.name = "facility_id"
    return made


def _per_staff() -> dict[str, float]:
    return {kind: assumed(f"{kind}_people_per_staff") for kind in set(KINDS.values())}


def _population(
    ice: System, hosts: pd.DataFrame, national: National, facilities: pd.DataFrame
) -> pd.DataFrame:
    jail = (hosts["kind_ours"] == "jail").to_numpy()
    everyone = hosts["people_start"].to_numpy()
    pretrial = np.where(jail, np.round(everyone * national.pretrial_share.value), 0).astype("int64")
    share = np.where(jail, national.pretrial_share.value, 0.0)
    parts = [ice.population]
    for name, people, of_average in (
        ("pretrial", pretrial, share),
        ("sentenced", everyone - pretrial, 1 - share),
    ):
        parts.append(
            pd.DataFrame(
                {
                    "facility_id": hosts.index,
                    "custody_class": name,
                    "people_start": people,
                    "people_average": hosts["people"].to_numpy() * of_average,
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    table = table[(table["people_start"] > 0) | (table["people_average"] > 0)]
    order = {name: i for i, name in enumerate(facilities.index)}
    return table.sort_values(
        "facility_id", key=lambda ids: ids.map(order), kind="stable"
    ).reset_index(drop=True)


def _movements(
    ice: System, hosts: pd.DataFrame, national: National, facilities: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    kind = hosts["kind_ours"]
    stays = hosts["people_start"] / kind.map(national.stay_days)
    stays = stays[stays > 0]
    jails = stays[kind[stays.index] == "jail"]
    prisons = stays[kind[stays.index] != "jail"]
    sentenced = jail_to_prison(facilities.loc[stays.index], jails, prisons)
    out = sentenced.groupby("from_id")["people_per_day"].sum()
    # A jail cannot sentence more people than leave it: the rest is admitted to prison directly.
    excess = (out / jails.reindex(out.index)).clip(lower=1.0)
    sentenced["people_per_day"] /= sentenced["from_id"].map(excess)
    out = sentenced.groupby("from_id")["people_per_day"].sum().reindex(jails.index, fill_value=0.0)
    into = sentenced.groupby("to_id")["people_per_day"].sum().reindex(prisons.index, fill_value=0.0)
    direct = (prisons - into).clip(lower=0.0)

    def rows(flow: str, detail: str, amounts: pd.Series, source: str) -> pd.DataFrame:
        amounts = amounts[amounts > 1e-12]
        return pd.DataFrame(
            {
                "facility_id": amounts.index,
                "flow": flow,
                "detail": detail,
                "people_per_day": amounts.to_numpy(),
                "custody": kind[amounts.index].to_numpy(),
                "source": source,
            }
        )

    flows = pd.concat(
        [
            ice.flows,
            rows("book_in", "local", jails, "assumption:jail-churn"),
            rows("release", "jail release", jails - out, "assumption:jail-churn"),
            rows("book_in", "court", direct, "assumption:prison-turnover"),
            rows("release", "end of sentence", direct + into, "assumption:prison-turnover"),
        ],
        ignore_index=True,
    )
    sentenced["custody"] = "jail"
    sentenced["rule"] = "sentenced"
    sentenced = sentenced[sentenced["people_per_day"] > 1e-12]
    held = hosts.loc[(kind == "state") & (hosts["people_start"] > 0), "people_start"]
    between = prison_to_prison(facilities, held, assumed("prison_transfers_per_day"))
    between["custody"] = "state"
    between["rule"] = "assumed"
    tables = [ice.transfers, sentenced[ice.transfers.columns], between[ice.transfers.columns]]
    return flows, pd.concat(tables, ignore_index=True)


def _national_rows(national: National) -> pd.DataFrame:
    records = [
        {
            "fiscal_year": national.year,
            "series": "national people held",
            "agency": name,
            "category": "total",
            "value": people.value,
        }
        for name, people in national.people.items()
    ]
    records.append(
        {
            "fiscal_year": national.year,
            "series": "national admissions a year",
            "agency": "jail",
            "category": "total",
            "value": national.admissions.value,
        }
    )
    return pd.DataFrame.from_records(records)
