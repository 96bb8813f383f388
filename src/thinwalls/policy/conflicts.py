"""Actions of one scenario that cannot all be meant."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from thinwalls.common import Message
from thinwalls.policy.actions.inside.visits import Visits
from thinwalls.policy.actions.inside.visits_halt import VisitsHalt
from thinwalls.policy.actions.movement.alternatives_to_detention import AlternativesToDetention
from thinwalls.policy.actions.movement.enforcement_surge import EnforcementSurge
from thinwalls.policy.actions.movement.follow_record import FollowRecord
from thinwalls.policy.actions.movement.halt_arrests import HaltArrests
from thinwalls.policy.actions.movement.limit_arrests import LimitArrests
from thinwalls.policy.actions.movement.release import Release
from thinwalls.policy.actions.outbreak.intake_screening import IntakeScreening
from thinwalls.policy.actions.tests_and_isolation.gate_testing import GateTesting
from thinwalls.policy.actions.tests_and_isolation.intake_quarantine import IntakeQuarantine
from thinwalls.policy.actions.when import When

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.policy.actions.base import Action

_TARGET = ("who", "facilities", "states", "agencies", "movements", "order")
"""Fields that say whom or what an action concerns."""
_ARRESTS = (HaltArrests, LimitArrests, EnforcementSurge)
"""Actions that set how many arrests there are: at most one at a time for the same people."""


def problem_with(actions: Sequence[Action]) -> Message | None:
    """What is wrong with the actions together, in words, or None."""
    for index, action in enumerate(actions):
        for before in range(index):
            reason = _pair(actions[before], action)
            if reason:
                return Message(
                    "{first} and {second} {problem}",
                    first=f"actions[{before}]",
                    second=f"actions[{index}]",
                    problem=reason,
                )
    return _too_many(actions)


def _overlap(one: Action, two: Action) -> bool:
    first = max(one.start or dt.date.min, two.start or dt.date.min)
    last = min(one.end or dt.date.max, two.end or dt.date.max)
    return first <= last


def _target(action: Action) -> tuple[object, ...]:
    return tuple(getattr(action, field, None) for field in _TARGET)


def _pair(one: Action, two: Action) -> Message | None:
    if isinstance(one, When) and isinstance(two, When):
        return Message("are the same") if one == two else None
    if isinstance(one, Release | When) or isinstance(two, Release | When):
        return None
    if isinstance(one, GateTesting) and isinstance(two, GateTesting):
        return Message(
            "are both gate_testing: a scenario has one, for all the movements that are tested"
        )
    if not _overlap(one, two):
        return None
    return _arrests(one, two) or _gate(one, two) or _visits(one, two) or _twice(one, two)


def _visits(one: Action, two: Action) -> Message | None:
    both = {type(one), type(two)}
    if both <= {Visits, VisitsHalt} and len(both) == 2:
        return Message(
            "contradict: visits and visits_halt on the same days; give them different days"
        )
    return None


def _gate(one: Action, two: Action) -> Message | None:
    for gate, quarantine in ((one, two), (two, one)):
        if isinstance(gate, IntakeScreening) and isinstance(quarantine, IntakeQuarantine):
            return Message(
                "both say what happens on arrival: use intake_quarantine with test_out = true, or "
                "intake_screening"
            )
        if isinstance(gate, GateTesting) and isinstance(quarantine, IntakeQuarantine):
            both = [move for move in gate.movements if move in ("arrest", "transfer")]
            if both:
                return Message(
                    "both say what happens after {movements}: use intake_quarantine with "
                    "test_out = true for tests of people who arrive",
                    movements=" and ".join(both),
                )
    return None


def _arrests(one: Action, two: Action) -> Message | None:
    for record, change in ((one, two), (two, one)):
        follows = isinstance(record, FollowRecord) and "arrests" in record.what
        if follows and isinstance(change, (*_ARRESTS, AlternativesToDetention)):
            return Message("contradict: follow_record already says what arrests there are")
        if isinstance(record, HaltArrests) and isinstance(change, AlternativesToDetention):
            shared = not record.agencies or not change.agencies
            if shared or set(record.agencies) & set(change.agencies):
                return Message("contradict: without arrests there is nobody to supervise instead")
    if not (isinstance(one, _ARRESTS) and isinstance(two, _ARRESTS)):
        return None
    if one.agencies and two.agencies and not set(one.agencies) & set(two.agencies):
        return None
    named = [action.who for action in (one, two) if not isinstance(action, LimitArrests)]
    if type(one) is type(two) and len(named) == 2 and named[0] != named[1]:
        return None
    return Message("both change the same arrests on the same days")


def _twice(one: Action, two: Action) -> Message | None:
    if type(one) is not type(two) or _target(one) != _target(two):
        return None
    return Message("are both {action} for the same people on the same days", action=one.do)


def _too_many(actions: Sequence[Action]) -> Message | None:
    total: dict[str, float] = {}
    for action in actions:
        if isinstance(action, Release) and action.share is not None:
            who = str(action.who)
            total[who] = total.get(who, 0.0) + action.share
            if total[who] > 1 + 1e-9:
                return Message(
                    "releases {share} of {who}: shares of the same people must add up to at most 1",
                    share=f"{total[who]:.3g}",
                    who=action.who.text,
                )
    return None
