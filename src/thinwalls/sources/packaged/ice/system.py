"""From ICE's workbook, HIFLD, counties, hospitals, cases and counted moves to one system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.common import InputError
from thinwalls.sources.packaged.all_counties import with_outside
from thinwalls.sources.packaged.balanced_flows import Balance, agency_shares, balance
from thinwalls.sources.packaged.county_of_facility import place
from thinwalls.sources.packaged.ice.daily_people import DayCounts, day_counts
from thinwalls.sources.packaged.ice.people import (
    CLASSES,
    FAMILIES_AGAIN,
    Exits,
    cbp_share_of,
    days_in_month,
    exit_mix,
    is_family_center,
    people_on,
    series,
    total,
)
from thinwalls.sources.packaged.ice.provenance import ice_provenance
from thinwalls.sources.packaged.ice.sources import ice_source_id, ice_sources
from thinwalls.system import (
    ASSUMPTIONS,
    OUTSIDE,
    System,
    age_composition,
    assumed,
    assumption_sources,
    assumption_table,
    staff_homes,
    whole_people,
)

if TYPE_CHECKING:
    from thinwalls.sources.packaged.shared_inputs import Ground, IceYear
    from thinwalls.sources.publishers.aclu_movements import MatchedMoves
    from thinwalls.sources.reading.ice_workbook import IceWorkbook

NOT_PLACED = "neither HIFLD, ZIP code, city, its name nor the field office tells the county"
NEAR_EMPTY = 1.0
"""A facility with fewer people than this on average holds nobody at the start."""


def build_ice_system(ground: Ground, year: IceYear) -> System:
    """Build the system of one year.

    Raises
    ------
    InputError
        When the workbook is missing or none of its facilities can be placed in a county.
    """
    if year.fiscal_year not in ground.books:
        raise InputError("there is no such file", where=str(ground.shared / "ice" / year.file))
    book = ground.books[year.fiscal_year]
    ids = set(ground.ids[year.fiscal_year])
    counts = None
    if year.counted and ground.daily is not None and year.start_date in set(ground.daily["date"]):
        counts = day_counts(ground.daily, year.start_date, ground.registry, ids)
    facilities, population, left_out = _facilities(ground, book, year, counts)
    month = year.start_date[:7]
    per_day = float(series(book, "book_ins", "total")[month]) / days_in_month(book, month)
    moves = ground.moves_between(list(facilities.index))
    stays_ratio = stays_per_book_in(book)
    if counts is not None:
        days = facilities["length_of_stay_days"]
        stays = (facilities["population_start"] / days.where(days > 0)).sum()
        stays_ratio = max(1.0, float(stays) / per_day)
    volume = volume_ratio(ground, facilities)
    counted = (moves.direct + moves.through) * np.sqrt(np.outer(volume, volume))
    flows = balance(facilities, per_day, stays_ratio, counted)
    homes = staff_homes(facilities, ground.world.counties)
    needed = (
        set(facilities["county_fips"])
        | set(homes["county_fips"])
        | set(facilities["hospital_fips"])
    )
    needed |= set(ground.world.counties.loc[sorted(needed - {OUTSIDE}), "hospital_fips"])
    included = [fips for fips in ground.world.counties.index if fips in needed]
    counties, cases = with_outside(ground.world, included)
    own_cases = year.start_date.startswith("2020")
    if not own_cases:
        counties["case_record"] = "none"
    exits = exit_mix(book)
    people = int(facilities["population_start"].sum())
    source = ice_source_id(year.fiscal_year)
    provenance = ice_provenance(facilities, counties, ground.world, source, moves, counts)
    return System(
        name=year.name,
        title=f"U.S. immigration detention, from {year.start_date}",
        description=(
            f"{len(facilities)} facilities that held people for ICE in fiscal year "
            f"{year.fiscal_year}, "
            f"{people:,} people on {year.start_date}{'' if counts is None else counts.described}; "
            f"{moves.described}; "
            f"{stays_ratio:.2f} stays per book-in"
        ),
        start_date=year.start_date,
        record_first=f"{year.fiscal_year - 1}-10-01",
        record_last=book.through.isoformat(),
        facilities=facilities,
        population=population,
        composition=_composition(facilities, book, counts),
        counties=counties,
        staff=homes,
        flows=_flow_table(facilities, book, month, per_day, flows, exits),
        catchment=office_catchment(facilities, ground.world.counties, set(included)),
        transfers=_transfer_table(facilities, flows, moves),
        monthly=book.monthly,
        totals=book.totals,
        assumptions=assumption_table(),
        sources=pd.concat(
            [
                ice_sources(year, book.through, frozenset(provenance["source"]), counts),
                assumption_sources(),
            ]
        ),
        provenance=provenance,
        cases=cases if own_cases else cases.iloc[:0, :0],
        cases_by_state=ground.world.cases_by_state.astype("int32")
        if own_cases
        else ground.world.cases_by_state.iloc[:0, :0],
        left_out=left_out,
    )


def volume_ratio(ground: Ground, facilities: pd.DataFrame) -> np.ndarray:
    """How much busier each facility is than when moves were counted; 1 where that is not known.

    Stays per day (people / length of stay) over the mean of those of the fiscal years 2024 and
    2025, which the counts span, relative to the median facility, between 1/20 and 20.
    """
    then = ground.stays_when_counted()
    if not then:
        return np.ones(len(facilities))
    days = facilities["length_of_stay_days"]
    now = facilities["population_start"] / days.where(days > 0)
    ratio = now / pd.concat(then, axis=1).mean(axis=1).reindex(facilities.index)
    ratio = ratio.where(np.isfinite(ratio) & (ratio > 0))
    ratio = (ratio / ratio.median()).clip(1 / 20, 20)
    return ratio.fillna(1.0).to_numpy(dtype=np.float64)


def stays_per_book_in(book: IceWorkbook) -> float:
    """Stays in a facility per book-in into the system over the fiscal year, at least 1.

    Stays = sum over facilities of average population / average length of stay, per day; a stay
    that does not begin with a book-in begins with a transfer.
    """
    rows = book.facilities
    days = rows["length_of_stay_days"]
    stays = float((rows["population_average"] / days.where(days > 0)).sum())
    book_ins = series(book, "book_ins", "total")
    covered = sum(days_in_month(book, str(month)) for month in book_ins.index)
    return max(1.0, stays / (float(book_ins.sum()) / covered))


def _facilities(
    ground: Ground, book: IceWorkbook, year: IceYear, counts: DayCounts | None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Facilities, their people by custody class, and the facilities that cannot be placed."""
    rows = book.facilities.copy()
    rows.index = pd.Index(ground.ids[year.fiscal_year], name="facility_id")
    placed = place(rows, ground.hifld, ground.hospitals, ground.world.counties)
    rows, left_out = _placed(rows.join(placed), book)
    rows["near_empty"] = rows["population_average"] < NEAR_EMPTY
    kept = rows["population_average"].sum() / book.facilities["population_average"].sum()
    rows["population_start"] = _start_people(rows, book, year.start_date, float(kept))
    if counts is not None:
        rows["population_start"] = counts.people(rows["population_start"])
        rows["length_of_stay_days"] = counts.length_of_stay_days(rows["length_of_stay_days"])
        left_out = pd.concat([left_out, counts.others], ignore_index=True)
    female = rows["female_convicted"].fillna(0) + rows["female_other"].fillna(0)
    everyone = female + rows["male_convicted"].fillna(0) + rows["male_other"].fillna(0)
    rows["share_female"] = (female / everyone.where(everyone > 0)).clip(0.0, 1.0)
    if counts is not None:
        rows["share_female"] = counts.share_female(rows["share_female"])
    rows["dormitory_share"] = np.nan
    rows["custody"] = "ice"
    rows["capacity"] = _capacity(rows, ground.hifld)
    staff = np.ceil(rows["population_average"] / assumed("ice_people_per_staff"))
    rows["staff"] = staff.where(~rows["near_empty"], 0).astype("int64")
    hospitals = ground.world.counties["hospital_fips"].to_dict() | {OUTSIDE: OUTSIDE}
    rows["hospital_fips"] = rows["county_fips"].map(hospitals)
    records = []
    for facility, row in rows.iterrows():
        shares = np.array([row[name] if pd.notna(row[name]) else 0.0 for name in CLASSES])
        if shares.sum() <= 0:
            shares = np.array([0.0, 0.0, 0.0, 1.0])
        start = int(row["population_start"])
        held = whole_people(shares / shares.sum() * start, start)
        average = shares / shares.sum() * row["population_average"]
        records += [
            (facility, name, int(n), float(a))
            for name, n, a in zip(CLASSES, held, average, strict=True)
            if n or a
        ]
    population = pd.DataFrame(
        records, columns=["facility_id", "custody_class", "people_start", "people_average"]
    )
    return rows, population, left_out


def _placed(rows: pd.DataFrame, book: IceWorkbook) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Facilities with a county, and those without: they are kept out and listed.

    Raises
    ------
    InputError
        When none has a county.
    """
    lost = rows["county_fips"].isna()
    if lost.all():
        raise InputError(
            "none of the facilities can be placed in a county", where=book.file, field="Zip"
        )
    left_out = rows.loc[lost, ["name", "city", "state", "zip", "population_average"]].reset_index()
    left_out["reason"] = NOT_PLACED
    return rows[~lost].copy(), left_out if len(left_out) else pd.DataFrame()


def _start_people(rows: pd.DataFrame, book: IceWorkbook, day: str, kept: float) -> np.ndarray:
    """People on the first day: averages scaled to the daily curve, families on their own.

    ``kept`` is the share of the people of the workbook's facilities that are in these rows.
    """
    whole = kept * people_on(series(book, "average_daily_population", "total"), book.through, day)
    family = np.array(
        [
            is_family_center(name, kind)
            for name, kind in zip(rows["name"], rows["kind"], strict=True)
        ]
    )
    used = ~rows["near_empty"].to_numpy()
    averages = rows["population_average"].to_numpy(dtype=np.float64)
    result = np.zeros(len(rows), dtype=np.int64)
    in_family = 0
    curve = series(book, "average_daily_population_by_type", "FRC", required=False)
    if not len(curve):
        curve = series(book, "average_daily_population_by_type", "FSC", required=False)
    if family.any() and len(curve):
        in_family = round(people_on(curve, book.through, day))
        result[family & used] = whole_people(averages[family & used], in_family)
    rest = used & ~family if in_family or (family.any() and len(curve)) else used
    result[rest] = whole_people(averages[rest], round(whole) - in_family)
    return result


def _capacity(rows: pd.DataFrame, hifld: pd.DataFrame) -> pd.Series:
    """Beds as HIFLD gives them, where they are not fewer than the people held on average."""
    beds = (
        rows["hifld_row"]
        .map(lambda row: np.nan if pd.isna(row) else hifld["capacity"][row])
        .astype(float)
    )
    return beds.where(beds >= rows[["population_average", "population_start"]].max(axis=1))


def _composition(
    facilities: pd.DataFrame, book: IceWorkbook, counts: DayCounts | None
) -> pd.DataFrame:
    children = ASSUMPTIONS["family_child_share"]
    parts = [age_composition("*", (0.0, 0.0, 0.0))]
    for facility, row in facilities.iterrows():
        by_count = None if counts is None else counts.composition(str(facility))
        families = is_family_center(str(row["name"]), row["kind"]) and _has_families(book)
        if by_count is not None:
            parts.append(by_count)
        elif families or (facility, book.fiscal_year) in FAMILIES_AGAIN:
            parts.append(
                age_composition(str(facility), (children.value, children.low, children.high))
            )
        elif str(row["kind"]).upper() == "JUVENILE":
            parts.append(age_composition(str(facility), (1.0, 1.0, 1.0)))
    return pd.concat(parts, ignore_index=True)


def _has_families(book: IceWorkbook) -> bool:
    return any(total(book, "average_daily_population_by_type", label) for label in ("FRC", "FSC"))


def _flow_table(
    facilities: pd.DataFrame,
    book: IceWorkbook,
    month: str,
    per_day: float,
    flows: Balance,
    exits: Exits,
) -> pd.DataFrame:
    cbp_total = float(series(book, "book_ins", "CBP")[month]) / float(
        series(book, "book_ins", "total")[month]
    )
    cbp = agency_shares(flows.entries, cbp_share_of(facilities, book, month), cbp_total)
    family = np.array(
        [
            is_family_center(n, k)
            for n, k in zip(facilities["name"], facilities["kind"], strict=True)
        ]
    )
    staging = (facilities["kind"].str.upper() == "STAGING").to_numpy()
    released = np.where(family, exits.family_released_share, 0.0)
    others = ~family & ~staging
    open_exits = flows.exits[others].sum()
    left = exits.released_share * flows.exits.sum() - (released * flows.exits)[family].sum()
    released[others] = np.clip(left / open_exits if open_exits > 0 else 0.0, 0.0, 1.0)
    records: list[tuple[str, str, str, float, str]] = []
    for i, facility in enumerate(facilities.index):
        if flows.stays[i] <= 0:
            continue
        records.append(
            (facility, "book_in", "CBP", flows.entries[i] * cbp[i], "assumption:agency-mix")
        )
        records.append(
            (facility, "book_in", "ICE", flows.entries[i] * (1 - cbp[i]), "assumption:agency-mix")
        )
        for reason, share in exits.by_reason.items():
            amount = flows.exits[i] * released[i] * share
            records.append((facility, "release", reason, amount, "assumption:exit-mix"))
        records.append(
            (
                facility,
                "removal",
                "abroad",
                flows.exits[i] * (1 - released[i]),
                "assumption:exit-mix",
            )
        )
    frame = pd.DataFrame(
        records, columns=["facility_id", "flow", "detail", "people_per_day", "source"]
    )
    frame["custody"] = "ice"
    return frame[frame["people_per_day"] > 0].reset_index(drop=True)


def office_catchment(
    facilities: pd.DataFrame, everywhere: pd.DataFrame, inside: set[str], kept_share: float = 1.0
) -> pd.DataFrame:
    """Where people come from and go to: counties of the field office's states by residents.

    Counties not ``inside`` count as the rest of the country; of the others, with ``kept_share``
    below 1, the largest that hold this share of the residents.
    """
    counties = everywhere[everywhere.index != OUTSIDE]
    office = facilities["area_of_responsibility"].replace("", np.nan).fillna(facilities["state"])
    shares: dict[str, pd.Series] = {}
    for name, group in facilities.groupby(office):
        people = counties.loc[counties["state"].isin(set(group["state"])), "population"]
        if kept_share < 1:
            people = people.sort_values(ascending=False, kind="stable")
            people = people[people.cumsum().shift(fill_value=0) < kept_share * people.sum()]
        share = people[people.index.isin(inside)] / max(1, people.sum())
        share[OUTSIDE] = max(0.0, 1.0 - float(share.sum()))
        shares[str(name)] = share[share > 1e-12]
    parts = []
    columns = ["facility_id", "flow", "detail", "county_fips", "share"]
    for facility in facilities.index[facilities["population_start"] > 0]:
        share = shares[str(office[facility])]
        for flow, detail in (("book_in", "ICE"), ("release", "*")):
            given = {"facility_id": facility, "flow": flow, "detail": detail}
            parts.append(
                pd.DataFrame({**given, "county_fips": share.index, "share": share.to_numpy()})
            )
        parts.append(pd.DataFrame([(facility, "book_in", "CBP", OUTSIDE, 1.0)], columns=columns))
    table = pd.concat(parts, ignore_index=True)
    table["source"] = "assumption:catchment"
    return table


def _transfer_table(facilities: pd.DataFrame, flows: Balance, moves: MatchedMoves) -> pd.DataFrame:
    ids = np.asarray(facilities.index)
    rows, columns = np.nonzero(flows.moves > 0)
    fallback = flows.fallback[rows] | flows.fallback[columns]
    counted = moves.direct[rows, columns] >= moves.through[rows, columns]
    rule = np.where(fallback, "fallback", np.where(counted, "observed", "through"))
    return pd.DataFrame(
        {
            "from_id": ids[rows],
            "to_id": ids[columns],
            "people_per_day": flows.moves[rows, columns],
            "custody": "ice",
            "rule": rule,
        }
    )
