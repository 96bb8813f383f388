"""What cannot all be meant in one scenario, and what can."""

from __future__ import annotations

import datetime as dt
from itertools import permutations

import pytest

import thinwalls.policy as tw
from thinwalls.common.errors import InputError
from thinwalls.policy.files.migrations import migrate

MARCH = {"start": "2020-03-01", "end": "2020-03-31"}
APRIL = {"start": "2020-04-01", "end": "2020-04-30"}


@pytest.mark.parametrize(
    "actions",
    [
        [tw.HaltArrests(), tw.HaltArrests()],
        [tw.HaltArrests(), tw.LimitArrests(share=0.5)],
        [tw.HaltArrests(agencies=("ICE",)), tw.LimitArrests(share=0.5)],
        [tw.LimitArrests(share=0.5), tw.EnforcementSurge(factor=2)],
        [tw.FollowRecord(), tw.HaltArrests()],
        [tw.FollowRecord(), tw.AlternativesToDetention(share=0.2)],
        [tw.FollowRecord(), tw.FollowRecord(what=("population",))],
        [tw.HaltArrests(), tw.AlternativesToDetention(share=0.2)],
        [tw.Hygiene(), tw.Hygiene(adherence=0.5)],
        [tw.Masks(**MARCH), tw.Masks(start="2020-03-31")],
        [tw.HaltTransfers(), tw.HaltTransfers()],
        [tw.Testing(), tw.Testing(kind="antigen")],
        [tw.MedicalCare(), tw.MedicalCare(treated_share=0.5)],
        [tw.Release(share=0.7), tw.Release(share=0.7, start="2020-05-01")],
        [tw.HospitalSurge(more_icu=0.1), tw.HospitalSurge(more_icu=0.2)],
        [tw.When(cases=1, then=tw.Hygiene()), tw.When(cases=1, then=tw.Hygiene())],
    ],
)
def test_contradictions_are_refused_in_any_order(actions: list[tw.Action]) -> None:
    for order in permutations(actions):
        with pytest.raises(InputError) as caught:
            tw.Scenario("a", order)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "actions",
    [
        [tw.HaltArrests(agencies=("ICE",)), tw.LimitArrests(agencies=("CBP",), share=0.5)],
        [tw.HaltArrests(**MARCH), tw.LimitArrests(share=0.5, **APRIL)],
        [tw.HaltArrests(who=tw.vulnerable), tw.HaltArrests(who=tw.age >= 50)],
        [tw.LimitArrests(share=0.5), tw.AlternativesToDetention(share=0.2)],
        [tw.FollowRecord(what=("population",)), tw.HaltArrests()],
        [tw.Hygiene(**MARCH), tw.Hygiene(**APRIL)],
        [tw.Hygiene(facilities=tw.kind("jail")), tw.Hygiene(facilities=tw.kind("prison"))],
        [tw.Release(share=0.7), tw.Release(share=0.3)],
        [tw.Release(share=1.0, who=tw.pretrial), tw.Release(share=1.0, who=tw.sentenced)],
        [tw.Release(share=1.0), tw.HaltArrests(), tw.HaltTransfers()],
        [tw.When(cases=1, then=tw.Hygiene()), tw.When(cases=9, then=tw.Masks())],
    ],
)
def test_what_can_be_together_is_let_through(actions: list[tw.Action]) -> None:
    for order in permutations(actions):
        assert len(tw.Scenario("a", order).actions) == len(actions)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: tw.When(then=tw.Hygiene()), "give either cases"),
        (lambda: tw.When(cases=1, hospital="icu", above=0.8, then=tw.Hygiene()), "give either"),
        (lambda: tw.When(hospital="icu", place="county", then=tw.Hygiene()), "go together"),
        (lambda: tw.When(hospital="icu", above=0.8, then=tw.Hygiene()), "place must be 'county'"),
        (lambda: tw.When(cases=0, then=tw.Hygiene()), "cases = 0: must be at least 1"),
        (lambda: tw.When(cases=1, then=tw.Hygiene(start="2020-04-01")), "leave its start"),
        (
            lambda: tw.When(cases=1, then=tw.When(cases=1, then=tw.Hygiene())),
            "not another when",
        ),
        (lambda: tw.When(cases=1, then={"do": "hygeine"}), "did you mean 'hygiene'?"),
        (lambda: tw.When(cases=1, then={"do": "hygiene", "adherance": 1}), "'adherence'?"),
        (lambda: tw.HospitalSurge(), "give more_beds or more_icu"),
        (lambda: tw.MedicalCare(start="2020-04-01"), "holds for the whole run"),
        (lambda: tw.LimitArrests(share=1.0), "changes nothing"),
        (lambda: tw.LimitArrests(), "this is halt_arrests"),
        (lambda: tw.FollowRecord(what=()), "must name arrests, population"),
        (lambda: tw.GateTesting(movements=()), "movements must name"),
        (lambda: tw.IntakeQuarantine(missed={"value": 0.2}), "goes with test_out"),
        (lambda: tw.Vaccination(people_per_day=0), "must be more than 0"),
        (lambda: tw.Vaccination(people_per_day=5, order=()), "must name who comes first"),
        (lambda: tw.Testing(interval_days=0), "interval_days = 0: must be at least"),
        (lambda: tw.SingleCells(), "added_share: is missing"),
        (lambda: tw.EnforcementSurge(factor=0.5), "factor = 0.5: must be at least 1"),
        (lambda: tw.Release(share=0.5, people_per_day=3), "give either share"),
        (lambda: tw.Release(people_per_day=3, over_days=3), "over_days goes with share"),
        (lambda: tw.Release(share=0.5, end="2020-04-01"), "end goes with people_per_day"),
        (lambda: tw.Hygiene(who=tw.everyone), "who: no such field"),
    ],
)
def test_actions_that_cannot_be_are_refused_in_one_line(make: object, words: str) -> None:
    with pytest.raises(InputError) as caught:
        make()  # type: ignore[operator]
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_older_file_is_brought_to_the_present_form() -> None:
    def rename(table: dict[str, object]) -> dict[str, object]:
        return {"scenario": table["plan"]}

    old = {"schema": 1, "plan": [{"name": "a"}]}
    assert migrate(old, "f", steps={1: rename}, present=2) == {"scenario": [{"name": "a"}]}
    assert old == {"schema": 1, "plan": [{"name": "a"}]}


@pytest.mark.parametrize("name", tw.list_scenarios())
def test_the_library_can_be_run_in_its_year(name: str) -> None:
    first = dt.date(2024, 2, 1) if name == "chicago-2024" else dt.date(2020, 3, 20)
    for scenario in tw.load_scenario_set(name):
        scenario.check(first, first + dt.timedelta(days=179))
        assert scenario.text


def test_what_the_library_holds() -> None:
    assert set(tw.list_scenarios()) == {
        "chicago-2024",
        "demo-2020",
        "fewer-people",
        "guidance-2020",
        "lofgren-2022",
        "statement-2020",
        "triggers",
    }


def test_every_reference_of_the_schema_resolves() -> None:
    schema = tw.scenario_json_schema()

    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if "$ref" in node else []
            return own + [one for value in node.values() for one in references(value)]
        if isinstance(node, list):
            return [one for value in node for one in references(value)]
        return []

    found = references(schema)
    assert found
    assert {one.removeprefix("#/$defs/") for one in found} <= set(schema["$defs"])
