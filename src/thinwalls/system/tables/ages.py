"""Ages of people held, by custody system, and how many of each band are medically vulnerable."""

from __future__ import annotations

import itertools
import re

import pandas as pd

from thinwalls.common import InputError
from thinwalls.system.tables.assumptions import ASSUMPTIONS
from thinwalls.system.tables.columns import table_at

AGE_NUMBERS = (
    "share",
    "share_low",
    "share_high",
    "vulnerable_share",
    "vulnerable_low",
    "vulnerable_high",
)

CUSTODY_AGES = ("jail", "state", "federal")
"""Custody systems with ages of their own; immigration detention has :func:`age_composition`."""

_OLDEST = 100
_BAND = re.compile(r"(\d{1,3})(?:-(\d{1,3})|\+)")

_BANDS = {"18-49": "18_49", "50-64": "50_64", "65+": "65_plus"}


def age_rows(custody: str) -> pd.DataFrame:
    """Rows of the table ``composition`` (without facility_id) for a jail or a prison."""
    records: list[dict[str, object]] = []
    whole = sum(ASSUMPTIONS[f"{custody}_age_{name}"].value for name in _BANDS.values())
    for band, name in _BANDS.items():
        age = ASSUMPTIONS[f"{custody}_age_{name}"]
        vulnerable = ASSUMPTIONS[f"vulnerable_{name}"]
        records.append(
            {
                "age_band": band,
                "share": age.value / whole,
                "share_low": age.low,
                "share_high": age.high,
                "vulnerable_share": vulnerable.value,
                "vulnerable_low": vulnerable.low,
                "vulnerable_high": vulnerable.high,
                "source": f"assumption:{custody}_age_{name}",
            }
        )
    return pd.DataFrame.from_records(records)


def age_composition(facility_id: str, child_share: tuple[float, float, float]) -> pd.DataFrame:
    """Rows of the table ``composition`` for a place that holds people for ICE.

    ``child_share`` is the share under 18 (central, low, high); adults follow the assumptions
    ``ice_age_*`` and ``vulnerable_*``, children those on families where both are held.  A place
    without adults holds children from 6 on, one without children has no rows of them.
    """
    adults = {"18-49": "18_49", "50-64": "50_64", "65+": "65_plus"}
    central, low, high = child_share
    rows = _children(child_share) if high > 0 else []
    whole = sum(ASSUMPTIONS[f"ice_age_{name}"].value for name in adults.values())
    for band, name in adults.items():
        age, vulnerable = ASSUMPTIONS[f"ice_age_{name}"], ASSUMPTIONS[f"vulnerable_{name}"]
        rows.append(
            {
                "age_band": band,
                "share": (1 - central) * age.value / whole,
                "share_low": (1 - high) * age.low / whole,
                "share_high": (1 - low) * age.high / whole,
                "vulnerable_share": vulnerable.value,
                "vulnerable_low": vulnerable.low,
                "vulnerable_high": vulnerable.high,
                "source": f"assumption:ice_age_{name}",
            }
        )
    frame = pd.DataFrame(rows)
    frame.insert(0, "facility_id", facility_id)
    return frame


def _children(share: tuple[float, float, float]) -> list[dict[str, object]]:
    """Rows of children, who are a ``share`` (central, low, high) of those held.

    Their number is uncertain, how it splits by age is the central count.
    """
    infants, toddlers = "family_under_1_share", "family_aged_1_5_share"
    split = {"0-0": ASSUMPTIONS[infants].value, "1-5": ASSUMPTIONS[toddlers].value}
    split["6-17"] = 1.0 - sum(split.values())
    source = {"0-0": infants, "1-5": toddlers, "6-17": "family_child_share"}
    if share[1] == 1.0:
        split = {"6-17": 1.0}
    health = ASSUMPTIONS["vulnerable_0_17"]
    return [
        {
            "age_band": band,
            "share": share[0] * part,
            "share_low": share[1] * part,
            "share_high": share[2] * part,
            "vulnerable_share": health.value,
            "vulnerable_low": health.low,
            "vulnerable_high": health.high,
            "source": f"assumption:{source[band]}",
        }
        for band, part in split.items()
    ]


def check_bands(composition: pd.DataFrame, where: str) -> None:
    """Refuse age bands that are none, or of which one place has two with the same people.

    Raises
    ------
    InputError
        Names the system ``where``, the row and the band.
    """
    ends = {band: _ends(str(band)) for band in composition["age_band"].unique()}
    for band, found in ends.items():
        if found is None:
            row = composition.index[(composition["age_band"] == band).to_numpy()][0]
            raise InputError(
                "must be an age band in whole years, such as 0-0, 18-49 or 65+",
                where=table_at(where, "composition", row),
                field="age_band",
                value=band,
            )
    for facility, bands in composition.groupby("facility_id", sort=False)["age_band"]:
        known = sorted(end for end in (ends[band] for band in bands) if end is not None)
        for (_, high), (low, _) in itertools.pairwise(known):
            if low <= high:
                raise InputError(
                    "age bands of one place must not overlap: {low} is in two",
                    where=table_at(where, "composition", facility),
                    field="age_band",
                    low=low,
                )


def _ends(band: str) -> tuple[int, int] | None:
    """First and last year of a band, None for what is no band."""
    found = _BAND.fullmatch(band)
    if found is None:
        return None
    low = int(found[1])
    high = _OLDEST if found[2] is None else int(found[2])
    return (low, high) if low <= high <= _OLDEST else None
