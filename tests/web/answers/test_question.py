"""Questions, links and controls: what a form says is what a scenario says."""

from __future__ import annotations

import base64
import datetime as dt
import json
import zlib

import pytest
from hypothesis import assume, given, strategies as st

from support.asked import STEWART
from thinwalls.common.errors import InputError
from thinwalls.policy import Release, Scenario, to_link
from thinwalls.policy.files.scenario_files import document
from thinwalls.web.answers.form_controls import CONTROLS, WHO, form_of, labels_of, scenario_of
from thinwalls.web.answers.question import Question, checked, query_of, question_of


def values_of(field):
    if field.kind == "who":
        return st.sampled_from(list(WHO))
    if field.kind == "date":
        days = st.dates(dt.date(2020, 3, 20), dt.date(2020, 8, 1))
        return st.one_of(st.just(""), days.map(dt.date.isoformat))
    # Factors of exactly 1 change nothing and are refused by the actions.
    low = max(field.low, 1.0)
    return st.integers(int(low), int(min(field.high, 60))).map(str)


@st.composite
def forms(draw):
    chosen = draw(st.lists(st.sampled_from(CONTROLS), min_size=1, max_size=5, unique=True))
    form = {"a.name": draw(st.sampled_from(["", "more soap", "ñandú"]))}
    for control in chosen:
        form[f"a.{control.name}"] = "on"
        for field in control.fields:
            form[f"a.{control.name}.{field.name}"] = draw(values_of(field))
    try:
        scenario_of("a", form, [])
    except InputError as problem:
        # Two actions that contradict each other are refused, and so they should be.
        assume("Scenario: actions[" not in str(problem))
    return form


@pytest.mark.slow
@given(forms())
def test_a_form_and_its_scenario_say_the_same(form):
    scenario = scenario_of("a", form, [])
    again = scenario_of("a", form_of(scenario, "a"), [])
    assert again == scenario
    assert scenario_of("b", form_of(scenario, "b"), []).actions == scenario.actions
    assert len(labels_of(scenario)) == len(scenario.actions)


@pytest.mark.slow
@given(forms(), st.integers(7, 365), st.integers(1, 200), st.integers(0, 2**53))
def test_a_link_holds_the_whole_question(form, days, draws, seed):
    form = {name: text for name, text in form.items() if not name.endswith(".start")}
    asked = {"where": STEWART, "days": str(days), "draws": str(draws), "seed": str(seed)}
    question = question_of({**asked, **form})
    again = question_of(query_of(question, "es"))
    assert again.key == question.key


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_every_control_does_something_as_it_stands(control):
    scenario = scenario_of("a", {f"a.{control.name}": "on"}, [])
    assert len(scenario.actions) == 1
    assert scenario.text != "nothing is done"


def test_nothing_ticked_is_no_package():
    assert scenario_of("a", {"a.release.share": "50", "a.name": "x"}, []) is None
    assert [one.name for one in question_of({}).acts] == ["nothing changes"]


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"where": "facility"}, "must be all, facility:ID, county:FIPS or state:XX"),
        ({"where": "planet:earth"}, "must be all"),
        ({"days": "many"}, "days = 'many': must be a whole number"),
        ({"days": "4000"}, "question: days = 4000: must be at most 365"),
        ({"draws": "100000"}, "draws = 100000: must be at most 200"),
        ({"seed": "-1"}, "seed = -1: must be at least 0"),
        ({"start": "yesterday"}, "start = 'yesterday': must be a date like 2020-03-20"),
        ({"a.release": "on", "a.release.share": "300"}, "must be between 1 and 100"),
        ({"a.release": "on", "a.release.share": "nan"}, "must be between 1 and 100"),
        ({"a.release": "on", "a.release.who": "1; drop"}, "a.release.who"),
        ({"a.release": "on", "a.release.start": "3/20/20"}, "a.release.start"),
        ({"a.masks": "on", "a.name": "nothing changes"}, "is the name of another package"),
        ({"scenarios": "thinwalls1.zzzz"}, "link: is damaged"),
        ({"scenarios": "http://evil.example/"}, "is not a link to scenarios"),
    ],
)
def test_what_cannot_be_used_is_named(params, told):
    with pytest.raises(InputError) as problem:
        question_of(params)
    assert told in str(problem.value)
    assert "\n" not in str(problem.value)


def test_hostile_links_end_in_one_error():
    bomb = zlib.compress(b" " * 50_000_000, 9)
    deep = zlib.compress(b"[" * 90_000)
    wrong = zlib.compress(json.dumps({"schema": 1, "scenario": [{"name": 7}]}).encode())
    for packed in (bomb, deep, wrong, b"", b"\x00" * 40):
        text = "thinwalls1." + base64.urlsafe_b64encode(packed).decode().rstrip("=")
        with pytest.raises(InputError):
            question_of({"scenarios": text})
    with pytest.raises(InputError):
        question_of({"scenarios": to_link([Scenario(str(n)) for n in range(7)])})


def test_scenarios_are_those_of_a_file():
    free = Scenario("free", [Release(share=0.5, over_days=3)])
    entries = json.loads(json.dumps(document([free])["scenario"], default=str))
    assert checked({"scenarios": entries}).acts == (free,)
    with pytest.raises(InputError, match="no such field"):
        checked({"scenario": entries})


def test_places_that_there_are_not(ice_2020):
    for where in ("facility:nowhere", "county:00000", "state:ZZ"):
        with pytest.raises(InputError):
            Question(where=where).part(ice_2020)
    empty = str(ice_2020.facilities["population_start"].idxmin())
    with pytest.raises(InputError, match="nobody was held there on the first day"):
        Question(where=f"facility:{empty}").part(ice_2020)


def test_who_is_immune_is_part_of_the_question(ice_2020):
    """Share of those held and of staff: in the link, in the system, in the command."""
    place = "stewart-detention-center-ga"
    params = {"where": f"facility:{place}", "immune": "0.93", "staff_immune": " 0.5 "}
    question = question_of(params)
    assert (question.immune, question.staff_immune) == (0.93, 0.5)
    assert question_of(query_of(question, "en")) == question
    assert question.key != question_of({**params, "immune": ""}).key
    table = question.part(ice_2020).immunity
    assert table[["facility_id", "group"]].to_numpy().tolist() == [
        [place, "detained"],
        [place, "staff"],
    ]
    assert table["immune_share"].tolist() == [0.93, 0.5]
    assert f"--immune {place}:detained=0.93" in question.request().command_line()
    assert question_of({**params, "where": "all"}).immunity[0] == "*:detained=0.93"


@pytest.mark.parametrize(
    ("text", "told"),
    [("93", "must be a share from 0 to 1 (0.93 for 93 %)"), ("many", "must be a number")],
)
def test_a_share_of_93_is_refused(text, told):
    with pytest.raises(InputError) as refused:
        question_of({"where": "all", "immune": text})
    assert str(refused.value) == f"immune = '{text}': {told}"
