"""What a scenario names in a system: facilities, states and kinds that have to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.common import InputError, Message
from thinwalls.policy import Action, Selector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thinwalls.policy import Scenario
    from thinwalls.simulation.population.layout import Layout


def check_references(layout: Layout, scenario: Scenario) -> None:
    """Refuse selectors that name facilities, states or kinds that the system does not have."""
    facilities = layout.system.facilities
    for index, action in enumerate(scenario.actions):
        where = in_scenario(scenario, index)
        for name, selector in _selectors(action):
            for column, value in sorted(selector.references()):
                if column == "facility_id" and value not in facilities.index:
                    raise InputError.of(
                        _nearest_facility(layout, value), where=where, field=name, value=value
                    )
                if column in ("state", "kind") and value not in set(facilities[column]):
                    known = ", ".join(sorted(set(facilities[column].astype(str))))
                    raise InputError(
                        "the system has no {column} of this name; it has {names}",
                        where=where,
                        field=name,
                        value=value,
                        column=column,
                        names=known,
                    )


def in_scenario(scenario: Scenario, index: int) -> Message:
    """Where an action is, for errors."""
    return Message(
        "scenario {name}, {action}", name=repr(scenario.name), action=f"actions[{index}]"
    )


def _selectors(action: Action) -> Iterator[tuple[str, Selector]]:
    """Every selector of an action, with the name of its field."""
    for name, value in action:
        if isinstance(value, Action):
            yield from ((f"{name}.{inner}", selector) for inner, selector in _selectors(value))
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Selector):
                yield name, one


def _nearest_facility(layout: Layout, value: str) -> Message:
    try:
        nearest = layout.system.facility(value)
    except InputError as problem:
        return problem.problem
    return Message(
        "no facility of {system} has this id; {hint}",
        system=layout.system.name,
        hint=Message("did you mean {name}?", name=nearest),
    )
