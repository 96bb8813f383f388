"""A system as a person names it: packaged or a file of their own, whole or a part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from thinwalls.system import System, load_system

if TYPE_CHECKING:
    from collections.abc import Sequence

USER_FILES = (".csv", ".xlsx")
"""Files in the form of `thinwalls template`."""


def is_file(name: str) -> bool:
    """Whether a system's name is that of a user's own file."""
    return Path(name).suffix.lower() in USER_FILES


def load_part(
    name: str,
    around: str | None,
    states: Sequence[str],
    facilities: Sequence[str] = (),
    county: str | None = None,
) -> System:
    """A packaged system, or the user's own from a CSV file or workbook, or a part of it.

    Raises
    ------
    InputError
        When there is no such system, file, facility or state.
    """
    if is_file(name):
        from thinwalls.sources.user import load_user_system

        system = load_user_system(name)
    else:
        system = load_system(name)
    if states:
        system = system.state(*states)
    if county is not None:
        system = system.county(county)
    if facilities:
        system = system.facilities_only(facilities)
    return system if around is None else system.around(around)
