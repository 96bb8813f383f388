"""People held on one day by the daily counts: facilities of the workbook, and all other places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.common import Message
from thinwalls.sources.publishers.aclu_movements import (
    BY_HAND as CODES_OF_MOVES,
    alike_place,
    state_of_code,
)
from thinwalls.sources.reading.facility_names import words_of
from thinwalls.system import age_composition

if TYPE_CHECKING:
    from thinwalls.sources.reading.facility_names import Registry

CODES = CODES_OF_MOVES | {
    "BOPMIM": "miami-federal-detention-fl",
    "BOPBER": "berlin-fed-corr-inst-nh",
    "BOPLEW": "lewisburg-us-penitentiary-pa",
    "CACTYCA": "california-city-immigration-processing-center-ca",
    "CADESVI": "desert-view-ca",
    "CASSCNE": "cass-county-jail-ne",
    "CCANOOH": "northeast-ohio-correctional-ctr-oh",
    "CLINTIN": "clinton-county-jail-in",
    "DILLSAF": "trusted-adult-south-tex-dilley-fsc-tx",
    "EROFCB": "ero-el-paso-camp-east-montana-tx",
    "FLBAKCI": "baker-correctional-institution-fl",
    "FLDSSFS": "florida-soft-sided-facility-fl",
    "GTMOACU": "jtf-camp-six-fl",
    "INMIAMI": "miami-correctional-center-in",
    "NEMCCOI": "mccook-detention-center-ne",
    "NWRCCMN": "northwest-regional-corrections-center-mn",
    "OHNORWE": "corr-ctr-of-northwest-ohio-oh",
    "OKCIMMC": "cimmarron-corr-facility-ok",
    "OKDBACK": "diamondback-corr-facility-ok",
    "ORANGNY": "orange-county-jail-ny",
    "PENNISD": "pennington-county-jail-sd",
    "PHELPNE": "phelps-county-jail-ne",
    "POLKJIA": "polk-county-jail-ia",
    "TGKJLFL": "turner-guilford-knight-jail-fl",
    "WASHCUT": "washington-county-jail-ut",
    "WASHIAR": "washington-county-detention-center-ar",
    "WVIRGVA": "western-virginia-regional-jail-va",
}
"""Codes whose names say something else than the workbook's; each was held against its average of
the year (people at midnight from October 2025 on)."""

LEAST_CHILDREN = 0.05
"""From this share of people under 18 on a place has ages of its own."""
STAY_DAYS = 35
"""Five weeks: every weekday as often."""
LEAST_DEPARTURES = 30
"""From this many departures on a length of stay is known to a fifth (one over the root)."""
COUNTED = Message(
    "people there at any time of the day; who is moved on a day is counted at both places"
)
STAYS_NOTE = Message("person-days over departures in the five weeks to the start")
HOLD_ROOM = "hold room: people stay for hours; see the part hold-rooms"
HOSPITAL = "hospital"
NOT_LISTED = "not on the list of facilities of the workbook"
SOURCE = "ice-daily"


@dataclass(frozen=True)
class DayCounts:
    """Counts of one day.

    ``facilities``: index facility id; ``people, male, female, children``.  ``others``: places with
    people that are none of these, in the columns of the table ``left_out``.
    """

    day: str
    facilities: pd.DataFrame
    others: pd.DataFrame
    stays: pd.DataFrame
    """Of the :data:`STAY_DAYS` days to this one, by facility id: ``person_days, departures``."""

    def length_of_stay_days(self, fallback: pd.Series) -> pd.Series:
        """Person-days over departures; ``fallback`` where fewer than :data:`LEAST_DEPARTURES` left.

        Who was in a place at any time of a day and not at midnight has left it.
        """
        enough = self.stays["departures"] >= LEAST_DEPARTURES
        days = self.stays["person_days"] / self.stays["departures"].where(enough)
        return days.where(days > 0).reindex(fallback.index).fillna(fallback)

    @property
    def with_stays(self) -> pd.Index:
        """Facilities whose length of stay is counted."""
        return self.stays.index[self.stays["departures"] >= LEAST_DEPARTURES]

    @property
    def described(self) -> str:
        """Whose counts these are, for the description of a system."""
        held = self.others["population_average"]
        rooms = held[self.others["reason"] == HOLD_ROOM].sum()
        return (
            f" by the daily counts; {rooms:,.0f} in hold rooms and "
            f"{held.sum() - rooms:,.0f} in places that are not on the list are apart"
        )

    def people(self, fallback: pd.Series) -> pd.Series:
        """People of each facility; ``fallback`` where no code is known."""
        return self.facilities["people"].reindex(fallback.index).fillna(fallback).astype("int64")

    def share_female(self, fallback: pd.Series) -> pd.Series:
        """Women and girls among those there, where there is anybody."""
        both = self.facilities["male"] + self.facilities["female"]
        share = self.facilities["female"] / both.where(both > 0)
        return share.reindex(fallback.index).fillna(fallback)

    def composition(self, facility: str) -> pd.DataFrame | None:
        """Ages of a place with children, None for others.

        The interval is two standard errors of a share of that many people.
        """
        if facility not in self.facilities.index:
            return None
        male, female, children = (
            int(self.facilities[name][facility]) for name in ("male", "female", "children")
        )
        everyone = male + female
        share = children / everyone if everyone else 0.0
        if share < LEAST_CHILDREN:
            return None
        wide = 2 * float(np.sqrt(share * (1 - share) / everyone))
        table = age_composition(facility, (share, max(0.0, share - wide), min(1.0, share + wide)))
        table.loc[table["age_band"] == "6-17", "source"] = SOURCE
        return table


def day_counts(daily: pd.DataFrame, day: str, registry: Registry, wanted: set[str]) -> DayCounts:
    """Counts of ``day`` by facility id; of codes that are one place the sum.

    People are those there at any time of the day, the publisher's count of all.  Who was moved on
    the day is counted at both places; the sum is nearest to the workbook's own curve of the day
    (70,679 people on 1 February 2026; 71,444 by this count, 68,877 at midnight).

    Parameters
    ----------
    daily
        What :func:`~thinwalls.sources.publishers.daily_population.read_daily` gives.
    day
        YYYY-MM-DD, one of the days of ``daily``.
    registry
        Names of facilities through the years.
    wanted
        Ids of the facilities of the workbook.
    """
    rows = daily[daily["date"] == day]
    rows = rows.assign(people=rows["people_any_time"])
    first = (pd.Timestamp(day) - pd.Timedelta(days=STAY_DAYS - 1)).strftime("%Y-%m-%d")
    before = daily[(daily["date"] >= first) & (daily["date"] <= day)]
    exact: dict[tuple[str, str], str] = {}
    by_name: dict[str, set[str]] = {}
    for known in registry.known:
        if known["id"] in wanted:
            words = " ".join(words_of(known["name"]))
            exact.setdefault((known["state"], words), known["id"])
            by_name.setdefault(words, set()).add(known["id"])
    ids: list[str | None] = []
    for code, name in zip(rows["code"], rows["name"], strict=True):
        state, words = state_of_code(str(code), ""), " ".join(words_of(str(name)))
        found = CODES.get(str(code)) or exact.get((state, words))
        if found is None and not state and len(by_name.get(words, set())) == 1:
            found = next(iter(by_name[words]))
        if found is None and not str(code).endswith("HOLD"):
            found = alike_place(str(name), state, registry, wanted)
        ids.append(found if found in wanted else None)
    rows = rows.assign(facility_id=pd.Series(ids, index=rows.index, dtype="str"))
    listed = rows[rows["facility_id"].notna()]
    columns = ["people", "male", "female", "children"]
    others = rows[rows["facility_id"].isna() & (rows["people"] > 0)]
    reasons = [
        HOLD_ROOM
        if str(code).endswith("HOLD") or "HOLD ROOM" in name
        else HOSPITAL
        if any(word in name for word in ("HOSP", "MEDICAL", "HEALTH"))
        else NOT_LISTED
        for code, name in zip(others["code"], others["name"].str.upper(), strict=True)
    ]
    left_out = pd.DataFrame(
        {
            "facility_id": others["code"].to_numpy(),
            "name": others["name"].to_numpy(),
            "city": "",
            "state": [state_of_code(str(code), "") for code in others["code"]],
            "zip": None,
            "population_average": others["people"].to_numpy(dtype=np.float64),
            "reason": reasons,
        }
    )
    place = before["code"].map(dict(zip(rows["code"], ids, strict=True)))
    stays = pd.DataFrame(
        {
            "person_days": before["people"].groupby(place).sum(),
            "departures": (before["people_any_time"] - before["people"]).groupby(place).sum(),
        }
    )
    return DayCounts(day, listed.groupby("facility_id")[columns].sum(), left_out, stays)
