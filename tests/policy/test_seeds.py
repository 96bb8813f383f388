"""Index cases: what can be said of them, in Python, files, links and in one line."""

from __future__ import annotations

import datetime as dt
import json

import jsonschema
import pytest
from hypothesis import given, settings, strategies as st

import thinwalls.policy as tw
from thinwalls.common import InputError

DAY = dt.date(2026, 3, 1)
days = st.dates(dt.date(2019, 1, 1), dt.date(2027, 1, 1))


@st.composite
def seeds(draw: st.DrawFn) -> tw.Seed:
    place = draw(st.sampled_from(["stewart", "13259", "system", "Ein Ort: naïve"]))
    group = draw(st.sampled_from([None, "detained", "staff", "booked in"]))
    fields = {"place": place, "people": draw(st.integers(1, 500)), "group": group}
    if draw(st.booleans()):
        fields["onset"] = draw(days)
    else:
        fields["stage"] = draw(st.sampled_from([None, "exposed", "contagious", "symptoms"]))
        if draw(st.booleans()):
            fields["dates"] = tuple(draw(st.lists(days, max_size=4)))
        else:
            fields["date"] = draw(st.none() | days)
    if group in (None, "detained") and place != "system":
        fields["unit"] = draw(st.none() | st.integers(1, 30))
    if group != "staff":
        fields["age"] = draw(st.sampled_from([None, "1-11", "65+"]))
    return tw.Seed(**fields)


@settings(max_examples=30)
@given(st.lists(seeds(), max_size=4), st.booleans())
def test_file_link_and_object_hold_the_same(some, acts):
    scenario = tw.Scenario("one", [tw.HaltTransfers()] if acts else [], "why", some)
    text = tw.dumps_scenarios([scenario])
    assert tw.loads_scenarios(text) == [scenario]
    assert tw.from_link(tw.to_link([scenario])) == [scenario]
    content = json.loads(json.dumps(tw.document([scenario]), default=str))
    jsonschema.validate(content, tw.scenario_json_schema())
    assert all(one.text for one in some)


def test_it_is_written_as_a_table_of_its_own():
    scenario = tw.Scenario("one", seeds=[tw.Seed(place="stewart", date=DAY, group="staff")])
    assert tw.dumps_scenarios([scenario]).endswith(
        '[[scenario.seed]]\nplace = "stewart"\ngroup = "staff"\ndate = 2026-03-01\n'
    )


def test_files_from_before_stay_as_they_are():
    (one,) = tw.loads_scenarios('schema = 1\n[[scenario]]\nname = "x"\n')
    assert one.seeds == ()
    assert "seed" not in tw.dumps_scenarios([one])


WRONG = [
    ({"place": ""}, "Seed.place = '': must not be empty"),
    ({"people": 0}, "Seed.people = 0: must be at least 1"),
    ({"people": 100_001}, "Seed.people = 100001: must be at most 100000"),
    ({"people": 1.5}, "Seed.people = 1.5: must be a whole number"),
    ({"group": "guards"}, "Seed.group = 'guards': must be one of"),
    ({"stage": "infectious"}, "Seed.stage = 'infectious': must be one of"),
    ({"date": "soon"}, "Seed.date = 'soon': must be a date like 2020-03-20"),
    ({"date": DAY, "dates": [DAY]}, "give either date or dates"),
    ({"onset": DAY, "stage": "exposed"}, "leave out stage, date and dates"),
    ({"onset": DAY, "date": DAY}, "leave out stage, date and dates"),
    ({"unit": 0}, "Seed.unit = 0: must be at least 1"),
    ({"unit": 1, "group": "staff"}, "unit is of people detained in one facility"),
    ({"unit": 1, "place": "system"}, "unit is of people detained in one facility"),
    ({"age": "1-11", "group": "staff"}, "age is of people who are detained or booked in"),
    ({"age": "old"}, 'age must be like "18-49" or "65+"'),
    ({"age": "30-20"}, 'age must be like "18-49" or "65+"'),
    ({"place": "system", "group": "residents"}, "residents are of a county"),
    ({"when": DAY}, "Seed.when: no such field; must be one of"),
]


@pytest.mark.parametrize(("fields", "message"), WRONG)
def test_what_cannot_be_is_named(fields, message):
    with pytest.raises(InputError) as problem:
        tw.Seed(**{"place": "stewart", **fields})
    assert message in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[scenario.seed]\nplace='a'", "scenario[0].seed: must be written as [[scenario.seed]]"),
        ("[[scenario.seed]]\npeople=1", "scenario[0].seed[0].place: is missing"),
        ("[[scenario.seed]]\nplace='a'\npeople=0", "scenario[0].seed[0].people = 0: must be at le"),
        ("seed = [3]", "scenario[0].seed[0] = 3: must be a table of fields"),
    ],
)
def test_a_file_names_the_entry(text, message):
    with pytest.raises(InputError) as problem:
        tw.loads_scenarios(f'schema = 1\n[[scenario]]\nname = "x"\n{text}\n', "my.toml")
    assert str(problem.value).startswith("my.toml: ")
    assert message in str(problem.value)


@pytest.mark.parametrize(
    ("seed", "field"),
    [
        (tw.Seed(place="a", date=dt.date(2020, 3, 19)), "seeds[1].date"),
        (tw.Seed(place="a", onset=dt.date(2020, 4, 20)), "seeds[1].onset"),
        (tw.Seed(place="a", dates=[dt.date(2020, 4, 1), dt.date(2021, 4, 1)]), "seeds[1].dates"),
    ],
)
def test_a_date_outside_of_the_run_is_named(seed, field):
    scenario = tw.Scenario("mine", seeds=[tw.Seed(place="a"), seed])
    with pytest.raises(InputError) as problem:
        scenario.check(dt.date(2020, 3, 20), dt.date(2020, 4, 19))
    assert field in str(problem.value)
    assert "is not a day of the run, 2020-03-20 to 2020-04-19" in str(problem.value)


def test_later_starts_leave_the_index_cases_where_they_are():
    seeds = [tw.Seed(place="a", date=DAY)]
    scenario = tw.Scenario("halt", [tw.HaltTransfers(start=DAY)], seeds=seeds)
    later = tw.starting_later(scenario, 7, DAY)
    assert later.seeds == scenario.seeds
    assert later.actions[0].start == DAY + dt.timedelta(days=7)
    both = [scenario, later]
    assert tw.later_starts_among(both, DAY) == {"halt": {0: "halt", 7: "halt, 7 days later"}}
    other = tw.Scenario("other", later.actions)
    assert tw.later_starts_among([scenario, other], DAY) == {}
    assert scenario.until(DAY - dt.timedelta(days=9)).seeds == scenario.seeds


@pytest.mark.parametrize(
    ("text", "seed"),
    [
        ("stewart", tw.Seed(place="stewart")),
        ("stewart:3", tw.Seed(place="stewart", people=3)),
        ("stewart:2@2026-03-01", tw.Seed(place="stewart", people=2, date=DAY)),
        ("stewart@2026-03-01", tw.Seed(place="stewart", date=DAY)),
        ("stewart:1@2026-03-01:staff", tw.Seed(place="stewart", date=DAY, group="staff")),
        ("stewart:booked-in:exposed", tw.Seed(place="stewart", group="booked in", stage="exposed")),
        ("stewart:booked in", tw.Seed(place="stewart", group="booked in")),
        ("stewart:1@2026-03-01:onset", tw.Seed(place="stewart", onset=DAY)),
        ("stewart:1:unit=2:age=1-11", tw.Seed(place="stewart", unit=2, age="1-11")),
        ("13259:5:residents", tw.Seed(place="13259", people=5, group="residents")),
    ],
)
def test_one_line(text, seed):
    assert tw.parse_seed(text) == seed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot read ''"),
        (":3", "cannot read ':3'; must be like PLACE:N@DATE:GROUP:STAGE"),
        ("a:guards", "cannot read 'guards'"),
        ("a:unit=x", "cannot read 'unit=x'"),
        ("a:onset", "cannot read 'a:onset'"),
        ("a:0", "people = 0: must be at least 1"),
        ("a@2026-02-30", "date = '2026-02-30': must be a date like 2020-03-20"),
        ("a:staff:unit=2", "unit is of people detained in one facility"),
    ],
)
def test_a_line_that_cannot_be_read(text, message):
    with pytest.raises(InputError) as problem:
        tw.parse_seed(text, "--index-case")
    assert str(problem.value).startswith("--index-case")
    assert message in str(problem.value)
