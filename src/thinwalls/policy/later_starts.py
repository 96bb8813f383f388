"""The same package of actions, begun later: scenarios for what waiting costs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from typing_extensions import deprecated

from thinwalls.common import InputError
from thinwalls.policy.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.policy.actions.base import Action


MOST_WEEKS = 520
"""Ten years, as long as a run can be."""


def starting_later(scenario: Scenario, days: int, first: dt.date) -> Scenario:
    """The scenario with every action begun ``days`` later; ``first`` is the run's first day.

    An action without a start begins on the first day, so it begins ``days`` after it.  Index cases
    come when they come.

    Raises
    ------
    InputError
        For actions that cannot be put off.
    """
    later = [_later(scenario, action, days, first) for action in scenario.actions]
    return Scenario(
        f"{scenario.name}, {days} days later", later, scenario.description, scenario.seeds
    )


def later_starts(scenario: Scenario, weeks: Sequence[int], first: dt.date) -> dict[int, Scenario]:
    """Scenarios by the days that they are put off.

    Raises
    ------
    InputError
        For fewer than two delays, or one below 0.
    """
    if len(set(weeks)) < 2 or min(weeks) < 0 or max(weeks) > MOST_WEEKS:
        raise InputError(
            "needs at least two whole numbers of weeks from 0 to {most_weeks}",
            field="weeks",
            value=list(weeks),
            most_weeks=MOST_WEEKS,
        )
    if not scenario.actions:
        raise InputError("does nothing, so nothing can be put off", where=scenario.name)
    return {7 * week: starting_later(scenario, 7 * week, first) for week in sorted(set(weeks))}


def later_starts_among(scenarios: Sequence[Scenario], first: dt.date) -> dict[str, dict[int, str]]:
    """Scenarios that do the same as an earlier-begun one, only later, whatever they are called.

    Per package the names of its scenarios by the days that they begin after the first of them.
    """
    done = {one.name: one for one in scenarios if one.actions and not _fixed(one.actions)}
    starts = {name: _start(one, first) for name, one in done.items()}
    found: dict[str, dict[int, str]] = {}
    taken: set[str] = set()
    for name in sorted(done, key=lambda one: starts[one]):
        if name in taken:
            continue
        same = {0: name}
        for other, scenario in done.items():
            gap = (starts[other] - starts[name]).days
            if gap > 0 and _alike(scenario, starting_later(done[name], gap, first)):
                same[gap] = other
        if len(same) > 1:
            found[name] = dict(sorted(same.items()))
            taken |= set(same.values())
    return found


def _start(scenario: Scenario, first: dt.date) -> dt.date:
    return min(action.first_day(first) for action in scenario.actions)


def _alike(one: Scenario, other: Scenario) -> bool:
    same_seeds = sorted(map(repr, one.seeds)) == sorted(map(repr, other.seeds))
    return same_seeds and sorted(map(repr, one.actions)) == sorted(map(repr, other.actions))


def _fixed(actions: Sequence[Action]) -> bool:
    """Whether there are actions that cannot be put off."""
    return not all(action.can_wait for action in actions)


def _later(scenario: Scenario, action: Action, days: int, first: dt.date) -> Action:
    if _fixed([action]):
        raise InputError("cannot be put off", where=scenario.name, field="do", value=action.do)
    return action.put_off(dt.timedelta(days=days), first)


@deprecated("delayed is now called starting_later")
def delayed(scenario: Scenario, days: int, first: dt.date) -> Scenario:
    """Old name of :func:`starting_later`."""
    return starting_later(scenario, days, first)


@deprecated("delays is now called later_starts")
def delays(scenario: Scenario, weeks: Sequence[int], first: dt.date) -> dict[int, Scenario]:
    """Old name of :func:`later_starts`."""
    return later_starts(scenario, weeks, first)
