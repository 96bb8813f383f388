"""The tables of a system of the user's own: what is given wins, the rest is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.system import (
    CLASSES_OF,
    CUSTODY_AGES,
    OUTSIDE,
    UNIT_PEOPLE,
    age_composition,
    age_rows,
    assumed,
    immunity_row,
    no_immunity,
    no_units,
    part,
    staff_homes,
    whole_people,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.system import System

USER = "user"
"""Source id of everything that the user gave."""

_DETAILS = {
    "jail": (("book_in", "local", 1.0), ("release", "jail release", 1.0)),
    "state": (("book_in", "court", 1.0), ("release", "end of sentence", 1.0)),
    "federal": (("book_in", "court", 1.0), ("release", "end of sentence", 1.0)),
    "other": (("book_in", "local", 1.0), ("release", "release", 1.0)),
}
_GIVEN = {
    "people": "population_start",
    "people_average": "population_average",
    "county": "county_fips",
}
"""The user's names of our columns, where they differ."""

_WITH_STAFF = ("ice", "jail", "state", "federal")
"""Custody systems with people per member of staff of their own; others as jails."""

_FILLED = {
    "staff": ("assumption:{custody}_people_per_staff", "people over the ratio of the kind"),
    "length_of_stay_days": ("assumption:{kind}_stay_spread", "mean of the custody system"),
    "share_female": ("assumption:national-women", "mean of the custody system"),
    "latitude": ("census-acs-2018", "centre of the county"),
    "longitude": ("census-acs-2018", "centre of the county"),
    "hospital_fips": ("assumption:hospital", ""),
    "kind": (USER, "as custody"),
    "placed_by": (USER, "by county"),
    "near_empty": (USER, "nobody there"),
}
"""Where a value comes from that the user left empty."""


def user_system(records: list[dict[str, object]], public: System, file: str) -> System:
    """A system of the places in ``records`` on the ground of ``public``."""
    places = [_place(record, public) for record in records]
    facilities = pd.DataFrame(places).set_index("facility_id")
    custody = facilities["custody"].str.split(",").str[0]
    facilities["staff"] = facilities["staff"].astype("int64")
    facilities["near_empty"] = facilities["population_start"] == 0
    counties = public.counties
    facilities["hospital_fips"] = facilities["county_fips"].map(counties["hospital_fips"])
    flows = pd.concat(
        [
            _flows(facility, row, records[i], public)
            for i, (facility, row) in enumerate(facilities.iterrows())
        ],
        ignore_index=True,
    )
    catchment = _catchment(flows, facilities)
    provenance = _provenance(facilities, records, public)
    table = {
        "publisher": "you",
        "title": "values given by the user",
        "file": file,
        "address": None,
        "date": None,
        "licence": "yours",
        "attribution": "given by the user",
    }
    sources = pd.concat(
        [public.sources, pd.DataFrame([table], index=pd.Index([USER], name="source_id"))]
    )
    whole = public.replaced(
        name=f"user:{file}",
        title=f"{file}: {len(facilities)} places of the user's own",
        description=f"places given in {file}; what it leaves open comes from {public.name}",
        facilities=facilities,
        population=_population(facilities, custody, public),
        composition=_composition(facilities, custody, public),
        staff=staff_homes(facilities, counties),
        flows=flows,
        catchment=catchment,
        transfers=public.transfers.iloc[:0],
        detainers=public.detainers.iloc[:0],
        sources=sources,
        provenance=provenance,
        left_out=pd.DataFrame(),
    )
    return part(whole, list(facilities.index), whole.title, whole.name).replaced(
        description=whole.description, units=_units(records), immunity=_immunity(records)
    )


def _units(records: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Places for which the user says how many people live in a housing unit."""
    given = {
        str(record["facility_id"]): float(str(record[UNIT_PEOPLE]))
        for record in records
        if record[UNIT_PEOPLE] is not None
    }
    if not given:
        return no_units()
    index = pd.Index(list(given), name="facility_id", dtype="str")
    return pd.DataFrame({UNIT_PEOPLE: list(given.values()), "source": USER}, index=index)


def _immunity(records: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Places for which the user says who is immune on the first day."""
    given = [
        immunity_row(
            float(str(record[column])), facility_id=str(record["facility_id"]), group=group
        )
        for record in records
        for column, group in (("immune_share", "detained"), ("staff_immune_share", "staff"))
        if record[column] is not None
    ]
    return pd.concat(given, ignore_index=True) if given else no_immunity()


def _place(record: dict[str, object], public: System) -> dict[str, object]:
    known: dict[Any, Any] | None = None
    if record["same_as"]:
        known = public.facilities.loc[[str(record["same_as"])]].to_dict("records")[0]

    def value(name: str, public_name: str, otherwise: object) -> object:
        if record.get(name) is not None:
            return record[name]
        if known is not None and pd.notna(known[public_name]):
            return known[public_name]
        return otherwise

    fips = str(value("county_fips", "county_fips", OUTSIDE))
    county = public.counties.loc[fips]
    custody = str(value("custody", "custody", "other"))
    first = custody.split(",")[0]
    people = int(float(str(value("people", "population_start", 0))))
    there = known if known is not None and fips == known["county_fips"] else county.to_dict()
    kind = {"jail": "jail", "state": "prison", "federal": "federal prison"}.get(first, first)
    average = record["people_average"]
    staff = int(np.ceil(people / _staff_ratio(first, public)))
    return {
        "facility_id": record["facility_id"],
        "name": record["name"],
        "kind": value("kind", "kind", kind),
        "custody": first,
        "address": value("address", "address", None),
        "city": value("city", "city", None),
        "state": record["state"] or county["state"],
        "zip": value("zip", "zip", None),
        "area_of_responsibility": None if known is None else known["area_of_responsibility"],
        "county_fips": fips,
        "latitude": there["latitude"] if record["latitude"] is None else record["latitude"],
        "longitude": there["longitude"] if record["longitude"] is None else record["longitude"],
        "capacity": value("capacity", "capacity", np.nan),
        "guaranteed_minimum": np.nan if known is None else known["guaranteed_minimum"],
        "population_average": float(people) if average is None else average,
        "population_start": people,
        "length_of_stay_days": _stay(record, known, people, first, public),
        "share_female": value("share_female", "share_female", _women(first, public)),
        "dormitory_share": value("dormitory_share", "dormitory_share", np.nan),
        "staff": staff if record["staff"] is None else record["staff"],
        "placed_by": "given by the user" if record["county"] is not None else "public facility",
    }


def _of_custody(public: System, custody: str) -> pd.DataFrame:
    table = public.facilities
    return table[(table["custody"] == custody) & (table["population_start"] > 0)]


def _women(custody: str, public: System) -> float:
    """Share of women of a custody system in the public system, weighted by people."""
    rows = _of_custody(public, custody).dropna(subset=["share_female"])
    people = rows["population_start"].sum()
    return (
        float((rows["share_female"] * rows["population_start"]).sum() / people)
        if people
        else np.nan
    )


def _staff_ratio(custody: str, public: System) -> float:
    rows = _of_custody(public, custody)
    staff = rows["staff"].sum()
    if custody == "ice" or staff == 0:
        return assumed("ice_people_per_staff")
    return float(rows["population_average"].sum() / staff)


def _stay(
    record: dict[str, object],
    known: dict[str, Any] | None,
    people: int,
    custody: str,
    public: System,
) -> float:
    """Given, or people / book-ins, or that of the public place, or of the custody system."""
    if record["length_of_stay_days"] is not None:
        return float(str(record["length_of_stay_days"]))
    book_ins = record["book_ins_per_day"]
    if book_ins is not None and float(str(book_ins)) > 0 and people > 0:
        return people / float(str(book_ins))
    if known is not None and pd.notna(known["length_of_stay_days"]):
        return float(known["length_of_stay_days"])
    rows = _of_custody(public, custody)
    rows = rows if len(rows) else _of_custody(public, "jail")
    if not len(rows):
        rows = public.facilities[public.facilities["population_start"] > 0]
    per_day = (rows["population_start"] / rows["length_of_stay_days"]).sum()
    return float(rows["population_start"].sum() / per_day)


def _flows(
    facility: object, row: pd.Series, record: dict[str, object], public: System
) -> pd.DataFrame:
    """Flows in balance: as many in as out, people / length of stay per day."""
    people = float(row["population_start"])
    given = record["book_ins_per_day"]
    per_day = float(str(given)) if given is not None else people / float(row["length_of_stay_days"])
    custody = str(row["custody"])
    rows: list[tuple[str, str, float]]
    if custody == "ice":
        theirs = public.flows[public.flows["custody"] == "ice"]
        sums = theirs.groupby(["flow", "detail"])["people_per_day"].sum().reset_index()
        inward = sums["flow"] == "book_in"
        total = np.where(
            inward,
            sums.loc[inward, "people_per_day"].sum(),
            sums.loc[~inward, "people_per_day"].sum(),
        )
        rows = list(zip(sums["flow"], sums["detail"], sums["people_per_day"] / total, strict=True))
    else:
        rows = list(_DETAILS[custody])
    source = USER if given is not None else "assumption:jail-churn"
    frame = pd.DataFrame(
        [
            (facility, flow, detail, per_day * share, custody, source)
            for flow, detail, share in rows
        ],
        columns=["facility_id", "flow", "detail", "people_per_day", "custody", "source"],
    )
    return frame[frame["people_per_day"] > 0]


def _catchment(flows: pd.DataFrame, facilities: pd.DataFrame) -> pd.DataFrame:
    """People come from and go to the county of the place; those arrested at the border do not."""
    rows = flows[flows["flow"] != "removal"].copy()
    rows["detail"] = rows["detail"].where(rows["flow"] == "book_in", "*")
    rows = rows.drop_duplicates(["facility_id", "flow", "detail"])
    home = rows["facility_id"].map(facilities["county_fips"])
    rows["county_fips"] = home.where(rows["detail"] != "CBP", OUTSIDE)
    rows["share"] = 1.0
    rows["source"] = "assumption:catchment"
    return rows[["facility_id", "flow", "detail", "county_fips", "share", "source"]]


def _population(facilities: pd.DataFrame, custody: pd.Series, public: System) -> pd.DataFrame:
    """Custody classes as in the public place of the same id, else as in its custody system."""
    own = public.population.groupby("facility_id")
    records = []
    for (facility, row), system in zip(facilities.iterrows(), custody, strict=True):
        classes = list(CLASSES_OF[str(system)])
        alike = public.population["facility_id"].isin(_of_custody(public, str(system)).index)
        held = own.get_group(facility) if facility in own.groups else public.population[alike]
        shares = (
            held.groupby("custody_class")["people_average"].sum().reindex(classes, fill_value=0.0)
        )
        if shares.sum() <= 0:
            shares = pd.Series(1.0, index=classes)
        counts = whole_people(
            shares / shares.sum() * row["population_start"], int(row["population_start"])
        )
        average = shares / shares.sum() * row["population_average"]
        records += [
            (facility, name, int(n), float(a))
            for name, n, a in zip(classes, counts, average, strict=True)
        ]
    return pd.DataFrame(
        records, columns=["facility_id", "custody_class", "people_start", "people_average"]
    )


def _composition(facilities: pd.DataFrame, custody: pd.Series, public: System) -> pd.DataFrame:
    own = public.composition[public.composition["facility_id"].isin(facilities.index)]
    parts = [age_composition("*", (0.0, 0.0, 0.0)), own]
    for facility in facilities.index.difference(pd.Index(own["facility_id"].unique()), sort=False):
        name = str(custody[facility])
        if name in CUSTODY_AGES or name == "other":
            rows = age_rows(name if name in CUSTODY_AGES else "jail")
            rows.insert(0, "facility_id", facility)
            parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def _provenance(
    facilities: pd.DataFrame, records: list[dict[str, object]], public: System
) -> pd.DataFrame:
    """The user's values first; then the public place's; then the rules for everything else."""
    rows: list[tuple[str, str, str, str, str]] = []
    theirs = public.provenance[public.provenance["table"] == "facilities"]
    for record, facility in zip(records, facilities.index, strict=True):
        custody = str(facilities["custody"][facility]).split(",")[0]
        custody = custody if custody in _WITH_STAFF else "jail"
        kind = {"state": "prison", "federal": "prison", "ice": "ice"}.get(custody, "jail")
        for column in facilities.columns:
            name = next((theirs_ for theirs_, ours in _GIVEN.items() if ours == column), column)
            if record.get(name) is not None or column == "name":
                rows.append(("facilities", facility, column, USER, f"line {record['line']}"))
            elif column == "length_of_stay_days" and record["book_ins_per_day"] is not None:
                rows.append(("facilities", facility, column, USER, "people / book_ins_per_day"))
            elif column == "population_average" and record["people"] is not None:
                rows.append(("facilities", facility, column, USER, "as people"))
            elif record["same_as"] is None:
                source, note = _FILLED.get(column, ("assumption:not-given", ""))
                source = source.format(custody=custody, kind=kind)
                rows.append(("facilities", facility, column, source, note))
            elif column in ("staff", "near_empty"):
                source = f"assumption:{custody}_people_per_staff"
                note = "people over the ratio of the kind"
                rows.append(("facilities", facility, column, source, note))
    mine = pd.DataFrame(rows, columns=["table", "row", "column", "source", "note"])
    kept = theirs[(theirs["row"] == "*") | theirs["row"].isin(facilities.index)]
    rest = public.provenance[public.provenance["table"] != "facilities"]
    table = pd.concat([mine, kept, rest], ignore_index=True)
    return table.drop_duplicates(["table", "row", "column"], keep="first").reset_index(drop=True)
