"""The same package of actions, begun later: scenarios for what waiting costs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from thinwalls.errors import InputError
from thinwalls.policy import MedicalCare, Scenario, When

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.policy import Action


def delayed(scenario: Scenario, days: int, first: dt.date) -> Scenario:
    """The scenario with every action begun ``days`` later; ``first`` is the run's first day.

    An action without a start begins on the first day, so it begins ``days`` after it.  Raises
    :class:`~thinwalls.errors.InputError` for actions that cannot be put off.
    """
    later = [_later(scenario, action, days, first) for action in scenario.actions]
    return Scenario(f"{scenario.name}, {days} days later", later, scenario.description)


def delays(scenario: Scenario, weeks: Sequence[int], first: dt.date) -> dict[int, Scenario]:
    """Scenarios by the days that they are put off.

    Raises :class:`~thinwalls.errors.InputError` for fewer than two delays, or one below 0.
    """
    if len(set(weeks)) < 2 or min(weeks) < 0:
        raise InputError(
            "needs at least two whole numbers of weeks from 0 up", field="weeks", value=list(weeks)
        )
    if not scenario.actions:
        raise InputError("does nothing, so nothing can be put off", where=scenario.name)
    return {7 * week: delayed(scenario, 7 * week, first) for week in sorted(set(weeks))}


def _later(scenario: Scenario, action: Action, days: int, first: dt.date) -> Action:
    if isinstance(action, When | MedicalCare):
        raise InputError("cannot be put off", where=scenario.name, field="do", value=action.do)
    gap = dt.timedelta(days=days)
    start = max(action.start or first, first) + gap
    end = None if action.end is None else action.end + gap
    return action.model_copy(update={"start": start, "end": end})
