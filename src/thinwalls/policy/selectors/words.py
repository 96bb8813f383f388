"""The words of selectors in Python: ``age >= 50``, ``vulnerable``, ``state("LA")``."""

from __future__ import annotations

from typing import Literal

from thinwalls.common import InputError, did_you_mean
from thinwalls.policy.selectors.selectors import THREAT_LEVELS, Age, Equals, Flag, Not, Selector


class _AgeAttribute:
    """``age`` in Python: compare it with a number of years."""

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, years: int) -> Selector:
        return Age("<", years)

    def __le__(self, years: int) -> Selector:
        return Age("<=", years)

    def __gt__(self, years: int) -> Selector:
        return Age(">", years)

    def __ge__(self, years: int) -> Selector:
        return Age(">=", years)

    def __eq__(self, years: object) -> Selector:  # type: ignore[override]
        return Age("==", years)  # type: ignore[arg-type]

    def __ne__(self, years: object) -> Selector:  # type: ignore[override]
        return Age("!=", years)  # type: ignore[arg-type]


class _ClassAttribute:
    """``threat_level`` and ``custody_class`` in Python: compare with a value."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, name: str, allowed: tuple[str, ...] | None) -> None:
        self._name = name
        self._allowed = allowed

    def __eq__(self, value: object) -> Selector:  # type: ignore[override]
        text = str(value)
        if self._allowed is not None and text not in self._allowed:
            raise InputError.of(did_you_mean(text, self._allowed), field=self._name, value=value)
        return Equals("custody_class", text)

    def __ne__(self, value: object) -> Selector:  # type: ignore[override]
        return Not(self == value)


age = _AgeAttribute()
vulnerable = Flag("vulnerable")
vaccinated = Flag("vaccinated")
threat_level = _ClassAttribute("threat_level", THREAT_LEVELS)
custody_class = _ClassAttribute("custody_class", None)
pretrial = Equals("custody_class", "pretrial")
sentenced = Equals("custody_class", "sentenced")


def facility(identifier: str) -> Selector:
    """People in one facility, by its identifier in the system."""
    return Equals("facility_id", identifier)


def state(code: str) -> Selector:
    """People in facilities of one state, by its two letters."""
    return Equals("state", code)


def kind(name: str) -> Selector:
    """People in facilities of one kind, for example ``jail``."""
    return Equals("kind", name)


def group(name: Literal["detained", "staff", "residents", "released"]) -> Selector:
    """People of one group."""
    groups = ("detained", "staff", "residents", "released")
    if name not in groups:
        raise InputError.of(did_you_mean(name, groups), field="group", value=name)
    return Equals("group", name)
