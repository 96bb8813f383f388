from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

import thinwalls.policy as tw
from thinwalls.errors import InputError
from thinwalls.quantities import Quantity

if TYPE_CHECKING:
    from pathlib import Path

START, END = dt.date(2020, 3, 20), dt.date(2020, 9, 15)
HEAD = 'schema = 1\n[[scenario]]\nname = "a"\n[[scenario.action]]\n'


def test_the_seven_of_the_demo() -> None:
    scenarios = tw.load_scenario_set("demo-2020")
    assert len(scenarios) == 7
    assert scenarios[0].actions == ()
    for scenario in scenarios:
        scenario.check(START, END)
        for quantity in scenario.quantities().values():
            assert quantity.unit
            assert quantity.source


@pytest.mark.parametrize("name", tw.list_scenarios())
def test_library_round_trips(name: str, tmp_path: Path) -> None:
    scenarios = tw.load_scenario_set(name)
    tw.save_scenarios(scenarios, tmp_path / "s.toml")
    again = tw.load_scenarios(tmp_path / "s.toml")
    assert again == scenarios
    assert tw.from_link("https://example.org/#" + tw.to_link(again)) == scenarios
    assert list(tmp_path.iterdir()) == [tmp_path / "s.toml"]


def test_own_effects_survive_and_have_their_own_name() -> None:
    own = Quantity(
        distribution="uniform", low=0.1, high=0.2, unit="share", note='"quoted" \\ \x7f é'
    )
    hygiene = tw.Hygiene(effect=own, facilities=tw.kind("jail"), ramp_days=7)
    scenario = tw.Scenario("x", [hygiene])
    assert tw.loads_scenarios(tw.dumps_scenarios([scenario])) == [scenario]
    assert hygiene.effect_name == f"hygiene.effect@{own.fingerprint}"
    assert scenario.quantities() == {hygiene.effect_name: own}
    assert tw.Hygiene().effect_name == "hygiene.effect"


def test_every_default_effect_is_cited() -> None:
    for name, quantity in tw.effects().items():
        action, field = name.split(".")
        assert field in tw.ACTIONS[action].effect_fields()
        assert quantity.source
        assert quantity.unit
    for action in tw.ACTIONS.values():
        for field in action.effect_fields():
            assert f"{action.do}.{field}" in tw.effects()


def test_every_action_says_what_it_does() -> None:
    for action in tw.ACTIONS.values():
        assert "Mechanism:" in (action.__doc__ or "")
        assert "Engine inputs:" in (action.__doc__ or "")


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
        ("schema = 2", "schema = 2: must be 1"),
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
