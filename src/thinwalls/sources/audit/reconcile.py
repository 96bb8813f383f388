"""Our totals against published ones, with the differences explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.system import CLASSES_OF, OUTSIDE, load_system

if TYPE_CHECKING:
    from thinwalls.system import System

COLUMNS = ["system", "what", "ours", "published", "difference", "published_by", "why"]


def reconcile(name: str | System = "ice-2020") -> pd.DataFrame:
    """Totals of a system beside published totals: what, ours, published, difference, by whom, why.

    Raises
    ------
    InputError
        When there is no such system.
    """
    system = load_system(name) if isinstance(name, str) else name
    rows = _immigration(system) + _national(system) + _counties(system)
    table = pd.DataFrame(rows, columns=["what", "ours", "published", "published_by", "why"])
    table["difference"] = table["ours"] - table["published"]
    table.insert(0, "system", system.name)
    return table[COLUMNS]


def inventory(name: str | System = "us-2020") -> pd.DataFrame:
    """Places, people, known beds and staff of a system by custody system; territories included.

    Raises
    ------
    InputError
        When there is no such system.
    """
    system = load_system(name) if isinstance(name, str) else name
    table = system.facilities[system.facilities["population_start"] > 0]
    grouped = table.groupby("custody")
    return pd.DataFrame(
        {
            "places": grouped.size(),
            "people": grouped["population_start"].sum(),
            "places_with_known_beds": grouped["capacity"].count(),
            "known_beds": grouped["capacity"].sum().round().astype("int64"),
            "people_there": table[table["capacity"].notna()]
            .groupby("custody")["population_start"]
            .sum(),
            "staff": grouped["staff"].sum(),
        }
    ).fillna(0)


def as_markdown(table: pd.DataFrame) -> str:
    """The table of :func:`reconcile` as a table of the documentation."""

    def number(value: float) -> str:
        share = 1e-6 < abs(value) < 1
        return f"{value:,.3f}" if share else f"{round(value):,}"

    lines = [
        "| what | ours | published | difference | published by | why |",
        "|---|---|---|---|---|---|",
    ]
    for row in table.to_dict("records"):
        values = [number(float(row[name])) for name in ("ours", "published", "difference")]
        lines.append(
            f"| {row['what']} | {' | '.join(values)} | {row['published_by']} | {row['why']} |"
        )
    return "\n".join(lines) + "\n"


_Row = tuple[str, float, float, str, str]


def _monthly(system: System, series: str, agency: str) -> pd.Series:
    table = system.monthly
    rows = table[
        (table["series"] == series) & (table["agency"] == agency) & (table["category"] == "total")
    ]
    return rows.set_index("month")["value"]


def _total(system: System, series: str, agency: str) -> float | None:
    table = system.totals
    rows = table[
        (table["series"] == series) & (table["agency"] == agency) & (table["category"] == "total")
    ]
    return float(rows["value"].iloc[0]) if len(rows) else None


def _immigration(system: System) -> list[_Row]:
    if not len(system.monthly):
        return []
    rows: list[_Row] = []
    month = system.start_date[:7]
    ice = system.population["custody_class"].isin(CLASSES_OF["ice"])
    average = float(system.population.loc[ice, "people_average"].sum())
    start = float(system.population.loc[ice, "people_start"].sum())
    people = _monthly(system, "average_daily_population", "total")
    published = _total(system, "average_daily_population", "total")
    if published is not None:
        rows.append(
            (
                "immigration detention: average daily population of the year, sum of facilities",
                average,
                published,
                "ICE, table by agency",
                "the facility list leaves out places like hold rooms, hospitals and hotels, "
                "and was drawn "
                "on another day",
            )
        )
    rows.append(
        (
            f"immigration detention: people on {system.start_date}",
            start,
            float(people[month]),
            f"ICE, average of {month}",
            "the first day against the mean of its month: the daily curve rises or falls "
            "within the month; "
            "all people are laid on the listed facilities",
        )
    )
    days = pd.Period(month, freq="M").days_in_month
    flows = system.flows[system.flows["custody"] == "ice"]
    for agency in ("CBP", "ICE"):
        ours = flows[(flows["flow"] == "book_in") & (flows["detail"] == agency)][
            "people_per_day"
        ].sum()
        rows.append(
            (
                f"immigration detention: book-ins by {agency} in {month}",
                float(ours) * days,
                float(_monthly(system, "book_ins", agency)[month]),
                "ICE, book-ins by arresting agency",
                "equal by construction",
            )
        )
    released = _total(system, "releases", "total")
    leaving = flows[flows["flow"] != "book_in"]
    ours = (
        leaving.loc[leaving["flow"] == "release", "people_per_day"].sum()
        / leaving["people_per_day"].sum()
    )
    removed = _total(system, "releases", "Release to Remove")
    if released is not None and removed is not None:
        rows.append(
            (
                "immigration detention: released, share of those who leave",
                float(ours),
                1 - removed / released,
                "ICE, final book-outs other than for removal / all final book-outs",
                "from the same table: nobody is released from staging facilities, more elsewhere",
            )
        )
    elif released is not None:
        booked = _monthly(system, "book_ins", "total").sum()
        rows.append(
            (
                "immigration detention: released, share of those who leave",
                float(ours),
                released / booked,
                "ICE, final releases / book-ins of the year",
                "ours is of those who left: book-ins plus the fall (or less the rise) of the year",
            )
        )
    return rows


def _national(system: System) -> list[_Row]:
    rows: list[_Row] = []
    held = system.population.merge(
        system.facilities[["custody", "state"]], left_on="facility_id", right_index=True
    )
    held = held[~held["state"].isin(["PR", "GU", "MP", "VI"])]
    first = held["custody"].str.split(",").str[0]
    ice = held["custody_class"].isin(CLASSES_OF["ice"])
    for kind, title in (
        ("jail", "local jails"),
        ("state", "state prisons"),
        ("federal", "federal prisons"),
    ):
        published = _total(system, "national people held", kind)
        if published is None:
            continue
        of_kind = (first == kind) & (~ice | (kind == "jail"))
        rows.append(
            (
                f"people in {title}",
                float(held.loc[of_kind, "people_start"].sum()),
                published,
                "BJS" if kind == "jail" else "AP / Marshall Project; BJS",
                "scaled to it; jails with the people they hold for ICE, as BJS counts them; "
                "territories "
                "are left out on both sides; whole people",
            )
        )
    admissions = _total(system, "national admissions a year", "jail")
    if admissions is not None:
        local = system.flows[
            (system.flows["custody"] == "jail") & (system.flows["flow"] == "book_in")
        ]
        rows.append(
            (
                "admissions to local jails a year",
                float(local["people_per_day"].sum()) * 365,
                admissions,
                "BJS",
                "ours = people on the first day / mean stay; BJS counts twelve months",
            )
        )
    return rows


def _counties(system: System) -> list[_Row]:
    counties = system.counties
    abroad = (counties.index == OUTSIDE) & (counties["name"] == "abroad")
    states = counties[~counties["state"].isin(["PR", "GU", "MP", "VI"]) & ~abroad]
    rows: list[_Row] = []
    if "everywhere else" not in set(counties["name"]):
        rows.append(
            (
                "residents of the states",
                float(states["population"].sum()),
                327_167_434.0,
                "U.S. Census Bureau, 3,142 counties",
                "equal by construction",
            )
        )
    if len(system.cases) and rows:
        last = system.cases.columns[-1]
        inside = system.cases.index.isin(states.index)
        rows.append(
            (
                f"reported cases until {last}",
                float(system.cases.loc[inside, last].sum()),
                6_401_756.0,
                "JHU CSSE, sum of the counties",
                "more by the counties that the record leaves out and that get their state's "
                "rate (Utah's "
                "districts; Dukes and Nantucket); where such counties are in the rest of the "
                "country too",
            )
        )
    beds = float(states["icu_beds"].sum())
    if rows:
        rows.append(
            (
                "intensive-care beds of the states",
                beds,
                86_814.0,
                "CovidCareMap, sum of hospitals (79,658 in its county file)",
                "ours are Kaiser Health News' (74,787 in 1,476 counties), from cost reports, "
                "without "
                "hospitals that file none",
            )
        )
    return rows
