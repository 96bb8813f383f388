"""The measures inside of 2020 as the reduced model has them: a factor on contact, day by day.

Which measures, and from when, is read from the scenario *what happened*; how strong they are are
the quantities that the simulation draws for them, under the same names.  So a fit with them gives
a reproduction number without them.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.pathogens import load_pathogen
from thinwalls.policy import (
    Distancing,
    Hygiene,
    InsideAction,
    Isolation,
    Masks,
    load_scenario_set,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thinwalls.common import Float, Quantity
    from thinwalls.policy import Scenario


SCENARIO_SET: Final = "demo-2020"
HAPPENED: Final = "what happened"
_EFFECT: Final = "effect."
_STAGES_ILL: Final = 2
"""Stages of the time with symptoms in covid-2020."""


@cache
def what_happened() -> Scenario:
    """The scenario with the recorded flows and the measures inside."""
    return next(one for one in load_scenario_set(SCENARIO_SET) if one.name == HAPPENED)


@cache
def measures_of_2020() -> tuple[InsideAction, ...]:
    """What was done inside facilities, with dates."""
    return tuple(one for one in what_happened().actions if isinstance(one, InsideAction))


@cache
def measure_effects() -> Mapping[str, Quantity]:
    """The packaged distribution of every number of the measures, by its name in a run."""
    return {
        f"{_EFFECT}{name}": quantity
        for action in measures_of_2020()
        for name, quantity in action.quantities().items()
    }


def contact_inside(
    values: Mapping[str, float],
    days: int,
    *,
    start: dt.date,
    measures: Sequence[InsideAction] | None = None,
) -> Float:
    """Factor on contact inside from ``start``.

    Parameters
    ----------
    values
        Of :func:`measure_effects`.
    days
        How many.
    start
        The first day.
    measures
        Those of 2020 unless given.

    Returns
    -------
    NDArray
        [days] factor, 1 where nothing is done.
    """
    factor = np.ones(days)
    for action in measures_of_2020() if measures is None else measures:
        dates = (start + dt.timedelta(days=day) for day in range(days))
        strength = np.array([action.strength(date, start) for date in dates])
        factor *= _factor(action, values, strength)
    return factor


def _factor(action: InsideAction, values: Mapping[str, float], strength: Float) -> Float:
    number = {key: values[_EFFECT + name] for key, name in action.effect_names().items()}
    if isinstance(action, Hygiene | Distancing):
        return 1.0 - number["effect"] * action.adherence * strength
    if isinstance(action, Masks):
        return 1.0 - number["effect"] * number["wearing"] * strength
    if isinstance(action, Isolation):
        return 1.0 - strength * isolation_effect(number["found"], number["delay_days"])
    raise TypeError(f"the reduced model has no {action.do}")


def isolation_effect(found: float, delay_days: float) -> float:
    """Share of all contagion that isolation of people with symptoms takes away.

    A share ``found`` is isolated, ``delay_days`` after symptoms begin, at the hazard of the
    simulation, ``f / ((1 - f) D + d)`` with ``D`` mean days of symptoms.  With ``q`` the chance
    of leaving the first of two equal stages of ``D`` before being found, ``1 - q (1 + q) / 2`` of
    the time with symptoms is spent isolated.  How much of all contagion that is follows from the
    central values of covid-2020; people who need a hospital are taken as others.
    """
    ill_days, weight, kept = _contagion_with_symptoms()
    hazard = found / ((1.0 - found) * ill_days + delay_days)
    q = 1.0 / (1.0 + hazard * ill_days / _STAGES_ILL)
    return weight * (1.0 - kept) * (1.0 - q * (1.0 + q) / 2.0)


@cache
def _contagion_with_symptoms() -> tuple[float, float, float]:
    """Mean days with symptoms, their share of all contagion, contagion left when isolated."""
    parameters = load_pathogen("covid-2020").parameters

    def central(name: str) -> float:
        return parameters[name].central

    early, symptoms = central("infectiousness.presymptomatic_share"), central("symptomatic_share")
    ill = symptoms * (1.0 - early)
    never = (1.0 - symptoms) * (1.0 - early) * central("infectiousness.asymptomatic")
    weight = ill / (early + ill + never)
    return (
        central("dwell.infectious_after_onset"),
        weight,
        central("infectiousness.isolated"),
    )
