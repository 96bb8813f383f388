"""Collected arrays with the names of scenarios, days, places and groups: the tables of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.results import (
    AGE_DIMS,
    AGE_GROUPS,
    GROUPS,
    HOSPITALS_DIMS,
    SERIES_BY_GROUP,
    SERIES_DIMS,
    TOTALS_DIMS,
    Pieces,
    labelled,
)
from thinwalls.simulation.population.layout import REMOVED, Layout
from thinwalls.system import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from thinwalls.simulation.outputs.recorder import Recorder


def datasets(
    recorders: Sequence[Recorder], scenarios: Sequence[str], draws: int, *, lazily: bool = False
) -> tuple[xr.Dataset, xr.Dataset, xr.Dataset, xr.Dataset]:
    """Daily series, totals by place, hospital regions and ages of the first ``draws`` draws.

    The recorders have the same layout, dates and places; together they hold ``scenarios``, in
    this order.  With ``lazily`` the daily series are put together whenever they are read.
    """

    def joined(tables: Sequence[dict[str, NDArray[np.float32]]]) -> dict[str, NDArray[np.float32]]:
        if len(tables) == 1:
            return {name: array[:, :draws] for name, array in tables[0].items()}
        return {
            name: np.concatenate([table[name][:, :draws] for table in tables]) for name in tables[0]
        }

    def by_group(name: str) -> Pieces:
        series = [one._series[name] for one in recorders]
        kept = [run[:draws] for one in series for run in one.values]
        return Pieces(kept, series[0].row_of)

    first = recorders[0]
    pieces = {one.name: by_group(one.name) for one in SERIES_BY_GROUP}
    common = {
        "scenario": np.array(scenarios),
        "draw": np.arange(draws),
    }
    groups = np.array(GROUPS)
    series = labelled(
        pieces if lazily else {name: one.whole() for name, one in pieces.items()},
        dims=SERIES_DIMS,
        coords={
            **common,
            "date": first._dates,
            "place": np.array(first._places),
            "group": groups,
        },
        other=joined([one._by_place for one in recorders]),
    )
    totals = labelled(
        joined([one._totals for one in recorders]),
        dims=TOTALS_DIMS,
        coords={**common, "place": np.array(first._total_places), "group": groups},
    )
    hospitals = labelled(
        joined([one._hospitals for one in recorders]),
        dims=HOSPITALS_DIMS,
        coords={**common, "region": np.array(first._layout.regions)[first._local]},
    )
    ages = labelled(
        joined([one._ages.values for one in recorders]),
        dims=AGE_DIMS,
        coords={
            **common,
            "place": np.array(first._places),
            "group": np.array(AGE_GROUPS),
            "age": np.array(first._ages.labels),
        },
    )
    return series, totals, hospitals, ages


def places_table(layout: Layout) -> pd.DataFrame:
    """The places of a result, one row per place id."""
    system = layout.system
    facilities = system.facilities.loc[list(layout.facility_ids)]
    county_name = system.counties["name"]
    rows = pd.DataFrame(
        {
            "name": facilities["name"],
            "kind": "facility",
            "state": facilities["state"],
            "latitude": facilities["latitude"],
            "longitude": facilities["longitude"],
            "people": facilities["population_start"],
            "county": facilities["county_fips"].map(county_name),
        }
    )
    counties = system.counties.loc[list(layout.county_fips)]
    county_rows = pd.DataFrame(
        {
            "name": counties["name"],
            "kind": np.where(counties.index == OUTSIDE, "outside", "county"),
            "state": counties["state"],
            "latitude": counties["latitude"],
            "longitude": counties["longitude"],
            "people": counties["population"],
            "county": counties["name"],
        }
    )
    removed = pd.DataFrame(
        {
            "name": ["removed from the country"],
            "kind": ["removed"],
            "state": [""],
            "latitude": [np.nan],
            "longitude": [np.nan],
            "people": [0],
            "county": [""],
        },
        index=[REMOVED],
    )
    table = pd.concat([rows, county_rows, removed])
    table.index.name = "place"
    return table
