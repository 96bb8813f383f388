"""The reduced model: what goes in comes out, and what must hold holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from thinwalls import engine
from thinwalls.evidence.hindcast.fit.trajectories import fitted_quantities, values_at
from thinwalls.evidence.hindcast.model.frame import Frame
from thinwalls.evidence.hindcast.model.outbreak_arrays import housing, inputs_of
from thinwalls.evidence.hindcast.model.reduced_model import (
    EARLY_UNTIL,
    LATE_FROM,
    START,
    STEP_DAYS,
    Simulated,
    build_frame,
    reported,
    share_found,
    simulate_outbreaks,
    stages_of,
    these_only,
)
from thinwalls.simulation.draws.county_epidemics import BURN_IN_DAYS
from thinwalls.simulation.movement.recorded_history import recorded_population
from thinwalls.system import load_system

MIDDLE = values_at({})


@pytest.fixture(scope="module")
def frame() -> Frame:
    return build_frame(load_system("ice-2020"))


def alone(people: int, staff: int, days: int) -> Frame:
    """One facility: nobody comes or goes, nothing happens outside."""
    stages = stages_of()
    return Frame(
        facility_ids=("one",),
        people=np.array([float(people)]),
        staff=np.array([float(staff)]),
        book_ins=np.zeros((1, 2)),
        book_in_factor=np.ones((days, 2)),
        exit_hazard=np.zeros(1),
        exit_factor=np.ones(days),
        transfer_out_hazard=np.zeros(1),
        transfer_in_share=np.ones(1),
        incidence=np.zeros((BURN_IN_DAYS + days, 2)),
        stages=stages,
        activity_days=float(engine.activity_days(stages, STEP_DAYS)[0]),
    )


def test_mean_times_are_exact_at_the_step() -> None:
    stages = stages_of()
    leave = 1.0 - np.exp(-STEP_DAYS / stages.dwell_days[1:6])
    # covid-2020: latent 3.15, presymptomatic 1.65, infectious after onset 2.4 days.
    np.testing.assert_allclose(1.0 / leave, [1.575, 1.575, 1.65, 1.2, 1.2], rtol=1e-12)
    # Half of what a person passes on comes before symptoms.
    passed = stages.infectiousness[1:6] / leave
    assert passed[2] == pytest.approx(passed[3:].sum())


def test_housing_splits_people_evenly() -> None:
    units = housing(np.array([100.0, 7.0, 61.0]), 30.0, well_mixed=False)
    assert units.people.tolist() == [34, 33, 33, 7, 31, 30]
    assert units.facility.tolist() == [0, 0, 0, 1, 2, 2]
    np.testing.assert_allclose(np.bincount(units.facility, units.share), 1.0)
    assert housing(np.array([100.0]), 30.0, well_mixed=True).people.tolist() == [100]


@pytest.mark.parametrize("between", [1.0, 0.05])
def test_people_infected_by_one_are_the_reproduction_number(between: float) -> None:
    """A hundredth infected at first, all else susceptible: infections of the first generation.

    The mean field of a large facility without staff; the next generation is what those first
    infected pass on, R each, whatever the units do (equal in all units).
    """
    one = alone(100_000, 0, 60)
    units = housing(one.people, 50_000.0, well_mixed=between == 1.0)
    people = np.zeros((len(units.people), 7), np.int64)
    people[:, 0] = units.people
    reproduction = 1e-3
    seeds = 1_000 // len(units.people)
    people[:, 0] -= seeds
    people[:, 1] = seeds
    inputs = inputs_of(
        one,
        units,
        reproduction=np.array([reproduction]),
        between=between,
        crowding=0.0,
        border=1.0,
        incidence=one.incidence,
        people=people,
    )
    output = engine.run(inputs, seed=1, draw=0, mode="mean_field")
    # 1 - 1 % susceptible; what the second generation adds is R squared.
    assert output.flow[:, 0, 0].sum() == pytest.approx(1_000 * reproduction * 0.99, rel=2e-3)


def test_the_population_follows_the_record(frame: Frame) -> None:
    import pandas as pd

    days = pd.date_range(START, periods=frame.days, freq="D")
    recorded = recorded_population(load_system("ice-2020"), days)
    simulated = simulate_outbreaks(frame, MIDDLE, 1).people.sum(axis=0)
    # 3 %: people in transit (about 1 %) are in no facility, and book-ins are by lot.
    np.testing.assert_allclose(
        simulated[[30, 90, 150, 194]], recorded[[31, 91, 151, 195]], rtol=0.03
    )


def test_without_infection_outside_or_inside_there_is_none(frame: Frame) -> None:
    quiet = replace(frame, incidence=np.zeros_like(frame.incidence))
    assert simulate_outbreaks(quiet, MIDDLE, 1).infections.sum() == 0


def test_same_seed_same_bits(frame: Frame) -> None:
    small = these_only(frame, frame.facility_ids[:20])
    one, other = (simulate_outbreaks(small, MIDDLE, 5).infections for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert one.shape == (20, small.days)


@pytest.mark.slow
def test_less_mixing_between_units_never_helps_the_outbreak(frame: Frame) -> None:
    small = these_only(frame, frame.facility_ids[:20])
    total = {
        share: np.mean(
            [
                simulate_outbreaks(
                    small, {**MIDDLE, "mixing.between_unit_share": share}, seed
                ).infections.sum()
                for seed in range(8)
            ]
        )
        for share in (0.005, 0.2)
    }
    assert total[0.005] < total[0.2]


def test_share_found_goes_from_early_to_late() -> None:
    values = {**MIDDLE, "detection.share_found_early": 0.1, "mixing.share_found": 0.6}
    share = share_found(values, 195)
    assert share[(EARLY_UNTIL - START).days] == pytest.approx(0.1)
    assert share[(LATE_FROM - START).days] == pytest.approx(0.6)
    assert np.all(np.diff(share) >= 0)
    np.testing.assert_array_equal(share_found(values, 5, 190), share[190:])


def test_reported_cases_are_the_share_found_and_wait_for_the_next_report() -> None:
    resolved = np.zeros((400, 100))
    resolved[:, 10] = 50.0
    blank = np.zeros_like(resolved)
    values = {
        **MIDDLE,
        "detection.share_found_early": 0.3,
        "detection.between_facility_sd": 0.0,
        "detection.days_between_reports": 1.0,
    }
    daily = reported(Simulated(blank, resolved, blank), values, 1)
    assert set(np.flatnonzero(daily.sum(axis=0))) == {13}
    # Four standard errors of a binomial mean.
    assert daily.sum() / 20_000 == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 20_000))
    batches = reported(
        Simulated(blank, resolved, blank), {**values, "detection.days_between_reports": 10.0}, 1
    )
    wait = (batches.sum(axis=0) * np.arange(100)).sum() / batches.sum() - 13
    # Geometric with mean 9 days, one wait per facility.
    assert wait == pytest.approx(9.0, abs=4 * np.sqrt(90 / 400))


def test_every_fitted_quantity_has_a_source() -> None:
    for name, quantity in fitted_quantities().items():
        assert quantity.source, name
        assert quantity.unit, name
