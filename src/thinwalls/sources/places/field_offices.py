"""ICE's field offices (Enforcement and Removal Operations): code, city, state and county."""

from __future__ import annotations

from typing import NamedTuple


class FieldOffice(NamedTuple):
    """The seat of a field office."""

    city: str
    state: str
    county_fips: str


FIELD_OFFICES = {
    "ATL": FieldOffice("ATLANTA", "GA", "13121"),
    "BAL": FieldOffice("BALTIMORE", "MD", "24510"),
    "BOS": FieldOffice("BURLINGTON", "MA", "25017"),
    "BUF": FieldOffice("BUFFALO", "NY", "36029"),
    "CHI": FieldOffice("CHICAGO", "IL", "17031"),
    "DAL": FieldOffice("DALLAS", "TX", "48113"),
    "DEN": FieldOffice("CENTENNIAL", "CO", "08005"),
    "DET": FieldOffice("DETROIT", "MI", "26163"),
    "ELP": FieldOffice("EL PASO", "TX", "48141"),
    "HLG": FieldOffice("HARLINGEN", "TX", "48061"),
    "HOU": FieldOffice("HOUSTON", "TX", "48201"),
    "LOS": FieldOffice("LOS ANGELES", "CA", "06037"),
    "MIA": FieldOffice("MIRAMAR", "FL", "12011"),
    "NEW": FieldOffice("NEWARK", "NJ", "34013"),
    "NOL": FieldOffice("NEW ORLEANS", "LA", "22071"),
    "NYC": FieldOffice("NEW YORK", "NY", "36061"),
    "PHI": FieldOffice("PHILADELPHIA", "PA", "42101"),
    "PHO": FieldOffice("PHOENIX", "AZ", "04013"),
    "SEA": FieldOffice("SEATTLE", "WA", "53033"),
    "SFR": FieldOffice("SAN FRANCISCO", "CA", "06075"),
    "SLC": FieldOffice("WEST VALLEY CITY", "UT", "49035"),
    "SNA": FieldOffice("SAN ANTONIO", "TX", "48029"),
    "SND": FieldOffice("SAN DIEGO", "CA", "06073"),
    "SPM": FieldOffice("FORT SNELLING", "MN", "27053"),
    "WAS": FieldOffice("CHANTILLY", "VA", "51059"),
}
"""By the code of the column AOR of the workbooks; seats from ICE's list of field offices
(https://www.ice.gov/contact/field-offices)."""


def office_of(area_of_responsibility: object) -> FieldOffice | None:
    """The field office of a cell of the column AOR: its code, or the name of its city."""
    text = " ".join(str(area_of_responsibility or "").upper().split())
    text = text.removesuffix(" FIELD OFFICE")
    by_city = {
        "ST PAUL": "SPM",
        "ST. PAUL": "SPM",
        "SAINT PAUL": "SPM",
        "WASHINGTON": "WAS",
        "MIAMI": "MIA",
        "BOSTON": "BOS",
        "DENVER": "DEN",
        "SALT LAKE CITY": "SLC",
    } | {office.city: code for code, office in FIELD_OFFICES.items()}
    return FIELD_OFFICES.get(by_city.get(text, text))
