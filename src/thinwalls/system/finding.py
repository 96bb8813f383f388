"""Finding facilities by words of their name and place."""

from __future__ import annotations

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
