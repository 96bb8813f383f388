"""Hold rooms as places: nobody is lost or made, and people pass through within the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError
from thinwalls.system import load_system
from thinwalls.system.packaged_tables import load_table
from thinwalls.system.tables.distances import miles_between

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.system import System


@pytest.fixture(scope="module", params=["ice-2020", "us-2020"])
def plain(request: pytest.FixtureRequest) -> System:
    return load_system(request.param)


@pytest.mark.slow
def test_rooms_are_in_balance_and_the_same_people_are_booked_in(plain: System) -> None:
    system = plain.with_hold_rooms()
    rooms = system.facilities[system.facilities["kind"] == "HOLD"]
    assert len(rooms) >= 5
    assert (rooms["population_start"] >= 1).all()
    flows, moves = system.flows, system.transfers
    entering = flows[flows["flow"] == "book_in"].groupby("facility_id")["people_per_day"].sum()
    leaving = moves[moves["from_id"].isin(rooms.index)].groupby("from_id")["people_per_day"].sum()
    assert entering[rooms.index].to_numpy() == pytest.approx(leaving[rooms.index].to_numpy())
    # Little's law: people = people per day x stay.
    expected = entering[rooms.index] * rooms["length_of_stay_days"]
    assert rooms["population_average"].to_numpy() == pytest.approx(expected.to_numpy())
    for flow in ("book_in", "release", "removal"):
        before = plain.flows.loc[plain.flows["flow"] == flow, "people_per_day"].sum()
        after = flows.loc[flows["flow"] == flow, "people_per_day"].sum()
        assert after == pytest.approx(before)
    others = plain.facilities.index[:50]
    arriving = moves.groupby("to_id")["people_per_day"].sum()
    was = plain.transfers.groupby("to_id")["people_per_day"].sum()
    booked = plain.flows[plain.flows["flow"] == "book_in"]
    was_booked = booked.groupby("facility_id")["people_per_day"].sum()
    for place in others:
        now = arriving.get(place, 0.0) + entering.get(place, 0.0)
        assert now == pytest.approx(was.get(place, 0.0) + was_booked.get(place, 0.0))


@pytest.mark.slow
def test_every_value_of_a_room_has_a_source(plain: System) -> None:
    system = plain.with_hold_rooms()
    room = system.facilities.index[system.facilities["kind"] == "HOLD"][0]
    table = system.describe_facility(room)
    shown = table.loc[list(system.facilities.columns)]
    assert (shown["source"] != "").all()
    assert "hold_room_stay_days" in system.assumptions.index


@pytest.mark.slow
def test_longer_stays_hold_more(plain: System) -> None:
    def held(days: float) -> int:
        places = plain.with_hold_rooms(days).facilities
        return int(places.loc[places["kind"] == "HOLD", "population_start"].sum())

    assert held(3.0) > held(0.5)


@pytest.mark.slow
def test_people_pass_through_in_a_run(covid: Pathogen) -> None:
    system = load_system("ice-2020:hold-rooms")
    rooms = list(system.facilities.index[system.facilities["kind"] == "HOLD"])
    results = tw.simulate(
        system, covid, [tw.Scenario("nothing")], days=20, draws=1, seed=1, places=rooms, check=True
    )
    rows = results.dataset.sel(place=rooms, group="detained").isel(scenario=0, draw=0)
    arrived, moved_on = float(rows["arrests"].sum()), float(rows["transfers"].sum())
    there = system.facilities.loc[rooms, "population_start"].sum()
    # Who arrives is moved on: the difference is who is there, at the start and at the end.
    assert arrived > 10 * there
    assert abs(arrived - moved_on) <= there + float(rows["people"].isel(date=-1).sum())


@pytest.mark.slow
def test_what_goes_wrong() -> None:
    system = load_system("ice-2020")
    with pytest.raises(InputError, match="must be above 0"):
        system.with_hold_rooms(0.0)
    with pytest.raises(InputError, match="has its hold rooms already"):
        system.with_hold_rooms().with_hold_rooms()
    with pytest.raises(InputError, match="no hold room would hold anybody"):
        load_system("us-2020:only:san-quentin-state-prison-ca").with_hold_rooms()


@pytest.mark.slow
def test_rooms_are_where_their_people_went_on_to() -> None:
    """However a room was placed, some of its people went on within its state or 250 miles."""
    rooms = load_table("hold-rooms", "rooms").set_index("code")
    moves = load_table("hold-rooms", "moves")
    places = pd.concat([load_system(name).facilities for name in ("ice-2024", "ice-2025")])
    places = places[~places.index.duplicated()]
    there = {}
    for code, room in rooms.iterrows():
        goals = places.loc[moves.loc[moves["code"] == code, "facility_id"]]
        far = miles_between(
            room["latitude"], room["longitude"], goals["latitude"], goals["longitude"]
        )[0]
        there[str(code)] = bool((far < 250).any() or (goals["state"] == room["state"]).any())
    # Two with three and thirteen people may be far from any place of ICE's lists.
    assert sum(there.values()) >= 0.95 * len(there)
    by_hand = rooms.index[rooms["placed_by"].str.startswith("by hand")]
    assert all(there[str(code)] for code in by_hand)


@pytest.mark.slow
def test_stations_of_customs_and_border_protection_are_those_that_the_page_names() -> None:
    held = {
        (name, str(row["name"])): int(row["population_start"])
        for name in ("ice-2019", "ice-2020", "us-2020", "ice-2025")
        for _, row in load_system(name).facilities.iterrows()
        if "CBP" in str(row["name"])
    }
    assert held == {
        ("ice-2019", "CBP CHULA VISTA BPS"): 1,
        ("ice-2019", "CBP SAN YSIDRO POE"): 11,
        ("ice-2020", "CBP CHULA VISTA BPS"): 8,
        ("us-2020", "CBP CHULA VISTA BPS"): 8,
    }
