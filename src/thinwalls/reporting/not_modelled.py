"""What the simulation says it leaves out, in the reader's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from thinwalls.reporting.language.words import mark

if TYPE_CHECKING:
    from thinwalls.reporting.language.words import Words

SAID = (
    mark("Housing units within a facility: everybody in a facility can meet everybody else."),
    mark("Cells within a housing unit: everybody in a unit can meet everybody else."),
    mark("Staff who work in one housing unit only: staff of a facility go to all of its units."),
    mark("Households of staff and of people released, apart from the county they live in."),
    mark(
        "Infections after removal from the country; the course of those brought along is followed."
    ),
    mark("Differences between people of one cell, superspreading among them."),
    mark(
        "Ways into a facility other than staff, book-ins, transfers and social visits: lawyers, "
        "deliveries. From 13 March 2020 to 10 May 2022 there are no visits unless a scenario has "
        "them."
    ),
    mark("Patients of counties that are not in the system but use the same hospitals."),
    mark(
        "Crime, court cases, money, and every harm or good of detention that is not this disease."
    ),
)
"""Sentences without numbers; a test compares them with the simulation's own."""

_SOME = mark(
    "Housing units in {some} of {all} facilities: there, everybody can meet everybody else."
)
_SOME_FORM = re.compile(
    re.escape(_SOME).replace(r"\{some\}", r"(\d+)").replace(r"\{all\}", r"(\d+)")
)


def not_modelled(words: Words, text: str) -> str:
    """A sentence of the simulation in this language; one that is not known stays as it is."""
    found = _SOME_FORM.fullmatch(text)
    if found is None:
        return words.say(text)
    some, whole = (words.number(int(one)) for one in found.groups())
    return words.say(_SOME, some=some, all=whole)
