"""Index cases in one line, as they are typed: ``stewart:2@2026-03-01:staff:exposed``."""

from __future__ import annotations

import re
from typing import Any, Final, get_args

from thinwalls.common import FieldError, InputError, read_as
from thinwalls.policy.seed import Seed, SeedGroup, SeedStage

FORM: Final = "PLACE:N@DATE:GROUP:STAGE"
_GROUPS: Final = {name.replace(" ", "-"): name for name in get_args(SeedGroup)}
_STAGES: Final = get_args(SeedStage)
_NUMBER: Final = re.compile(r"\d+")


def parse_seed(text: str, field: str = "index case") -> Seed:
    """Index cases from one line.

    The place, then after a colon each, and all but the place may be left out: how many, with
    ``@`` and a date; a group (``detained``, ``staff``, ``booked-in``, ``residents``); a stage
    (``exposed``, ``contagious``, ``symptoms``, or ``onset``: symptoms begin on the date);
    ``unit=3``; ``age=1-11``.

    Parameters
    ----------
    text
        As it was typed.
    field
        What errors call it.

    Raises
    ------
    InputError
        For what cannot be read, with the form that is expected.
    """
    head, at, date = text.partition("@")
    date, _, tail = date.partition(":") if at else ("", "", "")
    place, _, rest = head.partition(":")
    # Without a date, what comes after the place is the number or already a word.
    words = [part.strip() for part in (*rest.split(":"), *tail.split(":")) if part.strip()]
    given: dict[str, Any] = {"place": place.strip()}
    if words and _NUMBER.fullmatch(words[0]):
        given["people"] = int(words.pop(0))
    when = "date"
    for word in words:
        name, equals, value = word.partition("=")
        if word in _GROUPS or word.replace(" ", "-") in _GROUPS:
            given["group"] = _GROUPS[word.replace(" ", "-")]
        elif word in _STAGES:
            given["stage"] = word
        elif word == "onset":
            when = "onset"
        elif equals and name == "unit" and _NUMBER.fullmatch(value):
            given["unit"] = int(value)
        elif equals and name == "age":
            given["age"] = value
        else:
            raise _cannot_be_read(text, field, word)
    if (when == "onset" and not date.strip()) or not given["place"]:
        raise _cannot_be_read(text, field, text)
    if date.strip():
        given[when] = date.strip()
    try:
        return read_as(Seed, given, where=None)
    except InputError as problem:
        told = FieldError("{name}: {problem}", name=problem.subject, problem=problem.problem)
        raise InputError.of(told.message, field=field, value=text) from None


def _cannot_be_read(text: str, field: str, part: str) -> InputError:
    return InputError(
        "cannot read {part}; must be like {form}, with a group of {groups} and a stage of {stages}",
        field=field,
        value=text,
        part=repr(part),
        form=FORM,
        groups=", ".join(_GROUPS),
        stages=", ".join([*_STAGES, "onset"]),
    )
