"""Checks that a result has the shape it promises; an error names what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from thinwalls.common import Message, RunError
from thinwalls.results.data import schema
from thinwalls.results.data.declared_outcomes import BY_AGE, SERIES_BY_GROUP, TOTALS
from thinwalls.results.data.first_variables import first_variables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    import xarray as xr


class Parts(Protocol):
    """What a result consists of, as far as it is checked."""

    @property
    def dataset(self) -> xr.Dataset:
        """Series by day."""

    @property
    def totals(self) -> xr.Dataset:
        """Counts at the end."""

    @property
    def hospitals(self) -> xr.Dataset:
        """Beds by region."""

    @property
    def ages(self) -> xr.Dataset | None:
        """Counts by age, where they were kept."""

    @property
    def parameters(self) -> xr.Dataset:
        """Drawn parameters."""

    @property
    def places(self) -> pd.DataFrame:
        """Facilities and counties by id."""

    @property
    def assumptions(self) -> Sequence[Mapping[str, Any]]:
        """What was assumed."""


def check_consistency(results: Parts) -> None:
    """Raise :class:`~thinwalls.common.errors.RunError` for the first thing that does not fit."""
    for problem in _problems(results):
        raise RunError.of(problem, where="results")


def _problems(results: Parts) -> list[Message]:
    found = [
        *_variables("dataset", results.dataset, SERIES_BY_GROUP, schema.SERIES_DIMS),
        *_variables("dataset", results.dataset, schema.SERIES_BY_PLACE, schema.PLACE_DIMS),
        *_variables("totals", results.totals, TOTALS, schema.TOTALS_DIMS),
        *_variables("hospitals", results.hospitals, schema.HOSPITALS, schema.HOSPITALS_DIMS),
    ]
    if results.ages is not None:
        found += _variables("ages", results.ages, BY_AGE, schema.AGE_DIMS)
    if found:
        return found
    found += _labels(results)
    found += _dates(results.dataset)
    for name, variable in results.parameters.data_vars.items():
        if variable.dims != ("draw",):
            found.append(
                Message(
                    "parameters.{name} has dims {dims}, not ('draw',)",
                    name=name,
                    dims=variable.dims,
                )
            )
    missing = [name for name in schema.PLACE_COLUMNS if name not in results.places.columns]
    if missing:
        found.append(Message("places has no column {name}", name=repr(missing[0])))
    for record in results.assumptions:
        absent = [key for key in schema.ASSUMPTION_KEYS if key not in record]
        if absent:
            found.append(
                Message(
                    "assumption {name} has no {key}",
                    name=repr(record.get("name")),
                    key=repr(absent[0]),
                )
            )
    return found


def _variables(
    where: str,
    dataset: xr.Dataset,
    expected: tuple[schema.Variable, ...],
    dims: tuple[str, ...],
) -> list[Message]:
    found: list[Message] = []
    always = first_variables()[where]
    for one in expected:
        if one.name not in dataset.data_vars:
            if one.name in always:
                found.append(
                    Message("{table} has no variable {name}", table=where, name=repr(one.name))
                )
        elif dataset[one.name].dims != dims:
            found.append(
                Message(
                    "{table}.{name} has dims {dims}, not {expected}",
                    table=where,
                    name=one.name,
                    dims=dataset[one.name].dims,
                    expected=dims,
                )
            )
        elif dataset[one.name].dtype.kind != "f":
            found.append(
                Message(
                    "{table}.{name} is {dtype}, not a float",
                    table=where,
                    name=one.name,
                    dtype=dataset[one.name].dtype,
                )
            )
    return found


def _labels(results: Parts) -> list[Message]:
    found: list[Message] = []
    parts = {"totals": results.totals, "hospitals": results.hospitals, "ages": results.ages}
    for where, dataset in parts.items():
        if dataset is None:
            continue
        for name in ("scenario", "draw"):
            if not np.array_equal(dataset[name].values, results.dataset[name].values):
                found.append(
                    Message("{table}.{name} differs from dataset.{name}", table=where, name=name)
                )
    if results.parameters.sizes.get("draw", 0) != results.dataset.sizes["draw"] and len(
        results.parameters.data_vars
    ):
        found.append(Message("parameters.draw differs from dataset.draw"))
    for where, dataset in (("dataset", results.dataset), ("totals", results.totals)):
        for name in ("scenario", "draw", "place", "group"):
            labels = dataset[name].values
            if len(labels) == 0:
                found.append(Message("{table}.{name} is empty", table=where, name=name))
            if len(set(labels.tolist())) != len(labels):
                found.append(
                    Message("{table}.{name} has the same label twice", table=where, name=name)
                )
        if schema.WHOLE_SYSTEM not in dataset["place"].values:
            found.append(
                Message("{table}.place has no {name}", table=where, name=repr(schema.WHOLE_SYSTEM))
            )
        absent = [group for group in schema.GROUPS if group not in dataset["group"].values]
        if absent:
            found.append(Message("{table}.group has no {name}", table=where, name=repr(absent[0])))
    return found


def _dates(dataset: xr.Dataset) -> list[Message]:
    dates = dataset["date"].values
    if dates.dtype.kind != "M":
        return [Message("dataset.date is not a date")]
    if len(dates) > 1 and not np.all(np.diff(dates) == np.timedelta64(1, "D")):
        return [Message("dataset.date does not go day by day")]
    return []
