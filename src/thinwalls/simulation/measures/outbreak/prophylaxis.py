"""Doses soon after exposure: place by place, when a case was found there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError, Message
from thinwalls.policy import Watch
from thinwalls.simulation.measures.conditions import places_of
from thinwalls.simulation.measures.outbreak.doses import DoseBuilder, doses_of
from thinwalls.simulation.population.layout import cell_key
from thinwalls.simulation.shared_types.compiled_scenario import MoreCounts
from thinwalls.simulation.shared_types.drawn_effects import Switch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.common import Float
    from thinwalls.pathogens import Stage
    from thinwalls.policy import Action, Prophylaxis
    from thinwalls.simulation.shared_types.drawn_effects import Values
    from thinwalls.simulation.shared_types.flow_tables import Works

EVERYBODY = 1e6
"""Doses a day where there is no limit."""


class ProphylaxisBuilder(DoseBuilder):
    """The part of a scenario's builder for prophylaxis after exposure."""

    def give_after_exposure(self, action: Action, given: Prophylaxis) -> None:
        """Give prophylaxis where a case was found.

        Raises
        ------
        InputError
            For a pathogen against which it does not exist.
        """
        name = f"prophylaxis.{given.product}"
        if name not in self.pathogen.parameters:
            products = [one for one in self.pathogen.parameters if one.startswith("prophylaxis.")]
            raise InputError(
                "does not exist against {pathogen}; {allowed}",
                field=f"{action.do}.product",
                value=given.product,
                pathogen=self.pathogen.name,
                allowed=Message("must be one of: {names}", names=", ".join(_short(products)))
                if products
                else Message("its file states no prophylaxis"),
            )
        effect = f"pathogen.{name}"
        self.quantities[effect] = self.pathogen.parameters[name]
        works = _works(effect, given.in_time_days)
        self.all_or_nothing = True
        where, series = self.facilities(given.facilities), self.in_force(action)
        begins = self.days_in_force(action).start
        watch = Watch(
            place="unit" if self.layout.housing.n_units else "facility",
            cases=given.cases,
            within_days=1,
            hospital=None,
            above=None,
            for_days=given.for_days,
            delay_days=given.delay_days,
            or_facilities=True,
        )
        for place in places_of(self.layout, watch):
            if not (where & place.facilities).any():
                continue
            inside = place.cells(self.layout)
            cells, to = self.dosed(inside)
            if given.share_with_record and begins < self.days:
                self.look_at_records(cells, to, given.share_with_record, begins)
            number = EVERYBODY if given.doses_per_day is None else float(given.doses_per_day)
            key = cell_key("prophylaxis", given.product, place.condition.label)
            row = doses_of(key, number, cells, to, works)
            mark = len(self.switches)
            self.switches.append(Switch(place.condition, ()))
            self.more_counts.append(MoreCounts([row], series, mark))


def _short(names: Sequence[str]) -> list[str]:
    return [name.partition(".")[2] for name in names]


def _works(effect: str, in_time_days: float) -> Works:
    """Share of each stage whom a dose protects: of the exposed those infected not long ago."""

    def works(values: Values, stages: Sequence[Stage]) -> Float:
        protected, link = np.zeros(len(stages)), 0
        for s, stage in enumerate(stages):
            if stage.compartment == "S":
                protected[s] = values[effect]
            elif stage.compartment == "E":
                link += 1
                mean = values[f"pathogen.{stage.dwell}"] / stage.chain
                protected[s] = values[effect] * since_infection(link, mean, in_time_days)
        return protected

    return works


def since_infection(link: int, mean_days: float, within_days: float) -> float:
    """Share of people in a link of a chain of stages who came into the chain within some days.

    Where people come evenly, their time since is Gamma distributed with the link as its shape.
    """
    x = within_days / mean_days
    terms = (x**k / math.factorial(k) for k in range(link))
    return 1.0 - math.exp(-x) * math.fsum(terms)
