"""One draw: the values of all uncertain quantities turned into the engine's arrays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thinwalls import engine
from thinwalls.engine.samplers import normal_quantile
from thinwalls.pathogens import Disease, Pathogen
from thinwalls.simulation.community import Community, follow_record
from thinwalls.simulation.layout import Layout
from thinwalls.simulation.sampling import randomised_rounding, stream_of

Float = NDArray[np.float64]
RESOURCES = ("bed", "icu")
"""Hospital resources in the engine's order: an intensive-care patient without a bed needs none."""


@dataclass(frozen=True)
class Draw:
    """What all scenarios of one draw share."""

    number: int
    values: Mapping[str, float]
    disease: Disease
    stages: engine.Stages
    people: NDArray[np.int64]
    """[C, S] at the start"""
    susceptibility: Float
    """[C]"""
    infectivity: Float
    """[C]"""
    facility_transmission: Float
    """[F]"""
    county_transmission: float
    crowding_exponent: float
    staff_inside: float
    """share of a staff member's contact time spent in the facility"""
    community: Community


def engine_stages(pathogen: Pathogen, disease: Disease, layout: Layout) -> engine.Stages:
    """The pathogen's stage graph with the draw's values and the layout's courses."""
    name = [stage.name for stage in pathogen.stages]
    index = {text: s for s, text in enumerate(name)}
    overflow = np.full(len(name), engine.NONE, dtype=np.int32)
    for full, instead in disease.overflow.items():
        overflow[index[full]] = index[instead]
    return engine.Stages(
        dwell_days=disease.dwell_days,
        infectiousness=disease.infectiousness,
        present=np.array([float(stage.present) for stage in pathogen.stages]),
        alive=np.array([stage.alive for stage in pathogen.stages]),
        branch_from=disease.branch_from,
        branch_to=disease.branch_to,
        branch_probability=disease.branch_probability(layout.courses),
        susceptible=index[pathogen.susceptible],
        infected=index[pathogen.infected],
        resource=np.array(
            [
                engine.NONE if stage.resource is None else RESOURCES.index(stage.resource)
                for stage in pathogen.stages
            ],
            dtype=np.int32,
        ),
        overflow=overflow,
    )


def facility_reproduction(
    layout: Layout, values: Mapping[str, float], disease: Disease, seed: int, draw: int
) -> Float:
    """[F] reproduction number inside each facility: housing mix times the facility's own effect.

    The effect is lognormal with mean 1, so that facilities differ but their mean is as stated.
    """
    inside = disease.reproduction_number
    share = layout.system.facilities["dormitory_share"].reindex(list(layout.facility_ids))
    dormitory = share.to_numpy(dtype=np.float64)
    dormitory = np.where(np.isnan(dormitory), values["mixing.share_dormitory"], dormitory)
    mean = dormitory * inside["dormitory"] + (1.0 - dormitory) * inside["cells"]
    sd = values["mixing.facility_effect_sd"]
    normal = np.array(
        [
            normal_quantile(
                float(engine.uniforms(seed, draw, stream_of(f"facility effect {facility}"), 1)[0])
            )
            for facility in layout.facility_ids
        ]
    )
    return np.asarray(mean * np.exp(sd * normal - 0.5 * sd * sd), dtype=np.float64)


def people_at_start(
    layout: Layout, community: Community, stages: engine.Stages, ratio: float, seed: int, draw: int
) -> NDArray[np.int64]:
    """[C, S] whole people by stage: shares of the home county's band, rounded at random.

    Detained people have the prevalence of the rest of the country times ``ratio``.
    """
    cells = layout.cells
    n_stages = len(stages.dwell_days)
    share = np.zeros((len(cells), n_stages))
    home = {code: n for n, code in enumerate(layout.county_fips)}
    by_county = community.share_by_stage
    for band in range(3):
        share[layout.residents[:, band]] = by_county[:, band]
    adults = cells["group"].to_numpy()
    for group, scale in (("staff", 1.0), ("detained", ratio)):
        chosen = np.flatnonzero(adults == group)
        if group == "staff":
            counties = cells["home"].to_numpy()[chosen]
            share[chosen] = by_county[[home[str(code)] for code in counties], 1] * scale
        else:
            share[chosen] = by_county[layout.outside, 1] * scale
    dead = ~stages.alive
    share[:, dead] = 0.0
    share[:, stages.resource >= 0] *= (adults == "residents")[:, None]
    people = cells["people"].to_numpy(dtype=np.int64)
    share[:, stages.susceptible] = 0.0
    uniform = engine.uniforms(seed, draw, stream_of("people at the start"), share.size)
    counts = randomised_rounding(people[:, None] * share, uniform.reshape(share.shape))
    excess = np.maximum(counts.sum(axis=1) - people, 0)
    for cell in np.flatnonzero(excess):
        counts[cell] = _trimmed(counts[cell], int(people[cell]))
    counts[:, stages.susceptible] = people - counts.sum(axis=1)
    return np.ascontiguousarray(counts)


def _trimmed(counts: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The first ``most`` people of a cell in the order of its stages."""
    before = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return np.clip(most - before, 0, counts)


def make_draw(
    layout: Layout,
    pathogen: Pathogen,
    values: Mapping[str, float],
    *,
    start: dt.date,
    days: int,
    steps_per_day: int,
    seed: int,
    draw: int,
) -> Draw:
    """Everything that the scenarios of one draw share."""
    prefix = "pathogen."
    disease = pathogen.at(
        {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix)}
    )
    stages = engine_stages(pathogen, disease, layout)
    detained_course = int(layout.cells["course"].iloc[int(layout.detained[0, 0, 0])])
    adult_course = int(layout.cells["course"].iloc[int(layout.residents[0, 1])])
    per_unit = engine.activity_days(stages, 1.0 / steps_per_day)
    reproduction = facility_reproduction(layout, values, disease, seed, draw)
    county_transmission = 1.0 / float(per_unit[adult_course])
    community = follow_record(
        layout, start, days, steps_per_day, values,
        transmission=county_transmission,
        reproduction_cap=disease.reproduction_number["community"],
        stages=stages,
    )
    course = layout.cells["course"].to_numpy()
    return Draw(
        number=draw,
        values=values,
        disease=disease,
        stages=stages,
        people=people_at_start(
            layout, community, stages, values["mixing.detained_initial_prevalence_ratio"], seed, draw
        ),
        susceptibility=disease.susceptibility(layout.courses)[course],
        infectivity=disease.infectivity(layout.courses)[course],
        facility_transmission=reproduction / float(per_unit[detained_course]),
        county_transmission=county_transmission,
        crowding_exponent=values["mixing.crowding_exponent"],
        staff_inside=values["mixing.staff_time_inside_share"],
        community=community,
    )
