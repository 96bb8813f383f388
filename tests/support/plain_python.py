"""The engine's kernels as the Python that they are written in, without the compiler.

Import this before anything of the engine, in a process of its own.  Numba then leaves functions as
they are (``NUMBA_DISABLE_JIT``), and the four functions that only a compiler can mean are replaced
by what they say.  It is some hundred times slower, so it is for tiny systems: to compare the bits
of compiled code with those of its source, and to see which lines of a kernel a test reaches.
"""

from __future__ import annotations

import os

os.environ["NUMBA_DISABLE_JIT"] = "1"

import sys
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any

import numpy as np

import thinwalls.engine
from thinwalls.engine.numba_support.stage_sets import natural_index

if TYPE_CHECKING:
    from collections.abc import Callable

# 64-bit integers wrap around, as they do when compiled.
np.seterr(over="ignore", divide="ignore", invalid="ignore")


def _lowest(word: np.uint64) -> int:
    return (int(word) & -int(word)).bit_length() - 1 if word else 64


MEANING: dict[str, Callable[..., Any]] = {
    "by_reference": lambda of: of,
    "never_inlined": lambda: None,
    "lowest_bit": _lowest,
    # Not every integer of NumPy is wide enough for the mask.
    "natural_index": lambda i: natural_index(int(i)),
}
"""What stands for a function of each name, wherever the engine imports it."""


def _replace() -> None:
    # The engine loads its modules when they are first used; here all of them are needed at once.
    for found in walk_packages(thinwalls.engine.__path__, "thinwalls.engine."):
        import_module(found.name)
    for name, module in list(sys.modules.items()):
        if name.startswith("thinwalls.engine"):
            for function, meaning in MEANING.items():
                if hasattr(module, function):
                    setattr(module, function, meaning)


_replace()
