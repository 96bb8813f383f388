"""What a system of immigration detention stands on where there are no publishers' files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from thinwalls.sources.packaged.all_counties import World
from thinwalls.sources.packaged.county_of_facility import place
from thinwalls.sources.packaged.shared_inputs import COUNTED, YEARS, Ground, stays_per_day
from thinwalls.sources.places.zip_codes import FOLDER, zip_codes
from thinwalls.sources.publishers.aclu_movements import MatchedMoves
from thinwalls.sources.reading.facility_names import Registry
from thinwalls.system import OUTSIDE, load_system, load_table

PRISONS = "prisons"
PRISON_COLUMNS = [
    "name", "address", "city", "state", "zip", "status", "capacity", "county_fips", "latitude",
    "longitude",
]  # fmt: skip
"""Columns of the packaged table of jails and prisons."""
COUNTRY = "us-2020"
"""The packaged system that has every county and the cases of 2020."""


@dataclass(frozen=True)
class PackagedMoves(MatchedMoves):
    """Moves as the packaged systems have them."""

    @property
    def described(self) -> str:
        """How many places had counted moves, for the description of a system."""
        return (
            f"moves as counted for {self.places_matched} of its {self.places} facilities, as the "
            "packaged systems have them"
        )

    @property
    def note(self) -> str:
        """What the provenance says of the moves."""
        return (
            f"{self.described}; to the three nearest of the field office for others; scaled so "
            "that arrivals equal departures"
        )


class PackagedGround(Ground):
    """The world, places, ids and moves from what is packaged."""

    daily = None

    def __init__(self) -> None:
        self.world = _world()
        self.hifld = load_table(FOLDER, PRISONS)
        self.hospitals = zip_codes().reset_index().iloc[:0]
        self.registry = Registry()
        self.books = {}
        self.ids = {}
        for year in YEARS:
            rows = load_table(year.name, "facilities")
            self.registry.register(rows, str(year.fiscal_year))

    def moves_between(self, ids: list[str]) -> MatchedMoves:
        """Moves per day between facilities: means of the years counted, else of other years."""
        direct, through = np.zeros((len(ids), len(ids))), np.zeros((len(ids), len(ids)))
        number = pd.Series(np.arange(len(ids)), index=ids)
        at_once = [[one for one in YEARS if one.fiscal_year in COUNTED]]
        at_once += [[one] for one in YEARS if one.fiscal_year not in COUNTED]
        known = np.zeros(len(ids), dtype=np.bool_)
        for years in at_once:
            tables = [load_table(one.name, "transfers") for one in years]
            moves = pd.concat(tables, ignore_index=True)
            moves = moves[moves["from_id"].isin(ids) & moves["to_id"].isin(ids)]
            moves = moves[moves["rule"].astype(str) != "fallback"]
            start = number[moves["from_id"]].to_numpy()
            end = number[moves["to_id"]].to_numpy()
            new = ~(known[start] & known[end])
            share = moves["people_per_day"].to_numpy() / len(years)
            observed = (moves["rule"].astype(str) == "observed").to_numpy()
            np.add.at(direct, (start[new & observed], end[new & observed]), share[new & observed])
            rest = new & ~observed
            np.add.at(through, (start[rest], end[rest]), share[rest])
            known[start] = known[end] = True
        return PackagedMoves(direct, through, np.nan, np.nan, int(known.sum()), len(ids))

    def stays_when_counted(self) -> list[pd.Series]:
        """Stays per day by facility in each of the fiscal years in which moves were counted."""
        counted = [one for one in YEARS if one.fiscal_year in COUNTED]
        tables = [load_table(one.name, "facilities") for one in counted]
        return [stays_per_day(table) for table in tables]


def placed_by_packaged(facilities: pd.DataFrame) -> pd.DataFrame:
    """Where the facilities of a workbook are: as a system that is built from it places them."""
    prisons, no_hospitals = load_table(FOLDER, PRISONS), zip_codes().reset_index().iloc[:0]
    return place(facilities, prisons, no_hospitals, load_table(COUNTRY, "counties"))


def _world() -> World:
    """Counties and cases of the packaged country, with what is known of their hospitals."""
    country = load_system(COUNTRY)
    counties = country.counties[country.counties.index != OUTSIDE].copy()
    provenance = country.provenance
    for column in ("bed_occupancy", "icu_occupancy"):
        rows = (provenance["table"] == "counties") & (provenance["column"] == column)
        assumed = provenance["source"] == f"assumption:{column}"
        counties[f"{column}_known"] = ~counties.index.isin(provenance.loc[rows & assumed, "row"])
    cases = country.cases[country.cases.index != OUTSIDE]
    return World(counties, cases, country.cases_by_state)
