"""Saving and loading a result: one zarr directory, and a table that a spreadsheet opens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from thinwalls.common import Message

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = "thinwalls results"
_PARTS = ("dataset", "totals", "hospitals", "parameters")
_AGES = "ages"
_AGES_CHECKSUM = "ages_checksum"
_TEMPLATE, _VALUES = "template", "values"
"""How a message with values is kept, so that it can be said in another language."""


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
    if isinstance(value, Message) and value.values:
        return {_TEMPLATE: value.template, _VALUES: _plain(dict(value.values))}
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def _told(value: Any) -> Any:
    """What ``_plain`` made, with its messages as they were."""
    if isinstance(value, dict):
        made = {key: _told(item) for key, item in value.items()}
        if made.keys() == {_TEMPLATE, _VALUES}:
            return Message.given(made[_TEMPLATE]).filled(**made[_VALUES])
        return made
    return [_told(item) for item in value] if isinstance(value, list) else value
