from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

import thinwalls.policy as tw
from thinwalls.common.errors import InputError

PEOPLE = {
    "age_low": np.array([18, 50, 65, 18, 30]),
    "age_high": np.array([49, 64, 100, 49, 49]),
    "vulnerable": np.array([False, False, True, True, False]),
    "vaccinated": np.array([False, True, True, False, False]),
    "custody_class": np.array(["none", "1", "2", "pretrial", "none"]),
    "facility_id": np.array(["A", "A", "B", "B", "C"]),
    "state": np.array(["LA", "LA", "TX", "TX", "TX"]),
    "kind": np.array(["jail", "jail", "prison", "prison", "jail"]),
    "group": np.array(["detained", "detained", "detained", "staff", "detained"]),
}

leaves = st.one_of(
    st.just(tw.everyone),
    st.just(tw.vulnerable),
    st.just(tw.vaccinated),
    st.just(tw.pretrial),
    st.just(tw.sentenced),
    st.integers(0, 130).map(lambda years: tw.age >= years),
    st.integers(0, 130).map(lambda years: tw.age < years),
    st.integers(0, 130).map(lambda years: tw.age == years),
    st.sampled_from(["1", "2", "3", "none"]).map(lambda level: tw.threat_level == level),
    st.text(max_size=20).map(tw.facility),
    st.text(max_size=5).map(tw.state),
    st.sampled_from(["detained", "staff", "residents", "released"]).map(tw.group),
    st.text(max_size=20).map(lambda name: tw.custody_class == name),
)
anyone = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
        inner.map(lambda one: ~one),
    ),
    max_leaves=6,
)


@given(anyone)
def test_text_reads_back_as_the_same_selector(selector: tw.Selector) -> None:
    again = tw.parse_selector(str(selector))
    assert again == selector
    assert again.text == selector.text


@pytest.mark.slow
@given(anyone, anyone)
def test_masks_compose(one: tw.Selector, two: tw.Selector) -> None:
    a, b = one.mask(PEOPLE), two.mask(PEOPLE)
    assert a.dtype == np.bool_
    assert a.shape == (5,)
    np.testing.assert_array_equal((one & two).mask(PEOPLE), a & b)
    np.testing.assert_array_equal((one | two).mask(PEOPLE), a | b)
    np.testing.assert_array_equal((~one).mask(PEOPLE), ~a)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("everyone", [1, 1, 1, 1, 1]),
        ("age >= 50", [0, 1, 1, 0, 0]),
        ("age >= 50 or vulnerable", [0, 1, 1, 1, 0]),
        ("(age >= 50) | vulnerable", [0, 1, 1, 1, 0]),
        ("18 <= age < 50", [1, 0, 0, 1, 1]),
        ("50 <= age", [0, 1, 1, 0, 0]),
        ('threat_level == "none"', [1, 0, 0, 0, 1]),
        ("threat_level != 'none'", [0, 1, 1, 1, 0]),
        ("threat_level == 1", [0, 1, 0, 0, 0]),
        ("pretrial", [0, 0, 0, 1, 0]),
        ('facility("A") and not vaccinated', [1, 0, 0, 0, 0]),
        ('state("TX") & ~kind("jail")', [0, 0, 1, 1, 0]),
        ("group == 'staff'", [0, 0, 0, 1, 0]),
    ],
)
def test_who_is_meant(text: str, expected: list[int]) -> None:
    assert tw.parse_selector(text).mask(PEOPLE).astype(int).tolist() == expected


def test_a_band_is_meant_when_its_middle_is() -> None:
    bands = {"age_low": np.array([45, 40]), "age_high": np.array([54, 54])}
    assert (tw.age >= 50).mask(bands).tolist() == [False, False]
    assert (tw.age >= 49).mask(bands).tolist() == [True, False]
    assert (tw.age > 48).mask(bands).tolist() == [True, False]


def test_cuts_make_a_selector_exact() -> None:
    assert ((tw.age >= 50) | (tw.age < 18) & tw.vulnerable).age_cuts() == {50, 18}
    assert (tw.age > 49).age_cuts() == {50}


def test_references_can_be_checked_against_a_system() -> None:
    who = tw.facility("A") | ~tw.state("LA")
    assert who.references() == {("facility_id", "A"), ("state", "LA")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("vulnrable", "did you mean 'vulnerable'?"),
        ("age >= 50 | vulnerable", "in parentheses"),
        ("age", "needs a comparison"),
        ("facility", "needs a name"),
        ("", "is not understood"),
        ("threat_level == 'x'", "must be one of: 1, 2, 3, none"),
        ("group('guards')", "must be one of"),
        ("__import__('os').system('true')", "does not understand"),
        ("open('/etc/passwd')", "open is not known"),
        ("age >= '5'", "does not understand"),
        ("age >= 5.5", "does not understand"),
        ("(" * 900 + "everyone" + ")" * 900, "is not understood"),
        ("~" * 1900 + "everyone", "not understood"),
        ("everyone\x00", "is not understood"),
        ("x" * 3000, "longer than"),
    ],
)
def test_what_is_no_selector_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        tw.parse_selector(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@given(st.text(max_size=60))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    refused = ""
    try:
        tw.parse_selector(text)
    except InputError as problem:
        refused = str(problem)
    assert "\n" not in refused


def test_python_words_are_refused_where_they_would_be_wrong() -> None:
    with pytest.raises(InputError, match="not with and, or, not"):
        bool(tw.age >= 50)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="custody_class"):
        tw.pretrial.mask({"age_low": np.array([1])})
