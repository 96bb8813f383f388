"""Actions from tables in files."""

from __future__ import annotations

from collections.abc import Mapping

from thinwalls.common import InputError, did_you_mean, read_as
from thinwalls.policy.actions.base import ACTIONS, Action


def action_from_table(entry: object, *, where: str | None, field: str) -> Action:
    """An action from its table in a file.

    Raises
    ------
    InputError
        If there is no such action or the table does not fit it.
    """
    if not isinstance(entry, Mapping):
        raise InputError("must be a table", where=where, field=field, value=entry)
    content = dict(entry)
    do = content.pop("do", None)
    if do is None:
        raise InputError(
            "is missing; must be one of: {names}",
            where=where,
            field=f"{field}.do",
            names=", ".join(sorted(ACTIONS)),
        )
    if not isinstance(do, str) or do not in ACTIONS:
        raise InputError(
            "no such action; {hint}",
            where=where,
            field=f"{field}.do",
            value=do,
            hint=did_you_mean(do, ACTIONS),
        )
    return read_as(ACTIONS[do], content, where=where, prefix=field)
