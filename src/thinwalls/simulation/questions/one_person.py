"""One person's risk if they stay in a facility, are transferred, or are released to a county.

With the force of infection lambda of the places where the person would be, taken day by day from a
run in which nothing else changes,

    risk of infection = 1 - exp(-sum of lambda over the days)

and, with the pathogen's shares of every split at the person's age and condition,

    risk of admission = sum over places of (infected there) x (share of infections admitted)
    risk of death     = the same with the share that ends in death

The infection happens within the days asked for; admission and death follow whenever they come,
with every bed that is needed free.  One person changes no place's force of infection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Message
from thinwalls.pathogens import PersonClass
from thinwalls.policy import Scenario
from thinwalls.results import PersonRisk
from thinwalls.simulation.experiments.run_options import MOST_DAYS, whole_number
from thinwalls.simulation.experiments.simulate import simulate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from thinwalls.common import Float
    from thinwalls.pathogens import Disease, Pathogen
    from thinwalls.results import Results
    from thinwalls.simulation.draws.priors import Priors
    from thinwalls.system import System

OUTCOMES = ("infection", "admission", "death")
STAY = "stay"
_MOST_HINTS = 4
_LEVEL = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Course:
    """What happens to one infected person of an age and condition."""

    admission: float
    death: float


@dataclass(frozen=True)
class PersonPlan:
    """Who the person is, and what could happen to them after ``after_days``."""

    facility: str
    age: int
    vulnerable: bool = False
    transfer_to: str | None = None
    release_to: str | None = None
    after_days: int = 0

    def within(self, system: System, days: int) -> PersonPlan:
        """The same with ids in place of parts of names.

        Raises
        ------
        InputError
            For what the system cannot answer.
        """
        check_plan(system, self.after_days, days, self.release_to)
        here = system.facility(self.facility)
        there = None
        if self.transfer_to is not None:
            there = _facility(system, self.transfer_to)
            if there == here:
                raise InputError("is where the person is", field="transfer_to", value=there)
        return replace(self, facility=here, transfer_to=there)

    @property
    def places(self) -> list[str]:
        """Places that a run has to keep day by day, each once."""
        named = (self.facility, self.transfer_to, self.release_to)
        return list(dict.fromkeys(place for place in named if place is not None))

    def run(
        self, system: System, pathogen: Pathogen, scenario: Scenario | None = None, **options: Any
    ) -> Results:
        """A run of one scenario (nothing is done unless given) that :meth:`risk_in` can read."""
        done = [scenario or Scenario("nothing changes")]
        return simulate(system, pathogen, done, places=self.places, **options)

    def risk_in(self, results: Results, pathogen: Pathogen, **more: Any) -> PersonRisk:
        """:func:`one_person_in` of this plan."""
        return one_person_in(
            results,
            pathogen,
            facility=self.facility,
            age=self.age,
            vulnerable=self.vulnerable,
            transfer_to=self.transfer_to,
            release_to=self.release_to,
            after_days=self.after_days,
            **more,
        )


def person(
    system: System,
    pathogen: Pathogen,
    *,
    facility: str,
    age: int,
    vulnerable: bool,
    transfer_to: str | None = None,
    release_to: str | None = None,
    after_days: int = 0,
    days: int = 60,
    draws: int = 200,
    seed: int = 1,
    start: str | dt.date | None = None,
    scenario: Scenario | None = None,
    threads: int | None = None,
    priors: str | Priors | None = None,
) -> PersonRisk:
    """Compare staying in ``facility`` with being transferred or released after ``after_days``.

    ``facility`` and ``transfer_to`` are ids or parts of names, ``release_to`` is a county's FIPS
    code.  ``scenario`` is what is done meanwhile (nothing unless given), ``priors`` as
    for :func:`simulate`.  Raises
    :class:`~thinwalls.common.InputError` for a place that the system does not have.
    """
    asked = PersonPlan(facility, age, vulnerable, transfer_to, release_to, after_days)
    plan = asked.within(system, days)
    results = plan.run(
        system,
        pathogen,
        scenario,
        days=days,
        draws=draws,
        seed=seed,
        start=start,
        threads=threads,
        priors=priors,
    )
    return plan.risk_in(results, pathogen)


def check_plan(system: System, after_days: int, days: int, release_to: str | None) -> None:
    """Raise :class:`~thinwalls.common.InputError` for a plan that the system cannot answer."""
    whole_number("days", days, 1, MOST_DAYS)
    if not 0 <= after_days < days:
        raise InputError("must be from 0 to below days", field="after_days", value=after_days)
    if release_to is None or release_to in system.counties.index:
        return
    names = system.counties["name"] + ", " + system.counties["state"]
    fits = names[names.str.contains(release_to, case=False, regex=False)]
    problem = Message("no county of the system has this FIPS code")
    if len(fits):
        near = ", ".join(f"{name} has {code}" for code, name in fits.head(_MOST_HINTS).items())
        problem = Message("no county of the system has this FIPS code; {names}", names=near)
    raise InputError.of(problem, field="release_to", value=release_to)


def _facility(system: System, text: str) -> str:
    """Id of the other facility; an error says that it is the other one."""
    try:
        return system.facility(text)
    except InputError as problem:
        raise InputError.of(problem.problem, field="transfer_to", value=text) from None


def one_person_in(
    results: Results,
    pathogen: Pathogen,
    *,
    facility: str,
    age: int,
    vulnerable: bool,
    transfer_to: str | None = None,
    release_to: str | None = None,
    after_days: int = 0,
    days: int | None = None,
    scenario: str | None = None,
) -> PersonRisk:
    """The same from a run that there is already, within its first ``days`` (all unless given).

    The places are ids that the run kept day by day; ``scenario`` is the first one unless named.
    """
    days = results.days if days is None else days
    name = results.baseline_name(scenario)
    most = results.days if days is None else days
    if not 0 <= after_days < most:
        raise InputError("must be from 0 to below days", field="after_days", value=after_days)
    ways = [(STAY, facility, "detained")]
    if transfer_to is not None:
        ways.append(("transfer", transfer_to, "detained"))
    if release_to is not None:
        ways.append(("release", release_to, "residents"))
    draws = results.draws
    force = [_force(results, name, place, group)[:, :days] for _, place, group in ways]
    mixed = [
        np.concatenate([force[0][:, :after_days], one[:, after_days:]], axis=1) for one in force
    ]
    risks = np.zeros((len(ways), len(OUTCOMES), draws))
    for draw in range(draws):
        disease = pathogen.at(parameters_of_draw(results, pathogen, draw))
        inside, outside = (
            course_of(disease, PersonClass(age, age, vulnerable, delayed_care=late))
            for late in (True, False)
        )
        for way, (_, _, group) in enumerate(ways):
            after = inside if group == "detained" else outside
            risks[way, :, draw] = risk(mixed[way][draw], after_days, inside, after)
    names = tuple(f"{way}: {place}" for way, place, _ in ways)
    ever = results.totals["people_ever"].sel(scenario=name)
    people = [float(ever.sel(place=place, group=group).median()) for _, place, group in ways]
    return PersonRisk(
        _table(names, people, risks),
        risks,
        names,
        force[0].shape[1],
        draws,
        age=age,
        vulnerable=vulnerable,
        after_days=after_days,
        scenario=name,
    )


def risk(
    force: Float, after_days: int, before: Course, after: Course
) -> tuple[float, float, float]:
    """Risk of infection, admission, death under a force of infection per day [days].

    Whoever is infected before day ``after_days`` has the course ``before``, others ``after``.
    """
    left = np.exp(-np.concatenate([[0.0], np.cumsum(force)]))
    early, late = 1.0 - left[after_days], left[after_days] - left[-1]
    return (
        float(1.0 - left[-1]),
        float(early * before.admission + late * after.admission),
        float(early * before.death + late * after.death),
    )


def course_of(disease: Disease, one: PersonClass) -> Course:
    """Share of infections that are admitted, and that end in death, with every bed free."""
    n = len(disease.stages)
    steps = np.zeros((n, n))
    steps[disease.branch_from, disease.branch_to] = disease.branch_probability([one])[0]
    steps[disease.index[disease.susceptible]] = 0.0
    begin = np.zeros(n)
    begin[disease.index[disease.infected]] = 1.0
    dead = np.array([not stage.alive for stage in disease.stages])
    bed = np.array([stage.resource is not None for stage in disease.stages])
    visits = np.linalg.solve(np.eye(n) - steps.T, begin)
    into_beds = steps * (~bed[:, None] & bed[None, :])
    return Course(admission=float((visits @ into_beds).sum()), death=float(visits[dead].sum()))


def _force(results: Results, scenario: str, place: str, group: str) -> Float:
    if place not in results.dataset["place"].values:
        raise InputError(
            "was not kept day by day; run again with --place (places=)", field="place", value=place
        )
    values = results.dataset["force_of_infection"].sel(scenario=scenario, place=place, group=group)
    return np.asarray(values.transpose("draw", "date").values, dtype=np.float64)


def parameters_of_draw(results: Results, pathogen: Pathogen, draw: int) -> Mapping[str, float]:
    """The pathogen's parameters in one draw of a run."""
    sampled = results.parameters
    return {
        name: float(sampled[name].values[draw])
        for name in pathogen.parameters
        if name in sampled.data_vars
    }


def _table(ways: Sequence[str], people: Sequence[float], risks: Float) -> pd.DataFrame:
    rows = []
    for way, name in enumerate(ways):
        for outcome, what in enumerate(OUTCOMES):
            values, stay = risks[way, outcome], risks[0, outcome]
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.where(stay > 0, values / stay, np.nan)
            row: dict[str, Any] = {
                "way": name,
                "outcome": what,
                "population_at_risk": people[way],
                "probability_lower": float(np.mean(values < stay)),
            }
            for column, numbers in (
                ("risk", values),
                ("difference", values - stay),
                ("ratio", ratio),
            ):
                known = numbers[~np.isnan(numbers)]
                low, middle, high = np.quantile(known, _LEVEL) if len(known) else [np.nan] * 3
                row |= {column: middle, f"{column}_low": low, f"{column}_high": high}
            rows.append(row)
    return pd.DataFrame(rows)
