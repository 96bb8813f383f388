"""How the engine's functions are compiled: to machine code, and to the same last bit.

``fastmath`` stays off and the code generator may not fuse a multiplication with an addition, so
the same source gives the same bits on every machine with IEEE 754 arithmetic.

Compiled code is cached on disk.  Numba looks only at the file of a function to tell whether what
it has cached is still good, but a kernel contains the functions that it calls; so here the cache
of every function depends on the sources of the whole engine, subfolders and all.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numba

from thinwalls.engine.numba_support.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    F = TypeVar("F", bound=Callable[..., object])
else:
    F = TypeVar("F")

_KNOWN: Final = "0.68."
"""Versions of Numba whose insides are known; with others they are tried first."""


def engine_folder() -> Path:
    """Folder of the engine, in whichever of its subfolders this module is."""
    spec = find_spec("thinwalls.engine")
    if spec is None or spec.origin is None:
        raise ImportError("thinwalls.engine has no folder, so its compiled code cannot be cached")
    return Path(spec.origin).parent


def checksum_of_sources(folder: Path) -> str:
    """Checksum of all modules in a folder and in the folders below it, and of where they are."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        total.update(name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _as_it_is(function: Callable[..., Any], _options: dict[str, Any], _stamp: str | None) -> Any:
    """Leave a function as it is, where Numba is switched off (``NUMBA_DISABLE_JIT``)."""
    return function


def _ways() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """How functions of the engine are compiled, and those outside that call them."""
    if getattr(numba.config, "DISABLE_JIT", 0):
        return _as_it_is, _as_it_is
    try:
        from thinwalls.engine.numba_support.linking import Part, whole, works
    except (ImportError, AttributeError):
        return plain, plain
    if not numba.__version__.startswith(_KNOWN) and not works():
        return plain, plain
    return Part, whole


_part, _whole = _ways()

_STAMP: Final = checksum_of_sources(engine_folder())

_OPTIONS: Final = {"nogil": True, "error_model": "numpy"}


def _compile(function: F, **options: Any) -> F:
    """Compile on first use; forceinline and nrt are always given, as callees inherit them."""
    return cast("F", _part(function, {**_OPTIONS, **options}, _STAMP))


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
    return cast("F", _whole(function, _OPTIONS, None))
