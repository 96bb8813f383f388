"""One person's risk: if they stay, are transferred, or are released.

With λ_p(t) the force of infection of place p for the person's group (infections per susceptible
person-day, read from the result), the risk of infection along a plan of stays is

    risk = 1 − exp( −Σ_stays Σ_days λ_p(t) )

It is an average person of the group: someone who meets more people has more. Illness follows by
multiplying with the share of infections that end in it for the person's age and conditions,
which the caller gives (one number, or one per draw so that its uncertainty counts).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Message
from thinwalls.results.data.intervals import DEFAULT_LEVEL, interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from thinwalls.results.data.dataset import Results

INFECTION = "infection"


@dataclass(frozen=True)
class Stay:
    """A time in one place: ``group`` is who the person is there, such as ``"detained"``.

    ``start`` and ``end`` are the first and the last day (the run's own unless given).
    """

    place: str
    group: str = "detained"
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True)
class PlanRisks:
    """``table``: per plan and outcome the risk and its paired difference and ratio.

    Columns ``risk``, ``difference``, ``ratio`` with ``_low`` and ``_high`` (against the first
    plan), ``one_in`` (1 / risk), ``days``, and ``probability_lower``: share of draws in which
    the risk is lower than with the first plan.
    """

    table: pd.DataFrame
    scenario: str
    against: str
    level: float


def risk_of_plans(
    results: Results,
    plans: Mapping[str, Sequence[Stay]],
    *,
    scenario: str | None = None,
    severity: Mapping[str, ArrayLike] | None = None,
    level: float = DEFAULT_LEVEL,
) -> PlanRisks:
    """Compare plans for one person within ``scenario`` (the first one unless named).

    ``severity`` gives per outcome (``"admission"``, ``"death"``) the share of infections that
    end in it.

    Raises
    ------
    InputError
        For a place that was not kept day by day, a group without exposure there, dates
        outside the run or stays that overlap.
    """
    if not plans:
        raise InputError("needs at least one plan", field="plans")
    name = results.baseline_name(scenario)
    shares = {INFECTION: np.ones(results.draws)}
    for outcome, values in (severity or {}).items():
        shares[outcome] = _shares(results, outcome, values)
    risks: dict[tuple[str, str], NDArray[np.float64]] = {}
    days: dict[str, int] = {}
    for plan, stays in plans.items():
        hazard, days[plan] = _hazard(results, name, plan, stays)
        for outcome, share in shares.items():
            risks[plan, outcome] = (1.0 - np.exp(-hazard)) * share
    first = next(iter(plans))
    rows = []
    for (plan, outcome), risk in risks.items():
        base = risks[first, outcome]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(base > 0, risk / base, np.nan)
        row: dict[str, Any] = {"plan": plan, "outcome": outcome, "days": days[plan]}
        for column, values in (("risk", risk), ("difference", risk - base), ("ratio", ratio)):
            low, median, high = interval(values, level)
            row |= {
                column: float(median),
                f"{column}_low": float(low),
                f"{column}_high": float(high),
            }
        row["one_in"] = 1.0 / row["risk"] if row["risk"] > 0 else float("inf")
        row["probability_lower"] = float(np.mean(risk < base))
        rows.append(row)
    return PlanRisks(pd.DataFrame(rows), name, first, level)


def person(
    results: Results,
    plans: Mapping[str, Sequence[Stay]],
    *,
    scenario: str | None = None,
    severity: Mapping[str, ArrayLike] | None = None,
    level: float = DEFAULT_LEVEL,
) -> PlanRisks:
    """:func:`risk_of_plans` under its old name."""
    warnings.warn("person is called risk_of_plans now", DeprecationWarning, stacklevel=2)
    return risk_of_plans(results, plans, scenario=scenario, severity=severity, level=level)


def _shares(results: Results, outcome: str, values: ArrayLike) -> NDArray[np.float64]:
    given = np.asarray(values, dtype=np.float64)
    if given.shape not in ((), (results.draws,)):
        raise InputError(
            "must be one number or one per draw ({draws})",
            field=f"severity[{outcome!r}]",
            draws=results.draws,
        )
    if not ((given >= 0) & (given <= 1)).all():
        raise InputError("must be between 0 and 1", field=f"severity[{outcome!r}]", value=values)
    return np.broadcast_to(given, (results.draws,))


def _hazard(
    results: Results, scenario: str, plan: str, stays: Sequence[Stay]
) -> tuple[NDArray[np.float64], int]:
    dates = pd.DatetimeIndex(results.dataset["date"].values)
    total = np.zeros(results.draws)
    taken = np.zeros(len(dates), dtype=bool)
    for stay in stays:
        where = Message("plan {plan}", plan=repr(plan))
        if stay.place not in results.dataset["place"].values:
            kept = ", ".join(str(place) for place in results.dataset["place"].values)
            raise InputError(
                "was not kept day by day; kept are {kept}",
                where=where,
                field="place",
                value=stay.place,
                kept=kept,
            )
        here = _days(dates, stay, where)
        if (taken & here).any():
            raise InputError("has two stays on the same day", where=where)
        taken |= here
        series = results.dataset["force_of_infection"].sel(scenario=scenario, place=stay.place)
        if stay.group not in series["group"].values:
            raise InputError("no such group", where=where, field="group", value=stay.group)
        force = series.sel(group=stay.group).transpose("draw", "date").values[:, here]
        if np.isnan(force).any():
            raise InputError(
                "has no exposure in {place}",
                where=where,
                field="group",
                value=stay.group,
                place=repr(stay.place),
            )
        total += force.astype(np.float64).sum(axis=1)
    return total, int(taken.sum())


def _days(dates: pd.DatetimeIndex, stay: Stay, where: str) -> NDArray[np.bool_]:
    ends = []
    for field, given, own in (("start", stay.start, dates[0]), ("end", stay.end, dates[-1])):
        try:
            day = own if given is None else pd.Timestamp(given)
        except ValueError:
            raise InputError(
                "must be a date like 2020-03-20", where=where, field=field, value=given
            ) from None
        if not dates[0] <= day <= dates[-1]:
            raise InputError(
                "must be between {low} and {high}",
                where=where,
                field=field,
                value=given,
                low=dates[0].date(),
                high=dates[-1].date(),
            )
        ends.append(day)
    if ends[1] < ends[0]:
        raise InputError("must not be before start", where=where, field="end", value=stay.end)
    return np.asarray((dates >= ends[0]) & (dates <= ends[1]))


@dataclass(frozen=True)
class PersonRisk:
    """``table``: one row per way and outcome with ``risk``, ``difference`` and ``ratio``.

    The last two are against staying, paired draw by draw; each has ``_low`` and ``_high`` (90 %).
    ``probability_lower`` is the share of draws with a lower risk than staying,
    ``population_at_risk`` the people of the place where the way ends (median over draws).
    ``risks`` are the draws: [ways, outcomes, draws].
    """

    table: pd.DataFrame
    risks: NDArray[np.float64]
    ways: tuple[str, ...]
    """``"stay: stewart-detention-center-ga"`` and so on, the first is staying"""
    days: int
    draws: int
    age: int
    vulnerable: bool
    after_days: int
    scenario: str

    @property
    def facility(self) -> str:
        """Id of the facility where the person is."""
        return self.ways[0].partition(": ")[2]
