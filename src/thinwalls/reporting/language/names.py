"""What things are called on a page: groups, outcomes, ready scenarios, where a value is from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from thinwalls.reporting.language.words import mark
from thinwalls.results import COMPARED

if TYPE_CHECKING:
    from thinwalls.reporting.language.words import Words

GROUPS = {
    "followed": mark("people detained on the first day"),
    "detained": mark("people in detention"),
    "staff": mark("staff"),
    "residents": mark("residents of the counties"),
    "released": mark("people released"),
    "removed": mark("people removed from the country"),
    "everyone": mark("everyone"),
}

GROUP_NOTES = {
    "followed": mark("The same people, wherever they are later: inside, released or removed."),
    "detained": mark("Everyone while they are inside, people who arrive later included."),
    "staff": mark("People who work inside and live in the counties around."),
    "residents": mark("Other people of the counties in this system."),
}

OUTCOMES = {total.name: one.word for one, total in COMPARED if one.word is not None}

TAGS = {
    "user": mark("given by the user"),
    "public source": mark("public source"),
    "literature": mark("published study"),
    "seen": mark("published, checked"),
    "seen-2": mark("published, checked twice"),
    "derived": mark("worked out from published numbers"),
    "counted": mark("counted"),
    "definition": mark("by definition"),
    "memory": mark("not checked against the publication"),
    "assumption": mark("assumption"),
    "default": mark("default"),
}

_LATER = re.compile(r"(.+), (\d+) days later")
"""How a scenario that is put off is named."""


_ICE = re.compile(r"\bIce\b")


def group_name(words: Words, group: str) -> str:
    """What the group is called; a name that is not known is shown as it is."""
    return words.say(GROUPS.get(group, group))


def outcome_name(words: Words, outcome: str) -> str:
    """What the outcome is called."""
    return words.say(OUTCOMES.get(outcome, outcome))


def scenario_name(words: Words, scenario: str) -> str:
    """The scenario's name, translated when it is one of the ready ones, also begun later."""
    later = _LATER.fullmatch(scenario)
    if later is None:
        return words.say(scenario)
    return words.plural(
        "{scenario}, {count} day later",
        "{scenario}, {count} days later",
        int(later[2]),
        scenario=words.say(later[1]),
    )


def scenario_title(words: Words, scenario: str) -> str:
    """The scenario's name at the beginning of a line."""
    return capitalized(scenario_name(words, scenario))


def tag_name(words: Words, tag: str) -> str:
    """Where a value comes from, in words."""
    return words.say(TAGS.get(tag, tag))


def capitalized(text: str) -> str:
    """``text`` with its first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def place_name(text: str) -> str:
    """A name in capitals as people write it; any other as it is."""
    if not text.isupper():
        return text
    return _ICE.sub("ICE", text.title().replace("'S", "'s"))


def share_of_draws(words: Words, share: float, draws: int) -> str:
    """How many of the simulated futures, as whole numbers out of all."""
    return words.say(
        "{count} of {draws} simulated futures",
        count=words.number(round(share * draws)),
        draws=words.number(draws),
    )
