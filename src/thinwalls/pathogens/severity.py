"""How ill people become: shares of every split of the stage graph, by class of person.

For one infection at one age, with the published tables of the pathogen

* ``h`` share of infections that need a hospital: table x scale x vulnerability x what vaccination
  and earlier infection leave of it, at most the symptomatic share; who dies needed one, so the
  table is nowhere below that of deaths;
* ``d`` share of those in hospital who die: the table of deaths over the table of hospital need
  (both scale alike, so it does not depend on the scale), times the delayed-care ratio;
* ``c`` share of those in hospital who need intensive care, ``d_c`` the share of these who die and
  ``d_w`` the share of the others who die: ``d_c = min(most, deaths in intensive care x d / c)``,
  ``d_w = (d - c d_c) / (1 - c)``, so ``c d_c + (1 - c) d_w = d`` and the published infection
  fatality holds whatever the split (``d_c`` exceeds ``most`` where ``d_w`` would exceed 1);
* a graph without intensive care has ``c = 0``, so ``d`` of those in hospital die;
* without a bed (without intensive care) the odds of death are ``d`` (``d_c``) times an odds ratio.

Vulnerable people have ``ratio`` times the need for hospital of others of their age; both are set
so that their average, at the share of vulnerable people in the general population, is the table.
A class of several ages gets the average over the ages of its infections.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.pathogens.schema import OLDEST_AGE, POSITION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thinwalls.common import Float


MIDDLE = 0.5
"""Position at which a table by age is as stated."""


@dataclass(frozen=True, slots=True)
class PersonClass:
    """People for whom the disease runs alike."""

    age_low: int
    """youngest age, whole years"""
    age_high: int
    """oldest age, included; 100 stands for all above"""
    vulnerable: bool | None
    """has a condition that raises the risk; None: as many as in the general population"""
    vaccinated: bool = False
    prior_infection: bool = False
    treated_share: float = 1.0
    """share of those who need a hospital who are taken to one"""
    delayed_care: bool = False
    """comes to hospital late, as recorded for people in custody"""
    days_since_vaccination: float = 0.0
    """days since protection was full; it wanes where the pathogen says how"""

    def __post_init__(self) -> None:
        if not 0 <= self.age_low <= self.age_high <= OLDEST_AGE:
            raise InputError(
                "must be from 0 to {oldest}, the lower first",
                field="ages",
                value=(self.age_low, self.age_high),
                oldest=OLDEST_AGE,
            )
        if not self.days_since_vaccination >= 0:
            raise InputError(
                "must be at least 0",
                field="days_since_vaccination",
                value=self.days_since_vaccination,
            )
        if not 0 <= self.treated_share <= 1:
            raise InputError(
                "must be between 0 and 1", field="treated_share", value=self.treated_share
            )


def by_year(values: Mapping[str, float], table: str) -> Float:
    """[OLDEST + 1] a table by age, year by year, from its entries among the parameters.

    A table with ends is taken at its position: as stated in the middle (0.5), towards the low end
    (0) or the high end (1) in a straight line of the logarithms, or of the shares themselves if
    the table has a zero.  So it rises with age wherever the table and its ends do.
    """
    lead = f"by_age.{table}."
    own = {
        name.removeprefix(lead): value for name, value in values.items() if name.startswith(lead)
    }
    central = _steps(own, "")
    if POSITION not in own:
        return central
    ends = (_steps(own, "low."), _steps(own, "high."))
    end = ends[0] if own[POSITION] < MIDDLE else ends[1]
    weight = min(abs(own[POSITION] / MIDDLE - 1.0), 1.0)
    if any(np.any(one <= 0) for one in (central, *ends)):
        return np.asarray((1.0 - weight) * central + weight * end)
    return np.asarray(central ** (1.0 - weight) * end**weight)


def _steps(entries: Mapping[str, float], lead: str) -> Float:
    """[OLDEST + 1] entries named by the age from which they hold."""
    from_age = sorted(
        (int(name.removeprefix(lead)), value)
        for name, value in entries.items()
        if name.startswith(lead) and name.removeprefix(lead).isdigit()
    )
    result = np.zeros(OLDEST_AGE + 1)
    for age, value in from_age:
        result[age:] = value
    return result


def severity_shares(
    values: Mapping[str, float],
    classes: Sequence[PersonClass],
    age_weight: Float | None = None,
) -> dict[str, Float]:
    """Share of every branch, given that its split is reached.

    Parameters
    ----------
    values
        A value for every parameter of the pathogen.
    classes
        K classes of people.
    age_weight
        [K, 101] people by year of age; a class without it is uniform over its ages.

    Returns
    -------
    dict
        [K] shares by name of the branch's share.
    """
    tables = _Tables.of(values)
    by_kind: dict[tuple[object, ...], tuple[Float, Float, Float, Float]] = {}
    rows = []
    for person in classes:
        # What a class differs in besides its ages and the care it gets.
        kind = (
            person.vulnerable,
            person.vaccinated,
            person.prior_infection,
            person.delayed_care,
        )
        if kind not in by_kind:
            by_kind[kind] = _one(values, person, tables)
        rows.append(by_kind[kind])
    weights = age_weights(classes, age_weight)
    shape = (len(rows), OLDEST_AGE + 1)
    need, die_icu, die_ward, die = (
        np.array([row[n] for row in rows]).reshape(shape) for n in range(4)
    )
    critical = tables.critical
    treated = np.array([person.treated_share for person in classes])

    severe = np.sum(weights * need, axis=1)
    in_hospital = _normalised(weights * need, weights)
    in_icu = _normalised(weights * need * critical, weights)
    icu_share = np.sum(in_hospital * critical, axis=1)
    ward_dies = np.sum(in_hospital * (1 - critical) * die_ward, axis=1)
    icu_dies = np.sum(in_icu * die_icu, axis=1)
    dies = np.sum(in_hospital * die, axis=1)
    no_bed = np.sum(
        in_hospital * _shift_odds(die, values.get("severity.no_bed_death_odds", 1.0)), axis=1
    )
    no_icu = np.sum(
        in_icu * _shift_odds(die_icu, values.get("severity.no_icu_death_odds", 1.0)), axis=1
    )
    return _of_branches(
        values["symptomatic_share"],
        severe,
        icu_share,
        ward_dies,
        icu_dies,
        dies,
        no_bed,
        no_icu,
        treated,
    )


def severity_shares_by_age(
    values: Mapping[str, float], persons: Sequence[PersonClass]
) -> dict[str, Float]:
    """[P, 101] share of every branch for people of each class at every single year of age."""
    tables = _Tables.of(values)
    rows = [_one(values, person, tables) for person in persons]
    need, die_icu, die_ward, die = (np.array([row[n] for row in rows]) for n in range(4))
    return _of_branches(
        values["symptomatic_share"],
        need,
        np.broadcast_to(tables.critical, need.shape),
        (1 - tables.critical) * die_ward,
        die_icu,
        die,
        _shift_odds(die, values.get("severity.no_bed_death_odds", 1.0)),
        _shift_odds(die_icu, values.get("severity.no_icu_death_odds", 1.0)),
        np.repeat([[person.treated_share] for person in persons], OLDEST_AGE + 1, axis=1),
    )


def _of_branches(
    with_symptoms: float,
    severe: Float,
    icu_share: Float,
    ward_dies: Float,
    icu_dies: Float,
    dies: Float,
    no_bed: Float,
    no_icu: Float,
    treated: Float,
) -> dict[str, Float]:
    """Share of every branch from what decides them, all of one shape."""
    return {
        "always": np.ones(severe.shape),
        "asymptomatic": np.full(severe.shape, 1 - with_symptoms),
        "mild": with_symptoms - severe,
        "severe": severe,
        "ward_recovers": treated * (1 - icu_share - ward_dies),
        "ward_dies": treated * ward_dies,
        "critical": treated * icu_share,
        "treated": treated,
        "untreated": 1 - treated,
        "hospital_recovers": 1 - dies,
        "hospital_dies": dies,
        "icu_recovers": 1 - icu_dies,
        "icu_dies": icu_dies,
        "no_bed_recovers": 1 - no_bed,
        "no_bed_dies": no_bed,
        "no_icu_recovers": 1 - no_icu,
        "no_icu_dies": no_icu,
    }


def age_weights(classes: Sequence[PersonClass], given: Float | None) -> Float:
    """[K, 101] share of each year of age in each class; rows sum to 1."""
    age = np.arange(OLDEST_AGE + 1)
    low = np.array([person.age_low for person in classes])[:, None]
    high = np.array([person.age_high for person in classes])[:, None]
    weights = np.where((age >= low) & (age <= high), 1.0 if given is None else given, 0.0)
    total = weights.sum(axis=1, keepdims=True)
    empty = np.flatnonzero(~(total[:, 0] > 0))
    if empty.size:
        raise InputError("has no people at the ages of the class", field=f"age_weight[{empty[0]}]")
    return np.asarray(weights / total)


@dataclass(frozen=True)
class _Tables:
    """[101] the tables of the pathogen, year by year."""

    hospital: Float
    critical: Float
    vulnerable: Float
    dying: Float
    """share of those in hospital who die"""

    @classmethod
    def of(cls, values: Mapping[str, float]) -> _Tables:
        """From the values of its parameters."""
        deaths = by_year(values, "death_share")
        hospital = np.maximum(by_year(values, "hospitalised_share"), deaths)
        return cls(
            hospital,
            by_year(values, "critical_share"),
            by_year(values, "vulnerable_share"),
            np.divide(deaths, hospital, out=np.zeros_like(deaths), where=hospital > 0),
        )


def _one(
    values: Mapping[str, float], person: PersonClass, tables: _Tables
) -> tuple[Float, Float, Float, Float]:
    hospital, critical, dying = tables.hospital, tables.critical, tables.dying
    ratio = values["severity.vulnerable_ratio"]
    factor = np.full_like(hospital, values["severity.scale"])
    if person.vulnerable is not None:
        factor *= (ratio if person.vulnerable else 1.0) / (1 + tables.vulnerable * (ratio - 1))
    if person.vaccinated:
        factor = factor * (1 - values["vaccine.severe"])
    if person.prior_infection:
        factor = factor * (1 - values["immunity.prior_infection_severe"])
    need = np.minimum(hospital * factor, values["symptomatic_share"])

    wanted = values.get("severity.critical_deaths_share", 0.0) * dying
    per_case = np.divide(wanted, critical, out=np.zeros_like(wanted), where=critical > 0)
    die_icu = np.minimum(per_case, values.get("severity.critical_death_most", 1.0))
    # More deaths than all who are not critical leave the rest to intensive care.
    over = dying - (1 - critical)
    die_icu = np.maximum(
        die_icu, np.divide(over, critical, out=np.zeros_like(over), where=critical > 0)
    )
    rest = dying - critical * die_icu
    die_ward = np.divide(rest, 1 - critical, out=np.zeros_like(rest), where=critical < 1)
    if person.delayed_care:
        late = values["severity.delayed_care_death_ratio"]
        die_icu, die_ward, dying = die_icu * late, die_ward * late, dying * late
    return need, _share(die_icu), _share(die_ward), _share(dying)


def _share(number: Float) -> Float:
    return np.clip(number, 0.0, 1.0)


def _shift_odds(share: Float, odds_ratio: float) -> Float:
    return odds_ratio * share / (1 - share + odds_ratio * share)


def _normalised(weights: Float, otherwise: Float) -> Float:
    total = weights.sum(axis=1, keepdims=True)
    return np.where(total > 0, weights / np.where(total > 0, total, 1.0), otherwise)
