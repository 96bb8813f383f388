"""Parts of a system: some facilities, their counties and hospitals; all else is outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from thinwalls.common import InputError
from thinwalls.system.model.search import facility_id
from thinwalls.system.model.system_tables import SystemTables
from thinwalls.system.tables.columns import OUTSIDE
from thinwalls.system.tables.distances import miles_between
from thinwalls.system.tables.tables import EVERY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

S = TypeVar("S", bound=SystemTables)

TRANSFER_IN = "transfer in"
"""Detail of the book-ins that come from a facility that is not in the part."""

TRANSFER_OUT = "transfer out"
"""Detail of the removals that go to a facility that is not in the part."""

_SUMMED = ("population", "age_0_17", "age_18_64", "age_65_plus", "acute_beds", "icu_beds")


def around(system: S, name_or_id: str, miles: float) -> S:
    """The facilities within ``miles`` of one of them (great circle)."""
    if not miles > 0:
        raise InputError("must be above 0", field="miles", value=miles)
    middle = facility_id(system, name_or_id)
    table = system.facilities
    distance = miles_between(
        table.loc[[middle], "latitude"],
        table.loc[[middle], "longitude"],
        table["latitude"],
        table["longitude"],
    )[0]
    title = f"{table['name'][middle]!s} and {miles:g} miles around"
    return part(
        system, table.index[distance <= miles], title, f"{system.name}:around:{middle}:{miles:g}"
    )


def in_states(system: S, states: Sequence[str]) -> S:
    """The facilities in some states (postal codes)."""
    wanted = _known(states, sorted(set(system.facilities["state"])), "state", str.upper)
    keep = system.facilities.index[system.facilities["state"].isin(wanted)]
    return part(
        system,
        keep,
        f"{system.title}: {', '.join(wanted)}",
        f"{system.name}:state:{'+'.join(wanted)}",
    )


def in_county(system: S, fips: str) -> S:
    """The facilities in one county."""
    table = system.facilities
    keep = table.index[table["county_fips"] == fips]
    if not len(keep):
        raise InputError(
            "no facility of the system is in a county with this FIPS code",
            field="county",
            value=fips,
        )
    where = f"{system.counties['name'][fips]}, {system.counties['state'][fips]}"
    return part(system, keep, f"{system.title}: {where}", f"{system.name}:county:{fips}")


def of_kinds(system: S, kinds: Sequence[str]) -> S:
    """The facilities of some kinds or custody systems."""
    table = system.facilities
    custody = table["custody"].str.split(",")
    there = sorted(set(table["kind"]) | {name for names in custody for name in names})
    folded = {name.casefold(): name for name in there}
    wanted = _known([folded.get(kind.casefold(), kind) for kind in kinds], there, "kind", str)
    mine = [
        kind in wanted or bool(set(names) & set(wanted))
        for kind, names in zip(table["kind"], custody, strict=True)
    ]
    label = ", ".join(wanted)
    return part(
        system,
        table.index[mine],
        f"{system.title}: {label}",
        f"{system.name}:kinds:{'+'.join(wanted)}",
    )


def only(system: S, names_or_ids: Sequence[str], counties: Sequence[str] = ()) -> S:
    """Exactly the facilities that are named, and ``counties`` (FIPS codes) besides their own."""
    if isinstance(names_or_ids, str):
        names_or_ids = [names_or_ids]
    keep = list(dict.fromkeys(facility_id(system, name) for name in names_or_ids))
    title = ", ".join(str(system.facilities.loc[facility, "name"]) for facility in keep[:3])
    more = f" and {len(keep) - 3} more" if len(keep) > 3 else ""
    name = f"{system.name}:only:{'+'.join(keep)}"
    beside = list(dict.fromkeys(counties))
    for fips in beside:
        if fips not in system.counties.index or fips == OUTSIDE:
            raise InputError(
                "no county of the system has this FIPS code", field="counties", value=fips
            )
    if beside:
        name += f":beside:{'+'.join(beside)}"
    return part(system, pd.Index(keep), title + more, name, beside)


def _known(
    given: Sequence[str], there: list[str], field: str, clean: type[str] | object
) -> list[str]:
    if isinstance(given, str):
        given = [given]
    wanted = [clean(name) for name in given]  # type: ignore[operator]
    for name in wanted:
        if name not in there:
            raise InputError(
                "must be one of {names}", field=field, value=name, names=", ".join(there)
            )
    if not wanted:
        raise InputError("must name at least one", field=field)
    return sorted(set(wanted))


def part(system: S, keep: Iterable[str], title: str, name: str, beside: Iterable[str] = ()) -> S:
    """Some facilities of a system with the counties and hospitals that belong to them.

    Counties ``beside`` stay counties of their own, too.

    Everything else becomes the one place outside.  Transfers across the border are kept: they
    enter as book-ins with the detail :data:`TRANSFER_IN`, they leave as removals with the detail
    :data:`TRANSFER_OUT`, so that people and infection that cross it are counted.

    Raises
    ------
    InputError
        When no facility is left.
    """
    ids = list(keep)
    chosen = set(ids)
    facilities = system.facilities[system.facilities.index.isin(chosen)]
    if not len(facilities):
        raise InputError(
            "no facility of {system} is left", field="part", value=name, system=system.name
        )

    def mine(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["facility_id"].isin(chosen)]

    staff = mine(system.staff)
    counties, inside = _counties(system, facilities, staff, set(beside))
    flows, catchment = _border(system, chosen, mine(system.flows), mine(system.catchment), inside)
    inner = system.transfers["from_id"].isin(chosen) & system.transfers["to_id"].isin(chosen)
    ages = system.composition["facility_id"]
    rows = system.provenance["row"]
    places = system.provenance["table"].isin(["facilities", "counties"])
    relevant = ~places | (rows == "*") | rows.isin(chosen) | rows.isin(set(counties.index))
    return system.replaced(
        name=name,
        title=title,
        description=f"part of {system.name}: {len(facilities)} facilities, all else is outside",
        facilities=facilities,
        population=mine(system.population),
        composition=system.composition[ages.isin(chosen) | (ages == "*")],
        counties=counties,
        staff=staff,
        flows=flows,
        catchment=catchment,
        transfers=system.transfers[inner],
        detainers=system.detainers[
            system.detainers["from_id"].isin(chosen) & system.detainers["to_id"].isin(chosen)
        ],
        units=system.units[system.units.index.isin(chosen)],
        immunity=system.immunity[system.immunity["facility_id"].isin([*ids, EVERY])],
        provenance=system.provenance[relevant],
        cases=_cases(system, inside, list(counties.index)),
        left_out=pd.DataFrame(),
    )


def _counties(
    system: S, facilities: pd.DataFrame, staff: pd.DataFrame, beside: set[str]
) -> tuple[pd.DataFrame, set[str]]:
    """Counties of the facilities, their staff and hospitals; all others in one row."""
    needed = (
        set(facilities["county_fips"])
        | set(staff["county_fips"])
        | set(facilities["hospital_fips"])
        | beside
    )
    needed |= set(system.counties.loc[sorted(needed), "hospital_fips"])
    inside = needed - {OUTSIDE}
    kept = system.counties[system.counties.index.isin(inside)]
    rest = system.counties[~system.counties.index.isin(inside)]
    if not len(rest):
        return kept, inside
    outside = rest.loc[[OUTSIDE]] if OUTSIDE in rest.index else rest.iloc[[0]]
    outside = outside.copy()
    outside.index = pd.Index([OUTSIDE], name="fips")
    for column in _SUMMED:
        outside[column] = rest[column].sum()
    for column, weight in (("bed_occupancy", "acute_beds"), ("icu_occupancy", "icu_beds")):
        beds = rest[weight].sum()
        if beds > 0:
            outside[column] = float((rest[column] * rest[weight]).sum() / beds)
    people = rest["population"].to_numpy(dtype=np.float64)
    weights = people if people.sum() > 0 else np.ones(len(rest))
    outside["latitude"] = np.average(rest["latitude"], weights=weights)
    outside["longitude"] = np.average(rest["longitude"], weights=weights)
    outside["name"] = "everywhere else"
    outside["state"] = "US"
    outside["hospital_fips"] = OUTSIDE
    recorded = (rest["case_record"] == "recorded").any()
    outside["case_record"] = "recorded" if recorded else rest["case_record"].iloc[0]
    return pd.concat([kept, outside]), inside


def _border(
    system: S, chosen: set[str], flows: pd.DataFrame, catchment: pd.DataFrame, inside: set[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    moves = system.transfers
    here, there = moves["from_id"].isin(chosen), moves["to_id"].isin(chosen)
    rows = []
    for mask, key, flow, detail in (
        (~here & there, "to_id", "book_in", TRANSFER_IN),
        (here & ~there, "from_id", "removal", TRANSFER_OUT),
    ):
        crossing = moves[mask].groupby([key, "custody"])["people_per_day"].sum().reset_index()
        for custody, group in crossing.groupby("custody"):
            name = detail if custody == "ice" else f"{detail} ({custody})"
            rows.append(
                pd.DataFrame(
                    {
                        "facility_id": group[key],
                        "flow": flow,
                        "detail": name,
                        "people_per_day": group["people_per_day"],
                        "custody": custody,
                        "source": "assumption:flows-balance",
                    }
                )
            )
    entering = [
        table[["facility_id", "flow", "detail", "source"]]
        for table in rows
        if (table["flow"] == "book_in").any()
    ]
    catchment = catchment.copy()
    catchment["county_fips"] = catchment["county_fips"].where(
        catchment["county_fips"].isin(inside), OUTSIDE
    )
    keys = ["facility_id", "flow", "detail", "county_fips", "source"]
    catchment = catchment.groupby(keys, sort=False)["share"].sum().reset_index()
    new = [table.assign(county_fips=OUTSIDE, share=1.0) for table in entering]
    flows = pd.concat([flows, *rows], ignore_index=True)
    every = ["facility_id", "flow", "detail", "custody", "source"]
    flows = flows.groupby(every, sort=False)["people_per_day"].sum().reset_index()
    catchment = pd.concat([catchment, *new], ignore_index=True)
    return flows, catchment.drop_duplicates([*keys[:-1]]).reset_index(drop=True)


def _cases(system: S, inside: set[str], order: list[str]) -> pd.DataFrame:
    if not len(system.cases):
        return system.cases
    kept = system.cases[system.cases.index.isin(inside)]
    rest = system.cases[~system.cases.index.isin(inside)]
    if OUTSIDE in order:
        outside = rest.sum(axis=0).to_frame(OUTSIDE).T
        kept = pd.concat([kept[kept.index != OUTSIDE], outside])
    kept = kept.rename_axis("fips")
    return kept.reindex(order).astype("int32")
