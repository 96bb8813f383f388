"""What a scenario changes, from its compiled form; packages that are put off."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Action
    from thinwalls.simulation import Change
    from thinwalls.system import System


def changes(system: System, pathogen: Pathogen, *actions: Action) -> list[Change]:
    return tw.explain(system, pathogen, tw.Scenario("x", actions), days=60)


def test_nothing_changes_nothing(louisiana: System, covid: Pathogen) -> None:
    assert changes(louisiana, covid) == []


def test_a_halt_is_shown_from_its_first_to_its_last_day(louisiana: System, covid: Pathogen) -> None:
    (change,) = changes(louisiana, covid, tw.HaltArrests(start="2020-04-01", end="2020-04-10"))
    (piece,) = change.pieces
    assert (change.what, change.unit) == ("arrests", "people per day")
    assert (piece.first, piece.last) == (dt.date(2020, 4, 1), dt.date(2020, 4, 10))
    booked_in = louisiana.flows[
        (louisiana.flows["flow"] == "book_in")
        & ~louisiana.flows["detail"].str.startswith("transfer")
    ]
    assert piece.before == pytest.approx(booked_in["people_per_day"].sum(), rel=0.01)
    assert piece.after == 0


def test_a_known_effect_is_its_factor(louisiana: System, covid: Pathogen) -> None:
    effect = tw.Quantity(value=0.25, unit="share", source="a test", tag="assumption")
    (change,) = changes(louisiana, covid, tw.Hygiene(effect=effect))
    (piece,) = change.pieces
    assert (piece.before, piece.after, piece.low, piece.high) == pytest.approx(
        (1, 0.75, 0.75, 0.75)
    )
    assert change.where == "11 of 11 facilities"


@pytest.mark.slow
def test_every_kind_of_change_is_named(louisiana: System, covid: Pathogen) -> None:
    found = changes(
        louisiana,
        covid,
        tw.Release(share=0.2, over_days=5),
        tw.IntakeQuarantine(),
        tw.Vaccination(people_per_day=50),
        tw.EnforcementSurge(factor=2, affected_share=0.1),
        tw.CommunityDistancing(),
        tw.Testing(),
        tw.HospitalSurge(more_icu=0.5),
        tw.MedicalCare(treated_share=0.5),
        tw.When(cases=1, then=tw.Cohorting()),
    )
    names = {change.what for change in found}
    assert names >= {
        "arrests",
        "releases",
        "quarantine on arrest",
        "vaccination that begins to protect",
        "residents who begin to avoid care",
        "contact outside",
        "testing: found",
        "intensive-care beds free",
        "severely ill who are taken to a hospital",
        "switched by a condition",
    }
    json.dumps([change.to_dict() for change in found], allow_nan=False)
    assert all(line for change in found for line in change.lines)


def test_a_package_that_is_put_off_begins_later() -> None:
    package = tw.Scenario("x", [tw.HaltArrests(start="2020-03-25", end="2020-04-01"), tw.Hygiene()])
    later = tw.later_starts(package, [0, 2], dt.date(2020, 3, 20))
    assert list(later) == [0, 14]
    halt, soap = later[14].actions
    assert (halt.start, halt.end) == (dt.date(2020, 4, 8), dt.date(2020, 4, 15))
    assert soap.start == dt.date(2020, 4, 3)


@pytest.mark.parametrize(
    ("actions", "weeks", "words"),
    [
        ([tw.Hygiene()], [0], "at least two"),
        ([], [0, 1], "does nothing"),
        ([tw.MedicalCare()], [0, 1], "cannot be put off"),
    ],
)
def test_what_cannot_be_put_off(actions: list[Action], weeks: list[int], words: str) -> None:
    with pytest.raises(InputError, match=words):
        tw.later_starts(tw.Scenario("x", actions), weeks, dt.date(2020, 3, 20))


def test_nobody_is_vaccinated_twice_and_no_day_gives_more_doses_than_there_are() -> None:
    """The sum over days is what a run gives to the people of the first day."""
    country = tw.load_system("us-2020")
    jail = country.facilities_only(["racine county jail"])
    people = int(jail.facilities["population_start"].sum())
    influenza = tw.load_pathogen("influenza-seasonal")
    action = tw.Vaccination(people_per_day=60)
    (change,) = changes(jail, influenza, action)
    per_day = [one.after for one in change.pieces]
    assert max(per_day) <= 60.001
    total = sum((one.last - one.first).days * one.after + one.after for one in change.pieces)
    assert 0.5 * people < total <= people
    (again,) = changes(jail, influenza, tw.Vaccination(people_per_day=people))
    assert sum(one.after for one in again.pieces) <= people
