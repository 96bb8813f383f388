"""The numbers that claims are about: one per draw, from a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.evidence.claims.claim_files import COST, PLACES_REACHED, RISKS
from thinwalls.pathogens import PersonClass
from thinwalls.results import WHOLE_SYSTEM, cost, outcomes
from thinwalls.simulation import course_of, parameters_of_draw, risk

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.evidence.claims.claim_files import Amount
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results

OUTBREAK_SHARE = 0.1
"""Infections of at least this share of the people of the first day are an outbreak (the
definition of the recorded 2020-21 outbreaks uses a tenth of the population in three weeks)."""
_CHOICE = dict(zip(RISKS, range(len(RISKS)), strict=True))


def amount_of(results: Results, pathogen: Pathogen, amount: Amount) -> Float:
    """[draw] the number in every draw, in the unit of the outcome.

    Raises
    ------
    InputError
        When the result does not hold the outcome.
    """
    if amount.outcome in RISKS:
        return _risk(results, pathogen, amount)
    if amount.outcome in PLACES_REACHED:
        return _places(results, amount)
    if amount.outcome == COST:
        return np.asarray(cost(results).total(amount.scenario), dtype=np.float64)
    found = outcomes(results).sel(scenario=amount.scenario, group=amount.group)
    if amount.outcome not in found or np.isnan(found[amount.outcome].values).all():
        raise InputError(
            "this result does not hold it for {group}",
            field="outcome",
            value=amount.outcome,
            group=amount.group,
        )
    values = np.asarray(found[amount.outcome].values, dtype=np.float64)
    if not amount.per_person:
        return values
    people = found["population_at_risk"].values
    return np.asarray(np.where(people > 0, values / np.maximum(people, 1.0), np.nan))


def at_risk(results: Results, amount: Amount) -> float:
    """How many people (or facilities) the number is about: the median over draws."""
    if amount.outcome in PLACES_REACHED:
        return float((results.places["kind"] == "facility").sum())
    found = outcomes(results)["population_at_risk"]
    return float(np.median(found.sel(scenario=amount.scenario, group=amount.group).values))


def _risk(results: Results, pathogen: Pathogen, amount: Amount) -> Float:
    """Of an average person of the group in the first ``risk_days`` days, see ``thinwalls person``.

    Detained people come to hospital late, others do not.
    """
    force = results.dataset["force_of_infection"].sel(
        scenario=amount.scenario, place=WHOLE_SYSTEM, group=amount.group
    )
    by_day = np.asarray(force.transpose("draw", "date").values, dtype=np.float64)
    if np.isnan(by_day).any():
        raise InputError("has no exposure in this result", field="group", value=amount.group)
    by_day = by_day[:, : amount.risk_days]
    assert amount.age is not None
    late = amount.group == "detained"
    person = PersonClass(amount.age, amount.age, amount.vulnerable, delayed_care=late)
    found = np.empty(results.draws)
    for draw in range(results.draws):
        course = course_of(pathogen.at(parameters_of_draw(results, pathogen, draw)), person)
        found[draw] = risk(by_day[draw], 0, course, course)[_CHOICE[amount.outcome]]
    return found


def _places(results: Results, amount: Amount) -> Float:
    """Facilities or states in which people were infected in detention."""
    facilities = results.places.index[results.places["kind"] == "facility"]
    totals = results.totals.sel(scenario=amount.scenario, group="detained", place=list(facilities))
    infections = totals["infections"].transpose("draw", "place").values
    if amount.outcome == "facilities with an outbreak":
        people = totals["people_start"].transpose("draw", "place").values
        reached = (infections >= OUTBREAK_SHARE * people) & (infections >= 1)
        return np.asarray(reached.sum(axis=1), dtype=np.float64)
    reached = infections >= 1
    if amount.outcome == "facilities reached":
        return np.asarray(reached.sum(axis=1), dtype=np.float64)
    states = results.places.loc[facilities, "state"].to_numpy(dtype=str)
    by_state = [reached[:, states == state].any(axis=1) for state in np.unique(states)]
    return np.asarray(np.sum(by_state, axis=0), dtype=np.float64)
