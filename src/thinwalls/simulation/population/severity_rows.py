"""Rows of severity: who falls how ill, one row for each kind of person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thinwalls.pathogens import PersonClass

NO_COUNTY = -1


@dataclass(frozen=True)
class SeverityRow:
    """A kind of person; residents have the ages of their county."""

    person: PersonClass
    county: int = NO_COUNTY
    """index of the county whose ages hold, or :data:`NO_COUNTY`"""
    held: bool = False
    """is or was detained: ages fall off as among people who are held"""


class SeverityRows:
    """The severity rows of one run; asking for one that is not there adds it at the end."""

    def __init__(self, courses: tuple[SeverityRow, ...] = ()) -> None:
        self._courses = list(courses)
        self._index = {course: k for k, course in enumerate(self._courses)}

    def index(self, course: SeverityRow) -> int:
        """Row of a course."""
        if course not in self._index:
            self._index[course] = len(self._courses)
            self._courses.append(course)
        return self._index[course]

    def __getitem__(self, index: int) -> SeverityRow:
        return self._courses[index]

    @property
    def all(self) -> tuple[SeverityRow, ...]:
        """Every course in the order of its row."""
        return tuple(self._courses)
