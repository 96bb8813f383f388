"""Which values decide a difference, and where its sign turns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from support.synthetic import replaced
from thinwalls.common.errors import InputError
from thinwalls.results import (
    compare,
    flip_value,
    sensitivity,
)
from thinwalls.results.answers.sensitivity import _index, paired_difference


@pytest.mark.slow
def test_the_deciding_parameter_comes_first(many):
    decided = many.parameters["soap_effect"].values
    chance = np.random.default_rng(0).normal(0, 0.01, many.draws)
    results = replaced(many, {"nothing changes": 0.0, "what happened": -(decided**2) + chance})
    found = sensitivity(results, "what happened")
    assert found.table.loc[0, "parameter"] == "soap_effect"
    assert found.table.loc[0, "first_order"] > 0.7
    assert found.table.loc[0, "rank_correlation"] < -0.8
    assert bool(found.table.loc[0, "above_noise"])
    assert found.table["above_noise"].sum() <= 2


@pytest.mark.slow
def test_sensitivity_is_the_same_again_and_leaves_the_global_generator_alone(many):
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    first = sensitivity(many, "soap and sanitizer only").table
    pd.testing.assert_frame_equal(first, sensitivity(many, "soap and sanitizer only").table)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_sensitivity_refuses_too_little(many, small):
    with pytest.raises(InputError, match="at least 40"):
        sensitivity(small, small.scenarios[1])
    with pytest.raises(InputError, match="nothing varies"):
        sensitivity(many, "nothing changes")


def test_the_value_at_which_the_sign_flips_is_found(many):
    exponent = many.parameters["crowding_exponent"].values
    chance = np.random.default_rng(1).normal(0, 20, many.draws)
    results = replaced(
        many, {"nothing changes": 1000.0, "what happened": 1000 + 400 * (0.6 - exponent) + chance}
    )
    found = flip_value(results, "crowding_exponent", "what happened")
    assert found.at == pytest.approx(0.6, abs=0.05)
    assert found.low <= found.at <= found.high
    assert found.above < 0 < found.below


def test_no_flip_when_the_sign_never_changes(many):
    exponent = many.parameters["crowding_exponent"].values
    results = replaced(many, {"nothing changes": 1000.0, "what happened": 900 - exponent})
    found = flip_value(results, "crowding_exponent", "what happened")
    assert found.at is found.low is found.high is None
    assert found.below < 0
    assert found.above < 0
    with pytest.raises(InputError, match="no such parameter; there are r_dormitory"):
        flip_value(results, "x", "what happened")


@pytest.mark.slow
def test_noise_is_the_library_s_own_index_in_random_order(many):
    scenario = many.scenarios[1]
    found = sensitivity(many, scenario)
    few = sensitivity(many, scenario, most=2)
    assert few.noise == found.noise
    pd.testing.assert_frame_equal(few.table, found.table.head(2))
    name = str(found.table.loc[0, "parameter"])
    change = paired_difference(many, scenario, None, "followed", "infections")
    index = _index(many.parameters[name].values, change)
    assert index == pytest.approx(found.table.loc[0, "first_order"], abs=1e-12)


@pytest.mark.slow
def test_the_interval_holds_the_index_and_people_are_named(many):
    found = sensitivity(many, many.scenarios[1])
    table = found.table
    assert (table["first_order_low"] <= table["first_order"].clip(0, 1)).all()
    assert (table["first_order_high"] >= table["first_order"].clip(0, 1)).all()
    people = compare(many).row(many.scenarios[0], "followed", "infections")["population_at_risk"]
    assert found.population_at_risk == people


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"group": "x"}, "must be one of detained"),
        ({"outcome": "x"}, "must be one of infections"),
        ({"outcome": "unable_days"}, "is not counted for followed"),
    ],
)
def test_what_no_result_has_is_refused(many, asked, said):
    with pytest.raises(InputError, match=said):
        sensitivity(many, many.scenarios[1], **asked)
