"""Functions compiled by Numba in its ordinary way: right with every version, but slow to compile.

This is what is left where Numba's insides are not those that
:mod:`thinwalls.engine.numba_support.linking` knows.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable


def plain(function: Callable[..., Any], options: dict[str, Any], stamp: str | None) -> Any:
    """Compile a function for Python and for other compiled functions.

    It is cached on disk as long as the stamp is the same, and not without one.
    """
    # Some of the options are Numba's, but not in the types that it publishes.
    decorate: Any = njit(**options)
    return decorate(function) if stamp is None else cached(lambda: decorate(function), stamp)


def cached(make: Callable[[], Any], stamp: str) -> Any:
    """Compiled function whose code on disk is good for as long as the stamp is the same.

    Numba would look at the file of the function alone.  Where the stamp cannot be set nothing is
    cached: to compile again is slow, to run what was compiled from other sources is wrong.
    """
    dispatcher = make()
    dispatcher.enable_caching()
    file: Any = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if not hasattr(file, "_source_stamp"):
        return make()
    file._source_stamp = stamp
    return dispatcher
