"""The packaged system of immigration detention in March 2020."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from thinwalls.common.errors import InputError
from thinwalls.system import OUTSIDE, System, list_systems, load_system
from thinwalls.system.tables.distances import miles_between

CHECKED_BY_HAND = {
    "stewart-detention-center-ga": "13259",  # Lumpkin, Stewart County
    "adelanto-ice-processing-center-ca": "06071",  # San Bernardino County
    "south-texas-ice-processing-center-tx": "48163",  # Pearsall, Frio County
    "winn-correctional-center-la": "22127",  # Winnfield, Winn Parish
    "eloy-federal-contract-facility-az": "04021",  # Pinal County
    "lasalle-ice-processing-center-la": "22059",  # Jena, LaSalle Parish
    "adams-county-det-center-ms": "28001",  # Natchez, Adams County
    "tacoma-ice-processing-center-wa": "53053",  # Pierce County
    "south-texas-family-residential-center-tx": "48163",  # Dilley, Frio County
    "otay-mesa-detention-center-ca": "06073",  # San Diego County
    "port-isabel-tx": "48061",  # Los Fresnos, Cameron County
    "irwin-county-detention-center-ga": "13155",  # Ocilla, Irwin County
    "montgomery-ice-processing-center-tx": "48339",  # Conroe, Montgomery County
    "otero-county-processing-center-nm": "35035",  # Chaparral, Otero County
    "el-valle-detention-facility-tx": "48489",  # Raymondville, Willacy County
    "jackson-parish-correctional-center-la": "22049",  # Jonesboro, Jackson Parish
    "la-palma-correction-center-apso-az": "04021",  # Eloy, Pinal County
    "krome-north-service-processing-center-fl": "12086",  # Miami-Dade County
    "el-paso-service-processing-center-tx": "48141",  # El Paso County
    "essex-county-correctional-facility-nj": "34013",  # Newark, Essex County
    "imperial-regional-detention-facility-ca": "06025",  # Calexico, Imperial County
    "prairieland-detention-facility-tx": "48251",  # Alvarado, Johnson County
    "immigration-centers-of-america-farmville-va": "51147",  # Prince Edward County
    "denver-contract-detention-facility-co": "08001",  # Aurora, the part in Adams County
    "denver-contract-detention-facility-ii-co": "08001",
    "main-folkston-ipc-ga": "13049",  # Charlton County
    "south-louisiana-detention-center-la": "22039",  # Basile, Evangeline Parish
    "glades-county-detention-center-fl": "12043",  # Moore Haven, Glades County
    "buffalo-service-processing-center-ny": "36037",  # Batavia, Genesee County
    "rio-grande-detention-center-tx": "48479",  # Laredo, Webb County
    "t-don-hutto-residential-center-tx": "48491",  # Taylor, Williamson County
    "bluebonnet-detention-facility-tx": "48253",  # Anson, Jones County
    "florence-staging-facility-az": "04021",  # Florence, Pinal County
    "clinton-county-correctional-facility-pa": "42035",  # Lock Haven, Clinton County
    "etowah-county-jail-al": "01055",  # Gadsden, Etowah County
    "bristol-county-detention-center-ma": "25005",  # North Dartmouth, Bristol County
    "wyatt-detention-center-ri": "44007",  # Central Falls, Providence County
    "honolulu-federal-detention-center-hi": "15003",  # Honolulu County
    "golden-state-annex-ca": "06029",  # McFarland, Kern County
    "department-of-corrections-hagatna-gu": "66010",  # Guam
}


@pytest.fixture(scope="module")
def system() -> System:
    return load_system("ice-2020")


def test_facilities_and_people(system: System) -> None:
    facilities = system.facilities
    assert len(facilities) == 170
    assert (~facilities["near_empty"]).sum() == 155
    assert round(facilities["population_average"].sum()) == 32_979
    assert facilities["population_start"].sum() == 37_456
    assert system.population["people_start"].sum() == 37_456
    assert (facilities.loc[facilities["near_empty"], "population_start"] == 0).all()
    assert (facilities.loc[~facilities["near_empty"], "population_start"] > 0).all()


def test_start_is_between_the_months_around_it(system: System) -> None:
    table = system.monthly.query("series == 'average_daily_population' and agency == 'total'")
    months = table[table["category"] == "total"].set_index("month")["value"]
    assert months["2020-04"] < system.facilities["population_start"].sum() < months["2020-03"]


@pytest.mark.parametrize(("facility", "fips"), list(CHECKED_BY_HAND.items()))
def test_county_checked_by_hand(system: System, facility: str, fips: str) -> None:
    assert system.facilities.loc[facility, "county_fips"] == fips


def test_every_facility_is_near_its_county(system: System) -> None:
    rows = system.facilities
    centres = system.counties.loc[rows["county_fips"]]
    away = miles_between(
        rows["latitude"], rows["longitude"], centres["latitude"], centres["longitude"]
    ).diagonal()
    mainland = ~rows["state"].isin(["HI", "MP"])  # the county of Honolulu reaches to Midway
    assert away[mainland].max() < 130  # Pahrump is at the far end of Nye County


def test_flows_are_in_balance(system: System) -> None:
    ids = system.facilities.index
    flows, moves = system.flows, system.transfers
    into = flows[flows["flow"] == "book_in"].groupby("facility_id")["people_per_day"].sum()
    out = flows[flows["flow"] != "book_in"].groupby("facility_id")["people_per_day"].sum()
    arrivals = into.reindex(ids, fill_value=0) + moves.groupby("to_id")[
        "people_per_day"
    ].sum().reindex(ids, fill_value=0)
    departures = out.reindex(ids, fill_value=0) + moves.groupby("from_id")[
        "people_per_day"
    ].sum().reindex(ids, fill_value=0)
    assert np.allclose(arrivals, departures, atol=1e-9)
    assert ((arrivals > 0) == (system.facilities["population_start"] > 0)).all()


def test_flows_are_those_of_march(system: System) -> None:
    per_day = system.flows.groupby(["flow", "detail"])["people_per_day"].sum() * 31
    assert per_day["book_in", "CBP"] == pytest.approx(9_211)
    assert per_day["book_in", "ICE"] == pytest.approx(10_175)
    shares = per_day["release"] / per_day["release"].sum()
    published = {
        "bond": 29_736,
        "recognizance": 14_253,
        "supervision": 6_620,
        "parole": 11_273,
        "other": 4,
    }
    for reason, count in published.items():
        assert shares[reason] == pytest.approx(count / 61_886)


def test_staging_facilities_release_nobody(system: System) -> None:
    staging = system.facilities.index[system.facilities["kind"] == "STAGING"]
    flows = system.flows[system.flows["facility_id"].isin(staging)]
    assert set(flows["flow"]) == {"book_in", "removal"}


def test_families(system: System) -> None:
    with_children = system.composition.query("age_band == '6-17' and share > 0.1")["facility_id"]
    families = [facility for facility in with_children if "juvenile" not in facility]
    assert sorted(families) == [
        "berks-county-family-shelter-pa",
        "karnes-county-residential-center-tx",
        "south-texas-family-residential-center-tx",
    ]
    published = system.totals.query(
        "series == 'average_daily_population_by_type' and agency == 'FRC'"
    )
    assert system.facilities.loc[families, "population_average"].sum() == pytest.approx(
        published["value"].iloc[0], abs=0.01
    )


def test_children_of_families_are_told_apart_by_age(system: System) -> None:
    """Infants, who are too young for a vaccine, and small children; other places have none."""
    table = system.composition_of("south texas family")
    children = table[~table.index.isin(["18-49", "50-64", "65+"])]
    assert children.index.tolist() == ["0-0", "1-5", "6-17"]
    assert children["share"].sum() == pytest.approx(0.53)
    assert children["share_low"].sum() == pytest.approx(0.45)
    assert table["share"].sum() == pytest.approx(1.0)
    # 1 and 7 of 24 children in Berks, October 2019.
    assert children["share"].to_numpy() / 0.53 == pytest.approx([0.04, 0.29, 0.67])
    assert system.composition_of("stewart").index.tolist() == ["18-49", "50-64", "65+"]


def test_composition_adds_up(system: System) -> None:
    assert np.allclose(system.composition.groupby("facility_id")["share"].sum(), 1.0)
    table = system.composition
    assert (table["share_low"] <= table["share"] + 1e-9).all()
    assert (table["share"] <= table["share_high"] + 1e-9).all()
    adults = table[table["facility_id"] == "*"]
    assert (adults["share"] * adults["vulnerable_share"]).sum() == pytest.approx(0.425, abs=0.002)


def test_counties(system: System) -> None:
    counties = system.counties
    states = counties[counties["case_record"] != "none"]
    assert states["population"].sum() == 327_167_434
    assert OUTSIDE in counties.index
    assert set(counties["hospital_fips"]) <= set(counties.index)
    reached = counties.loc[counties["hospital_fips"], "icu_beds"]
    assert (reached > 0).all()
    assert (counties["acute_beds"] >= counties["icu_beds"]).all()


def test_cases(system: System) -> None:
    cases = system.cases
    assert list(cases.columns[[0, -1]]) == ["2020-01-22", "2020-09-13"]
    assert set(cases.index) == set(system.counties.index)
    recorded = system.counties.index[system.counties["case_record"] == "recorded"]
    assert 6_395_000 < cases.loc[recorded, "2020-09-13"].sum() < 6_440_000
    assert system.cases_by_state.shape == (51, 236)
    assert cases.loc["36005", "2020-09-13"] == 52_235  # New York's boroughs are told apart
    assert (np.diff(cases.to_numpy(), axis=1) >= 0).all()


def test_catchment_shares_add_up(system: System) -> None:
    whole = system.catchment.groupby(["facility_id", "flow", "detail"])["share"].sum()
    assert np.allclose(whole, 1.0)
    assert set(whole.index.get_level_values(0)) == set(
        system.facilities.index[system.facilities["population_start"] > 0]
    )


def test_staff_live_near(system: System) -> None:
    facilities = system.facilities
    assert (facilities.loc[~facilities["near_empty"], "staff"] >= 1).all()
    home = system.staff.merge(facilities[["county_fips"]], left_on="facility_id", right_index=True)
    own = home.loc[home["county_fips_x"] == home["county_fips_y"], "people"].sum()
    assert 0.75 < own / facilities["staff"].sum() < 0.9


def test_transfers(system: System) -> None:
    moves = system.transfers
    assert (moves["from_id"] != moves["to_id"]).all()
    book_ins = system.flows.query("flow == 'book_in'")["people_per_day"].sum()
    assert moves["people_per_day"].sum() / book_ins == pytest.approx(0.808, abs=0.001)
    shares = moves.groupby("rule")["people_per_day"].sum() / moves["people_per_day"].sum()
    assert shares["observed"] > 0.5
    assert shares["fallback"] < 0.4


def test_every_value_has_a_source(system: System) -> None:
    known = set(map(tuple, system.provenance[["table", "column"]].to_numpy()))
    for table in (
        "facilities",
        "population",
        "counties",
        "staff",
        "transfers",
        "monthly",
        "totals",
    ):
        for column in getattr(system, table).columns:
            if column not in ("facility_id",):
                assert (table, column) in known
    described = system.describe_facility("stewart-detention-center-ga")
    assert (described["source"] != "").all()
    assert set(described["source"]) <= set(system.sources.index)
    assert (system.sources[["publisher", "licence", "attribution"]] != "").all().all()


def test_search(system: System) -> None:
    assert system.facility("stewart") == "stewart-detention-center-ga"
    assert system.facility("STEWART DETENTION CENTER") == "stewart-detention-center-ga"
    assert set(system.search("pinal county").index) >= {"eloy-federal-contract-facility-az"}
    assert set(system.search("la")["state"]) >= {"LA"}
    assert len(system.search("no such place")) == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("florence", "fits 3 facilities of ice-2020"),
        ("stewrat detention center", "nearest: stewart-detention-center-ga"),
        ("zzzz", "no facility of ice-2020 has this name"),
    ],
)
def test_facility_not_found(system: System, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        system.facility(name)


def test_unknown_system() -> None:
    with pytest.raises(InputError, match=r"there is .*ice-2020.*; did you mean ice-20"):
        load_system("ice2020")
    assert "ice-2020" in list_systems().index


@pytest.mark.slow
def test_needs_nothing_to_read_workbooks() -> None:
    code = (
        "import sys; sys.modules['python_calamine'] = None; sys.modules['openpyxl'] = None\n"
        "from thinwalls.system import load_system\nload_system('ice-2020')\n"
        "assert 'thinwalls.sources' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_content_hash_is_stable_and_sees_a_change(system: System) -> None:
    assert system.content_hash == load_system("ice-2020").content_hash
    changed = system.facilities.copy()
    changed.loc["stewart-detention-center-ga", "guaranteed_minimum"] = 1.0
    assert system.replaced(facilities=changed).content_hash != system.content_hash
    assert isinstance(system.monthly, pd.DataFrame)
