"""One draw: the values of all uncertain quantities turned into the engine's arrays."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from thinwalls import engine
from thinwalls.pathogens import Disease, Pathogen, PersonClass
from thinwalls.results import life_table
from thinwalls.simulation.draws.county_epidemics import (
    RECORD_OF,
    Community,
    follow_record,
    hypothetical,
    recorded_infections,
)
from thinwalls.simulation.draws.individual_variation import contagion_shapes
from thinwalls.simulation.draws.overload_deaths import deaths_per_turned_away, years_per_death
from thinwalls.simulation.draws.starting_people import people_at_start
from thinwalls.simulation.finding.found_by_symptoms import found_hazard, normal_of_place
from thinwalls.simulation.population.layout import OLDEST, RESIDENT_AGES, Layout
from thinwalls.simulation.population.severity_rows import NO_COUNTY, SeverityRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.simulation.draws.imputed_places import Imputed, ImputedDraw
    from thinwalls.simulation.population.immunity import Immunity

PATHOGEN = "pathogen."
ISOLATED = "infectiousness.isolated"
SCALE = "pathogen.severity.scale"
DISPERSION = "pathogen.dispersion"
INTRODUCED = "pathogen.introductions.community"
IMMUNE_OUTSIDE, IMMUNE_INSIDE = (
    "pathogen.immunity.start_share",
    "pathogen.immunity.inside_start_share",
)
SPREAD, OWN_SPREAD = "mixing.facility_effect_sd", "pathogen.facility_effect_sd"
"""How much facilities of one kind differ: usually, and where the pathogen says otherwise."""
_NOBODY = 1e-9
"""Weight of a cell without people, so that an empty place has a mean."""
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
    contagion_shape_per_day: Float
    """[C] individual variation in infectiousness"""
    facility_transmission: Float
    """[F]"""
    county_transmission: float
    crowding_exponent: float
    staff_inside: float
    """share of a staff member's contact time spent in the facility"""
    community: Community
    years_per_death: Float
    """[K] mean years of life ahead of those who die, by course"""
    deaths_per_turned_away: Float
    """[R, resources] deaths that one person turned away costs, by hospital region"""
    found_hazard: Float | None = None
    """[weeks or 1, F, stages with symptoms] hazard per day of being found by symptoms"""
    imputed: ImputedDraw | None = None
    """what no source gives about the places; None: the central values"""
    immune_arriving: float | None = None
    """share immune of people who are booked in; None: that of where they come from"""
    seed: int = 0

    def lot(self, key: int) -> float:
        """The uniform number of the draw for a key of 64 bits."""
        return float(engine.uniforms(self.seed, self.number, key >> 1, 1)[0])

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        parts = (self, self.stages, self.community)
        values = [getattr(part, field.name) for part in parts for field in fields(part)]
        arrays = sum(value.nbytes for value in values if isinstance(value, np.ndarray))
        return arrays + (0 if self.imputed is None else self.imputed.nbytes)


def age_weights(
    layout: Layout, values: Mapping[str, float], courses: Sequence[SeverityRow] | None = None
) -> Float:
    """[K, 101] people of each course by year of age: even up to an age, then fewer every year.

    Residents of a county have the age bands of the county.  Of people who are held there are fewer
    every year from 50, of others from 65.
    """
    age = np.arange(OLDEST + 1)
    left = values["mixing.kept_per_year_after_65"] ** np.maximum(age - 65, 0)
    held = values["mixing.detained_kept_per_year_after_50"] ** np.maximum(age - 50, 0)

    def within(low: int, high: int, of: Float) -> Float:
        chosen = np.where((age >= low) & (age <= high), of, 0.0)
        return np.asarray(chosen / chosen.sum())

    bands = np.array([within(low, high, left) for low, high in RESIDENT_AGES])
    of_county = layout.residents_by_age @ bands
    return np.array(
        [
            within(one.person.age_low, one.person.age_high, held if one.held else left)
            if one.county == NO_COUNTY
            else of_county[one.county]
            for one in courses or layout.courses
        ]
    )


def dwell_in_steps(dwell_days: Float, step_days: float) -> Float:
    """Dwell times with which the engine's mean stay is exactly the one wanted.

    In steps of ``dt`` a stage left with probability ``1 - exp(-dt / d)`` lasts
    ``dt / (1 - exp(-dt / d))`` days, about half a step more than ``d``; over a course of five
    stages that would lengthen the generation time by more than two steps.
    """
    share = np.minimum(step_days / dwell_days, 1.0 - 1e-9)
    with np.errstate(divide="ignore"):
        # The d for which dt / (1 - exp(-dt / d)) is the stated stay (section 1.3).
        return np.asarray(-step_days / np.log1p(-share))


def engine_stages(
    pathogen: Pathogen,
    disease: Disease,
    ages: Float,
    step_days: float,
    courses: Sequence[SeverityRow],
) -> engine.Stages:
    """The pathogen's stage graph with the draw's values and courses of these ages [K, 101]."""
    name = [stage.name for stage in pathogen.stages]
    index = {text: s for s, text in enumerate(name)}
    overflow = np.full(len(name), engine.NONE, dtype=np.int32)
    for full, instead in disease.overflow.items():
        overflow[index[full]] = index[instead]
    return engine.Stages(
        dwell_days=dwell_in_steps(disease.dwell_days, step_days),
        infectiousness=disease.infectiousness,
        present=np.array([float(stage.present) for stage in pathogen.stages]),
        alive=np.array([stage.alive for stage in pathogen.stages]),
        branch_from=disease.branch_from,
        branch_to=disease.branch_to,
        branch_probability=disease.branch_probability([course.person for course in courses], ages),
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
        found=np.array([stage.found for stage in pathogen.stages]),
        found_least=disease.values[ISOLATED],
    )


def disease_of(pathogen: Pathogen, values: Mapping[str, float]) -> Disease:
    """The pathogen at the values of a draw."""
    return pathogen.at(
        {
            name.removeprefix(PATHOGEN): value
            for name, value in values.items()
            if name.startswith(PATHOGEN)
        }
    )


def scale_of_record(layout: Layout, pathogen: Pathogen, values: Mapping[str, float]) -> float:
    """Factor on severity at every age with which the recorded infections cause the recorded deaths.

    Deaths are those recorded in the country times the draw's share missed; infections are those
    of the record up to the time before which their deaths are recorded.  Residents are taken to
    be infected alike at every age, so the factor also makes up for what older people were spared.
    """
    disease = disease_of(pathogen, {**values, SCALE: 1.0})
    weights = age_weights(layout, values)
    first = layout.first_county_course
    country = weights[first : first + len(layout.county_fips)].sum(axis=0, keepdims=True)
    mean = float(disease.infection_fatality([PersonClass(0, OLDEST, None)], country)[0])
    lag = dt.timedelta(days=round(values["mixing.infection_to_death_days"]))
    last = dt.date.fromisoformat(str(layout.system.cases.columns[-1])) - lag
    infections = recorded_infections(layout.system, last, values)
    deaths = values["mixing.deaths_recorded"] * values["mixing.deaths_over_recorded"]
    return deaths / (infections * mean)


def facility_reproduction(
    layout: Layout, values: Mapping[str, float], disease: Disease, seed: int, draw: int
) -> Float:
    """[F] reproduction number inside each facility: housing mix times the facility's own effect.

    The effect is lognormal with mean 1, so that facilities differ but their mean is as stated.
    """
    inside = disease.reproduction_number
    dormitory = layout.dormitory_share
    dormitory = np.where(np.isnan(dormitory), values["mixing.share_dormitory"], dormitory)
    mean = dormitory * inside["dormitory"] + (1.0 - dormitory) * inside["cells"]
    sd = values[OWN_SPREAD] if OWN_SPREAD in values else values[SPREAD]
    normal = normal_of_place(seed, draw, "facility effect", layout.facility_ids)
    # Minus half the variance: a lognormal number with mean 1.
    return np.asarray(mean * np.exp(sd * normal - 0.5 * sd * sd), dtype=np.float64)


def make_draw(
    layout: Layout,
    pathogen: Pathogen,
    values: Mapping[str, float],
    *,
    origins: Float,
    start: dt.date,
    days: int,
    steps_per_day: int,
    seed: int,
    draw: int,
    courses: Sequence[SeverityRow] | None = None,
    imputed: Imputed | None = None,
    immunity: Immunity | None = None,
) -> Draw:
    """Everything that the scenarios of one draw share.

    ``origins`` [F, N]: where in the country the people of a facility were arrested; ``courses``:
    those of the run, if more than the layout's; ``imputed``: to draw what no source gives about
    the places, else it has its central values; ``immunity``: who is immune where the system says.
    """
    courses = courses or layout.courses
    follows = pathogen.name == RECORD_OF and len(layout.system.cases) > 0
    if follows:
        values = {**values, SCALE: scale_of_record(layout, pathogen, values)}
    disease = disease_of(pathogen, values)
    ages = age_weights(layout, values, courses)
    stages = engine_stages(pathogen, disease, ages, 1.0 / steps_per_day, courses)
    resident_course = layout.first_county_course + layout.outside
    per_unit = engine.activity_days(stages, 1.0 / steps_per_day)
    reproduction = facility_reproduction(layout, values, disease, seed, draw)
    county_transmission = 1.0 / float(per_unit[resident_course])
    cap = disease.reproduction_number["community"]
    recovered = disease.index[pathogen.recovered]
    if follows:
        community = follow_record(
            layout,
            start,
            days,
            steps_per_day,
            values,
            stages=stages,
            transmission=county_transmission,
            reproduction_cap=cap,
        )
    else:
        community = hypothetical(
            layout,
            days,
            steps_per_day,
            stages=stages,
            recovered=recovered,
            reproduction=cap,
            prevalence=values["mixing.initial_prevalence"],
            immune=values.get(IMMUNE_OUTSIDE, 0.0),
            introduced=values.get(INTRODUCED, 0.0),
        )
    places = None if imputed is None else imputed.draw(values, seed, draw)
    central = layout.cells["people"].to_numpy(dtype=np.int64)
    course = layout.cells["course"].to_numpy()
    persons = [one.person for one in layout.courses]
    people = people_at_start(
        layout,
        central if places is None else places.people,
        community,
        stages,
        recovered,
        origins,
        values["mixing.detained_initial_prevalence_ratio"],
        values.get(IMMUNE_INSIDE),
        seed,
        draw,
        immunity=immunity,
        values=values,
    )
    return Draw(
        number=draw,
        seed=seed,
        values=values,
        disease=disease,
        stages=stages,
        people=people,
        susceptibility=disease.susceptibility(persons)[course],
        infectivity=disease.infectivity(persons)[course],
        contagion_shape_per_day=contagion_shapes(
            layout,
            stages,
            values[DISPERSION],
            people=people,
            inside=reproduction,
            community=cap,
            step_days=1.0 / steps_per_day,
        ),
        facility_transmission=reproduction / _activity_inside(layout, per_unit),
        county_transmission=county_transmission,
        crowding_exponent=values["mixing.crowding_exponent"],
        staff_inside=values["mixing.staff_time_inside_share"],
        community=community,
        years_per_death=years_per_death(disease, courses, ages, life_table()),
        deaths_per_turned_away=_by_region(layout, disease, stages),
        found_hazard=found_hazard(
            layout,
            pathogen,
            disease,
            start=start,
            days=days,
            step_days=1.0 / steps_per_day,
            seed=seed,
            draw=draw,
        ),
        imputed=places,
        immune_arriving=_immune_arriving(pathogen, immunity, values),
    )


def _immune_arriving(
    pathogen: Pathogen, immunity: Immunity | None, values: Mapping[str, float]
) -> float | None:
    """Share immune of people who are booked in, where it is another than where they come from."""
    if IMMUNE_INSIDE.removeprefix(PATHOGEN) not in pathogen.parameters:
        return None
    stated = None if immunity is None else immunity.arriving(values)
    return values.get(IMMUNE_INSIDE) if stated is None else stated


def _activity_inside(layout: Layout, per_unit: Float) -> Float:
    """[F] infectious activity-days of one infection: mean over the people detained at the start.

    ``per_unit`` [K] is that of each course; those who are soon in hospital pass on less.
    """
    course = layout.cells["course"].to_numpy()
    people = layout.cells["people"].to_numpy(dtype=np.float64)
    mean = [
        np.average(per_unit[course[cells]], weights=np.maximum(people[cells], _NOBODY))
        for cells in map(layout.cells_of, range(layout.n_facilities))
    ]
    return np.asarray(mean, dtype=np.float64)


def _by_region(layout: Layout, disease: Disease, stages: engine.Stages) -> Float:
    """[R, resources] further deaths per person turned away: mean over the region's residents."""
    first, n = layout.first_county_course, len(layout.county_fips)
    chances = stages.branch_probability[first : first + n]
    extra, need = deaths_per_turned_away(disease, chances, RESOURCES)
    people = layout.cells["people"].to_numpy(dtype=np.float64)[layout.residents]
    weight = need * people[:, None]
    total, by_region = np.zeros((2, len(layout.regions), len(RESOURCES)))
    np.add.at(total, layout.county_region, weight)
    np.add.at(by_region, layout.county_region, weight * extra)
    return np.divide(by_region, total, out=np.zeros_like(total), where=total > 0)
