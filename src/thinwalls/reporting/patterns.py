"""Texts that were put together in another room, said in the reader's language.

Rooms below pages raise errors and write notes in English, with names and numbers in them.  A text
is recognised by the pattern that it was made from, whose translation is filled with the same names
and numbers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from thinwalls.reporting.data_notes import NOTES
from thinwalls.reporting.problem_texts import PROBLEMS, WHERES

if TYPE_CHECKING:
    from thinwalls.common import InputError
    from thinwalls.reporting.language.words import Words

_HOLE = re.compile(r"\{(\w+)\}")
_FILLED_WITH_PATTERNS = ("hint", "problem")


@lru_cache(maxsize=8)
def _compiled(patterns: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Patterns with the most words of their own first."""

    def own(pattern: str) -> int:
        return len(_HOLE.sub("", pattern))

    def expression(pattern: str) -> re.Pattern[str]:
        parts = _HOLE.split(pattern)
        made = (
            re.escape(part) if n % 2 == 0 else f"(?P<{part}>.+?)" for n, part in enumerate(parts)
        )
        return re.compile("".join(made), re.DOTALL)

    return tuple((one, expression(one)) for one in sorted(patterns, key=own, reverse=True))


def pattern_of(text: str, patterns: tuple[str, ...]) -> tuple[str, dict[str, str]] | None:
    """The pattern that a text was made from, and what it is filled with; None if it is none."""
    for pattern, expression in _compiled(patterns):
        found = expression.fullmatch(text)
        if found is not None:
            return pattern, found.groupdict()
    return None


def _said(words: Words, text: str, patterns: tuple[str, ...]) -> str:
    found = pattern_of(text, patterns)
    if found is None:
        return text
    pattern, given = found
    filled = {
        name: _said(words, value, patterns) if name in _FILLED_WITH_PATTERNS else value
        for name, value in given.items()
    }
    return words.say(pattern, **filled)


def note_said(words: Words, note: str) -> str:
    """A note on a number of a packaged system; one that is not known stays as it is."""
    return _said(words, note, NOTES)


def problem_said(words: Words, problem: str) -> str:
    """What is wrong, without where."""
    return _said(words, " ".join(problem.split()), PROBLEMS)


def error_said(words: Words, error: InputError) -> str:
    """An error as one line: where, which field with which value, what is wrong.

    Names of fields and what was given stay as they are.
    """
    parts = [
        _said(words, " ".join((error.where or "").split()), WHERES),
        " ".join(error.subject.split()),
        problem_said(words, error.problem),
    ]
    return ": ".join(part for part in parts if part)
