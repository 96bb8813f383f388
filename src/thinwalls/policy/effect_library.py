"""The cited effects of actions: ``library/effects.toml``."""

from __future__ import annotations

from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from thinwalls.common import (
    A_SHARE,
    SOME_DAYS,
    Bounds,
    InputError,
    Message,
    Quantity,
    did_you_mean,
    parse_toml,
    read_as,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "effects.toml"


@cache
def effects() -> Mapping[str, Quantity]:
    """Every default effect by name, for example ``hygiene.effect``."""
    text = (resources.files("thinwalls.policy") / "library" / FILE).read_text(encoding="utf-8")
    found: dict[str, Quantity] = {}
    for action, fields in parse_toml(text, FILE).items():
        for field, table in fields.items():
            name = f"{action}.{field}"
            found[name] = read_as(Quantity, table, where=FILE, prefix=name)
    return MappingProxyType(found)


def library_effect(name: str) -> Quantity:
    """One default effect.

    :raises InputError: if there is none of that name.
    """
    known = effects()
    if name not in known:
        raise InputError(
            "no such effect; {hint}", field="effect", value=name, hint=did_you_mean(name, known)
        )
    return known[name]


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
