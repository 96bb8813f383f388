from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from pydantic import Field

from thinwalls.common.errors import InputError
from thinwalls.common.typed_records import TypedRecord, did_you_mean, read_as, read_toml

if TYPE_CHECKING:
    from pathlib import Path


class Inner(TypedRecord):
    days: float = Field(ge=0)


class Outer(TypedRecord):
    name: str
    parts: tuple[Inner, ...] = ()
    by_name: dict[str, Inner] = Field(default_factory=dict)
    one: Inner | None = None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"name": 3}, "f: name = 3: must be text in quotes"),
        ({}, "f: name: is missing"),
        ({"name": "a", "nam": 1}, "f: nam: no such field; did you mean 'name'?"),
        ({"name": "a", "parts": [{"days": -1}]}, "f: parts[0].days = -1: must be at least 0.0"),
        (
            {"name": "a", "parts": [{"day": 1}]},
            "f: parts[0].day: no such field; did you mean 'days'?",
        ),
        ({"name": "a", "parts": 1}, "f: parts = 1: must be a list"),
        ({"name": "a", "one": {"dais": 1}}, "f: one.dais: no such field; did you mean 'days'?"),
        ({"name": "a", "one": {"days": "x"}}, "f: one.days = 'x': must be a number"),
        ({"name": "a", "by_name": {"x": {"days": None}}}, "f: by_name.x.days: must be a number"),
        ([], "f: must be a table of fields"),
    ],
)
def test_one_line_that_names_the_place(data: object, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        read_as(Outer, data, where="f")
    assert str(caught.value) == expected


def test_the_same_when_built_in_python() -> None:
    with pytest.raises(InputError) as caught:
        Outer(name="a", one=Inner(days=-1))
    assert str(caught.value) == "Inner.days = -1: must be at least 0.0"


def test_nearest_name_or_all_of_them() -> None:
    assert did_you_mean("measels", ["measles", "mumps"]) == "did you mean 'measles'?"
    assert did_you_mean("x", ["measles", "mumps"]) == "must be one of: measles, mumps"
    assert did_you_mean("x", []) == "nothing is allowed here"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "f.toml"
    for content, words in (
        (b"", "is empty"),
        (b"\xff\xfe", "is not a text file"),
        (b"a = ", "is not valid TOML"),
        (b"a = 1\na = 2", "is not valid TOML"),
    ):
        file.write_bytes(content)
        with pytest.raises(InputError) as caught:
            read_toml(file)
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="no such file"):
        read_toml(tmp_path / "none.toml")
    with pytest.raises(InputError, match="is a directory"):
        read_toml(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_toml(tmp_path / ("x" * 300))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    file = tmp_path / "f.toml"
    file.write_text("a = 1")
    file.chmod(0)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        read_toml(file)
