"""A system: who is where, how people move, which hospitals there are, with the sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thinwalls.system.model import hold_rooms, parts
from thinwalls.system.model.dates import dates_of
from thinwalls.system.model.description import (
    composition_of,
    description_of,
    hospitals_within,
)
from thinwalls.system.model.housing_units import UNIT_PEOPLE, no_units, units_of, with_size
from thinwalls.system.model.immunity import GIVEN, immunity_row, no_immunity, with_rows
from thinwalls.system.model.search import facility_id, search
from thinwalls.system.model.system_tables import SystemTables
from thinwalls.system.tables.tables import EVERY

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class System(SystemTables):
    """A system of detention and the communities around it: its tables, and what can be asked.

    Methods that alter a system return a new one.
    """

    def __repr__(self) -> str:
        people = int(self.facilities["population_start"].sum())
        return (
            f"<System {self.name}: {len(self.facilities)} facilities, {people} people, "
            f"{len(self.inside_counties)} counties, from {self.start_date}>"
        )

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
        return self.replaced(units=units, assumptions=table)

    def without_units(self) -> System:
        """Return the system with every facility as one setting, where all can meet all."""
        table = self.assumptions.drop(index=UNIT_PEOPLE, errors="ignore")
        return self.replaced(units=no_units(), assumptions=table)

    def with_immunity(
        self,
        immune_share: float,
        *,
        facility: str = EVERY,
        group: str = "detained",
        age_band: str = EVERY,
        vulnerable: bool | str = EVERY,
        low: float | None = None,
        high: float | None = None,
        pathogen: str = EVERY,
        source: str = GIVEN,
        tag: str = "assumption",
    ) -> System:
        """Return the system with a share of some people immune on the first day.

        Parameters
        ----------
        immune_share
            Share immune, 0 to 1; with ``low`` and ``high`` the likeliest value of an interval in
            which every draw takes its own (triangular).
        facility
            Id or name of the facility; all unless given.
        group
            ``"detained"`` or ``"staff"``.
        age_band, vulnerable
            Only these detained people, such as ``"18-49"`` and ``True``.
        pathogen
            Only in runs of this disease.
        source, tag
            What it rests on: a citation, and how it is known.

        Raises
        ------
        InputError
            When a share is no share, or there is no such facility, group or age band.
        """
        place = facility if facility == EVERY else self.facility(facility)
        row = immunity_row(
            immune_share,
            facility_id=place,
            group=group,
            age_band=age_band,
            vulnerable=vulnerable,
            low=low,
            high=high,
            pathogen=pathogen,
            source=source,
            tag=tag,
        )
        return self.replaced(immunity=with_rows(self.immunity, row))

    def without_immunity(self) -> System:
        """Return the system with immunity left to the pathogen."""
        return self.replaced(immunity=no_immunity())

    def around(self, name_or_id: str, miles: float = 50.0) -> System:
        """Return the part of the system within ``miles`` of a facility; the rest is outside."""
        return parts.around(self, name_or_id, miles)

    def state(self, *states: str) -> System:
        """Return the part of the system in some states (postal codes); the rest is outside."""
        return parts.in_states(self, states)

    def county(self, fips: str) -> System:
        """Return the facilities in one county (five-digit FIPS code); the rest is outside."""
        return parts.in_county(self, fips)

    def kinds(self, *kinds: str) -> System:
        """Return the facilities of some kinds or custody systems, for example ``"jail"``."""
        return parts.of_kinds(self, kinds)

    def facilities_only(self, names_or_ids: Sequence[str], counties: Sequence[str] = ()) -> System:
        """Return exactly the named facilities with their counties; the rest is outside.

        ``counties`` (FIPS codes) stay places of their own besides those of the facilities.
        """
        return parts.only(self, names_or_ids, counties)

    def with_hold_rooms(self, stay_days: float = 0.5) -> System:
        """Return the system with the hold rooms of ICE's offices as places of their own."""
        return hold_rooms.with_hold_rooms(self, stay_days)

    def search(self, text: str) -> pd.DataFrame:
        """Facilities whose name, id, city, state or county contains every word of ``text``."""
        return search(self, text)

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
        return facility_id(self, name_or_id)

    def hospitals_within(self, name_or_id: str, miles: float = 50.0) -> pd.DataFrame:
        """Counties with hospital beds within ``miles`` of a place, nearest first.

        Columns ``name, state, miles, acute_beds, free_acute_beds, icu_beds, free_icu_beds``; free
        as in a normal year; distance to the middle of the county.
        """
        return hospitals_within(self, name_or_id, miles)

    def dates(self) -> pd.DataFrame:
        """How old the numbers are: date and source of each kind of data, indexed by ``what``."""
        return dates_of(self)

    def describe_facility(self, name_or_id: str) -> pd.DataFrame:
        """Every value of one facility with its unit, where it comes from and how it was made.

        Returns a table with the columns ``value, unit, source, note``, indexed by column name.
        """
        return description_of(self, name_or_id)

    def composition_of(self, name_or_id: str) -> pd.DataFrame:
        """Age bands of one facility: its own rows, else those that hold everywhere."""
        return composition_of(self, name_or_id)
