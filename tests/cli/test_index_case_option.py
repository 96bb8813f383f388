"""``thinwalls run --index-case``: in every scenario, recorded, repeated, refused in one line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import thinwalls as tw
from thinwalls.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TWO = """schema = 1
[[scenario]]
name = "nothing changes"
[[scenario]]
name = "soap"
[[scenario.action]]
do = "hygiene"
"""
SYSTEM = ["--system", "ice-2025", "--pathogen", "measles", "--facility", "stewart"]
SMALL = [*SYSTEM, "--draws", "2", "--days", "20"]


@pytest.fixture
def two(tmp_path: Path) -> str:
    path = tmp_path / "two.toml"
    path.write_text(TWO)
    return str(path)


def test_they_are_in_every_scenario_and_the_run_can_be_repeated(
    two: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], exit_code_of: Callable[..., int]
) -> None:
    out = tmp_path / "out"
    case = ["--index-case", "stewart:2@2025-04-05:staff", "--index-case", "stewart:1:exposed"]
    assert exit_code_of("run", two, *SMALL, *case, "--out", str(out)) == 0
    results = tw.load_results(str(out / "results.zarr"))
    cases = results.totals["index_cases"].sel(place="all")
    assert (cases.sel(group="staff") == 2).all()
    assert (cases.sel(group="detained") == 1).all()
    written = json.loads((out / "record.json").read_text())["scenario_file"]
    assert written.count("[[scenario.seed]]") == 4
    capsys.readouterr()
    assert exit_code_of("verify", str(out / "record.json")) == 0
    assert "Verified." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("stewart:x", "--index-case = 'stewart:x': cannot read 'x'; must be like PLACE:N@DATE"),
        ("stewart:0", "--index-case = 'stewart:0': people = 0: must be at least 1"),
        ("nowhere", "seeds[0]: place = 'nowhere': no facility of"),
        ("stewart:1@2031-01-01", "is not a day of the run, 2025-04-01 to 2025-04-20"),
        ("stewart:99999", "people = 99999: must be at most"),
    ],
)
def test_what_cannot_be_is_one_line(
    two: str,
    case: str,
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["run", two, *SMALL, "--index-case", case, "--out", str(tmp_path / "out")])
    assert stop.value.code == 2
    told = capsys.readouterr().err.strip()
    assert message in told
    assert "\n" not in told
    assert not (tmp_path / "out").exists()
