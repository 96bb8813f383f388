"""The whole country: totals by kind, both custodies in one place, every county."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from support.balance import largest_imbalance
from thinwalls.common.errors import InputError
from thinwalls.system import OUTSIDE, System, load_system

TERRITORIES = ["PR", "GU", "MP", "VI"]
ICE = ["threat_1", "threat_2", "threat_3", "threat_none"]


@pytest.fixture(scope="module", params=["us-2020", "us"])
def system(request: pytest.FixtureRequest) -> System:
    return load_system(request.param)


def test_national_totals(system: System) -> None:
    held = system.population.merge(
        system.facilities[["custody", "state"]], left_on="facility_id", right_index=True
    )
    held = held[~held["state"].isin(TERRITORIES)]
    kind = held["custody"].str.split(",").str[0]
    immigrants = held["custody_class"].isin(ICE)
    published = system.totals[system.totals["series"] == "national people held"].set_index(
        "agency"
    )["value"]
    for name in ("state", "federal"):
        assert held.loc[(kind == name) & ~immigrants, "people_start"].sum() == pytest.approx(
            published[name], abs=2
        )
    # BJS counts the people whom jails hold for ICE among those in jails
    assert held.loc[kind == "jail", "people_start"].sum() == pytest.approx(
        published["jail"], rel=1e-4
    )


def test_every_county(system: System) -> None:
    counties = system.counties
    states = counties[~counties["state"].isin(TERRITORIES) & (counties.index != OUTSIDE)]
    assert len(states) == 3_142
    assert states["population"].sum() == 327_167_434
    assert set(system.facilities["county_fips"]) <= set(counties.index)


def test_shared_places(system: System) -> None:
    shared = system.facilities[system.facilities["custody"].str.contains(",ice")]
    assert len(shared) > 80
    classes = system.population.groupby("facility_id")["custody_class"].agg(set)
    both = [facility for facility in shared.index if shared["population_start"][facility] > 100]
    assert sum({"pretrial", "threat_none"} <= classes[facility] for facility in both) > 20
    assert (system.facilities.index == "stewart-detention-center-ga").sum() == 1
    names = system.facilities["name"].str.contains("STEWART DETENTION")
    assert names.sum() == 1


def test_flows_are_in_balance(system: System) -> None:
    assert largest_imbalance(system) < 1e-9
    assert (system.flows["people_per_day"] > 0).all()


def test_shares_add_up(system: System) -> None:
    catchment = system.catchment.groupby(["facility_id", "flow", "detail"])["share"].sum()
    assert np.allclose(catchment, 1.0)
    assert np.allclose(system.composition.groupby("facility_id")["share"].sum(), 1.0)
    wanted = system.flows[system.flows["flow"] != "removal"][["facility_id", "flow", "detail"]]
    wanted = wanted.assign(detail=wanted["detail"].where(wanted["flow"] == "book_in", "*"))
    assert set(map(tuple, wanted.to_numpy())) <= set(catchment.index)


def test_admissions(system: System) -> None:
    local = system.flows[system.flows["detail"] == "local"]["people_per_day"].sum() * 365
    published = system.totals[system.totals["series"] == "national admissions a year"][
        "value"
    ].iloc[0]
    assert local == pytest.approx(published, rel=0.03)


def test_detainers(system: System) -> None:
    taken = system.detainers
    flows = system.flows
    booked = flows[flows["detail"] == "ICE"].set_index("facility_id")["people_per_day"]
    share = taken.groupby("to_id")["people_per_day"].sum() / booked
    assert share.max() < 0.75
    assert 0.5 < taken["people_per_day"].sum() / booked.sum() < 0.72
    released = flows[(flows["flow"] == "release") & (flows["custody"] != "ice")]
    whole = released.groupby("facility_id")["people_per_day"].sum()
    assert (taken.groupby("from_id")["people_per_day"].sum() / whole).max() < 1
    assert set(taken["custody"]) <= {"jail", "state", "federal"}


def test_hospitals_in_reach(system: System) -> None:
    near = system.hospitals_within("stewart-detention-center-ga", 40)
    assert near["miles"].is_monotonic_increasing
    assert "13215" in near.index  # Columbus, Muscogee County
    assert (near["free_icu_beds"] <= near["icu_beds"]).all()


def test_a_facility_is_described_whole(system: System) -> None:
    table = system.describe_facility("stewart-detention-center-ga")
    assert "government" in str(table["value"]["operator"])
    ages = [name for name in table.index if str(name).startswith("aged ")]
    assert sum(float(table["value"][name]) for name in ages) == pytest.approx(1.0)
    beds = [name for name in table.index if str(name).startswith("intensive-care beds in")]
    near = system.hospitals_within("stewart-detention-center-ga", 50)
    assert [float(table["value"][name]) for name in beds] == near["icu_beds"].head(5).tolist()
    assert (table["source"] != "").all()
    for band, name in (("18-49", "18_49"), ("65+", "65_plus")):
        sick = f"with a chronic condition, of those aged {band}"
        assert table["source"][sick] == f"assumption:vulnerable_{name}"
    assert set(table["source"]) <= set(system.sources.index)


def test_moves_that_nobody_counted_are_not_said_to_be_counted(system: System) -> None:
    table = system.describe_facility("san-quentin-state-prison-ca")
    assert table["source"]["transfers out (assumed)"] == "assumption:prison_transfers_per_day"
    assert table["source"]["transfers in (sentenced)"] == "assumption:jail-to-prison"
    assert not table.index.str.contains("observed").any()


def test_prisons_exchange_people_within_the_state(system: System) -> None:
    moves = system.transfers[system.transfers["rule"] == "assumed"]
    state = system.facilities["state"]
    assert (moves["from_id"].map(state) == moves["to_id"].map(state)).all()
    out, back = (
        moves.groupby(key)["people_per_day"].sum().sort_index() for key in ("from_id", "to_id")
    )
    pd.testing.assert_series_equal(out, back, check_names=False)
    held = system.population[system.population["facility_id"].isin(moves["from_id"])]
    held = held[held["custody_class"] == "sentenced"]["people_start"].sum()
    rate = system.assumptions["value"]["prison_transfers_per_day"]
    assert out.sum() == pytest.approx(rate * held, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "facility"),
    [
        ("Cook County Jail", "cook-county-jails-il"),
        ("Stewart", "stewart-detention-center-ga"),
        ("york county prison", "york-county-prison-pa"),
        ("san quentin", "san-quentin-state-prison-ca"),
    ],
)
def test_what_people_type(system: System, text: str, facility: str) -> None:
    assert system.facility(text) == facility


def test_several_of_a_name(system: System) -> None:
    with pytest.raises(InputError, match=r"fits [0-9]+ facilities"):
        system.facility("orange county")


def test_left_out(system: System) -> None:
    reasons = system.left_out["reason"].value_counts()
    assert reasons["closed"] == 487
    hosts = system.facilities.index[~(system.facilities["custody"] == "ice")]
    assert len(hosts) + len(system.left_out) == 6_468
    assert (system.left_out["capacity"].dropna() >= 0).all()


def test_missing_is_never_a_number(system: System) -> None:
    for table in (system.facilities, system.counties, system.population, system.left_out):
        numbers = table.select_dtypes("number")
        numbers = numbers.drop(columns=["latitude", "longitude"], errors="ignore")
        assert not (numbers < 0).to_numpy().any()


def test_places_are_in_their_state(system: System) -> None:
    mainland = system.facilities[~system.facilities["state"].isin(["AK", "HI", *TERRITORIES, "FL"])]
    assert mainland["latitude"].between(24.3, 49.5).all()
    assert mainland["longitude"].between(-125, -66.8).all()
    wallisville = system.facilities[system.facilities["name"].str.contains("WALLISVILLE")]
    assert wallisville["latitude"].between(29, 30.5).all()  # its outline is drawn in Iowa


def test_cases_of_every_county() -> None:
    cases = load_system("us-2020").cases
    assert cases.shape == (3_147, 236)
    assert len(load_system("us").cases) == 0
