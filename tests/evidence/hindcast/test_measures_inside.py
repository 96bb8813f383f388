"""Measures inside: the reduced model has those of the simulation, as strong and from when."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, strategies as st

import thinwalls as tw
from thinwalls.evidence.hindcast.fit.fitted_priors import SHARED
from thinwalls.evidence.hindcast.fit.trajectories import fitted_quantities, values_at
from thinwalls.evidence.hindcast.model.measures_inside import (
    contact_inside,
    isolation_effect,
    measure_effects,
    measures_of_2020,
    what_happened,
)
from thinwalls.evidence.hindcast.model.reduced_model import (
    START,
    build_frame,
    simulate_outbreaks,
    these_only,
)
from thinwalls.simulation.shared_types.quantity_library import mixing_quantities

VALUES = {
    "effect.hygiene.effect": 0.2,
    "effect.distancing.effect": 0.1,
    "effect.masks.effect": 0.5,
    "effect.masks.wearing": 0.4,
    "effect.isolation.found": 0.3,
    "effect.isolation.delay_days": 2.0,
}
MASKS = (dt.date(2020, 4, 10) - START).days


def test_both_ready_sets_have_the_same_what_happened() -> None:
    sets = [tw.load_scenario_set(name) for name in ("demo-2020", "statement-2020")]
    one, other = (next(s for s in some if s.name == "what happened") for some in sets)
    assert one.actions == other.actions == what_happened().actions
    assert [(m.do, str(m.start)) for m in measures_of_2020()] == [
        ("hygiene", "2020-03-20"),
        ("isolation", "2020-03-20"),
        ("distancing", "2020-04-10"),
        ("masks", "2020-04-10"),
    ]


def test_contact_is_the_product_of_the_measures_in_force() -> None:
    contact = contact_inside(VALUES, 40, start=START)
    early = 0.8 * (1.0 - isolation_effect(0.3, 2.0))
    np.testing.assert_allclose(contact[:MASKS], early)
    np.testing.assert_allclose(contact[MASKS:], early * 0.9 * 0.8)
    later = contact_inside(VALUES, 5, start=START + dt.timedelta(days=35))
    np.testing.assert_array_equal(later, contact[35:])
    none = contact_inside(VALUES, 5, start=START, measures=[])
    np.testing.assert_array_equal(none, 1.0)


def test_isolation_takes_the_time_that_people_spend_isolated() -> None:
    """Many people who are found at the simulation's hazard, one at a time.

    covid-2020 at central values: 60 % with symptoms for two stages of 1.2 days; half of what they
    pass on comes before; people without symptoms pass on three quarters after that; isolated ones
    a quarter.
    """
    found, delay, n = 0.4, 1.5, 400_000
    random = np.random.default_rng(1)
    ill = random.exponential(1.2, (n, 2)).sum(axis=1)
    hazard = found / ((1 - found) * 2.4 + delay)
    isolated = np.maximum(ill - random.exponential(1 / hazard, n), 0.0)
    share = isolated.sum() / ill.sum()
    after = 0.5 * (0.6 + 0.4 * 0.75)
    expected = 0.6 * 0.5 * share * 0.75 / (0.5 + after)
    # Standard error of the ratio of sums is below 0.002 of 0.1.
    assert isolation_effect(found, delay) == pytest.approx(expected, rel=0.01)


@given(st.floats(0.0, 1.0), st.floats(0.1, 20.0))
def test_isolation_never_takes_more_than_people_with_symptoms_pass_on(
    found: float, delay: float
) -> None:
    effect = isolation_effect(found, delay)
    # 0.3 of 0.95 comes after symptoms begin, of which a quarter stays.
    assert 0.0 <= effect <= 0.3 / 0.95 * 0.75
    assert isolation_effect(found, delay + 1.0) <= effect + 1e-12


def test_a_measure_that_the_reduced_model_lacks_is_refused() -> None:
    with pytest.raises(TypeError, match="has no cohorting"):
        contact_inside({"effect.cohorting.effect": 0.5}, 3, start=START, measures=[tw.Cohorting()])


@pytest.mark.slow
def test_fitted_measures_are_those_that_a_run_draws() -> None:
    """Joint draws are found by name, so every name has to be one of a run of what happened."""
    experiment = tw.simulate(
        tw.load_system("ice-2020").facilities_only(["stewart"]),
        tw.load_pathogen("covid-2020"),
        [what_happened()],
        days=25,
        draws=2,
        seed=1,
        threads=1,
        priors="ice-2020 fitted",
    )
    for name in measure_effects():
        drawn = experiment.parameters[name.removeprefix("effect.")]
        assert "joint draws of ice-2020 fitted" in drawn.attrs["distribution"], name
    assert set(measure_effects()) <= set(fitted_quantities())
    assert {name for name in SHARED if name.startswith("mixing.")} - set(mixing_quantities()) == {
        "mixing.between_unit_share"
    }


@pytest.mark.slow
def test_measures_lower_infections_inside() -> None:
    frame = build_frame(tw.load_system("ice-2020"))
    small = these_only(frame, frame.facility_ids[:20])
    strong = {**values_at({}), **VALUES, "effect.masks.wearing": 0.58, "effect.masks.effect": 0.6}
    none = {**strong, **dict.fromkeys(VALUES, 0.0), "effect.isolation.delay_days": 1.0}
    total = [
        sum(simulate_outbreaks(small, values, seed).infections.sum() for seed in range(8))
        for values in (none, strong)
    ]
    assert total[1] < total[0]
