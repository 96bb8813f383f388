"""The tables of a system with their checks: what a system is, before it can do anything."""

from __future__ import annotations

import hashlib
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd

from thinwalls.common import InputError
from thinwalls.system.model.housing_units import check_units, no_units
from thinwalls.system.model.immunity import checked_immunity, no_immunity
from thinwalls.system.tables.ages import check_bands
from thinwalls.system.tables.columns import OUTSIDE, conform, table_at
from thinwalls.system.tables.tables import SCHEMAS


def empty(table: str) -> pd.DataFrame:
    """A table without rows."""
    return pd.DataFrame(columns=list(SCHEMAS[table].columns))


_REFERENCES = ("facilities", "counties", "sources")


@dataclass(frozen=True, eq=False, repr=False)
class SystemTables:
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
    immunity: pd.DataFrame = field(default_factory=no_immunity)
    """Who is immune on the first day, where the pathogen's own share does not hold."""
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Facilities of the sources that are not in the system (closed, juvenile ...), and why."""

    def __post_init__(self) -> None:
        for table, schema in SCHEMAS.items():
            object.__setattr__(self, table, conform(schema, getattr(self, table), self.name))
        self._check_references()
        self._check_sums()
        check_units(self.units, self.facilities, self.name)
        check_bands(self.composition, self.name)
        if len(self.immunity):
            ids, bands = set(self.facilities.index), set(self.composition["age_band"])
            checked = checked_immunity(self.immunity, ids, bands, self.name)
            object.__setattr__(self, "immunity", checked)

    @classmethod
    def as_checked(cls, **values: object) -> Self:
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

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over all tables and dates, the same on every machine."""
        digest = hashlib.sha256()
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name == "immunity" and not len(value):
                # It came later: systems without it keep the checksum that they had.
                continue
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

    def replaced(self, **tables: object) -> Self:
        """Return a new system with some fields changed; everything is checked again."""
        return replace(self, **tables)  # type: ignore[arg-type]

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
