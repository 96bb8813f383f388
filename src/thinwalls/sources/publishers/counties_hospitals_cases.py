"""Counties: residents by age, hospital beds and reported cases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Message

RENAMED = {"46113": "46102", "51515": "51019", "02270": "02158"}
"""Counties under a code no longer used: Shannon SD, Bedford city VA, Wade Hampton AK."""

STATE_RATE_FROM = 10_000
"""A county of more residents than this with no case at all until the end was reported elsewhere."""


def read_csv(path: str | Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a CSV file as text and check that ``columns`` are there.

    Raises
    ------
    InputError
        When the file is missing, a directory, empty, not text, or lacks a column.
    """
    file = Path(path)
    where = str(path)
    if file.is_dir():
        raise InputError("is a directory, a CSV file is needed", where=where)
    if not file.exists():
        raise InputError("there is no such file", where=where)
    try:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    except pd.errors.EmptyDataError as error:
        raise InputError("the file is empty", where=where) from error
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        raise InputError("is not a CSV file that can be read", where=where) from error
    for name in columns:
        if name not in frame.columns:
            raise InputError("column is missing", where=where, field=name)
    return frame


def _numbers(frame: pd.DataFrame, name: str, where: str) -> pd.Series:
    text = frame[name].str.strip()
    numbers = pd.to_numeric(text, errors="coerce")
    bad = numbers.isna() & (text != "")
    if bad.any():
        row = int(np.flatnonzero(bad.to_numpy())[0]) + 2
        raise InputError(
            "must be a number",
            where=Message("{file}, line {line}", file=where, line=row),
            field=name,
            value=text[bad].iloc[0],
        )
    return numbers


def read_counties(path: str | Path) -> pd.DataFrame:
    """Residents by age, centre and intensive-care beds of every county; index ``fips``.

    Raises
    ------
    InputError
        When the file cannot be read, a column is missing or a value is not a number.
    """
    numeric = ("population", "age_0_17", "age_18_64", "age_65_plus", "lat", "lon", "icu_beds")
    frame = read_csv(path, ("fips", "county", "state", *numeric))
    made = pd.DataFrame({"fips": frame["fips"].str.zfill(5), "state": frame["state"]})
    # The file lost one letter to an encoding error.
    made["name"] = frame["county"].str.replace("Do?a", "Doña", regex=False)
    for name in numeric:
        made[{"lat": "latitude", "lon": "longitude"}.get(name, name)] = _numbers(
            frame, name, str(path)
        )
    for name in ("population", "age_0_17", "age_18_64", "age_65_plus"):
        made[name] = made[name].astype("int64")
    return made.set_index("fips")


def read_hospitals(path: str | Path) -> pd.DataFrame:
    """Staffed beds, intensive-care beds and their occupancy by county; index ``fips``.

    Raises
    ------
    InputError
        When the file cannot be read, a column is missing or a value is not a number.
    """
    names = {
        "Staffed All Beds": "acute_beds",
        "Staffed ICU Beds": "staffed_icu_beds",
        "All Bed Occupancy Rate": "bed_occupancy",
        "ICU Bed Occupancy Rate": "icu_occupancy",
    }
    frame = read_csv(path, ("fips_code", *names))
    made = pd.DataFrame({"fips": frame["fips_code"].str.zfill(5).replace(RENAMED)})
    for theirs, ours in names.items():
        made[ours] = _numbers(frame, theirs, str(path))
    if made["fips"].duplicated().any():  # renamed counties join the one that holds their people now
        made = made.groupby("fips", as_index=False).agg(
            {
                "acute_beds": "sum",
                "staffed_icu_beds": "sum",
                "bed_occupancy": "mean",
                "icu_occupancy": "mean",
            }
        )
    return made.set_index("fips")[
        ["acute_beds", "staffed_icu_beds", "bed_occupancy", "icu_occupancy"]
    ]


def read_cases(path: str | Path) -> pd.DataFrame:
    """Cumulative reported cases; index ``fips``, one column per day (YYYY-MM-DD), as published.

    Raises
    ------
    InputError
        When the file cannot be read or a value is not a whole number.
    """
    frame = read_csv(path, ("fips",)).set_index("fips")
    frame.index = frame.index.str.zfill(5)
    days = [name for name in frame.columns if len(name) == 10 and name[4] == "-"]
    if not days:
        raise InputError("no columns named YYYY-MM-DD", where=str(path))
    made = frame[sorted(days)].apply(pd.to_numeric, errors="coerce")
    if made.isna().to_numpy().any():
        row = made.index[made.isna().any(axis=1)][0]
        raise InputError(
            "must be whole numbers", where=Message("{file}, county {county}", file=path, county=row)
        )
    counts: pd.DataFrame = made.astype("int64")
    return counts


def never_falling(cumulative: pd.DataFrame) -> pd.DataFrame:
    """Cumulative counts that never fall: a later, lower total corrects the days before it."""
    values = cumulative.to_numpy()
    corrected = np.minimum.accumulate(values[:, ::-1], axis=1)[:, ::-1]
    return pd.DataFrame(corrected, index=cumulative.index, columns=cumulative.columns)


def complete_cases(cases: pd.DataFrame, counties: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Cases of every county in ``counties``, never falling, and where each county's come from.

    Counties with more than :data:`STATE_RATE_FROM` residents and not one case are not counties
    without cases: their state reports them for districts (Utah) or together (Dukes and
    Nantucket), which the record by county leaves out.  They get the cases per resident of the
    other counties of their state ("state rate").
    """
    made = never_falling(cases.reindex(counties.index, fill_value=0))
    record = pd.Series("recorded", index=counties.index)
    silent = (made.iloc[:, -1] == 0) & (counties["population"] > STATE_RATE_FROM)
    for fips in counties.index[silent]:
        state = counties.loc[fips, "state"]
        others = counties.index[(counties["state"] == state) & ~silent]
        if not len(others):
            continue
        rate = made.loc[others].sum(axis=0) / counties.loc[others, "population"].sum()
        made.loc[fips] = np.floor(rate * counties.loc[fips, "population"]).astype("int64")
        record[fips] = "state rate"
    return made, record
