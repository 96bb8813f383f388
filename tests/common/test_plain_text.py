"""Text that cannot be printed is refused wherever a person can give it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

import thinwalls as tw
from thinwalls.common import InputError, parse_toml
from thinwalls.common.plain_text import check_texts, problem_in_text

BAD = [
    "\x00",
    "\x01",
    "\x1b",
    "\x7f",
    "\x85",
    "\u202e",
    "\u2066",
    "\u200f",
    "\ufffe",
    "\ud800",
    "\ufeff",
]


@pytest.mark.parametrize("bad", BAD)
def test_what_cannot_be_printed_is_refused_by_number(bad: str) -> None:
    said = str(problem_in_text(f"a{bad}b"))
    assert f"U+{ord(bad):04X} at place 2" in said
    assert bad not in said
    with pytest.raises(InputError, match=r"Scenario\.name.*(cannot be printed|unicode)"):
        tw.Scenario(f"a{bad}b")


@pytest.mark.parametrize("good", ["Zoë", "Дом", "مركز", "中心", "a\u200cb", "n° 5 – „x“", "👩‍⚕️"])
def test_names_of_every_language_are_taken(good: str) -> None:
    assert problem_in_text(good) is None
    assert tw.Scenario(good).name == good


@pytest.mark.parametrize("bad", ["\\u0001", "\\u202E", "\\uFFFE"])
@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('x = "a{bad}"', "x"),
        ('[[scenario]]\nname = "{bad}"', r"scenario\[0\]\.name"),
        ('a.b = [1, "{bad}"]', r"a\.b\[1\]"),
    ],
)
def test_every_field_of_a_file_is_looked_at(text: str, field: str, bad: str) -> None:
    with pytest.raises(InputError, match=rf"^f\.toml: {field}: has a character"):
        parse_toml(text.replace("{bad}", bad), "f.toml")


def test_keys_are_looked_at_and_lines_of_a_description_are_not_refused() -> None:
    with pytest.raises(InputError, match="cannot be printed"):
        check_texts({"a\x01": 1}, where="f")
    check_texts({"a": "two\nlines\tand a tab"}, where="f")
    assert problem_in_text("two\nlines") is not None


@given(st.text())
def test_what_is_taken_is_xml_and_reads_from_left_to_right(text: str) -> None:
    if problem_in_text(text) is None:
        text.encode("utf-8")
        for one in text:
            assert unicodedata.bidirectional(one) not in {
                "RLO",
                "LRO",
                "RLE",
                "LRE",
                "RLI",
                "LRI",
                "FSI",
            }
            assert ord(one) >= 0x20
