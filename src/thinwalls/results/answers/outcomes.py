"""Outcomes of every draw: what is counted, in which place, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from thinwalls.common import InputError
from thinwalls.results.data import schema

if TYPE_CHECKING:
    from thinwalls.results.data.dataset import Results

COUNTED = (
    "infections",
    "cases",
    "admissions",
    "icu_admissions",
    "deaths",
    "years_lost",
    "unable_days",
    "infected_removed",
    "infected_transferred",
)
"""Outcomes that every place has, for the groups that can have them."""

FROM_SERIES = ("icu_days", "peak_icu", "peak_beds", "peak_prevalence")
"""Outcomes that need the daily series, so only places for which it was kept have them."""

OUTCOMES = COUNTED + FROM_SERIES

UNITS = {
    **dict.fromkeys(COUNTED, "people"),
    "years_lost": "years",
    "unable_days": "person days",
    "icu_days": "bed days",
    "peak_icu": "beds",
    "peak_beds": "beds",
    "peak_prevalence": "people",
}

LONG_NAMES = {
    "infections": "infections",
    "cases": "detected cases",
    "admissions": "hospital admissions",
    "icu_admissions": "intensive-care admissions",
    "deaths": "deaths",
    "years_lost": "years of life lost",
    "unable_days": "days of staff unable to work",
    "infected_removed": "infected people removed from the country",
    "infected_transferred": "infected people transferred out",
    "icu_days": "days in intensive care",
    "peak_icu": "highest number of intensive-care beds in use",
    "peak_beds": "highest number of hospital beds in use",
    "peak_prevalence": "highest number of people infected at once",
}


def check_asked(group: str, outcome: str) -> None:
    """Raise :class:`~thinwalls.common.errors.InputError` for a group or outcome that no result has."""
    if group not in schema.GROUPS:
        raise InputError(
            "must be one of {names}", field="group", value=group, names=", ".join(schema.GROUPS)
        )
    if outcome not in OUTCOMES:
        raise InputError(
            "must be one of {names}", field="outcome", value=outcome, names=", ".join(OUTCOMES)
        )


def outcomes(results: Results, place: str = schema.WHOLE_SYSTEM) -> xr.Dataset:
    """Every outcome of ``place`` with dims (scenario, draw, group).

    A place is a facility, a county, or a state by its two letters: the facilities and counties
    in it together, with the counted outcomes only. ``population_at_risk`` is the number of people
    who were ever in the group: those of the first day and all who arrived; who moves between
    places of a state counts in each. Raises :class:`~thinwalls.common.errors.InputError` for a place
    that is not in the result.
    """
    dims = ("scenario", "draw", "group")
    totals = _totals(results, place)
    # Bare arrays: a sum or a type by Xarray takes longer than the arithmetic.
    found = {name: totals[name].transpose(*dims).values.astype(np.float64) for name in COUNTED}
    found["population_at_risk"] = totals["people_ever"].transpose(*dims).values.astype(np.float64)
    if place in results.dataset["place"].values:
        by_day = ("scenario", "draw", "date", "group")
        series = {
            name: results.dataset[name].sel(place=place).transpose(*by_day).values
            for name in ("icu_beds", "hospital_beds", "prevalence")
        }
        found["icu_days"] = series["icu_beds"].sum(axis=2, dtype=np.float64)
        found["peak_icu"] = series["icu_beds"].max(axis=2).astype(np.float64)
        found["peak_beds"] = series["hospital_beds"].max(axis=2).astype(np.float64)
        found["peak_prevalence"] = series["prevalence"].max(axis=2).astype(np.float64)
    about = {name: {"units": UNITS[name], "long_name": LONG_NAMES[name]} for name in OUTCOMES}
    about["population_at_risk"] = dict(totals["people_ever"].attrs)
    return xr.Dataset(
        {name: (dims, values, about[name]) for name, values in found.items()},
        coords={
            name: coordinate
            for name, coordinate in totals.coords.items()
            if set(coordinate.dims) <= set(dims)
        },
    )


def _totals(results: Results, place: str) -> xr.Dataset:
    """Totals of a place, or of all places of a state."""
    known = results.totals["place"].values
    if place in known:
        return results.totals.sel(place=place).drop_vars("place")
    places = results.places.index[results.places["state"] == place]
    here = [one for one in known if one in set(places)]
    if not here:
        raise InputError(
            "no such place or state in this result; see results.places", field="place", value=place
        )
    return results.totals.sel(place=here).astype(np.float64).sum("place", skipna=False)
