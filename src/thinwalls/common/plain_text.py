"""Text that can be printed anywhere: in XML, in a table, in a line that is read left to right."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from thinwalls.common.errors import InputError, Message

_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows (Unicode Standard Annex 9): digits, too."""
_NOWHERE = ("Cc", "Cs", "Zl", "Zp")
"""Categories of characters that are no text: control characters, halves of pairs, line marks."""
_LAID_OUT = frozenset("\t\n\r")


def problem_in_text(text: str, *, lines: bool = False) -> Message | None:
    """What is wrong with a text that people will see, or None.

    Parameters
    ----------
    text
        A name, a title, a description.
    lines
        Whether it may have lines and tabs.
    """
    for at, one in enumerate(text, 1):
        if lines and one in _LAID_OUT:
            continue
        code = ord(one)
        never = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE or one == "\ufeff"
        if never or one in _DIRECTION or unicodedata.category(one) in _NOWHERE:
            return Message(
                "has a character that cannot be printed, U+{code} at place {place}; must be "
                "letters, digits, punctuation and spaces",
                code=f"{code:04X}",
                place=at,
            )
    return None


def check_texts(data: object, *, where: str, field: str = "") -> None:
    """Refuse text that cannot be printed, in keys and values at any depth.

    Raises
    ------
    InputError
        Names the field, and the character by its number.
    """
    if isinstance(data, str):
        problem = problem_in_text(data, lines=True)
        if problem is not None:
            raise InputError.of(problem, where=where, field=field or None)
    elif isinstance(data, Mapping):
        for key, value in data.items():
            problem = problem_in_text(str(key))
            if problem is not None:
                raise InputError.of(problem, where=where, field=field or None)
            check_texts(value, where=where, field=f"{field}.{key}" if field else str(key))
    elif isinstance(data, Sequence) and not isinstance(data, bytes):
        for number, value in enumerate(data):
            check_texts(value, where=where, field=f"{field}[{number}]")
