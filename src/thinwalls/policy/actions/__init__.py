"""Actions: frozen typed records of what can be done."""

from thinwalls.policy.actions import all_actions as listed
from thinwalls.policy.actions.all_actions import *  # noqa: F403 (the one list)
from thinwalls.policy.actions.base import Action, InsideAction
from thinwalls.policy.actions.registry import ACTIONS, action_from_table

__all__ = ["ACTIONS", "Action", "InsideAction", "action_from_table"]
__all__ += listed.__all__
