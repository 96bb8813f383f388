"""A system: who is where, how people move, which hospitals there are, with the sources."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.common.errors import InputError, Message
from thinwalls.system.model.description import more_about, moves_by_source
from thinwalls.system.model.housing_units import (
    UNIT_PEOPLE,
    check_units,
    no_units,
    units_of,
    with_size,
)
from thinwalls.system.model.search import find_facilities, named
from thinwalls.system.tables.columns import OUTSIDE, conform, table_at
from thinwalls.system.tables.distances import miles_between
from thinwalls.system.tables.tables import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Sequence


def empty(table: str) -> pd.DataFrame:
    """A table without rows."""
    return pd.DataFrame(columns=list(SCHEMAS[table].columns))


_REFERENCES = ("facilities", "counties", "sources")


@dataclass(frozen=True, eq=False, repr=False)
class System:
    """Tables that describe one system of detention and the communities around it.

    Every table follows its schema in :mod:`thinwalls.system.tables`; ``cases`` and
    ``cases_by_state`` are cumulative reported cases with one column per day.  A system never
    changes: methods that alter one return a new one.

    Raises
    ------
    InputError
        When a table breaks its schema or two tables contradict each other; the message names
        table, row, column and value.
    """

    name: str
    title: str
    description: str
    start_date: str
    record_first: str
    record_last: str
    facilities: pd.DataFrame
    population: pd.DataFrame
    composition: pd.DataFrame
    counties: pd.DataFrame
    staff: pd.DataFrame
    flows: pd.DataFrame
    catchment: pd.DataFrame
    transfers: pd.DataFrame
    monthly: pd.DataFrame
    totals: pd.DataFrame
    assumptions: pd.DataFrame
    sources: pd.DataFrame
    provenance: pd.DataFrame
    cases: pd.DataFrame
    cases_by_state: pd.DataFrame
    detainers: pd.DataFrame = field(default_factory=lambda: empty("detainers"))
    units: pd.DataFrame = field(default_factory=no_units)
    """Facilities that are housed in units: ``unit_people`` and its ``source``, by facility."""
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Facilities of the sources that are not in the system (closed, juvenile ...), and why."""

    def __post_init__(self) -> None:
        for table, schema in SCHEMAS.items():
            object.__setattr__(self, table, conform(schema, getattr(self, table), self.name))
        self._check_references()
        self._check_sums()
        check_units(self.units, self.facilities, self.name)

    @classmethod
    def as_checked(cls, **values: object) -> System:
        """Make a system from tables that passed the checks when they were written.

        Only for :mod:`thinwalls.system.packaged`, which compares checksums first.
        """
        made = object.__new__(cls)
        for item in fields(cls):
            default = item.default_factory
            value = values[item.name] if default is MISSING else values.get(item.name)
            if value is None and default is not MISSING:
                value = default()
            object.__setattr__(made, item.name, value)
        return made

    def _check_references(self) -> None:
        keys = {table: set(getattr(self, table).index) for table in _REFERENCES}
        for table, schema in SCHEMAS.items():
            frame: pd.DataFrame = getattr(self, table)
            for name, column in schema.columns.items():
                if not column.refers_to:
                    continue
                unknown = ~frame[name].isin(keys[column.refers_to]) & frame[name].notna()
                if unknown.any():
                    row = frame.index[unknown.to_numpy()][0]
                    raise InputError(
                        "is not in the table {table}",
                        where=table_at(self.name, table, row),
                        field=name,
                        value=frame.loc[unknown.to_numpy(), name].iloc[0],
                        table=column.refers_to,
                    )
        for table in ("cases", "cases_by_state"):
            frame = getattr(self, table)
            if len(frame) and not np.all(np.diff(frame.to_numpy(), axis=1) >= 0):
                raise InputError(
                    "cumulative cases must never fall", where=table_at(self.name, table)
                )
        unknown_counties = set(self.cases.index) - keys["counties"]
        if unknown_counties:
            raise InputError(
                "is not in the table counties",
                where=table_at(self.name, "cases"),
                field="fips",
                value=min(unknown_counties),
            )

    def _check_sums(self) -> None:
        def compare(table: str, what: str, parts: pd.Series, whole: pd.Series) -> None:
            difference = parts.reindex(whole.index, fill_value=0) - whole
            wrong = difference[difference != 0]
            if len(wrong):
                row = wrong.index[0]
                raise InputError(
                    "must add up to {what}, off by {difference}",
                    where=table_at(self.name, table, row),
                    what=what,
                    difference=int(wrong.iloc[0]),
                )

        compare(
            "population",
            "facilities.population_start",
            self.population.groupby("facility_id")["people_start"].sum(),
            self.facilities["population_start"],
        )
        compare(
            "staff",
            "facilities.staff",
            self.staff.groupby("facility_id")["people"].sum(),
            self.facilities["staff"],
        )
        bands = self.counties[["age_0_17", "age_18_64", "age_65_plus"]].sum(axis=1)
        compare("counties", "population", bands, self.counties["population"])

    def __repr__(self) -> str:
        people = int(self.facilities["population_start"].sum())
        return (
            f"<System {self.name}: {len(self.facilities)} facilities, {people} people, "
            f"{len(self.inside_counties)} counties, from {self.start_date}>"
        )

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over all tables and dates, the same on every machine."""
        digest = hashlib.sha256()
        for item in fields(self):
            value = getattr(self, item.name)
            digest.update(item.name.encode())
            if isinstance(value, pd.DataFrame):
                indexed = bool(value.index.name)
                digest.update("\x1f".join(map(str, [value.index.name, *value.columns])).encode())
                rows = pd.util.hash_pandas_object(value, index=indexed)
                digest.update(rows.to_numpy().tobytes())
            else:
                digest.update(str(value).encode())
        return digest.hexdigest()

    @property
    def inside_counties(self) -> pd.DataFrame:
        """Counties without the row for the rest of the country."""
        return self.counties.drop(index=OUTSIDE, errors="ignore")

    def replaced(self, **tables: object) -> System:
        """Return a new system with some fields changed; everything is checked again."""
        return replace(self, **tables)  # type: ignore[arg-type]

    def with_units(self, people: float | None = None) -> System:
        """Return the system with every facility housed in units of about so many people.

        Facilities that have a size of their own (the user's column ``unit_people``) keep it; the
        others get ``people``, or the assumption ``unit_people`` unless given.  A facility that is
        smaller than a unit and a half is one unit.

        Raises
        ------
        InputError
            When ``people`` is below 2.
        """
        units = units_of(self.units, self.facilities, people)
        table = self.assumptions
        if units["source"].str.startswith("assumption:").any():
            table = with_size(table)
        return replace(self, units=units, assumptions=table)

    def without_units(self) -> System:
        """Return the system with every facility as one setting, where all can meet all."""
        table = self.assumptions.drop(index=UNIT_PEOPLE, errors="ignore")
        return replace(self, units=no_units(), assumptions=table)

    def around(self, name_or_id: str, miles: float = 50.0) -> System:
        """Return the part of the system within ``miles`` of a facility; the rest is outside."""
        from thinwalls.system.model.parts import around

        return around(self, name_or_id, miles)

    def state(self, *states: str) -> System:
        """Return the part of the system in some states (postal codes); the rest is outside."""
        from thinwalls.system.model.parts import in_states

        return in_states(self, states)

    def county(self, fips: str) -> System:
        """Return the facilities in one county (five-digit FIPS code); the rest is outside."""
        from thinwalls.system.model.parts import in_county

        return in_county(self, fips)

    def kinds(self, *kinds: str) -> System:
        """Return the facilities of some kinds or custody systems, for example ``"jail"``."""
        from thinwalls.system.model.parts import of_kinds

        return of_kinds(self, kinds)

    def facilities_only(self, names_or_ids: Sequence[str], counties: Sequence[str] = ()) -> System:
        """Return exactly the named facilities with their counties; the rest is outside.

        ``counties`` (FIPS codes) stay places of their own besides those of the facilities.
        """
        from thinwalls.system.model.parts import only

        return only(self, names_or_ids, counties)

    def with_hold_rooms(self, stay_days: float = 0.5) -> System:
        """Return the system with the hold rooms of ICE's offices as places of their own."""
        from thinwalls.system.model.hold_rooms import with_hold_rooms

        return with_hold_rooms(self, stay_days)

    def search(self, text: str) -> pd.DataFrame:
        """Facilities whose name, id, city, state or county contains every word of ``text``."""
        return find_facilities(self.facilities, self.counties["name"], text)

    def facility(self, name_or_id: str) -> str:
        """Return the id of the one facility that is meant by an id, a name or part of a name.

        An id, else a whole name, else the words of a name (of several such facilities the one
        that holds three times as many people as any other), else the only one that
        :meth:`search` finds.

        Raises
        ------
        InputError
            When none or more than one fits; the message lists the nearest.
        """
        wanted = name_or_id.strip()
        if wanted in self.facilities.index:
            return wanted
        names = self.facilities["name"].str.casefold()
        exact = names.index[names == wanted.casefold()]
        if len(exact) == 1:
            return str(exact[0])
        meant = named(self.facilities, wanted)
        if meant is not None:
            return meant
        found = self.search(wanted)
        if len(found) == 1:
            return str(found.index[0])
        if len(found) > 1:
            some = ", ".join(found.index[:5])
            if len(found) > 5:
                some = Message("{names} and {count} more", names=some, count=len(found) - 5)
            problem = Message(
                "fits {count} facilities of {system}: {names}",
                count=len(found),
                system=self.name,
                names=some,
            )
        else:
            ids = self._nearest(wanted.casefold(), names)
            problem = Message("no facility of {system} has this name", system=self.name)
            if ids:
                near = Message("nearest: {names}", names=", ".join(ids))
                problem = Message(
                    "no facility of {system} has this name; {hint}", system=self.name, hint=near
                )
        raise InputError.of(problem, field="facility", value=name_or_id)

    def _nearest(self, wanted: str, names: pd.Series) -> list[str]:
        """Ids of up to three facilities with the words that are spelt most alike."""
        vocabulary = sorted({word for name in names for word in str(name).split() if len(word) > 2})
        words = [difflib.get_close_matches(word, vocabulary, 1, 0.7) for word in wanted.split()]
        if words and all(words):
            found = self.search(" ".join(word[0] for word in words))
            if len(found):
                return [str(facility) for facility in found.index[:3]]
        close = difflib.get_close_matches(wanted, [str(name) for name in names], n=3, cutoff=0.5)
        return [str(names.index[names == name][0]) for name in close]

    def hospitals_within(self, name_or_id: str, miles: float = 50.0) -> pd.DataFrame:
        """Counties with hospital beds within ``miles`` of a place, nearest first.

        Columns ``name, state, miles, acute_beds, free_acute_beds, icu_beds, free_icu_beds``; free
        as in a normal year; distance to the middle of the county.
        """
        place = self.facilities.loc[[self.facility(name_or_id)]]
        table = self.inside_counties
        away = miles_between(
            place["latitude"], place["longitude"], table["latitude"], table["longitude"]
        )[0]
        near = table.assign(
            miles=away,
            free_acute_beds=table["acute_beds"] * (1 - table["bed_occupancy"]),
            free_icu_beds=table["icu_beds"] * (1 - table["icu_occupancy"]),
        )
        near = near[(near["miles"] <= miles) & (near["acute_beds"] > 0)].sort_values("miles")
        return near[
            ["name", "state", "miles", "acute_beds", "free_acute_beds", "icu_beds", "free_icu_beds"]
        ]

    def source_of(self, table: str, row: str, column: str) -> tuple[str, str]:
        """Return the source id of one value and a note on how it was read or made."""
        found = self.provenance[
            (self.provenance["table"] == table)
            & (self.provenance["column"] == column)
            & self.provenance["row"].isin([row, "*"])
        ].sort_values("row", key=lambda rows: rows == "*")
        if not len(found):
            return "", ""
        note = found["note"].iloc[0]
        return str(found["source"].iloc[0]), "" if pd.isna(note) else str(note)

    def describe_facility(self, name_or_id: str) -> pd.DataFrame:
        """Every value of one facility with its unit, where it comes from and how it was made.

        Returns a table with the columns ``value, unit, source, note``, indexed by column name.
        """
        row = self.facility(name_or_id)
        values = self.facilities.loc[row]
        schema = SCHEMAS["facilities"]
        records = []
        for column, about in schema.columns.items():
            source, note = self.source_of("facilities", row, column)
            records.append((column, values[column], about.unit, source, note))
        if row in self.units.index:
            size = self.units.loc[row]
            records.append(
                (
                    UNIT_PEOPLE,
                    size[UNIT_PEOPLE],
                    "people per housing unit",
                    str(size["source"]),
                    "",
                )
            )
        for held in self.population[self.population["facility_id"] == row].itertuples():
            source, note = self.source_of("population", str(held.custody_class), "people_start")
            records.append(
                (f"held: {held.custody_class}", held.people_start, "people", source, note)
            )
        for flow in self.flows[self.flows["facility_id"] == row].itertuples():
            label = f"{flow.flow}: {flow.detail}"
            records.append((label, flow.people_per_day, "people per day", str(flow.source), ""))
        for label, key in (("transfers out", "from_id"), ("transfers in", "to_id")):
            records += moves_by_source(self, row, label, key)
        for home in self.staff[self.staff["facility_id"] == row].itertuples():
            source, note = self.source_of("staff", row, "people")
            county = str(self.counties["name"][str(home.county_fips)])
            records.append((f"staff living in {county}", home.people, "people", source, note))
        records += more_about(self, row)
        return pd.DataFrame(records, columns=["what", "value", "unit", "source", "note"]).set_index(
            "what"
        )

    def composition_of(self, name_or_id: str) -> pd.DataFrame:
        """Age bands of one facility: its own rows, else those that hold everywhere."""
        row = self.facility(name_or_id)
        own = self.composition[self.composition["facility_id"] == row]
        if not len(own):
            own = self.composition[self.composition["facility_id"] == "*"]
        return own.set_index("age_band")
