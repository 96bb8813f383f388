"""Counties reproduce their record when nothing couples to them, and what happened is followed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import thinwalls as tw
from thinwalls import engine
from thinwalls.common.quantities import Quantity
from thinwalls.simulation.draws.county_epidemics import (
    BURN_IN_DAYS,
    infections_per_day,
    recorded_infections,
)
from thinwalls.simulation.draws.engine_inputs import build_frame, inputs_of
from thinwalls.simulation.draws.one_draw import make_draw, scale_of_record
from thinwalls.simulation.draws.priors import Priors
from thinwalls.simulation.draws.sampled_values import sample_quantities
from thinwalls.simulation.experiments.provenance import quantities_of
from thinwalls.simulation.measures.compile_scenario import compile_scenario
from thinwalls.simulation.movement.base_flows import origins, read_flows
from thinwalls.simulation.movement.recorded_history import (
    BOOK_INS_OF_PART,
    recorded_book_ins,
    recorded_population,
)
from thinwalls.simulation.outputs.what_is_recorded import output_spec
from thinwalls.simulation.population.build_cells import build_layout

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario
    from thinwalls.system import System

START, DAYS, STEPS = dt.date(2020, 3, 20), 150, 4


def prepared(system: System, covid: Pathogen, number: int) -> tuple[Layout, CompiledScenario, Draw]:
    """One draw of a system in which nothing is done."""
    layout = build_layout(system)
    flows = read_flows(layout)
    compiled = compile_scenario(layout, flows, covid, tw.Scenario("nothing"), START, DAYS)
    draw = make_draw(
        layout,
        covid,
        sample_quantities(quantities_of(covid, [compiled]), 3, number),
        origins=origins(layout, flows),
        start=START,
        days=DAYS,
        steps_per_day=STEPS,
        seed=3,
        draw=number,
    )
    return layout, compiled, draw


def test_uncoupled_counties_reproduce_the_record(louisiana: System, covid: Pathogen) -> None:
    """Mean field, nobody moves, nobody works in or is held by a facility: the record comes back."""
    layout, compiled, draw = prepared(louisiana, covid, 0)
    record = output_spec(covid.stages, len(layout.outputs), covid.susceptible)
    inputs = inputs_of(layout, build_frame(layout, covid), compiled, draw, record, STEPS, DAYS)
    people = np.zeros(draw.people.shape)
    people[layout.residents] = draw.community.people
    still = np.zeros_like(inputs.exits.hazard_per_day)
    uncoupled = replace(
        inputs,
        people=people,
        exits=replace(inputs.exits, hazard_per_day=still),
        counts=replace(inputs.counts, people_per_day=np.zeros_like(inputs.counts.people_per_day)),
        rates=replace(inputs.rates, capacity=np.full_like(inputs.rates.capacity, 1e9)),
    )
    output = engine.run(uncoupled, seed=3, draw=0, mode="mean_field")
    rows = layout.cells["output"].to_numpy()[layout.residents]
    simulated = output.flow[:, rows, 0].T
    recorded = infections_per_day(
        louisiana.cases.loc[list(layout.county_fips)], START, DAYS, draw.values
    )[:, BURN_IN_DAYS:]
    assert draw.community.shortfall == 0.0
    np.testing.assert_allclose(simulated, recorded, rtol=1e-6, atol=1e-9)


def test_multipliers_stay_plausible(louisiana: System, covid: Pathogen) -> None:
    _, _, draw = prepared(louisiana, covid, 1)
    assert draw.community.multiplier.min() >= 0
    assert draw.community.multiplier.max() <= draw.values["pathogen.reproduction_number.community"]


@pytest.mark.slow
def test_severity_gives_the_recorded_deaths(ice_2020: System, covid: Pathogen) -> None:
    """Recorded deaths times those missed = infections of the record x mean fatality."""
    layout = build_layout(ice_2020)
    values = {
        **{f"pathogen.{name}": one.central for name, one in covid.parameters.items()},
        **{name: one.central for name, one in quantities_of(covid, []).items()},
    }
    scale = scale_of_record(layout, covid, values)
    fewer_found = {
        **values,
        "mixing.ascertainment_factor": values["mixing.ascertainment_factor"] / 2,
    }
    assert scale_of_record(layout, covid, fewer_found) == pytest.approx(scale / 2, rel=1e-6)
    more_missed = {**values, "mixing.deaths_over_recorded": 1.5}
    ratio = 1.5 / values["mixing.deaths_over_recorded"]
    assert scale_of_record(layout, covid, more_missed) == pytest.approx(scale * ratio, rel=1e-9)
    assert 0.2 < scale < 2.0


def test_recorded_months_come_back(ice_2020: System) -> None:
    days = pd.date_range("2020-03-01", "2020-09-30", freq="D")
    population = pd.Series(recorded_population(ice_2020, days)[:-1], index=days)
    book_ins = pd.Series(recorded_book_ins(ice_2020, "CBP", days), index=days)
    monthly = book_ins.groupby(days.month).sum()
    assert monthly[3] == pytest.approx(9211)
    assert monthly[6] == pytest.approx(1585)
    # The curve is smooth: its value at the start of a day is half a day of change off the mean.
    average = population.groupby(days.month).mean()
    assert average[3] == pytest.approx(37688, rel=0.005)
    assert average[9] == pytest.approx(20227, rel=0.005)


@pytest.mark.slow
def test_what_happened_is_followed(ice_2020: System, covid: Pathogen) -> None:
    results = tw.simulate(
        ice_2020,
        covid,
        [tw.Scenario("what happened", [tw.FollowRecord()])],
        days=120,
        draws=1,
        seed=1,
    )
    days = pd.date_range(START, periods=120, freq="D")
    detained = results.dataset["people"].sel(place="all", group="detained").to_numpy()[0, 0]
    recorded = recorded_population(ice_2020, days)[1:]
    # One draw: noise of arrivals and departures (some tens of thousands) is below 1 %.
    assert np.abs(detained / recorded - 1).max() < 0.02
    arrests = results.dataset["arrests"].sel(place="all", group="detained").to_numpy()[0, 0].sum()
    expected = sum(recorded_book_ins(ice_2020, agency, days).sum() for agency in ("ICE", "CBP"))
    assert arrests == pytest.approx(expected, rel=4 / np.sqrt(expected))


@pytest.mark.slow
def test_a_run_beyond_the_monthly_record_is_refused(ice_2020: System, covid: Pathogen) -> None:
    happened = tw.Scenario("what happened", [tw.FollowRecord()])
    with pytest.raises(tw.InputError, match="the record of"):
        tw.simulate(ice_2020, covid, [happened], days=300, draws=1)


def exactly_its_share() -> Priors:
    """Book-ins of the part as the country's, without the drawn factor."""
    one = Quantity(value=1.0, unit="ratio", source="fixed for this test")
    return Priors(
        name="its share",
        title="",
        source="",
        pathogen="covid-2020",
        note="",
        quantities={BOOK_INS_OF_PART: one},
        joint=pd.DataFrame(),
        checksum="",
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ice-2020", "us-2020"])
def test_a_part_follows_its_share_of_the_record(name: str, covid: Pathogen) -> None:
    """Those held for ICE go as ICE's record goes; nobody else is touched."""
    part = tw.load_system(name).state("LA")
    ice = [f for f, held in part.facilities["custody"].items() if held == "ice"]
    others = [f for f, held in part.facilities["custody"].items() if "ice" not in held][:20]
    results = tw.simulate(
        part,
        covid,
        [tw.Scenario("nothing"), tw.Scenario("what happened", [tw.FollowRecord()])],
        days=120,
        draws=1,
        seed=1,
        places=[*ice, *others],
        priors=exactly_its_share(),
    )
    people = results.dataset["people"].sel(group="detained").isel(draw=0)
    days = pd.date_range(START, periods=120, freq="D")
    whole = recorded_population(part, days)[1:] / recorded_population(part, days)[0]
    at_start = part.facilities["population_start"]
    if name == "ice-2020":
        held = people.sel(place="all", scenario="what happened").to_numpy()
        # Arrivals and departures are counts: their noise is below that of a Poisson number.
        bound = 5 * np.sqrt(at_start.sum())
        assert np.abs(held - whole * at_start.sum()).max() < bound
    else:
        held = people.sel(place=ice).sum("place")
        before, after = (held.sel(scenario=one).to_numpy() for one in ("nothing", "what happened"))
        assert after[-1] / before[-1] == pytest.approx(whole[-1], abs=0.1)
        same = people.sel(place=others)
        difference = same.sel(scenario="nothing") - same.sel(scenario="what happened")
        assert np.abs(difference).max() <= 5 * np.sqrt(at_start[others].max())
    share = [one for one in results.assumptions if one["name"].endswith("share_of_country")]
    assert len(share) == 1
    assert "the record is national" in share[0]["note"]


def test_who_holds_nobody_for_ice_has_no_record(covid: Pathogen) -> None:
    happened = tw.Scenario("what happened", [tw.FollowRecord()])
    prisons = tw.load_system("us-2020").facilities_only(["san-quentin-state-prison-ca"])
    with pytest.raises(tw.InputError, match="the system holds none"):
        tw.simulate(prisons, covid, [happened], days=10, draws=1)


@pytest.mark.slow
def test_a_later_first_day_is_refused(ice_2020: System, covid: Pathogen) -> None:
    happened = tw.Scenario("what happened", [tw.FollowRecord()])
    with pytest.raises(tw.InputError, match="on the first day of the run the record has"):
        tw.simulate(ice_2020, covid, [happened], start="2020-07-01", days=10, draws=1)


@pytest.mark.slow
def test_more_people_than_the_record_is_refused(ice_2020: System, covid: Pathogen) -> None:
    fewer = ice_2020.monthly.copy()
    fewer.loc[fewer["series"] == "average_daily_population", "value"] /= 2
    happened = tw.Scenario("what happened", [tw.FollowRecord()])
    with pytest.raises(tw.InputError, match="it is not a record of this system"):
        tw.simulate(ice_2020.replaced(monthly=fewer), covid, [happened], days=10, draws=1)


@pytest.mark.slow
def test_a_part_follows_its_share_times_a_drawn_factor(louisiana: System, covid: Pathogen) -> None:
    happened = tw.Scenario("what happened", [tw.FollowRecord()])
    results = tw.simulate(louisiana, covid, [happened], days=60, draws=12, seed=2, check=True)
    factor = results.parameters["record.book_ins_over_share"].to_numpy()
    assert factor.std() > 0.1
    arrests = results.dataset["arrests"].sel(place="all", group="detained")
    arrested = arrests.sum("date").to_numpy()[0]
    usual = arrested / factor
    # What is left is chance: Poisson or less, four standard errors.
    assert np.abs(usual / usual.mean() - 1).max() < 4 / np.sqrt(arrested.min())


@pytest.mark.slow
def test_the_whole_country_follows_the_record_itself(ice_2020: System, covid: Pathogen) -> None:
    happened = tw.Scenario("what happened", [tw.FollowRecord()])
    results = tw.simulate(ice_2020, covid, [happened], days=5, draws=1)
    assert "record.book_ins_over_share" not in results.parameters


def test_deaths_are_set_against_infections_of_the_country_alone(
    ice_2020: System, covid: Pathogen
) -> None:
    """A row for people abroad, as many as Mexico has, takes no deaths from the country.

    In every system with a record and in parts of one the level is the same.
    """
    values = {
        **{f"pathogen.{name}": one.central for name, one in covid.parameters.items()},
        **{name: one.central for name, one in quantities_of(covid, []).items()},
    }
    country = tw.load_system("us-2020")
    assert country.cases.iloc[:, -1].sum() > 1.3 * country.cases_by_state.iloc[:, -1].sum()
    parts = [ice_2020.state("WY"), country.state("WY")]
    level = [
        recorded_infections(one, dt.date(2020, 8, 20), values)
        for one in (ice_2020, country, *parts)
    ]
    np.testing.assert_allclose(level, level[0], rtol=1e-9)
    # Ages of the country: people abroad have the same, territories have no record.
    scales = [scale_of_record(build_layout(one), covid, values) for one in parts]
    np.testing.assert_allclose(scales, scales[0], rtol=5e-3)


@pytest.mark.slow
def test_deaths_of_residents_are_the_same_in_a_part_of_either_system(covid: Pathogen) -> None:
    """Around Stewart, same seed and draws: counties of both systems follow the same record."""
    place = "stewart-detention-center-ga"
    ice, country = (
        tw.load_system(name).facilities_only([place]) for name in ("ice-2020", "us-2020")
    )
    assert set(ice.inside_counties.index) == set(country.inside_counties.index)
    deaths = []
    for system in (ice, country):
        results = tw.simulate(
            system,
            covid,
            [tw.Scenario("nothing")],
            days=120,
            draws=8,
            seed=3,
            threads=1,
            mode="mean_field",
            places=list(ice.inside_counties.index),
        )
        series = results.dataset["deaths"].sel(group="residents").sum("date")
        inside = series.sel(place=list(ice.inside_counties.index)).sum("place")
        deaths.append(inside.isel(scenario=0).to_numpy())
    # Where people are arrested differs between the systems, so what leaves Stewart does a little.
    np.testing.assert_allclose(deaths[1], deaths[0], rtol=0.02)
