"""Postal codes of the United States: city, county and middle of each."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from thinwalls.sources.places.field_offices import office_of
from thinwalls.sources.reading.states import STATES, state_code
from thinwalls.system import load_table

if TYPE_CHECKING:
    import pandas as pd

_ISLANDS = {"006": "PR", "007": "PR", "008": "VI", "009": "PR", "969": "GU"}
"""First digits of ZIP codes of territories, which the table lacks (U.S. Postal Service)."""
FOLDER = "places"
TABLE = "zip_codes"


@cache
def zip_codes() -> pd.DataFrame:
    """The packaged table: index ``zip``; columns ``city, state, county_fips, latitude, longitude``.

    The county is missing where the publisher names none that the Census Bureau knows.
    """
    return load_table(FOLDER, TABLE).set_index("zip")


@cache
def _state_by_prefix() -> dict[str, str]:
    """State of the first three digits; each belongs to one state but for a handful."""
    table = zip_codes()
    by_prefix = table["state"].groupby(table.index.str[:3])
    return {str(prefix): str(states.mode().iloc[0]) for prefix, states in by_prefix} | _ISLANDS


@cache
def _states_by_city() -> dict[str, frozenset[str]]:
    grouped = zip_codes().groupby("city")["state"]
    return {str(city): frozenset(map(str, states)) for city, states in grouped}


def zip_text(text: str) -> str | None:
    """Five digits of a ZIP code as somebody wrote it (a lost leading zero, ZIP+4), or None."""
    found = re.match(r"\s*(\d{3,9})(?:\.0+)?(?:\s*-\s*\d{0,4})?\s*\Z", text)
    if found is None:
        return None
    digits = found.group(1)
    code = digits[:-4].zfill(5) if len(digits) > 5 else digits.zfill(5)
    return code if code != "00000" else None


def state_of(state: str, zip_code: str | None, city: str, office: str) -> tuple[str, str]:
    """Postal code of a state, and what told it: the cell, the ZIP code, the city or the office.

    Parameters
    ----------
    state
        The cell: a postal code, a name, or anything else.
    zip_code
        Five digits, or None.
    city
        City as written.
    office
        Cell of the column AOR.

    Returns
    -------
    tuple
        State (empty where nothing tells it) and one of ``"", "state", "ZIP code", "city",
        "field office"``.
    """
    given = state_code(state)
    if given in STATES:
        return given, "state"
    if zip_code is not None:
        table, prefixes = zip_codes(), _state_by_prefix()
        if zip_code in table.index:
            return str(table.loc[zip_code, "state"]), "ZIP code"
        if zip_code[:3] in prefixes:
            return prefixes[zip_code[:3]], "ZIP code"
    states = _states_by_city().get(plain_city(city), frozenset())
    if len(states) == 1:
        return next(iter(states)), "city"
    seat = office_of(office)
    if seat is not None:
        return seat.state, "city" if seat.state in states else "field office"
    return "", ""


def plain_city(city: str) -> str:
    """A city in capitals, St for Saint, without marks."""
    words = re.sub(r"[^A-Z ]+", " ", city.upper().replace("'", "")).split()
    return " ".join({"SAINT": "ST", "FORT": "FT", "MOUNT": "MT"}.get(word, word) for word in words)
