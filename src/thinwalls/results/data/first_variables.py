"""The variables that every result of this layout has; outcomes declared since came later.

A result or a record that does not say what it covers covers these.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

COVERED = ("dataset", "totals", "hospitals")
"""Tables of outcomes that the checksum of a result covers."""


@lru_cache
def first_variables() -> dict[str, tuple[str, ...]]:
    """Names of the variables by table, those of the first results of this layout."""
    text = (files("thinwalls.results") / "first_variables.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    return {table: tuple(names) for table, names in content.items()}
