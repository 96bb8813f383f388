"""Parts of a system: their border is counted."""

from __future__ import annotations

import numpy as np
import pytest

from support.balance import largest_imbalance
from thinwalls.common.errors import InputError
from thinwalls.system import OUTSIDE, System, history, list_systems, load_system

STEWART = "stewart-detention-center-ga"


@pytest.fixture(scope="module")
def ice() -> System:
    return load_system("ice-2020")


@pytest.fixture(scope="module")
def country() -> System:
    return load_system("us-2020")


def balanced(system: System) -> bool:
    return largest_imbalance(system) < 1e-9


def test_around(ice: System) -> None:
    part = ice.around("stewart", miles=50)
    assert list(part.facilities.index) == [STEWART]
    assert part.counties["population"].sum() == ice.counties["population"].sum()
    assert part.cases.sum().tolist() == ice.cases.sum().tolist()
    assert set(part.counties.index) > {"13259", OUTSIDE}
    assert balanced(part)
    inward = ice.transfers[ice.transfers["to_id"] == STEWART]["people_per_day"].sum()
    flows = part.flows.set_index(["flow", "detail"])["people_per_day"]
    assert flows["book_in", "transfer in"] == pytest.approx(inward)
    outward = ice.transfers[ice.transfers["from_id"] == STEWART]["people_per_day"].sum()
    assert flows["removal", "transfer out"] == pytest.approx(outward)


def test_state(ice: System) -> None:
    part = ice.state("la")
    assert set(part.facilities["state"]) == {"LA"}
    assert len(part.transfers) > 0
    assert balanced(part)
    shares = part.catchment.groupby(["facility_id", "flow", "detail"])["share"].sum()
    assert np.allclose(shares, 1.0)


@pytest.mark.slow
def test_kinds(country: System) -> None:
    part = country.kinds("jail")
    assert part.facilities["custody"].str.startswith("jail").all()
    assert balanced(part)
    assert "transfer out (jail)" in set(part.flows["detail"])
    assert len(country.kinds("ice").facilities) > 150


def test_facilities_only(country: System) -> None:
    part = country.facilities_only(["cook county jails", STEWART])
    assert sorted(part.facilities.index) == ["cook-county-jails-il", STEWART]
    assert balanced(part)
    assert part.describe_facility(STEWART).loc["name", "source"] != ""


def test_a_part_of_a_part(country: System) -> None:
    part = country.state("GA").around(STEWART, 30)
    assert STEWART in part.facilities.index
    assert balanced(part)
    assert part.counties["population"].sum() == country.counties["population"].sum()


def test_the_whole_is_unchanged(ice: System) -> None:
    before = ice.content_hash
    ice.around(STEWART, 100)
    assert load_system("ice-2020").content_hash == before


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: s.state("XX"), "state = 'XX': must be one of AL"),
        (lambda s: s.state(), "state: must name at least one"),
        (lambda s: s.kinds("prisn"), "kind = 'prisn': must be one of"),
        (lambda s: s.around("stewart", 0), "miles = 0: must be above 0"),
        (lambda s: s.around("nowhere at all", 5), "facility = 'nowhere at all'"),
        (lambda s: s.facilities_only([]), "no facility of ice-2020 is left"),
    ],
)
def test_what_goes_wrong(ice: System, call: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        call(ice)  # type: ignore[operator]
    assert message in str(caught.value)


@pytest.mark.parametrize("name", [n for n in list_systems().index if str(n).startswith("ice-")])
def test_every_year_is_in_balance(name: str) -> None:
    system = load_system(name)
    assert balanced(system)
    month = system.start_date[:7]
    monthly = system.monthly
    booked = monthly[(monthly["month"] == month) & (monthly["series"] == "book_ins")]
    days = {"2020-03": 31, "2026-02": 28}.get(month, 30)
    for agency in ("ICE", "CBP"):
        ours = system.flows[
            (system.flows["flow"] == "book_in") & (system.flows["detail"] == agency)
        ]
        published = booked.loc[booked["agency"] == agency, "value"].iloc[0]
        assert ours["people_per_day"].sum() * days == pytest.approx(published)
    assert (len(system.cases) > 0) == (name == "ice-2020")


def test_history_follows_names() -> None:
    table = history("lasalle-ice-processing-center-la")
    years = (2019, 2020, 2022, 2024, 2025, 2026)
    assert list(table["system"]) == [f"ice-{year}" for year in years]
    assert set(table["name"]) == {
        "LASALLE ICE PROCESSING CENTER (JENA)",
        "CENTRAL LOUISIANA ICE PROCESSING CENTER (CLIPC)",
    }
    assert set(history("tacoma")["facility_id"]) == {"tacoma-ice-processing-center-wa"}
    assert len(history("stewart")) == 6


def test_history_of_nothing() -> None:
    with pytest.raises(InputError, match="no facility of ice-2019"):
        history("zzzz")


def test_where_stays_begin_and_end_agrees_with_the_record() -> None:
    """Shares of stays that begin and end in a place, counted Nov 2023 to Feb 2025 (ACLU)."""
    system = load_system("ice-2024")
    published = {
        "alexandria-staging-facility-la": (0.5, 77.3),
        "florence-staging-facility-az": (47.2, 16.6),
        "port-isabel-tx": (52.7, 32.9),
        "pine-prairie-ice-processing-center-la": (2.7, 41.8),
        "adams-county-det-center-ms": (35.7, 8.7),
        "otay-mesa-detention-center-ca": (91.9, 4.1),
        "florence-service-processing-center-az": (2.5, 16.8),
        "jackson-parish-correctional-center-la": (10.9, 65.1),
        "eloy-federal-contract-facility-az": (75.1, 18.7),
        "stewart-detention-center-ga": (8.6, 55.3),
    }
    inward = system.transfers.groupby("to_id")["people_per_day"].sum()
    outward = system.transfers.groupby("from_id")["people_per_day"].sum()
    into = (
        system.flows[system.flows["flow"] == "book_in"]
        .groupby("facility_id")["people_per_day"]
        .sum()
    )
    out = (
        system.flows[system.flows["flow"] != "book_in"]
        .groupby("facility_id")["people_per_day"]
        .sum()
    )
    ours = [
        (into[place] / (into[place] + inward[place]), out[place] / (out[place] + outward[place]))
        for place in published
    ]
    begin, end = np.array(ours).T
    begin_published, end_published = np.array(list(published.values())).T
    assert np.corrcoef(begin, begin_published)[0, 1] > 0.85
    assert np.corrcoef(end, end_published)[0, 1] > 0.65


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "us-2020:state:LA+MS",
        "us-2020:state:LA+MS:kinds:jail",
        "ice-2020:around:stewart-detention-center-ga:50",
        "ice-2020:only:stewart-detention-center-ga",
    ],
)
def test_a_part_is_loaded_by_its_name(name: str) -> None:
    part = load_system(name)
    assert part.name == name
    assert load_system(part.name).content_hash == part.content_hash


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ice-2020:county:1", "must be state:XX"),
        ("ice-2020:state", "must be state:XX"),
        ("ice-2020:state:ZZ", "must be one of"),
        ("ice-2020:around:stewart:near", "must be a number"),
        ("nowhere:state:LA", "there is chicago-2024, ice-2019"),
    ],
)
def test_names_of_parts_that_are_none(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_system(name)


@pytest.mark.slow
def test_counties_beside(ice: System) -> None:
    alone = ice.facilities_only([STEWART])
    part = ice.facilities_only([STEWART], ["17031"])
    assert set(part.counties.index) - set(alone.counties.index) == {"17031"}
    assert part.counties["population"].sum() == alone.counties["population"].sum()
    assert balanced(part)
    again = load_system(part.name)
    assert again.name == part.name
    assert again.content_hash == part.content_hash
    for wrong in ("99999", OUTSIDE):
        with pytest.raises(InputError, match="FIPS"):
            ice.facilities_only([STEWART], [wrong])
