"""Saving and loading a result: one zarr directory, and a table that a spreadsheet opens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from thinwalls.common.atomic_files import directory_whole
from thinwalls.common.errors import InputError, RunError
from thinwalls.results import schema
from thinwalls.results.checksum import checksum
from thinwalls.results.dataset import Results

_FORMAT = "thinwalls results"
_PARTS = ("dataset", "totals", "hospitals", "parameters")
_AGES = "ages"
_AGES_CHECKSUM = "ages_checksum"


def save_results(results: Results, path: str | Path, *, overwrite: bool = False) -> Path:
    """Save ``results`` as the zarr directory ``path``, whole or not at all.

    Numbers are in the zarr groups ``dataset``, ``totals``, ``hospitals``, ``parameters`` and, where
    a result has them, ``ages``; places, assumptions, provenance and the checksums are in the
    attributes of the root. With
    ``overwrite`` an older result is replaced, but never a directory that is something else.
    """
    import zarr

    target = Path(path)
    if overwrite and target.is_dir() and not _is_ours(target):
        raise InputError("is a directory but not a thinwalls result", where=str(target))
    with directory_whole(target, replace=overwrite) as partial:
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

    Raises :class:`~thinwalls.common.errors.InputError` when ``path`` is not such a directory, comes
    from another version of the layout, or its checksum does not fit.
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
            f"this version of thinwalls reads {schema.SCHEMA_VERSION}",
            where=str(target),
            field="schema_version",
            value=version,
        )
    try:
        parts = {name: _load_part(target, name) for name in _PARTS}
        places = _places(attributes["places"])
        results = Results(
            **parts,
            places=places,
            assumptions=attributes["assumptions"],
            provenance=attributes["provenance"],
            ages=_load_part(target, _AGES) if _AGES_CHECKSUM in attributes else None,
        )
    except (KeyError, ValueError, OSError, RunError) as error:
        raise InputError(f"is damaged: {error}", where=str(target)) from error
    ages = None if results.ages is None else checksum(results.ages)
    if (results.checksum, ages) != (attributes["checksum"], attributes.get(_AGES_CHECKSUM)):
        raise InputError("is damaged: its numbers do not fit its checksum", where=str(target))
    return results


def _load_part(target: Path, name: str) -> xr.Dataset:
    with xr.open_zarr(
        str(target), group=name, zarr_format=3, consolidated=False, chunks=None
    ) as stored:
        loaded: xr.Dataset = stored.load()
    for key in list(loaded.variables):
        if loaded[key].dtype.kind in "TO":
            loaded[key] = loaded[key].copy(data=np.array(loaded[key].values.tolist(), dtype=str))
    return loaded


def _portable(part: xr.Dataset) -> xr.Dataset:
    """The same dataset with texts of any length, the only kind of text that zarr 3 specifies."""
    part = part.copy()
    for key in list(part.variables):
        if part[key].dtype.kind in "UO":
            part[key] = part[key].copy(data=part[key].values.astype(np.dtypes.StringDType()))
        part[key].encoding = {}
        part[key].attrs = _plain(part[key].attrs)
    return part


def _attributes(target: Path) -> dict[str, Any] | None:
    try:
        content = json.loads((target / "zarr.json").read_text(encoding="utf-8"))
        attributes = content["attributes"]
        return dict(attributes) if attributes.get("format") == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_ours(target: Path) -> bool:
    return _attributes(target) is not None


def _places(split: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(split["data"], columns=split["columns"], index=split["index"])
    frame.index = frame.index.astype(str)
    frame.index.name = "place"
    return frame


def _plain(value: Any) -> Any:
    """``value`` with plain types only, as JSON knows them."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)
