"""One checksum for the numbers of a result, the same on every machine and in every process."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from numpy.typing import NDArray

_PART = 2**17
"""Numbers that are hashed at a time."""


def checksum(*datasets: xr.Dataset) -> str:
    """SHA-256 (hexadecimal) over names, dimensions, labels and values, in sorted order.

    Every NaN counts as the same NaN and −0 as 0; byte order and memory layout do not matter.
    Attributes (texts, timestamps) are left out.
    """
    digest = hashlib.sha256()
    for position, dataset in enumerate(datasets):
        digest.update(f"dataset {position}\n".encode())
        for name in sorted(str(key) for key in dataset.variables):
            variable = dataset.variables[name]
            head = f"{name} {variable.dims} {variable.shape}\n"
            digest.update(head.encode())
            for part in _parts(variable.values):
                digest.update(_canonical(part))
    return digest.hexdigest()


def _parts(values: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Numbers in order, in pieces that stay in the cache while they are worked on."""
    if values.dtype.kind != "f":
        yield values
        return
    line = values.reshape(-1)
    for begin in range(0, len(line), _PART):
        yield line[begin : begin + _PART]


def _canonical(values: NDArray[Any]) -> memoryview | bytes:
    if values.dtype.kind == "M":
        return np.ascontiguousarray(values.astype("datetime64[ns]").astype("<i8")).data
    if values.dtype.kind == "f":
        little = values.dtype.newbyteorder("<")
        plain: NDArray[Any] = np.add(values, 0.0, dtype=values.dtype).astype(little, copy=False)
        np.copyto(plain, np.nan, where=np.isnan(plain))
        return plain.data
    if values.dtype.kind in "iub":
        return np.ascontiguousarray(values.astype("<i8")).data
    return "\x00".join(str(value) for value in values.ravel()).encode()
