"""The language a visitor reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.reporting import SOURCE_LANGUAGE, Words, languages

if TYPE_CHECKING:
    from fastapi import Request


def language_of(request: Request) -> str:
    """The language asked for, else the first one of the browser's that there is."""
    asked = request.query_params.get("lang")
    if asked in languages():
        return asked
    for part in request.headers.get("accept-language", "")[:200].split(","):
        name = part.partition(";")[0].strip().partition("-")[0].lower()
        if name in languages():
            return name
    return SOURCE_LANGUAGE


def words_of(request: Request) -> Words:
    """The words of the visitor's language."""
    return Words(language_of(request))
