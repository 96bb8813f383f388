"""``Results``: the labelled arrays of a run with what was assumed and how it was made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr
import zarr

from thinwalls.common import InputError, RunError, whole_directory
from thinwalls.results.data import schema
from thinwalls.results.data.checksum import checksum
from thinwalls.results.data.consistency import check_consistency
from thinwalls.results.data.declared_outcomes import BY_AGE, SERIES_BY_GROUP, TOTALS
from thinwalls.results.data.first_variables import COVERED
from thinwalls.results.data.lazy_pieces import Pieces
from thinwalls.results.data.zarr_format import (
    _AGES,
    _AGES_CHECKSUM,
    _FORMAT,
    _PARTS,
    _attributes,
    _is_ours,
    _load_part,
    _places,
    _plain,
    _portable,
    _told,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Results:
    """One run: several scenarios, the same draws in each.

    ``dataset``, ``totals``, ``hospitals`` and ``parameters`` follow
    :mod:`thinwalls.results.data.schema`; ``places`` is indexed by place id. ``ages`` is what was
    counted by age (None in results saved before there was such a table). ``assumptions`` are
    records with the keys of :data:`~thinwalls.results.data.schema.ASSUMPTION_KEYS`; ``provenance``
    says with what the run was made.

    Raises
    ------
    RunError
        When the arrays do not fit the schema.
    """

    dataset: xr.Dataset
    totals: xr.Dataset
    hospitals: xr.Dataset
    parameters: xr.Dataset
    places: pd.DataFrame
    assumptions: Sequence[Mapping[str, Any]] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    ages: xr.Dataset | None = None

    def __post_init__(self) -> None:
        check_consistency(self)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios in the order given."""
        return tuple(str(name) for name in self.dataset["scenario"].values)

    @property
    def draws(self) -> int:
        """How many draws each scenario has."""
        return int(self.dataset.sizes["draw"])

    @property
    def days(self) -> int:
        """How many days were simulated."""
        return int(self.dataset.sizes["date"])

    @property
    def first_day(self) -> pd.Timestamp:
        """The day on which the run starts (a date in the dataset is the end of an interval)."""
        given = self.provenance.get("start")
        if given is not None:
            return pd.Timestamp(str(given))
        return pd.Timestamp(self.dataset["date"].values[0])

    @property
    def last_day(self) -> pd.Timestamp:
        """The last day of the run."""
        return pd.Timestamp(self.dataset["date"].values[-1])

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of every number and label; the same run gives the same text on any machine.

        Without ``ages``: a run has the same text whether or not it also counts by age.
        """
        return checksum(self.dataset, self.totals, self.hospitals, self.parameters)

    @cached_property
    def variables(self) -> dict[str, tuple[str, ...]]:
        """Names of the variables that the checksum covers, by table; parameters are all covered."""
        return {
            table: tuple(sorted(str(name) for name in getattr(self, table).data_vars))
            for table in COVERED
        }

    def only(self, variables: Mapping[str, Sequence[str]]) -> Results:
        """The result without the variables that are not named, such as outcomes of later versions.

        Parameters
        ----------
        variables
            Names by table, as :attr:`variables` gives them.

        Raises
        ------
        InputError
            When this result does not hold one of them.
        """
        for table in COVERED:
            absent = sorted(set(variables[table]) - set(self.variables[table]))
            if absent:
                raise InputError(
                    "is not in this result, which was made by another version of thinwalls",
                    field=table,
                    value=absent[0],
                )
        kept = {table: getattr(self, table)[list(variables[table])] for table in COVERED}
        return replace(self, **kept)

    def baseline_name(self, baseline: str | None = None) -> str:
        """The scenario to compare with: the first one unless named."""
        if baseline is None:
            return self.scenarios[0]
        return self.scenario_name(baseline)

    def scenario_name(self, name: str) -> str:
        """``name`` if there is such a scenario, else a clear error."""
        if name not in self.scenarios:
            allowed = ", ".join(repr(known) for known in self.scenarios)
            raise InputError(
                "no such scenario; there are {names}", field="scenario", value=name, names=allowed
            )
        return name

    def save(self, path: str, *, overwrite: bool = False) -> None:
        """Save as one zarr directory, see :func:`thinwalls.results.data.dataset.save_results`."""
        save_results(self, path, overwrite=overwrite)


def labelled(
    arrays: Mapping[str, ArrayLike | Pieces],
    *,
    dims: Sequence[str],
    coords: Mapping[str, ArrayLike],
    other: Mapping[str, ArrayLike] | None = None,
) -> xr.Dataset:
    """A dataset with units and long names from bare arrays (float32).

    ``arrays`` have the dimensions ``dims``, ``other`` the same without the last one. A variable
    of the schema that is not among ``arrays`` is filled with NaN, one in pieces is put together
    whenever it is read. ``dims`` is one of ``schema.SERIES_DIMS``, ``schema.TOTALS_DIMS``,
    ``schema.AGE_DIMS`` or ``schema.HOSPITALS_DIMS``.
    """
    whole = {
        schema.SERIES_DIMS: (SERIES_BY_GROUP, schema.SERIES_BY_PLACE),
        schema.TOTALS_DIMS: (TOTALS, ()),
        schema.AGE_DIMS: (BY_AGE, ()),
        schema.HOSPITALS_DIMS: (schema.HOSPITALS, ()),
    }
    if tuple(dims) not in whole:
        raise ValueError(f"dims {tuple(dims)} are none of {list(whole)}")
    labels = {name: np.asarray(coords[name]) for name in dims}
    if "date" in labels:
        labels["date"] = labels["date"].astype("datetime64[ns]")
    by_all, by_place = whole[tuple(dims)]
    shape = tuple(len(labels[name]) for name in dims)
    variables: dict[str, Any] = {}
    for members, given, size, names in (
        (by_all, arrays, shape, tuple(dims)),
        (by_place, other or {}, shape[:-1], tuple(dims[:-1])),
    ):
        unknown = set(given) - {one.name for one in members}
        if unknown:
            raise ValueError(f"not in the schema: {sorted(unknown)}")
        for one in members:
            values = given.get(one.name)
            filled: Any
            if values is None:
                filled = np.full(size, np.nan, np.float32)
            elif isinstance(values, Pieces):
                filled = values.lazily()
            else:
                filled = np.asarray(values, dtype=np.float32)
            attributes = {"units": one.units, "long_name": one.long_name}
            variables[one.name] = (names, filled, attributes)
    dataset = xr.Dataset(variables, coords=labels)
    if "group" in labels:
        kinds = np.array([schema.group_kind(str(group)) for group in labels["group"]])
        dataset = dataset.assign_coords(group_kind=("group", kinds))
    return dataset


def labelled_parameters(
    values: Mapping[str, ArrayLike], attributes: Mapping[str, Mapping[str, Any]]
) -> xr.Dataset:
    """Sampled parameters along ``draw`` with what each says about itself.

    ``values[name]`` has one number per draw; ``attributes[name]`` has the keys of
    :data:`thinwalls.results.data.schema.PARAMETER_ATTRIBUTES` as far as they are known.
    """
    variables = {
        name: ("draw", np.asarray(column, dtype=np.float64), dict(attributes.get(name, {})))
        for name, column in values.items()
    }
    draws = len(next(iter(variables.values()))[1]) if variables else 0
    return xr.Dataset(variables, coords={"draw": np.arange(draws)})


def save_results(results: Results, path: str | Path, *, overwrite: bool = False) -> Path:
    """Save ``results`` as the zarr directory ``path``, whole or not at all.

    Numbers are in the zarr groups ``dataset``, ``totals``, ``hospitals``, ``parameters`` and, where
    a result has them, ``ages``; places, assumptions, provenance and the checksums are in the
    attributes of the root. With
    ``overwrite`` an older result is replaced, but never a directory that is something else.
    """
    target = Path(path)
    if overwrite and target.is_dir() and not _is_ours(target):
        raise InputError("is a directory but not a thinwalls result", where=str(target))
    with whole_directory(target, replace=overwrite) as partial:
        root = zarr.open_group(str(partial), mode="w", zarr_format=3)
        root.attrs.update(
            {
                "format": _FORMAT,
                "schema_version": schema.SCHEMA_VERSION,
                "checksum": results.checksum,
                "provenance": _plain(dict(results.provenance)),
                "assumptions": _plain([dict(record) for record in results.assumptions]),
                "places": json.loads(results.places.to_json(orient="split", double_precision=15)),
            }
        )
        if results.ages is not None:
            root.attrs[_AGES_CHECKSUM] = checksum(results.ages)
        for name in (*_PARTS, *([] if results.ages is None else [_AGES])):
            part: xr.Dataset = getattr(results, name)
            _portable(part).to_zarr(
                str(partial), group=name, mode="a", zarr_format=3, consolidated=False
            )
    return target


def load_results(path: str | Path) -> Results:
    """Load what :func:`save_results` saved and check that no number has changed.

    Raises
    ------
    InputError
        When ``path`` is not such a directory, comes from another version of the layout, or
        its checksum does not fit.
    """
    target = Path(path)
    if not target.exists():
        raise InputError("does not exist", where=str(target))
    attributes = _attributes(target)
    if attributes is None:
        raise InputError("is not a thinwalls result (a zarr directory)", where=str(target))
    version = attributes.get("schema_version")
    if version != schema.SCHEMA_VERSION:
        raise InputError(
            "this version of thinwalls reads {schema_version}",
            where=str(target),
            field="schema_version",
            value=version,
            schema_version=schema.SCHEMA_VERSION,
        )
    try:
        parts = {name: _load_part(target, name) for name in _PARTS}
        places = _places(attributes["places"])
        results = Results(
            **parts,
            places=places,
            assumptions=attributes["assumptions"],
            provenance=_told(attributes["provenance"]),
            ages=_load_part(target, _AGES) if _AGES_CHECKSUM in attributes else None,
        )
    except (KeyError, ValueError, OSError, RunError) as error:
        raise InputError("is damaged: {reason}", where=str(target), reason=error) from error
    ages = None if results.ages is None else checksum(results.ages)
    if (results.checksum, ages) != (attributes["checksum"], attributes.get(_AGES_CHECKSUM)):
        raise InputError("is damaged: its numbers do not fit its checksum", where=str(target))
    return results
