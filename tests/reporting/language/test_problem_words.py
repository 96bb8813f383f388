"""Error lines and notes of data in the reader's language: none is missing."""

from __future__ import annotations

import ast
import re

import pytest

from support.catalogue import PACKAGE, texts
from thinwalls.common.errors import InputError, Message
from thinwalls.pathogens import list_pathogens, load_pathogen
from thinwalls.policy import Hygiene, Masks, Scenario
from thinwalls.policy.actions.effect_library import effects
from thinwalls.policy.actions.from_table import action_from_table
from thinwalls.policy.files.scenario_files import loads_scenarios
from thinwalls.reporting import Words
from thinwalls.simulation.shared_types.quantity_library import (
    ascertainment,
    housing_quantities,
    measure_quantities,
    mixing_quantities,
)
from thinwalls.system import list_systems, load_system
from thinwalls.system.tables.assumptions import ASSUMPTIONS

SHOWN = {
    "facilities": ("population_start", "capacity", "staff", "length_of_stay_days"),
    "population": ("people_start",),
}
"""Columns whose notes a page shows."""
TEMPLATE_AT = {"InputError": 0, "RunError": 0, "ThinwallsError": 0, "FieldError": 0, "Message": 0,
               "EngineError": 1, "refuse": 3}  # fmt: skip
"""Which argument is the template."""
NOT_PLACES = {"where", "field", "value", "index"}
MAKERS = {"errors.py", "field_rules.py"}
"""Files where templates that were written elsewhere are handed on."""


def called(node):
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            return node.func.id
        if isinstance(node.func, ast.Attribute):
            return node.func.attr
    return None


def calls_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if called(node) in TEMPLATE_AT:
            yield node, called(node)


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.slow
def test_every_template_is_written_out_where_it_is_raised():
    seen, wrong = 0, []
    for path in FILES:
        for node, name in calls_of(path):
            seen += 1
            template = node.args[TEMPLATE_AT[name]] if len(node.args) > TEMPLATE_AT[name] else None
            if not (isinstance(template, ast.Constant) and isinstance(template.value, str)):
                wrong.append((path.name, node.lineno, ast.unparse(node)))
    assert seen > 450
    assert [one for one in wrong if one[0] not in MAKERS] == []
    assert len(wrong) == 3


def test_every_place_of_a_template_is_filled_and_nothing_else():
    wrong = []
    for path in FILES:
        for node, name in calls_of(path):
            template = node.args[TEMPLATE_AT[name]]
            given = {one.arg for one in node.keywords}
            if name not in ("Message", "FieldError"):
                given -= NOT_PLACES
            if not isinstance(template, ast.Constant) or None in given:
                continue
            if set(re.findall(r"\{(\w+)\}", template.value)) != given:
                wrong.append((path.name, node.lineno, template.value))
    assert wrong == []


def test_where_something_is_wrong_is_a_message_too():
    wrong = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if called(node) in (*TEMPLATE_AT, "of"):
                wrong += [
                    (path.name, node.lineno)
                    for one in node.keywords
                    if one.arg == "where" and isinstance(one.value, ast.JoinedStr)
                ]
    assert wrong == []


@pytest.mark.parametrize("name", list(list_systems().index))
def test_every_note_that_a_page_shows_can_be_told(name):
    system = load_system(str(name))
    made = system.provenance
    shown = [
        (made["table"] == table) & made["column"].isin(columns) for table, columns in SHOWN.items()
    ]
    rows = made[shown[0] | shown[1]]
    notes = set(rows["note"].dropna())
    for source in rows["source"].unique():
        key = str(source).removeprefix("assumption:")
        if key in system.assumptions.index:
            notes |= {system.assumptions["meaning"][key], system.assumptions["unit"][key]}
        elif source != key and source in system.sources.index:
            notes.add(system.sources["title"][source])
    assert sorted(note for note in notes if note not in texts()) == []


def test_an_assumption_of_a_system_is_told_from_its_value():
    system = load_system("ice-2020")
    entry = ASSUMPTIONS["ice_people_per_staff"]
    assert system.sources["title"]["assumption:ice_people_per_staff"] == entry.title
    assert Words("es").tell(entry.title) == (
        "personas detenidas por cada miembro del personal en un lugar que detiene personas para "
        "ICE: 2.8 (1.7 a 3.8) personas por miembro del personal"
    )


def test_an_error_in_spanish_keeps_what_was_given():
    spanish = Words("es")
    low_high = {"low": 0, "high": 365}
    error = InputError("must be between {low} and {high}", where=Message("question"),
                       field="days", value=4000, **low_high)  # fmt: skip
    assert str(error) == "question: days = 4000: must be between 0 and 365"
    assert spanish.tell_error(error) == "pregunta: days = 4000: debe estar entre 0 y 365"
    note = spanish.tell("population_average / 2.8, rounded up")
    assert note.startswith("personas")


def test_actions_that_contradict_are_told_in_spanish():
    with pytest.raises(InputError) as raised:
        Scenario("a", [Hygiene(), Masks(), Hygiene()])
    spanish = Words("es").tell(raised.value.problem)
    assert spanish == (
        "actions[0] y actions[2] son ambas hygiene para las mismas personas los mismos días"
    )


def test_a_hint_is_told_with_the_message_that_it_is_in():
    with pytest.raises(InputError) as raised:
        loads_scenarios('schema = 1\n[[scenario]]\nname = "x"\nactoin = []\n', where="my.toml")
    assert "did you mean 'action'?" in str(raised.value)
    told = Words("es").tell_error(raised.value)
    assert told.startswith("my.toml: scenario[0].actoin: no existe tal campo; ¿quiso decir")


def test_an_error_of_an_action_in_a_condition_is_told():
    action = {"do": "when", "cases": 1, "for_days": 3, "then": {"do": "hygiene", "effct": 1}}
    with pytest.raises(InputError) as raised:
        action_from_table(action, where=None, field="action")
    assert "then.effct: no such field; did you mean 'effect'?" in str(raised.value)
    assert "then.effct: no existe tal campo; ¿quiso decir 'effect'?" in Words("es").tell_error(
        raised.value
    )


def test_what_is_given_is_never_taken_for_a_place_to_fill():
    spanish = Words("es")
    error = InputError("no such field; {hint}", field="{a}", value="{b}",
                       hint=Message("did you mean {name}?", name="{hint} {0} {"))  # fmt: skip
    assert str(error) == "{a} = '{b}': no such field; did you mean {hint} {0} {?"
    assert (
        spanish.tell_error(error) == "{a} = '{b}': no existe tal campo; ¿quiso decir {hint} {0} {?"
    )


def test_what_is_not_known_stays_as_it_is():
    text = "a text of somebody else's with {braces}"
    assert Words("es").tell(Message.given(text)) == text
    error = InputError.of(Message.given(text), where="x.toml", field="a")
    assert Words("es").tell_error(error) == str(error)


@pytest.mark.slow
def test_every_unit_of_a_packaged_value_can_be_said():
    quantities = [
        *mixing_quantities().values(),
        *measure_quantities().values(),
        *housing_quantities().values(),
        *effects().values(),
        *(one for name in list_pathogens() for one in load_pathogen(name).parameters.values()),
    ]
    units = {one.unit for one in quantities if not one.is_fixed}
    units |= {
        str(unit) for name in list_systems().index for unit in load_system(name).assumptions["unit"]
    }
    units.add(ascertainment().unit)
    assert units - texts() <= {"1", "dimensionless", ""}
