"""Actions: frozen typed records of what can be done."""

from thinwalls.policy.actions.base import Action, InsideAction
from thinwalls.policy.actions.inside import Distancing, Hygiene, Isolation, Masks
from thinwalls.policy.actions.people import (
    FollowRecord,
    HaltArrests,
    HaltRemovals,
    HaltTransfers,
    LimitArrests,
    Release,
)

ACTIONS: dict[str, type[Action]] = {
    action.do: action
    for action in (
        Release,
        HaltArrests,
        LimitArrests,
        HaltTransfers,
        HaltRemovals,
        FollowRecord,
        Hygiene,
        Masks,
        Distancing,
        Isolation,
    )
}
"""Every action by its name in files."""

__all__ = [
    "ACTIONS",
    "Action",
    "Distancing",
    "FollowRecord",
    "HaltArrests",
    "HaltRemovals",
    "HaltTransfers",
    "Hygiene",
    "InsideAction",
    "Isolation",
    "LimitArrests",
    "Masks",
    "Release",
]
