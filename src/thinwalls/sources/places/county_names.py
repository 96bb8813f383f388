"""Names of counties: one county under many spellings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_KINDS_OF_COUNTY = re.compile(
    r" (County|Parish|Borough|Census Area|Municipality|City and Borough|city|City)$"
)
_NAMED = re.compile(r"^(.+?) (COUNTY|CO\.?|CNTY|PARISH|CTY)\b", re.IGNORECASE)


def plain_county(name: str) -> str:
    """The letters of a county's name, without what kind of county it is; St for Saint."""
    letters = "".join(
        letter for letter in _KINDS_OF_COUNTY.sub("", name).upper() if letter.isalnum()
    )
    return letters.replace("SAINT", "ST")


def county_in_name(name: str, state: str, counties: pd.DataFrame) -> str | None:
    """The county that a facility is named after (``MONTGOMERY COUNTY JAIL``), or None.

    Parameters
    ----------
    name, state
        Of the facility.
    counties
        Index FIPS code; ``name, state``.
    """
    found = _NAMED.match(" ".join(name.split()))
    if found is None:
        return None
    wanted = plain_county(found.group(1))
    here = counties[counties["state"] == state]
    same = [str(fips) for fips, one in here["name"].items() if plain_county(str(one)) == wanted]
    return same[0] if len(same) == 1 else None
