"""A system as a person names it: packaged or a file of their own, whole or a part, housed how."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from thinwalls.common import InputError, TypedRecord
from thinwalls.runs.immunity_option import with_immune

if TYPE_CHECKING:
    from thinwalls.system import System

USER_FILES = (".csv", ".xlsx", ".xls", ".ods")
"""Files in the form of `thinwalls template`."""
FLAGS = {
    "around": "--around",
    "states": "--state",
    "county": "--county",
    "facilities": "--facility",
    "kinds": "--kind",
    "housing": "--housing",
    "unit_people": "--unit-people",
    "immune": "--immune",
}
"""Fields of a selection besides the name, and what they are called on the command line."""


class GrownRecord(TypedRecord):
    """A typed record of which fields added later are written only where they say something.

    So the files and seals that were made before they came stay as they are.
    """

    LATER: ClassVar[tuple[str, ...]] = ()

    @model_serializer(mode="wrap")
    def _as_before(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = write(self)
        return {name: value for name, value in content.items() if value or name not in self.LATER}


class SystemSelection(GrownRecord):
    """What leads to a system: a name or a file, a part of it, and how people are housed.

    Fields that are not given change nothing.
    """

    LATER: ClassVar[tuple[str, ...]] = ("kinds", "immune")

    name: str
    """packaged name, or path of the user's own CSV file, workbook or folder of a system"""
    around: str | None = None
    """facility; only places within 50 miles"""
    states: tuple[str, ...] = ()
    county: str | None = None
    facilities: tuple[str, ...] = ()
    housing: Literal["units", "mixed"] | None = None
    unit_people: float | None = None
    """people per housing unit where the system does not say"""
    kinds: tuple[str, ...] = ()
    """kinds of facilities"""
    immune: tuple[str, ...] = ()
    """who is immune on the first day, each as :func:`~thinwalls.runs.immunity_option.with_immune`
    takes it"""

    @property
    def is_file(self) -> bool:
        """Whether the system is the user's own file."""
        return Path(self.name).suffix.lower() in USER_FILES

    @property
    def is_folder(self) -> bool:
        """Whether the system is a folder that ``thinwalls data build-system`` wrote."""
        try:
            return Path(self.name.partition(":")[0]).is_dir()
        except OSError:
            # No name of a folder: a link can be longer than one may be.
            return False

    def load(self) -> System:
        """The system.

        Raises
        ------
        InputError
            When there is no such system, file, facility or state.
        """
        if self.is_file:
            from thinwalls.sources import load_user_system

            return self.part_of(load_user_system(self.name))
        from thinwalls.system import load_system

        return self.part_of(load_system(self.name))

    def part_of(self, system: System) -> System:
        """The selected part of a whole system, housed as selected and as immune.

        Raises
        ------
        InputError
            When there is no such facility, county, state or kind, or a share immune is none.
        """
        if self.states:
            system = system.state(*self.states)
        if self.county is not None:
            system = system.county(self.county)
        if self.facilities:
            system = system.facilities_only(self.facilities)
        if self.around is not None:
            system = system.around(self.around)
        if self.kinds:
            system = system.kinds(*self.kinds)
        system = housed(system, self.housing, self.unit_people)
        for text in self.immune:
            system = with_immune(system, text)
        return system

    def arguments(self) -> Iterator[str]:
        """What to type after ``thinwalls run SCENARIOS`` for the same system."""
        yield from ("--system", self.name)
        for name, flag in FLAGS.items():
            value = getattr(self, name)
            for one in value if isinstance(value, tuple) else (value,):
                if one is not None:
                    yield from (flag, f"{one:g}" if isinstance(one, float) else one)


def housed(system: System, housing: str | None, unit_people: float | None) -> System:
    """The system housed as the options say.

    Raises
    ------
    InputError
        When people per unit are given without units.
    """
    if unit_people is not None and housing != "units":
        raise InputError("needs --housing units", field="--unit-people", value=unit_people)
    if housing == "units":
        return system.with_units(unit_people)
    return system.without_units() if housing == "mixed" else system
