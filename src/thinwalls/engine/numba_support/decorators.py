"""How the engine's functions are compiled: without the interpreter, without the wish for speed
over the last bit.

``fastmath`` stays off and the code generator may not fuse a multiplication with an addition, so
the same source gives the same bits on every machine with IEEE 754 arithmetic.

Compiled code is cached on disk.  Numba looks only at the file of a function to tell whether what
it has cached is still good, but a kernel contains the functions that it calls; so here the cache
of every function depends on the sources of the whole engine.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from thinwalls.engine.numba_support.linking import Part, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    F = TypeVar("F", bound=Callable[..., object])
else:
    F = TypeVar("F")


def _sources() -> str:
    """Checksum of all modules of the engine."""
    total = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


_STAMP: Final = _sources()


_OPTIONS: Final = {"nogil": True, "error_model": "numpy"}


def _compile(function: F, **options: Any) -> F:
    """Compile on first use; forceinline and nrt are always given, as callees inherit them."""
    return cast("F", Part(function, {**_OPTIONS, **options}, _STAMP))


def compiled(function: F) -> F:
    """Compile a function with Numba: no interpreter lock, cached on disk, IEEE division."""
    return _compile(function, forceinline=False)


def kernel(function: F) -> F:
    """Like :func:`compiled`, for functions that allocate nothing.

    Without reference counts a tuple of a hundred arrays costs next to nothing to pass on, for the
    compiler (2 minutes become seconds) and in every call.
    """
    return _compile(function, forceinline=False, _nrt=False)


def inlined(function: F) -> F:
    """Like :func:`kernel`, for small functions that become part of their callers."""
    return _compile(function, forceinline=True, _nrt=False)


def standalone(function: F) -> F:
    """Compile a function outside of the engine that calls functions of the engine; not cached."""
    return cast("F", whole(function, _OPTIONS, None))
