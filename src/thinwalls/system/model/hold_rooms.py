"""Hold rooms as places: people whom ICE arrests pass through them within a day.

ICE's lists of facilities leave them out, so a system has none unless asked for
(``load_system("ice-2020:hold-rooms")`` or :meth:`System.with_hold_rooms`).
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Message
from thinwalls.system.model.system_tables import SystemTables
from thinwalls.system.packaged_tables import load_table
from thinwalls.system.tables.columns import OUTSIDE
from thinwalls.system.tables.derived_columns import staff_homes, whole_people
from thinwalls.system.tables.tables import CLASSES_OF

S = TypeVar("S", bound=SystemTables)

STAY_DAYS = 0.5
STAY_RESTS_ON = (
    "at most 12 hours by ICE's rule until June 2025 (ICE memorandum of 24 June 2025, which raised "
    "it to 72 hours); longer than 12 hours were 4 % of stays in 2024, 18 % in 2025 (Deportation "
    "Data Project, via El Pais, 10 September 2025); that the mean is the limit is assumed"
)
STAY_INTERVAL = (0.2, 3.0)
SOURCE = "assumption:hold-room"
_KEY = "hold_room_stay_days"


def with_hold_rooms(system: S, stay_days: float = STAY_DAYS) -> S:
    """The system with the hold rooms that hold somebody on average.

    Of a place's book-ins by ICE (other than those taken over from jails) a share came by way of a
    hold room when moves were counted (November 2023 to February 2025); they are now booked in
    there and moved on.  A room has as many people as pass through it per day times ``stay_days``
    (Little's law); those that would have less than half a person stay left out, and whom they
    would hold goes to the places directly, as before.

    Raises
    ------
    InputError
        When the stay is not above 0, no room has people, or the system has hold rooms already.
    """
    if not stay_days > 0:
        raise InputError("must be above 0", field="stay_days", value=stay_days)
    if (system.facilities["kind"] == "HOLD").any():
        raise InputError(
            "has its hold rooms already", where=Message("system {name}", name=system.name)
        )
    rooms = load_table("hold-rooms", "rooms").set_index("code")
    moves = load_table("hold-rooms", "moves")
    arrested = _arrested(system)
    moves = moves[moves["facility_id"].isin(arrested.index)].copy()
    there = moves["facility_id"].map(arrested.to_dict()).astype(np.float64)
    moves["people_per_day"] = moves["share"] * there
    through = moves.groupby("code")["people_per_day"].sum()
    through = through[through * stay_days >= 0.5]
    if through.empty:
        raise InputError(
            "no hold room would hold anybody", where=Message("system {name}", name=system.name)
        )
    moves = moves[moves["code"].isin(through.index)]
    ids = {code: _id(str(code), str(rooms["state"][code])) for code in through.index}
    facilities, population = _places(system, rooms.loc[through.index], through, stay_days)
    facilities.index = pd.Index([ids[code] for code in through.index], name="facility_id")
    population["facility_id"] = population["facility_id"].map(ids)
    moves["hold_id"] = moves["code"].map(ids)
    flows, catchment = _rerouted(system, moves)
    transfers = moves.rename(columns={"hold_id": "from_id", "facility_id": "to_id"})
    transfers = transfers[["from_id", "to_id", "people_per_day"]].assign(
        custody="ice", rule="observed"
    )
    staff = staff_homes(facilities, system.counties)
    return system.replaced(
        name=f"{system.name}:hold-rooms",
        description=f"{system.description}; with {len(facilities)} hold rooms",
        facilities=pd.concat([system.facilities, facilities]),
        population=pd.concat([system.population, population], ignore_index=True),
        staff=pd.concat([system.staff, staff], ignore_index=True),
        flows=flows,
        catchment=catchment,
        transfers=pd.concat([system.transfers, transfers], ignore_index=True),
        assumptions=pd.concat([system.assumptions, _assumption(stay_days)]),
        sources=pd.concat([system.sources, _source()]),
        provenance=pd.concat([system.provenance, _provenance(facilities)], ignore_index=True),
    )


def _id(code: str, state: str) -> str:
    return f"{code}-{state}".casefold()


def _arrested(system: S) -> pd.Series:
    """Book-ins by ICE per day, without those taken over from jails and prisons."""
    flows = system.flows
    rows = flows[(flows["flow"] == "book_in") & (flows["detail"] == "ICE")]
    booked = rows.groupby("facility_id")["people_per_day"].sum()
    taken = system.detainers.groupby("to_id")["people_per_day"].sum()
    return (booked - taken.reindex(booked.index, fill_value=0.0)).clip(lower=0.0)


def _places(
    system: S, rooms: pd.DataFrame, through: pd.Series, stay_days: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    average = through * stay_days
    people = np.maximum(whole_people(average.to_numpy()), 1)
    known = set(system.counties.index)
    per_staff = float(system.assumptions["value"]["ice_people_per_staff"])
    facilities = pd.DataFrame(
        {
            "name": rooms["name"],
            "kind": "HOLD",
            "custody": "ice",
            "address": None,
            "city": rooms["city"],
            "state": rooms["state"],
            "zip": None,
            "area_of_responsibility": None,
            "county_fips": [f if f in known else OUTSIDE for f in rooms["county_fips"]],
            "latitude": rooms["latitude"],
            "longitude": rooms["longitude"],
            "capacity": np.nan,
            "guaranteed_minimum": np.nan,
            "population_average": average,
            "population_start": people,
            "length_of_stay_days": stay_days,
            "share_female": np.nan,
            "dormitory_share": np.nan,
            "staff": np.maximum(whole_people(people / per_staff), 1),
            "hospital_fips": [f if f in known else OUTSIDE for f in rooms["hospital_fips"]],
            "near_empty": False,
            "placed_by": rooms["placed_by"],
        }
    )
    held = system.population[system.population["custody_class"].isin(CLASSES_OF["ice"])]
    mix = held.groupby("custody_class", observed=True)["people_start"].sum()
    rows = []
    for code, number, mean in zip(rooms.index, people, average, strict=True):
        counts = whole_people(mix.to_numpy(dtype=np.float64), int(number))
        for custody_class, count, share in zip(mix.index, counts, mix / mix.sum(), strict=True):
            rows.append((code, str(custody_class), int(count), float(mean * share)))
    columns = ["facility_id", "custody_class", "people_start", "people_average"]
    return facilities, pd.DataFrame(rows, columns=columns)


def _rerouted(system: S, moves: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Book-ins at the rooms instead of at the places, from the same counties."""
    flows = system.flows.copy()
    by_ice = (flows["flow"] == "book_in") & (flows["detail"] == "ICE")
    moved = moves.groupby("facility_id")["people_per_day"].sum()
    less = flows["facility_id"].map(moved).fillna(0.0).where(by_ice, 0.0)
    flows["people_per_day"] = flows["people_per_day"] - less
    new = moves.groupby("hold_id")["people_per_day"].sum().reset_index()
    new = new.rename(columns={"hold_id": "facility_id"}).assign(
        flow="book_in", detail="ICE", custody="ice", source=SOURCE
    )
    catchment = system.catchment
    theirs = catchment[(catchment["flow"] == "book_in") & (catchment["detail"] == "ICE")]
    joined = moves[["hold_id", "facility_id", "people_per_day"]].merge(theirs, on="facility_id")
    joined["share"] = joined["share"] * joined["people_per_day"]
    homes = joined.groupby(["hold_id", "county_fips"])["share"].sum().reset_index()
    homes["share"] /= homes.groupby("hold_id")["share"].transform("sum")
    homes = homes.rename(columns={"hold_id": "facility_id"}).assign(
        flow="book_in", detail="ICE", source=SOURCE
    )
    return (
        pd.concat([flows, new], ignore_index=True),
        pd.concat([catchment, homes], ignore_index=True),
    )


def _assumption(stay_days: float) -> pd.DataFrame:
    low, high = STAY_INTERVAL
    row = {
        "value": stay_days,
        "low": min(low, stay_days),
        "high": max(high, stay_days),
        "unit": "days",
        "meaning": "mean stay in a hold room",
        "rests_on": STAY_RESTS_ON,
    }
    return pd.DataFrame([row], index=pd.Index([_KEY], name="key"))


def _source() -> pd.DataFrame:
    row = {
        "publisher": "thinwalls",
        "title": "hold rooms: counted moves from them x book-ins of today; people = moves x stay",
        "file": None,
        "address": None,
        "date": None,
        "licence": "Apache-2.0",
        "attribution": STAY_RESTS_ON,
    }
    return pd.DataFrame([row], index=pd.Index([SOURCE], name="source_id"))


def _provenance(facilities: pd.DataFrame) -> pd.DataFrame:
    counted = ("name", "state", "kind", "custody")
    rows = [
        ("facilities", str(row), column, "aclu-movements" if column in counted else SOURCE, None)
        for row in facilities.index
        for column in facilities.columns
    ]
    return pd.DataFrame(rows, columns=["table", "row", "column", "source", "note"])
