"""A run is described once: by a request, of which options, command line and run record follow."""

from __future__ import annotations

import inspect
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import thinwalls as tw
from thinwalls.cli.simulate.run import demo, run
from thinwalls.common import InputError
from thinwalls.runs import RunRequest, SystemSelection, load_record, record_bytes, verify
from thinwalls.runs.run_record import record_of_run
from thinwalls.simulation import FIRST_OPTIONS, RunOptions, option_fields, simulate

OLD = Path(__file__).parent / "data" / "record_by_0_1_0.json"
"""Written before there were requests."""


@pytest.fixture
def request_for_washington() -> RunRequest:
    return RunRequest(
        system=SystemSelection(name="ice-2020", states=("WA",)),
        scenarios=(tw.Scenario("nothing changes"),),
        options=RunOptions(days=8, draws=2, seed=3, start="2020-04-01"),
    )


def test_a_request_comes_back_from_plain_types(request_for_washington: RunRequest) -> None:
    content = json.loads(json.dumps(request_for_washington.to_dict()))
    assert RunRequest.from_dict(content) == request_for_washington
    other = request_for_washington.with_options(mode="mean_field")
    assert other.to_dict()["options"] == {"mode": "mean_field"}
    assert RunRequest.from_dict(other.to_dict()) == other
    assert other != request_for_washington


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"days": 0}, "days = 0: must be a whole number between 1 and 3660"),
        ({"by_age": 1}, "by_age = 1: must be true or false"),
        ({"start": "April"}, "start = 'April': must be a date like 2020-03-20"),
        ({"options": {"mode": "sure"}}, "mode = 'sure': must be one of: stochastic, mean_field"),
        ({"options": {"mod": 1}}, "mod: no such field; did you mean 'mode'"),
        ({"dayz": 3}, "dayz: no such field; did you mean 'days'"),
        ({"system": {"named": {"name": "ice-2020", "stats": ["WA"]}}}, "did you mean 'states'"),
        ({"pathogen": "covid-2020"}, "pathogen = 'covid-2020': must be a table of fields"),
    ],
)
def test_what_is_no_request_is_refused_in_one_line(
    request_for_washington: RunRequest, changed: dict[str, Any], problem: str
) -> None:
    with pytest.raises(InputError) as refused:
        RunRequest.from_dict({**request_for_washington.to_dict(), **changed})
    assert problem in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_older_run_record_is_read_and_written_byte_for_byte() -> None:
    record = load_record(OLD)
    assert record_bytes(record) == OLD.read_bytes()
    assert record.sealed() == record.seal
    options = record.request.options
    assert {name: str(getattr(options, name)) for name in ("start", "days", "draws", "seed")} == {
        "start": "2020-03-20", "days": "8", "draws": "2", "seed": "5",
    }  # fmt: skip
    assert options.by_age
    assert options.places == ("53053",)


@pytest.mark.slow
def test_an_older_run_record_verifies() -> None:
    found = verify(OLD)
    assert found.verified
    assert {one.kind for one in found.differences} <= {"version"}


@pytest.mark.slow
def test_a_run_of_expectations_verifies(request_for_washington: RunRequest, tmp_path: Path) -> None:
    request = request_for_washington.with_options(mode="mean_field", draws=1)
    file = tmp_path / "record.json"
    file.write_bytes(record_bytes(record_of_run(request.run(), request)))
    assert json.loads(file.read_text())["options"] == {"mode": "mean_field"}
    assert verify(file).differences == ()


def test_the_command_line_says_what_is_not_as_usual(request_for_washington: RunRequest) -> None:
    assert request_for_washington.command_line() == (
        "thinwalls run scenarios.toml --system ice-2020 --state WA --pathogen covid-2020 "
        "--start 2020-04-01 --days 8 --draws 2 --seed 3"
    )
    selection = SystemSelection(name="my table.csv", housing="units", unit_people=40)
    options = replace(request_for_washington.options, start=None, by_age=True, places=("a", "b"))
    other = request_for_washington.model_copy(update={"system": selection, "options": options})
    assert other.command_line("my.toml") == (
        "thinwalls run my.toml --system 'my table.csv' --housing units --unit-people 40 "
        "--pathogen covid-2020 --days 8 --draws 2 --seed 3 --place a --place b --by-age"
    )


def test_every_option_is_a_keyword_and_an_option_of_the_commands() -> None:
    keywords = inspect.signature(simulate).parameters
    for one in fields(RunOptions):
        assert keywords[one.name].default == one.default
        about = option_fields()[one.name]
        (found,) = [each for each in run.params if each.name == one.name]
        assert about.flag in found.opts
    names = {each.name for each in demo.params}
    assert set(option_fields()) - names == {"start"}
    assert set(FIRST_OPTIONS) <= set(option_fields())


def test_what_says_nothing_new_is_not_written() -> None:
    """Fields that came after the first run records."""
    assert "kinds" not in SystemSelection(name="ice-2020").model_dump()
    kinds = SystemSelection(name="us-2020", kinds=("prison",))
    assert kinds.model_dump(mode="json")["kinds"] == ["prison"]


def test_equal_requests_are_equal_however_they_were_written() -> None:
    assert RunOptions(start="2020-04-01", places=["a"]) == RunOptions(
        start=RunOptions(start="2020-04-01").start, places=("a",)
    )
