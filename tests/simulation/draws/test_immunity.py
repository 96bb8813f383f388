"""Who is immune on the first day where a system says so: whole people, chance, arrivals."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from thinwalls.common import InputError
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation.draws.one_draw import IMMUNE_INSIDE, IMMUNE_OUTSIDE, make_draw
from thinwalls.simulation.draws.sampled_values import sample_quantities
from thinwalls.simulation.draws.stage_weights import stage_weights
from thinwalls.simulation.experiments.provenance import quantities_of
from thinwalls.simulation.movement.base_flows import origins, read_flows
from thinwalls.simulation.population.build_cells import build_layout
from thinwalls.simulation.population.immunity import IMMUNE, immunity_of
from thinwalls.simulation.shared_types.flow_tables import ARRESTED

if TYPE_CHECKING:
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.system import System

STEWART = "stewart-detention-center-ga"
SHELTER = {
    # band, vulnerable: (people, of them susceptible); the shelter of MMWR 2024;73(19):430
    ("0-0", True): (8, 2),
    ("0-0", False): (13, 8),
    ("1-11", False): (704, 121),
    ("12+", False): (1139, 113),
    ("12+", True): (13, 1),
}


@cache
def shelter(ice: System) -> System:
    """One place with the people of a shelter, everybody in one custody class."""
    system = ice.facilities_only([STEWART])
    everyone = sum(people for people, _ in SHELTER.values())
    facilities = system.facilities.assign(
        population_start=everyone, population_average=float(everyone)
    )
    held = system.population[system.population["custody_class"] == "threat_none"]
    held = held.assign(people_start=everyone, people_average=float(everyone))
    rows = []
    for band in ("0-0", "1-11", "12+"):
        of_band = {key: n for key, (n, _) in SHELTER.items() if key[0] == band}
        share = sum(of_band.values()) / everyone
        sick = of_band.get((band, True), 0) / sum(of_band.values())
        numbers = {"share": share, "share_low": share, "share_high": share}
        numbers |= dict.fromkeys(("vulnerable_share", "vulnerable_low", "vulnerable_high"), sick)
        rows.append({"facility_id": "*", "age_band": band, **numbers, "source": "user"})
    sources = pd.concat([system.sources, system.sources.iloc[:1].set_axis(["user"])])
    system = system.replaced(
        facilities=facilities,
        population=held,
        composition=pd.DataFrame(rows),
        sources=sources.rename_axis("source_id"),
    )
    for (band, vulnerable), (people, susceptible) in SHELTER.items():
        system = system.with_immunity(
            round(1 - susceptible / people, 6), age_band=band, vulnerable=vulnerable
        )
    return system


def drawn(system: System, name: str = "measles", draw: int = 0, seed: int = 3) -> Draw:
    pathogen = load_pathogen(name)
    layout = build_layout(system)
    immunity = immunity_of(layout, pathogen)
    quantities = quantities_of(pathogen, [])
    quantities |= {} if immunity is None else immunity.quantities
    return make_draw(
        layout,
        pathogen,
        {**sample_quantities(quantities, seed, draw), "mixing.initial_prevalence": 0.0},
        origins=origins(layout, read_flows(layout)),
        start=dt.date(2020, 3, 20),
        days=10,
        steps_per_day=4,
        seed=seed,
        draw=draw,
        immunity=immunity,
    )


def counted(system: System, draw: Draw, group: str = "detained") -> pd.DataFrame:
    """People and those susceptible of a group, by age band and health."""
    cells = build_layout(system).cells
    table = cells[["group", "place", "age_low", "vulnerable"]].assign(
        people=draw.people.sum(axis=1), susceptible=draw.people[:, draw.stages.susceptible]
    )
    table = table[table["group"] == group]
    made: pd.DataFrame = table.groupby(["place", "age_low", "vulnerable"])[
        ["people", "susceptible"]
    ].sum()
    return made


@pytest.mark.slow
@pytest.mark.parametrize("units", [None, 50.0])
def test_whole_people_are_met_exactly(ice_2020: System, units: float | None) -> None:
    """CDC's start of the Chicago shelter in any draw, in one setting and in units."""
    system = shelter(ice_2020)
    system = system if units is None else system.with_units(units)
    for number in range(3):
        table = counted(system, drawn(system, draw=number)).loc[STEWART]
        for (band, vulnerable), (people, susceptible) in SHELTER.items():
            low = int(band.rstrip("+").split("-")[0])
            row = table.xs((low, vulnerable))
            assert list(row) == [people, susceptible]


def test_what_is_not_whole_is_rounded_at_random(louisiana: System) -> None:
    """Total of a place: floor or the next, with the share immune as mean over draws."""
    share = 0.7773
    system = louisiana.with_immunity(share)
    layout = build_layout(system)
    immunity = immunity_of(layout, load_pathogen("measles"))
    assert immunity is not None
    people = immunity.detained
    place = layout.facility_of
    shares = immunity.shares({f"{IMMUNE}all.detained": share})
    held = np.bincount(place[place >= 0], people[place >= 0])
    made = np.array([immunity.whole(people, shares, 3, draw) for draw in range(40)])
    assert (np.abs(made - people * share) < 1).all()
    immune = np.array([np.bincount(place[place >= 0], one[place >= 0]) for one in made])
    assert (np.abs(immune - held * share) < 1).all()
    # Between two whole numbers at chance p: variance p (1 - p), at most 1/4 each.
    error = 4 * np.sqrt(0.25 * immune.size)
    assert immune.sum() == pytest.approx(held.sum() * share * len(made), abs=error)


@pytest.mark.slow
def test_the_nearer_row_holds(louisiana: System) -> None:
    """Facility before age before health before disease; staff apart from the detained."""
    place = str(louisiana.facilities["population_start"].idxmax())
    system = (
        louisiana.with_immunity(0.0, age_band="18-49", vulnerable=True)
        .with_immunity(1.0, age_band="18-49")
        .with_immunity(1.0, facility=place)
        .with_immunity(0.0, pathogen="mumps", facility=place)
        .with_immunity(1.0, group="staff")
        .with_immunity(0.0, group="staff", facility=place)
    )
    draw = drawn(system)
    table = counted(system, draw)
    assert table["susceptible"].xs(place, level="place").sum() == 0
    others = table.drop(index=place, level="place")
    sick = others.xs((18, True), level=("age_low", "vulnerable"))
    assert (sick["susceptible"] == sick["people"]).all()
    assert (others.xs((18, False), level=("age_low", "vulnerable"))["susceptible"] == 0).all()
    staff = counted(system, draw, "staff").groupby("place").sum()
    assert staff["susceptible"][place] == staff["people"][place] > 0
    assert (staff["susceptible"].drop(index=place) == 0).all()
    mumps = counted(system, drawn(system, "mumps")).loc[place]
    assert (mumps["susceptible"] == mumps["people"]).all()


def test_no_row_changes_nobody_else(louisiana: System) -> None:
    """People of whom no row speaks start in the same stages, bit for bit."""
    place = str(louisiana.facilities["population_start"].idxmax())
    before = drawn(louisiana)
    after = drawn(louisiana.with_immunity(0.5, facility=place))
    mine = build_layout(louisiana).cells["facility_id"].to_numpy() == place
    np.testing.assert_array_equal(before.people[~mine], after.people[~mine])
    np.testing.assert_array_equal(before.people.sum(axis=1), after.people.sum(axis=1))
    assert after.immune_arriving == after.values[IMMUNE_INSIDE]


def test_an_interval_is_drawn(louisiana: System) -> None:
    system = louisiana.with_immunity(0.9, low=0.8, high=0.95, source="a survey", tag="seen")
    pathogen = load_pathogen("measles")
    immunity = immunity_of(build_layout(system), pathogen)
    assert immunity is not None
    (name,) = immunity.quantities
    one = immunity.quantities[name]
    assert name == f"{IMMUNE}all.detained"
    assert (one.distribution, one.low, one.mode, one.high) == ("triangular", 0.8, 0.9, 0.95)
    assert (one.source, one.tag) == ("a survey", "seen")
    for number in range(3):
        draw = drawn(system, draw=number)
        table = counted(system, draw).sum()
        assert table["people"] - table["susceptible"] == pytest.approx(
            table["people"] * draw.values[name], abs=len(system.facilities)
        )


def test_people_who_come_later_are_as_immune_where_rows_speak_of_all(louisiana: System) -> None:
    draw = drawn(louisiana.with_immunity(0.5))
    assert draw.immune_arriving == 0.5
    county = draw.community.share_by_stage[0]
    taken = county * stage_weights(draw, (), None)[ARRESTED]
    assert taken[draw.disease.index["R"]] / taken.sum() == pytest.approx(0.5, rel=1e-3)
    usual = drawn(louisiana)
    taken = county * stage_weights(usual, (), None)[ARRESTED]
    prior = usual.values[IMMUNE_INSIDE]
    assert taken[draw.disease.index["R"]] / taken.sum() == pytest.approx(prior, rel=1e-3)
    assert usual.values[IMMUNE_OUTSIDE] == draw.values[IMMUNE_OUTSIDE]


def test_of_those_not_immune_as_many_are_infected(louisiana: System) -> None:
    """Half immune instead of none: half as many infected on the first day, on average."""
    pathogen = load_pathogen("covid-2020")
    infected = []
    for share in (0.0, 0.5):
        system = louisiana.with_immunity(share)
        layout = build_layout(system)
        immunity = immunity_of(layout, pathogen)
        assert immunity is not None
        quantities = {**quantities_of(pathogen, []), **immunity.quantities}
        draw = make_draw(
            layout,
            pathogen,
            {**sample_quantities(quantities, 3, 0), "mixing.detained_initial_prevalence_ratio": 90},
            origins=origins(layout, read_flows(layout)),
            start=dt.date(2020, 3, 20),
            days=10,
            steps_per_day=4,
            seed=3,
            draw=0,
            immunity=immunity,
        )
        people = draw.people[layout.cells["group"].to_numpy() == "detained"].sum(axis=0)
        stages = np.arange(len(people))
        others = (stages != draw.stages.susceptible) & (stages != draw.disease.index["R"])
        infected.append(people[others].sum())
    assert infected[0] > 400
    # Each cell is rounded, so the error is below that of independent people.
    assert infected[1] == pytest.approx(infected[0] / 2, abs=4 * np.sqrt(infected[0]))


def test_a_disease_that_there_is_not(louisiana: System) -> None:
    system = louisiana.with_immunity(0.5, pathogen="mesles")
    with pytest.raises(InputError, match=r"pathogen = 'mesles': no such pathogen: did you mean"):
        immunity_of(build_layout(system), load_pathogen("measles"))
