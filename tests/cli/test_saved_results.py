"""Every command that takes a saved result takes one of every kind of system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from thinwalls.cli import main
from thinwalls.cli.app import COMMANDS
from thinwalls.sources import template

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

SCENARIOS = """
schema = 1
[[scenario]]
name = "nothing changes"
[[scenario]]
name = "=HYPERLINK(people over 50 go home)"
[[scenario.action]]
do = "release"
who = "age >= 50"
share = 1.0
"""
SECOND = "=HYPERLINK(people over 50 go home)"
PERSON = "example-county-jail, age=58"
ASKED = {
    "report": ["--out", "REPORT.html"],
    "compare": [],
    "flattening": [],
    "cost": [],
    "equity": ["--by", "vulnerable"],
    "sensitivity": ["--scenario", SECOND],
}


def code_of(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert isinstance(stop.value.code, int)
    return stop.value.code


@pytest.fixture(scope="module", params=["own table", "part of a system", "a moved table"])
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a run, in units of its own folder."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "my.toml").write_text(SCENARIOS)
    asked = ["--system", "ice-2020", "--facility", "stewart"]
    if request.param != "part of a system":
        asked = ["--system", str(template(folder / "mine.csv"))]
    out = folder / "out"
    small = ["--draws", "40", "--days", "5", "--threads", "1", "--out", str(out)]
    assert code_of("run", str(folder / "my.toml"), *asked, *small) == 0
    if request.param == "a moved table":
        (folder / "mine.csv").rename(out / "mine.csv")
    return out / "results.zarr"


@pytest.mark.parametrize("command", sorted(ASKED))
def test_it_is_taken(
    saved: Path, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = [one.replace("REPORT", str(tmp_path / "report")) for one in ASKED[command]]
    assert code_of(command, str(saved), *more) == 0, capsys.readouterr().err
    assert capsys.readouterr().out


def test_no_command_is_left_out() -> None:
    taking = {
        name
        for name, (place, _) in COMMANDS.items()
        if "saved_results" in place or name == "report"
    }
    assert taking == set(ASKED)


def test_a_name_is_no_formula_in_the_summary(saved: Path) -> None:
    text = (saved.parent / "summary.csv").read_text("utf-8")
    assert f"'{SECOND}" in text
    assert f"\n{SECOND}" not in text
