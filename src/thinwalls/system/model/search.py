"""Finding facilities by words of their name and place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


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
