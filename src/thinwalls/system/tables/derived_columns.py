"""Rules that fill what tables leave open: whole people, hospitals in reach, where staff live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.system.tables.assumptions import assumed
from thinwalls.system.tables.columns import OUTSIDE
from thinwalls.system.tables.distances import miles_between

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

NEIGHBOURS = 3
"""Counties, beside the facility's own, in which staff live."""


def whole_people(amounts: ArrayLike, total: int | None = None) -> NDArray[np.int64]:
    """Round to whole numbers that add up to ``total`` (default: the rounded sum).

    Largest remainder: everybody gets the whole part, the rest go to the largest fractions; ties to
    the earlier entry.  Nobody gets anything when all amounts are 0.
    """
    values = np.asarray(amounts, dtype=np.float64)
    if values.sum() <= 0:
        return np.zeros(len(values), dtype=np.int64)
    wanted = round(float(values.sum())) if total is None else int(total)
    if total is not None:
        shares = values / values.max()
        values = shares / shares.sum() * wanted
    down = np.floor(values + 1e-9).astype(np.int64)
    missing = wanted - int(down.sum())
    order = np.argsort(-(values - down), kind="stable")
    if missing > 0:
        down[order[:missing]] += 1
    elif missing < 0:
        positive = [i for i in order[::-1] if down[i] > 0]
        down[positive[:-missing]] -= 1
    return down


def hospital_county(counties: pd.DataFrame) -> pd.Series:
    """County whose hospitals the people of each county use.

    The county itself when it has intensive care and wards, else the nearest that has both.  A
    county whose intensive-care beds are all of its beds has its wards elsewhere: two sources count
    one hospital in different counties.
    """
    both = (counties["icu_beds"] > 0) & (counties["acute_beds"] > counties["icu_beds"])
    has = counties.index[both & (counties.index != OUTSIDE)]
    chosen = pd.Series(counties.index, index=counties.index, dtype="str")
    without = counties.index[~counties.index.isin(has) & (counties.index != OUTSIDE)]
    if len(without) and len(has):
        distance = miles_between(
            counties.loc[without, "latitude"],
            counties.loc[without, "longitude"],
            counties.loc[has, "latitude"],
            counties.loc[has, "longitude"],
        )
        chosen[without] = np.asarray(has)[distance.argmin(axis=1)]
    return chosen


def staff_homes(facilities: pd.DataFrame, counties: pd.DataFrame) -> pd.DataFrame:
    """Counties in which the staff of each facility live (whole people).

    ``staff_home_share`` of them in the county of the facility, the others in the three counties
    within ``neighbour_miles`` that pull most (residents / distance²).
    """
    inside = counties[counties.index != OUTSIDE]
    home_share = assumed("staff_home_share")
    reach = assumed("neighbour_miles")
    distance = miles_between(
        facilities["latitude"], facilities["longitude"], inside["latitude"], inside["longitude"]
    )
    fips = np.asarray(inside.index)
    people = inside["population"].to_numpy(dtype=np.float64)
    records: list[tuple[str, str, int]] = []
    for i, (facility, row) in enumerate(facilities.iterrows()):
        if not row["staff"]:
            continue
        home = str(row["county_fips"])
        pull = np.where(
            (distance[i] <= reach) & (fips != home), people / np.maximum(distance[i], 5.0) ** 2, 0.0
        )
        chosen = np.argsort(-pull, kind="stable")[:NEIGHBOURS]
        chosen = chosen[pull[chosen] > 0]
        if len(chosen) and home != OUTSIDE:
            shares = np.concatenate(
                [[home_share], (1 - home_share) * pull[chosen] / pull[chosen].sum()]
            )
            names = [home, *fips[chosen]]
        else:
            shares, names = np.array([1.0]), [home]
        counts = whole_people(shares * float(row["staff"]), int(row["staff"]))
        records += [
            (str(facility), str(name), int(n)) for name, n in zip(names, counts, strict=True) if n
        ]
    return pd.DataFrame(records, columns=["facility_id", "county_fips", "people"])
