"""How many people a jail or prison holds where the publisher gives no number."""

from __future__ import annotations

import numpy as np
import pandas as pd

KINDS = {"COUNTY": "jail", "LOCAL": "jail", "MULTI": "jail", "STATE": "state", "FEDERAL": "federal"}
"""HIFLD's types and our kinds: regional and city jails are local jails."""

LEAST = 1.0

MOST = 0.99
"""A size found by outline is at most this quantile of the known sizes of the kind."""


def sizes(hifld: pd.DataFrame, residents: pd.Series) -> pd.DataFrame:
    """Size of every facility and how it was found, before scaling to national totals.

    ``size``: the published population where above 0; else beds × the share in use of the kind
    (over facilities that give both); else a regression of log size on log area of the outline
    and, for jails, log residents of the county (over facilities with a size).  ``basis`` says
    which: population, beds, outline.
    """
    kind = hifld["kind"].map(KINDS)
    size = hifld["population"].where(hifld["population"] > 0)
    basis = pd.Series("population", index=hifld.index)
    both = (hifld["population"] > 0) & (hifld["capacity"] > 0)
    for name in sorted(set(KINDS.values())):
        of_kind = kind == name
        known = hifld[of_kind & both]
        in_use = known["population"].sum() / known["capacity"].sum() if len(known) else 1.0
        by_beds = of_kind & size.isna() & (hifld["capacity"] > 0)
        size[by_beds] = hifld.loc[by_beds, "capacity"] * in_use
        basis.loc[by_beds] = "beds"
    people = hifld["county_fips"].map(residents).fillna(residents.median())
    for name in sorted(set(KINDS.values())):
        of_kind = kind == name
        unknown = of_kind & size.isna()
        size[unknown] = _by_outline(hifld, size, people, of_kind, unknown, name == "jail")
        basis.loc[unknown] = "outline"
    return pd.DataFrame({"kind": kind, "size": size.clip(lower=LEAST), "basis": basis})


def _by_outline(
    hifld: pd.DataFrame,
    size: pd.Series,
    people: pd.Series,
    of_kind: pd.Series,
    unknown: pd.Series,
    with_residents: bool,
) -> np.ndarray:
    """Expected size (smeared back from logarithms) of the unknown from those of the same kind."""

    def terms(rows: pd.Series) -> np.ndarray:
        area = np.log(np.maximum(hifld.loc[rows, "hectares"].to_numpy(dtype=np.float64), 0.01))
        columns = [np.ones_like(area), area]
        if with_residents:
            columns.append(np.log(people[rows].to_numpy(dtype=np.float64)))
        return np.column_stack(columns)

    known = of_kind & size.notna() & hifld["hectares"].notna()
    logs = np.log(size[known].to_numpy(dtype=np.float64))
    design = terms(known)
    coefficients, *_ = np.linalg.lstsq(design, logs, rcond=None)
    spread = float(np.var(logs - design @ coefficients))
    most = float(np.quantile(size[known], MOST))
    result: np.ndarray = np.minimum(np.exp(terms(unknown) @ coefficients + spread / 2), most)
    return result


def scaled(table: pd.DataFrame, national: dict[str, float]) -> tuple[pd.Series, dict[str, float]]:
    """Sizes × one factor per kind so that they add up to the national totals; and the factors."""
    factors = {
        name: national[name] / float(table.loc[table["kind"] == name, "size"].sum())
        for name in national
    }
    return table["size"] * table["kind"].map(factors), factors
