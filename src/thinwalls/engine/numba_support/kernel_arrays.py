"""Arrays of the caller as arrays of the types that the kernels were compiled for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float, Index

Scalar = TypeVar("Scalar", bound=np.generic)
Fields = TypeVar("Fields", bound=tuple[Any, ...])


def as_kernel(values: NDArray[np.generic], dtype: type[Scalar]) -> NDArray[Scalar]:
    """Contiguous, writable and of one type: what the kernels were compiled for."""
    array = np.ascontiguousarray(values, dtype=dtype)
    return array if array.flags.writeable else array.copy()


def floats(values: NDArray[np.generic]) -> Float:
    """``as_kernel`` for float64."""
    return as_kernel(values, np.float64)


def indices(values: NDArray[np.generic]) -> Index:
    """``as_kernel`` for int64."""
    return as_kernel(values, np.int64)


def laid_out(fields: Fields) -> Fields:
    """A named tuple with all its arrays contiguous and writable, whatever computed them.

    NumPy keeps the order of axes where it can, so an array computed from one with another order has
    that order, too; to a kernel this is another type, for which all of it is compiled again.
    """
    parts = (
        as_kernel(part, part.dtype.type) if isinstance(part, np.ndarray) else part
        for part in fields
    )
    return type(fields)(*parts)
