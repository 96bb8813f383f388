"""How unevenly people infect others, in one draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.engine import contagion_shape

if TYPE_CHECKING:
    from thinwalls.common import Float, Int
    from thinwalls.engine import Stages
    from thinwalls.simulation.population.layout import Layout

_LEAST = 0.01
"""Reproduction number of places in which nearly everybody is immune."""


def contagion_shapes(
    layout: Layout,
    stages: Stages,
    k: float,
    *,
    people: Int,
    inside: Float,
    community: float,
    step_days: float,
) -> Float:
    """[C] shape per day of what people pass on (``Cells.contagion_shape_per_day``).

    Detained people infect others as their facility's reproduction number says, all others as that
    of the community.  The course is that of most people detained, which differs from others in who
    goes to hospital only.

    Parameters
    ----------
    layout, stages
        Who there is, and the course of the disease.
    k
        Dispersion of the draw.
    people
        [C, S] at the start: who is not susceptible is not infected.
    inside
        [F] reproduction numbers, all susceptible.
    community
        Reproduction number outside, all susceptible.
    step_days
        Of the run.
    """
    course = layout.cells["course"].to_numpy(dtype=np.int64)
    held = layout.facility_of >= 0
    of_course = np.bincount(course[held], weights=people[held].sum(axis=1) + 1e-9, minlength=1)
    most = int(np.argmax(of_course))
    facility = layout.facility_of[held]
    there = np.bincount(facility, people[held].sum(axis=1), layout.n_facilities)
    susceptible = np.bincount(
        facility, people[held, stages.susceptible], layout.n_facilities
    ) / np.maximum(there, 1.0)
    residents = people[layout.residents]
    outside_susceptible = residents[:, stages.susceptible].sum() / max(residents.sum(), 1)
    reproduction = np.append(
        inside * np.where(there > 0, susceptible, 1.0), community * outside_susceptible
    )
    shape = contagion_shape(
        stages, np.maximum(reproduction, _LEAST), k, step_days=step_days, severity_row=most
    )
    # The last is that of everybody who is not detained.
    return np.asarray(shape[np.where(held, layout.facility_of, layout.n_facilities)])
