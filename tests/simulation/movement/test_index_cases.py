"""Index cases through ``simulate``: so many, at the place, of the group, counted apart."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import binom

import thinwalls as tw
from thinwalls import engine
from thinwalls.common import InputError
from thinwalls.engine import NONE
from thinwalls.simulation.experiments.experiment import Experiment
from thinwalls.simulation.experiments.run_options import RunOptions
from thinwalls.simulation.experiments.shared_work import Workbench
from thinwalls.simulation.measures.compile_scenario import compile_scenario
from thinwalls.simulation.movement.base_flows import read_flows
from thinwalls.simulation.movement.index_cases import imports_of, seed_rows
from thinwalls.simulation.movement.where_from import BookedIn, brought_in
from thinwalls.simulation.population.build_cells import build_layout
from thinwalls.simulation.population.cell_variants import needs_of
from thinwalls.simulation.shared_types.movement_classes import ARREST

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import Import
    from thinwalls.system import System

FIRST = dt.date(2025, 4, 1)
STEWART = "stewart-detention-center-ga"


@pytest.fixture(scope="module")
def measles() -> Pathogen:
    return tw.load_pathogen("measles")


@pytest.fixture(scope="module")
def georgia() -> System:
    return tw.load_system("ice-2025").state("GA")


def run(system: System, pathogen: Pathogen, *seeds: tw.Seed, **more: Any) -> Results:
    options = {"days": 30, "draws": 3, "seed": 1, "threads": 1, "check": True, **more}
    return tw.simulate(system, pathogen, [tw.Scenario("one", seeds=seeds)], **options)


def compiled(system: System, pathogen: Pathogen, *seeds: tw.Seed) -> tuple[Layout, list[Import]]:
    scenario = tw.Scenario("one", seeds=seeds)
    layout = build_layout(system, needs_of([scenario]))
    flows = read_flows(layout)
    return layout, list(compile_scenario(layout, flows, pathogen, scenario, FIRST, 30).seeds)


@pytest.mark.parametrize("mode", ["stochastic", "mean_field"])
@pytest.mark.parametrize(
    ("fields", "place", "group", "infected"),
    [
        ({"people": 3}, STEWART, "detained", "detained"),
        ({"people": 2, "group": "staff", "stage": "exposed"}, STEWART, "staff", "staff"),
        ({"people": 4, "group": "booked in", "stage": "symptoms"}, STEWART, "detained", "detained"),
        ({"people": 9, "place": "13259"}, "13259", "residents", "residents"),
    ],
)
def test_exactly_so_many_are_there(georgia, measles, fields, place, group, infected, mode):
    seed = tw.Seed(**{"place": "stewart", "date": "2025-04-03", **fields})
    results = run(georgia, measles, seed, places=[place], mode=mode)
    cases = results.totals["index_cases"].sel(scenario="one")
    assert cases.sel(place=place, group=group).to_numpy() == pytest.approx(seed.people)
    assert cases.sel(place="all", group="everyone").to_numpy() == pytest.approx(seed.people)
    now = results.dataset["prevalence"].sel(scenario="one", place=place, group=infected)
    # Introductions into counties are few, but not nothing.
    assert (now.sel(date=slice("2025-04-01", "2025-04-02")) < 1e-2).all()
    assert now.sel(date="2025-04-03").mean() > 0.5 * seed.people


def test_they_are_not_counted_as_infections(georgia, measles):
    # Whoever was infected at the beginning of a day is not contagious on it.
    seed = tw.Seed(place="stewart", people=5, stage="exposed")
    results = run(georgia, measles, seed, days=1, by_age=True)
    totals = results.totals.sel(scenario="one", place="all", group="everyone")
    assert totals["index_cases"].to_numpy().tolist() == [5, 5, 5]
    assert totals["infections"].to_numpy().tolist() == [0, 0, 0]
    ages = results.ages["infections"].sel(place="all", group="followed")
    assert float(ages.sum()) == 0.0


def test_newly_booked_in_people_are_booked_in(georgia, measles):
    few, more = (
        run(georgia, measles, *seeds, days=10, places=[STEWART]).dataset["arrests"]
        .sel(scenario="one", place=STEWART, group="detained").sum("date")
        for seeds in ((), (tw.Seed(place="stewart", people=7, group="booked in"),))
    )  # fmt: skip
    assert (more - few).to_numpy().tolist() == [7, 7, 7]


def test_several_imports_come_one_by_one(georgia, measles):
    dates = ["2025-04-02", "2025-04-06", "2025-04-06"]
    seed = tw.Seed(place="stewart", people=2, dates=dates)
    layout, imports = compiled(georgia, measles, seed)
    assert [one.day for one in imports] == [1, 5, 5]
    assert len({one.key for one in imports}) == 3
    rows = seed_rows(imports, np.ones(len(layout.cells)), 2, lambda _: 0.5)
    assert rows.step.tolist() == [2, 10, 10]
    assert rows.people.tolist() == [2, 2, 2]


def test_nobody_is_seeded_by_default(georgia, measles):
    layout, imports = compiled(georgia, measles)
    assert seed_rows(imports, np.ones(len(layout.cells)), 2, lambda _: 0.5) is engine.no_seeds()


def test_days_before_keep_their_bits_and_scenarios_share_chance(georgia, measles):
    seeds = [tw.Seed(place="stewart", date="2025-04-02", people=3)]
    later = tw.Seed(place="stewart", date="2025-04-16", people=3)
    scenarios = [
        tw.Scenario("one", seeds=seeds),
        tw.Scenario("same", seeds=seeds),
        tw.Scenario("later", seeds=[later, *seeds]),
    ]
    found = tw.simulate(georgia, measles, scenarios, days=30, draws=3, seed=4, threads=2)
    data = found.dataset["new_infections"].sel(place="all")
    np.testing.assert_array_equal(data.sel(scenario="one"), data.sel(scenario="same"))
    before = data.sel(date=slice("2025-04-01", "2025-04-15"))
    np.testing.assert_array_equal(before.sel(scenario="one"), before.sel(scenario="later"))
    assert (before.sel(scenario="one", group="detained") > 0).any()
    again = tw.simulate(georgia, measles, scenarios[:1], days=30, draws=3, seed=4, threads=1)
    one = again.dataset["new_infections"].sel(scenario="one", place="all")
    np.testing.assert_array_equal(data.sel(scenario="one"), one)


def test_whoever_is_drawn_is_drawn_fairly(georgia, measles):
    layout, (one,) = compiled(georgia, measles, tw.Seed(place="stewart"))
    held = layout.cells["people"].to_numpy()[one.cell]
    old = layout.cells["age_low"].to_numpy()[one.cell] >= 50
    share = held[old].sum() / held.sum()
    draws = 400
    chosen = number_of_old(georgia, measles, draws)
    low, high = binom.ppf([5e-5, 1 - 5e-5], draws, share)
    assert low <= chosen <= high


def number_of_old(system: System, pathogen: Pathogen, draws: int) -> int:
    """Of so many index cases, those aged 50 or more, by the engine's own draw."""
    scenario = tw.Scenario("one", seeds=[tw.Seed(place="stewart")])
    options = RunOptions(days=1, draws=1, seed=1)
    made = Experiment(Workbench(system, pathogen, remember=False), [scenario], options)
    inputs: list[engine.Inputs] = []
    run_one = engine.run

    def keep(one: engine.Inputs, **more: Any) -> engine.Output:
        inputs.append(one)
        return run_one(one, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "run", keep)
        made.extend(1, threads=1)
    seeded = sum(one.seeded for one in engine.run_draws(inputs[0], range(draws), seed=1))
    assert seeded.sum() == draws
    return int(seeded[made.layout.cells["age_low"].to_numpy() >= 50].sum())


def test_in_the_system_facilities_have_their_weight(georgia, measles):
    layout, (one,) = compiled(georgia, measles, tw.Seed(place="system"))
    people = layout.cells["people"].to_numpy(dtype=np.float64)
    weight = one.weight * people[one.cell]
    by_facility = np.bincount(layout.facility_of[one.cell], weight, layout.n_facilities)
    wanted = brought_in(layout, read_flows(layout), measles, "detained", FIRST)
    assert by_facility / by_facility.sum() == pytest.approx(wanted / wanted.sum())
    book_ins = brought_in(layout, read_flows(layout), measles, "booked in", FIRST)
    staff = brought_in(layout, read_flows(layout), measles, "staff", FIRST)
    assert wanted == pytest.approx(book_ins + staff)


def test_recorded_cases_of_counties_count(ice_2020, covid):
    louisiana = ice_2020.state("LA")
    layout = build_layout(louisiana, needs_of([tw.Scenario("one")]))
    flows = read_flows(layout)
    day = dt.date(2020, 4, 15)
    by_record = brought_in(layout, flows, covid, "staff", day)
    alike = brought_in(layout, flows, tw.load_pathogen("measles"), "staff", day)
    assert not np.allclose(by_record / by_record.sum(), alike / alike.sum(), atol=0.02)
    people = layout.cells["people"].to_numpy()[layout.staff]
    assert alike == pytest.approx(np.bincount(layout.staff_facility, people, layout.n_facilities))


def test_those_who_arrive_go_where_people_who_are_booked_in_go(georgia, measles):
    layout, (one,) = compiled(georgia, measles, tw.Seed(place="stewart", group="booked in"))
    assert one.movement == ARREST
    f = layout.facility_ids.index(STEWART)
    assert (layout.facility_of[one.to] == f).all()
    assert (layout.cells["cohort"].to_numpy()[one.to] == "later").all()
    assert set(layout.cells["group"].to_numpy()[one.cell]) == {"residents"}


def test_with_quarantine_on_intake_they_are_quarantined(georgia, measles):
    scenario = tw.Scenario(
        "quarantine",
        [tw.IntakeQuarantine(start="2025-04-01", days=14)],
        seeds=[tw.Seed(place="stewart", group="booked in")],
    )
    layout = build_layout(georgia, needs_of([scenario]))
    flows = read_flows(layout)
    (one,) = compile_scenario(layout, flows, measles, scenario, FIRST, 30).seeds
    apart = layout.cells["variant"].to_numpy()[one.to] != 0
    assert one.weight[~apart].sum() == pytest.approx(0.0)
    assert one.weight[apart].sum() > 0.0


def test_where_nobody_is_booked_in_people_come_from_the_county(georgia, measles):
    layout, _ = compiled(georgia, measles)
    origin, goals, weight = BookedIn(layout, engine.no_counts(), np.ones(1)).to_facility(0)
    assert origin == layout.residents[layout.facility_county[0]]
    assert (layout.facility_of[goals] == 0).all()
    people = layout.cells["people"].to_numpy()[origin]
    assert weight.sum() * people == pytest.approx(1.0)


def test_one_unit_is_meant(georgia, measles):
    housed = georgia.with_units()
    layout, (one,) = compiled(housed, measles, tw.Seed(place="stewart", unit=2))
    f = layout.facility_ids.index(STEWART)
    second = np.flatnonzero(layout.housing.unit_facility == f)[1]
    assert (layout.unit_of[one.cell] == second).all()
    assert (one.to == NONE).all()


def test_ages_are_of_bands_that_lie_within(georgia, measles):
    layout, (one,) = compiled(georgia, measles, tw.Seed(place="stewart", age="50+"))
    assert (layout.cells["age_low"].to_numpy()[one.cell] >= 50).all()


WRONG = [
    ({"place": "nowhere"}, "place = 'nowhere'", "no facility of"),
    ({"people": 90_000}, "people = 90000", "must be at most 2052: so many are there"),
    ({"unit": 3}, "unit = 3", "has no housing units here"),
    ({"age": "1-11"}, "age = '1-11'", "no ages there lie within; they are 18-49, 50-64, 65+"),
    ({"place": "13259", "group": "staff"}, "group = 'staff'", "must be residents"),
    ({"place": "13259", "age": "1-11"}, "age = '1-11'", "is of people detained in a facility"),
    ({"group": "residents"}, f"place = '{STEWART}'", "place must be its FIPS code"),
]


@pytest.mark.parametrize(("fields", "what", "message"), WRONG)
def test_what_is_not_there_is_named(georgia, measles, fields, what, message):
    with pytest.raises(InputError) as problem:
        run(georgia, measles, tw.Seed(**{"place": "stewart", **fields}))
    text = str(problem.value)
    assert text.startswith("scenario 'one', seeds[0]: ")
    assert what in text
    assert message in text
    assert "\n" not in text


def test_a_unit_that_is_not_there_is_named(georgia, measles):
    with pytest.raises(InputError, match="unit = 9999: must be between 1 and"):
        run(georgia.with_units(), measles, tw.Seed(place="stewart", unit=9999))


def test_a_disease_without_symptoms_cannot_begin_with_them(georgia, measles):
    layout, _ = compiled(georgia, measles)
    silent = SimpleNamespace(
        name="silent",
        infected=measles.infected,
        stages=[stage for stage in measles.stages if stage.compartment != "I"],
    )
    scenario = tw.Scenario("one", seeds=[tw.Seed(place="stewart", onset="2025-04-03")])
    with pytest.raises(InputError, match="onset = 'symptoms': silent has no such stage"):
        imports_of(layout, read_flows(layout), silent, scenario, engine.no_counts(),
                   np.ones((30, 1)), FIRST)  # fmt: skip
