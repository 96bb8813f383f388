"""An outbreak that has begun: of all futures, those in which as many cases were found by the date.

Every scenario of a run begins with the same outbreak.  Futures are tried one after the other, each
with its own parameters and its own day of introduction, and simulated up to the date as the first
scenario has it; those that fit what was found are the draws of the run.  That is rejection
sampling: where the number has to be met exactly the draws are a sample of the parameters and
histories given what was found (Tavare et al. 1997, "Inferring coalescence times from DNA sequence
data", Genetics 145:505-518; Pritchard et al. 1999, Mol Biol Evol 16:1791-1798).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.simulation.outputs.what_is_recorded import CASES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from thinwalls.common import Int
    from thinwalls.engine import Inputs, Output, Seeds
    from thinwalls.policy import Scenario, Seed
    from thinwalls.simulation.population.layout import Layout

EXACT = 5
"""Up to so many cases the number has to be met exactly."""
TOLERANCE = 0.1
"""Share by which larger numbers may differ, at least by one."""
FIRST_WITHIN_DAYS = 3
"""Days by which the first case may be found earlier or later."""
MOST_TRIED = 500
"""Futures tried for every one that is wanted."""
AT_ONCE = 64
"""Futures tried before it is asked whether they are enough."""


@dataclass(frozen=True)
class BegunOutbreak:
    """What was found, and where a run has it."""

    seed: Seed
    outputs: Int
    """outputs of the facility: people detained there and its staff"""
    first_day: int
    last_day: int
    """day of the run by whose end the cases were found"""

    @property
    def days(self) -> int:
        """Days that a try takes."""
        return self.last_day + 1

    def part_of(self, inputs: Inputs, steps_per_day: int) -> Inputs:
        """The inputs of a run up to the date."""
        n_steps = self.days * steps_per_day
        rates = inputs.rates
        series = (rates.series_multiplier, rates.series_hazard_per_day)
        multiplier, hazard = (None if one is None else one[:n_steps] for one in series)
        return replace(
            inputs,
            n_steps=n_steps,
            rates=replace(
                rates,
                period_of_step=rates.period_of_step[:n_steps],
                series_multiplier=multiplier,
                series_hazard_per_day=hazard,
            ),
            seeds=_within(inputs, n_steps),
        )

    def fits(self, inputs: Inputs, output: Output) -> bool:
        """Whether as many cases were found by the date, the first about when it was."""
        daily = inputs.outputs.daily
        rows = self.outputs if daily is None else np.unique(daily[self.outputs])
        by_day = output.flow[: self.days, rows[rows >= 0], CASES].sum(axis=1)
        wanted = self.seed.cases_found or 0
        allowed = 0.0 if wanted <= EXACT else max(1.0, TOLERANCE * wanted)
        if abs(by_day.sum() - wanted) > allowed:
            return False
        first = int(np.argmax(by_day > 0))
        return abs(first - self.first_day) <= FIRST_WITHIN_DAYS


def _within(inputs: Inputs, n_steps: int) -> Seeds:
    """Seeds of the first steps."""
    seeds = inputs.seeds
    kept = np.flatnonzero(seeds.step < n_steps)
    if len(kept) == len(seeds.step):
        return seeds
    pool = np.concatenate(
        [np.arange(seeds.pool_start[row], seeds.pool_start[row + 1]) for row in kept]
        or [np.zeros(0, np.int64)]
    ).astype(np.int64)
    length = np.diff(seeds.pool_start)[kept]
    by_row = {
        name: getattr(seeds, name)[kept] for name in ("step", "stage", "people", "movement", "key")
    }
    by_pool = {name: getattr(seeds, name)[pool] for name in ("pool_cell", "pool_weight", "pool_to")}
    start = np.concatenate([[0], np.cumsum(length)]).astype(seeds.pool_start.dtype)
    return replace(seeds, pool_start=start, **by_row, **by_pool)


def begun_outbreak(
    scenarios: Sequence[Scenario], layout: Layout, start: dt.date, days: int
) -> BegunOutbreak | None:
    """The outbreak with which every scenario of a run begins, if there is one.

    Raises
    ------
    InputError
        When scenarios begin with different ones, or one with several; when the dates are not
        within the run.
    """
    begun = [[seed for seed in one.seeds if seed.cases_found is not None] for one in scenarios]
    if not any(begun):
        return None
    if any(one != begun[0] for one in begun) or len(begun[0]) > 1:
        raise InputError(
            "all scenarios of a run begin with the same outbreak, and with one",
            field="seed.cases_found",
            value=max(begun, key=len)[0].cases_found,
        )
    seed = begun[0][0]
    assert seed.first_found is not None
    assert seed.by is not None
    first, last = (seed.first_found - start).days, (seed.by - start).days
    for name, day, date in (("first_found", first, seed.first_found), ("by", last, seed.by)):
        if not 0 <= day < days:
            raise InputError(
                "must lie within the run, from {first} on for {count} days",
                field=f"seed.{name}",
                value=str(date),
                first=start,
                count=days,
            )
    place = layout.outputs["place"].to_numpy()
    group = layout.outputs["group"].to_numpy()
    here = (place == seed.place) & np.isin(group, ("detained", "staff"))
    return BegunOutbreak(seed, np.flatnonzero(here), first, last)
