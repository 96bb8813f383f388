"""The command, and the page that is made from it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from thinwalls.cli.evidence.validation_table import digits, line_rows, range_text
from thinwalls.evidence import PAPERS, load_paper

if TYPE_CHECKING:
    from collections.abc import Callable

    from thinwalls.evidence import Validation

pytestmark = pytest.mark.xdist_group("published results")

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "scripts" / "validation_docs.py"


@pytest.fixture(scope="module")
def docs() -> Any:
    spec = importlib.util.spec_from_file_location("validation_docs", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", PAPERS)
def test_the_page_has_what_the_files_have(name: str, docs: Any) -> None:
    """Every citation, line, tolerance and gap; ours are held against a run below."""
    page = docs.PAGE.read_text(encoding="utf-8")
    paper = load_paper(name)
    texts = [paper.citation, paper.expressed]
    texts += [row.line or row.quantity for row in paper.rows]
    texts += [rule.reason for rule in paper.tolerance.values()]
    texts += [left.reason for left in paper.unchecked]
    for text in texts:
        assert docs.cell(text) in page or text in page


@pytest.mark.slow
@pytest.mark.parametrize("name", ["recidiviz", "lofgren", "severity"])
def test_the_page_has_what_a_run_gives(
    name: str, docs: Any, validated: Callable[[str], Validation]
) -> None:
    """The papers without chance, line by line."""
    page = docs.PAGE.read_text(encoding="utf-8")
    for line in validated(name).lines:
        for cells in line_rows(line):
            assert docs.line(*cells) in page


def test_every_failure_on_the_page_has_a_reason(docs: Any) -> None:
    page = docs.PAGE.read_text(encoding="utf-8")
    assert "No reason was found" not in page
    # The others rest on chance: whether they fail is settled by the run that made the page.
    for one in load_paper("severity").failing:
        assert one.reason in page, f"run python scripts/{SCRIPT.name}"


def test_the_page_is_linked() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert {"validation", "verify"} <= set(index.split())


@pytest.mark.slow
def test_the_command_prints_and_writes(
    tmp_path: Path, exit_code_of: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rows.json"
    assert exit_code_of("validate", "--only", "severity", "--out", str(out)) == 0
    printed = capsys.readouterr().out
    written = json.loads(out.read_text())
    assert written["counts"]["fail"] > 0
    assert f"{written['counts']['fail']} fail" in printed
    assert "not checked: Verity's overall infection fatality" in printed
    failed = [row["key"] for row in written["rows"] if row["verdict"] == "fail"]
    assert all(key.partition("/")[2] in printed for key in failed)
    assert exit_code_of("validate", "--only", "severity", "--strict", "--json") == 1
    assert json.loads(capsys.readouterr().out) == written
    assert exit_code_of("validate", "--only", "severity", "--rows") == 0
    assert len(capsys.readouterr().out.splitlines()) > len(written["rows"])


@pytest.mark.slow
def test_a_run_is_held_against_another(
    tmp_path: Path, exit_code_of: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    first = tmp_path / "first.json"
    quick = ("validate", "--only", "severity", "--quick")
    assert exit_code_of(*quick, "--out", str(first)) == 0
    capsys.readouterr()
    assert exit_code_of(*quick, "--seed", "2", "--times", "2", "--against", str(first)) == 0
    said = capsys.readouterr()
    assert "With seed 2 and 2 times the draws all 113 verdicts are the same." in said.out
    assert "processor time" in said.err
    assert exit_code_of(*quick, "--against", str(first), "--json") == 0
    assert json.loads(capsys.readouterr().out)["stability"]["changed"] == []
    first.write_text("[]")
    assert exit_code_of(*quick, "--against", str(first)) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_wrong_name_is_one_line(
    exit_code_of: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code_of("validate", "--only", "severty") == 2
    assert capsys.readouterr().err.strip().endswith("did you mean 'severity'?")


def test_numbers_as_text() -> None:
    assert digits(926108.34) == "926108"
    assert digits(0.46791) == "0.46791"
    assert digits(88.0024, 3) == "88"
    assert digits(12345.6, 3) == "12346"
    assert digits(None) == digits(float("nan")) == "-"
    assert range_text(None, 3.0) == "at most 3"
    assert range_text(97.0, None) == "at least 97"
    assert range_text(None, None) == ""
