"""Outcomes of every draw: what is counted, in which place, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from thinwalls.common import InputError
from thinwalls.results.data import schema
from thinwalls.results.data.declared_outcomes import COMPARED, DECLARED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.results.data.dataset import Results
    from thinwalls.results.data.declared_outcomes import Measure

OUTCOMES = tuple(total.name for _, total in COMPARED)
"""Names of the outcomes that scenarios are compared by.

Those worked out from a daily variable are known for places that were kept day by day.
"""

UNITS = {total.name: total.units for _, total in COMPARED}


def check_asked(group: str, outcome: str, results: Results | None = None) -> None:
    """Refuse a group or outcome that there is not, in general or in ``results``.

    Raises
    ------
    InputError
        For a name that no result has, and for an outcome declared after ``results`` was made.
    """
    if group not in schema.GROUPS:
        raise InputError(
            "must be one of {names}", field="group", value=group, names=", ".join(schema.GROUPS)
        )
    if outcome not in OUTCOMES:
        raise InputError(
            "must be one of {names}", field="outcome", value=outcome, names=", ".join(OUTCOMES)
        )
    if results is not None:
        check_held(results, outcome)


def check_held(results: Results, name: str) -> None:
    """Refuse an outcome that was declared after ``results`` was made.

    Raises
    ------
    InputError
        With what to do about it.
    """
    if name in lacking(results):
        raise not_held(name)


def not_held(name: str) -> InputError:
    """What is said where a result does not hold an outcome."""
    return InputError(
        "is not in this result, which was made before it was counted: run again",
        field="outcome",
        value=name,
    )


def lacking(results: Results) -> tuple[str, ...]:
    """Names of outcomes over the whole run that a result does not hold.

    They were declared after it was made; what is worked out from a daily variable that it does
    not hold is among them.
    """
    return tuple(
        one.total.name
        for one in DECLARED
        if one.total is not None
        and (
            one.total.name not in results.totals
            if one.kept
            else one.measure.what not in results.dataset
        )
    )


def outcomes(results: Results, place: str = schema.WHOLE_SYSTEM) -> xr.Dataset:
    """Every outcome of a place that a result holds.

    Parameters
    ----------
    results
        What a run gave.
    place
        A facility, a county, or a state by its two letters: the facilities and counties in it
        together, with the outcomes only that need no daily variable.  Who moves between places of
        a state counts in each.

    Returns
    -------
    xarray.Dataset
        A variable for each outcome, with dims (scenario, draw, group), and
        ``population_at_risk``: people who were ever in the group, those of the first day and all
        who arrived.

    Raises
    ------
    InputError
        For a place that is not in the result.
    """
    dims = ("scenario", "draw", "group")
    totals = _totals(results, place)
    by_day = place in results.dataset["place"].values
    missing = lacking(results)
    found: dict[str, tuple[tuple[str, ...], Float, dict[str, str]]] = {}
    for one, total in COMPARED:
        if total.name in missing or not (one.kept or by_day):
            continue
        # Bare arrays: a sum or a type by Xarray takes longer than the arithmetic.
        if one.kept:
            values = totals[total.name].transpose(*dims).values
        else:
            series = results.dataset[one.measure.what].sel(place=place)
            values = _over_days(one.measure, series.transpose(*dims[:2], "date", dims[2]).values)
        about = {"units": total.units, "long_name": str(one.word)}
        found[total.name] = dims, values.astype(np.float64), about
    people = totals["people_ever"]
    ever = people.transpose(*dims).values.astype(np.float64)
    found["population_at_risk"] = dims, ever, dict(people.attrs)
    return xr.Dataset(
        found,
        coords={
            name: coordinate
            for name, coordinate in totals.coords.items()
            if set(coordinate.dims) <= set(dims)
        },
    )


def _over_days(measure: Measure, series: NDArray[np.float32]) -> NDArray[np.floating]:
    """[scenario, draw, group] of [scenario, draw, date, group]."""
    if measure.how == "sum of":
        return np.asarray(series.sum(axis=2, dtype=np.float64))
    return np.asarray(series.max(axis=2))


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
