"""A pathogen with a value for every parameter: the numbers that a simulation needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thinwalls.pathogens.detection import Detection
from thinwalls.pathogens.severity import PersonClass, severity_shares, severity_shares_by_age

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thinwalls.common import Float
    from thinwalls.pathogens.detection import ChangeOfShare
    from thinwalls.pathogens.stages import Stage

Index = NDArray[np.int32]

ADULT = PersonClass(age_low=18, age_high=64, vulnerable=False)
"""The class for which a single generation time is stated."""


WANING_DAYS = 5 * 365.25 / 12
"""Time in which protection falls by ``vaccine.waning``."""


@dataclass(frozen=True)
class Disease:
    """What the germ does in one draw of its parameters; S stages, B branches, K classes."""

    stages: tuple[Stage, ...]
    susceptible: str
    infected: str
    values: Mapping[str, float]
    """every parameter of the pathogen, by name"""
    immunity_in_reproduction_number: bool = False
    """whether the stated reproduction numbers are of people with the immunity of the start"""
    change_of_share: ChangeOfShare | None = None
    """when the share of people with symptoms who are found changes"""

    @cached_property
    def detection(self) -> Detection | None:
        """How people with symptoms are found; None where the file says nothing about it."""
        return Detection.of(self.values, self.change_of_share)

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of every stage by name."""
        return {stage.name: row for row, stage in enumerate(self.stages)}

    @cached_property
    def dwell_days(self) -> Float:
        """[S] mean days in a stage; ``inf`` where nobody leaves by themselves."""
        return np.array(
            [
                np.inf if stage.dwell is None else self.values[stage.dwell] / stage.chain
                for stage in self.stages
            ]
        )

    @cached_property
    def infectiousness(self) -> Float:
        """[S] contagiousness relative to a person with mild symptoms who is not isolated.

        People found are as contagious as others; what isolation leaves of it is a factor where it
        is in force (``infectiousness.isolated``).  Contagiousness fades while symptoms last: people
        who are ill for longer before they go to hospital pass on as much in all as others with
        symptoms, spread over their longer time.
        """
        return np.array([self._infectiousness_of(stage) for stage in self.stages])

    def _infectiousness_of(self, stage: Stage) -> float:
        match stage.kind:
            case None:
                return 0.0
            case "asymptomatic":
                return self.values["infectiousness.asymptomatic"]
            case "presymptomatic":
                return self._presymptomatic
            case "symptomatic":
                own = self.values[stage.dwell] if stage.dwell is not None else self._mild_days
                return min(1.0, self._mild_days / own)

    @cached_property
    def _mild_days(self) -> float:
        """Days with mild symptoms."""
        entry = next(to for stage in self.stages for to, share in stage.exits if share == "mild")
        dwell = self.stages[self.index[entry]].dwell
        assert dwell is not None
        return self.values[dwell]

    @cached_property
    def _presymptomatic(self) -> float:
        """From the share of transmission before symptoms: iota_P d_P / (iota_P d_P + d_I)."""
        if "infectiousness.presymptomatic" in self.values:
            return self.values["infectiousness.presymptomatic"]
        share = self.values["infectiousness.presymptomatic_share"]
        before = sum(
            days
            for stage, days in zip(self.stages, self.dwell_days, strict=True)
            if stage.kind == "presymptomatic" and not stage.found
        )
        return float(share / (1 - share) * self._mild_days / before)

    @cached_property
    def _branches(self) -> tuple[tuple[int, int, str], ...]:
        return _branches_of(self.stages)

    @cached_property
    def branch_from(self) -> Index:
        """[B] stage that a branch leaves."""
        return np.array([branch[0] for branch in self._branches], dtype=np.int32)

    @cached_property
    def branch_to(self) -> Index:
        """[B] stage that a branch enters."""
        return np.array([branch[1] for branch in self._branches], dtype=np.int32)

    def branch_probability(
        self, classes: Sequence[PersonClass], age_weight: Float | None = None
    ) -> Float:
        """Probability of a branch when its stage is left; sums to 1 per stage and class.

        Parameters
        ----------
        classes
            K classes of people.
        age_weight
            [K, 101] people of each class by year of age; uniform when not given.

        Returns
        -------
        NDArray
            [K, B].
        """
        by_name = severity_shares(self.values, classes, age_weight)
        columns = [by_name[share] for _, _, share in self._branches]
        return np.clip(np.stack(columns, axis=1), 0.0, 1.0)

    @cached_property
    def overflow(self) -> Mapping[str, str]:
        """Stage that is entered instead when no bed (no intensive care) is free."""
        return {stage.name: stage.overflow for stage in self.stages if stage.overflow is not None}

    def susceptibility(self, classes: Sequence[PersonClass]) -> Float:
        """[K] risk of infection relative to people without any immunity.

        A vaccine's protection falls in a straight line from its value, by ``vaccine.waning`` in
        five months, to nothing.
        """
        waning = self.values.get("vaccine.waning", 0.0) / WANING_DAYS
        vaccine = self.values["vaccine.infection"]
        infection = self.values["immunity.prior_infection"]
        return np.array(
            [
                (1 - max(vaccine - waning * person.days_since_vaccination, 0.0) * person.vaccinated)
                * (1 - infection * person.prior_infection)
                for person in classes
            ],
            dtype=np.float64,
        )

    def infectivity(self, classes: Sequence[PersonClass]) -> Float:
        """[K] contagiousness when infected, relative to people without any immunity."""
        vaccine = self.values["vaccine.transmission"]
        infection = self.values["immunity.prior_infection_transmission"]
        return np.array(
            [
                (1 - vaccine * person.vaccinated) * (1 - infection * person.prior_infection)
                for person in classes
            ],
            dtype=np.float64,
        )

    @cached_property
    def reproduction_number(self) -> Mapping[str, float]:
        """People infected by one when all are susceptible: community, cells, dormitory.

        Where the stated numbers count the immunity of the start, a share f of immune people, they
        are divided by 1 - f.
        """
        lead = "reproduction_number."
        immune = self.values["immunity.start_share"] if self.immunity_in_reproduction_number else 0
        return {
            name.removeprefix(lead): value / (1.0 - immune)
            for name, value in self.values.items()
            if name.startswith(lead)
        }

    def season(self, days: int) -> Float | None:
        """[days] factor on all contagion: 1 in the season, less after it; None without a season.

        A run begins with the season.
        """
        if "season.days" not in self.values:
            return None
        over = np.arange(days) >= self.values["season.days"]
        return np.where(over, self.values["season.after"], 1.0)

    @cached_property
    def mean_generation_days(self) -> float:
        """Mean days from being infected to infecting, adults, nobody isolated, all susceptible."""
        return float(self.generation_days([ADULT])[0])

    def generation_days(self, classes: Sequence[PersonClass]) -> Float:
        """[K] mean days from being infected to infecting others."""
        first, second = self._moments(classes)
        return second / first

    def infectious_days(self, classes: Sequence[PersonClass]) -> Float:
        """[K] expected days of full contagiousness of one infection that is never isolated.

        A setting where this person meets others with rate beta infects beta times this many.
        """
        return self._moments(classes)[0]

    def infection_fatality(
        self, classes: Sequence[PersonClass], age_weight: Float | None = None
    ) -> Float:
        """[K] share of infections that end in death when every bed that is needed is free."""
        return self._end_in_death(self.branch_probability(classes, age_weight))

    def fatality_by_age(self, persons: Sequence[PersonClass]) -> Float:
        """[P, 101] :meth:`infection_fatality` of each class at every single year of age."""
        by_name = severity_shares_by_age(self.values, persons)
        columns = [np.clip(by_name[share], 0.0, 1.0) for _, _, share in self._branches]
        nobody = np.zeros_like(by_name["always"])
        used = _in_order(self.stages, self.susceptible)
        if used is None:
            probability = np.stack(columns, axis=-1).reshape(-1, len(columns))
            return self._end_in_death(probability).reshape(nobody.shape)
        expected_entries = dict.fromkeys(range(len(self.stages)), nobody)
        expected_entries[self.index[self.infected]] = by_name["always"]
        for branch in used:
            origin, to, _ = self._branches[branch]
            expected_entries[to] = expected_entries[to] + expected_entries[origin] * columns[branch]
        return np.asarray(sum((expected_entries[row] for row in self._dead), nobody))

    @cached_property
    def _dead(self) -> list[int]:
        return [row for row, stage in enumerate(self.stages) if not stage.alive]

    def _end_in_death(self, probability: Float) -> Float:
        """[K] share of infections that end in death, from the [K, B] chances of branches."""
        n = len(self.stages)
        steps = np.zeros((len(probability), n, n))
        steps[:, self.branch_to, self.branch_from] = probability
        steps[:, :, self.index[self.susceptible]] = 0.0
        start = np.eye(n)[self.index[self.infected]]
        expected_entries = np.linalg.solve(np.eye(n) - steps, start[:, None])[..., 0]
        return np.asarray(expected_entries[:, self._dead].sum(axis=1), dtype=np.float64)

    def _steps(self, probability: Float) -> Float:
        steps = np.zeros((len(self.stages), len(self.stages)))
        steps[self.branch_from, self.branch_to] = probability
        return steps

    def _visits(self, probability: Float) -> Float:
        n = len(self.stages)
        start = np.zeros(n)
        start[self.index[self.infected]] = 1.0
        steps = self._steps(probability)
        steps[self.index[self.susceptible]] = 0.0
        return np.asarray(np.linalg.solve(np.eye(n) - steps.T, start), dtype=np.float64)

    def _moments(self, classes: Sequence[PersonClass]) -> tuple[Float, Float]:
        """Integrals of iota(t) and t iota(t) over the time t since infection."""
        probability = self.branch_probability(classes)
        n = len(self.stages)
        days = np.where(np.isfinite(self.dwell_days), self.dwell_days, 0.0)
        first, second = np.zeros(len(classes)), np.zeros(len(classes))
        for k in range(len(classes)):
            steps = self._steps(probability[k])
            occupied = days * self._visits(probability[k])
            later = days * np.linalg.solve(np.eye(n) - steps.T, occupied)
            first[k] = self.infectiousness @ occupied
            second[k] = self.infectiousness @ later
        return first, second


@lru_cache(maxsize=64)
def _branches_of(stages: tuple[Stage, ...]) -> tuple[tuple[int, int, str], ...]:
    """Stage that each branch leaves, stage that it enters, and name of its share."""
    index = {stage.name: row for row, stage in enumerate(stages)}
    return tuple(
        (row, index[to], share) for row, stage in enumerate(stages) for to, share in stage.exits
    )


@lru_cache(maxsize=64)
def _in_order(stages: tuple[Stage, ...], susceptible: str) -> tuple[int, ...] | None:
    """Branches, each after all that lead to the stage that it leaves; None if they go round.

    Who becomes susceptible again is not followed further.
    """
    branches = _branches_of(stages)
    used = [n for n, branch in enumerate(branches) if stages[branch[0]].name != susceptible]
    before: dict[int, list[int]] = {stage: [] for stage in range(len(stages))}
    for n in used:
        before[branches[n][1]].append(branches[n][0])
    try:
        order = {stage: n for n, stage in enumerate(TopologicalSorter(before).static_order())}
    except CycleError:
        return None
    return tuple(sorted(used, key=lambda n: order[branches[n][0]]))
