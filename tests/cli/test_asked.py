"""Reports of one person and of waiting, through the real entry point."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import thinwalls as tw
from thinwalls.cli import main
from thinwalls.policy import save_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SMALL = ["--draws", "2", "--threads", "1"]
STEWART = ["--facility", "stewart", "--age", "58"]
PERSON = "stewart, age=58, vulnerable, release-to=13259, after-days=2"


@pytest.fixture
def soap(tmp_path: Path) -> Path:
    path = tmp_path / "soap.toml"
    save_scenarios([tw.Scenario("nothing"), tw.Scenario("soap", [tw.Hygiene()])], path)
    return path


def sections(path: Path) -> list[str]:
    return re.findall(r'<section id="(\w+)"', path.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_person_writes_its_report(exit_code_of: Callable[..., int], tmp_path: Path) -> None:
    out = tmp_path / "person.html"
    asked = [*STEWART, "--release-to", "13259", "--days", "5", "--report", str(out)]
    assert exit_code_of("person", *asked, "--language", "es", *SMALL) == 0
    assert "person" in sections(out)
    assert "Una persona de 58 años sin enfermedades" in out.read_text(encoding="utf-8")


@pytest.mark.slow
def test_delay_writes_its_report(
    exit_code_of: Callable[..., int], soap: Path, tmp_path: Path
) -> None:
    out = tmp_path / "delay.html"
    asked = ["--scenario", "soap", "--weeks", "0,1", "--days", "10", "--report", str(out)]
    assert exit_code_of("delay", str(soap), *asked, *SMALL) == 0
    assert "waiting" in sections(out)
    assert "1 week later" in out.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_run_answers_both_and_its_report_can_be_written_again(
    exit_code_of: Callable[..., int], soap: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    part = ["--facility", "stewart", "--days", "10", *SMALL]
    asked = ["--person", PERSON, "--delay", "soap", "--weeks", "1"]
    assert exit_code_of("run", str(soap), *part, *asked, "--out", str(out)) == 0
    first = sections(out / "report.html")
    assert {"person", "waiting"} <= set(first)
    told = (out / "report.html").read_text(encoding="utf-8")
    assert "Infections by sex: people in detention" in told
    assert "Infections by citizenship: people in detention" in told
    assert "by race and ethnicity" not in told
    again = tmp_path / "again.html"
    saved = str(out / "results.zarr")
    assert exit_code_of("report", saved, "--out", str(again), "--person", PERSON) == 0
    assert sections(again) == first
    assert exit_code_of("verify", str(out / "record.json")) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stewart", "needs a facility and an age from 0 to 100"),
        (", age=5", "needs a facility and an age from 0 to 100"),
        ("stewart, age=200", "needs a facility and an age from 0 to 100"),
        ("stewart, age=x", "must be a whole number"),
        ("stewart, aged=5", "must be like"),
        ("stewart, age=5, release-to", "must be like"),
        ("stewart, age=5, release-to=1", "no county of the system has this FIPS code"),
        ("stewart, age=5, after-days=10", "must be from 0 to below days"),
        ("nowhere at all, age=5", "nowhere at all"),
    ],
)
def test_a_person_that_cannot_be_is_one_line(
    capsys: pytest.CaptureFixture[str], soap: Path, tmp_path: Path, text: str, said: str
) -> None:
    out = tmp_path / "out"
    with pytest.raises(SystemExit) as stop:
        main(["run", str(soap), "--days", "10", *SMALL, "--person", text, "--out", str(out)])
    assert stop.value.code == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not out.exists()


def test_a_delay_of_a_scenario_that_there_is_not_is_one_line(
    capsys: pytest.CaptureFixture[str], soap: Path, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["run", str(soap), *SMALL, "--delay", "masks", "--out", str(tmp_path / "out")])
    assert stop.value.code == 2
    assert "--delay = 'masks': must be one of nothing, soap" in capsys.readouterr().err


@pytest.mark.parametrize("where", [".", "no/such/folder/x.html"])
def test_a_report_that_cannot_be_written_is_known_before_any_work(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, where: str
) -> None:
    asked = ["person", *STEWART, "--draws", "100000", "--report", str(tmp_path / where)]
    with pytest.raises(SystemExit) as stop:
        main(asked)
    assert stop.value.code in (1, 2)
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.slow
def test_places_that_were_not_kept_are_named(
    capsys: pytest.CaptureFixture[str], exit_code_of: Callable[..., int], soap: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    part = ["--facility", "stewart", "--days", "5", "--draws", "1", "--threads", "1"]
    assert exit_code_of("run", str(soap), *part, "--out", str(out)) == 0
    capsys.readouterr()
    saved = str(out / "results.zarr")
    asked = ["--person", "stewart,age=5", "--out", str(tmp_path / "x.html")]
    assert exit_code_of("report", saved, *asked) == 2
    assert "was not kept day by day" in capsys.readouterr().err
    assert not (tmp_path / "x.html").exists()
