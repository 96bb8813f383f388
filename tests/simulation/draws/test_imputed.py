"""What no source gives about places is drawn, keeps its mean, and wins against nothing given."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from thinwalls.pathogens import load_pathogen
from thinwalls.policy import HaltArrests, Release, Scenario
from thinwalls.simulation import simulate
from thinwalls.simulation.draws.imputed_places import (
    CHILDREN,
    HOME,
    OCCUPANCY,
    OLDER,
    PRISONS,
    ROOMS,
    STAFF,
    VULNERABLE,
    Imputed,
    at,
)
from thinwalls.simulation.draws.sampled_values import sample_quantities
from thinwalls.simulation.measures.compile_scenario import compile_scenario
from thinwalls.simulation.movement.base_flows import read_flows
from thinwalls.simulation.population.build_cells import build_layout
from thinwalls.simulation.population.hospital_beds import free_beds
from thinwalls.sources import load_user_system
from thinwalls.system import System, load_system

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.policy import Action
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario

CENTRAL = dict.fromkeys((OLDER, CHILDREN, VULNERABLE, STAFF, HOME, PRISONS), 0.5)


@pytest.fixture(scope="module")
def idaho() -> System:
    return load_system("us-2020").state("ID")


@pytest.fixture(scope="module")
def layout(idaho: System) -> Layout:
    return build_layout(idaho)


@pytest.fixture(scope="module")
def ice() -> Layout:
    return build_layout(load_system("ice-2020"))


def compiled_of(layout: Layout, *actions: Action) -> CompiledScenario:
    """A scenario of ten days on a layout."""
    flows, covid = read_flows(layout), load_pathogen("covid-2020")
    scenario = Scenario("ten days", actions=list(actions))
    return compile_scenario(layout, flows, covid, scenario, dt.date(2020, 3, 20), 10)


def test_position_is_straight_on_both_sides_of_the_central_value() -> None:
    low, mid, high = np.array([1.0]), np.array([2.0]), np.array([5.0])
    found = [float(at(p, low, mid, high)[0]) for p in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert found == pytest.approx([1.0, 1.5, 2.0, 3.5, 5.0])


def test_central_values_of_immigration_detention_change_nothing(ice: Layout) -> None:
    drawn = Imputed(ice).draw(CENTRAL, 1, 0)
    np.testing.assert_array_equal(drawn.people, ice.cells["people"])
    np.testing.assert_allclose(drawn.arriving, 1.0)
    assert np.all(drawn.leaving == 1.0)


@pytest.mark.parametrize("number", range(5))
def test_published_people_are_kept_and_nobody_is_lost(ice: Layout, number: int) -> None:
    imputed = Imputed(ice)
    drawn = imputed.draw(sample_quantities(imputed.quantities, 1, number), 1, number)
    before = ice.cells["people"].to_numpy()
    assert drawn.people.min() >= 0
    for f in range(ice.n_facilities):
        cells = ice.cells_of(f)
        assert drawn.people[cells].sum() == before[cells].sum()
    at_home = np.concatenate([ice.residents, ice.staff])
    assert drawn.people[at_home].sum() == before[at_home].sum()
    assert drawn.people[ice.staff].sum() != before[ice.staff].sum()


@pytest.mark.parametrize(("place", "column"), [(0.0, "vulnerable_low"), (1.0, "vulnerable_high")])
def test_vulnerable_people_are_as_many_as_the_interval_says(
    ice: Layout, place: float, column: str
) -> None:
    drawn = Imputed(ice).draw({**CENTRAL, VULNERABLE: place}, 1, 0).people
    cells, table = ice.cells, ice.system.composition
    rows = table[table["facility_id"] == "*"].set_index("age_band")
    inside = (ice.facility_of >= 0) & (cells["age_low"] == 18).to_numpy()
    sick = inside & cells["vulnerable"].to_numpy(dtype=bool)
    share = drawn[sick].sum() / drawn[inside].sum()
    # Facilities round the start to whole people, few of whom are in some cells.
    assert share == pytest.approx(rows[column]["18-49"], abs=0.01)


@pytest.mark.slow
def test_who_is_booked_in_has_the_same_mix_and_number(ice: Layout) -> None:
    compiled = compiled_of(ice)
    imputed = Imputed(ice)
    drawn = imputed.draw({**CENTRAL, VULNERABLE: 1.0, OLDER: 1.0}, 1, 0)
    counts, usual = drawn.counts(compiled.counts), compiled.counts
    np.testing.assert_allclose(counts.people_per_day, usual.people_per_day, rtol=1e-9)
    old = ice.cells["age_low"].to_numpy()[usual.fan_cell] >= 50
    assert counts.fan_weight[old].sum() > 1.5 * usual.fan_weight[old].sum()


@pytest.mark.slow
def test_filled_in_sizes_and_stays_differ_by_draw_and_keep_their_mean(layout: Layout) -> None:
    imputed = Imputed(layout)
    before = np.array(
        [layout.cells["people"].to_numpy()[layout.cells_of(f)].sum() for f in range(20)]
    )
    n = 300
    ratio = np.zeros((n, 20))
    leaving = np.zeros(n)
    for number in range(n):
        drawn = imputed.draw(CENTRAL, 1, number)
        now = [drawn.people[layout.cells_of(f)].sum() for f in range(20)]
        ratio[number] = np.array(now) / before
        leaving[number] = drawn.leaving[layout.cells_of(0)[0]]
    error = ratio.std(axis=0, ddof=1) / np.sqrt(n)
    assert np.all(ratio.std(axis=0) > 0.1)
    # A lognormal of spread 1 has heavy tails: the mean of 300 is within five errors.
    assert np.all(np.abs(ratio.mean(axis=0) - 1.0) < 5 * error + 0.02)
    assert abs(leaving.mean() - 1.0) < 5 * leaving.std() / np.sqrt(n)


def test_a_place_has_the_same_draw_in_every_part(idaho: System, layout: Layout) -> None:
    name = layout.facility_ids[0]
    alone = build_layout(idaho.facilities_only([name]))
    one, whole = (
        made.people[which.cells_of(which.facility_ids.index(name))].sum()
        for which in (alone, layout)
        for made in [Imputed(which).draw(CENTRAL, 3, 7)]
    )
    assert one == pytest.approx(whole, abs=1)


def test_given_numbers_are_not_drawn(idaho: System) -> None:
    table = idaho.provenance.copy()
    mine = table["table"].eq("facilities") & table["column"].isin(
        ["population_average", "length_of_stay_days", "staff"]
    )
    table.loc[mine, "source"] = "hifld-prisons"
    layout = build_layout(idaho.replaced(provenance=table))
    imputed = Imputed(layout)
    assert STAFF not in imputed.quantities
    drawn = imputed.draw({**CENTRAL, OLDER: 0.9, STAFF: 0.0}, 1, 0)
    for f in range(layout.n_facilities):
        cells = layout.cells_of(f)
        assert drawn.people[cells].sum() == layout.cells["people"].to_numpy()[cells].sum()
    assert np.all(drawn.leaving == 1.0)
    now = np.bincount(layout.staff_facility, drawn.people[layout.staff])
    np.testing.assert_array_equal(
        now, np.bincount(layout.staff_facility, layout.cells["people"].to_numpy()[layout.staff])
    )


def test_moves_between_prisons_are_drawn_and_no_other_row(layout: Layout) -> None:
    compiled = compiled_of(layout)
    imputed = Imputed(layout)
    low, high = (
        imputed.draw({**CENTRAL, PRISONS: place}, 1, 0).exits(compiled.exits, compiled.usual)
        for place in (0.0, 1.0)
    )
    kind = layout.cells["custody_class"].to_numpy()
    state = layout.cells["kind"].to_numpy() == "prison"
    cell = np.repeat(np.arange(len(layout.cells)), np.diff(compiled.exits.start))
    differ = low.hazard_per_day != high.hazard_per_day
    assert differ.any()
    assert np.all(state[cell[differ]])
    assert np.all(state[compiled.exits.to[differ]])
    assert np.all(kind[cell[differ]] == "sentenced")
    ratio = high.hazard_per_day[differ] / low.hazard_per_day[differ]
    np.testing.assert_allclose(ratio, 0.003 / 0.0002)


def test_what_a_measure_does_is_not_changed_by_drawn_stays(layout: Layout) -> None:
    release = Release(share=0.5, start="2020-03-21", over_days=5)
    compiled = compiled_of(layout, release)
    drawn = Imputed(layout).draw(CENTRAL, 1, 0).exits(compiled.exits, compiled.usual)
    same = drawn.hazard_per_day == compiled.exits.hazard_per_day
    assert (~compiled.usual).any()
    assert same[~compiled.usual].all()
    assert not same[compiled.usual].all()


@pytest.mark.slow
def test_run_conserves_people_and_tells_what_was_drawn(idaho: System) -> None:
    part = idaho.kinds("prison")
    results = simulate(
        part,
        load_pathogen("covid-2020"),
        [Scenario("nothing"), Scenario("halt", actions=[HaltArrests(start="2020-03-20")])],
        days=10,
        draws=2,
        threads=1,
        check=True,
    )
    assert "prison_transfers_position" in results.parameters
    assert "vulnerable_position" in results.parameters


@pytest.mark.slow
def test_longer_stays_in_hold_rooms_hold_more_and_book_in_as_many() -> None:
    layout = build_layout(load_system("ice-2020:hold-rooms"))
    imputed = Imputed(layout)
    assert ROOMS in imputed.quantities
    usual, longer = (imputed.draw({**CENTRAL, ROOMS: place}, 1, 0) for place in (0.5, 1.0))
    rooms = (layout.cells["kind"] == "HOLD").to_numpy() & (layout.facility_of >= 0)
    assert longer.people[rooms].sum() == pytest.approx(6 * usual.people[rooms].sum(), abs=5)
    np.testing.assert_allclose(longer.leaving[rooms], 0.5 / 3.0)
    np.testing.assert_allclose(longer.arriving[rooms], 1.0)
    others = ~rooms & (layout.facility_of >= 0)
    np.testing.assert_array_equal(longer.people[others], usual.people[others])


@pytest.mark.slow
def test_a_place_for_ice_of_ones_own_has_a_drawn_stay(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "name,state,county,custody,people,length_of_stay_days\n"
        "No stay,LA,Winn Parish,ice,1200,\nGiven,LA,Winn Parish,ice,1200,30\n"
    )
    layout = build_layout(load_user_system(path))
    drawn = Imputed(layout).draw(CENTRAL, 1, 0)
    leaving = {
        name: drawn.leaving[layout.cells_of(f)[0]] for f, name in enumerate(layout.facility_ids)
    }
    assert leaving["no-stay-la"] != 1.0
    assert leaving["given-la"] == 1.0


@pytest.mark.slow
def test_beds_in_use_are_drawn_only_where_a_county_gives_none(ice: Layout) -> None:
    imputed = Imputed(ice)
    full, usual, empty = (
        imputed.draw({**CENTRAL, OCCUPANCY: place}, 1, 0).free_beds for place in (1.0, 0.5, 0.0)
    )
    np.testing.assert_array_equal(usual, free_beds(ice))
    assert np.all(full <= usual)
    assert np.all(usual <= empty)
    table = ice.system.provenance
    own = table["column"].isin(["bed_occupancy", "icu_occupancy"])
    mine = ~table["source"].str.startswith("assumption:") | ~own
    known = build_layout(ice.system.replaced(provenance=table[mine]))
    assert OCCUPANCY not in Imputed(known).quantities
    assert OCCUPANCY in imputed.quantities
    # 3 % of intensive-care beds are in such counties, 0.62 to 0.82 of them in use, usually 0.645.
    changed = 1 - full[:, 1].sum() / usual[:, 1].sum()
    assert 0.0 < changed < 0.05
