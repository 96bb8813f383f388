"""A system as a person names it: packaged or a file of their own, whole or a part, housed how."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from thinwalls.common import InputError, TypedRecord
from thinwalls.system import System, load_system

USER_FILES = (".csv", ".xlsx", ".xls", ".ods")
"""Files in the form of `thinwalls template`."""


class Named(TypedRecord):
    """What leads to a system: a name or a file, a part of it, and how people are housed.

    Fields that are not given change nothing.
    """

    name: str
    """packaged name, or path of the user's own CSV file or workbook"""
    around: str | None = None
    states: tuple[str, ...] = ()
    county: str | None = None
    facilities: tuple[str, ...] = ()
    housing: Literal["units", "mixed"] | None = None
    unit_people: float | None = None

    @property
    def is_file(self) -> bool:
        """Whether the system is the user's own file."""
        return Path(self.name).suffix.lower() in USER_FILES

    def load(self) -> System:
        """The system.

        Raises
        ------
        InputError
            When there is no such system, file, facility or state.
        """
        if self.is_file:
            from thinwalls.sources import load_user_system

            system = load_user_system(self.name)
        else:
            system = load_system(self.name)
        if self.states:
            system = system.state(*self.states)
        if self.county is not None:
            system = system.county(self.county)
        if self.facilities:
            system = system.facilities_only(self.facilities)
        if self.around is not None:
            system = system.around(self.around)
        return housed(system, self.housing, self.unit_people)


def housed(system: System, housing: str | None, unit_people: float | None) -> System:
    """The system housed as the options say."""
    if unit_people is not None and housing != "units":
        raise InputError("needs --housing units", field="--unit-people", value=unit_people)
    if housing == "units":
        return system.with_units(unit_people)
    return system.without_units() if housing == "mixed" else system
