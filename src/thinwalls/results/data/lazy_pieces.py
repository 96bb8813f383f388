"""One array that is kept in several pieces, put together where it is read.

A result with many draws is some hundred megabytes, of which a page reads a few rows.  Xarray reads
such an array as it reads one of a file: only what is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from xarray.backends import BackendArray
from xarray.core import indexing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NOWHERE = -1
"""Marks what no row holds."""


class Pieces(BackendArray):
    """An array [pieces, draws, days, *where], NaN where no row holds anything.

    ``pieces`` are arrays [draws, days, rows] of the same shape, ``row_of`` [*where] says which row
    holds a place (and group), or :data:`NOWHERE`.
    """

    def __init__(self, pieces: Sequence[NDArray[Any]], row_of: NDArray[np.int64]) -> None:
        self._pieces = list(pieces)
        self._row_of = row_of
        self.dtype = pieces[0].dtype
        self.shape = (len(pieces), *pieces[0].shape[:2], *row_of.shape)

    def whole(self) -> NDArray[Any]:
        """All of it."""
        return self._read((slice(None),) * len(self.shape))

    def lazily(self) -> indexing.LazilyIndexedArray:
        """As Xarray holds what it has not read yet."""
        return indexing.LazilyIndexedArray(self)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> NDArray[Any]:
        """What is asked for, read now."""
        read: NDArray[Any] = indexing.explicit_indexing_adapter(
            key, self.shape, indexing.IndexingSupport.BASIC, self._read
        )
        return read

    def _read(self, key: tuple[Any, ...]) -> NDArray[Any]:
        """``key``: an integer or a slice for every dimension."""
        which, draws, days, *where = key
        rows = np.asarray(self._row_of[tuple(where)])
        chosen = self._pieces[which] if isinstance(which, slice) else [self._pieces[which]]
        parts = [piece[draws, days] for piece in chosen]
        made = np.empty((len(parts), *parts[0].shape[:-1], *rows.shape), self.dtype)
        for n, part in enumerate(parts if parts[0].shape[-1] else ()):
            np.take(part, np.maximum(rows, 0), axis=-1, out=made[n], mode="clip")
        made[..., rows == NOWHERE] = np.nan
        return made if isinstance(which, slice) else np.asarray(made[0])
