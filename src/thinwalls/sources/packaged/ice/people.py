"""From a year's averages to the people held on one day, and how they come and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline

from thinwalls.common import InputError
from thinwalls.sources.reading.facility_names import words_of

if TYPE_CHECKING:
    from datetime import date

    from thinwalls.sources.reading.ice_workbook import IceWorkbook

CLASSES = ("threat_1", "threat_2", "threat_3", "threat_none")

FAMILY_CENTERS = (
    ("BERKS", "COUNTY"),
    ("KARNES", "COUNTY", "RESIDENTIAL"),
    ("SOUTH", "TEXAS", "FAMILY"),
)
"""Words of the names of the three family residential centers, from the workbooks' footnotes."""

FAMILIES_AGAIN = {("south-texas-family-residential-center-tx", 2025)}
"""Places and fiscal years with families that the workbook has under another kind: of the 109 people
held there on average in April 2025, 60 were possibly under 18 (daily records of ICE)."""

REASONS = {
    "bonded out": "bond",
    "order of recognizance": "recognizance",
    "order of supervision": "supervision",
    "paroled": "parole",
    "prosecutorial discretion": "other",
    "proceedings terminated": "other",
    "relief granted by ij": "other",
    "transfer to u.s. marshals or other agency": "other",
    "transferred": "other",
    "other": "other",
}
"""Published reasons of a release (bonds are also listed by who set them) and ours."""


def is_family_center(name: str, kind: object) -> bool:
    """Whether a facility is one of the three in which families are held."""
    words = set(words_of(name))
    listed = any(words.issuperset(center) for center in FAMILY_CENTERS)
    return listed and str(kind).upper() in ("FAMILY", "FRC", "FSC")


def series(
    book: IceWorkbook, name: str, agency: str, category: str = "total", *, required: bool = True
) -> pd.Series:
    """One monthly series, indexed by month.

    Raises
    ------
    InputError
        When it is required and not in the workbook.
    """
    table = book.monthly
    found = table[
        (table["series"] == name)
        & (table["agency"].str.casefold() == agency.casefold())
        & (table["category"].str.casefold() == category.casefold())
    ]
    if required and not len(found):
        raise InputError("is not in the workbook", where=book.file, field=f"{name} of {agency}")
    return found.set_index("month")["value"]


def total(book: IceWorkbook, name: str, agency: str, category: str = "total") -> float | None:
    """One total of the fiscal year, or None."""
    table = book.totals
    found = table[
        (table["series"] == name)
        & (table["agency"].str.casefold() == agency.casefold())
        & (table["category"].str.casefold() == category.casefold())
    ]
    return float(found["value"].iloc[0]) if len(found) else None


def daily_curve(averages: pd.Series, through: date) -> CubicSpline:
    """People per day whose averages over every month are exactly ``averages``.

    The derivative of the cubic spline through the person-days since the first month; days are
    counted from the first day of the first month.
    """
    months = [pd.Period(str(month), freq="M") for month in averages.index]
    days = np.array([month.days_in_month for month in months], dtype=np.float64)
    last = months[-1]
    if (last.year, last.month) == (through.year, through.month):
        days[-1] = through.day
    person_days = np.concatenate([[0.0], np.cumsum(averages.to_numpy(dtype=np.float64) * days)])
    ends = np.concatenate([[0.0], np.cumsum(days)])
    curve: CubicSpline = CubicSpline(ends, person_days, bc_type="natural").derivative()
    return curve


def people_on(averages: pd.Series, through: date, day: str) -> float:
    """People at noon of ``day`` on the daily curve of monthly averages, never negative."""
    first = pd.Period(str(averages.index[0]), freq="M").start_time
    when = (pd.Timestamp(day) - first).days + 0.5
    return max(0.0, float(daily_curve(averages, through)(when)))


def days_in_month(book: IceWorkbook, month: str) -> int:
    """Days of a month that the workbook covers."""
    if month == f"{book.through.year:04d}-{book.through.month:02d}":
        return book.through.day
    return pd.Period(month, freq="M").days_in_month


@dataclass(frozen=True)
class Exits:
    """Of those who leave the system: share released (adult places, family centers), by reason."""

    released_share: float
    family_released_share: float
    by_reason: dict[str, float]


def exit_mix(book: IceWorkbook) -> Exits:
    """How people left the system over the fiscal year.

    Where the workbook lists book-outs to be removed, shares are those listed; else people who
    left = book-ins + held at the first day − held at the last day, and all who were not released
    were removed.
    """
    table = book.totals
    rows = table[(table["series"] == "releases") & (table["category"] == "total")]
    counts: dict[str, float] = {}
    removed = 0.0
    for row in rows.itertuples():
        label = str(row.agency).casefold().strip()
        if label == "release to remove":
            removed += float(str(row.value))
        elif label in REASONS:
            counts[REASONS[label]] = counts.get(REASONS[label], 0.0) + float(str(row.value))
    released = sum(counts.values())
    if released <= 0:
        raise InputError("no releases by reason in the workbook", where=book.file)
    if removed <= 0:
        held = series(book, "average_daily_population", "total")
        curve = daily_curve(held, book.through)
        at_end = total(book, "currently_detained", "total") or float(curve(curve.x[-1]))
        book_ins = series(book, "book_ins", "total").sum()
        removed = max(0.0, book_ins + float(curve(0.0)) - at_end - released)
    share = released / (released + removed)
    return Exits(
        share, _family_share(book, share), {key: value / released for key, value in counts.items()}
    )


def _family_share(book: IceWorkbook, otherwise: float) -> float:
    for label in ("FRC", "FSC"):
        released = total(book, "final_releases_by_type", label)
        removals = book.totals[
            (book.totals["series"] == "removals")
            & book.totals["agency"].str.contains("with an? F[RS]C")
        ]
        if released and len(removals):
            removed = float(removals["value"].iloc[0])
            return released / (released + removed)
    return otherwise


def cbp_share_of(facilities: pd.DataFrame, book: IceWorkbook, month: str) -> np.ndarray:
    """Share of those held in each facility whom CBP arrested, from the share with a conviction.

    ``c = (convicted of ICE's − convicted here) / (convicted of ICE's − convicted of CBP's)``,
    kept within 0 and 1; half where a facility gives no criminality.
    """
    convicted: dict[str, float] = {}
    for agency in ("ICE", "CBP"):
        everyone = series(book, "average_daily_population", agency)
        those = series(book, "average_daily_population", agency, "Convicted Criminal")
        convicted[agency] = float(those[month] / everyone[month])
    here = facilities["male_convicted"].fillna(0) + facilities["female_convicted"].fillna(0)
    known = here + facilities["male_other"].fillna(0) + facilities["female_other"].fillna(0)
    share = np.where(known > 0, here / known.where(known > 0), np.nan)
    guess = (convicted["ICE"] - share) / (convicted["ICE"] - convicted["CBP"])
    return np.where(np.isfinite(guess), np.clip(guess, 0.0, 1.0), 0.5)
