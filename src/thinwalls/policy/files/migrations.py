"""Scenario files of older versions, brought to the present form step by step.

A change of the form raises ``SCHEMA`` by one and adds the function that turns the contents of a
file of the version before into the new form. The functions never change afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from thinwalls.common import InputError

SCHEMA = 1
"""The version of the form that this program writes."""

Step = Callable[[dict[str, Any]], dict[str, Any]]
STEPS: Mapping[int, Step] = {}
"""From a version to the next one; version 1 is the first."""


def migrate(
    content: Mapping[str, Any],
    where: str,
    steps: Mapping[int, Step] = STEPS,
    present: int = SCHEMA,
) -> dict[str, Any]:
    """The contents of a file in the present form, without the version.

    Raises
    ------
    InputError
        If the version is missing, unknown, or newer than this program.
    """
    table = dict(content)
    version = table.pop("schema", None)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise InputError(
            "must be {version} (the version of the form)",
            where=where,
            field="schema",
            value=version,
            version=present,
        )
    if version > present:
        raise InputError(
            "was written by a newer version of this program, which reads up to {version}",
            where=where,
            field="schema",
            value=version,
            version=present,
        )
    while version < present:
        table = steps[version](table)
        version += 1
    return table
