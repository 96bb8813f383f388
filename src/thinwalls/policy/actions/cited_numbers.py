"""Records with uncertain numbers: a cited default, or a value of one's own."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import model_validator

from thinwalls.common import FieldError, Quantity, TypedRecord
from thinwalls.policy.actions.effect_library import Cited, library_effect, problem_with_own


class CitedNumbers(TypedRecord):
    """What an action's uncertain numbers are called, and which value they have."""

    do: ClassVar[str]
    """name in scenario files"""
    cited: ClassVar[Mapping[str, Cited]] = {}
    """its uncertain numbers by name (``hygiene.effect``)"""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for field in self.effect_fields():
            own: Quantity | None = getattr(self, field)
            if own is not None:
                problem = problem_with_own(own, library_effect(self.library_name(field)).unit)
                if problem:
                    raise FieldError("{name} {problem}", name=field, problem=problem)
        return self

    @classmethod
    def effect_fields(cls) -> tuple[str, ...]:
        """Fields that hold an uncertain number; None there stands for the cited default."""
        return tuple(
            name
            for name, info in cls.model_fields.items()
            if Quantity in typing.get_args(info.annotation)
        )

    def effect_names(self) -> dict[str, str]:
        """Field to name of the number: ``hygiene.effect``, or with a mark if it is one's own.

        Two actions with the same name take the same value in a draw, in all scenarios.
        """
        names = {}
        for field in self.effect_fields():
            own: Quantity | None = getattr(self, field)
            mark = "" if own is None else f"@{own.fingerprint}"
            names[field] = f"{self.library_name(field)}{mark}"
        return names

    def value(self, field: str) -> str:
        """Name of the number in a field among the values of a draw."""
        return f"effect.{self.effect_names()[field]}"

    def library_name(self, field: str) -> str:
        """Name of the cited default of a field."""
        return f"{self.do}.{field}"

    @property
    def effect_name(self) -> str | None:
        """Name of the number in the field ``effect``; None for actions without one."""
        return self.effect_names().get("effect")

    def quantities(self) -> dict[str, Quantity]:
        """Every uncertain number of this action by its name."""
        return {
            name: getattr(self, field) or library_effect(self.library_name(field))
            for field, name in self.effect_names().items()
        }
