"""The packaged answer to the claims, as a page and as data."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from thinwalls.evidence import packaged_claims
from thinwalls.reporting import Words, claims_said
from thinwalls.web.views.render import page


@lru_cache(maxsize=1)
def claims_answer() -> dict[str, Any] | None:
    """What was found when this version was made; None for a copy that comes without it."""
    try:
        return packaged_claims()
    except FileNotFoundError:
        return None


@lru_cache(maxsize=16)
def claims_page(language: str) -> str:
    """The page as text; it is the same for every visitor."""
    words = Words(language)
    return claims_text(words, "/api/claims", query={"lang": words.language})


def claims_text(words: Words, data: str, **frame: Any) -> str:
    """The page with the address of its numbers, in the frame of a server or of a folder."""
    answer = claims_answer()
    return page(
        "claims.html.j2",
        words,
        **frame,
        data=data,
        claims=() if answer is None else claims_said(words, answer),
        seed=None if answer is None else answer["seed"],
        experiments=() if answer is None else tuple(answer["experiments"].values()),
    )
