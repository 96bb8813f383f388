"""Money: what each scenario costs, whose budget moves, and per infection and death averted.

For draw k, scenario s and price p with quantity q:

    cost_k(s, p) = price_k(p) · q_k(s)        the same price in every scenario of a draw
    total_k(s)   = Σ_p cost_k(s, p)
    Δ_k(s)       = total_k(s) − total_k(baseline)

Per infection averted: mean(Δ) / mean(infections averted) — a ratio of means, because a mean of
ratios has no use when some draws avert nothing. It is given only when infections are averted on
average; its interval is over Δ_k / averted_k of the draws that avert any, whose share is given;
``cheaper_and_fewer`` says in how many draws the scenario both costs less and averts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.common import InputError
from thinwalls.results.answers.prices import Price, load_prices
from thinwalls.results.data import schema
from thinwalls.results.data.intervals import DEFAULT_LEVEL, interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr
    from numpy.typing import ArrayLike, NDArray

    from thinwalls.results.data.dataset import Results

TOTAL = "total"


@dataclass(frozen=True)
class Cost:
    """``table``: per scenario and price the quantity, the cost and the paired difference.

    Columns ``quantity``, ``cost``, ``difference`` with ``_low`` and ``_high`` (dollars); a row
    ``total`` per scenario. ``averted``: per scenario ``infections_averted``,
    ``deaths_averted``, ``per_infection_averted``, ``per_death_averted`` (dollars, NaN when none
    is averted on average; negative: it saves money; ``_low`` and ``_high`` over the draws in which
    some are averted, ``infections_averted_in`` their share), ``cheaper_and_fewer`` (share of draws)
    and ``population_at_risk`` (everyone of the system, median).
    ``left_out``: prices whose quantity this result does not hold.
    """

    table: pd.DataFrame
    averted: pd.DataFrame
    prices: dict[str, Price]
    left_out: tuple[str, ...]
    baseline: str
    level: float
    totals: dict[str, NDArray[np.float64]]
    """per scenario the total of every draw (dollars)"""

    def total(self, scenario: str) -> NDArray[np.float64]:
        """[draw] what a scenario costs in all."""
        return self.totals[scenario]


def cost(
    results: Results,
    baseline: str | None = None,
    *,
    prices: Mapping[str, Price] | None = None,
    quantities: Mapping[str, ArrayLike] | None = None,
    supervised_share: float = 1.0,
    level: float = DEFAULT_LEVEL,
) -> Cost:
    """What each scenario costs.

    ``prices`` are the packaged ones unless given (:func:`~thinwalls.results.load_prices`,
    :func:`~thinwalls.results.with_values`). ``quantities`` adds or replaces quantities:
    numbers of shape (scenario, draw) or that broadcast to it (a result holds no ``tests`` where a
    condition on hospital beds decides about them). ``supervised_share`` is the share of released
    people's days spent in alternatives to detention.
    """
    if not 0.0 <= supervised_share <= 1.0:
        raise InputError(
            "must be between 0 and 1", field="supervised_share", value=supervised_share
        )
    known = dict(load_prices() if prices is None else prices)
    name = results.baseline_name(baseline)
    amounts = _quantities(results, supervised_share)
    shape = (len(results.scenarios), results.draws)
    for key, values in (quantities or {}).items():
        try:
            amounts[key] = np.broadcast_to(np.asarray(values, dtype=np.float64), shape)
        except ValueError as error:
            raise InputError(
                "must have one number per scenario and draw {shape}",
                field=f"quantities[{key!r}]",
                shape=shape,
            ) from error
    draws = results.dataset["draw"].values.astype(np.int64)
    spent = {
        key: price.draw(draws) * amounts[price.quantity]
        for key, price in known.items()
        if price.quantity in amounts
    }
    total: NDArray[np.float64] = sum(spent.values(), np.zeros(shape))
    at = results.scenarios.index(name)
    rows = []
    for position, scenario in enumerate(results.scenarios):
        for key, values in (*spent.items(), (TOTAL, total)):
            row: dict[str, Any] = {"scenario": scenario, "price": key}
            if key != TOTAL:
                quantity = known[key].quantity
                row |= _columns("quantity", amounts[quantity][position], level)
            row |= _columns("cost", values[position], level)
            row |= _columns("difference", values[position] - values[at], level)
            rows.append(row)
    return Cost(
        table=pd.DataFrame(rows),
        averted=_averted(results, total, at, level),
        prices=known,
        left_out=tuple(key for key in known if key not in spent),
        baseline=name,
        level=level,
        totals=dict(zip(results.scenarios, total, strict=True)),
    )


def _quantities(results: Results, supervised_share: float) -> dict[str, NDArray[np.float64]]:
    totals = results.totals.sel(place=schema.WHOLE_SYSTEM).transpose("scenario", "draw", "group")
    everyone = totals.sel(group="everyone")
    icu = everyone["icu_admissions"].values.astype(np.float64)
    days = totals["person_days"]
    return {
        "detention_days": days.sel(group="detained").values.astype(np.float64),
        "supervised_days": days.sel(group="released").values * float(supervised_share),
        "ward_stays": everyone["admissions"].values - icu,
        "icu_stays": icu,
        **_counted(results, everyone),
    }


def _counted(results: Results, everyone: xr.Dataset) -> dict[str, NDArray[np.float64]]:
    """Tests and vaccine courses, where they were counted.

    A result has the tests of each scenario together.  They are antigen tests where all of the
    scenario's are, else PCR, which is the dearer one.
    """
    amounts = {
        name: everyone[name].values.astype(np.float64)
        for name in ("tests", "vaccine_courses")
        if not np.isnan(everyone[name].values).any()
    }
    if "tests" in amounts:
        kinds = results.provenance.get("test_kinds", {})
        only = np.array([kinds.get(name) == ["antigen"] for name in results.scenarios])
        amounts["antigen_tests"] = np.where(only[:, None], amounts["tests"], 0.0)
        amounts["tests"] = amounts["tests"] - amounts["antigen_tests"]
    return amounts


def _averted(results: Results, total: NDArray[np.float64], at: int, level: float) -> pd.DataFrame:
    totals = results.totals.sel(place=schema.WHOLE_SYSTEM, group="everyone")
    people = totals["people_ever"].transpose("scenario", "draw").values.astype(np.float64)
    rows = []
    change = total - total[at]
    for position, scenario in enumerate(results.scenarios):
        row: dict[str, Any] = {"scenario": scenario}
        row["population_at_risk"] = float(np.median(people[position]))
        for outcome, one in (("infections", "infection"), ("deaths", "death")):
            values = totals[outcome].transpose("scenario", "draw").values.astype(np.float64)
            averted = values[at] - values[position]
            row |= _columns(f"{outcome}_averted", averted, level)
            mean = float(np.mean(averted))
            ratio = float(np.mean(change[position])) / mean if mean > 0 else float("nan")
            row[f"per_{one}_averted"] = ratio
            low, high = _ratio_between(change[position], averted, level)
            row |= {f"per_{one}_averted_low": low, f"per_{one}_averted_high": high}
            row[f"{outcome}_averted_in"] = float(np.mean(averted > 0))
            if outcome == "infections":
                both = (change[position] < 0) & (averted > 0)
                row["cheaper_and_fewer"] = float(np.mean(both))
        rows.append(row)
    return pd.DataFrame(rows)


def _ratio_between(
    change: NDArray[np.float64], averted: NDArray[np.float64], level: float
) -> tuple[float, float]:
    """Interval of dollars per outcome averted, over the draws that avert any."""
    some = averted > 0
    if not some.any():
        return float("nan"), float("nan")
    low, _, high = interval(change[some] / averted[some], level)
    return float(low), float(high)


def _columns(name: str, values: NDArray[Any], level: float) -> dict[str, float]:
    low, median, high = interval(values, level)
    return {name: float(median), f"{name}_low": float(low), f"{name}_high": float(high)}
