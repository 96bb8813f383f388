"""The cited effects of actions: what is used where a scenario gives none.

Every action states its own (:attr:`~thinwalls.policy.actions.base.Action.cited`); here they are
found by name.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from thinwalls.common import A_SHARE, SOME_DAYS, Bounds, InputError, Message, Quantity, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping


class Cited(NamedTuple):
    """A number of an action with its source, and what it is called on a page."""

    called: str
    value: Quantity


_KNOWN: dict[str, Cited] = {}


def cite(cited: Mapping[str, Cited]) -> None:
    """Make cited effects known; those that several actions share are the same.

    Raises
    ------
    TypeError
        If another value has the name already, or one has no unit that own values can be
        held against.
    """
    for name, one in cited.items():
        if _KNOWN.setdefault(name, one) != one:
            raise TypeError(f"{name}: two actions cite different values")
        if one.value.unit.partition(" ")[0] not in _BOUNDS:
            raise TypeError(f"{name}: unit must begin with {', '.join(_BOUNDS)}")


def effects() -> Mapping[str, Quantity]:
    """Every default effect by name, for example ``hygiene.effect``."""
    return MappingProxyType({name: one.value for name, one in _KNOWN.items()})


def effect_names() -> Mapping[str, str]:
    """What every default effect is called on a page, by its name."""
    return MappingProxyType({name: one.called for name, one in _KNOWN.items()})


def library_effect(name: str) -> Quantity:
    """One default effect.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name not in _KNOWN:
        raise InputError(
            "no such effect; {hint}", field="effect", value=name, hint=did_you_mean(name, _KNOWN)
        )
    return _KNOWN[name].value


_BOUNDS = {
    "days": SOME_DAYS,
    "reduction": Bounds(-1.0, 1.0, Message("a reduction as a share (0.3 for 30 %)")),
    "share": A_SHARE,
    "further": A_SHARE,
}
"""By the first word of the cited effect's unit; a reduction below 0 is harm."""


def problem_with_own(own: Quantity, cited_unit: str) -> Message | None:
    """What is wrong with a value of one's own in place of an effect in ``cited_unit``, or None."""
    problem = _BOUNDS[cited_unit.split()[0]].problem(own)
    if problem is None:
        return None
    return Message("{problem}; {cited}", problem=problem, cited=Message.given(cited_unit))
