from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

import thinwalls.policy as tw
from thinwalls.common.errors import InputError
from thinwalls.common.quantities import Quantity

if TYPE_CHECKING:
    from pathlib import Path

START, END = dt.date(2020, 3, 20), dt.date(2020, 9, 15)
EVERY: list[tw.Action] = [
    tw.Release(share=0.5, who=tw.pretrial, over_days=10, to="facility county"),
    tw.Release(people_per_day=20, end="2020-04-20"),
    tw.HaltArrests(agencies=("ICE",), end="2020-05-01"),
    tw.LimitArrests(agencies=("CBP",), keep=tw.threat_level == 1),
    tw.HaltTransfers(facilities=tw.state("LA")),
    tw.HaltRemovals(start="2020-04-01"),
    tw.FasterRelease(factor=2),
    tw.FollowRecord(what=("population",)),
    tw.AlternativesToDetention(share=0.3, agencies=("CBP",)),
    tw.EnforcementSurge(factor=2, agencies=("local",), affected_share=0.1),
    tw.Hygiene(adherence=0.5, ramp_days=7),
    tw.Masks(who=tw.group("staff")),
    tw.Masks(who=tw.vulnerable, fit="fitted"),
    tw.Distancing(facilities=tw.kind("jail")),
    tw.SingleCells(added_share=0.2),
    tw.Cohorting(),
    tw.IntakeQuarantine(days=10, alone=True, test_out=True),
    tw.SymptomScreening(interval_days=2),
    tw.Testing(interval_days=7),
    tw.Testing(kind="antigen", who=tw.vulnerable, interval_days=3, delay_days=0),
    tw.Isolation(places_per_100=4),
    tw.Vaccination(people_per_day=50, order=(tw.vulnerable, tw.group("staff"))),
    tw.MedicalCare(treated_share=0.9, late=False),
    tw.StaffTesting(),
    tw.StaffSickPay(),
    tw.GateTesting(movements=("release", "removal"), kind="antigen", uptake=0.9),
    tw.VisitsHalt(end="2020-05-01"),
    tw.Visits(start="2020-05-02"),
    tw.CommunityDistancing(states=tw.state("CA"), ramp_days=14),
    tw.HospitalSurge(more_icu=0.2),
    tw.When(cases=3, within_days=7, place="unit", then=tw.Cohorting(), for_days=14),
    tw.When(
        hospital="icu",
        above=0.8,
        place="county",
        for_days=1,
        then=tw.Release(share=0.05, over_days=1),
    ),
]
"""Every action, with fields that differ from the defaults; their examples for those not named."""
EVERY += [one.example() for one in tw.ACTIONS.values() if one not in set(map(type, EVERY))]
HEAD = 'schema = 1\n[[scenario]]\nname = "a"\n[[scenario.action]]\n'


def test_the_seven_of_the_demo() -> None:
    scenarios = tw.load_scenario_set("demo-2020")
    assert len(scenarios) == 7
    assert scenarios[0].actions == ()
    for scenario in scenarios:
        scenario.check(START, END)
        assert all(quantity.source for quantity in scenario.quantities().values())


def test_a_ready_scenario_in_a_short_run_lacks_what_begins_later() -> None:
    happened = next(s for s in tw.load_scenario_set("demo-2020") if s.name == "what happened")
    last = dt.date(2020, 4, 9)
    short = happened.until(last)
    assert [one.do for one in short.actions] == ["follow_record", "hygiene", "isolation"]
    short.check(START, last)
    with pytest.raises(InputError, match="after the end of the run"):
        happened.check(START, last)
    assert happened.until(dt.date(2020, 4, 10)) == happened


@pytest.mark.parametrize("name", tw.list_scenarios())
def test_library_round_trips(name: str, tmp_path: Path) -> None:
    scenarios = tw.load_scenario_set(name)
    tw.save_scenarios(scenarios, tmp_path / "s.toml")
    again = tw.load_scenarios(tmp_path / "s.toml")
    assert again == scenarios
    assert tw.from_link("https://example.org/#" + tw.to_link(again)) == scenarios
    assert list(tmp_path.iterdir()) == [tmp_path / "s.toml"]


def test_own_effects_survive_and_have_their_own_name() -> None:
    own = Quantity(distribution="uniform", low=0.1, high=0.2, unit="share", note='"quoted" \\ \t é')
    hygiene = tw.Hygiene(effect=own, facilities=tw.kind("jail"), ramp_days=7)
    scenario = tw.Scenario("x", [hygiene])
    assert tw.loads_scenarios(tw.dumps_scenarios([scenario])) == [scenario]
    assert hygiene.effect_name == f"hygiene.effect@{own.fingerprint}"
    assert scenario.quantities() == {hygiene.effect_name: own}
    assert tw.Hygiene().effect_name == "hygiene.effect"


def test_every_default_effect_is_cited() -> None:
    for name, quantity in tw.effects().items():
        assert quantity.unit, name
        assert quantity.source or (quantity.tag == "assumption" and quantity.note), name
    used = {name for action in EVERY for name in action.quantities()}
    assert used == set(tw.effects())


def test_every_action_says_what_it_does() -> None:
    for action in tw.ACTIONS.values():
        assert "Mechanism:" in (action.__doc__ or "")
        assert "Engine inputs:" in (action.__doc__ or "")


def test_the_list_of_every_action_is_complete() -> None:
    assert {type(action) for action in EVERY} == set(tw.ACTIONS.values())


@pytest.mark.parametrize("action", EVERY, ids=lambda action: action.do)
def test_every_action_round_trips_and_has_words(action: tw.Action) -> None:
    scenario = tw.Scenario("one", [action])
    assert tw.loads_scenarios(tw.dumps_scenarios([scenario])) == [scenario]
    assert tw.from_link(tw.to_link([scenario])) == [scenario]
    assert len(action.text) > 5
    assert action.about("Mechanism")
    assert action.about("Engine inputs")
    assert action.about("Limits")


def test_all_actions_at_once() -> None:
    # Screening and quarantine both say what happens on arrival.
    together = [one for one in EVERY if not isinstance(one, tw.IntakeScreening)]
    scenario = tw.Scenario("all", together)
    assert tw.from_link(tw.to_link([scenario])) == [scenario]
    assert tw.loads_scenarios(tw.dumps_scenarios([scenario])) == [scenario]
    assert scenario.text.count("\n") == len(together) - 1


def test_the_json_schema_accepts_what_is_written() -> None:
    schema = tw.scenario_json_schema()
    names = {definition["properties"]["do"]["const"] for definition in _actions_of(schema)}
    assert names == set(tw.ACTIONS)
    for action in EVERY:
        table = action.table()
        definition = next(
            d for d in _actions_of(schema) if d["properties"]["do"]["const"] == action.do
        )
        assert set(table) <= set(definition["properties"])
        assert set(definition["required"]) <= set(table)


def _actions_of(schema: dict) -> list[dict]:
    return [d for d in schema["$defs"].values() if "do" in d["properties"]]


def test_strength_ramps() -> None:
    hygiene = tw.Hygiene(start="2020-03-20", end="2020-03-30", ramp_days=4)
    days = [dt.date(2020, 3, 19) + dt.timedelta(days=n) for n in range(7)]
    assert [hygiene.strength(day, START) for day in days] == [0, 0.25, 0.5, 0.75, 1, 1, 1]
    assert hygiene.strength(dt.date(2020, 3, 31), START) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('do = "release"\nshare = 1.3', "share = 1.3: must be at most 1"),
        ('do = "relase"', "did you mean 'release'?"),
        ('do = "release"\nshrae = 1', "shrae: no such field; did you mean 'share'?"),
        ('do = "release"', "give either share"),
        ('do = "halt_arrests"\nstart = 2020-04-01\nend = 2020-03-01', "must not be before start"),
        ('do = "halt_arrests"\nstart = "1.4.2020"', "must be a date like 2020-03-20"),
        ('do = "halt_arrests"\nstart = 5', "must be a date like 2020-03-20"),
        ('do = "halt_arrests"\nagencies = ["ICD"]', "agencies[0] = 'ICD': must be one of"),
        ('do = "hygiene"\nramp_days = -1', "ramp_days = -1: must be at least 0"),
        ('do = "hygiene"\neffect = 0.3', "must say its distribution"),
        ('do = "hygiene"\neffect = { value = 30 }', "effect is 30, must be between -1 and 1"),
        ('do = "hygiene"\neffect = { value = 0.3, unit = "%" }', "has the unit '%'"),
        ('do = "hygiene"\neffect = { value = 0.3, unit = "days" }', "has the unit 'days'"),
        ('do = "isolation"\ndelay_days = { value = 2, unit = "hours" }', "must be days"),
        ('do = "isolation"\ndelay_days = { value = -2 }', "delay_days is -2, must be between 0"),
        (
            'do = "masks"\nwearing = { distribution = "uniform", low = 20, high = 60 }',
            "must be between 0 and 1",
        ),
        ('do = "hygiene"\neffect = { value = 0.3, tga = "seen" }', "did you mean 'tag'?"),
        ('do = "hygiene"\n[[scenario.action]]\ndo = "hygiene"', "are both hygiene"),
        (
            'do = "release"\nshare = 0.6\n[[scenario.action]]\ndo = "release"\nshare = 0.6',
            "must add up to at most 1",
        ),
        ('do = "follow_record"\n[[scenario.action]]\ndo = "halt_arrests"', "contradict"),
        ('do = "halt_arrests"\n[[scenario.action]]\ndo = "halt_arrests"', "the same arrests"),
        ("start = 2020-03-20", "do: is missing; must be one of"),
        ('do = "release"\nshare = 1\nwho = "vulnrable"', "did you mean 'vulnerable'?"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        tw.loads_scenarios(HEAD + text, "my.toml")
    assert str(caught.value).startswith("my.toml: scenario[0]")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("schema = 2", "schema = 2: was written by a newer version"),
        ("schema = 0", "schema = 0: must be 1"),
        ("schema = '1'", "schema = '1': must be 1"),
        ("[[scenario]]\nname = 'a'", "schema: must be 1"),
        ("schema = 1", "needs at least one"),
        ("schema = 1\nscenarios = 1", "did you mean 'scenario'?"),
        ("schema = 1\n[[scenario]]\ntitle = 'x'", "no such field"),
        ("schema = 1\n[[scenario]]\n", "name: is missing"),
        ("schema = 1\n[[scenario]]\nname='a'\n[[scenario]]\nname='a'", "two scenarios"),
        ("schema = ", "is not valid TOML"),
    ],
)
def test_what_is_no_scenario_file_is_refused(text: str, words: str) -> None:
    with pytest.raises(InputError, match=r"my\.toml") as caught:
        tw.loads_scenarios(text, "my.toml")
    assert words in str(caught.value)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a directory"):
        tw.load_scenarios(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        tw.load_scenarios(tmp_path / "none.toml")
    (tmp_path / "empty.toml").write_text("")
    with pytest.raises(InputError, match="is empty"):
        tw.load_scenarios(tmp_path / "empty.toml")
    with pytest.raises(InputError, match="did you mean 'demo-2020'"):
        tw.load_scenario_set("demo2020")


def test_links_that_are_damaged() -> None:
    link = tw.to_link([tw.Scenario("a", [tw.HaltArrests()])])
    for damaged in (link[:-6], link.replace(link[20:24], "AAAA"), "thinwalls1.", "x", link + "!"):
        with pytest.raises(InputError):
            tw.from_link(damaged)


def test_outside_the_run() -> None:
    with pytest.raises(InputError, match="after the end of the run"):
        tw.Scenario("a", [tw.HaltArrests(start="2021-01-01")]).check(START, END)
    with pytest.raises(InputError, match="before the start of the run"):
        tw.Scenario("a", [tw.HaltArrests(end="2020-01-01")]).check(START, END)


def test_python_errors_are_one_line_too() -> None:
    with pytest.raises(InputError, match=r"Release.share = 1.3: must be at most 1"):
        tw.Release(share=1.3)
    with pytest.raises(InputError, match=r"Scenario.name = '': must not be empty"):
        tw.Scenario("")
