from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import xarray as xr

from thinwalls.common.errors import InputError
from thinwalls.results import Stay, risk_of_plans


@pytest.fixture(scope="module")
def kept(small):
    """A result with one facility and one county kept day by day; constant force of infection."""
    parts = []
    for place in ("all", "f000", "c000"):
        parts.append(small.dataset.assign_coords(place=[place]))
    dataset = xr.concat(parts, dim="place").transpose("scenario", "draw", "date", "place", ...)
    force = dataset["force_of_infection"]
    force[:] = np.nan
    force.loc[{"place": "f000", "group": "detained"}] = 0.02
    force.loc[{"place": "c000", "group": "residents"}] = 0.001
    force.loc[{"place": "c000", "group": "residents", "draw": 0}] = 0.05
    return dataclasses.replace(small, dataset=dataset)


def test_risk_is_that_of_the_days_in_each_place(kept):
    found = risk_of_plans(
        kept,
        {
            "stay": [Stay("f000")],
            "released": [
                Stay("f000", end="2020-03-30"),
                Stay("c000", "residents", start="2020-03-31"),
            ],
        },
    ).table.set_index("plan")
    stay = 1 - np.exp(-0.02 * 30)
    leave = 1 - np.exp(-0.02 * 10 - 0.001 * 20)
    assert found.loc["stay", "risk"] == pytest.approx(stay, rel=1e-6)
    assert found.loc["released", "risk"] == pytest.approx(leave, rel=1e-6)
    assert found.loc["released", "difference"] == pytest.approx(leave - stay, rel=1e-6)
    assert found.loc["released", "ratio"] == pytest.approx(leave / stay, rel=1e-6)
    assert found.loc["released", "one_in"] == pytest.approx(1 / leave, rel=1e-6)
    assert found.loc["released", "probability_lower"] == pytest.approx(11 / 12)
    assert found.loc["released", "days"] == 30
    assert found.loc["stay", "difference"] == 0


def test_illness_follows_with_its_own_uncertainty(kept):
    shares = np.linspace(0.1, 0.2, kept.draws)
    found = risk_of_plans(
        kept, {"stay": [Stay("f000")]}, severity={"admission": shares, "death": 0.01}
    ).table.set_index("outcome")
    risk = found.loc["infection", "risk"]
    assert found.loc["admission", "risk"] == pytest.approx(0.15 * risk, rel=1e-6)
    assert found.loc["admission", "risk_low"] < found.loc["admission", "risk_high"]
    assert found.loc["death", "risk"] == pytest.approx(0.01 * risk, rel=1e-6)


def test_no_day_no_risk(kept):
    found = risk_of_plans(kept, {"nowhere": []}).table
    assert found.loc[0, "risk"] == 0
    assert found.loc[0, "one_in"] == np.inf
    assert np.isnan(found.loc[0, "ratio"])


@pytest.mark.parametrize(
    ("stays", "said"),
    [
        ([Stay("f001")], "was not kept day by day; kept are all, f000, c000"),
        ([Stay("f000", "residents")], "has no exposure"),
        ([Stay("f000", "nobody")], "no such group"),
        ([Stay("f000", start="soon")], "must be a date"),
        ([Stay("f000", start="2019-01-01")], "must be between 2020-03-21 and 2020-04-19"),
        ([Stay("f000", start="2020-04-10", end="2020-04-01")], "must not be before start"),
        ([Stay("f000"), Stay("f000", start="2020-04-01")], "two stays on the same day"),
    ],
)
def test_bad_stays_are_named(kept, stays, said):
    with pytest.raises(InputError, match=said):
        risk_of_plans(kept, {"plan": stays})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"plans": {}}, "at least one plan"),
        ({"plans": {"a": []}, "severity": {"death": 1.2}}, "between 0 and 1"),
        ({"plans": {"a": []}, "severity": {"death": [0.1, 0.2]}}, "one number or one per draw"),
        ({"plans": {"a": []}, "scenario": "x"}, "no such scenario"),
    ],
)
def test_bad_arguments_are_named(kept, arguments, said):
    with pytest.raises(InputError, match=said):
        risk_of_plans(kept, **arguments)
