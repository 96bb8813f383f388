"""How people with symptoms become known: shares by date and place, hazards, what a file may say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from thinwalls.common import InputError, parse_toml
from thinwalls.pathogens import (
    EARLY,
    LATE,
    hazard_that_misses,
    list_pathogens,
    load_pathogen,
    split_of_found,
)
from thinwalls.pathogens.catalogue import from_table
from thinwalls.pathogens.inherit import packaged

SHARES = (0.001, 0.04, 0.3, 0.6, 0.9, 0.999)
STEP = 0.25


def changed(name: str, **changes: Any) -> dict[str, Any]:
    """The file of a pathogen with other parameters of detection; None leaves one out."""
    table = parse_toml(packaged("library")[name], name)
    own = table["parameters"]["detection"]
    for field, value in changes.items():
        if field == "detection":
            table["detection"] = value
        elif value is None:
            del own[field]
        else:
            own[field] = value
    return table


@pytest.mark.parametrize("name", list_pathogens())
def test_every_packaged_pathogen_says_how_it_is_found(name: str) -> None:
    detection = load_pathogen(name).at().detection
    assert detection is not None
    assert 0 < detection.early <= 1
    assert 0 < detection.late <= 1


def test_the_share_changes_in_a_straight_line_between_two_days() -> None:
    detection = load_pathogen("covid-2020").at({EARLY: 0.1, LATE: 0.5}).detection
    assert detection is not None
    share = detection.share(dt.date(2020, 5, 30), 66)
    np.testing.assert_allclose(share[:2], 0.1)
    np.testing.assert_allclose(share[63:], 0.5)
    np.testing.assert_allclose(np.diff(share[1:64]), 0.4 / 62)


def test_places_differ_on_the_scale_of_log_odds() -> None:
    values = {"detection.found_share": 0.5, "detection.facility_sd": 0.7}
    detection = load_pathogen("measles").at(values).detection
    assert detection is not None
    share = detection.share_at(dt.date(2025, 1, 1), 2, np.array([-1.0, 0.0, 2.0]))
    np.testing.assert_allclose(np.log(share / (1 - share)), [[-0.7, 0.0, 1.4]] * 2, atol=1e-12)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("delay", [0.01, 0.9, 1.5, 3.0, 50.0])
def test_two_stages_find_the_share_and_the_delay_where_it_can_be(
    share: float, delay: float
) -> None:
    days = 1.2
    first, second = (float(one) for one in split_of_found(np.array(share), days, delay))
    assert 1 - first * second == pytest.approx(share)
    found_first, found_second = 1 - first, first * (1 - second)
    mean = (found_first * first * days + found_second * (first + second) * days) / share
    shortest, longest = (1 - share) * days, (2 - share) * days
    assert mean == pytest.approx(np.clip(delay, shortest, longest), rel=1e-6)


@pytest.mark.parametrize("missed", [0.0, 0.01, 0.4, 0.97, 1.0])
@pytest.mark.parametrize("days", [0.2, 1.2, 9.0])
def test_the_hazard_misses_the_share_step_by_step(missed: float, days: float) -> None:
    hazard = float(hazard_that_misses(np.array(missed), days, STEP))
    found, leaves = -np.expm1(-hazard * STEP), min(STEP / days, 1.0)
    here, gone = 1.0, 0.0
    for _ in range(2000):
        here *= 1 - found
        gone += here * leaves
        here *= 1 - leaves
    assert gone == pytest.approx(missed, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("measles", {"facility_sd": None}, "parameters.detection.facility_sd: is missing"),
        ("measles", {"delay_days": None}, "parameters.detection.delay_days: is missing"),
        ("measles", {"found_share": None}, "parameters.detection.found_share: is missing"),
        ("measles", {"found_share": {"value": 1.2, "unit": "share"}}, "found_share"),
        ("covid-2020", {"found_share_late": None}, "found_share_late: is missing"),
        ("covid-2020", {"found_share": {"value": 0.2}}, "must not be given beside a share"),
        ("covid-2020", {"detection": {}}, "detection.early_until: is missing"),
        ("covid-2020", {"detection": 3}, "must be a table"),
        (
            "covid-2020",
            {"detection": {"early_until": "2020-08-01", "late_from": "2020-05-01"}},
            "must be after early_until",
        ),
    ],
)
def test_what_cannot_be_is_named(name: str, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=name) as problem:
        from_table(changed(name, **changes), f"{name}.toml")
    assert said in str(problem.value)


def test_a_file_need_not_say_how_people_are_found() -> None:
    table = changed("measles")
    del table["parameters"]["detection"]
    assert from_table(table, "measles.toml").at().detection is None
