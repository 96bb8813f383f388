"""A shelter in Chicago in February 2024, before measles came in: one place, nobody moves."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.common import Message, TypedRecord, parse_toml, read_as
from thinwalls.sources.packaged.all_counties import with_outside
from thinwalls.sources.packaged.ice.provenance import county_provenance
from thinwalls.sources.publisher import citation, source_table
from thinwalls.system import (
    AGE_NUMBERS,
    SCHEMAS,
    System,
    assumption_sources,
    assumption_table,
    immunity_row,
)

if TYPE_CHECKING:
    from thinwalls.sources.packaged.shared_inputs import Ground

CITED = (
    "mmwr-chicago-2024",
    "cdc-measles-model-chicago-2024",
    "census-acs-2018",
    "khn-icu",
    "covidcaremap",
    "jhu-csse",
)
"""Source ids of what it stands on."""
CUSTODY, CUSTODY_CLASS = "other", "pretrial"
"""Nobody there was in custody: the kind of place and of people that says least."""
_EMPTY = ("staff", "flows", "catchment", "transfers", "monthly", "totals")


class ShelterFacility(TypedRecord):
    """The place."""

    id: str
    name: str
    city: str
    state: str
    county_fips: str


class ShelterPeople(TypedRecord):
    """People of one age who are vulnerable or not."""

    age_band: str
    vulnerable: bool
    people: int
    susceptible: int


class Shelter(TypedRecord):
    """The file ``chicago.toml``."""

    name: str
    title: str
    description: str
    start_date: str
    source: str
    facility: ShelterFacility
    people: tuple[ShelterPeople, ...]

    @property
    def size(self) -> int:
        """Everybody there."""
        return sum(one.people for one in self.people)


@cache
def shelter() -> Shelter:
    """The published figures that the packaged system is made of."""
    path = files(__package__) / "chicago.toml"
    text = path.read_text(encoding="utf-8")
    return read_as(Shelter, parse_toml(text, path.name), where=path.name)


def build_chicago_system(ground: Ground) -> System:
    """Build the system of the shelter; its county and hospitals are those of the other systems.

    Raises
    ------
    InputError
        When a publisher's file is missing or cannot be used.
    """
    facts = shelter()
    counties, cases = with_outside(ground.world, [facts.facility.county_fips])
    counties["case_record"] = "none"
    return System(
        name=facts.name,
        title=facts.title,
        description=facts.description,
        start_date=facts.start_date,
        record_first=facts.start_date,
        record_last=facts.start_date,
        facilities=_facilities(facts, counties),
        population=pd.DataFrame(
            {
                "facility_id": [facts.facility.id],
                "custody_class": [CUSTODY_CLASS],
                "people_start": [facts.size],
                "people_average": [float(facts.size)],
            }
        ),
        composition=_composition(facts),
        counties=counties,
        assumptions=assumption_table(),
        sources=pd.concat([source_table([citation(name) for name in CITED]), assumption_sources()]),
        immunity=_immunity(facts),
        provenance=_provenance(facts, counties, ground),
        cases=cases.iloc[:0, :0],
        cases_by_state=ground.world.cases_by_state.iloc[:0, :0],
        **{table: pd.DataFrame(columns=list(SCHEMAS[table].columns)) for table in _EMPTY},
    )


def _facilities(facts: Shelter, counties: pd.DataFrame) -> pd.DataFrame:
    place = facts.facility
    county = counties.loc[place.county_fips]
    row = {
        "name": place.name,
        "kind": "shelter",
        "custody": CUSTODY,
        "address": None,
        "city": place.city,
        "state": place.state,
        "zip": None,
        "area_of_responsibility": None,
        "county_fips": place.county_fips,
        "latitude": county["latitude"],
        "longitude": county["longitude"],
        "capacity": np.nan,
        "guaranteed_minimum": np.nan,
        "population_average": float(facts.size),
        "population_start": facts.size,
        "length_of_stay_days": np.nan,
        "share_female": np.nan,
        "dormitory_share": 1.0,
        "staff": 0,
        "hospital_fips": county["hospital_fips"],
        "near_empty": False,
        "placed_by": "county",
    }
    return pd.DataFrame([row], index=pd.Index([place.id], name="facility_id"))


def _composition(facts: Shelter) -> pd.DataFrame:
    """Bands with the share of vulnerable people, as counted: nothing about them is drawn."""
    people = pd.DataFrame([one.model_dump() for one in facts.people])
    vulnerable = people["people"].where(people["vulnerable"], 0).groupby(people["age_band"]).sum()
    everybody = people.groupby("age_band", sort=False)["people"].sum()
    share = everybody / facts.size
    at_risk = vulnerable.reindex(everybody.index) / everybody
    made = pd.DataFrame({"facility_id": "*", "age_band": everybody.index})
    for column in AGE_NUMBERS:
        made[column] = (at_risk if column.startswith("vulnerable") else share).to_numpy()
    made["source"] = facts.source
    return made


def _immunity(facts: Shelter) -> pd.DataFrame:
    """Share immune of each age, as whole people: nothing about it is drawn."""
    source = citation(facts.source).attribution
    rows = [
        immunity_row(
            1.0 - one.susceptible / one.people,
            facility_id=facts.facility.id,
            age_band=one.age_band,
            vulnerable=one.vulnerable,
            source=source,
            tag="derived",
        )
        for one in facts.people
    ]
    return pd.concat(rows, ignore_index=True)


def _provenance(facts: Shelter, counties: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    rows: list[tuple[str, str, str, str, str | None]] = []

    def column(table: str, names: str, note: str | None = None) -> None:
        rows.extend((table, "*", name, facts.source, note) for name in names.split())

    column("facilities", "name kind city state county_fips population_average population_start")
    column("facilities", "custody", "nobody there was in custody")
    column(
        "facilities",
        "staff near_empty",
        Message("people who work there are not in the model of CDC"),
    )
    column("facilities", "dormitory_share", "one setting in which everybody meets everybody")
    column(
        "facilities",
        "address zip area_of_responsibility capacity guaranteed_minimum length_of_stay_days "
        "share_female",
        Message("not published"),
    )
    for name in ("latitude", "longitude", "placed_by"):
        rows.append(("facilities", "*", name, "census-acs-2018", "centre of the county"))
    rows.append(("facilities", "*", "hospital_fips", "assumption:hospital", None))
    column("population", "people_start people_average custody_class")
    rows += county_provenance(counties, ground.world)
    table = pd.DataFrame(rows, columns=["table", "row", "column", "source", "note"])
    return table.drop_duplicates(["table", "row", "column"]).reset_index(drop=True)
