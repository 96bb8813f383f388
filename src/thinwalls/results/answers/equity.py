"""Who carries the burden: outcomes by race and ethnicity, age, sex or citizenship.

The simulation does not follow these characteristics unless its strata do, so the burden is
spread by the composition of each place (given, with its source): for category c,

    burden_c = Σ_places outcome(place) · share_c(place) · weight_c / mean_weight(place)
    mean_weight(place) = Σ_c share_c(place) · weight_c

People are those of each place by the same shares, scaled so that who is moved between places
counts once.

``weight_c`` is the relative risk of the category within a place (1 for all unless given, for
example from published rate ratios). What is learned without weights is therefore where people
are, not how people in the same place differ.

Ages are followed: :func:`equity_by_age` takes what a run counted by age, with no such spreading.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.common import InputError
from thinwalls.results.answers.outcomes import check_held
from thinwalls.results.data import schema
from thinwalls.results.data.declared_outcomes import TOTALS
from thinwalls.results.data.intervals import DEFAULT_LEVEL, interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr
    from numpy.typing import NDArray

    from thinwalls.results.data.dataset import Results

_TOLERANCE = 0.02
OUT = "outside"
"""Kind of the place that stands for the rest of the country."""


@dataclass(frozen=True)
class Equity:
    """``table``: one row per scenario and category.

    ``burden``, ``rate_per_1000`` (per 1,000 people ever in the group), ``rate_difference`` (paired,
    scenario minus baseline), ``burden_share`` against
    ``population_share``, ``rate_ratio`` to the reference category, and ``removed`` (paired
    difference: baseline minus scenario) with ``removed_share`` (share of the category's own
    burden); each with ``_low`` and ``_high``. ``covered_share``: share of the outcome that
    happened in places whose composition was given.
    """

    table: pd.DataFrame
    covered_share: float
    reference: str
    baseline: str
    level: float
    group: str
    outcome: str
    by: str = ""
    """what the categories are, such as ``"sex"``; empty for shares of one's own"""
    detail: str = ""
    """how finely it is known who is where, in a sentence"""
    source: str = ""


def equity(
    results: Results,
    composition: pd.DataFrame,
    baseline: str | None = None,
    *,
    group: str = "detained",
    outcome: str = "infections",
    reference: str | None = None,
    weights: Mapping[str, float] | None = None,
    level: float = DEFAULT_LEVEL,
) -> Equity:
    """Spread ``outcome`` of ``group`` over the categories of ``composition``.

    ``composition`` is indexed by place id, one column of shares per category; a row adds up to
    1 (within 2 %, then it is scaled). ``reference`` is the category others are compared with,
    the first column unless named.

    Raises
    ------
    InputError
        For an unknown place or category or shares that do not add up.
    """
    shares = _checked(results, composition)
    categories = [str(name) for name in composition.columns]
    against = categories[0] if reference is None else reference
    if against not in categories:
        raise InputError("no such category", field="reference", value=against)
    risk = np.array([float((weights or {}).get(name, 1.0)) for name in categories])
    if not ((risk > 0) & np.isfinite(risk)).all() or set(weights or {}) - set(categories):
        raise InputError(
            "must be finite numbers above 0, for {names}",
            field="weights",
            value=dict(weights or {}),
            names=", ".join(categories),
        )
    _check_asked(results, outcome, group)
    name = results.baseline_name(baseline)
    places = [str(place) for place in composition.index]
    totals = results.totals.sel(group=group).transpose("scenario", "draw", "place")
    here = totals.sel(place=places)
    weighted = shares * risk
    weighted /= weighted.sum(axis=1, keepdims=True)
    burden = here[outcome].values.astype(np.float64) @ weighted
    people = here["people_ever"].values.astype(np.float64) @ shares
    people *= _once(results, totals)[:, :, None]
    rows = _table(results, name, categories, burden, people, against, level)
    of_places = totals[outcome].sel(scenario=name, place=_inside(results, totals)).sum("place")
    everywhere = float(of_places.median())
    covered = float(np.median(here[outcome].sel(scenario=name).sum("place").values))
    share = covered / everywhere if everywhere else float("nan")
    return Equity(rows, share, against, name, level, group, outcome)


def _inside(results: Results, totals: xr.Dataset) -> list[str]:
    """Places without the outside: residents of the rest of the country are not the system's."""
    kinds = results.places["kind"]
    return [str(place) for place in totals["place"].values if kinds.get(str(place), OUT) != OUT]


def _once(results: Results, totals: xr.Dataset) -> NDArray[np.float64]:
    """[scenario, draw] people of the whole system over the sum of places, at most 1.

    Who is moved is among the people of each place; of the whole they are one.
    """
    ever = totals["people_ever"].astype(np.float64)
    of_places = ever.sel(place=_inside(results, totals)).sum("place").values
    whole = ever.sel(place=schema.WHOLE_SYSTEM).values
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(of_places > 0, whole / of_places, 1.0)
    return np.asarray(np.minimum(share, 1.0))


def counted_by_age(results: Results, group: str, outcome: str) -> bool:
    """Whether a run counted an outcome of a group, and its people, by age."""
    if results.ages is None or group not in schema.AGE_GROUPS or outcome not in results.ages:
        return False
    here = results.ages.sel(place=schema.WHOLE_SYSTEM, group=group)
    return not any(bool(np.isnan(here[name].values).any()) for name in (outcome, "people_ever"))


def equity_by_age(
    results: Results,
    baseline: str | None = None,
    *,
    group: str = "followed",
    outcome: str = "infections",
    reference: str | None = None,
    level: float = DEFAULT_LEVEL,
) -> Equity:
    """The burden of each age band as the run counted it.

    ``reference``: the band with most people unless named.

    Raises
    ------
    InputError
        For a group or outcome that was not counted by age: run again with ``by_age=True``
        (``thinwalls run --by-age``).
    """
    _check_asked(results, outcome, group)
    if not counted_by_age(results, group, outcome):
        raise InputError(
            "was not counted by age in this result for {group}: run again with --by-age "
            "(by_age=True), or give a composition",
            field="outcome",
            value=outcome,
            group=group,
        )
    assert results.ages is not None
    here = results.ages.sel(place=schema.WHOLE_SYSTEM, group=group)
    here = here.transpose("scenario", "draw", "age")
    bands = [str(band) for band in here["age"].values]
    burden, people = (here[one].values.astype(np.float64) for one in (outcome, "people_ever"))
    most = bands[int(people.mean(axis=(0, 1)).argmax())]
    against = most if reference is None else reference
    if against not in bands:
        raise InputError("no such category", field="reference", value=against)
    name = results.baseline_name(baseline)
    table = _table(results, name, bands, burden, people, against, level)
    return Equity(table, 1.0, against, name, level, group, outcome, by="age")


def _check_asked(results: Results, outcome: str, group: str) -> None:
    """Refuse an outcome or a group that no result has, or not this one."""
    outcomes = [one.name for one in TOTALS if not one.name.startswith("people")]
    if outcome not in outcomes:
        raise InputError(
            "must be one of {names}", field="outcome", value=outcome, names=", ".join(outcomes)
        )
    if group not in schema.GROUPS:
        raise InputError(
            "must be one of {names}", field="group", value=group, names=", ".join(schema.GROUPS)
        )
    check_held(results, outcome)


def _table(
    results: Results,
    baseline: str,
    categories: list[str],
    burden: NDArray[np.float64],
    people: NDArray[np.float64],
    reference: str,
    level: float,
) -> pd.DataFrame:
    """Rows of all scenarios; ``burden`` and ``people`` [scenario, draw, category]."""
    at, against = results.scenarios.index(baseline), categories.index(reference)
    base = burden[at], people[at]
    rows: list[dict[str, Any]] = []
    for n, scenario in enumerate(results.scenarios):
        rows += _rows(scenario, categories, burden[n], people[n], base, against, level)
    return pd.DataFrame(rows)


def _checked(results: Results, composition: pd.DataFrame) -> NDArray[np.float64]:
    known = set(results.totals["place"].values.tolist())
    for place in composition.index:
        if str(place) not in known:
            raise InputError("no such place in this result", field="composition", value=place)
    if not len(composition.columns) or not len(composition):
        raise InputError("needs at least one place and one category", field="composition")
    shares = composition.to_numpy(dtype=np.float64)
    total = shares.sum(axis=1)
    wrong = (shares < 0).any(axis=1) | (np.abs(total - 1.0) > _TOLERANCE) | np.isnan(total)
    if wrong.any():
        place = composition.index[int(np.nonzero(wrong)[0][0])]
        raise InputError(
            "shares must be 0 or more and add up to 1", field="composition", value=str(place)
        )
    return np.asarray(shares / total[:, None])


def _rows(
    scenario: str,
    categories: list[str],
    burden: NDArray[np.float64],
    people: NDArray[np.float64],
    baseline: tuple[NDArray[np.float64], NDArray[np.float64]],
    reference: int,
    level: float,
) -> list[dict[str, Any]]:
    base, base_people = baseline
    with np.errstate(divide="ignore", invalid="ignore"):
        before = np.where(base_people > 0, base / base_people * 1000.0, np.nan)
        rate = np.where(people > 0, burden / people * 1000.0, np.nan)
        ratio = np.where(rate[:, [reference]] > 0, rate / rate[:, [reference]], np.nan)
        part = burden / burden.sum(axis=1, keepdims=True)
        population = people / people.sum(axis=1, keepdims=True)
        removed_share = np.where(base > 0, (base - burden) / base, np.nan)
    rows = []
    for column, category in enumerate(categories):
        row: dict[str, Any] = {"scenario": scenario, "category": category}
        row["population_at_risk"] = float(np.median(people[:, column]))
        row["population_share"] = float(interval(population[:, column], level)[1])
        for name, values in (
            ("burden", burden),
            ("rate_per_1000", rate),
            ("rate_difference", rate - before),
            ("rate_ratio", ratio),
            ("burden_share", part),
            ("removed", base - burden),
            ("removed_share", removed_share),
        ):
            low, median, high = interval(values[:, column], level)
            row |= {name: float(median), f"{name}_low": float(low), f"{name}_high": float(high)}
        rows.append(row)
    return rows
