"""What each table of a system holds, column by column."""

from __future__ import annotations

from thinwalls.system.tables.columns import Column, Schema

EVERY = "*"
"""All facilities, ages or diseases, where a table has rows for some and for all others."""

CUSTODY_CLASSES = (
    "threat_1",
    "threat_2",
    "threat_3",
    "threat_none",
    "pretrial",
    "sentenced",
)
"""On what decisions turn: the threat level that ICE assigns, or the stage of a criminal case."""

FLOWS = ("book_in", "release", "removal")

CUSTODIES = ("ice", "jail", "state", "federal", "other")
"""Custody systems: immigration detention, local jails, state and federal prisons, user's own."""

CLASSES_OF = {
    "ice": ("threat_1", "threat_2", "threat_3", "threat_none"),
    "jail": ("pretrial", "sentenced"),
    "state": ("sentenced",),
    "federal": ("sentenced",),
    "other": ("pretrial", "sentenced"),
}
"""Custody classes of the people of each custody system."""


def _text(meaning: str, *, missing: bool = False, refers_to: str = "") -> Column:
    return Column("text", meaning, missing=missing, refers_to=refers_to)


def _number(
    meaning: str,
    unit: str,
    *,
    missing: bool = False,
    high: float | None = None,
    low: float | None = 0.0,
) -> Column:
    return Column("float", meaning, unit=unit, missing=missing, low=low, high=high)


def _count(meaning: str, unit: str = "people") -> Column:
    return Column("int", meaning, unit=unit, low=0)


def _share(meaning: str, *, missing: bool = False) -> Column:
    return Column("float", meaning, unit="share", missing=missing, low=0.0, high=1.0)


_FACILITY = _text("facility", refers_to="facilities")
_COUNTY = _text("county (FIPS code)", refers_to="counties")

FACILITIES = Schema(
    "facilities",
    "One row per place where people are held.",
    {
        "name": _text("name as published"),
        "kind": _text(
            "kind as the publisher details it (CDF, DIGSA, IGSA, SPC, FAMILY, jail, prison ...)"
        ),
        "custody": _text(
            "custody systems that hold people there, comma-separated (ice, jail, state, federal)"
        ),
        "address": _text("street address", missing=True),
        "city": _text("city", missing=True),
        "state": _text("state or territory, two letters"),
        "zip": _text("ZIP code, five digits", missing=True),
        "area_of_responsibility": _text("ICE field office", missing=True),
        "county_fips": _COUNTY,
        "latitude": _number("latitude", "degrees", low=-90.0, high=90.0),
        "longitude": _number("longitude", "degrees", low=-180.0, high=180.0),
        "capacity": _number("beds", "people", missing=True),
        "guaranteed_minimum": _number(
            "beds that are paid for whether used or not", "people", missing=True
        ),
        "population_average": _number("average daily population over the record", "people"),
        "population_start": _count("people held on the start date"),
        "length_of_stay_days": _number("mean stay in this place", "days", missing=True),
        "share_female": _share("women and girls among those held", missing=True),
        "dormitory_share": _share("people who sleep in dormitories", missing=True),
        "staff": _count("people who work there"),
        "hospital_fips": _text("county to whose hospitals its people go", refers_to="counties"),
        "near_empty": Column(
            "bool", "less than one person on average: kept, holds nobody at the start"
        ),
        "placed_by": _text("how the county was found"),
    },
    index="facility_id",
)

POPULATION = Schema(
    "population",
    "People held on the start date by custody class; adds up to population_start.",
    {
        "facility_id": _FACILITY,
        "custody_class": Column("category", "custody class", allowed=CUSTODY_CLASSES),
        "people_start": _count("people on the start date"),
        "people_average": _number("average daily population over the record", "people"),
    },
    unique=("facility_id", "custody_class"),
)

COMPOSITION = Schema(
    "composition",
    "Age of those held and how many of each band are medically vulnerable; facility_id * is "
    "everywhere else.",
    {
        "facility_id": _text("facility or *"),
        "age_band": _text("age band in years, such as 0-0, 18-49 or 65+"),
        "share": _share("share of those held who are in the band"),
        "share_low": _share("lower end of the interval"),
        "share_high": _share("upper end of the interval"),
        "vulnerable_share": _share("share of the band with a chronic condition"),
        "vulnerable_low": _share("lower end of the interval"),
        "vulnerable_high": _share("upper end of the interval"),
        "source": _text("source", refers_to="sources"),
    },
    unique=("facility_id", "age_band"),
)

IMMUNITY = Schema(
    "immunity",
    "Who is immune on the first day; where no row speaks of somebody, the pathogen's own share "
    "holds.  Of several rows about the same people that holds which names the facility, else the "
    "age band, else the health, else the pathogen.",
    {
        "facility_id": _text("facility, or * for all"),
        "group": Column("category", "whose immunity it is", allowed=("detained", "staff")),
        "age_band": _text("age band of the composition, or * for all"),
        "vulnerable": Column(
            "category",
            "only those with a chronic condition, only those without, or * for all",
            allowed=(EVERY, "true", "false"),
        ),
        "pathogen": _text("name of the pathogen, or * for any"),
        "immune_share": _share("share immune, by an infection or a vaccine"),
        "low": _share("lower end of the interval", missing=True),
        "high": _share("upper end of the interval", missing=True),
        "tag": Column(
            "category",
            "how it is known",
            allowed=("seen", "seen-2", "derived", "assumption", "counted"),
        ),
        "source": _text("citation, or a plain statement that it is assumed"),
    },
    unique=("facility_id", "group", "age_band", "vulnerable", "pathogen"),
)

COUNTIES = Schema(
    "counties",
    "One row per county that holds a facility, sends staff or has the hospitals; 00000 is the "
    "rest of the country.",
    {
        "name": _text("county"),
        "state": _text("state, two letters; US for the rest"),
        "population": _count("residents"),
        "age_0_17": _count("residents under 18"),
        "age_18_64": _count("residents 18 to 64"),
        "age_65_plus": _count("residents 65 and over"),
        "latitude": _number("latitude of the centre", "degrees", low=-90.0, high=90.0),
        "longitude": _number("longitude of the centre", "degrees", low=-180.0, high=180.0),
        "acute_beds": _number("staffed hospital beds", "beds"),
        "icu_beds": _number("intensive-care beds", "beds"),
        "bed_occupancy": _share("share of staffed beds in use in a normal year"),
        "icu_occupancy": _share("share of intensive-care beds in use in a normal year"),
        "hospital_fips": _text("county to whose hospitals its people go", refers_to="counties"),
        "case_record": Column(
            "category",
            "where the county's cases come from",
            allowed=("recorded", "state rate", "none"),
        ),
    },
    index="fips",
)

STAFF = Schema(
    "staff",
    "Where the people who work in a facility live.",
    {
        "facility_id": _FACILITY,
        "county_fips": _COUNTY,
        "people": _count("staff who live in the county"),
    },
    unique=("facility_id", "county_fips"),
)

MONTHLY = Schema(
    "monthly",
    "The system month by month, exactly as published.",
    {
        "month": _text("YYYY-MM"),
        "series": _text("what is counted"),
        "agency": _text("arresting agency (ICE, CBP, total), facility type, or release reason"),
        "category": _text("criminality, or total"),
        "value": Column("float", "published value", low=0.0),
        "partial": Column("bool", "the month was not over when it was published"),
    },
    unique=("month", "series", "agency", "category"),
)

TOTALS = Schema(
    "totals",
    "Totals of the fiscal year, exactly as published.",
    {
        "fiscal_year": Column("int", "fiscal year (October to September)", low=1980, high=2100),
        "series": _text("what is counted"),
        "agency": _text("agency, facility type or reason"),
        "category": _text("criminality, or total"),
        "value": Column("float", "published value", low=0.0),
    },
    unique=("fiscal_year", "series", "agency", "category"),
)

FLOWS_TABLE = Schema(
    "flows",
    "People who enter and leave the system at each facility per day at the start; with "
    "transfers in balance.",
    {
        "facility_id": _FACILITY,
        "flow": Column("category", "kind of flow", allowed=FLOWS),
        "detail": _text(
            "arresting agency of a book-in; reason of a release; destination of a removal"
        ),
        "people_per_day": _number("people", "people per day"),
        "custody": Column(
            "category",
            "custody system whose people move (where one place holds those of several)",
            allowed=CUSTODIES,
        ),
        "source": _text("source", refers_to="sources"),
    },
    unique=("facility_id", "flow", "detail"),
)

CATCHMENT = Schema(
    "catchment",
    "Where people who are booked in come from and where released people go (shares add up to 1).",
    {
        "facility_id": _FACILITY,
        "flow": Column(
            "category", "book_in (by that agency) or release", allowed=("book_in", "release")
        ),
        "detail": _text("arresting agency; * for releases"),
        "county_fips": _COUNTY,
        "share": _share("share of the flow"),
        "source": _text("source", refers_to="sources"),
    },
    unique=("facility_id", "flow", "detail", "county_fips"),
)

TRANSFERS = Schema(
    "transfers",
    "People moved from facility to facility per day at the start.",
    {
        "from_id": _FACILITY,
        "to_id": _FACILITY,
        "people_per_day": _number("people", "people per day"),
        "custody": Column("category", "custody system whose people move", allowed=CUSTODIES),
        "rule": Column(
            "category",
            "observed = counted moves; through = counted moves by way of a place that is not "
            "in the system; "
            "fallback = nearest facilities; sentenced = from jail to prison, by the rule "
            "jail-to-prison; assumed = between prisons, by the rule prison-to-prison",
            allowed=("observed", "through", "fallback", "sentenced", "assumed"),
        ),
    },
    unique=("from_id", "to_id", "custody"),
)

DETAINERS = Schema(
    "detainers",
    "Of the book-ins by ICE at one place, those who come out of a jail or prison, per day on the "
    "first day.  They are in flows already: among the book-ins there and the releases here.",
    {
        "from_id": _FACILITY,
        "to_id": _FACILITY,
        "people_per_day": _number("people", "people per day"),
        "custody": Column("category", "custody system that they leave", allowed=CUSTODIES),
    },
    unique=("from_id", "to_id", "custody"),
)

ASSUMPTIONS = Schema(
    "assumptions",
    "Numbers that no public table gives for a facility: value, interval, what it rests on.",
    {
        "value": Column("float", "central value"),
        "low": Column("float", "lower end of the interval"),
        "high": Column("float", "upper end of the interval"),
        "unit": _text("unit"),
        "meaning": _text("what it is"),
        "rests_on": _text("citation, derivation, or a plain statement that it is assumed"),
    },
    index="key",
)

SOURCES = Schema(
    "sources",
    "Where values come from.",
    {
        "publisher": _text("publisher"),
        "title": _text("title"),
        "file": _text("file as released", missing=True),
        "address": _text("address", missing=True),
        "date": _text("date of the data", missing=True),
        "licence": _text("terms"),
        "attribution": _text("how to credit it"),
    },
    index="source_id",
)

PROVENANCE = Schema(
    "provenance",
    "Source of every value: the entry for the row and column, else for the column (row *).",
    {
        "table": _text("table"),
        "row": _text("row, or * for all rows that have no entry of their own"),
        "column": _text("column"),
        "source": _text("source", refers_to="sources"),
        "note": _text("how it was read or made", missing=True),
    },
    unique=("table", "row", "column"),
)

SCHEMAS: dict[str, Schema] = {
    schema.table: schema
    for schema in (
        FACILITIES,
        POPULATION,
        COMPOSITION,
        COUNTIES,
        STAFF,
        FLOWS_TABLE,
        CATCHMENT,
        TRANSFERS,
        DETAINERS,
        MONTHLY,
        TOTALS,
        ASSUMPTIONS,
        SOURCES,
        PROVENANCE,
    )
}
"""Every table of a system except ``cases`` (counties × days), by name."""
