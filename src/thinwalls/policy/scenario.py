"""A scenario: a name and what is done."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pydantic import Field, SerializeAsAny, model_validator

from thinwalls.errors import InputError
from thinwalls.policy.actions import (
    Action,
    FollowRecord,
    HaltArrests,
    InsideAction,
    LimitArrests,
    Release,
)
from thinwalls.policy.actions.base import DAY
from thinwalls.reading import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.quantities import Quantity


class Scenario(Record):
    """What is done, in one of the worlds that are compared.

    >>> Scenario("nothing changes").actions
    ()

    :raises InputError: for actions that contradict each other.
    """

    name: str = Field(min_length=1, max_length=200)
    actions: tuple[SerializeAsAny[Action], ...] = ()
    description: str = ""

    if not TYPE_CHECKING:

        def __init__(self, name, actions=(), description="", **more):
            super().__init__(name=name, actions=actions, description=description, **more)

    else:

        def __init__(
            self, name: str, actions: Sequence[Action] = (), description: str = ""
        ) -> None: ...

    @model_validator(mode="after")
    def _can_be_done(self) -> Scenario:
        _refuse_contradictions(self.actions)
        _refuse_more_than_everyone(self.actions)
        return self

    def quantities(self) -> dict[str, Quantity]:
        """Every uncertain number of the actions by name."""
        found: dict[str, Quantity] = {}
        for action in self.actions:
            found.update(action.quantities())
        return dict(sorted(found.items()))

    def check(self, start: dt.date, end: dt.date) -> None:
        """Refuse what cannot matter in a run from ``start`` to ``end`` (last day).

        :raises InputError: if an action starts after the end or ends before the start of the run.
        """
        for index, action in enumerate(self.actions):
            field = f"actions[{index}]"
            if action.start is not None and action.start > end:
                raise InputError(
                    f"is after the end of the run ({end})",
                    where=self.name,
                    field=f"{field}.start",
                    value=str(action.start),
                )
            if action.end is not None and action.end < start:
                raise InputError(
                    f"is before the start of the run ({start})",
                    where=self.name,
                    field=f"{field}.end",
                    value=str(action.end),
                )

    def table(self) -> dict[str, Any]:
        """The scenario as it stands in a file."""
        content: dict[str, Any] = {"name": self.name}
        if self.description:
            content["description"] = self.description
        if self.actions:
            content["action"] = [action.table() for action in self.actions]
        return content

    @property
    def text(self) -> str:
        """What is done in plain words, one line per action."""
        if not self.actions:
            return "nothing is done"
        return "\n".join(f"{action.text}, {action.when}" for action in self.actions)


def _spans(action: Action) -> tuple[dt.date, dt.date]:
    first = action.start or dt.date.min
    if isinstance(action, Release) and action.share is not None:
        return first, (first + max(int(action.over_days) - 1, 0) * DAY)
    return first, action.end or dt.date.max


def _refuse_contradictions(actions: Sequence[Action]) -> None:
    for index, action in enumerate(actions):
        for before in range(index):
            other = actions[before]
            problem = _contradiction(other, action)
            if problem:
                raise ValueError(f"actions[{before}] and actions[{index}] {problem}")


def _contradiction(one: Action, two: Action) -> str | None:
    if isinstance(one, Release) or isinstance(two, Release) or not one.overlaps(two):
        return None
    arrests = (HaltArrests, LimitArrests)
    if isinstance(one, arrests) and isinstance(two, arrests):
        shared = not one.agencies or not two.agencies or set(one.agencies) & set(two.agencies)
        same = isinstance(one, HaltArrests) and isinstance(two, HaltArrests) and one.who != two.who
        if shared and not same:
            return "both change the same arrests on the same days"
        return None
    for record, change in ((one, two), (two, one)):
        follows = isinstance(record, FollowRecord) and "arrests" in record.what
        if follows and isinstance(change, arrests):
            return "contradict: follow_record already says what arrests there are"
    if type(one) is not type(two):
        return None
    if isinstance(one, InsideAction) and isinstance(two, InsideAction):
        different = one.facilities != two.facilities or (
            getattr(one, "who", None) != getattr(two, "who", None)
        )
        return None if different else f"are both {one.do} for the same people on the same days"
    if getattr(one, "who", None) != getattr(two, "who", None):
        return None
    if getattr(one, "facilities", None) != getattr(two, "facilities", None):
        return None
    return f"are both {one.do} for the same people on the same days"


def _refuse_more_than_everyone(actions: Sequence[Action]) -> None:
    total: dict[str, float] = {}
    for action in actions:
        if isinstance(action, Release) and action.share is not None:
            who = str(action.who)
            total[who] = total.get(who, 0.0) + action.share
            if total[who] > 1 + 1e-9:
                raise ValueError(
                    f"releases {total[who]:.3g} of {action.who.text}: "
                    "shares of the same people must add up to at most 1"
                )
