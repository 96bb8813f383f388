"""What is done in a housing unit with a case: contact as the formula says, tests, keys, days."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from support.built_inputs import built
from thinwalls.common.errors import InputError
from thinwalls.common.quantities import Quantity
from thinwalls.engine import run as run_engine

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.system import System

CALM = (tw.HaltArrests(), tw.HaltTransfers())
BETWEEN, UNITS = "mixing.between_unit_share", "mixing.unit_moves_per_day"
B, W, E = 0.6, 0.3, 0.2


def fixed(value: float, unit: str = "share of units with a case") -> Quantity:
    return Quantity(value=value, unit=unit, source="a test", tag="assumption")


def response(tested: float = 0.0, **fields: object) -> tw.UnitResponse:
    reduction = "reduction of contact"
    given = {"between": fixed(B, reduction), "within": fixed(W, reduction)} | fields
    return tw.UnitResponse(tested=fixed(tested), **given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def one_place(louisiana: System) -> System:
    """The largest facility of Louisiana, with its counties."""
    return louisiana.facilities_only([louisiana.facilities["population_start"].idxmax()])


def test_force_in_a_locked_unit_is_that_of_the_formula(one_place: System, covid: Pathogen) -> None:
    """lambda_u = beta [ (1-e)(1-w) J_u / N_u + e (1-b) J_f / N_f ], worked out by hand here."""
    values = {BETWEEN: E, UNITS: 0.0, "mixing.staff_time_inside_share": 0.4}
    one = built(one_place.with_units(), covid, *CALM, response(), **values)
    inputs, layout, locked = one.inputs, one.layout, 3
    n = layout.housing.n_units
    triggers, attendance = inputs.triggers, inputs.attendance
    assert triggers.row is not None
    assert triggers.row_start is not None
    assert triggers.row_factor is not None
    # The engine's side: what the trigger of this unit multiplies.
    chosen = triggers.setting[triggers.setting_start[locked] : triggers.setting_start[locked + 1]]
    rows = triggers.row[triggers.row_start[locked] : triggers.row_start[locked + 1]]
    contact = np.ones(len(inputs.settings.transmission))
    contact[chosen] = triggers.setting_factor[locked]
    factor = np.ones(len(attendance.setting))
    factor[rows] = triggers.row_factor[locked]
    cell = np.repeat(np.arange(len(inputs.people)), np.diff(attendance.start))
    people = inputs.people.sum(axis=1)
    ill = np.where(layout.unit_of == locked, 0.1, 0.01) * people * (layout.facility_of >= 0)
    weight = factor * attendance.presence
    present, infectious = (
        np.bincount(attendance.setting, weights=weight * each[cell], minlength=len(contact))
        for each in (people, ill)
    )
    beta = inputs.settings.transmission * contact
    share = infectious / np.maximum(present, 1e-9)
    takes = factor * attendance.activity * (beta * share)[attendance.setting]
    resident = int(np.flatnonzero((layout.unit_of == locked) & (people > 0))[0])
    found = takes[cell == resident].sum()
    # By hand: staff are in every unit by the share of its people, and in the shared spaces.
    held = np.bincount(layout.unit_of[layout.unit_of >= 0], weights=people[layout.unit_of >= 0])
    staff = 0.4 * people[layout.staff].sum()
    kept = np.where(np.arange(n) == locked, 1.0 - B, 1.0)
    prevalence = np.where(np.arange(n) == locked, 0.1, 0.01)
    own = 0.1 * held[locked] / (held[locked] + staff * held[locked] / held.sum())
    common = (kept * prevalence * held).sum() / ((kept * held).sum() + staff)
    transmission = one.draw.facility_transmission[0]
    expected = transmission * ((1 - E) * (1 - W) * own + E * (1 - B) * common)
    assert found == pytest.approx(expected, rel=1e-9)
    # In another unit nothing but J_f and N_f differs.
    other = int(np.flatnonzero((layout.unit_of == 0) & (people > 0))[0])
    own = 0.01 * held[0] / (held[0] + staff * held[0] / held.sum())
    expected = transmission * ((1 - E) * own + E * common)
    assert takes[cell == other].sum() == pytest.approx(expected, rel=1e-9)


@pytest.mark.slow
def test_only_the_unit_with_a_case_is_locked(one_place: System, covid: Pathogen) -> None:
    values = {BETWEEN: 0.0, UNITS: 0.0, "mixing.staff_time_inside_share": 1e-12}
    one = built(one_place.with_units(), covid, *CALM, tw.Isolation(), response(), **values)
    seeded = one.seeded(3, 0.2)
    whole = replace(seeded, people=np.round(seeded.people).astype(np.int64))
    n = one.layout.housing.n_units
    days = run_engine(whole, seed=1, draw=0, check=True).trigger_days[:n]
    assert days[3] > 10
    assert np.delete(days, 3).sum() == 0


@pytest.mark.slow
def test_everybody_in_a_unit_is_tested_once(one_place: System, covid: Pathogen) -> None:
    values = {BETWEEN: 0.0, UNITS: 0.0, "mixing.staff_time_inside_share": 1e-12}
    actions = (*CALM, tw.Isolation(), response(tested=1.0))
    one = built(one_place.with_units(), covid, *actions, **values)
    seeded = one.seeded(3, 0.2)
    whole = replace(seeded, people=np.round(seeded.people).astype(np.int64))
    output = run_engine(whole, seed=1, draw=0)
    n = one.layout.housing.n_units
    tested = output.trigger_days[n : 2 * n]
    # Two days of tests, while the unit is locked for longer.
    assert tested[3] == 2.0
    assert np.delete(tested, 3).sum() == 0
    assert output.trigger_days[3] > 5


@pytest.mark.slow
def test_what_has_no_effect_changes_no_bit_and_threads_neither(
    louisiana: System, covid: Pathogen
) -> None:
    none = "reduction of contact"
    idle = response(between=fixed(0.0, none), within=fixed(0.0, none))
    scenarios = [
        tw.Scenario("isolation", [tw.Isolation()]),
        tw.Scenario("idle", [tw.Isolation(), idle]),
        tw.Scenario("later", [tw.Isolation(), response(1.0, start="2020-04-05")]),
        tw.Scenario("response", [tw.Isolation(), response(1.0)]),
    ]
    for system in (louisiana, louisiana.with_units()):
        one, two = (
            tw.simulate(
                system, covid, scenarios, days=40, draws=2, seed=7, threads=threads, check=True
            )
            for threads in (1, 2)
        )
        assert one.checksum == two.checksum
        infections = one.dataset["new_infections"].sel(place="all")
        alone = infections.sel(scenario="isolation")
        np.testing.assert_array_equal(alone, infections.sel(scenario="idle"))
        days = slice("2020-03-20", "2020-04-04")
        np.testing.assert_array_equal(
            alone.sel(date=days), infections.sel(scenario="later", date=days)
        )
        tests = one.totals["tests"].sel(place="all", group="detained")
        assert float(tests.sel(scenario="response").sum()) > 0
        assert float(tests.sel(scenario="idle").sum()) == 0


def test_the_chance_of_tests_rises_week_by_week() -> None:
    rising = response(rising_from="2020-05-01", rising_to="2020-08-01")
    dates = [np.datetime64("2020-05-01") + np.timedelta64(days, "D") for days in range(-5, 100)]
    parts = np.array([rising._part(one.astype(object)) for one in dates])
    assert (parts[:12] == 0.4).all()
    assert parts[-1] == 1.0
    assert (np.diff(parts) >= 0).all()
    # One value a week at most, so that the engine has few periods.
    assert len(np.unique(parts)) <= 1 + 92 // 7 + 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rising_from": "2020-05-01"}, "rising_from and rising_to go together"),
        ({"rising_from": "2020-05-01", "rising_to": "2020-05-01"}, "must be after rising_from"),
    ],
)
def test_dates_that_cannot_be_are_refused(fields: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        tw.UnitResponse(**fields)  # type: ignore[arg-type]
