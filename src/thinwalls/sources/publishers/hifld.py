"""Homeland Infrastructure Foundation-Level Data (HIFLD): Prison Boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.common import InputError
from thinwalls.sources.publishers.counties_hospitals_cases import RENAMED
from thinwalls.sources.shapes import read_shapes

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS = {
    "FACILITYID": "hifld_id",
    "NAME": "name",
    "ADDRESS": "address",
    "CITY": "city",
    "STATE": "state",
    "ZIP": "zip",
    "TYPE": "kind",
    "STATUS": "status",
    "POPULATION": "population",
    "COUNTY": "county",
    "COUNTYFIPS": "county_fips",
    "SECURELVL": "security",
    "CAPACITY": "capacity",
    "SOURCEDATE": "source_date",
}
CONNECTICUT_REGIONS = tuple(f"09{number}0" for number in range(11, 20))
"""Planning regions, which took the place of Connecticut's counties in 2022."""

CONNECTICUT_TOWNS = {
    "BRIDGEPORT": "09001",
    "DANBURY": "09001",
    "NEWTOWN": "09001",
    "ENFIELD": "09003",
    "HARTFORD": "09003",
    "SUFFIELD": "09003",
    "MIDDLETOWN": "09007",
    "CHESHIRE": "09009",
    "NEW HAVEN": "09009",
    "NIANTIC": "09011",
    "UNCASVILLE": "09011",
    "SOMERS": "09013",
    "BROOKLYN": "09015",
    "PLAINFIELD": "09015",
}
"""County of the Connecticut towns with a facility: the county tables still use counties."""

_NUMBERS = ("population", "capacity", "latitude", "longitude", "hectares")
_MISSING = ("-999", "", "NOT AVAILABLE")


def read_hifld(path: str | Path) -> pd.DataFrame:
    """Read every facility; the publisher's -999 and NOT AVAILABLE become missing values.

    Raises
    ------
    InputError
        When the file cannot be read or a column is missing.
    """
    frame = read_shapes(path)
    absent = [name for name in _COLUMNS if name not in frame.columns]
    if absent:
        raise InputError("column is missing", where=str(path), field=absent[0])
    made = frame[[*_COLUMNS, "latitude", "longitude", "hectares"]].rename(columns=_COLUMNS)
    texts = [name for name in made.columns if name not in _NUMBERS]
    for name in texts:
        made[name] = made[name].where(~made[name].isin(_MISSING))
    for name in ("population", "capacity"):
        numbers = pd.to_numeric(made[name], errors="coerce")
        made[name] = numbers.where(numbers >= 0)
    made["county_fips"] = made["county_fips"].replace(RENAMED)
    planning_region = made["county_fips"].isin(CONNECTICUT_REGIONS)
    made.loc[planning_region, "county_fips"] = made.loc[planning_region, "city"].map(
        CONNECTICUT_TOWNS
    )
    return made
