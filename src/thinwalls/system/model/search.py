"""Finding facilities by words of their name and place."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError, Message

if TYPE_CHECKING:
    import pandas as pd

    from thinwalls.system.model.system_tables import SystemTables


def find_facilities(facilities: pd.DataFrame, county_names: pd.Series, text: str) -> pd.DataFrame:
    """Rows whose name, id, city, state or county has every word of ``text``, most people first.

    Words of two letters have to be whole words (``la`` finds Louisiana, not every Atlanta).
    """
    county = facilities["county_fips"].map(county_names)
    haystack = (
        facilities["name"]
        + " "
        + facilities.index.to_series()
        + " "
        + facilities["city"].fillna("")
        + " "
        + facilities["state"]
        + " "
        + county.fillna("")
    ).str.casefold()
    keep = np.ones(len(haystack), dtype=bool)
    for word in text.casefold().split():
        if len(word) == 2:
            found = haystack.map(lambda place, word=word: word in place.replace("-", " ").split())
        else:
            found = haystack.str.contains(word, regex=False)
        keep &= found.to_numpy(dtype=bool)
    return facilities[keep].sort_values(["population_start", "name"], ascending=[False, True])


CLEARLY_LARGER = 3
"""How many times as many people as any other of the same words the facility holds that is meant."""


def named(facilities: pd.DataFrame, text: str) -> str | None:
    """Id of the facility whose name has every word of ``text`` as a whole word (or its plural).

    None when there is none, or several of which none is clearly the largest.
    """
    words = re.findall(r"[a-z0-9]+", text.casefold())
    if not words:
        return None

    def fits(name: str) -> bool:
        there = set(re.findall(r"[a-z0-9]+", name.casefold()))
        return all(word in there or f"{word}s" in there for word in words)

    found = facilities[facilities["name"].map(fits).to_numpy(dtype=bool)]
    if not len(found):
        return None
    people = found["population_start"].sort_values(ascending=False, kind="stable")
    if len(people) > 1 and people.iloc[0] < CLEARLY_LARGER * max(1, people.iloc[1]):
        return None
    return str(people.index[0])


def search(system: SystemTables, text: str) -> pd.DataFrame:
    """Facilities whose name, id, city, state or county contains every word of ``text``."""
    return find_facilities(system.facilities, system.counties["name"], text)


def facility_id(system: SystemTables, name_or_id: str) -> str:
    """Return the id of the one facility that is meant by an id, a name or part of a name.

    An id, else a whole name, else the words of a name (of several such facilities the one
    that holds three times as many people as any other), else the only one that
    :func:`search` finds.

    Raises
    ------
    InputError
        When none or more than one fits; the message lists the nearest.
    """
    wanted = name_or_id.strip()
    if wanted in system.facilities.index:
        return wanted
    names = system.facilities["name"].str.casefold()
    exact = names.index[names == wanted.casefold()]
    if len(exact) == 1:
        return str(exact[0])
    meant = named(system.facilities, wanted)
    if meant is not None:
        return meant
    found = search(system, wanted)
    if len(found) == 1:
        return str(found.index[0])
    if len(found) > 1:
        some = ", ".join(found.index[:5])
        if len(found) > 5:
            some = Message("{names} and {count} more", names=some, count=len(found) - 5)
        problem = Message(
            "fits {count} facilities of {system}: {names}",
            count=len(found),
            system=system.name,
            names=some,
        )
    else:
        ids = _nearest(system, wanted.casefold(), names)
        problem = Message("no facility of {system} has this name", system=system.name)
        if ids:
            near = Message("nearest: {names}", names=", ".join(ids))
            problem = Message(
                "no facility of {system} has this name; {hint}", system=system.name, hint=near
            )
    raise InputError.of(problem, field="facility", value=name_or_id)


def _nearest(system: SystemTables, wanted: str, names: pd.Series) -> list[str]:
    """Ids of up to three facilities with the words that are spelt most alike."""
    vocabulary = sorted({word for name in names for word in str(name).split() if len(word) > 2})
    words = [difflib.get_close_matches(word, vocabulary, 1, 0.7) for word in wanted.split()]
    if words and all(words):
        found = search(system, " ".join(word[0] for word in words))
        if len(found):
            return [str(facility) for facility in found.index[:3]]
    close = difflib.get_close_matches(wanted, [str(name) for name in names], n=3, cutoff=0.5)
    return [str(names.index[names == name][0]) for name in close]
