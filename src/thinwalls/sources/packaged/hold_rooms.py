"""Hold rooms of ICE's offices: where they are, and which places their people go on to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.sources.packaged.county_of_facility import TERRITORIES
from thinwalls.sources.publishers.aclu_movements import match_places
from thinwalls.system import hospital_county, miles_between

if TYPE_CHECKING:
    from thinwalls.sources.packaged.shared_inputs import Ground
    from thinwalls.system import System

DAYS_COUNTED = 473.0
"""Days from mid-November 2023 to the end of February 2025, in which moves were counted."""
MOST_SHARE = 0.95
_NOT_A_CITY = re.compile(
    r"hold(ing|room)?|room|rm|dist(rict)?|(sub)?office|field|fo|dro|ero|sub|custody|case|do|fed"
    r"|bldg|service|staging|airport|processing|center|ctr|intl",
    re.IGNORECASE,
)
BY_HAND = {
    "CHMHOLD": ("CHAMPLAIN", "36019"),
    "CIPHOLD": ("CENTRAL ISLIP", "36103"),
    "FDLHOLD": ("FERNDALE", "53073"),
    "FRDHOLD": ("FREDERICK", "08123"),
    "HELHOLD": ("HELENA", "30049"),
    "IWAHOLD": ("MESA", "04013"),  # Arizona Removal Operations Coordination Center
    "KROHOLD": ("MIAMI", "12086"),
    "MLJHOLD": ("MOUNT LAUREL", "34005"),
    "MTGHOLD": ("CONROE", "48339"),  # at the Montgomery Processing Center
    "NBGHOLD": ("NEWBURGH", "36071"),  # people went on to Orange County's jail there and New York
    "NEWHOLD": ("NEWARK", "34013"),
    "NYCHOLD": ("NEW YORK", "36061"),
    "PHIHOLD": ("PHILADELPHIA", "42101"),
    "PRLHOLD": ("ALVARADO", "48251"),  # at the Prairieland Detention Center
    "PROHOLD": ("PROVIDENCE", "44007"),
    "SFRHOLD": ("SAN FRANCISCO", "06075"),
    "SMAHOLD": ("SANTA MARIA", "06083"),
    "SNDHOLD": ("SAN DIEGO", "06073"),
    "SPMHOLD": ("FORT SNELLING", "27053"),
    "TXAHOLD": ("TEXARKANA", "05091"),  # nine of ten go on to Miller County's jail there
    "WASHOLD": ("CHANTILLY", "51059"),
}
"""City and county of rooms whose names are an office's three letters, or a town in which there is
neither a prison nor a hospital; the letters are the first of the code."""
CLEARLY_NEARER = 1.5
"""Of cities of one name in several states the one meant is nearest to the places to which its
people went on: this many times nearer, on average, than the next."""
PASSED_THROUGH = "as many came from other places as left: nobody was first booked in here"
NOT_ON_A_LIST = "nobody was counted on to a place of ICE's lists"
NOT_PLACED = "no city or county in the name"

_City = tuple[str, float, float]
_Found = tuple[str, str, float, float, str]
"""City, county, latitude, longitude, how it was found."""


def hold_rooms(
    ground: Ground, years: list[System]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Rooms, moves, and the rooms that are left out with the reason.

    ``years``: immigration detention of the fiscal years in which moves were counted.  Rooms are
    the places whose code ends in HOLD; those into which as many were moved as out of them, those
    from which nobody was counted on to a place of these years, and those that cannot be placed
    (:func:`_placed`) are left out.  Of a room's people
    the share who came from nowhere else was booked in there; ``share`` of a place's book-ins by ICE
    came by way of the room (all rooms together at most :data:`MOST_SHARE`).
    """
    places, counts = ground.movements.places, ground.movements.counts
    booked = pd.concat([_booked_by_ice(one) for one in years], axis=1).mean(axis=1)
    matches = match_places(places, ground.registry, set(booked.index))
    number = {name: i for i, name in enumerate(places.index)}
    goal = {number[name]: facility for name, facility in matches.items()}
    placing = _Placing(ground, goal, years)
    hospitals = hospital_county(ground.world.counties)
    rooms, moves, left_out = [], [], []
    for name, row in places.iterrows():
        code, state = str(row["code"]), str(row["state"])
        if not code.endswith("HOLD") or name in matches:
            continue
        i = number[str(name)]
        left, came = counts[i].sum(), counts[:, i].sum()
        first = 1.0 - came / left if left else 0.0
        onward: dict[str, float] = {}
        for j, facility in goal.items():
            if counts[i, j] > 0 and booked[facility] > 0:
                onward[facility] = onward.get(facility, 0.0) + counts[i, j] * first / DAYS_COUNTED
        found = placing.placed(code, str(name), state, counts[i])
        reason = ""
        if left <= came:
            reason = PASSED_THROUGH
        elif not onward:
            reason = NOT_ON_A_LIST
        elif found is None:
            reason = NOT_PLACED
        if reason or found is None:
            left_out.append((code, str(name), state, reason, int(left), int(came)))
            continue
        city, fips, latitude, longitude, how = found
        state = str(ground.world.counties["state"][fips])
        rooms.append(
            (code, str(name), city, state, fips, latitude, longitude, hospitals[fips], left, how)
        )
        moves += [(code, facility, day / booked[facility]) for facility, day in onward.items()]
    table = pd.DataFrame(
        rooms,
        columns=[
            "code",
            "name",
            "city",
            "state",
            "county_fips",
            "latitude",
            "longitude",
            "hospital_fips",
            "people_counted",
            "placed_by",
        ],
    )
    shares = pd.DataFrame(moves, columns=["code", "facility_id", "share"])
    whole = shares.groupby("facility_id")["share"].transform("sum")
    shares["share"] *= np.minimum(1.0, MOST_SHARE / whole)
    columns = ["code", "name", "state", "reason", "people_left", "people_came"]
    return table.set_index("code"), shares, pd.DataFrame(left_out, columns=columns)


def _booked_by_ice(system: System) -> pd.Series:
    flows = system.flows
    rows = flows[(flows["flow"] == "book_in") & (flows["detail"] == "ICE")]
    return rows.set_index("facility_id")["people_per_day"]


def _cities(ground: Ground) -> dict[tuple[str, str], _City]:
    """County and middle of the cities in which there is a prison or a hospital."""
    columns = ["city", "state", "county_fips", "latitude", "longitude"]
    both = pd.concat([ground.hifld[columns], ground.hospitals[columns]], ignore_index=True)
    both = both.dropna()
    both = both[both["county_fips"].isin(ground.world.counties.index)]
    both["city"] = [" ".join(_words(str(city))) for city in both["city"]]
    found = {}
    for (state, city), group in both.groupby(["state", "city"]):
        fips = group["county_fips"].mode().iloc[0]
        here = group[group["county_fips"] == fips]
        middle = here["latitude"].mean(), here["longitude"].mean()
        found[str(state), str(city)] = (str(fips), float(middle[0]), float(middle[1]))
    return found


def _words(text: str) -> list[str]:
    """Words of a name in capitals, without marks; Saint is written St."""
    return re.sub(r"\bSAINT\b", "ST", re.sub(r"[^A-Z]+", " ", text.upper())).split()


class _Placing:
    """Finds where a room is, from its name and from where its people went on to."""

    def __init__(self, ground: Ground, goal: dict[int, str], years: list[System]) -> None:
        self.cities = _cities(ground)
        self.counties = ground.world.counties
        facilities = pd.concat([one.facilities for one in years])
        facilities = facilities[~facilities.index.duplicated()]
        self.goal = list(goal)
        at = facilities.loc[[goal[j] for j in self.goal], ["latitude", "longitude"]]
        self.at = at.reset_index(drop=True)

    def placed(self, room: str, name: str, state: str, moved: np.ndarray) -> _Found | None:
        """City, county, middle of a room, and how they were found; None where nothing tells.

        By hand; else a city in the name, in the state that is listed or, if none is, in the state
        whose city of that name is clearly nearest to where people went on to; else a county in
        the name; else the territory.
        """
        if room in BY_HAND:
            city, fips = BY_HAND[room]
            return city, fips, *self._middle(fips), "by hand, from the code and name"
        words = [word for word in _words(name) if not _NOT_A_CITY.fullmatch(word)]
        runs = [
            " ".join(words[first : first + count])
            for first in range(len(words))
            for count in range(len(words) - first, 0, -1)
        ]
        for run in runs:
            if state and (state, run) in self.cities:
                return run, *self.cities[state, run], "city in the name"
            near = None if state else self._nearest(run, moved)
            if near is not None:
                return run, *near, "city in the name, state by where people went on to"
        if state in TERRITORIES:
            fips = TERRITORIES[state]
            return " ".join(words), fips, *self._middle(fips), "territory"
        for code, county in self.counties.loc[self.counties["state"] == state, "name"].items():
            if " ".join(_words(str(county))) in runs:
                return str(county), str(code), *self._middle(str(code)), "county in the name"
        return None

    def _middle(self, fips: str) -> tuple[float, float]:
        return float(self.counties["latitude"][fips]), float(self.counties["longitude"][fips])

    def _nearest(self, city: str, moved: np.ndarray) -> _City | None:
        weight = moved[self.goal]
        if not weight.sum():
            return None
        far = sorted(
            (float(np.average(self._miles(place), weights=weight)), place)
            for (_, name), place in self.cities.items()
            if name == city
        )
        if not far or (len(far) > 1 and far[1][0] < CLEARLY_NEARER * far[0][0]):
            return None
        return far[0][1]

    def _miles(self, place: _City) -> np.ndarray:
        _, latitude, longitude = place
        far = miles_between(latitude, longitude, self.at["latitude"], self.at["longitude"])
        return np.asarray(far[0])
