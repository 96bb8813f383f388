"""Immunity of a place: who of those held or working there is immune on the first day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.common import InputError
from thinwalls.system.tables.columns import conform, table_at
from thinwalls.system.tables.tables import EVERY, IMMUNITY

if TYPE_CHECKING:
    from collections.abc import Collection

GIVEN = "given by the user"
_KEY = ["facility_id", "group", "age_band", "vulnerable", "pathogen"]
_YES_NO = {True: "true", False: "false", "True": "true", "False": "false"}


def no_immunity() -> pd.DataFrame:
    """The table of a system that leaves immunity to the pathogen."""
    return pd.DataFrame(columns=list(IMMUNITY.columns))


def immunity_row(
    immune_share: float,
    *,
    facility_id: str = EVERY,
    group: str = "detained",
    age_band: str = EVERY,
    vulnerable: bool | str = EVERY,
    low: float | None = None,
    high: float | None = None,
    pathogen: str = EVERY,
    source: str = GIVEN,
    tag: str = "assumption",
) -> pd.DataFrame:
    """One row of the table ``immunity``.

    Raises
    ------
    InputError
        When a share is no share, or the interval does not hold it.
    """
    for name, value in (("immune_share", immune_share), ("low", low), ("high", high)):
        if value is not None and not 0.0 <= value <= 1.0:
            raise InputError("must be a share from 0 to 1 (0.93 for 93 %)", field=name, value=value)
    row = {
        "facility_id": facility_id,
        "group": group,
        "age_band": age_band,
        "vulnerable": vulnerable,
        "pathogen": pathogen,
        "immune_share": immune_share,
        "low": np.nan if low is None else low,
        "high": np.nan if high is None else high,
        "tag": tag,
        "source": source,
    }
    return pd.DataFrame([row])


def with_rows(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The table with more rows; one about the same people takes the place of the earlier."""
    if not len(table):
        return rows
    both = pd.concat([_spelled(table), _spelled(rows)], ignore_index=True)
    return both.drop_duplicates(_KEY, keep="last").reset_index(drop=True)


def checked_immunity(
    table: pd.DataFrame, facilities: Collection[str], bands: Collection[str], where: str
) -> pd.DataFrame:
    """The table with its columns in order, refused when it cannot be.

    Parameters
    ----------
    table
        As given.
    facilities, bands
        Facilities of the system, and the age bands of its composition.
    where
        Name of the system, for errors.

    Raises
    ------
    InputError
        Names the row, the field, the value and what is allowed.
    """
    made = conform(IMMUNITY, _spelled(table), where)
    for number, row in made.iterrows():
        at = table_at(where, "immunity", number)
        place, band = str(row["facility_id"]), str(row["age_band"])
        if place != EVERY and place not in facilities:
            raise InputError(
                "is not in the table facilities (or * for all)",
                where=at,
                field="facility_id",
                value=place,
            )
        if band != EVERY and band not in bands:
            raise InputError(
                "must be * or an age band of the system: {names}",
                where=at,
                field="age_band",
                value=band,
                names=", ".join(sorted(bands)),
            )
        if row["group"] == "staff":
            for name in ("age_band", "vulnerable"):
                if row[name] != EVERY:
                    raise InputError(
                        "must be * for staff: their ages and health are not told apart",
                        where=at,
                        field=name,
                        value=row[name],
                    )
        low, share, high = (float(row[name]) for name in ("low", "immune_share", "high"))
        if np.isnan(low) != np.isnan(high):
            raise InputError(
                "low and high must both be given, or neither",
                where=at,
                field="low" if np.isnan(low) else "high",
            )
        if not np.isnan(low) and not low <= share <= high:
            raise InputError(
                "must be between low = {low} and high = {high}",
                where=at,
                field="immune_share",
                value=share,
                low=f"{low:g}",
                high=f"{high:g}",
            )
        if row["tag"] != "assumption" and not str(row["source"]).strip():
            raise InputError("must not be empty", where=at, field="source")
    return made


def _spelled(table: pd.DataFrame) -> pd.DataFrame:
    """Columns that may be left out put in, true and false as the schema spells them."""
    usual: dict[str, str | float] = {"pathogen": EVERY, "age_band": EVERY, "vulnerable": EVERY}
    usual |= {"low": np.nan, "high": np.nan, "tag": "assumption", "source": GIVEN}
    made = table.copy()
    for name, value in usual.items():
        if name not in made.columns:
            made[name] = value
        elif isinstance(value, str):
            made[name] = made[name].astype(object).where(made[name].notna(), value)
    made["vulnerable"] = [_YES_NO.get(one, one) for one in made["vulnerable"]]
    return made
