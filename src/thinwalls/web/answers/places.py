"""Places that can be asked about: found by words, and who is there, with sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from thinwalls.common import InputError, Message
from thinwalls.reporting import mark, place_name
from thinwalls.system import Assumption

if TYPE_CHECKING:
    from thinwalls.reporting import Words
    from thinwalls.system import System

MOST_FOUND = 30
_FEW_LETTERS = 2
_NEAR_MILES = 50.0
_MOST_HOSPITALS = 8
_BEDS = ("acute_beds", "icu_beds", "bed_occupancy", "icu_occupancy")

HELD = {
    "threat_1": mark("threat level 1 (most serious convictions, according to ICE)"),
    "threat_2": mark("threat level 2 (according to ICE)"),
    "threat_3": mark("threat level 3 (according to ICE)"),
    "threat_none": mark("no threat level: no convictions (according to ICE)"),
    "pretrial": mark("waiting for trial"),
    "sentenced": mark("sentenced"),
}


@dataclass(frozen=True)
class Found:
    """A place that fits what was typed."""

    where: str
    name: str
    detail: str
    people: int


@dataclass(frozen=True)
class Fact:
    """One number about a place with where it is from."""

    what: str
    value: str
    source: str
    date: str
    note: str

    @property
    def cited(self) -> str:
        """The source with its date, as it stands in the list of sources."""
        return f"{self.source}, {self.date}" if self.date else self.source


def sources_of(found: list[Fact]) -> list[str]:
    """Sources of facts, each once."""
    return list(dict.fromkeys(one.cited for one in found))


def find(system: System, text: str, limit: int = MOST_FOUND) -> list[Found]:
    """Facilities, counties and states for what was typed, states and counties first."""
    words = text.strip().casefold()
    if len(words) < _FEW_LETTERS:
        return []
    table = system.facilities
    found = []
    if len(words) == _FEW_LETTERS and words.upper() in set(table["state"]):
        found.append(_state(system, words.upper()))
    counties = table["county_fips"].map(system.counties["name"]).fillna("")
    hits = table[counties.str.casefold().str.contains(words, regex=False)]
    found += [_county(system, str(fips)) for fips in hits["county_fips"].unique()[:limit]]
    for row in system.search(text).head(limit).itertuples():
        found.append(
            Found(
                f"facility:{row.Index}",
                place_name(str(row.name)),
                f"{place_name(str(row.city))}, {row.state}",
                int(str(row.population_start)),
            )
        )
    return found[:limit]


def all_facilities(system: System) -> list[Found]:
    """Every facility of a system with its state, the largest first."""
    table = system.facilities.sort_values("population_start", ascending=False, kind="stable")
    return [
        Found(
            f"facility:{row.Index}",
            place_name(str(row.name)),
            f"{place_name(str(row.city))}, {row.state}",
            int(str(row.population_start)),
        )
        for row in table.itertuples()
    ]


def county_names(system: System) -> list[tuple[str, str]]:
    """FIPS code and name of every county of a system, by state and name."""
    table = system.inside_counties.sort_values(["state", "name"], kind="stable")
    return [(str(row.Index), f"{row.name}, {row.state}") for row in table.itertuples()]


def county_of(system: System, text: str) -> str:
    """FIPS code of the one county that is meant by its code, or by words of name and state.

    Raises
    ------
    InputError
        When none or several fit.
    """
    names = dict(county_names(system))
    wanted = text.strip()
    if wanted in names:
        return wanted
    words = wanted.casefold().replace(",", " ").split()
    folded = {fips: name.casefold().replace(",", " ").split() for fips, name in names.items()}
    found = [fips for fips, have in folded.items() if have == words]
    found = found or [fips for fips, have in folded.items() if words and set(words) <= set(have)]
    if len(found) != 1:
        some = "; ".join(names[fips] for fips in found[:5])
        problem = Message("no county has this name")
        if found:
            problem = Message("fits {count} counties: {names}", count=len(found), names=some)
        raise InputError.of(problem, field="release_to", value=text)
    return found[0]


def _county(system: System, fips: str) -> Found:
    here = system.facilities[system.facilities["county_fips"] == fips]
    name = f"{system.counties['name'][fips]}, {system.counties['state'][fips]}"
    return Found(f"county:{fips}", name, "", int(here["population_start"].sum()))


def _state(system: System, state: str) -> Found:
    here = system.facilities[system.facilities["state"] == state]
    return Found(f"state:{state}", state, "", int(here["population_start"].sum()))


def name_of(words: Words, system: System, where: str) -> str:
    """What a place is called."""
    kind, _, name = where.partition(":")
    if kind == "facility":
        row = system.facilities.loc[system.facility(name)]
        return f"{place_name(str(row['name']))} ({row['state']})"
    if kind == "county":
        if name not in system.counties.index:
            raise InputError("there is no such county", field="where", value=where)
        return words.say(
            "all facilities in {county}",
            county=f"{system.counties['name'][name]}, {system.counties['state'][name]}",
        )
    if kind == "state":
        return words.say("all facilities in {state}", state=name.upper())
    return words.say("the whole system")


def facts(words: Words, part: System) -> list[Fact]:
    """Who is in a part of a system: people by custody, capacity, staff; numbers with sources."""
    table = part.facilities
    one = str(table.index[0]) if len(table) == 1 else "*"

    def fact(what: str, value: float, table_name: str, row: str, column: str) -> Fact:
        source, note = part.source_of(table_name, row, column)
        about = _source(words, part, source)
        return Fact(what, words.people(float(value)), *about, words.tell(note))

    rows = [
        fact(
            words.say("people held on {date}", date=words.date(pd.Timestamp(part.start_date))),
            table["population_start"].sum(),
            "facilities",
            one,
            "population_start",
        )
    ]
    held = part.population.groupby("custody_class")["people_start"].sum()
    for name, people in held.items():
        if people > 0:
            label = words.say(HELD.get(str(name), str(name)))
            what = words.say("of them: {who}", who=label)
            rows.append(fact(what, people, "population", str(name), "people_start"))
    known = table["capacity"].dropna()
    if len(known):
        rows.append(fact(words.say("beds (capacity)"), known.sum(), "facilities", one, "capacity"))
    rows.append(
        fact(words.say("people who work there"), table["staff"].sum(), "facilities", one, "staff")
    )
    stay = table["length_of_stay_days"].dropna()
    if len(table) == 1 and len(stay):
        source, note = part.source_of("facilities", one, "length_of_stay_days")
        rows.append(
            Fact(
                words.say("average time of detention there"),
                words.say("{days} days", days=words.number(float(stay.iloc[0]), 0)),
                *_source(words, part, source),
                words.tell(note),
            )
        )
    return rows


@dataclass(frozen=True)
class Hospitals:
    """Counties with hospitals within reach."""

    rows: list[tuple[str, str, str, str]]
    """name, miles, hospital beds free, intensive-care beds free"""
    sources: list[str]


def hospitals(words: Words, part: System) -> Hospitals:
    """Counties with hospitals within reach, and where their numbers are from.

    Of one facility those within 50 miles; of more the counties of the part, largest first.
    """
    if len(part.facilities) == 1:
        near = part.hospitals_within(str(part.facilities.index[0]), _NEAR_MILES)
    else:
        inside = part.inside_counties
        near = inside.assign(
            miles=float("nan"),
            free_acute_beds=inside["acute_beds"] * (1 - inside["bed_occupancy"]),
            free_icu_beds=inside["icu_beds"] * (1 - inside["icu_occupancy"]),
        ).sort_values("free_acute_beds", ascending=False)
        near = near[near["acute_beds"] > 0]
    rows = [
        (
            f"{row['name']}, {row['state']}",
            words.number(float(row["miles"]), 0),
            words.number(float(row["free_acute_beds"]), 0),
            words.number(float(row["free_icu_beds"]), 0),
        )
        for row in near.head(_MOST_HOSPITALS).to_dict("records")
    ]
    cited = [_source(words, part, part.source_of("counties", "*", name)[0]) for name in _BEDS]
    return Hospitals(
        rows, list(dict.fromkeys(f"{name}, {date}" if date else name for name, date in cited))
    )


def _source(words: Words, part: System, source: str) -> tuple[str, str]:
    """Title and date of a source id."""
    if source in part.sources.index:
        row = part.sources.loc[source]
        given = str(row["date"])
        date = "" if given in ("nan", "None", "<NA>") else given
        if source.startswith("assumption:"):
            return words.say("assumption: {name}", name=_assumed(words, part, source)), date
        return f"{row['publisher']}: {row['title']}", date
    if source.startswith("assumption:"):
        return words.say("assumption: {name}", name=source.partition(":")[2]), ""
    return source, ""


def _assumed(words: Words, part: System, source: str) -> str:
    """What an assumption is, from its value in the system where it has one."""
    key = source.partition(":")[2]
    if key not in part.assumptions.index:
        return words.tell(str(part.sources.loc[source, "title"]))
    row: dict[Any, Any] = part.assumptions.loc[key].to_dict()
    return words.tell(Assumption(**row).title)
