"""One checksum for the numbers of a result, the same on every machine and in every process."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray


def checksum(*datasets: xr.Dataset) -> str:
    """SHA-256 (hexadecimal) over names, dimensions, labels and values, in sorted order.

    Every NaN counts as the same NaN and −0 as 0; byte order and memory layout do not matter.
    Attributes (texts, timestamps) are left out.
    """
    digest = hashlib.sha256()
    for position, dataset in enumerate(datasets):
        digest.update(f"dataset {position}\n".encode())
        for name in sorted(str(key) for key in dataset.variables):
            variable = dataset[name]
            head = f"{name} {variable.dims} {variable.shape}\n"
            digest.update(head.encode())
            digest.update(_canonical(variable.values))
    return digest.hexdigest()


def _canonical(values: NDArray[Any]) -> bytes:
    if values.dtype.kind == "M":
        return values.astype("datetime64[ns]").astype("<i8").tobytes()
    if values.dtype.kind == "f":
        plain = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")) + 0.0
        plain[np.isnan(plain)] = np.nan
        return plain.tobytes()
    if values.dtype.kind in "iub":
        return values.astype("<i8").tobytes()
    return "\x00".join(str(value) for value in values.ravel()).encode()
