"""Error lines and notes of data in the reader's language: none is missing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import thinwalls
from thinwalls.errors import InputError
from thinwalls.pages import Words
from thinwalls.pages.data_notes import NOTES
from thinwalls.pages.patterns import error_said, note_said, pattern_of, problem_said
from thinwalls.pages.problem_texts import PROBLEMS
from thinwalls.pages.unit_texts import UNITS
from thinwalls.pathogens import list_pathogens, load_pathogen
from thinwalls.policy.effect_library import effects
from thinwalls.simulation.sampling import (
    ascertainment,
    housing_quantities,
    measure_quantities,
    mixing_quantities,
)
from thinwalls.system import list_systems, load_system

HOME = Path(thinwalls.__file__).parent
ROOMS = ("web/*.py", "policy/**/*.py", "simulation/*.py", "sources/user*.py", "quantities.py",
         "reading.py", "system/model.py", "system/parts.py", "system/schema.py",
         "system/units.py")  # fmt: skip
"""What a visitor's question, scenarios, link or table goes through."""
ELSEWHERE = ("known.py", "priors.py", "waiting.py")
"""Only files and options of the command line go through these."""
SHOWN = {
    "facilities": ("population_start", "capacity", "staff", "length_of_stay_days"),
    "population": ("people_start",),
}
"""Columns whose notes a page shows."""
FILLED = {
    "hint": ["", "; did you mean x?"],
    "problem": ["has the unit x, must be x; x", "is x, must be between x and x: x; x"],
    "allowed": ["between x and x", "x or more", "one of x"],
}
"""What is put together before the text is."""


def texts_in(node):
    """Texts that an expression can be; what is filled in is an x."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        choices = [""]
        for part in node.values:
            filled = ["x"]
            if isinstance(part, ast.Constant):
                filled = [part.value]
            elif isinstance(part.value, ast.IfExp):
                filled = list(texts_in(part.value)) or ["x"]
            elif isinstance(part.value, ast.Name):
                filled = FILLED.get(part.value.id, ["x"])
            choices = [before + after for before in choices for after in filled]
        yield from choices
    elif isinstance(node, ast.IfExp):
        yield from texts_in(node.body)
        yield from texts_in(node.orelse)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from texts_in(value)


def raised_in(path):
    """Every text of an error that a file can raise, or make for one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in ("InputError", "ValueError") and node.args:
                yield from texts_in(node.args[0])
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            wanted = ("problem", "plain") if path.name == "reading.py" else ("problem",)
            if node.targets[0].id in wanted:
                yield from texts_in(node.value)
        elif isinstance(node, ast.Return) and path.name == "conflicts.py":
            yield from texts_in(node.value)


FILES = sorted(path for room in ROOMS for path in HOME.glob(room) if path.name not in ELSEWHERE)


@pytest.mark.slow
def test_every_error_of_a_question_has_a_pattern():
    found = [(path.name, text) for path in FILES for text in raised_in(path)]
    assert len(found) > 150
    assert [one for one in found if pattern_of(one[1], PROBLEMS) is None] == []


@pytest.mark.parametrize("name", list(list_systems().index))
def test_every_note_that_a_page_shows_has_a_pattern(name):
    system = load_system(str(name))
    made = system.provenance
    shown = [
        (made["table"] == table) & made["column"].isin(columns) for table, columns in SHOWN.items()
    ]
    rows = made[shown[0] | shown[1]]
    notes = set(rows["note"].dropna())
    assumed = {one for one in rows["source"].unique() if str(one).startswith("assumption:")}
    notes |= set(system.sources.loc[sorted(assumed & set(system.sources.index)), "title"])
    assert sorted(note for note in notes if pattern_of(note, NOTES) is None) == []


def test_an_error_in_spanish_keeps_what_was_given():
    spanish = Words("es")
    assert error_said(spanish, InputError("must be between 0 and 365", where="question",
                      field="days", value=4000)) == (
        "pregunta: days = 4000: debe estar entre 0 y 365"
    )  # fmt: skip
    nested = "actions[0] and actions[2] are both hygiene for the same people on the same days"
    assert problem_said(spanish, nested) == (
        "actions[0] y actions[2] son ambas hygiene para las mismas personas los mismos días"
    )
    assert problem_said(spanish, "no such field; did you mean 'share'?") == (
        "no existe tal campo; ¿quiso decir 'share'?"
    )
    assert note_said(spanish, "population_average / 2.8, rounded up").startswith("personas")


def test_what_is_not_known_stays_as_it_is():
    text = "a text of somebody else's"
    assert problem_said(Words("es"), text) == text
    error = InputError(text, where="x.toml", field="a")
    assert error_said(Words("es"), error) == str(error)


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
    assert units - set(UNITS) <= {"1", "dimensionless", ""}
