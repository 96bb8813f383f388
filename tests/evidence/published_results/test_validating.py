"""Published results: the form of the files, the verdicts, the whole in reduced form."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from thinwalls.cli.evidence.validation_table import stability_text
from thinwalls.common.errors import InputError
from thinwalls.evidence import PAPERS, Validation, load_paper, validate
from thinwalls.evidence.published_results.compare_with_papers import (
    Effort,
    Found,
    TableLine,
    changed_verdicts,
    compared,
)
from thinwalls.evidence.published_results.paper_files import Paper, PublishedRow, Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable

    from thinwalls.evidence.published_results.compare_with_papers import ComparedRow

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("published results")]

FAILING = {
    "severity": {"Ferguson critical", "Verity", "Salje", "Steepness", "CDC September", "CDC May"},
    "leibowitz": {"crowding", "single cells", "county"},
    "chin": {"ratio"},
}
"""Papers with rows that fail, and the beginnings of their keys: see docs/validation.md."""
QUICK = ("malloy", "irvine", "leibowitz", "chin", "severity")


@pytest.mark.parametrize("name", PAPERS)
def test_every_file_says_what_it_needs(name: str) -> None:
    paper = load_paper(name)
    assert paper.name == name
    assert paper.citation
    assert paper.expressed
    used = {row.tolerance for row in paper.rows} - {None}
    assert used == set(paper.tolerance)
    assert paper.unchecked, "something is always left"
    for row in paper.rows:
        if row.tolerance is None and row.value is not None:
            assert row.note, f"{row.key}: shown without a verdict, and does not say why"


@pytest.fixture(scope="session")
def quick() -> dict[str, Validation]:
    return {name: validate([name], quick=True) for name in QUICK}


@pytest.mark.parametrize("name", QUICK)
def test_reduced_form_runs_every_row(name: str, quick: dict[str, Validation]) -> None:
    found = quick[name]
    assert found.count("not run") == 0
    assert len(found.rows) == len(load_paper(name).rows)
    for row in found.rows:
        assert row.ours is not None
        assert math.isfinite(row.ours), row.key


def _beyond(row: ComparedRow) -> float:
    """How far ours is outside what is allowed; infinite where our interval is what counts."""
    assert row.ours is not None
    if row.allowed_low is None and row.allowed_high is None:
        return math.inf
    below = 0.0 if row.allowed_low is None else row.allowed_low - row.ours
    above = 0.0 if row.allowed_high is None else row.ours - row.allowed_high
    return max(below, above)


@pytest.mark.parametrize("name", QUICK)
def test_only_the_known_failures(name: str, quick: dict[str, Validation]) -> None:
    """None but those explained on the page; with few draws also what four errors can move."""
    failed = {
        row.key.split("/")[0]
        for row in quick[name].rows
        if row.verdict == "fail" and _beyond(row) > 4 * (row.standard_error or 0.0)
    }
    assert failed <= FAILING.get(name, set())


def test_the_exact_papers_pass(validated: Callable[[str], Validation]) -> None:
    for name in ("blumberg", "recidiviz", "lofgren"):
        assert validated(name).count("fail") == 0
        assert validated(name).count("not run") == 0


def test_each_defect_of_recidiviz_has_its_two_rows(
    validated: Callable[[str], Validation],
) -> None:
    rows = {row.key: row.ours for row in validated("recidiviz").rows if "defect" in row.key}
    names = {key.split("/")[1] for key in rows}
    assert len(names) == 8
    for name in names:
        on, off = rows[f"defect/{name}/on"], rows[f"defect/{name}/off"]
        assert on is not None
        assert off is not None
        assert on != off, name


def paper_with(value: float | None, **rule: float | bool) -> tuple[Paper, PublishedRow]:
    row = PublishedRow(
        key="k", quantity="q", value=value, tag="none" if value is None else "seen", tolerance="t"
    )
    tolerance = Tolerance(reason="because", **rule)  # type: ignore[arg-type]
    paper = Paper(
        name="p", paper="P", citation="c", expressed="e", tolerance={"t": tolerance}, row=(row,)
    )
    return paper, row


@pytest.mark.parametrize("name", QUICK)
def test_every_failure_has_a_reason_and_says_by_how_much(
    name: str, quick: dict[str, Validation]
) -> None:
    """Those that only few draws make fail are not explained."""
    for row in quick[name].rows:
        if row.key.split("/")[0] in FAILING.get(name, set()) and row.verdict == "fail":
            assert row.why
            assert row.beyond > 0
        elif row.verdict != "fail":
            assert not row.why
            assert row.beyond == 0


def test_verdicts_of_two_runs_are_compared(quick: dict[str, Validation]) -> None:
    first = quick["severity"]
    again = Validation.from_dict(json.loads(json.dumps(first.as_dict())))
    assert again == first
    assert changed_verdicts(first, again)["changed"] == []
    turned = dataclasses.replace(first.rows[0], verdict="fail")
    other = Validation((turned, *first.rows[1:]), first.papers, Effort(seed=2, times=3))
    found = changed_verdicts(first, other)
    assert found["changed"] == [
        {"group": "severity", "key": turned.key, "verdict": "pass", "then": "fail"}
    ]
    assert (found["seed"], found["times"], found["compared"]) == (2, 3, len(first.rows))
    assert f"severity {turned.key} (pass, then fail)" in stability_text(found)
    with pytest.raises(InputError, match="of this version"):
        Validation.from_dict({"rows": [{"group": "severity"}]})


@given(
    st.floats(-1e6, 1e6),
    st.floats(0.001, 1e3),
    st.floats(0, 1),
    st.floats(0, 10),
    st.floats(-3, 3),
)
def test_the_margin_decides(
    value: float, absolute: float, relative: float, error: float, strain: float
) -> None:
    paper, row = paper_with(value, absolute=absolute, relative=relative, standard_errors=2.0)
    margin = absolute + relative * abs(value) + 2 * error
    found = compared(paper, row, Found(value + strain * margin, error))
    if abs(abs(strain) - 1) > 1e-6:
        assert found.verdict == ("pass" if abs(strain) < 1 else "fail")
        assert found.strain == pytest.approx(abs(strain), rel=1e-4, abs=1e-4)


def test_a_range_and_our_interval_decide() -> None:
    paper, row = paper_with(72.0, low=65.0, high=90.0)
    assert compared(paper, row, Found(89.9)).verdict == "pass"
    assert compared(paper, row, Found(90.1)).verdict == "fail"
    paper, row = paper_with(2.0, inside_ours=True)
    assert compared(paper, row, Found(5.0, low=1.9, high=9.0)).verdict == "pass"
    assert compared(paper, row, Found(5.0, low=2.1, high=9.0)).verdict == "fail"


def test_a_missing_row_is_not_run_and_counts_in_its_line() -> None:
    paper, row = paper_with(1.0, absolute=0.1)
    rows = (compared(paper, row, None), compared(paper, row, Found(5.0)))
    assert [one.verdict for one in rows] == ["not run", "fail"]
    line = TableLine("p", "P", "q", rows)
    assert line.worst is rows[1]
    assert line.count("fail") == 1


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({}, "needs a margin"),
        ({"absolute": 1.0, "low": 0.0}, "one of them only"),
        ({"absolute": -1.0}, "must be at least 0"),
    ],
)
def test_a_tolerance_that_says_nothing_is_refused(rule: dict[str, float], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        Tolerance(reason="because", **rule)  # type: ignore[arg-type]


def test_values_need_tags_and_names_are_checked() -> None:
    with pytest.raises(InputError, match="needs a tag"):
        PublishedRow(key="k", quantity="q", value=1.0)
    with pytest.raises(InputError, match="blumberg"):
        load_paper("blumburg")
    with pytest.raises(InputError, match="paper"):
        validate(["nobody"])


def test_the_seed_repeats_and_matters() -> None:
    one, again, other = (validate(["malloy"], quick=True, seed=seed) for seed in (5, 5, 6))
    assert one.as_dict() == again.as_dict()
    assert one.rows[0].ours != other.rows[0].ours
    assert one.effort == Effort(quick=True, seed=5)
