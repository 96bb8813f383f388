"""Messages and errors: filled once, one line, the same in another process."""

from __future__ import annotations

import copy
import pickle

import pytest

from thinwalls.common.errors import FieldError, InputError, Message, RunError, ThinwallsError
from thinwalls.engine.contract.errors import EngineError

HINT = Message("did you mean {name}?", name="'share'")


def test_a_message_is_its_english_text():
    said = Message("no such field; {hint}", hint=HINT)
    assert said == "no such field; did you mean 'share'?"
    assert (said.template, said.values) == ("no such field; {hint}", {"hint": HINT})
    assert said.values["hint"].values == {"name": "'share'"}


def test_without_values_braces_are_only_braces():
    said = Message("must say its distribution, for example { value = 0.3 }")
    assert said.endswith("{ value = 0.3 }")
    assert Message("a {b}", b="{c}") == "a {c}"


def test_a_place_without_a_value_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        Message("{a} and {b}", a=1)


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_a_copy_is_the_same_message(again):
    said = again(Message("no such field; {hint}", hint=HINT))
    assert said == "no such field; did you mean 'share'?"
    assert said.template == "no such field; {hint}"
    assert isinstance(said.values["hint"], Message)


@pytest.mark.parametrize(
    "error",
    [
        InputError("{a} is wrong", where=Message("line {n}", n=3), field="x", value=[1], a="{x}"),
        InputError.of(HINT, field="x"),
        RunError("cannot be written: {reason}", where="a file", reason="no space"),
        EngineError("cells", "must be at least {low}", index=(1, 2), value=0, low=1),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_in_another_process(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.args == error.args
    assert (again.problem.template, again.problem.values) == (
        error.problem.template, error.problem.values,
    )  # fmt: skip
    assert (again.where, again.field, again.value) == (error.where, error.field, error.value)


def test_an_error_is_one_line():
    error = InputError("is not {what}", where="a\n file", field="x\n y", what="one\nline")
    assert str(error) == "a file: x y: is not one line"
    assert issubclass(InputError, ThinwallsError)
    assert (InputError.exit_code, RunError.exit_code) == (2, 1)


def test_what_a_validator_raises_keeps_its_message():
    error = FieldError("{name} = {number} must be more than 0", name="low", number=-1)
    assert str(error) == "low = -1 must be more than 0"
    assert FieldError.of(error.message).message is error.message
