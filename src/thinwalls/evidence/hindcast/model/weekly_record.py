"""Recorded outbreaks in immigration detention: weekly cumulative cases by facility.

The file (COVID Prison Project counts as published with woodsec20/ICE-COVID-outbreaks) may be used
for research but not passed on, so it is read from the user's copy and never packaged.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Message

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.system import System


COLUMNS: Final = ("date", "facility", "state", "pop_est", "cummulative_cases", "incidence")
"""Columns that are needed; the spelling is the publisher's."""
FIRST_WEEK: Final = "2020-05-06"
LAST_FITTED_WEEK: Final = "2020-09-30"
LAST_WEEK: Final = "2021-06-16"
OUTBREAK_SHARE: Final = 0.10
"""An outbreak: cases of three weeks are at least this share of the people held."""
OUTBREAK_WEEKS: Final = 3


@dataclass(frozen=True)
class OutbreakRecord:
    """The record on a grid of weeks that end on Wednesdays.

    Values between two reports are the last one reported, so nothing is known ahead of its time.
    """

    names: tuple[str, ...]
    """[F] as in the file"""
    facility_ids: tuple[str, ...]
    """[F] of the system"""
    weeks: pd.DatetimeIndex
    """[W]"""
    cumulative: Float
    """[F, W] cases so far; NaN before the first report"""
    people: Float
    """[F, W] people held as the file estimates them; NaN before the first report"""
    left_out: tuple[str, ...]
    """Facilities of the file that are not in the system."""
    left_out_cases: int
    """Their cases up to the last week."""

    @property
    def fitted_weeks(self) -> int:
        """Weeks up to the last one that a fit may see."""
        return int((self.weeks <= pd.Timestamp(LAST_FITTED_WEEK)).sum())

    def weekly(self) -> Float:
        """[F, W] new cases per week, 0 before the first report and in its week."""
        filled = pd.DataFrame(self.cumulative.T).bfill().T.to_numpy()
        return np.asarray(np.diff(filled, axis=1, prepend=filled[:, :1]))


def read_outbreaks(path: Path, system: System) -> OutbreakRecord:
    """Read the file and match its facilities with those of a system.

    Raises
    ------
    InputError
        When the file cannot be read, misses a column, has a value that is no number, or names a
        facility that is neither in the system nor in the packaged table of names.
    """
    table = _read(path)
    names = sorted(table["facility"].unique())
    ids = _match(names, system, path)
    weeks = pd.date_range(FIRST_WEEK, LAST_WEEK, freq="7D")
    kept = [name for name in names if ids[name]]
    cumulative = np.full((len(kept), len(weeks)), np.nan)
    people = np.full_like(cumulative, np.nan)
    by_name = dict(list(table.groupby("facility")))
    for row, name in enumerate(kept):
        own = by_name[name].sort_values("date")
        # Counts that fall are corrections; like the study, new cases are never negative.
        total = own["cummulative_cases"].iloc[0] + own["incidence"].cumsum()
        last = own["date"].searchsorted(weeks, side="right") - 1
        known = last >= 0
        cumulative[row, known] = total.to_numpy()[last[known]]
        people[row, known] = own["pop_est"].to_numpy()[last[known]]
    left_out = tuple(name for name in names if not ids[name])
    return OutbreakRecord(
        names=tuple(kept),
        facility_ids=tuple(ids[name] for name in kept),
        weeks=weeks,
        cumulative=cumulative,
        people=people,
        left_out=left_out,
        left_out_cases=sum(int(by_name[name]["cummulative_cases"].max()) for name in left_out),
    )


def _read(path: Path) -> pd.DataFrame:
    where = str(path)
    try:
        table = pd.read_csv(path)
    except FileNotFoundError:
        raise InputError(
            "does not exist; get ice_weekly_cases_2020_2021.csv from the study's repository "
            "(woodsec20/ICE-COVID-outbreaks): its terms do not let us package it",
            field="--outbreaks",
            value=where,
        ) from None
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as why:
        raise InputError(
            "cannot be read as CSV ({reason})", field="--outbreaks", value=where, reason=why
        ) from None
    for column in COLUMNS:
        if column not in table.columns:
            raise InputError(
                "misses this column; needed are {names}",
                where=where,
                field=column,
                names=", ".join(COLUMNS),
            )
    table["date"] = pd.to_datetime(table["date"], errors="coerce")
    for column in ("pop_est", "cummulative_cases", "incidence"):
        table[column] = pd.to_numeric(table[column], errors="coerce")
    for column in COLUMNS:
        wrong = table[column].isna()
        if column in ("pop_est", "cummulative_cases", "incidence"):
            wrong |= table[column] < 0
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0]) + 2
            raise InputError(
                "is missing, negative or not of its type",
                where=Message("{file}, row {row}", file=where, row=row),
                field=column,
            )
    return table


def _match(names: list[str], system: System, path: Path) -> dict[str, str]:
    text = resources.files("thinwalls.evidence").joinpath("outbreak_names.toml").read_text("utf-8")
    given: dict[str, str] = tomllib.loads(text)
    found = {}
    for name in names:
        if name in given:
            found[name] = given[name]
            continue
        try:
            found[name] = system.facility(name)
        except InputError as problem:
            raise InputError.of(
                problem.problem, where=str(path), field="facility", value=name
            ) from None
    return found


def outbreak_starts(weekly: Float, people: Float) -> NDArray[np.bool_]:
    """[..., W] weeks in which an outbreak begins: three-week cases reach 10 % of the people held.

    A further outbreak begins when the share was below 10 % the week before.  By this rule the
    file has 106 outbreaks in 63 facilities; the study counts 100 in 63.
    """
    total = np.cumsum(weekly, axis=-1)
    before = np.concatenate(
        [np.zeros((*total.shape[:-1], OUTBREAK_WEEKS)), total[..., :-OUTBREAK_WEEKS]], axis=-1
    )
    share = (total - before) / np.maximum(people, 1.0)
    is_on = share >= OUTBREAK_SHARE
    earlier = np.concatenate([np.zeros((*is_on.shape[:-1], 1), bool), is_on[..., :-1]], axis=-1)
    return np.asarray(is_on & ~earlier)
