"""How the engine's functions are compiled: without the interpreter, without the wish for speed
over the last bit.

``fastmath`` stays off and the code generator may not fuse a multiplication with an addition, so
the same source gives the same bits on every machine with IEEE 754 arithmetic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    F = TypeVar("F", bound=Callable[..., object])
else:
    F = TypeVar("F")


def compiled(function: F) -> F:
    """Compile a function with Numba: no interpreter lock, cached on disk, IEEE division."""
    return cast(
        "F",
        njit(nogil=True, cache=True, error_model="numpy", forceinline=False)(function),
    )


def kernel(function: F) -> F:
    """Like :func:`compiled`, for functions that allocate nothing.

    Without reference counts a tuple of a hundred arrays costs next to nothing to pass on, for the
    compiler (2 minutes become seconds) and in every call.
    """
    options: dict[str, Any] = {
        "error_model": "numpy",
        "_nrt": False,
        "forceinline": False,
    }
    return cast("F", njit(nogil=True, cache=True, **options)(function))


def inlined(function: F) -> F:
    """Like :func:`kernel`, for small functions that become part of their callers."""
    options: dict[str, Any] = {
        "error_model": "numpy",
        "_nrt": False,
        "forceinline": True,
    }
    return cast("F", njit(nogil=True, cache=True, **options)(function))
