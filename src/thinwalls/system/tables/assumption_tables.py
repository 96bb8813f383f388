"""Assumptions and rules as tables of a system: what stands in place of a source, and its record."""

from __future__ import annotations

import pandas as pd

from thinwalls.common import Message
from thinwalls.system.tables.assumptions import ASSUMPTIONS


def assumption_table(*keys: str) -> pd.DataFrame:
    """The table ``assumptions`` with the entries of ``keys`` (all of them when none is given)."""
    chosen = keys or tuple(ASSUMPTIONS)
    rows = {
        key: {
            "value": ASSUMPTIONS[key].value,
            "low": ASSUMPTIONS[key].low,
            "high": ASSUMPTIONS[key].high,
            "unit": ASSUMPTIONS[key].unit,
            "meaning": ASSUMPTIONS[key].meaning,
            "rests_on": ASSUMPTIONS[key].rests_on,
        }
        for key in chosen
    }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "key"
    return frame


def assumption_sources() -> pd.DataFrame:
    """Rows of the table ``sources`` for the assumptions: ``assumption:<key>``."""
    rows = {
        f"assumption:{key}": {
            "publisher": "thinwalls",
            "title": entry.title,
            "file": None,
            "address": None,
            "date": None,
            "licence": "Apache-2.0",
            "attribution": entry.rests_on,
        }
        for key, entry in ASSUMPTIONS.items()
    }
    rows |= {
        f"assumption:{key}": {
            "publisher": "thinwalls",
            "title": text,
            "file": None,
            "address": None,
            "date": None,
            "licence": "Apache-2.0",
            "attribution": "rule of this program",
        }
        for key, text in RULES.items()
    }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "source_id"
    return frame


RULES: dict[str, str] = {
    "start-population": Message(
        "annual average of the facility, times the system's population on the start date over "
        "the sum of all "
        "facilities; the system's population is read off the smooth daily curve (cubic spline) "
        "whose monthly "
        "averages are exactly the published ones; family residential centers follow their own curve"
    ),
    "hospital": (
        "the county itself when it has intensive-care beds and wards, else the nearest county "
        "(great circle) that has both"
    ),
    "hospital-beds": (
        "the larger of the staffed beds and the intensive-care beds that the two files give; more "
        "than 5 intensive-care beds per 1,000 residents (Otero County CO, Baylor County TX) are "
        "taken for an error of the file, the other file's hold"
    ),
    "staff-gravity": (
        "staff_home_share live in the county of the facility, the others in the three counties "
        "within "
        "neighbour_miles with the largest residents / distance², in proportion to it"
    ),
    "flows-balance": (
        "stays per day = population / length of stay, scaled so that stays per book-in are "
        "those of the fiscal "
        "year; entries = stays - transfers in; exits = stays - transfers out; so that arrivals "
        "equal departures"
    ),
    "agency-mix": (
        "share arrested by CBP of those held in a facility from its share with a criminal "
        "conviction, between "
        "the system's two shares (those arrested by ICE, by CBP); shifted (log-odds) to add up "
        "to the month's book-ins"
    ),
    "exit-mix": (
        "of those who leave the system, the share released and by which reason is that of the "
        "fiscal year, "
        "separately for family residential centers; everybody else is removed; from staging "
        "facilities all are"
    ),
    "catchment": (
        "people arrested by ICE come from, and released people go to, the counties of the "
        "states in which the "
        "field office of the facility has facilities, in proportion to residents; people "
        "arrested by CBP come "
        "from the rest of the world"
    ),
    "transfer-volume": (
        "counted moves are scaled by how much busier both ends are than when they were counted: "
        "the root of the product of the two ratios of stays per day"
    ),
    "transfer-fallback": (
        "a facility without counted moves sends and receives the system's mean share of its "
        "stays, with the "
        "three nearest facilities of its field office (nearest anywhere when there are none)"
    ),
    "imputed-size": Message(
        "published population where above 0, else beds times the share in use of the kind, else a "
        "regression of log size on log area of the outline (jails: and residents of the "
        "county); all "
        "times one factor per kind so that they add up to the published national total"
    ),
    "jail-churn": (
        "people in and out per day = people / national mean stay; those sentenced go on to prison, "
        "all others are released; small and large jails alike"
    ),
    "prison-turnover": "people in and out per day = people / national mean time served",
    "jail-to-prison": (
        "whom the prisons of a state admit comes from its jails in proportion to the people they "
        "hold, matched from west to east; states without a jail admit from their counties"
    ),
    "prison-to-prison": (
        "people of state prisons move between prisons of the state that are among each other's "
        "four nearest, as many there as back, so that all prisons keep their people; prisons for "
        "men and for women are not told apart; federal prisons: none"
    ),
    "abroad": (
        "where people arrested by CBP come from: as many people as Mexico has, with the ages "
        "and the "
        "reported cases per resident of the United States"
    ),
    "not-given": "the user's table leaves it empty and no public table has it",
    "national-women": "national share of women of the kind, in every facility",
    "state-rate": (
        "cases per resident of the other counties of the state, for counties that the record "
        "leaves out"
    ),
    "territory-age": "age of the residents of the states (2018) applied to the territory",
}
"""Rules by which values are made, as named in ``provenance``."""
