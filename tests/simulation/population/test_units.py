"""Housing units: who lives where, who meets whom, and what policies do in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, strategies as st

import thinwalls as tw
from support.built_inputs import Built, built
from thinwalls.common.errors import InputError
from thinwalls.common.quantities import Quantity
from thinwalls.engine import activity_days, run as run_engine
from thinwalls.simulation.population.build_cells import build_layout
from thinwalls.simulation.population.cell_variants import is_apart
from thinwalls.simulation.population.housing_units import divide, number_of_units
from thinwalls.simulation.shared_types.movement_classes import GATE_TEST

if TYPE_CHECKING:
    from thinwalls.engine import Inputs
    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Action
    from thinwalls.system import System

pytestmark = pytest.mark.slow

CALM = (tw.HaltArrests(), tw.HaltTransfers())
STAFF_SHARE, BETWEEN = "mixing.staff_time_inside_share", "mixing.between_unit_share"
ALONE = {STAFF_SHARE: 1e-12, "mixing.unit_moves_per_day": 0.0}
"""Nobody but detained people inside, and nobody moved between units."""
ALL_OF_IT = Quantity(value=1.0, unit="share", source="a test", tag="assumption")


@pytest.fixture(scope="module")
def one_place(louisiana: System) -> System:
    """The largest facility of Louisiana, with its counties."""
    return louisiana.facilities_only([louisiana.facilities["population_start"].idxmax()])


def infected_by(one: Built) -> np.ndarray:
    """[cell, cell] expected infections in a cell (row) by one infected person of another, at the
    start, all susceptible, inside facilities only."""
    inputs, n = one.inputs, len(one.layout.cells)
    attendance, settings = inputs.attendance, inputs.settings
    cell = np.repeat(np.arange(n), np.diff(attendance.start))
    people = inputs.people.sum(axis=1)
    days = activity_days(inputs.stages, inputs.step_days)[inputs.cells.severity_row]
    counties = len(one.layout.county_fips)
    first = one.layout.n_facilities
    matrix = np.zeros((n, n))
    for m in range(len(settings.transmission)):
        rows = np.flatnonzero(attendance.setting == m)
        if first <= m < first + counties or not len(rows):
            continue
        i, role = cell[rows], attendance.role[rows]
        present = (attendance.presence[rows] * people[i]).sum()
        contact = settings.contact[settings.kind[m]][role][:, role]
        takes = people[i] * attendance.activity[rows] * settings.transmission[m] / present
        matrix[np.ix_(i, i)] += takes[:, None] * contact * attendance.presence[rows] * days[i]
    return matrix


def radius(matrix: np.ndarray) -> np.ndarray:
    """Eigenvalues by size."""
    return np.sort(np.abs(np.linalg.eigvals(matrix)))[::-1]


@given(
    st.lists(st.integers(0, 400), min_size=4, max_size=12).filter(lambda people: sum(people) > 0),
    st.integers(2, 90),
)
def test_everybody_has_a_unit_and_units_are_equally_large(people: list[int], size: int) -> None:
    held = np.array(people)
    custody = ["abc"[d % 3] for d in range(len(people))]
    n_units = number_of_units(int(held.sum()), size)
    counts, shares = divide(held, custody, n_units)
    np.testing.assert_array_equal(counts.sum(axis=0), held)
    np.testing.assert_allclose(shares.sum(axis=0), 1.0)
    assert np.ptp(counts.sum(axis=1)) <= 1
    # A line cut into n pieces crosses n - 1 cuts, so that many units more than classes at most.
    pairs = sum(
        (counts[:, [custody[d] == name for d in range(len(people))]].sum(axis=1) > 0).sum()
        for name in set(custody)
    )
    assert pairs <= n_units + len(set(custody)) - 1


def test_units_of_one_facility_each_are_no_units(louisiana: System, covid: Pathogen) -> None:
    scenarios = [tw.Scenario("nothing"), tw.Scenario("quarantine", [tw.IntakeQuarantine(days=14)])]
    one, mixed = (
        tw.simulate(system, covid, scenarios, days=15, draws=1, seed=5, threads=1)
        for system in (louisiana.with_units(1e6), louisiana)
    )
    for name, values in mixed.dataset.items():
        np.testing.assert_array_equal(one.dataset[name].to_numpy(), values.to_numpy())


def test_the_people_of_the_first_day_are_the_same(louisiana: System) -> None:
    mixed, units = build_layout(louisiana), build_layout(louisiana.with_units())
    np.testing.assert_array_equal(mixed.held, units.held)
    assert units.housing.n_units > len(units.housing.facilities) > 3


def test_reproduction_number_is_that_of_one_setting(one_place: System, covid: Pathogen) -> None:
    # With staff, who go between units: the largest eigenvalue is the same to rounding.
    mixed, units = built(one_place, covid), built(one_place.with_units(), covid)
    assert units.layout.housing.n_units > 10
    assert radius(infected_by(units))[0] == pytest.approx(radius(infected_by(mixed))[0], rel=1e-9)


@pytest.mark.parametrize("between", [0.0, 0.05, 0.4])
def test_two_levels_by_the_next_generation_matrix(
    one_place: System, covid: Pathogen, between: float
) -> None:
    units = built(one_place.with_units(), covid, **ALONE, **{BETWEEN: between})
    n = units.layout.housing.n_units
    inside = int(units.layout.housing.cell[0])
    days = activity_days(units.inputs.stages, 0.5)[units.inputs.cells.severity_row[inside]]
    whole = float(units.draw.facility_transmission[0] * days)
    found = radius(infected_by(units))
    # Everybody alike: R of the facility.  Differences between units: n - 1 of (1 - e) R.
    assert found[0] == pytest.approx(whole, rel=1e-6)
    np.testing.assert_allclose(found[1:n], (1.0 - between) * whole, rtol=1e-6)
    assert found[n] < 1e-6 * whole


def test_equal_prevalence_in_all_units_is_one_setting(one_place: System, covid: Pathogen) -> None:
    infections = []
    for system in (one_place, one_place.with_units()):
        one = built(system, covid, *CALM, days=1, **{"mixing.unit_moves_per_day": 0.0})
        output = run_engine(one.seeded(None, 0.02), seed=1, draw=0, mode="mean_field")
        inside = one.layout.outputs["group"].isin(["detained", "staff"]).to_numpy()
        infections.append(output.flow[:, inside, 0].sum())
    assert infections[0] > 1
    assert infections[1] == pytest.approx(infections[0], rel=1e-9)


def by_unit(one: Built, inputs: Inputs, mode: str = "stochastic") -> np.ndarray:
    """[K] infections of the people of each unit."""
    output = run_engine(inputs, seed=1, draw=0, mode=mode, check=True)  # type: ignore[arg-type]
    table = one.layout.outputs
    total = output.flow[:, :, 0].sum(axis=0)
    rows = (table["unit"] >= 0).to_numpy()
    return np.bincount(table["unit"].to_numpy()[rows], weights=total[rows])


NEVER = tw.When(cases=10**6, place="unit", then=tw.Distancing())
"""Makes a run record by unit."""


def test_without_contact_between_units_infection_stays_in_its_unit(
    one_place: System, covid: Pathogen
) -> None:
    values = {**ALONE, BETWEEN: 0.0}
    one = built(one_place.with_units(), covid, *CALM, NEVER, **values)
    seeded = one.seeded(3, 0.1)
    whole = replace(seeded, people=np.round(seeded.people).astype(np.int64))
    infections = by_unit(one, whole)
    assert infections[3] > 10
    assert np.delete(infections, 3).sum() == 0


def test_cohorting_keeps_infection_in_its_unit(one_place: System, covid: Pathogen) -> None:
    values = {**ALONE, BETWEEN: 0.1}
    elsewhere = []
    for actions in ((), (tw.Cohorting(),), (tw.Cohorting(effect=ALL_OF_IT),)):
        one = built(one_place.with_units(), covid, *CALM, NEVER, *actions, **values)
        found = by_unit(one, one.seeded(3, 0.1), "mean_field")
        elsewhere.append(np.delete(found, 3).sum())
    assert elsewhere[0] > elsewhere[1] > elsewhere[2]
    # Who is infected at the start and on the way elsewhere is nobody, so nothing is left.
    assert elsewhere[2] < 1e-6 * elsewhere[0]


def test_a_condition_keeps_only_its_unit_apart(one_place: System, covid: Pathogen) -> None:
    apart = tw.When(
        cases=1, within_days=7, place="unit", then=tw.Cohorting(effect=ALL_OF_IT), for_days=60
    )
    values = {**ALONE, BETWEEN: 0.0}
    one = built(one_place.with_units(), covid, *CALM, tw.Isolation(), apart, **values)
    seeded = one.seeded(3, 0.2)
    whole = replace(seeded, people=np.round(seeded.people).astype(np.int64))
    final = run_engine(whole, seed=1, draw=0, check=True).final.sum(axis=1)
    twin = is_apart(one.layout.cells["variant"].to_numpy())
    kept = np.bincount(one.layout.unit_of[twin], weights=final[twin])
    assert kept[3] > 10
    assert np.delete(kept, 3).sum() == 0
    assert final[(one.layout.unit_of == 3) & ~twin].sum() == 0


def test_who_leaves_or_arrives_is_housed(louisiana: System, covid: Pathogen) -> None:
    # Everything that moves people at once, with every invariant verified at every step.
    actions = [
        tw.IntakeQuarantine(days=14, test_out=True),
        tw.Vaccination(people_per_day=100, order=(tw.group("detained"),)),
        tw.Release(share=0.3, over_days=10),
        tw.Isolation(places_per_100=4),
        tw.When(cases=3, place="unit", then=tw.Cohorting()),
    ]
    one = built(louisiana.with_units(), covid, *actions, days=30)
    final = run_engine(one.inputs, seed=1, draw=0, check=True).final.sum(axis=1)
    housing = one.layout.housing
    halls = np.unique(housing.hall)
    # Transfers of half a day are in no unit; about one in 50 people moves a day.
    assert final[halls].sum() < 0.05 * final[housing.cell].sum()
    assert final[housing.cell].sum() > 500


@pytest.mark.parametrize(
    "action",
    [tw.IntakeQuarantine(days=14), tw.GateTesting(movements=("arrest", "transfer"))],
    ids=["quarantine", "gate"],
)
def test_arrivals_are_kept_or_tested_as_without_units(
    louisiana: System, covid: Pathogen, action: Action
) -> None:
    # Without infection, which differs: where people are housed decides neither how many come nor
    # how long they are kept, but for the half day in which those transferred in cannot leave.
    counted = []
    for system in (louisiana, louisiana.with_units()):
        one = built(system, covid, action, days=20, **{"mixing.unit_moves_per_day": 0.0})
        output = run_engine(one.seeded(None, 0.0), seed=1, draw=0, mode="mean_field")
        people = output.final.sum(axis=1)
        kept = people[is_apart(one.layout.cells["variant"].to_numpy())].sum()
        counted.append(kept + output.moved[:, :, GATE_TEST].sum())
    assert counted[0] > 1
    assert counted[1] == pytest.approx(counted[0], rel=0.01)


def test_bits_do_not_depend_on_threads(louisiana: System, covid: Pathogen) -> None:
    scenarios = [
        tw.Scenario("units", [tw.When(cases=3, place="unit", then=tw.Cohorting()), tw.Isolation()])
    ]
    one, two = (
        tw.simulate(
            louisiana.with_units(), covid, scenarios, days=20, draws=2, seed=7, threads=threads
        ).checksum
        for threads in (1, 2)
    )
    assert one == two


def test_population_stays_in_balance(louisiana: System, covid: Pathogen) -> None:
    found = []
    for system in (louisiana, louisiana.with_units()):
        results = tw.simulate(
            system,
            covid,
            [tw.Scenario("nothing")],
            days=60,
            draws=1,
            seed=1,
            threads=1,
            mode="mean_field",
        )
        people = results.dataset["people"].sel(place="all", group="detained")
        found.append(people.isel(scenario=0, draw=0).to_numpy()[-1])
    # People who are transferred in cannot leave for the half day in which they have no unit.
    assert found[1] == pytest.approx(found[0], rel=0.01)


def test_a_run_says_how_people_were_housed(louisiana: System, covid: Pathogen) -> None:
    told = [
        tw.simulate(system, covid, [tw.Scenario("nothing")], days=1, draws=1, seed=1, threads=1)
        for system in (louisiana, louisiana.with_units())
    ]
    mixed, units = (one.provenance for one in told)
    assert "one setting" in mixed["housing"]
    assert "housing units" in units["housing"]
    assert any("everybody in a facility can meet" in text for text in mixed["not_modelled"])
    assert not any("everybody in a facility can meet" in text for text in units["not_modelled"])
    assert "between_unit_share" in told[1].parameters
    assert "between_unit_share" not in told[0].parameters
    names = [str(row["name"]) for row in told[1].assumptions]
    assert "system.unit_people" in names
    assert "mixing.between_unit_share" in names


def test_one_person_in_units(louisiana: System, covid: Pathogen) -> None:
    where = str(louisiana.facilities["population_start"].idxmax())
    found = tw.simulation.person(
        louisiana.with_units(),
        covid,
        facility=where,
        age=50,
        vulnerable=True,
        release_to=str(louisiana.facilities.loc[where, "county_fips"]),
        days=20,
        draws=3,
        threads=1,
    )
    # In a future in which the disease never comes in, staying has no risk at all.
    assert ((found.risks[:, 0] >= 0) & (found.risks[:, 0] < 1)).all()
    assert found.risks[:, 0].any()


@pytest.mark.parametrize("people", [1.0, 0.0, -3.0, float("nan")])
def test_a_size_that_cannot_be_is_refused(louisiana: System, people: float) -> None:
    with pytest.raises(InputError, match="2 people or more"):
        louisiana.with_units(people)


@pytest.mark.parametrize(
    "action",
    [
        tw.When(cases=3, place="unit", then=tw.HaltArrests()),
        tw.When(cases=3, place="unit", then=tw.Release(people_per_day=3)),
    ],
)
def test_what_cannot_be_done_in_one_unit_is_refused(
    louisiana: System, covid: Pathogen, action: Action
) -> None:
    with pytest.raises(InputError, match="cannot be done in one housing unit"):
        tw.simulate(louisiana.with_units(), covid, [tw.Scenario("x", [action])], days=5, draws=1)


def test_own_sizes_are_kept_and_parts_keep_units(louisiana: System) -> None:
    first = str(louisiana.facilities.index[0])
    own = louisiana.with_units(30).units.loc[[first]]
    whole = louisiana.replaced(units=own).with_units(80)
    assert whole.units.loc[first, "unit_people"] == 30
    assert (whole.units.drop(index=first)["unit_people"] == 80).all()
    assert list(whole.facilities_only([first]).units.index) == [first]
    assert not len(whole.without_units().units)


def test_jails_and_prisons_of_a_state_in_units(covid: Pathogen) -> None:
    """Every custody, drawn sizes, quarantine and units kept apart; the engine checks each step."""
    idaho = tw.load_system("us-2020:state:ID").with_units()
    scenarios = [
        tw.Scenario("nothing"),
        tw.Scenario("apart", [tw.Cohorting(start="2020-03-21"), tw.IntakeQuarantine()]),
    ]
    results = tw.simulate(idaho, covid, scenarios, days=20, draws=2, seed=1, check=True)
    assert "housing units of about 50 people" in results.provenance["housing"]
    inside = results.totals["infections"].sel(place="all", group="detained")
    assert float(inside.sum()) > 0
    people = results.dataset["people"].sel(place="all", group="detained", scenario="nothing")
    ends = people.isel(date=[0, -1]).to_numpy()
    # Sizes are drawn, book-ins and exits with them: a place does not fill or empty by the draw.
    assert np.abs(ends[:, 1] / ends[:, 0] - 1).max() < 0.1
